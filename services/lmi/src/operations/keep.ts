import { setTimeout as sleep } from 'node:timers/promises';
import { LmiError, type Database, type Lifecycle, type Log } from '@lmi/kit';
import { StatusHistory, type Observer, type UsageCounter } from '@lmi/operations';

/** Another process tries so often to take over from the one that looks. */
const RETRY_MS = 5_000;
const FLUSH_EVERY_MS = 10_000;

/**
 * Looks at all processes and keeps what it sees. Of several workers one does so, under a lock that its connection holds:
 * when it dies, another one goes on.
 */
export function keepHistory(
  db: Database,
  observer: Observer,
  lifecycle: Lifecycle,
  log: Log,
  everyMs: number,
): void {
  const stopping = new AbortController();
  let failing = false;
  const loop = async (): Promise<void> => {
    const history = new StatusHistory(db);
    // Not at once: those who start now are not missing yet.
    const pause = () => sleep(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    for (await pause(); !stopping.signal.aborted; await pause()) {
      try {
        await history.record(await observer.look());
        failing = false;
      } catch (error) {
        if (!failing) log.warn({ err: error }, 'the status could not be kept');
        failing = true;
      }
    }
  };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await db.withLock('observer', 0, loop);
      } catch (error) {
        if (!(error instanceof LmiError)) log.warn({ err: error }, 'the status is not kept');
        await sleep(RETRY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  };
  const running = run();
  lifecycle.add('status history', async () => {
    stopping.abort();
    await running;
  });
}

/** Stores what was counted, again and again and at the end. */
export function keepUsage(db: Database, counter: UsageCounter, lifecycle: Lifecycle, log: Log): void {
  let failing = false;
  const flush = async (): Promise<void> => {
    try {
      await counter.flush(db);
      failing = false;
    } catch (error) {
      if (!failing) log.warn({ err: error }, 'usage could not be stored; it is kept until it can');
      failing = true;
    }
  };
  const timer = setInterval(() => void flush(), FLUSH_EVERY_MS).unref();
  lifecycle.add('usage', async () => {
    clearInterval(timer);
    await flush();
  });
}
