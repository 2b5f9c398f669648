/** Reads APS table T09a as Nomis exports it (workbook and CSV) and the head-counts behind the employment rate. */
import {
  expectNumberOrMarker,
  layoutError,
  plainText,
  readCsv,
  readWorkbook,
  UniqueKeys,
  type CellValue,
  type SourceFile,
} from '@lmi/importing';
import { wholeCode } from '../codes';
import { subMajorGroups2010 } from './aps-areas';

export const workbookName = /^aps_t09a_by_area_nomis_\d{4}_\d{2}_\d{2}_\d+\.xlsx$/;
export const csvName = /^aps_t09a_.*_nomis_\d{4}_\d{2}_\d{2}\.csv$/;
export const ratesName = 'employment-rate.csv';

export interface ApsRow {
  /** As printed: "lep:Black Country"; for head-counts the ONS code. */
  readonly area: string;
  /** Sub-major group of SOC 2010, or "all". */
  readonly soc: string;
  readonly sex: 'all' | 'male' | 'female';
  readonly workingPattern: 'all' | 'full-time' | 'part-time';
  readonly year: number;
  /** People; null where the source prints a marker instead. */
  readonly employment: number | null;
  /** Half the width of the 95 per cent interval; null where not given. */
  readonly ci95: number | null;
  readonly marker: string;
  readonly place: () => string;
}

const markers: ReadonlySet<string> = new Set(['!', '*', '~', '-']);
const sexes = { 'All people': 'all', Males: 'male', Females: 'female' } as const;
const patterns = { 'All people': 'all', 'Full-time': 'full-time', 'Part-time': 'part-time' } as const;
const cellLabel =
  /^T09a:\d+ \((All people|Males|Females) - (.+) \(SOC2010\) : (All people|Full-time|Part-time) \)$/;

/** Local areas by sex rest on very few answers and no figure served needs them: England alone is read by sex. */
function isRead(area: string, { sex }: Split): boolean {
  return sex === 'all' || area === 'country:England';
}

type Grid = readonly (readonly CellValue[])[];
type Place = (row: number, column: number) => string;
type Split = Pick<ApsRow, 'soc' | 'sex' | 'workingPattern'>;

/** Every figure stands in three columns: the number, a flag (empty in these tables) and the interval. */
const figureWidth = 3;

function parseLabel(label: string, place: () => string): Split {
  const [, sex, title, pattern] = cellLabel.exec(label) ?? [];
  const soc = subMajorGroups2010[(title ?? '').toLowerCase()];
  if (!soc) {
    throw layoutError(
      place,
      `changed header: found "${label}", expected "T09a:1 (All people - <sub-major group> (SOC2010) : All people )"`,
      Object.keys(subMajorGroups2010),
    );
  }
  return {
    soc,
    sex: sexes[sex as keyof typeof sexes],
    workingPattern: patterns[pattern as keyof typeof patterns],
  };
}

function parseYear(text: string, place: () => string): number {
  const match = /^Jan (20\d\d)-Dec (20\d\d)$/.exec(text);
  if (!match || match[1] !== match[2]) {
    throw layoutError(place, `found "${text}", expected a calendar year such as "Jan 2021-Dec 2021"`);
  }
  return Number(match[1]);
}

function figureAt(grid: Grid, row: number, column: number, place: Place) {
  const number = expectNumberOrMarker(grid[row]![column], markers, () => place(row, column));
  const interval = expectNumberOrMarker(grid[row]![column + 2], markers, () => place(row, column + 2));
  const flag = plainText(grid[row]![column + 1]);
  if (flag !== '') throw layoutError(place(row, column + 1), `found flag "${flag}", expected an empty cell`);
  return {
    employment: number.value,
    ci95: number.value === null ? null : interval.value,
    // A number beside "*" is shown by the source as unreliable.
    marker: number.marker || interval.marker,
    place: () => place(row, column),
  };
}

/** All 25 sub-major groups must be there: a missing one would look like an area without such jobs. */
function requireGroups(found: Iterable<string>, place: () => string): void {
  const groups = new Set(found);
  const missing = Object.values(subMajorGroups2010).filter((code) => !groups.has(code));
  if (missing.length > 0)
    throw layoutError(place, `missing sub-major groups of SOC 2010: ${missing.join(', ')}`);
}

/** Reads the workbook: one block per year, areas down, groups across. @throws LmiError naming file, sheet and cell. */
export async function readApsWorkbook(file: SourceFile): Promise<ApsRow[]> {
  const sheet = (await readWorkbook(file)).sheet('Data');
  const place: Place = (row, column) => sheet.place(row, column);
  requireTitle(plainText(sheet.at(0, 0)), () => sheet.place(0, 0));
  const rows: ApsRow[] = [];
  let year: number | undefined;
  let groups: { column: number; split: Split }[] = [];
  sheet.rows.forEach((cells, row) => {
    const first = plainText(cells[0]);
    if (first === 'date') {
      year = parseYear(plainText(cells[1]), () => place(row, 1));
    } else if (first === 'Area') {
      groups = [];
      cells.forEach((cell, column) => {
        const label = plainText(cell);
        if (column > 0 && label !== '')
          groups.push({ column, split: parseLabel(label, () => place(row, column)) });
      });
      requireGroups(
        groups.map(({ split }) => split.soc),
        () => place(row, 0),
      );
      for (const { column } of groups) requireFigureHeader(sheet.rows[row + 1] ?? [], row + 1, column, place);
    } else if (/^(country|lep|ladu|User Defined Geography):/.test(first)) {
      if (year === undefined || groups.length === 0)
        throw layoutError(place(row, 0), `"${first}" before its header`);
      for (const { column, split } of groups) {
        rows.push({ area: first, year, ...split, ...figureAt(sheet.rows, row, column, place) });
      }
    }
  });
  return finish(rows, file);
}

function requireTitle(title: string, place: () => string): void {
  if (title.toLowerCase() !== 'annual population survey') {
    throw layoutError(place, `wrong table: found "${title}", expected "annual population survey"`);
  }
}

function requireFigureHeader(cells: readonly CellValue[], row: number, column: number, place: Place): void {
  ['number', 'Flags', 'conf'].forEach((title, index) => {
    const found = plainText(cells[column + index]);
    if (found !== title) {
      throw layoutError(place(row, column + index), `changed header: found "${found}", expected "${title}"`);
    }
  });
}

/** Reads the CSV: one block per year, groups by sex and hours down, areas across. @throws LmiError naming the line. */
export async function readApsCsv(file: SourceFile): Promise<ApsRow[]> {
  // The export has no header row: its first line is a title, padded to the width of the table.
  const firstLine = (await file.read())
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/, 1)[0]!;
  requireTitle(firstLine.replace(/,+$/, ''), () => `${file.name}, line 1`);
  const table = await readCsv(file, { columns: firstLine.split(',') });
  const place: Place = (row, column) => `${table.place(row)}, column ${column + 1}`;
  const rows: ApsRow[] = [];
  let year: number | undefined;
  let areas: { column: number; area: string }[] = [];
  table.rows.forEach((cells, row) => {
    const first = plainText(cells[0]);
    if (/^Date\s*:$/.test(first)) {
      year = parseYear(plainText(cells[1]), () => place(row, 1));
    } else if (first === 'Cell') {
      areas = [];
      for (let column = 1; column < cells.length; column += figureWidth) {
        const area = plainText(cells[column]);
        const interval = plainText(cells[column + 2]);
        if (!area.includes(':') || interval !== 'Conf') {
          throw layoutError(
            place(row, column),
            `changed header: found "${area}" and "${interval}", expected an area and "Conf"`,
          );
        }
        areas.push({ column, area });
      }
    } else if (first.startsWith('T09a')) {
      if (year === undefined || areas.length === 0)
        throw layoutError(place(row, 0), `"${first}" before its header`);
      const split = parseLabel(first, () => place(row, 0));
      for (const { column, area } of areas) {
        if (!isRead(area, split)) continue;
        rows.push({ area, year, ...split, ...figureAt(table.rows, row, column, place) });
      }
    }
  });
  return finish(rows, file);
}

function finish(rows: readonly ApsRow[], file: SourceFile): ApsRow[] {
  if (rows.length === 0) throw layoutError(file.name, 'no table T09a in it');
  requireGroups(new Set(rows.map(({ soc }) => soc)), () => file.name);
  const keys = new UniqueKeys((index) => rows[index]!.place());
  rows.forEach((row, index) => keys.add(apsKey(row), index));
  return [...rows];
}

export function apsKey({ area, soc, sex, workingPattern, year }: Omit<ApsRow, 'place'>): string {
  return [area, soc, sex, workingPattern, year].join('/');
}

/** Area codes and names of the file of rates, head-counts of nations and regions, and the places of each. */
export interface Headcounts {
  readonly rows: readonly ApsRow[];
  readonly areas: readonly { readonly code: string; readonly name: string }[];
}

const rateColumns = ['indicator', 'areacd', 'areanm', 'geography', 'numerator', 'period'];
const nationOrRegion = /^(K02|E92|W92|S92|N92|E12)\d{6}$/;

/**
 * People aged 16 to 64 in employment: the numerator of the employment rate, for the United Kingdom, its nations and
 * the regions of England.
 */
export async function readHeadcounts(file: SourceFile): Promise<Headcounts> {
  const table = await readCsv(file, { columns: rateColumns, allowExtra: true });
  const names = new Map<string, string>();
  const rows: ApsRow[] = [];
  table.rows.forEach(([indicator, code, name, , numerator, period], row) => {
    names.set(code!, name!);
    if (indicator !== 'Employment rate' || !nationOrRegion.test(code!)) return;
    const year = /^(20\d\d)-01-01T00:00:00\/P1Y$/.exec(period!)?.[1];
    if (!year)
      throw layoutError(table.place(row, 'period'), `found "${period}", expected a calendar year (P1Y)`);
    const place = (): string => table.place(row, 'numerator');
    const { value } = expectNumberOrMarker(numerator, new Set(), place);
    rows.push({
      area: code!,
      soc: wholeCode,
      sex: 'all',
      workingPattern: 'all',
      year: Number(year),
      employment: value,
      ci95: null,
      marker: '',
      place,
    });
  });
  if (rows.length === 0) throw layoutError(file.name, 'no employment rate of a nation or region in it');
  const keys = new UniqueKeys((index) => rows[index]!.place());
  rows.forEach((row, index) => keys.add(apsKey(row), index));
  return { rows, areas: [...names].map(([code, name]) => ({ code, name })) };
}
