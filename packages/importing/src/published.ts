import { LmiError, type Reader, type SqlValue } from '@lmi/kit';

/** The release of a dataset that serves now: for importers, which have a connection but no release store. */
export async function publishedRelease(reader: Reader, dataset: string): Promise<number | undefined> {
  const row = await reader.get<{ release_id: number }>(
    'SELECT release_id FROM release_pointer WHERE dataset = ?',
    [dataset],
  );
  return row?.release_id;
}

/**
 * Rows of a table in the release of a dataset that serves now, read on the given connection.
 * @param columns trusted SQL, as is `where`; values belong into `params`.
 * @throws LmiError not-available when no release of the dataset is published.
 */
export async function publishedRows<T extends object>(
  reader: Reader,
  dataset: string,
  table: string,
  columns: string,
  where = '1 = 1',
  params: readonly SqlValue[] = [],
): Promise<T[]> {
  const release = await publishedRelease(reader, dataset);
  if (release === undefined) {
    throw new LmiError('not-available', `no release of dataset ${dataset} is published: import it first`, {
      field: dataset,
    });
  }
  return reader.all<T>(`SELECT ${columns} FROM ${table} WHERE release_id = ? AND ${where}`, [
    release,
    ...params,
  ]);
}
