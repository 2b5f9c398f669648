import { LmiError } from '@lmi/kit';
import type { Queue, QueueEvents } from 'bullmq';
import { fromQueue } from './failure';
import { stopped } from './retry';

/**
 * Events tell at once how a job ends; this often the job itself is asked, because events are lost when their stream is
 * cut or the queue's server loses its last second.
 */
const ASK_MS = 1_000;

/** Somebody who waits for a job. */
export interface Follower {
  /** Settles when the job has ended, with what it returned. */
  readonly done: Promise<unknown>;
  /** Asks the job one last time and rejects `done` when it has not ended. */
  stop(): Promise<void>;
  /** Stops following; `done` never settles. */
  forget(): void;
}

/** Follows the job with this key from now on; call it before the job is added and no event is missed. */
export function follow(
  queue: Queue,
  events: QueueEvents,
  key: string,
  onProgress: ((done: number) => void) | undefined,
): Follower {
  let settle: (error?: Error, result?: unknown) => void = () => undefined;
  const done = new Promise<unknown>((resolve, reject) => {
    settle = (error, result) => (error ? reject(error) : resolve(result));
  });
  done.catch(() => undefined);

  const progressed = ({ data }: { data: unknown }) => onProgress?.(Number(data));
  const completed = ({ returnvalue }: { returnvalue: unknown }) => settle(undefined, returnvalue);
  const failed = ({ failedReason }: { failedReason: string }) => settle(fromQueue(failedReason));
  const named = (event: string) => `${event}:${key}` as 'progress';
  events.on(named('progress'), progressed as never);
  events.on(named('completed'), completed as never);
  events.on(named('failed'), failed as never);

  let asking: Promise<void> | undefined;
  const askOnce = async () => {
    const state = await queue.getJobState(key);
    if (state === 'completed') settle(undefined, (await queue.getJob(key))?.returnvalue);
    if (state === 'failed') settle(fromQueue((await queue.getJob(key))?.failedReason ?? 'job failed'));
    if (state === 'unknown') settle(new LmiError('unavailable', 'the job queue has lost the job'));
  };
  // The server may be away for a while: the job is still there when it is back, or it is known to be lost.
  const ask = () =>
    (asking ??= askOnce()
      .catch(() => undefined)
      .finally(() => (asking = undefined)));
  const timer = setInterval(() => void ask(), ASK_MS).unref();

  const finish = () => {
    clearInterval(timer);
    events.off(named('progress'), progressed as never);
    events.off(named('completed'), completed as never);
    events.off(named('failed'), failed as never);
  };
  done.then(finish, finish);

  return {
    done,
    forget: finish,
    async stop() {
      clearInterval(timer);
      await Promise.race([ask(), new Promise((resolve) => setTimeout(resolve, ASK_MS).unref())]);
      settle(stopped());
    },
  };
}
