import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { writeBundle, type BundleRows, type DatasetImporter } from '@lmi/importing';
import { LmiError, type ReleaseRecord, type Row } from '@lmi/kit';
import type { ImportEnvironment } from '../releases/import-dataset';
import { importersInOrder } from '../targets';
import { importerOf, print, withData } from './session';

/** Writes the bundled extract of the release that serves: codes, names and figures, never the withheld sentences. */
export async function extractCommand(dataset: string | undefined): Promise<void> {
  const wanted = dataset === undefined ? importersInOrder() : [importerOf(dataset)];
  await withData(async (env) => {
    for (const importer of wanted.filter(({ card }) => !card.derived)) {
      if (dataset === undefined && importer.optional) continue;
      const folder = path.join(env.dataFolder, importer.card.id);
      if (existsSync(folder) && !existsSync(path.join(folder, 'release.json'))) {
        print(`${importer.card.id.padEnd(21)} is the project's own source: nothing to extract`);
        continue;
      }
      const bytes = await writeExtract(importer, folder, env);
      const total = Object.values(bytes).reduce((sum, size) => sum + size, 0);
      print(`${importer.card.id.padEnd(21)} ${total.toLocaleString('en-GB').padStart(12)} bytes  ${folder}`);
    }
  });
}

async function writeExtract(
  importer: DatasetImporter,
  folder: string,
  env: ImportEnvironment,
): Promise<Record<string, number>> {
  const { card } = importer;
  const release = (await env.releases.list(card.id)).find((candidate) => candidate.current);
  if (!release) throw new LmiError('not-found', `no release of ${card.id} serves`, { field: 'dataset' });
  const withheld: Record<string, readonly string[]> = {};
  const tables: Record<string, BundleRows> = {};
  let lost = false;
  for (const [table, columns] of Object.entries(importer.tables)) {
    const hidden = importer.withheld[table] ?? [];
    const kept = columns.filter((column) => !hidden.includes(column));
    if (hidden.length > 0) withheld[table] = hidden;
    const rows = await env.db.read((reader) =>
      reader.all<Row>(`SELECT ${columns.join(', ')} FROM ${table} WHERE release_id = ?`, [release.id]),
    );
    lost ||= rows.some((row) => hidden.some((column) => row[column] !== null));
    tables[table] = { columns: kept, rows: rows.map((row) => kept.map((column) => row[column] ?? null)) };
  }
  return writeBundle(
    folder,
    {
      dataset: card.id,
      edition: release.edition,
      checksum: lost ? withoutWithheld(release, withheld) : release.checksum,
      importerVersion: importer.version,
      sources: release.sources,
      withheld,
      licence: card.licence,
      attribution: card.attribution,
      counts: {
        rowsRead: release.rowsRead,
        rowsRejected: release.rowsRejected,
        valuesSuppressed: release.valuesSuppressed,
        valuesMarked: release.valuesMarked,
      },
    },
    tables,
  );
}

/** An extract that lacks columns is another release than the one it was made from: importing the official files publishes anew. */
function withoutWithheld(
  release: ReleaseRecord,
  withheld: Readonly<Record<string, readonly string[]>>,
): string {
  return createHash('sha256').update(release.checksum).update(JSON.stringify(withheld)).digest('hex');
}
