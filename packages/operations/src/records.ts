import type { Database, Reader, Writer } from '@lmi/kit';

/**
 * What is kept of the operation itself: a document for each day, each five minutes, each incident; and where the log of
 * each nginx was read up to.
 */
export const recordKinds = ['status-day', 'status-slot', 'incident', 'usage-day', 'log-position'] as const;
export type RecordKind = (typeof recordKinds)[number];

export interface OperationsRecord {
  readonly kind: RecordKind;
  /** A day, a time or an id: sorts by age. */
  readonly name: string;
  /** JSON. */
  readonly body: string;
}

/** Records of a kind from a name on, in the order of their names. */
export function listRecords(db: Database, kind: RecordKind, from: string): Promise<OperationsRecord[]> {
  return db.read((reader) =>
    reader.all<OperationsRecord>(
      'SELECT kind, name, body FROM operations_record WHERE kind = ? AND name >= ? ORDER BY name',
      [kind, from],
    ),
  );
}

export async function putRecords(db: Database, records: readonly OperationsRecord[]): Promise<void> {
  if (records.length === 0) return;
  await db.write(async (writer) => {
    for (const { kind, name, body } of records)
      await writer.run('REPLACE INTO operations_record (kind, name, body) VALUES (?, ?, ?)', [
        kind,
        name,
        body,
      ]);
  });
}

/** @returns undefined where there is no such document. */
export async function readRecord<T>(reader: Reader, kind: RecordKind, name: string): Promise<T | undefined> {
  const row = await reader.get<{ body: string }>(
    'SELECT body FROM operations_record WHERE kind = ? AND name = ?',
    [kind, name],
  );
  return row && (JSON.parse(row.body) as T);
}

/** Changes one document, or makes it. Only one process may do so at a time. */
export async function changeRecord<T>(
  writer: Writer,
  kind: RecordKind,
  name: string,
  change: (before: T | undefined) => T,
): Promise<void> {
  const after = change(await readRecord<T>(writer, kind, name));
  await writer.run('REPLACE INTO operations_record (kind, name, body) VALUES (?, ?, ?)', [
    kind,
    name,
    JSON.stringify(after),
  ]);
}

export async function forgetRecords(db: Database, kind: RecordKind, before: string): Promise<void> {
  await db.write((writer) =>
    writer.run('DELETE FROM operations_record WHERE kind = ? AND name < ?', [kind, before]),
  );
}
