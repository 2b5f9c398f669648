import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runProgram } from '../../../../tests/support/program';
import { startLoad } from './load';

interface Status {
  readonly address: string;
  readonly processes: readonly {
    name: string;
    pid?: number;
    port: number;
    state: string;
    ready: boolean;
    memoryMb: number;
    lagMs?: number;
  }[];
}

const UP_LIMIT_S = 30;
const SCALE_LIMIT_S = 5;
/** Resident, Node's program included. */
const IDLE_LIMIT_MB = 150;

const home = path.join(mkdtempSync(path.join(tmpdir(), 'lmi-cluster-')), 'home');
let address: string;

/** The paths that the loaded datasets answer; each URL is asked for too seldom for nginx to answer alone. */
const paths = Array.from({ length: 60 }, (_, i) => `/api/v1/soc/search?q=engineer&n=${i}`).concat(
  Array.from({ length: 60 }, (_, i) => `/api/v1/soc/code/2136?n=${i}`),
);

async function lmi(...args: string[]): Promise<{ code: number | null; output: string; seconds: number }> {
  const begun = performance.now();
  const [command, ...rest] = args;
  const result = await runProgram(['cluster', command!, '--home', home, ...rest], {});
  return { ...result, seconds: (performance.now() - begun) / 1000 };
}

async function succeeds(...args: string[]): Promise<{ output: string; seconds: number }> {
  const { code, output, seconds } = await lmi(...args);
  if (code !== 0) throw new Error(`lmi cluster ${args.join(' ')} ended with ${String(code)}:\n${output}`);
  return { output, seconds };
}

async function status(): Promise<Status> {
  return JSON.parse((await lmi('status', '--json')).output) as Status;
}

async function pidOf(name: string): Promise<number> {
  return (await status()).processes.find((process) => process.name === name)!.pid!;
}

/** Processes that were started with this cluster's folder in their arguments or environment. */
function leftOver(): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
    try {
      return ['cmdline', 'environ'].some((file) =>
        readFileSync(`/proc/${pid}/${file}`, 'utf8').includes(home),
      );
    } catch {
      return false;
    }
  });
}

beforeAll(async () => {
  await succeeds('up', '--replicas', '2', '--port', '0', '--limit', '0', '--no-load');
  await succeeds('run', '--', 'load', 'areas', 'soc', 'plain-english');
  address = (await status()).address;
  // The first search after a publication builds the index.
  while (!(await fetch(`${address}${paths[0]!}`)).ok) await sleep(200);
}, 90_000);

afterAll(async () => {
  if (existsSync(home)) await lmi('down', '--purge');
  rmSync(path.dirname(home), { recursive: true, force: true });
}, 60_000);

/** Does the work while requests come in, and expects every one of them to be answered in time. */
async function underLoad(work: () => Promise<void>): Promise<void> {
  const stop = startLoad(address, paths, 40);
  await sleep(300);
  try {
    await work();
    await sleep(300);
  } finally {
    const report = await stop();
    expect(report.failures).toEqual([]);
    expect(report.requests).toBeGreaterThan(20);
  }
}

describe('lmi cluster', () => {
  it('serves through nginx, with every process ready and secrets readable by the owner alone', async () => {
    const answer = await fetch(`${address}/api/v1/soc/code/2136`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ soc: 2136 });
    expect(answer.headers.get('x-cache')).toMatch(/^(MISS|HIT)$/);
    const { processes } = await status();
    expect(processes.filter((process) => process.state !== 'running' || !process.ready)).toEqual([]);
    expect(processes.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'primary',
        'replica-1',
        'cache',
        'queue',
        'nginx',
        'gateway-2',
        'pay-2',
        'search-2',
        'employment-2',
      ]),
    );
    expect(statSync(path.join(home, 'secrets.json')).mode & 0o777).toBe(0o600);
    expect(statSync(home).mode & 0o777).toBe(0o700);
  });

  it('leaves a running cluster alone when it is told to start again', async () => {
    const before = (await status()).processes;
    const { seconds } = await succeeds('up', '--no-load');
    expect(seconds).toBeLessThan(UP_LIMIT_S);
    expect((await status()).processes.map(({ pid }) => pid)).toEqual(before.map(({ pid }) => pid));
  });

  it.each(['search', 'gateway'])(
    'scales %s from 2 to 3 to 2 without a failed request',
    async (target) => {
      await underLoad(async () => {
        const { output, seconds } = await succeeds('scale', target, '3');
        expect(output).toContain(`${target}-3 serves`);
        expect(seconds).toBeLessThan(SCALE_LIMIT_S);
        await sleep(500);
        await succeeds('scale', target, '2');
      });
      expect((await status()).processes.map(({ name }) => name)).not.toContain(`${target}-3`);
    },
    60_000,
  );

  it.each(['search', 'gateway'])(
    'answers in time while a %s hangs',
    async (target) => {
      const pid = await pidOf(`${target}-1`);
      await underLoad(async () => {
        process.kill(pid, 'SIGSTOP');
        await sleep(4_000);
        const hung = (await status()).processes.find((process) => process.pid === pid);
        expect(hung).toMatchObject({ state: 'hung', ready: false });
        process.kill(pid, 'SIGCONT');
        await sleep(1_000);
      });
    },
    60_000,
  );

  it('calls a replica that was added, with no restart of its callers', async () => {
    await succeeds('scale', 'search', '3');
    const others = await Promise.all(['search-1', 'search-2'].map(pidOf));
    for (const pid of others) process.kill(pid, 'SIGSTOP');
    try {
      await sleep(1_000);
      for (let n = 0; n < 10; n++) {
        expect((await fetch(`${address}/api/v1/soc/search?q=carpenter&n=${n}`)).status).toBe(200);
      }
    } finally {
      for (const pid of others) process.kill(pid, 'SIGCONT');
    }
    await succeeds('scale', 'search', '2');
  }, 60_000);

  it.each(['search', 'gateway'])(
    'restarts %s one after the other without a failed request',
    async (target) => {
      const before = await pidOf(`${target}-1`);
      await underLoad(async () => {
        await succeeds('restart', target, '--rolling');
      });
      expect(await pidOf(`${target}-1`)).not.toBe(before);
    },
    60_000,
  );

  it('shows a crashed process, starts it again, and keeps logs', async () => {
    process.kill(await pidOf('search-2'), 'SIGKILL');
    await sleep(100);
    const crashed = await lmi('status');
    expect(crashed.code).toBe(1);
    expect(crashed.output).toMatch(/search-2 +crashed +no/);
    await succeeds('up', '--no-load');
    expect((await lmi('status')).code).toBe(0);
    expect((await succeeds('logs', 'search', '--lines', '5')).output).toMatch(/search-2 .*"msg":"serving"/);
    expect((await succeeds('logs', 'nginx', '--lines', '1')).output).toMatch(
      /access .*"trace_id":"[0-9a-f]{32}"/,
    );
  }, 60_000);

  it('gives memory back once nothing is asked', async () => {
    const large = async () =>
      (await status()).processes.filter(
        ({ name, memoryMb }) => /^(gateway|search|pay|worker)-/.test(name) && memoryMb > IDLE_LIMIT_MB,
      );
    const end = Date.now() + 90_000;
    while ((await large()).length > 0 && Date.now() < end) await sleep(1_000);
    expect(await large()).toEqual([]);
  }, 120_000);

  it('takes on another replica of the database, with what the primary has, without a failed request', async () => {
    await underLoad(async () => {
      await succeeds('up', '--database-replicas', '2', '--no-load');
    });
    const replicas = (await status()).processes.filter(({ name }) => name.startsWith('replica-'));
    expect(replicas.map(({ ready }) => ready)).toEqual([true, true]);
    for (const { lagMs } of replicas) expect(lagMs).toBeLessThan(5_000);
    process.kill(await pidOf('replica-1'), 'SIGKILL');
    expect((await fetch(`${address}/api/v1/soc/code/2136?after=${Date.now()}`)).status).toBe(200);
    expect((await lmi('status')).output).toMatch(/replica-1 +crashed/);
    await succeeds('up', '--no-load');
    expect((await status()).processes.filter(({ ready }) => !ready)).toEqual([]);
  }, 180_000);

  it('names what may be named', async () => {
    expect(await lmi('scale', 'nobody', '2')).toMatchObject({
      code: 2,
      output: expect.stringContaining('gateway') as string,
    });
    expect(await lmi('scale', 'pay', '0')).toMatchObject({ code: 2 });
    expect(await lmi('logs', 'nobody')).toMatchObject({ code: 2 });
  });

  it('leaves no process behind when it is taken down, keeps its data, and removes them when told to', async () => {
    await succeeds('down');
    expect(leftOver()).toEqual([]);
    expect(existsSync(path.join(home, 'primary/data'))).toBe(true);
    await succeeds('down', '--purge');
    expect(existsSync(home)).toBe(false);
  }, 60_000);
});
