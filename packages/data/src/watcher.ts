import type { Database, ReleaseSet } from '@lmi/kit';
import type { DataReleaseStore } from './releases';

export interface ReleaseWatcher {
  /** The set as last read. */
  current(): ReleaseSet;
  /** Reads the pointers now. @throws LmiError unavailable when the database cannot be reached. */
  refresh(): Promise<ReleaseSet>;
  stop(): void;
}

/**
 * Follows which releases serve: one short statement per interval. A poll that fails leaves the last set in place,
 * so that answers that are already made go on being served while the database is away.
 *
 * @param onChange called with the new set after each change, not for the first reading.
 * @throws LmiError when the first reading fails.
 */
export async function releaseWatcher(
  db: Database,
  releases: Pick<DataReleaseStore, 'currentSet'>,
  intervalMs: number,
  onChange: (set: ReleaseSet) => void,
): Promise<ReleaseWatcher> {
  const read = () => db.read((reader) => releases.currentSet(reader));
  let set = await read();
  let reading = false;

  const refresh = async () => {
    const next = await read();
    if (!equal(set, next)) {
      set = next;
      onChange(set);
    }
    return set;
  };
  const timer = setInterval(() => {
    if (reading) return;
    reading = true;
    refresh()
      .catch(() => undefined)
      .finally(() => (reading = false));
  }, intervalMs);
  timer.unref();
  return { current: () => set, refresh, stop: () => clearInterval(timer) };
}

function equal(a: ReleaseSet, b: ReleaseSet): boolean {
  return a.size === b.size && [...a].every(([dataset, { id }]) => b.get(dataset)?.id === id);
}
