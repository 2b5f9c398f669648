import { setTimeout as sleep } from 'node:timers/promises';
import type { DeadJob, JobHandler, JobOptions, Jobs, ListedJob, ScheduleTime } from '@lmi/kit';
import {
  attemptsOf,
  checkSame,
  DEAD_JOBS_KEPT,
  FIRST_RETRY_MS,
  isFinal,
  RETRY_JITTER,
  sortedJobs,
  stopped,
  unknownDeadJob,
  unknownJob,
} from './retry';
import { nextRun } from './schedule';

export interface InlineJobsOptions {
  /** Pause before the second attempt. */
  readonly firstRetryMs?: number;
}

interface Running {
  readonly name: string;
  readonly payload: unknown;
  readonly done: Promise<unknown>;
  readonly listeners: ((done: number) => void)[];
  readonly listed: { -readonly [K in keyof ListedJob]: ListedJob[K] };
}

interface Schedule {
  readonly name: string;
  readonly payload: unknown;
  due: number;
  timer?: NodeJS.Timeout;
}

/** Longest timer that Node keeps; a later run is reached in several. */
const LONGEST_TIMER_MS = 3_600_000;

/**
 * Jobs of the embedded shape: run in this process, one at a time per id; a second caller joins the first. Schedules and
 * failures last as long as the process.
 */
export function inlineJobs({ firstRetryMs = FIRST_RETRY_MS }: InlineJobsOptions = {}): Jobs {
  const handlers = new Map<string, JobHandler<unknown>>();
  const running = new Map<string, Running>();
  const schedules = new Map<string, Schedule>();
  const dead: { readonly job: DeadJob; readonly options: JobOptions }[] = [];
  const closing = new AbortController();
  let failures = 0;
  let working = false;

  const attempt = async (
    name: string,
    payload: unknown,
    options: JobOptions,
    { listeners, listed }: Pick<Running, 'listeners' | 'listed'>,
  ): Promise<unknown> => {
    const handler = handlers.get(name)!;
    const progress = (done: number) => {
      listed.progress = Math.min(1, Math.max(0, done));
      for (const listener of listeners) listener(listed.progress);
    };
    for (let made = 1; ; made += 1) {
      Object.assign(listed, { attempt: made, state: 'running', progress: 0, at: new Date().toISOString() });
      try {
        // A second caller may still join: nothing runs before the job is entered in the list.
        await Promise.resolve();
        const { traceparent } = options;
        return await handler(payload, { progress, signal: new AbortController().signal, traceparent });
      } catch (error) {
        if (made >= attemptsOf(options) || isFinal(error) || closing.signal.aborted) {
          const reason = error instanceof Error ? error.message : String(error);
          const failedAt = new Date().toISOString();
          const key = String((failures += 1));
          dead.unshift({
            job: { key, id: options.id, name, payload, reason, attempts: made, failedAt },
            options,
          });
          dead.length = Math.min(dead.length, DEAD_JOBS_KEPT);
          throw error;
        }
        const pause = firstRetryMs * 2 ** (made - 1) * (1 - RETRY_JITTER * Math.random());
        const at = new Date(Date.now() + pause).toISOString();
        Object.assign(listed, { attempt: made + 1, state: 'paused', progress: 0, at });
        await sleep(pause, undefined, { signal: closing.signal }).catch(() => undefined);
      }
    }
  };

  const run = async (name: string, payload: unknown, options: JobOptions): Promise<unknown> => {
    if (closing.signal.aborted) throw stopped();
    attemptsOf(options);
    const joined = running.get(options.id);
    if (joined) {
      checkSame(options.id, { name, payload }, joined);
      if (options.onProgress) joined.listeners.push(options.onProgress);
      return joined.done;
    }
    if (!handlers.has(name)) throw unknownJob(name, handlers);
    const listeners = options.onProgress ? [options.onProgress] : [];
    const at = new Date().toISOString();
    const listed = { id: options.id, name, payload, state: 'running' as const, progress: 0, attempt: 1, at };
    const done = attempt(name, payload, options, { listeners, listed });
    running.set(options.id, { name, payload, done, listeners, listed });
    try {
      return await done;
    } finally {
      running.delete(options.id);
    }
  };

  return {
    register<P>(name: string, handler: JobHandler<P>): void {
      handlers.set(name, handler as JobHandler<unknown>);
    },
    async work() {
      working = true;
    },
    run,
    async schedule<P>(name: string, payload: P, time: ScheduleTime, options: Omit<JobOptions, 'onProgress'>) {
      attemptsOf(options);
      const entry: Schedule = { name, payload, due: nextRun(time, Date.now()) };
      const arm = () => {
        if (closing.signal.aborted || schedules.get(options.id) !== entry) return;
        const left = Math.min(LONGEST_TIMER_MS, Math.max(0, entry.due - Date.now()));
        entry.timer = setTimeout(() => {
          if (Date.now() >= entry.due) {
            entry.due = nextRun(time, Date.now());
            // A failure is on the list of failures: nobody waits for it here.
            if (working) run(name, payload, options).catch(() => undefined);
          }
          arm();
        }, left).unref();
      };
      clearTimeout(schedules.get(options.id)?.timer);
      schedules.set(options.id, entry);
      arm();
    },
    async unschedule(id: string) {
      clearTimeout(schedules.get(id)?.timer);
      schedules.delete(id);
    },
    async list() {
      const scheduled = [...schedules].map(([id, { name, payload, due }]) => ({
        ...{ id, name, payload, state: 'scheduled' as const, progress: 0, attempt: 1 },
        at: new Date(due).toISOString(),
      }));
      return sortedJobs([...[...running.values()].map(({ listed }) => ({ ...listed })), ...scheduled]);
    },
    async deadJobs() {
      return dead.map(({ job }) => job);
    },
    async rerun(key: string, onProgress?: (done: number) => void) {
      const at = dead.findIndex(({ job }) => job.key === key);
      const found = dead[at];
      if (!found) throw unknownDeadJob(key);
      dead.splice(at, 1);
      return run(found.job.name, found.job.payload, { ...found.options, onProgress });
    },
    async close() {
      closing.abort();
      for (const { timer } of schedules.values()) clearTimeout(timer);
      await Promise.allSettled([...running.values()].map(({ done }) => done));
    },
  };
}
