import { createHash } from 'node:crypto';
import type { ReleaseRecord, ReleaseStore, SqlValue, StageRequest } from '@lmi/kit';

/** Per table: the columns, then rows. */
export type Tables = Readonly<Record<string, readonly (readonly SqlValue[])[]>>;

export const passing = [{ name: 'rows', passed: true, detail: 'as expected' }];

export function request(dataset: string, edition: string, tables: readonly string[]): StageRequest {
  const checksum = createHash('sha256').update(`${dataset} ${edition}`).digest('hex');
  return {
    dataset,
    edition,
    checksum,
    tables,
    sources: [{ name: `${edition}.xlsx`, sha256: checksum, bytes: 10 }],
    inputs: [],
  };
}

export function stageRows(
  store: ReleaseStore,
  dataset: string,
  edition: string,
  tables: Tables,
  inputs: readonly string[] = [],
): Promise<ReleaseRecord> {
  return store.stage({ ...request(dataset, edition, Object.keys(tables)), inputs }, async (sink) => {
    let rowsRead = 0;
    for (const [table, [columns = [], ...rows]] of Object.entries(tables)) {
      await sink.insert(table, columns as string[], rows);
      rowsRead += rows.length;
    }
    return { rowsRead, rowsRejected: 0, valuesSuppressed: 0, valuesMarked: 0 };
  });
}

/** Stage, check, publish. @returns the version. */
export async function publishRows(
  store: ReleaseStore,
  dataset: string,
  edition: string,
  tables: Tables,
  inputs: readonly string[] = [],
): Promise<string> {
  const staged = await stageRows(store, dataset, edition, tables, inputs);
  await store.recordChecks(staged, passing, Object.keys(tables));
  return (await store.publish(dataset, staged.version)).version;
}
