/** Tables of a release as CSV files that can be read from any byte on. */
import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { LmiError, type Database, type Row, type SqlValue } from '@lmi/kit';
import { keyOf, rowsAfter, type OpenTable } from './table-rows';

/** Rows of one piece. More make no download faster, and their garbage makes the process grow. */
const PIECE_ROWS = 200;
/** Files whose places are remembered, each some kilobytes per 100,000 rows. */
const MOST_FILES = 200;

interface Piece {
  /** Its first byte. */
  readonly offset: number;
  /** Key of the row before it. */
  readonly after: readonly SqlValue[] | undefined;
}

export interface TableFile {
  readonly bytes: number;
  readonly rows: number;
  readonly sha256: string;
  readonly pieces: readonly Piece[];
}

/** The header is the first line; a text that a spreadsheet would take for a formula is led by an apostrophe. */
function csvOf({ columns }: OpenTable, rows: readonly Row[], withHeader: boolean): Buffer {
  const values: (SqlValue | string)[][] = rows.map((row) => columns.map(({ name }) => row[name]!));
  if (withHeader) values.unshift(columns.map(({ name }) => name));
  return Buffer.from(values.map((row) => `${row.map(fieldOf).join(',')}\r\n`).join(''));
}

const QUOTED = /[",\r\n]/;
const FORMULA = /^[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/;

/** As csv-stringify writes it, which the tests compare; that takes twelve times as long, and a table has a million rows. */
function fieldOf(value: SqlValue): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export class TableFiles {
  private readonly files = new Map<string, Promise<TableFile>>();

  constructor(private readonly db: Database) {}

  /** Size and checksum: the table is read once through for them, and remembered, as releases never change. */
  describe(table: OpenTable, release: number): Promise<TableFile> {
    const name = `${release} ${table.name}`;
    const known = this.files.get(name);
    if (known) return known;
    const file = this.measure(table, release);
    this.files.set(name, file);
    file.catch(() => this.files.delete(name));
    const [oldest] = this.files.keys();
    if (this.files.size > MOST_FILES) this.files.delete(oldest!);
    return file;
  }

  /**
   * The bytes from `offset` to the end of their piece; empty at the end.
   * @throws LmiError not-available when the rows are gone meanwhile.
   */
  async read(table: OpenTable, release: number, offset: number): Promise<Buffer> {
    const { bytes, pieces } = await this.describe(table, release);
    if (offset >= bytes) return Buffer.alloc(0);
    const at = pieces.findLastIndex((piece) => piece.offset <= offset);
    const piece = pieces[at]!;
    const end = pieces[at + 1]?.offset ?? bytes;
    const rows = await rowsAfter(this.db, table, release, piece.after, PIECE_ROWS);
    const data = csvOf(table, rows, at === 0);
    if (data.length !== end - piece.offset) {
      throw new LmiError('not-available', 'The rows of this release are no longer kept.');
    }
    return data.subarray(offset - piece.offset);
  }

  private async measure(table: OpenTable, release: number): Promise<TableFile> {
    const hash = createHash('sha256');
    const pieces: Piece[] = [];
    let bytes = 0;
    let rows = 0;
    for (let after: readonly SqlValue[] | undefined; ;) {
      const found = await rowsAfter(this.db, table, release, after, PIECE_ROWS);
      const data = csvOf(table, found, bytes === 0);
      if (data.length > 0) pieces.push({ offset: bytes, after });
      hash.update(data);
      bytes += data.length;
      rows += found.length;
      if (found.length < PIECE_ROWS) return { bytes, rows, sha256: hash.digest('hex'), pieces };
      after = keyOf(table, found.at(-1)!);
      await nextTurn();
    }
  }
}
