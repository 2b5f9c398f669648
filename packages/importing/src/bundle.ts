/**
 * The project's own compact extract of one release: `release.json` and one gzipped CSV per table. It holds what an
 * importer staged, less the publisher's sentences, and is read back without the official files.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { LmiError, type SourceFileRecord, type SqlValue } from '@lmi/kit';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { gzipSync } from 'fflate';

/**
 * `text` reads an empty value as '', `text-or-null` and `number` read it as null. A text column that holds both ''
 * and null cannot be written: CSV has one empty value.
 */
export type ColumnType = 'number' | 'text' | 'text-or-null';

export interface BundleTable {
  readonly columns: Readonly<Record<string, ColumnType>>;
  readonly rows: number;
}

/** What `release.json` says. */
export interface BundleRelease {
  readonly dataset: string;
  readonly edition: string;
  /** SHA-256 of the release that was extracted. */
  readonly checksum: string;
  readonly importerVersion: number;
  /** The official files behind the figures. */
  readonly sources: readonly SourceFileRecord[];
  /** Columns left out of the extract, per table. */
  readonly withheld: Readonly<Record<string, readonly string[]>>;
  readonly licence: string;
  readonly attribution: string;
  readonly counts: {
    readonly rowsRead: number;
    readonly rowsRejected: number;
    readonly valuesSuppressed: number;
    readonly valuesMarked: number;
  };
}

export interface Bundle {
  readonly release: BundleRelease;
  readonly tables: Readonly<Record<string, BundleTable>>;
  /**
   * Rows of one table in key order, values in the order of `tables[name].columns`. Parsed piece by piece, so that
   * a large table never stands in memory as a whole.
   * @throws LmiError invalid-argument naming the file when it is missing, damaged or not as release.json says.
   */
  rows(table: string): AsyncIterable<SqlValue[]>;
}

export interface BundleRows {
  /** Column names in key order: rows are sorted by the first column, then the second and so on. */
  readonly columns: readonly string[];
  readonly rows: Iterable<readonly SqlValue[]>;
}

/**
 * Writes the extract of a release. Equal rows give equal bytes: rows are sorted, numbers are written in their
 * shortest form, the compressor is pure JavaScript and writes no time.
 * @returns bytes written per file.
 */
export async function writeBundle(
  folder: string,
  release: BundleRelease,
  tables: Readonly<Record<string, BundleRows>>,
): Promise<Record<string, number>> {
  await mkdir(folder, { recursive: true });
  const written: Record<string, number> = {};
  const described: Record<string, BundleTable> = {};
  for (const [name, { columns, rows }] of Object.entries(tables)) {
    const sorted = [...rows].sort(compareRows);
    described[name] = { columns: typesOf(name, columns, sorted), rows: sorted.length };
    const text = stringify(sorted as SqlValue[][], { header: true, columns: [...columns] });
    const content = gzipSync(Buffer.from(text), { level: 9, mtime: 0 });
    await writeFile(join(folder, `${name}.csv.gz`), content);
    written[`${name}.csv.gz`] = content.length;
  }
  const text = `${JSON.stringify({ ...release, tables: described }, null, 2)}\n`;
  await writeFile(join(folder, 'release.json'), text);
  return { 'release.json': Buffer.byteLength(text), ...written };
}

/**
 * Opens an extract. Tables may be plain `<table>.csv` as well as `<table>.csv.gz`.
 * @throws LmiError invalid-argument when release.json is missing or not well formed.
 */
export async function readBundle(folder: string): Promise<Bundle> {
  const path = join(folder, 'release.json');
  let described: BundleRelease & { tables: Record<string, BundleTable> };
  try {
    described = JSON.parse(await readFile(path, 'utf8')) as typeof described;
    if (typeof described.dataset !== 'string' || typeof described.tables !== 'object')
      throw new Error('no tables');
  } catch (cause) {
    throw new LmiError('invalid-argument', `${path} is missing or damaged`, { field: path, cause });
  }
  const { tables, ...release } = described;
  return {
    release,
    tables,
    async *rows(name) {
      const table = tables[name];
      if (!table) {
        const valid = Object.keys(tables);
        throw new LmiError('invalid-argument', `${path} has no table ${name}; it has: ${valid.join(', ')}`, {
          field: name,
          validValues: valid,
        });
      }
      yield* readTable(folder, name, table);
    },
  };
}

async function* readTable(folder: string, name: string, table: BundleTable): AsyncGenerator<SqlValue[]> {
  const file = `${name}.csv`;
  const damaged = (why: string, cause?: unknown): LmiError =>
    new LmiError('invalid-argument', `${join(folder, file)} is damaged: ${why}`, { field: file, cause });
  const text = await readText(folder, file, damaged);
  const names = Object.keys(table.columns);
  const types = Object.values(table.columns);
  let rows = -1;
  for (const piece of pieces(text)) {
    let records: string[][];
    try {
      records = parse(piece, { columns: false });
    } catch (cause) {
      throw damaged(`a row after row ${rows} is not well formed`, cause);
    }
    for (const record of records) {
      rows += 1;
      if (record.length !== names.length) {
        throw damaged(`row ${rows} has ${record.length} values, expected ${names.length}`);
      }
      if (rows === 0) {
        if (record.join() !== names.join())
          throw damaged(`its columns are ${record.join()}, expected ${names.join()}`);
        continue;
      }
      const row: SqlValue[] = record;
      for (let column = 0; column < types.length; column++) {
        const type = types[column];
        if (type === 'text') continue;
        const value = record[column]!;
        if (value === '') row[column] = null;
        else if (type === 'number') {
          const number = Number(value);
          if (Number.isNaN(number))
            throw damaged(`row ${rows}, column ${names[column]}: "${value}" is not a number`);
          row[column] = number;
        }
      }
      yield row;
    }
  }
  if (rows !== table.rows) throw damaged(`it has ${rows} rows, release.json says ${table.rows}`);
}

async function readText(
  folder: string,
  file: string,
  damaged: (why: string, cause?: unknown) => LmiError,
): Promise<string> {
  const packed = await readFile(join(folder, `${file}.gz`)).catch(() => undefined);
  if (packed) {
    try {
      return gunzipSync(packed).toString('utf8');
    } catch (cause) {
      throw damaged('it cannot be unpacked', cause);
    }
  }
  const plain = await readFile(join(folder, file), 'utf8').catch((cause: unknown) => {
    throw damaged('neither it nor its .gz can be read', cause);
  });
  return plain.replace(/^\uFEFF/, '');
}

const pieceSize = 1 << 19;

/** Cuts CSV text at line ends outside quotes: a cut is good when the piece holds an even number of quote marks. */
function* pieces(text: string): Generator<string> {
  let start = 0;
  while (start < text.length) {
    let end = text.indexOf('\n', start + pieceSize);
    if (end < 0) end = text.length;
    while (end < text.length && quotes(text, start, end) % 2 === 1) {
      const next = text.indexOf('\n', end + 1);
      end = next < 0 ? text.length : next;
    }
    yield text.slice(start, end);
    start = end + 1;
  }
}

function quotes(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = text.indexOf('"', start); at >= 0 && at < end; at = text.indexOf('"', at + 1)) count += 1;
  return count;
}

function typesOf(
  table: string,
  columns: readonly string[],
  rows: readonly (readonly SqlValue[])[],
): Record<string, ColumnType> {
  return Object.fromEntries(
    columns.map((column, index) => {
      let numbers = false;
      let texts = false;
      let empty = false;
      let nulls = false;
      for (const row of rows) {
        const value = row[index];
        if (value === null || value === undefined) nulls = true;
        else if (typeof value === 'number') numbers = true;
        else if (value === '') empty = true;
        else texts = true;
      }
      if (numbers && (texts || empty)) {
        throw new LmiError(
          'internal',
          `${table}.${column} holds numbers and text: one of them would be lost`,
        );
      }
      if (empty && nulls) {
        throw new LmiError(
          'internal',
          `${table}.${column} holds '' and null, which an extract cannot tell apart`,
        );
      }
      if (numbers) return [column, 'number'];
      return [column, nulls ? 'text-or-null' : 'text'];
    }),
  );
}

/** Left to right; null first, numbers by value, text by code unit. */
function compareRows(left: readonly SqlValue[], right: readonly SqlValue[]): number {
  for (let column = 0; column < left.length; column++) {
    const a = left[column] ?? null;
    const b = right[column] ?? null;
    if (a === b) continue;
    if (a === null) return -1;
    if (b === null) return 1;
    return a < b ? -1 : 1;
  }
  return 0;
}
