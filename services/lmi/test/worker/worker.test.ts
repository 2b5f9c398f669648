import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startRedis, type RedisServer } from '@lmi/cache/testing';
import { createReleaseStore, openDatabase } from '@lmi/data';
import { startMariadb, type Mariadb, type MariadbDatabase } from '@lmi/data/testing';
import { createLog, readConfig, type Database, type Jobs, type ListedJob } from '@lmi/kit';
import { outputMatching, runProgram, startProgram, type Program } from '../../../../tests/support/program';
import { openQueue, TAKEOVER } from '../../src/worker/queue';

/** Resident, Node's program included. */
const IDLE_LIMIT_MB = 150;
const TAKEOVER_LIMIT_MS = TAKEOVER.lockMs + 2 * TAKEOVER.checkMs;

let mariadb: Mariadb;
let queue: RedisServer;
let databases = 0;
let database: MariadbDatabase;
let db: Database;
let jobs: Jobs;
const workers: Program[] = [];

beforeAll(async () => {
  mariadb = await startMariadb();
}, 60_000);
afterAll(() => mariadb?.stop());

beforeEach(async () => {
  queue = await startRedis('queue');
  database = await mariadb.createDatabase(`worker${(databases += 1)}`);
  await succeeds(['load', 'areas', 'soc'], { LMI_DATABASE_URL: database.migratorUrl });
  db = await openDatabase({ url: database.readerUrl });
  jobs = openQueue(readConfig({ LMI_QUEUE_URL: queue.url }), createLog('silent'));
}, 60_000);
afterEach(async () => {
  for (const { pid } of workers) kill(pid, 'SIGCONT');
  await Promise.all(workers.splice(0).map((worker) => worker.stop()));
  await jobs.close();
  await db.close();
  await queue.close();
});

function settings(): Record<string, string> {
  return { LMI_DATABASE_URL: database.writerUrl, LMI_QUEUE_URL: queue.url };
}

async function succeeds(args: string[], env: Record<string, string>): Promise<string> {
  const { code, output } = await runProgram(args, env);
  if (code !== 0) throw new Error(`lmi ${args.join(' ')} ended with ${String(code)}:\n${output}`);
  return output;
}

async function startWorker(env: Record<string, string> = {}): Promise<Program & { readonly port: string }> {
  const worker = startProgram(['start', 'worker'], {
    ...settings(),
    LMI_GRPC_ADDRESS: '127.0.0.1:0',
    ...env,
  });
  workers.push(worker);
  return { ...worker, port: await outputMatching(worker, /"port":(\d+)/, 30_000) };
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function residentMb(pid: number): number {
  const kb = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1];
  return Number(kb) / 1024;
}

const startsOf = (worker: Program) => worker.output().match(/"msg":"job started"/g)?.length ?? 0;

async function until<T>(look: () => T | undefined | Promise<T | undefined>, limitMs = 30_000): Promise<T> {
  for (const end = Date.now() + limitMs; ; await sleep(20)) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end)
      throw new Error(`not within ${limitMs} ms\n${workers.map((w) => w.output()).join('\n')}`);
  }
}

/** Waits until a job has done some of its rows and not yet all. */
function inTheMiddle(id: string): Promise<ListedJob> {
  return until(async () => (await jobs.list()).find((job) => job.id === id && job.progress > 0.1));
}

/** Releases of a dataset and the rows that are there, by state: nothing of a lost import may be among them. */
async function contents(dataset: string, table: string, from = db) {
  const releases = await createReleaseStore(from).list(dataset);
  const rows = await from.read((reader) =>
    reader.all<{ release_id: number; n: number }>(
      `SELECT release_id, COUNT(*) AS n FROM ${table} GROUP BY release_id`,
    ),
  );
  return {
    releases: releases.map(({ version, state, current, rowsLoaded }) => ({
      version,
      state,
      current,
      rowsLoaded,
    })),
    rows: rows.map(({ n }) => Number(n)),
  };
}

let alone: Promise<Awaited<ReturnType<typeof contents>>> | undefined;

/** What an import of ashe that nothing disturbs leaves in an empty database. */
function undisturbed() {
  alone ??= (async () => {
    const other = await mariadb.createDatabase('direct');
    await succeeds(['load', 'areas', 'soc', 'ashe'], { LMI_DATABASE_URL: other.migratorUrl });
    const direct = await openDatabase({ url: other.readerUrl });
    try {
      return await contents('ashe', 'pay_cell', direct);
    } finally {
      await direct.close();
    }
  })();
  return alone;
}

describe('lmi start worker', () => {
  it('is ready and small, runs a job with its summary, and shows jobs and failures', async () => {
    const worker = await startWorker();
    await succeeds(['healthcheck', 'worker'], { LMI_GRPC_ADDRESS: `127.0.0.1:${worker.port}` });
    await until(() => residentMb(worker.pid) <= IDLE_LIMIT_MB || undefined);

    const output = await succeeds(['jobs', 'run', 'import', 'aps'], settings());
    expect(output).toMatch(/^import:aps +#+ done/m);
    expect(output).toMatch(/^aps +published .* aps-/m);
    expect(startsOf(worker)).toBe(1);

    const wrong = await runProgram(['jobs', 'run', 'import', 'aps', '--from', '/nowhere'], settings());
    expect(wrong).toMatchObject({ code: 2, output: expect.stringContaining('/nowhere') as string });
    const dead = JSON.parse(await succeeds(['jobs', 'dead', '--json'], settings())) as { key: string }[];
    expect(dead).toMatchObject([{ id: 'import:aps', attempts: 1, payload: { dataset: 'aps' } }]);
    expect(await runProgram(['jobs', 'retry', dead[0]!.key], settings())).toMatchObject({ code: 2 });

    const scheduled = (await jobs.list()).filter(({ state }) => state === 'scheduled');
    expect(scheduled.map(({ id }) => id).sort()).toEqual(['import-all', 'reconcile']);
    expect(await succeeds(['jobs', 'list'], settings())).toMatch(/^scheduled +reconcile .*T04:30:00.000Z/m);

    await worker.stop();
    const silent = await startWorker({ LMI_IMPORT_CRON: '', LMI_RECONCILE_CRON: '' });
    expect(await jobs.list()).toEqual([]);
    await silent.stop();
    const broken = await runProgram(['start', 'worker'], { ...settings(), LMI_IMPORT_CRON: 'nightly' });
    expect(broken).toMatchObject({ code: 2, output: expect.stringContaining('LMI_IMPORT_CRON') as string });
  }, 120_000);

  it('imports a dataset once at a time, over all workers and direct imports', async () => {
    await Promise.all([startWorker(), startWorker()]);
    const ask = () => succeeds(['jobs', 'run', 'import', 'ashe'], settings());
    const [, , direct] = await Promise.all([ask(), ask(), runProgram(['import', 'ashe'], settings())]);
    expect(workers.map(startsOf).sort()).toEqual([0, 1]);
    if (direct.code !== 0) expect(direct.output).toContain('"import:ashe" is held by another process');
    const doubled = await db.read((reader) =>
      reader.all(
        `SELECT version FROM release_event WHERE event IN ('staged', 'published') GROUP BY version, event HAVING COUNT(*) > 1`,
      ),
    );
    expect(doubled).toEqual([]);
    const { releases, rows } = await contents('ashe', 'pay_cell');
    expect(releases).toMatchObject([{ state: 'published', current: true, rowsLoaded: rows[0] }]);
  }, 180_000);

  it('takes over the import of a worker that is killed, and ends it with one whole release', async () => {
    const [one, two] = [await startWorker(), await startWorker()];
    const asked = runProgram(['jobs', 'run', 'import', 'ashe'], settings());
    await inTheMiddle('import:ashe');
    const [dying, heir] = startsOf(one) === 1 ? [one, two] : [two, one];
    kill(dying.pid, 'SIGKILL');
    const killed = performance.now();
    await until(() => (startsOf(heir) === 1 ? true : undefined));
    const takenOver = performance.now() - killed;
    expect(takenOver).toBeLessThan(TAKEOVER_LIMIT_MS + 500);
    expect(await asked).toMatchObject({ code: 0 });
    const ended = performance.now() - killed;
    expect(await contents('ashe', 'pay_cell')).toEqual(await undisturbed());
    expect(await jobs.deadJobs()).toEqual([]);
    process.stderr.write(
      `taken over after ${(takenOver / 1000).toFixed(1)} s, published after ${(ended / 1000).toFixed(1)} s\n`,
    );
  }, 180_000);

  it('gives its import to another worker when it is told to stop, and leaves in time', async () => {
    const leaving = await startWorker({ LMI_JOB_STOP_MS: '100' });
    const asked = runProgram(['jobs', 'run', 'import', 'ashe'], settings());
    await inTheMiddle('import:ashe');
    const heir = await startWorker();
    const told = performance.now();
    expect(await leaving.stop()).toBe(0);
    expect(performance.now() - told).toBeLessThan(6_000);
    expect(leaving.output()).toContain('job given back to the queue');
    await until(() => (startsOf(heir) === 1 ? true : undefined), 5_000);
    expect(await asked).toMatchObject({ code: 0 });
    expect(await contents('ashe', 'pay_cell')).toEqual(await undisturbed());
  }, 180_000);

  it('lets its import end when that is soon', async () => {
    const leaving = await startWorker({ LMI_JOB_STOP_MS: '60000' });
    const asked = runProgram(['jobs', 'run', 'import', 'ashe'], settings());
    await inTheMiddle('import:ashe');
    expect(await leaving.stop()).toBe(0);
    expect(await asked).toMatchObject({ code: 0, output: expect.stringContaining('published') as string });
  }, 120_000);

  it('loses no job when the queue is killed and comes back', async () => {
    const worker = await startWorker();
    const asked = runProgram(['jobs', 'run', 'import', 'ashe'], settings());
    await inTheMiddle('import:ashe');
    await queue.kill();
    await sleep(2_000);
    await queue.start();
    expect(await asked).toMatchObject({ code: 0 });
    expect(worker.output()).toContain('job queue answers again');
    const { releases } = await contents('ashe', 'pay_cell');
    expect(releases).toMatchObject([{ state: 'published', current: true }]);
    expect(await jobs.deadJobs()).toEqual([]);
  }, 120_000);
});

describe('jobs without a queue', () => {
  it('are done by the command itself', async () => {
    const home = mkdtempSync(path.join(tmpdir(), 'lmi-jobs-'));
    const env = { LMI_HOME: home };
    try {
      await succeeds(['load', 'areas', 'soc'], env);
      expect(await succeeds(['jobs', 'run', 'import', 'aps'], env)).toMatch(/^aps +published /m);
      const checked = await succeeds(['jobs', 'run', 'reconcile', 'soc'], env);
      expect(checked).toMatch(/^soc-\S+ +\d+ checks passed, cells not compared: LMI_API_URL is not set$/m);
      expect(await runProgram(['jobs', 'run', 'rebuild', '--from', 'x'], env)).toMatchObject({ code: 2 });
      expect(await runProgram(['jobs', 'run', 'sweep'], env)).toMatchObject({
        code: 2,
        output: expect.stringContaining('reconcile') as string,
      });
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  }, 120_000);
});
