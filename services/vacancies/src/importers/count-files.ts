/** Reads counts of online job adverts: England by unit group, local areas by month, and regions and districts by year. */
import {
  expectHeader,
  expectMatch,
  expectNumber,
  expectOneOf,
  expectText,
  expectTitle,
  layoutError,
  plainText,
  readCsv,
  readWorkbook,
  UniqueKeys,
  type SourceFile,
} from '@lmi/importing';

export const occupationsName = /^england_online_job_adverts_by_soc2020_\d{4}_\d{4}\.csv$/;
export const localName = /^online_job_adverts_by_lep_monthly\.csv$/;
export const districtsName = /^ons_online_job_adverts_by_local_authority_\d{4}_\d{4}\.xlsx$/;

/** What the source prints for adverts that it could not code. */
export const unknownOccupation = 'unknown';

export interface OccupationCount {
  /** SOC 2020 unit group, or "unknown". */
  readonly soc: string;
  /** "2021-01". */
  readonly period: string;
  readonly adverts: number | null;
  readonly per100Jobs: number | null;
  readonly place: () => string;
}

const advertsMetric = 'new_adverts_3_month_average';
const per100JobsMetric = 'new_adverts_12_months_per_100_jobs';
/** The first follows from the adverts themselves, the second from a head-count by residence: neither is kept. */
const otherMetrics = ['growth_pct_from_base_jan', 'new_adverts_12_months_per_100k_economically_active'];

/** @throws LmiError invalid-argument naming file, line and column. */
export async function readOccupationCounts(file: SourceFile): Promise<OccupationCount[]> {
  const table = await readCsv(file, { columns: ['month', 'soc2020', 'title', 'metric', 'value'] });
  const keys = new UniqueKeys((row) => table.place(row));
  const counts = new Map<string, { -readonly [K in keyof OccupationCount]: OccupationCount[K] }>();
  table.rows.forEach(([month, soc, , metric, value], row) => {
    const at = (column: string) => () => table.place(row, column);
    expectOneOf(metric, [advertsMetric, per100JobsMetric, ...otherMetrics], table.place(row, 'metric'));
    if (otherMetrics.includes(metric!)) return;
    const period = expectMonth(month!, at('month'));
    const code =
      soc === 'Unknown' ? unknownOccupation : expectMatch(soc, /^[1-9]\d{3}$/, at('soc2020'), 'a unit group');
    const number = expectCount(value!, at('value'));
    keys.add(`${period}/${code}/${metric}`, row);
    const key = `${code}/${period}`;
    const count = counts.get(key) ?? {
      soc: code,
      period,
      adverts: null,
      per100Jobs: null,
      place: at('value'),
    };
    if (metric === advertsMetric) {
      count.adverts = number;
      count.place = at('value');
    } else count.per100Jobs = number;
    counts.set(key, count);
  });
  if (![...counts.values()].some(({ adverts }) => adverts !== null)) {
    throw layoutError(file.name, `no rows of ${advertsMetric}`);
  }
  return [...counts.values()];
}

export interface AreaCount {
  readonly areaType: 'lep' | 'lsip' | 'mca' | 'district' | 'region';
  /** As printed. */
  readonly area: string;
  /** "2021-01", or "2021" for January of the year. */
  readonly period: string;
  readonly adverts: number;
  readonly place: () => string;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** @throws LmiError invalid-argument naming file, line and column. */
export async function readLocalCounts(file: SourceFile): Promise<AreaCount[]> {
  const columns = ['geographic_level', 'area', 'time_period', 'vacancies', 'jobpc', 'Year'];
  const table = await readCsv(file, { columns });
  const keys = new UniqueKeys((row) => table.place(row));
  return table.rows.map(([level, area, time, vacancies], row) => {
    const at = (column: string) => () => table.place(row, column);
    const areaType = expectOneOf(level, ['LEP', 'LSIP', 'MCA'], table.place(row, 'geographic_level'));
    const text = expectMatch(time, /^[A-Z][a-z]{2} \d\d$/, at('time_period'), 'a month such as "Apr 17"');
    const month = months.indexOf(text.slice(0, 3));
    if (month < 0) throw layoutError(at('time_period'), `found "${text}", expected a month such as "Apr 17"`);
    const period = `20${text.slice(4)}-${String(month + 1).padStart(2, '0')}`;
    keys.add(`${level}/${area}/${period}`, row);
    return {
      areaType: areaType.toLowerCase() as AreaCount['areaType'],
      area: expectText(area, at('area')),
      period,
      adverts: expectCount(vacancies!, at('vacancies')),
      place: at('vacancies'),
    };
  });
}

/**
 * Reads the two sheets of January averages: "1" by local authority and "2" by region.
 * @throws LmiError invalid-argument naming file, sheet and cell.
 */
export async function readJanuaryAverages(file: SourceFile): Promise<AreaCount[]> {
  const workbook = await readWorkbook(file);
  const rows: AreaCount[] = [];
  for (const [name, what, labels] of [
    ['1', 'local authority', ['Local authority [note 1]', 'Region [note 2]']],
    ['2', 'region', ['Region [note 2]']],
  ] as const) {
    const sheet = workbook.sheet(name);
    const title = new RegExp(
      `^Total job adverts by ${what}, UK, units, average over the month of January, (\\d{4}) to (\\d{4})$`,
    );
    const [, first, last] = expectTitle(
      sheet,
      0,
      0,
      title,
      `"Total job adverts by ${what}, UK, units, average …"`,
    );
    const years = Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) =>
      String(Number(first) + index),
    );
    expectHeader(sheet, headerRow, [...labels, ...years]);
    const keys = new UniqueKeys((row) => sheet.place(row, 0));
    for (let row = headerRow + 1; row < sheet.rows.length; row += 1) {
      const area = plainText(sheet.at(row, 0)).replace(/ \[note \d\]$/, '');
      if (area === '') continue;
      keys.add(area, row);
      years.forEach((period, index) => {
        const column = labels.length + index;
        const place = (): string => sheet.place(row, column);
        const adverts = expectNumber(sheet.at(row, column), place);
        rows.push({ areaType: labels.length === 2 ? 'district' : 'region', area, period, adverts, place });
      });
    }
  }
  return rows;
}

const headerRow = 3;

function expectMonth(text: string, place: () => string): string {
  return expectMatch(text, /^20\d\d-(0[1-9]|1[0-2])$/, place, 'a month such as 2024-01');
}

function expectCount(text: string, place: () => string): number {
  const number = expectNumber(text, place);
  if (number >= 0) return number;
  throw layoutError(place, `found ${number}, expected a number that is not negative`);
}
