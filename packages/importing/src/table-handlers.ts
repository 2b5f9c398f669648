/** The handlers by which any service shows the tables of its datasets: adding a dataset adds nothing here. */
import { invalidArgument, LmiError, type Database, type ReleaseStore, type SqlValue } from '@lmi/kit';
import { compareTable } from './compare-releases';
import type { DatasetImporter } from './dataset';
import { TableFiles } from './table-files';
import { openTable, type OpenTable } from './table-rows';

const MOST_CHANGES = 1_000;

export interface TableHandlers {
  describeTables(request: { dataset: string }): Promise<{
    tables: {
      name: string;
      columns: { name: string; number: boolean; key: boolean }[];
      withheld: string[];
    }[];
  }>;
  readTable(request: { dataset: string; version: string; table: string; offset: number }): Promise<{
    data: Buffer;
    bytes: number;
    rows: number;
    sha256: string;
  }>;
  compareReleases(request: {
    dataset: string;
    from: string;
    to: string;
    table: string;
    cursor: string;
    limit: number;
  }): Promise<{
    changes: { table: string; kind: string; key: string; before: string; after: string }[];
    nextCursor: string;
  }>;
}

export function createTableHandlers(
  importers: readonly DatasetImporter[],
  { db, releases }: { readonly db: Database; readonly releases: Pick<ReleaseStore, 'list'> },
): TableHandlers {
  const files = new TableFiles(db);
  const opened = new Map<string, Promise<readonly OpenTable[]>>();

  const importerOf = (dataset: string): DatasetImporter => {
    const found = importers.find(({ card }) => card.id === dataset);
    if (found) return found;
    const valid = importers.map(({ card }) => card.id);
    throw invalidArgument(
      'dataset',
      `dataset: unknown dataset "${dataset}"; one of ${valid.join(', ')}`,
      valid,
    );
  };
  const tablesOf = (dataset: string): Promise<readonly OpenTable[]> => {
    const { tables, withheld, workings = [] } = importerOf(dataset);
    let open = opened.get(dataset);
    if (!open) {
      const shown = Object.entries(tables).filter(([name]) => !workings.includes(name));
      open = Promise.all(shown.map(([name, columns]) => openTable(db, name, columns, withheld[name] ?? [])));
      opened.set(dataset, open);
      open.catch(() => opened.delete(dataset));
    }
    return open;
  };
  const tableOf = async (dataset: string, name: string): Promise<OpenTable> => {
    const tables = await tablesOf(dataset);
    const found = tables.find((table) => table.name === name);
    if (found) return found;
    const valid = tables.map((table) => table.name);
    throw invalidArgument('table', `table: ${dataset} has no table "${name}" to show`, valid);
  };
  /** @throws LmiError invalid-argument for a version never published, not-available for one whose rows are gone. */
  const releaseOf = async (dataset: string, version: string, field: string): Promise<number> => {
    const published = (await releases.list(dataset)).filter(({ publishedAt }) => publishedAt !== null);
    const kept = published.filter(({ state }) => state !== 'retired');
    const release = published.find((candidate) => candidate.version === version);
    const validValues = kept.map((candidate) => candidate.version);
    if (!release) {
      throw invalidArgument(field, `${field}: ${dataset} has no release "${version}"`, validValues);
    }
    if (release.state !== 'retired') return release.id;
    const message = `${field}: the rows of ${version} are no longer kept`;
    throw new LmiError('not-available', message, { field, validValues });
  };

  return {
    async describeTables({ dataset }) {
      const tables = await tablesOf(dataset);
      return {
        tables: tables.map(({ name, columns, withheld }) => ({
          name,
          columns: columns.map((column) => ({
            name: column.name,
            number: column.isNumber,
            key: column.isKey,
          })),
          withheld: [...withheld],
        })),
      };
    },

    async readTable({ dataset, version, table: name, offset }) {
      const table = await tableOf(dataset, name);
      const release = await releaseOf(dataset, version, 'dataVersion');
      const { bytes, rows, sha256 } = await files.describe(table, release);
      const data = offset < 0 ? Buffer.alloc(0) : await files.read(table, release, offset);
      return { data, bytes, rows, sha256 };
    },

    async compareReleases({ dataset, from, to, table, cursor, limit }) {
      const tables = table === '' ? await tablesOf(dataset) : [await tableOf(dataset, table)];
      const ids = {
        from: await releaseOf(dataset, from, 'from'),
        to: await releaseOf(dataset, to, 'to'),
      };
      const most = Math.min(Math.max(limit, 1), MOST_CHANGES);
      const place = readCursor(cursor, tables);
      const current = tables[place.table];
      if (!current) return { changes: [], nextCursor: '' };
      const { differences, next } = await compareTable(db, current, ids, place.after, most);
      const following = next
        ? [place.table, ...next]
        : place.table + 1 < tables.length
          ? [place.table + 1]
          : [];
      const text = (row: object | undefined) => (row ? JSON.stringify(row) : '');
      return {
        changes: differences.map(({ kind, key, before, after }) => ({
          table: current.name,
          kind,
          key: text(key),
          before: text(before),
          after: text(after),
        })),
        nextCursor: following.length > 0 ? Buffer.from(JSON.stringify(following)).toString('base64url') : '',
      };
    },
  };
}

/** Number of a table and the key after which to go on in it. @throws LmiError invalid-argument. */
function readCursor(
  cursor: string,
  tables: readonly OpenTable[],
): { readonly table: number; readonly after: readonly SqlValue[] | undefined } {
  if (cursor === '') return { table: 0, after: undefined };
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    parts = undefined;
  }
  if (Array.isArray(parts)) {
    const [table, ...after] = parts as unknown[];
    const open = typeof table === 'number' ? tables[table] : undefined;
    const isKey = after.every((value) => typeof value === 'number' || typeof value === 'string');
    if (open && isKey && (after.length === 0 || after.length === open.key.length)) {
      return { table: table as number, after: after.length > 0 ? (after as SqlValue[]) : undefined };
    }
  }
  throw invalidArgument('cursor', 'cursor: expected the nextCursor of the page before');
}
