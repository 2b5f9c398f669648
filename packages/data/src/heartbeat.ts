import type { Database } from '@lmi/kit';
import { toLmiError } from './errors';

/** Between two beats, in milliseconds: lag is known to about a second, for some 20 MB of binary log a day. */
export const heartbeatMs = 1_000;

export interface Heartbeat {
  /** No further beats; resolves when the last one is done. */
  stop(): Promise<void>;
}

/** The primary's clock, in the form of every timestamp of ours, so that text compares as time does. */
const beat = `REPLACE INTO replication_heartbeat (id, beat_at)
  VALUES (1, DATE_FORMAT(UTC_TIMESTAMP(3), '%Y-%m-%dT%H:%i:%s.%fZ'))`;

/**
 * Writes the heartbeat by which serving processes measure how far replicas lag. Any number of processes may beat
 * at once. Beats go on after errors: the primary may be away for a while. The embedded engine has no replicas
 * and gets no beats.
 *
 * @param onError called when a beat fails after one that did not, not for each.
 */
export function startHeartbeat(
  db: Database,
  onError: (error: Error) => void = () => undefined,
  intervalMs = heartbeatMs,
): Heartbeat {
  if (db.engine === 'sqlite') return { stop: async () => undefined };
  let failing = false;
  let current: Promise<void> | undefined;
  const run = async () => {
    try {
      await db.write((writer) => writer.run(beat));
      failing = false;
    } catch (error) {
      if (!failing) onError(toLmiError(error));
      failing = true;
    }
  };
  const tick = () => {
    current ??= run().finally(() => (current = undefined));
  };
  tick();
  const timer = setInterval(tick, intervalMs);
  timer.unref();
  return {
    stop: async () => {
      clearInterval(timer);
      await current;
    },
  };
}
