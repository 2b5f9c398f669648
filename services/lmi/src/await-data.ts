import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DatasetImporter } from '@lmi/importing';
import type { Database, Lifecycle, Log, ReleaseStore } from '@lmi/kit';
import { readMigrations } from '@lmi/data';

export interface AwaitedData {
  readonly db: Database;
  readonly releases: ReleaseStore;
  /** Folder of the bundled extract: an optional dataset that is not in it is not waited for. */
  readonly dataFolder: string;
}

const LOOK_AGAIN_MS = 1_000;

/**
 * Resolves when the schema has every migration that this program knows and each of the datasets has a release that
 * serves, or when the process is told to stop. Where another process sees to both, a target that waits for them is
 * not ready meanwhile, instead of answering that nothing is there.
 */
export async function awaitData(
  data: AwaitedData,
  importers: readonly DatasetImporter[],
  lifecycle: Pick<Lifecycle, 'isStopping'>,
  log: Log,
): Promise<void> {
  let said = '';
  while (!lifecycle.isStopping) {
    const missing = await missingData(data, importers).catch(() => ['a database with a schema']);
    if (missing.length === 0) return;
    if (missing.join() !== said) log.info({ missing }, 'waiting for data');
    said = missing.join();
    await sleep(LOOK_AGAIN_MS);
  }
}

/** Names of migrations and datasets. @throws LmiError unavailable where no server answers, or none has a schema. */
async function missingData(
  { db, releases, dataFolder }: AwaitedData,
  importers: readonly DatasetImporter[],
): Promise<string[]> {
  return db.read(async (reader) => {
    const rows = await reader.all<{ name: string }>('SELECT name FROM schema_migration');
    const applied = new Set(rows.map(({ name }) => name));
    const pending = readMigrations(db.engine)
      .map(({ name }) => name)
      .filter((name) => !applied.has(name));
    if (pending.length > 0) return pending;
    const missing: string[] = [];
    for (const { card, optional } of importers) {
      if (optional && !existsSync(path.join(dataFolder, card.id))) continue;
      if (!(await releases.current(reader, card.id))) missing.push(card.id);
    }
    return missing;
  });
}
