/** A database file of its own with published releases, for tests of the handlers. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createReferenceSource, createReleaseStore, openSqlite } from '@lmi/data';
import type { DatasetImporter, ImportContext, ServiceDependencies, SourceFile } from '@lmi/importing';
import { createLog, type Database, type SqlValue, type StageSink } from '@lmi/kit';
import { memoryCache } from '@lmi/cache';

export interface Published extends ServiceDependencies {
  readonly db: Database;
  /** Publishes rows, by table, as the next release of the importer's dataset. @returns its version. */
  publishRows(
    importer: DatasetImporter,
    rows: Readonly<Record<string, readonly (readonly SqlValue[])[]>>,
  ): Promise<string>;
  /** Publishes what a derived dataset computes from the releases that serve. */
  publishDerived(importer: DatasetImporter): Promise<string>;
  /** Publishes what the importer reads from the files. */
  publishFiles(importer: DatasetImporter, files: readonly SourceFile[]): Promise<string>;
  close(): Promise<void>;
}

function contextOf(sink: StageSink): ImportContext {
  return {
    sink,
    edition: undefined,
    progress: () => undefined,
    reject: () => undefined,
    count: () => undefined,
    rowsRead: () => undefined,
  };
}

/** @param migrated a database to use instead of a SQLite file of its own; closed with the rest. */
export async function openPublished(migrated?: Database): Promise<Published> {
  const folder = await mkdtemp(join(tmpdir(), 'lmi-search-'));
  const db = migrated ?? (await openSqlite({ file: join(folder, 'lmi.db') }));
  if (!migrated) await db.migrate();
  const releases = createReleaseStore(db);
  let serial = 0;

  async function publish(
    importer: DatasetImporter,
    fill: (sink: StageSink) => Promise<void>,
  ): Promise<string> {
    const tables = Object.keys(importer.tables);
    serial++;
    const staged = await releases.stage(
      {
        dataset: importer.card.id,
        edition: String(serial),
        checksum: serial.toString(16).padStart(64, '0'),
        sources: [],
        inputs: [],
        tables,
      },
      async (sink) => {
        await fill(sink);
        return { rowsRead: 1, rowsRejected: 0, valuesSuppressed: 0, valuesMarked: 0 };
      },
    );
    await releases.recordChecks(staged, [{ name: 'test', passed: true, detail: '' }], tables);
    return (await releases.publish(importer.card.id, staged.version)).version;
  }

  return {
    db,
    releases,
    cache: memoryCache({ maxEntries: 0 }),
    reference: createReferenceSource(releases),
    log: createLog('silent'),
    publishRows: (importer, rows) =>
      publish(importer, async (sink) => {
        for (const [table, values] of Object.entries(rows))
          await sink.insert(table, importer.tables[table]!, values);
      }),
    publishDerived: (importer) =>
      publish(importer, async (sink) => {
        await importer.derive!(contextOf(sink));
      }),
    publishFiles: async (importer, files) => {
      const sources = await importer.open(files, undefined);
      return publish(importer, (sink) => sources.load(contextOf(sink)));
    },
    async close() {
      await db.close();
      await rm(folder, { recursive: true });
    },
  };
}
