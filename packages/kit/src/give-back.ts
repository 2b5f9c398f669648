import { Session } from 'node:inspector/promises';
import { getHeapStatistics } from 'node:v8';
import type { Log } from './log';

/** The process is looked at this often, in milliseconds. */
const LOOK_MS = 2_000;
/** Processor time in a second, in microseconds, of a quiet process: it polls, answers probes and some requests a second. */
const QUIET_US = 50_000;
/** What the heap must have grown by since the last time, in bytes. */
const WORTH_BYTES = 8 * 2 ** 20;
/** The same within GAP_MS of the last time: a search index was made, or a load has passed. */
const SOON_BYTES = 64 * 2 ** 20;
const GAP_MS = 300_000;

/**
 * Gives back memory once a process that has started, or worked, is quiet. V8 grows its young generation with the work and
 * collects the old one when that grows: of a process that does little it collects nothing for hours, and 30 MB of starting it, or
 * 150 MB of making a search index, stay. Costs a pause of 50 to 150 ms, by what is kept.
 */
export function giveBackWhenQuiet(log: Log): void {
  let before = { worked: workedUs(), at: performance.now() };
  let held = 0;
  let gaveAt = -Infinity;
  const look = (): void => {
    const now = { worked: workedUs(), at: performance.now() };
    const usASecond = ((now.worked - before.worked) / (now.at - before.at)) * 1_000;
    before = now;
    const worth = now.at - gaveAt < GAP_MS ? SOON_BYTES : WORTH_BYTES;
    if (usASecond > QUIET_US || heldBytes() - held < worth) return;
    gaveAt = now.at;
    collect().then(
      () => (held = heldBytes()),
      (error: unknown) => log.warn({ err: error }, 'memory could not be given back'),
    );
  };
  setInterval(look, LOOK_MS).unref();
}

/** Of all threads, jobs among them; on a busy machine it is the same as on an idle one. */
function workedUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
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
