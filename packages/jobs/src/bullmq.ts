import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  LmiError,
  type JobHandler,
  type JobOptions,
  type Jobs,
  type ListedJob,
  type Log,
  type ScheduleTime,
} from '@lmi/kit';
import { Queue, QueueEvents, WaitingError, Worker, type Job, type JobsOptions } from 'bullmq';
import { connectQueue } from './connection';
import { toQueue, fromQueue } from './failure';
import { follow, type Follower } from './follow';
import {
  attemptsOf,
  checkSame,
  DEAD_JOBS_KEPT,
  FIRST_RETRY_MS,
  RETRY_JITTER,
  sortedJobs,
  stopped,
  unknownDeadJob,
  unknownJob,
} from './retry';
import { checkServer } from './server';
import { nextRun } from './schedule';

const PREFIX = 'lmi';
/** The job by which a schedule adds the job it stands for: so that both kinds share ids, attempts and dead letters. */
const DUE = 'lmi:due';
/** Longest wait for the queue's server before a caller is told that it is gone. */
const REACH_LIMIT_MS = 5_000;
/** How long a process that closes waits for a server that is gone; what it could not report is done again elsewhere. */
const LEAVE_LIMIT_MS = 2_000;
/** Pause of a worker after an answer that was an error, for example of a server that is still reading its file. */
const PAUSE_MS = 1_000;
/** Finished jobs stay for those who wait for them and missed the event. */
const KEEP_DONE = { age: 3_600, count: 1_000 };
const KEEP_FAILED = { age: 30 * 24 * 3_600, count: DEAD_JOBS_KEPT };
/** How often a job may lose its worker before it is taken for what kills the workers. */
const MOST_TAKEOVERS = 3;
/** Smallest step of progress that is passed on; more would flood the event stream. */
const PROGRESS_STEP = 0.002;

export interface BullJobsOptions {
  /** `redis://[:password@]host:port[/database]` of a Redis with noeviction and an append-only file. */
  readonly url: string;
  readonly queue: string;
  readonly log: Log;
  /** Jobs that this process runs side by side once it works; 1 unless given. */
  readonly concurrency?: number;
  /** Pause before the second attempt. */
  readonly firstRetryMs?: number;
  /**
   * A worker renews its hold on a job within `lockMs`, and every `checkMs` somebody looks for jobs without: a job whose
   * worker died is taken over within lockMs + 2 × checkMs (50 s unless given). A handler that blocks its process for
   * longer than half of `lockMs` is taken for dead.
   */
  readonly takeover?: { readonly lockMs: number; readonly checkMs: number };
  /**
   * How long `close` lets running jobs go on before it aborts them and gives them back to the queue, where another
   * worker takes them, the attempt not counted; without it they may take as long as they need.
   */
  readonly stopMs?: number;
}

/** Where BullMQ's own telemetry keeps it, too. */
const traced = (traceparent: string | undefined): JobsOptions =>
  traceparent === undefined ? {} : { telemetry: { metadata: traceparent } };

interface Due {
  readonly name: string;
  readonly payload: unknown;
  readonly id: string;
  readonly attempts: number;
}

/** The jobs of the cluster shape, on BullMQ. One id is one BullMQ deduplication id; dead jobs are its failed jobs. */
export function bullJobs(options: BullJobsOptions): Jobs {
  const { url, log, concurrency = 1, firstRetryMs = FIRST_RETRY_MS } = options;
  const { lockMs, checkMs } = options.takeover ?? { lockMs: 30_000, checkMs: 10_000 };
  const backoff = { type: 'exponential', delay: firstRetryMs, jitter: RETRY_JITTER };

  const handlers = new Map<string, JobHandler<unknown>>();
  const followers = new Set<Follower>();
  const { redis } = connectQueue(url, { maxRetriesPerRequest: 5 });
  /** For those who wait as long as it takes: the worker uses it, the events a copy of it. */
  const patient = connectQueue(url, { maxRetriesPerRequest: null, lazyConnect: true });
  const queue = new Queue(options.queue, { connection: redis, prefix: PREFIX });
  let listening: Promise<QueueEvents> | undefined;
  let worker: Worker | undefined;
  let busy = 0;
  /** Running jobs have had their time: those that leave now are not failed. */
  let givingBack = false;
  let closing: Promise<void> | undefined;

  let away = false;
  const lost = (error: Error) => {
    if (!away && !closing) log.warn({ err: error }, 'job queue does not answer');
    away = true;
  };
  redis.on('error', lost);
  redis.on('ready', () => {
    if (away) log.info('job queue answers again');
    away = false;
    void checkServer(redis, log);
  });
  queue.on('error', lost);

  /** Waits for the connection, then for the answer, and says so when there is none. */
  const reach = async <T>(command: () => Promise<T>): Promise<T> => {
    const gone = new LmiError('unavailable', 'the job queue does not answer');
    const until = Date.now() + REACH_LIMIT_MS;
    while (redis.status !== 'ready') {
      if (closing) throw stopped();
      if (Date.now() > until) throw gone;
      await sleep(20);
    }
    const timer = new AbortController();
    const late = sleep(REACH_LIMIT_MS, undefined, { signal: timer.signal }).then(() => Promise.reject(gone));
    try {
      return await Promise.race([command(), late]);
    } catch (error) {
      throw redis.status !== 'ready' || (error as Error).name === 'MaxRetriesPerRequestError' ? gone : error;
    } finally {
      late.catch(() => undefined);
      timer.abort();
    }
  };

  /** Listens to the queue's events from the newest on, as known before anything is added: none in between is missed. */
  const listen = (): Promise<QueueEvents> => {
    listening ??= reach(async () => {
      const [newest] = await redis.xrevrange(queue.toKey('events'), '+', '-', 'COUNT', 1);
      const events = new QueueEvents(options.queue, {
        connection: patient.redis,
        prefix: PREFIX,
        lastEventId: newest?.[0] ?? '0-0',
      });
      events.on('error', lost);
      return events;
    });
    listening.catch(() => (listening = undefined));
    return listening;
  };

  const settings = (id: string, attempts: number): JobsOptions => ({
    deduplication: { id },
    attempts,
    backoff,
    removeOnComplete: KEEP_DONE,
    removeOnFail: KEEP_FAILED,
    stackTraceLimit: 1,
  });

  /** Adds the job, or finds the one of its id that waits or runs, and follows it. */
  const start = async (name: string, payload: unknown, job: JobOptions): Promise<Follower> => {
    if (closing) throw stopped();
    const attempts = attemptsOf(job);
    const events = await listen();
    const key = randomUUID();
    let follower = follow(queue, events, key, job.onProgress);
    try {
      const added = await reach(() =>
        queue.add(name, payload, { ...settings(job.id, attempts), jobId: key, ...traced(job.traceparent) }),
      );
      if (added.id !== key) {
        follower.forget();
        const found = await reach(() => queue.getJob(added.id!));
        if (found) checkSame(job.id, { name, payload }, { name: found.name, payload: found.data });
        follower = follow(queue, events, added.id!, job.onProgress);
      }
    } catch (error) {
      follower.forget();
      throw error;
    }
    followers.add(follower);
    const forget = () => followers.delete(follower);
    follower.done.then(forget, forget);
    return follower;
  };

  const process = async (job: Job, token: string | undefined, signal: AbortSignal): Promise<unknown> => {
    if (job.name === DUE) {
      const { name, payload, id, attempts } = job.data as Due;
      await queue.add(name, payload, settings(id, attempts));
      return undefined;
    }
    busy += 1;
    let told = -1;
    let sent = Promise.resolve();
    const progress = (done: number) => {
      const share = Math.min(1, Math.max(0, done));
      if (share === told || (share < 1 && Math.abs(share - told) < PROGRESS_STEP)) return;
      told = share;
      sent = sent
        .then(() => job.updateProgress(share))
        .catch((error: unknown) => log.debug({ err: error, job: job.name }, 'progress was not stored'));
    };
    try {
      const handler = handlers.get(job.name);
      if (!handler) throw unknownJob(job.name, handlers);
      const traceparent = job.opts.telemetry?.metadata;
      return await handler(job.data, { progress, signal, traceparent });
    } catch (error) {
      if (givingBack) {
        await sent;
        await job.moveToWait(token);
        log.info({ job: job.name, id: job.deduplicationId }, 'job given back to the queue');
        throw new WaitingError();
      }
      log.warn(
        { err: error, job: job.name, id: job.deduplicationId, attempt: job.attemptsMade + 1 },
        'job failed',
      );
      throw toQueue(error);
    } finally {
      busy -= 1;
      // Progress arrives before the end does.
      await sent;
    }
  };

  const giveBack = () => {
    givingBack = true;
    worker?.cancelAllJobs('this worker stops');
  };

  /** A worker that closes waits for the end of its commands, and they for the server: not for one that is gone. */
  const giveUpWhenGone = async (stop: AbortSignal) => {
    for (let goneSince = Date.now(); !stop.aborted; await sleep(50)) {
      if (redis.status === 'ready' || busy > 0) goneSince = Date.now();
      if (Date.now() - goneSince > LEAVE_LIMIT_MS) return patient.end();
    }
  };

  return {
    register<P>(name: string, handler: JobHandler<P>): void {
      handlers.set(name, handler as JobHandler<unknown>);
    },

    async work() {
      if (closing) throw stopped();
      if (worker) return;
      // That it takes three parameters is what makes BullMQ hand over the signal.
      const processor = (job: Job, token: string | undefined, signal: AbortSignal | undefined) =>
        process(job, token, signal ?? new AbortController().signal);
      patient.redis.connect().catch(() => undefined);
      const started = new Worker(options.queue, processor, {
        connection: patient.redis,
        prefix: PREFIX,
        concurrency,
        lockDuration: lockMs,
        stalledInterval: checkMs,
        maxStalledCount: MOST_TAKEOVERS,
        runRetryDelay: PAUSE_MS,
      });
      started.on('error', (error) => log.debug({ err: error }, 'job worker'));
      started.on('stalled', (key) => log.warn({ key }, 'job was left by its worker and waits again'));
      started.on('lockRenewalFailed', (keys) => {
        for (const key of keys) started.cancelJob(key, 'the job was given to another worker');
      });
      worker = started;
    },

    async run<P>(name: string, payload: P, job: JobOptions): Promise<unknown> {
      const { done } = await start(name, payload, job);
      return done;
    },

    async schedule<P>(name: string, payload: P, time: ScheduleTime, job: Omit<JobOptions, 'onProgress'>) {
      nextRun(time, Date.now());
      const due: Due = { name, payload, id: job.id, attempts: attemptsOf(job) };
      const repeat = 'everyMs' in time ? { every: time.everyMs } : { pattern: time.cron, tz: 'UTC' };
      const opts = { attempts: 5, backoff, removeOnComplete: true, removeOnFail: true };
      await reach(() => queue.upsertJobScheduler(job.id, repeat, { name: DUE, data: due, opts }));
    },

    async unschedule(id: string) {
      await reach(() => queue.removeJobScheduler(id));
    },

    async list() {
      const entry = (job: Job, state: ListedJob['state'], at: number): ListedJob => ({
        id: job.deduplicationId ?? '',
        name: job.name,
        payload: job.data as unknown,
        state,
        progress: state === 'running' ? Number(job.progress) || 0 : 0,
        attempt: job.attemptsMade + 1,
        at: new Date(at).toISOString(),
      });
      const [running, waiting, paused, schedulers] = await reach(() =>
        Promise.all([
          queue.getActive(),
          queue.getWaiting(),
          queue.getDelayed(),
          queue.getJobSchedulers(0, -1, true),
        ]),
      );
      const pauses = paused.filter(({ name }) => name !== DUE);
      const ends = await reach(() =>
        Promise.all(pauses.map(({ id }) => redis.zscore(queue.toKey('delayed'), id!))),
      );
      const scheduled = schedulers.flatMap(({ key, next, template }): ListedJob[] => {
        if (next === undefined || !template?.data) return [];
        const { name, payload } = template.data as Due;
        const at = new Date(next).toISOString();
        return [{ id: key, name, payload, state: 'scheduled', progress: 0, attempt: 1, at }];
      });
      return sortedJobs([
        ...running.map((job) => entry(job, 'running', job.processedOn ?? job.timestamp)),
        ...waiting.map((job) => entry(job, 'waiting', job.timestamp)),
        // The score holds the time and, below it, a counter of 12 bits.
        ...pauses.map((job, i) =>
          entry(job, 'paused', Math.floor(Number(ends[i] ?? 0) / 4096) || job.timestamp),
        ),
        ...scheduled,
      ]).filter(({ name }) => name !== DUE);
    },

    async deadJobs() {
      const failed = await reach(() => queue.getFailed(0, DEAD_JOBS_KEPT - 1));
      return failed.map((job) => ({
        key: job.id!,
        id: job.deduplicationId ?? '',
        name: job.name,
        payload: job.data as unknown,
        reason: fromQueue(job.failedReason).message,
        attempts: job.attemptsMade,
        failedAt: new Date(job.finishedOn ?? job.timestamp).toISOString(),
      }));
    },

    async rerun(key: string, onProgress?: (done: number) => void) {
      const job = await reach(() => queue.getJob(key));
      if (!job || !(await reach(() => job.isFailed()))) throw unknownDeadJob(key);
      const again = await start(job.name, job.data, {
        id: job.deduplicationId ?? key,
        attempts: job.opts.attempts,
        onProgress,
      });
      // Taken off the list only when its successor is there: a crash in between leaves it twice, not lost.
      await reach(() => job.remove());
      return again.done;
    },

    close() {
      closing ??= (async () => {
        const done = new AbortController();
        void giveUpWhenGone(done.signal);
        const late = options.stopMs === undefined ? undefined : setTimeout(giveBack, options.stopMs);
        await worker?.close();
        clearTimeout(late);
        await Promise.all([...followers].map((follower) => follower.stop()));
        const events = await listening?.catch(() => undefined);
        await events?.close();
        await queue.close().catch(() => undefined);
        redis.disconnect();
        patient.end();
        done.abort();
      })();
      return closing;
    },
  };
}
