/** Acceptance checks that datasets share. Each gives one record: the detail says the figure that was found. */
import type { CheckRecord, Reader } from '@lmi/kit';
import { publishedRelease } from './published';

/** Rows of a release in one of its tables. */
export async function countRows(
  reader: Reader,
  releaseId: number,
  table: string,
  where = '1 = 1',
): Promise<number> {
  const row = await reader.get<{ n: number }>(
    `SELECT COUNT(*) AS n FROM ${table} WHERE release_id = ? AND ${where}`,
    [releaseId],
  );
  return Number(row?.n ?? 0);
}

/** A check whose outcome the caller has worked out. */
export function checkThat(name: string, passed: boolean, detail: string): CheckRecord {
  return { name, passed, detail };
}

/** At least (or, with `exactly`, just) this many rows. */
export async function rowCount(
  reader: Reader,
  releaseId: number,
  table: string,
  bound:
    | { readonly atLeast: number; readonly where?: string; readonly name?: string }
    | { readonly exactly: number; readonly where?: string; readonly name?: string },
): Promise<CheckRecord> {
  const rows = await countRows(reader, releaseId, table, bound.where);
  const name = bound.name ?? `${table}: row count`;
  if ('exactly' in bound)
    return checkThat(name, rows === bound.exactly, `${rows} rows, expected ${bound.exactly}`);
  return checkThat(name, rows >= bound.atLeast, `${rows} rows, at least ${bound.atLeast} expected`);
}

/** Rows have not fallen by more than `percent` against the release that serves now; passes when there is none. */
export async function rowCountNotFallen(
  reader: Reader,
  releaseId: number,
  dataset: string,
  table: string,
  percent: number,
): Promise<CheckRecord> {
  const name = `${table}: not fewer rows than published`;
  const published = await publishedRelease(reader, dataset);
  if (published === undefined) return checkThat(name, true, 'no release is published yet');
  const before = await countRows(reader, published, table);
  const now = await countRows(reader, releaseId, table);
  const detail = `${now} rows, ${before} published; a fall of at most ${percent} % is accepted`;
  return checkThat(name, now >= before * (1 - percent / 100), detail);
}

/** No two rows have the same values in these columns. */
export async function noDuplicates(
  reader: Reader,
  releaseId: number,
  table: string,
  columns: readonly string[],
): Promise<CheckRecord> {
  const list = columns.join(', ');
  const repeated = await reader.all(
    `SELECT ${list}, COUNT(*) AS n FROM ${table} WHERE release_id = ? GROUP BY ${list} HAVING COUNT(*) > 1 LIMIT 5`,
    [releaseId],
  );
  const shown = repeated.map((row) => columns.map((column) => row[column]).join('/')).join(', ');
  return checkThat(
    `${table}: no duplicates by ${list}`,
    repeated.length === 0,
    repeated.length === 0 ? 'none' : `repeated: ${shown}`,
  );
}

/** Every occupation code of a column is in the SOC release that serves now; `also` names further accepted values. */
export async function codesKnown(
  reader: Reader,
  releaseId: number,
  table: string,
  column: string,
  options: { readonly classification: string; readonly also?: readonly string[]; readonly where?: string },
): Promise<CheckRecord> {
  const name = `${table}: every ${column} is a ${options.classification} code`;
  const soc = await publishedRelease(reader, 'soc');
  if (soc === undefined)
    return checkThat(name, false, 'no release of dataset soc is published: import it first');
  const known = await reader.all<{ code: string }>(
    'SELECT code FROM soc_group WHERE release_id = ? AND classification = ?',
    [soc, options.classification],
  );
  const codes = new Set([...known.map(({ code }) => code), ...(options.also ?? [])]);
  return valuesKnown(name, await distinct(reader, releaseId, table, column, options.where), codes);
}

/** Every value of a column is an area code of the release that serves now. */
export async function areasKnown(
  reader: Reader,
  releaseId: number,
  table: string,
  column: string,
): Promise<CheckRecord> {
  const name = `${table}: every ${column} is a known area`;
  const areas = await publishedRelease(reader, 'areas');
  if (areas === undefined)
    return checkThat(name, false, 'no release of dataset areas is published: import it first');
  const known = await reader.all<{ code: string }>('SELECT code FROM area WHERE release_id = ?', [areas]);
  return valuesKnown(
    name,
    await distinct(reader, releaseId, table, column),
    new Set(known.map(({ code }) => code)),
  );
}

function valuesKnown(name: string, found: readonly string[], known: ReadonlySet<string>): CheckRecord {
  const unknown = found.filter((value) => !known.has(value));
  const detail =
    unknown.length === 0
      ? `${found.length} codes, all known`
      : `${unknown.length} unknown: ${unknown.slice(0, 10).join(', ')}`;
  return checkThat(name, unknown.length === 0, detail);
}

async function distinct(
  reader: Reader,
  releaseId: number,
  table: string,
  column: string,
  where = '1 = 1',
): Promise<string[]> {
  const rows = await reader.all<{ value: string }>(
    `SELECT DISTINCT ${column} AS value FROM ${table} WHERE release_id = ? AND ${column} IS NOT NULL AND ${where}`,
    [releaseId],
  );
  return rows.map(({ value }) => String(value));
}

export interface SumToCheck {
  readonly place: string;
  readonly parent: number;
  readonly children: number;
}

/** Children add up to their parent, within the rounding of the source: `absolute` or `relative`, the larger. */
export function childrenAddUp(
  name: string,
  sums: readonly SumToCheck[],
  tolerance: { readonly absolute: number; readonly relative?: number },
): CheckRecord {
  const off = sums.filter(
    ({ parent, children }) =>
      !(
        Math.abs(parent - children) <=
        Math.max(tolerance.absolute, (tolerance.relative ?? 0) * Math.abs(parent))
      ),
  );
  const worst = off
    .slice(0, 5)
    .map(({ place, parent, children }) => `${place}: parent ${parent}, children ${children}`)
    .join('; ');
  return checkThat(
    name,
    off.length === 0,
    off.length === 0 ? `${sums.length} sums agree` : `${off.length} of ${sums.length} differ: ${worst}`,
  );
}

/** All values of a column that are present lie between `min` and `max`. */
export async function valuesWithin(
  reader: Reader,
  releaseId: number,
  table: string,
  column: string,
  min: number,
  max: number,
  where = '1 = 1',
): Promise<CheckRecord> {
  const row = await reader.get<{ low: number | null; high: number | null }>(
    `SELECT MIN(${column}) AS low, MAX(${column}) AS high FROM ${table} WHERE release_id = ? AND ${where}`,
    [releaseId],
  );
  const name = `${table}: ${column} between ${min} and ${max}`;
  if (row === undefined || row.low === null || row.high === null) return checkThat(name, false, 'no values');
  return checkThat(name, row.low >= min && row.high <= max, `found ${row.low} to ${row.high}`);
}
