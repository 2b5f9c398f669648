import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { startRedis, type RedisServer } from '@lmi/cache/testing';
import { createLog, inTime, type Jobs } from '@lmi/kit';
import { bullJobs, type BullJobsOptions } from '../src';

const LOCK_MS = 1_500;
const CHECK_MS = 500;
/** How long a worker that is told to stop lets its jobs go on. */
const STOP_MS = 1_500;
/** What bullJobs promises about a job whose worker died. */
const TAKEOVER_LIMIT_MS = LOCK_MS + 2 * CHECK_MS;

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

interface WorkerProcess {
  readonly child: ChildProcess;
  /** Lines said so far. */
  said(): string[];
  /** Waits for the line. */
  says(line: string): Promise<void>;
}

let server: RedisServer;
let queue = '';
let queues = 0;
const opened: Jobs[] = [];
const workers: WorkerProcess[] = [];

beforeAll(async () => {
  server = await startRedis('queue');
});
beforeEach(() => {
  queue = `cluster-${(queues += 1)}`;
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((jobs) => jobs.close()));
  for (const { child } of workers.splice(0)) child.kill('SIGKILL');
});
afterAll(() => server.close());

function open(options: Partial<BullJobsOptions> = {}): Jobs {
  const jobs = bullJobs({
    url: server.url,
    queue,
    log: createLog('silent'),
    firstRetryMs: 20,
    takeover: { lockMs: LOCK_MS, checkMs: CHECK_MS },
    ...options,
  });
  opened.push(jobs);
  return jobs;
}

async function startWorker(): Promise<WorkerProcess> {
  const file = path.join(__dirname, 'worker-process.ts');
  const args = ['--require', path.join(__dirname, 'typescript.cjs'), file, server.url, queue];
  const child = spawn(process.execPath, [...args, String(LOCK_MS), String(CHECK_MS), String(STOP_MS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const said = () => text.split('\n').filter((line) => line !== '');
  const worker: WorkerProcess = {
    child,
    said,
    async says(line) {
      for (const until = Date.now() + 50_000; !said().includes(line); await wait(10)) {
        if (Date.now() > until) throw new Error(`the worker did not say "${line}":\n${text}`);
      }
    },
  };
  workers.push(worker);
  await worker.says('working');
  return worker;
}

describe('jobs on workers in other processes', () => {
  it('runs one job per id at a time, over all workers, and different ids side by side', async () => {
    const [one, two] = [await startWorker(), await startWorker()];
    const asked = [open(), open()];
    await Promise.all(
      asked.flatMap((jobs) => [
        jobs.run('import', { name: 'pay', ms: 400 }, { id: 'import:pay' }),
        jobs.run('import', { name: 'soc', ms: 400 }, { id: 'import:soc' }),
      ]),
    );
    const lines = [...one.said(), ...two.said()].filter((line) => line !== 'working');
    expect(lines.sort()).toEqual(['ended pay', 'ended soc', 'started pay', 'started soc']);
    expect(one.said()).toHaveLength(3);
  });

  it('takes over a job whose worker was killed, within the time promised, and ends it once', async () => {
    const dying = await startWorker();
    const jobs = open();
    const progress: number[] = [];
    let ends = 0;
    const running = jobs
      .run(
        'import',
        { name: 'pay', ms: 3_000 },
        { id: 'import:pay', onProgress: (done) => progress.push(done) },
      )
      .then(() => (ends += 1));
    await dying.says('started pay');
    const heir = await startWorker();
    // A busy machine makes a takeover late by what it makes any start of a job late.
    const asked = performance.now();
    void jobs.run('import', { name: 'soc', ms: 20 }, { id: 'import:soc' });
    await heir.says('started soc');
    const usual = performance.now() - asked;
    await heir.says('ended soc');
    dying.child.kill('SIGKILL');
    await inTime(TAKEOVER_LIMIT_MS + 500 + 4 * usual, heir.says('started pay'));
    await running;
    expect(ends).toBe(1);
    expect(heir.said().filter((line) => line === 'ended pay')).toHaveLength(1);
    expect(dying.said()).not.toContain('ended pay');
    expect(progress.at(-1)).toBe(1);
    expect(await jobs.deadJobs()).toEqual([]);
  });

  it('tells a worker that hung and wakes up that its job is somebody else’s now', async () => {
    const hung = await startWorker();
    const jobs = open();
    const running = jobs.run('import', { name: 'pay', ms: 3_000 }, { id: 'import:pay' });
    await hung.says('started pay');
    hung.child.kill('SIGSTOP');
    const heir = await startWorker();
    await heir.says('started pay');
    hung.child.kill('SIGCONT');
    await hung.says('aborted pay');
    await running;
    expect(heir.said()).toContain('ended pay');
    expect(await jobs.deadJobs()).toEqual([]);
  });

  it('lets a worker end its job when it is told to stop, and leaves the rest to others', async () => {
    const leaving = await startWorker();
    const jobs = open();
    const first = jobs.run('import', { name: 'pay', ms: 800 }, { id: 'import:pay' });
    await leaving.says('started pay');
    const second = jobs.run('import', { name: 'soc', ms: 100 }, { id: 'import:soc' });
    await wait(100);
    leaving.child.kill('SIGTERM');
    const exited = new Promise((resolve) => leaving.child.once('exit', resolve));
    await first;
    expect(await exited).toBe(0);
    expect(leaving.said()).not.toContain('started soc');
    const next = await startWorker();
    await second;
    expect(next.said()).toContain('ended soc');
  });

  it('gives a job back that does not end in time when its worker stops, and counts no attempt', async () => {
    const leaving = await startWorker();
    const jobs = open();
    const progress: number[] = [];
    const running = jobs.run(
      'import',
      { name: 'pay', ms: 4_000 },
      { id: 'import:pay', onProgress: (done) => progress.push(done) },
    );
    await leaving.says('started pay');
    leaving.child.kill('SIGTERM');
    const exited = inTime(STOP_MS + 1_500, new Promise((resolve) => leaving.child.once('exit', resolve)));
    const [code, heir] = await Promise.all([exited, startWorker()]);
    expect(code).toBe(0);
    await heir.says('started pay');
    expect(leaving.said()).toContain('aborted pay');
    await running;
    expect(heir.said()).toContain('ended pay');
    expect(progress.at(-1)).toBe(1);
    expect(await jobs.deadJobs()).toEqual([]);
  });

  it('lets the one who asked go away; the job goes on', async () => {
    const worker = await startWorker();
    const jobs = open();
    const running = jobs.run('import', { name: 'pay', ms: 1_000 }, { id: 'import:pay' });
    running.catch(() => undefined);
    await worker.says('started pay');
    await jobs.close();
    await expect(running).rejects.toMatchObject({ code: 'unavailable' });
    await worker.says('ended pay');
  });
});

describe('the server of the job queue', () => {
  it('keeps a job that waits, a schedule and a failure when it is killed and comes back', async () => {
    const jobs = open();
    const failing = open();
    failing.register('broken', async () => {
      throw new Error('bad file');
    });
    await failing.work();
    await expect(failing.run('broken', { n: 1 }, { id: 'b' })).rejects.toThrow('bad file');
    await failing.close();
    await jobs.schedule('sweep', {}, { everyMs: 1_000 }, { id: 'sweep' });
    const waiting = jobs.run('import', { pay: 2025 }, { id: 'import:pay' });
    await wait(200);
    await server.kill();
    await wait(1_000);
    await server.start();
    const ran: unknown[] = [];
    const worker = open();
    worker.register('import', async (payload) => void ran.push(payload));
    worker.register('sweep', async () => void ran.push('sweep'));
    await worker.work();
    await waiting;
    expect(ran).toContainEqual({ pay: 2025 });
    for (const until = Date.now() + 5_000; !ran.includes('sweep') && Date.now() < until;) await wait(20);
    expect(ran).toContain('sweep');
    expect(await jobs.deadJobs()).toMatchObject([{ id: 'b', reason: 'bad file', payload: { n: 1 } }]);
  });

  it('may be gone for a moment while a job runs: the job ends once and who waits is told', async () => {
    const worker = await startWorker();
    const jobs = open();
    const running = jobs.run('import', { name: 'pay', ms: 1_500 }, { id: 'import:pay' });
    await worker.says('started pay');
    await server.kill();
    await wait(300);
    await server.start();
    await running;
    expect(worker.said().filter((line) => line === 'ended pay')).toHaveLength(1);
    expect(await jobs.deadJobs()).toEqual([]);
    await jobs.run('import', { name: 'soc', ms: 10 }, { id: 'import:soc' });
  });

  it('is reported as unavailable when it is gone or hung, and used again when it is back', async () => {
    const worker = open();
    worker.register('import', async () => undefined);
    await worker.work();
    const jobs = open();
    await jobs.run('import', {}, { id: 'i' });
    await server.kill();
    await expect(jobs.run('import', {}, { id: 'i' })).rejects.toMatchObject({ code: 'unavailable' });
    await expect(open().run('import', {}, { id: 'i' })).rejects.toMatchObject({ code: 'unavailable' });
    await server.start();
    await jobs.run('import', {}, { id: 'i' });
    server.hang();
    try {
      await expect(jobs.deadJobs()).rejects.toMatchObject({ code: 'unavailable' });
    } finally {
      server.resume();
    }
    await jobs.run('import', {}, { id: 'i' });
  });

  it('can be left while it is gone', async () => {
    const jobs = open();
    jobs.register('import', async () => undefined);
    await jobs.work();
    await jobs.run('import', {}, { id: 'i' });
    await server.kill();
    const never = open();
    await never.work();
    await wait(500);
    await inTime(8_000, Promise.all([jobs.close(), never.close()]));
    await server.start();
  });

  it('is reported in the log when it could lose jobs, and only then', async () => {
    const messages: string[] = [];
    const log = createLog('silent');
    log.error = (...parts: unknown[]) => void messages.push(String(parts.at(-1)));
    const careless = await startRedis('cache');
    // BullMQ itself writes a line about the eviction policy to the console.
    const console_ = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    try {
      open({ log });
      await wait(300);
      expect(messages).toEqual([]);
      open({ url: careless.url, log });
      for (const until = Date.now() + 5_000; messages.length < 2 && Date.now() < until;) await wait(20);
      expect(messages).toEqual([
        expect.stringContaining('noeviction'),
        expect.stringContaining('appendonly'),
      ]);
    } finally {
      await Promise.all(opened.splice(0).map((jobs) => jobs.close()));
      await careless.close();
      console_.mockRestore();
    }
  });
});
