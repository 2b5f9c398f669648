/** Rows of one table of one release in the order of its key, piece by piece: a million rows never stand in memory. */
import { LmiError, type Database, type Row, type SqlValue } from '@lmi/kit';

export interface OpenTable {
  readonly name: string;
  /** Key columns, without release_id, in the order of the key. */
  readonly key: readonly string[];
  /** Columns that may be shown, key first, and whether each holds numbers. */
  readonly columns: readonly { readonly name: string; readonly isNumber: boolean; readonly isKey: boolean }[];
  readonly withheld: readonly string[];
}

/** @param shown columns of the dataset's declaration. @throws LmiError internal for a table without a key. */
export async function openTable(
  db: Pick<Database, 'columns'>,
  name: string,
  shown: readonly string[],
  withheld: readonly string[],
): Promise<OpenTable> {
  const known = await db.columns(name);
  const key = known
    .filter((column) => column.key > 0 && column.name !== 'release_id')
    .sort((a, b) => a.key - b.key)
    .map((column) => column.name);
  if (key.length === 0) throw new LmiError('internal', `table ${name} has no key besides its release`);
  const columns = shown
    .filter((column) => !withheld.includes(column))
    .map((column) => ({
      name: column,
      isNumber: known.some((found) => found.name === column && found.isNumber),
      isKey: key.includes(column),
    }));
  return { name, key, columns, withheld };
}

/**
 * The next rows after a key. Each statement fixes a prefix of the key and reads one range of it: engines plan no other
 * form of "after this key" as a range on both.
 * @param after values of the key columns; undefined: from the beginning.
 */
export async function rowsAfter(
  db: Pick<Database, 'read'>,
  { name, key, columns }: Pick<OpenTable, 'name' | 'key' | 'columns'>,
  release: number,
  after: readonly SqlValue[] | undefined,
  limit: number,
): Promise<Row[]> {
  const names = [...new Set([...key, ...columns.map((column) => column.name)])].join(', ');
  return db.read(async (reader) => {
    const rows: Row[] = [];
    for (let fixed = after ? key.length - 1 : 0; fixed >= 0 && rows.length < limit; fixed -= 1) {
      const equal = key.slice(0, fixed).map((column) => ` AND ${column} = ?`);
      const greater = after ? ` AND ${key[fixed]} > ?` : '';
      rows.push(
        ...(await reader.all(
          `SELECT ${names} FROM ${name} WHERE release_id = ?${equal.join('')}${greater}
           ORDER BY ${key.slice(fixed).join(', ')} LIMIT ${limit - rows.length}`,
          [release, ...(after ? after.slice(0, fixed + 1) : [])],
        )),
      );
    }
    return rows;
  });
}

export function keyOf({ key }: Pick<OpenTable, 'key'>, row: Row): SqlValue[] {
  return key.map((column) => row[column]!);
}

/** Order of keys as the database has it: numbers by value, text by its bytes. */
export function compareKeys(left: readonly SqlValue[], right: readonly SqlValue[]): number {
  for (let at = 0; at < left.length; at += 1) {
    const a = left[at]!;
    const b = right[at]!;
    if (a === b) continue;
    if (typeof a === 'number' && typeof b === 'number') return a - b;
    return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
  }
  return 0;
}
