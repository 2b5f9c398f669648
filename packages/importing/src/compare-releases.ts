/** What differs between two releases of a table: both are read in the order of the key, side by side. */
import type { Database, Row, SqlValue } from '@lmi/kit';
import { compareKeys, keyOf, rowsAfter, type OpenTable } from './table-rows';

/** Rows read of each release at a time. */
const STEP_ROWS = 1_000;
/** Rows of each release that one call looks at: equal releases are long, and a caller waits. */
const MOST_ROWS = 20_000;

export interface RowDifference {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly key: Row;
  readonly before?: Row;
  readonly after?: Row;
}

/** One side, read ahead by steps. */
class Side {
  private rows: Row[] = [];
  private at = 0;
  private isEnded = false;
  read = 0;

  constructor(
    private readonly db: Pick<Database, 'read'>,
    private readonly table: OpenTable,
    private readonly release: number,
    private after: readonly SqlValue[] | undefined,
  ) {}

  async peek(): Promise<Row | undefined> {
    if (this.at < this.rows.length || this.isEnded) return this.rows[this.at];
    this.rows = await rowsAfter(this.db, this.table, this.release, this.after, STEP_ROWS);
    this.at = 0;
    this.read += this.rows.length;
    this.isEnded = this.rows.length < STEP_ROWS;
    const last = this.rows.at(-1);
    if (last) this.after = keyOf(this.table, last);
    return this.rows[0];
  }

  step(): void {
    this.at += 1;
  }
}

/**
 * The differences after a key.
 * @returns `next`: the key to go on after; undefined when both releases have been read to their ends.
 */
export async function compareTable(
  db: Pick<Database, 'read'>,
  table: OpenTable,
  releases: { readonly from: number; readonly to: number },
  after: readonly SqlValue[] | undefined,
  limit: number,
): Promise<{ readonly differences: RowDifference[]; readonly next: readonly SqlValue[] | undefined }> {
  const older = new Side(db, table, releases.from, after);
  const newer = new Side(db, table, releases.to, after);
  const differences: RowDifference[] = [];
  let place = after;
  for (;;) {
    const before = await older.peek();
    const now = await newer.peek();
    if (!before && !now) return { differences, next: undefined };
    if (differences.length >= limit || Math.max(older.read, newer.read) > MOST_ROWS) {
      return { differences, next: place };
    }
    const order = !before ? 1 : !now ? -1 : compareKeys(keyOf(table, before), keyOf(table, now));
    const row = order > 0 ? now! : before!;
    place = keyOf(table, row);
    if (order <= 0) older.step();
    if (order >= 0) newer.step();
    const difference = differenceOf(
      table,
      row,
      order <= 0 ? before : undefined,
      order >= 0 ? now : undefined,
    );
    if (difference) differences.push(difference);
  }
}

function differenceOf(
  table: OpenTable,
  row: Row,
  before: Row | undefined,
  after: Row | undefined,
): RowDifference | undefined {
  const values = table.columns.filter(({ isKey }) => !isKey).map(({ name }) => name);
  const pick = (of: Row, names: readonly string[]): Row =>
    Object.fromEntries(names.map((name) => [name, of[name] ?? null]));
  const shown = table.key.filter((name) => table.columns.some((column) => column.name === name));
  const key = pick(row, shown);
  if (!before) return { kind: 'added', key, after: pick(after!, values) };
  if (!after) return { kind: 'removed', key, before: pick(before, values) };
  const changed = values.filter((name) => before[name] !== after[name]);
  if (changed.length === 0) return undefined;
  return { kind: 'changed', key, before: pick(before, changed), after: pick(after, changed) };
}
