import type { ColumnRecord, Database } from '@lmi/kit';

const queries: Readonly<Record<Database['engine'], string>> = {
  sqlite: 'SELECT name, type, pk AS "key" FROM pragma_table_info(?) ORDER BY cid',
  mysql: `SELECT c.column_name AS name, c.data_type AS type, COALESCE(k.ordinal_position, 0) AS "key"
    FROM information_schema.columns c
    LEFT JOIN information_schema.key_column_usage k ON k.table_schema = c.table_schema
      AND k.table_name = c.table_name AND k.column_name = c.column_name AND k.constraint_name = 'PRIMARY'
    WHERE c.table_schema = DATABASE() AND c.table_name = ? ORDER BY c.ordinal_position`,
};

const numberType = /^(?:tiny|small|medium|big)?int|^integer|^real|^double|^float|^decimal/i;

/** What the catalogue of the engine says of a table: the answer is equal on both. */
export async function readColumns(
  db: Pick<Database, 'engine' | 'read'>,
  table: string,
): Promise<ColumnRecord[]> {
  const rows = await db.read((reader) =>
    reader.all<{ name: string; type: string; key: number }>(queries[db.engine], [table]),
  );
  return rows.map(({ name, type, key }) => ({ name, isNumber: numberType.test(type), key: Number(key) }));
}
