import { Session } from 'node:inspector/promises';
import { performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import type { Log } from './log';

/** The process is looked at this often, in milliseconds. */
const LOOK_MS = 2_000;
/** Share of the time between two looks that a quiet process works: it polls, answers probes and some requests a second. */
const QUIET = 0.05;
/** What the heap must have grown by since the last time, in bytes. */
const WORTH_BYTES = 16 * 2 ** 20;
/** The same within GAP_MS of the last time: a search index was made in the meantime. */
const SOON_BYTES = 64 * 2 ** 20;
const GAP_MS = 60_000;

/**
 * Gives back memory once a process that has started, or worked, is quiet. V8 grows its young generation with the work and
 * collects the old one when that grows: of a process that does little it collects nothing for hours, and 30 MB of starting it, or
 * 150 MB of making a search index, stay. Costs a pause of 30 to 150 ms, by what is kept.
 */
export function giveBackWhenQuiet(log: Log): void {
  let before = performance.eventLoopUtilization();
  let held = 0;
  let gaveAt = -Infinity;
  const look = (): void => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    const worth = performance.now() - gaveAt < GAP_MS ? SOON_BYTES : WORTH_BYTES;
    if (utilization > QUIET || heldBytes() - held < worth) return;
    gaveAt = performance.now();
    collect().then(
      () => (held = heldBytes()),
      (error: unknown) => log.warn({ err: error }, 'memory could not be given back'),
    );
  };
  setInterval(look, LOOK_MS).unref();
}

function heldBytes(): number {
  const { total_physical_size: heap, external_memory: outside } = getHeapStatistics();
  return heap + outside;
}

/** As V8 collects when the system is short of memory, which shrinks the young generation as well. */
async function collect(): Promise<void> {
  const session = new Session();
  session.connect();
  try {
    await session.post('HeapProfiler.collectGarbage');
  } finally {
    session.disconnect();
  }
}
