/** The tidy files of the Skills Imperative 2035 projections, each read into rows of the tables. */
import {
  expectMatch,
  expectNumberOrMarker,
  expectOneOf,
  layoutError,
  readCsv,
  UniqueKeys,
  type CsvTable,
  type SourceFile,
} from '@lmi/importing';
import { LmiError } from '@lmi/kit';
import { england, wholeCode } from '../codes';
import { firstRunMarker } from '../marks';
import { compoundRate } from '../model/estimates';

const withheldMarker = 'suppressed_lt_1k';
const cautionMarker = 'caution_1k_10k';
const robustnesses = ['ok', cautionMarker, withheldMarker];
/** The rule of the makers: nothing under 1,000 people, and care under 10,000. In people. */
const cautionBelow = 10_000;

/** How the files name England: its workbook is of the first run of the model. */
const englandWorkbook = 'EN';
/** The England workbook alone gives these figures; all other areas are of the revised run. */
const isFirstRun = (area: string): boolean => area === englandWorkbook;
const areaCode = (area: string): string => (isFirstRun(area) ? england : area);
export const isLep = (area: string): boolean => area.endsWith('_LEP');

export interface ProjectionRow {
  readonly area: string;
  /** 1 or 2 digits of SOC 2020, or "all". */
  readonly soc: string;
  readonly dimension: 'total' | 'sex' | 'qualification' | 'industry';
  readonly code: string;
  readonly year: number;
  /** People; null where withheld. */
  readonly employment: number | null;
  readonly marker: string;
  readonly place: () => string;
}

export interface ReplacementRow {
  readonly area: string;
  readonly soc: string;
  readonly sex: 'all' | 'male' | 'female';
  readonly startYear: number;
  readonly endYear: number;
  /** People; all null where the source withholds the group. */
  readonly startEmployment: number | null;
  readonly endEmployment: number | null;
  readonly netChange: number | null;
  readonly replacementDemand: number | null;
  readonly totalRequirement: number | null;
  /** Per cent a year, compound over the period. */
  readonly annualRate: number | null;
  readonly marker: string;
  readonly place: () => string;
}

export const fileNames = {
  areas: 'areas.csv',
  occupation: 'employment_by_occupation.csv',
  revised: 'employment_by_occupation_england_revised_sum_of_leps.csv',
  sex: 'employment_by_occupation_and_sex.csv',
  qualification: 'employment_by_qualification.csv',
  industry: 'employment_by_industry_england.csv',
  replacement: 'replacement_demand.csv',
} as const;

/** @throws LmiError invalid-argument naming the file that is missing. */
export function requireFile(files: readonly SourceFile[], name: string): SourceFile {
  const file = files.find((candidate) => candidate.name === name);
  if (file) return file;
  throw new LmiError('invalid-argument', `missing file: ${name} of the Skills Imperative 2035 projections`, {
    field: 'from',
    validValues: Object.values(fileNames),
  });
}

/** Values of one row by column name, with typed reads that name the place on failure. */
class CsvRow {
  readonly #table: CsvTable;
  readonly #row: number;
  constructor(table: CsvTable, row: number) {
    this.#table = table;
    this.#row = row;
  }

  text(column: string): string {
    return this.#table.rows[this.#row]![this.#table.columns.indexOf(column)]!;
  }

  place = (column?: string): string => this.#table.place(this.#row, column);

  match(column: string, pattern: RegExp, what: string): string {
    return expectMatch(this.text(column), pattern, () => this.place(column), what);
  }

  oneOf(column: string, valid: readonly string[]): string {
    return expectOneOf(this.text(column), valid, () => this.place(column));
  }

  year(): number {
    return Number(this.match('year', /^20\d\d$/, 'a year'));
  }

  /** People (the files print thousands with three decimals); null for an empty cell. */
  people(column: string): number | null {
    const { value } = expectNumberOrMarker(this.text(column), emptyCell, () => this.place(column));
    return value === null ? null : Math.round(value * 1000);
  }

  area(): string {
    return this.match('area', /^(EN|[A-Z0-9]{2}_(LEP|LSIP|MCA))$/, 'an area code such as BC_LEP');
  }

  /** "all", a major or a sub-major group: the code must have the length that the level says. */
  soc(): string {
    const level = this.oneOf('soc2020_level', ['all', 'major', 'sub-major']);
    const pattern = { all: /^0$/, major: /^[1-9]$/, 'sub-major': /^[1-9]\d$/ }[level]!;
    const code = this.match('soc2020', pattern, `a code of level ${level}`);
    return level === 'all' ? wholeCode : code;
  }

  /** Value and marker, which must agree: empty is withheld, and the other way round. */
  employment(): { employment: number | null; marker: string } {
    const employment = this.people('employment_thousands');
    const robustness = this.oneOf('robustness', robustnesses);
    if ((employment === null) !== (robustness === withheldMarker)) {
      throw layoutError(
        this.place('robustness'),
        `found "${robustness}" beside ${employment === null ? 'an empty cell' : 'a figure'}`,
        robustnesses,
      );
    }
    return { employment, marker: robustness === 'ok' ? '' : robustness };
  }
}

const emptyCell: ReadonlySet<string> = new Set(['']);

function markerOf(people: number | null): string {
  if (people === null) return withheldMarker;
  return people < cautionBelow ? cautionMarker : '';
}

function withFirstRun(marker: string): string {
  return marker === '' ? firstRunMarker : `${marker};${firstRunMarker}`;
}

async function readRows(file: SourceFile, columns: readonly string[]): Promise<CsvRow[]> {
  const table = await readCsv(file, { columns });
  return table.rows.map((_, row) => new CsvRow(table, row));
}

function requireUnique<T>(rows: readonly T[], keyOf: (row: T) => string, placeOf: (row: T) => string): void {
  const keys = new UniqueKeys((index) => placeOf(rows[index]!));
  rows.forEach((row, index) => keys.add(keyOf(row), index));
}

const projectionKey = (row: ProjectionRow): string =>
  [row.area, row.soc, row.dimension, row.code, row.year].join('/');

/**
 * The edition says the year that the projections reach and when the revised run was made: "2035-rev2024".
 * @throws LmiError invalid-argument when areas come from different runs: their figures cannot be compared.
 */
export async function readEdition(files: readonly SourceFile[]): Promise<string> {
  const rows = await readRows(requireFile(files, fileNames.areas), [
    'area',
    'type',
    'name',
    'country_field',
    'scenario',
    'model_version',
    'database_created',
    'file_date_in_repo',
    'blob',
  ]);
  const runs = new Map<string, string>();
  for (const row of rows) {
    if (isFirstRun(row.area())) continue;
    const year = row.match('database_created', /^\d\d-\d\d-20\d\d$/, 'a date (dd-mm-yyyy)').slice(-4);
    runs.set(year, row.place('database_created'));
  }
  if (runs.size !== 1) {
    throw layoutError(
      [...runs.values()].at(-1) ?? fileNames.areas,
      `areas of different runs: ${[...runs.keys()].join(', ') || 'none'}; expected one`,
    );
  }
  return `2035-rev${[...runs.keys()][0]}`;
}

/** Employment by occupation. England is the sum of its 38 LEP areas, which are of the revised run. */
export async function readOccupations(files: readonly SourceFile[]): Promise<ProjectionRow[]> {
  const columns = ['area', 'soc2020_level', 'soc2020', 'title', 'year', 'employment_thousands', 'robustness'];
  const printed = (await readRows(requireFile(files, fileNames.occupation), columns)).map(
    (row): ProjectionRow => ({
      area: row.area(),
      soc: row.soc(),
      dimension: 'total',
      code: wholeCode,
      year: row.year(),
      ...row.employment(),
      place: () => row.place('employment_thousands'),
    }),
  );
  requireUnique(printed, projectionKey, (row) => row.place());
  const firstRun = new Map(
    printed.filter(({ area }) => isFirstRun(area)).map((row) => [`${row.soc}/${row.year}`, row]),
  );
  const sums = sumOf(printed.filter(({ area }) => isLep(area)));
  const revised = await readRows(requireFile(files, fileNames.revised), [
    'soc2020_level',
    'soc2020',
    'title',
    'year',
    'employment_thousands',
    'n_lep_cells_suppressed_lt_1k',
  ]);
  const englandRows = revised.map((row): ProjectionRow => {
    const soc = row.soc();
    const year = row.year();
    const place = (): string => row.place('employment_thousands');
    const employment = row.people('employment_thousands');
    const withheldLeps = Number(row.match('n_lep_cells_suppressed_lt_1k', /^\d+$/, 'a number of cells'));
    const sum = sums.get(`${soc}/${wholeCode}/${year}`);
    if (
      sum &&
      (employment === null || Math.abs(sum.people - employment) > 1 || sum.withheld !== withheldLeps)
    ) {
      throw layoutError(
        place,
        `found ${employment ?? 'an empty cell'} people with ${withheldLeps} areas withheld; ` +
          `the LEP areas of ${fileNames.occupation} add up to ${sum.people} with ${sum.withheld}`,
      );
    }
    // A sum with areas left out says little: the older England workbook then has the better figure.
    const older = withheldLeps > 0 ? firstRun.get(`${soc}/${year}`) : undefined;
    const base = { area: england, soc, dimension: 'total' as const, code: wholeCode, year };
    return older
      ? { ...base, employment: older.employment, marker: withFirstRun(older.marker), place: older.place }
      : { ...base, employment, marker: markerOf(employment), place };
  });
  requireUnique(englandRows, projectionKey, (row) => row.place());
  return [...printed.filter(({ area }) => !isFirstRun(area)), ...englandRows];
}

interface Sum {
  people: number;
  withheld: number;
  areas: number;
}

function sumOf(rows: readonly ProjectionRow[]): Map<string, Sum> {
  const sums = new Map<string, Sum>();
  for (const { soc, code, year, employment } of rows) {
    const key = `${soc}/${code}/${year}`;
    const sum = sums.get(key) ?? { people: 0, withheld: 0, areas: 0 };
    sums.set(key, sum);
    sum.people += employment ?? 0;
    sum.withheld += employment === null ? 1 : 0;
    sum.areas += 1;
  }
  return sums;
}

const sexYears = [2015, 2019, 2020, 2025, 2035];
const startYear = 2020;
const endYear = 2035;
const changeColumns = ['net_change_2020_2035', 'replacement_demand_2020_2035', 'total_requirement_2020_2035'];

/** Employment and replacement demand by occupation and sex. England is of the first run: no other file has it. */
export async function readSexes(
  files: readonly SourceFile[],
): Promise<{ projections: ProjectionRow[]; replacements: ReplacementRow[] }> {
  const valueColumns = sexYears.map((year) => `employment_${year}_thousands`);
  const rows = await readRows(requireFile(files, fileNames.sex), [
    'area',
    'soc2020',
    'title',
    'sex',
    ...valueColumns,
    ...changeColumns,
  ]);
  const projections: ProjectionRow[] = [];
  const replacements: ReplacementRow[] = [];
  for (const row of rows) {
    const source = row.area();
    const area = areaCode(source);
    const soc = row.match('soc2020', /^[1-9]\d$/, 'a sub-major group of 2 digits');
    const sex = row.oneOf('sex', ['male', 'female']) as 'male' | 'female';
    const mark = (marker: string): string => (isFirstRun(source) ? withFirstRun(marker) : marker);
    const byYear = new Map<number, number | null>();
    sexYears.forEach((year, index) => {
      const column = valueColumns[index]!;
      const employment = row.people(column);
      byYear.set(year, employment);
      const marker = mark(markerOf(employment));
      projections.push({
        area,
        soc,
        dimension: 'sex',
        code: sex,
        year,
        employment,
        marker,
        place: () => row.place(column),
      });
    });
    const startEmployment = byYear.get(startYear)!;
    const endEmployment = byYear.get(endYear)!;
    const [netChange, replacementDemand, totalRequirement] = changeColumns.map((column) =>
      row.people(column),
    );
    // A change beside one known end would give the withheld end away.
    const withheld = startEmployment === null || endEmployment === null;
    replacements.push({
      area,
      soc,
      sex,
      startYear,
      endYear,
      startEmployment: withheld ? null : startEmployment,
      endEmployment: withheld ? null : endEmployment,
      netChange: withheld ? null : netChange!,
      replacementDemand: withheld ? null : replacementDemand!,
      totalRequirement: withheld ? null : totalRequirement!,
      annualRate: null,
      marker: mark(withheld ? withheldMarker : markerOf(Math.min(startEmployment, endEmployment))),
      place: () => row.place(),
    });
  }
  requireUnique(projections, projectionKey, (row) => row.place());
  return { projections, replacements };
}

/** Codes of this project run from the highest to the lowest level, as the original API numbered them. */
const qualificationCodes: Readonly<Record<string, string>> = {
  'RQF8 Doctorate': '1',
  'RQF7 Other higher degree': '2',
  'RQF6 First degree': '3',
  'RQF5 Foundation degree;Nursing;Teaching': '4',
  'RQF4 HE below degree level': '5',
  'RQF3 A level & equivalent': '6',
  'RQF2 GCSE(A-C) & equivalent': '7',
  'RQF1 GCSE(below grade C) & equivalent': '8',
  'No Qualification': '9',
};

/** Employment by highest qualification. England is the sum of its LEP areas, where none is withheld. */
export async function readQualifications(files: readonly SourceFile[]): Promise<ProjectionRow[]> {
  const rows = await readRows(requireFile(files, fileNames.qualification), [
    'area',
    'qualification',
    'year',
    'employment_thousands',
    'robustness',
  ]);
  const printed = rows.map((row): ProjectionRow => {
    const name = row.oneOf('qualification', Object.keys(qualificationCodes));
    return {
      area: row.area(),
      soc: wholeCode,
      dimension: 'qualification',
      code: qualificationCodes[name]!,
      year: row.year(),
      ...row.employment(),
      place: () => row.place('employment_thousands'),
    };
  });
  requireUnique(printed, projectionKey, (row) => row.place());
  const sums = sumOf(printed.filter(({ area }) => isLep(area)));
  return printed.map((row) => {
    if (!isFirstRun(row.area)) return row;
    const sum = sums.get(`${row.soc}/${row.code}/${row.year}`);
    return sum && sum.withheld === 0
      ? { ...row, area: england, employment: sum.people, marker: markerOf(sum.people) }
      : { ...row, area: england, marker: withFirstRun(row.marker) };
  });
}

/**
 * Industries of the projections that make up each section. The broad sectors and the three parts of manufacturing
 * are left out: they are sums and parts of what is here. Information and communication comes in two parts.
 */
const industrySections: Readonly<Record<string, string>> = {
  Agriculture: 'A',
  'Mining and quarrying': 'B',
  Manufacturing: 'C',
  'Electricity and gas': 'D',
  'Water and sewerage': 'E',
  Construction: 'F',
  'Wholesale and retail trade': 'G',
  'Transport and storage': 'H',
  'Accommodation and food': 'I',
  Media: 'J',
  'Information technology': 'J',
  'Finance and insurance': 'K',
  'Real estate': 'L',
  'Professional services': 'M',
  'Support services': 'N',
  'Public admin. and defence': 'O',
  Education: 'P',
  'Health and social work': 'Q',
  'Arts and entertainment': 'R',
  'Other services': 'S',
};
const summedIndustries = [
  'Primary sector and utilities',
  'Food drink and tobacco',
  'Engineering',
  'Rest of manufacturing',
  'Trade, accomod. and transport',
  'Business and other services',
  'Non-marketed services',
  'All industries',
];

/** England's employment by industry section, of the first run; the sections add up to the printed total. */
export async function readIndustries(files: readonly SourceFile[]): Promise<ProjectionRow[]> {
  const rows = await readRows(requireFile(files, fileNames.industry), [
    'area',
    'industry',
    'year',
    'employment_thousands',
    'robustness',
  ]);
  const industries = [...Object.keys(industrySections), ...summedIndustries];
  const bySection = new Map<string, ProjectionRow>();
  const totals = new Map<number, { printed: number; place: string }>();
  const printed = rows.map((row) => ({ row, industry: row.oneOf('industry', industries), year: row.year() }));
  requireUnique(
    printed,
    ({ industry, year }) => `${industry}/${year}`,
    ({ row }) => row.place(),
  );
  for (const { row, industry, year } of printed) {
    row.oneOf('area', [englandWorkbook]);
    const { employment, marker } = row.employment();
    if (industry === 'All industries') totals.set(year, { printed: employment ?? 0, place: row.place() });
    const section = industrySections[industry];
    if (!section) continue;
    const other = bySection.get(`${section}/${year}`);
    const people =
      employment === null || other?.employment === null ? null : employment + (other?.employment ?? 0);
    bySection.set(`${section}/${year}`, {
      area: england,
      soc: wholeCode,
      dimension: 'industry',
      code: section,
      year,
      employment: people,
      marker: withFirstRun(other ? markerOf(people) : marker),
      place: () => row.place('employment_thousands'),
    });
  }
  const found = [...bySection.values()];
  for (const [year, total] of totals) {
    const sum = found
      .filter((row) => row.year === year)
      .reduce((people, row) => people + (row.employment ?? 0), 0);
    if (Math.abs(sum - total.printed) > 100) {
      throw layoutError(
        total.place,
        `found ${total.printed} people, the sections of ${year} add up to ${sum}`,
      );
    }
  }
  return found;
}

/** Replacement demand by occupation. England is the sum of its LEP areas, as the revised run has it. */
export async function readReplacements(files: readonly SourceFile[]): Promise<ReplacementRow[]> {
  const rows = await readRows(requireFile(files, fileNames.replacement), [
    'area',
    'soc2020_level',
    'soc2020',
    'title',
    `employment_${startYear}_thousands`,
    `employment_${endYear}_thousands`,
    'net_change_thousands',
    'replacement_demand_thousands',
    'total_requirement_thousands',
    'replacement_demand_rate',
    'robustness',
  ]);
  const found: ReplacementRow[] = [];
  const sums = new Map<string, { start: number; end: number; demand: number; place: () => string }>();
  for (const row of rows) {
    const source = row.area();
    const soc = row.soc();
    const robustness = row.oneOf('robustness', robustnesses);
    const start = requirePeople(row, `employment_${startYear}_thousands`);
    const end = requirePeople(row, `employment_${endYear}_thousands`);
    const demand = requirePeople(row, 'replacement_demand_thousands');
    if (isLep(source)) {
      const sum = sums.get(soc);
      sums.set(soc, {
        start: (sum?.start ?? 0) + start,
        end: (sum?.end ?? 0) + end,
        demand: (sum?.demand ?? 0) + demand,
        place: () => row.place(),
      });
    }
    if (isFirstRun(source)) continue;
    // The file prints figures beside this marker; the makers' rule is that nobody shows them.
    const withheld = robustness === withheldMarker;
    const rate = expectNumberOrMarker(row.text('replacement_demand_rate'), emptyCell, () =>
      row.place('replacement_demand_rate'),
    ).value;
    const shown = (value: number | null): number | null => (withheld ? null : value);
    found.push({
      area: source,
      soc,
      sex: 'all',
      startYear,
      endYear,
      startEmployment: shown(start),
      endEmployment: shown(end),
      netChange: shown(requirePeople(row, 'net_change_thousands')),
      replacementDemand: shown(demand),
      totalRequirement: shown(requirePeople(row, 'total_requirement_thousands')),
      annualRate: shown(rate === null ? null : rate * 100),
      marker: robustness === 'ok' ? '' : robustness,
      place: () => row.place(),
    });
  }
  requireUnique(
    found,
    ({ area, soc }) => `${area}/${soc}`,
    (row) => row.place(),
  );
  for (const [soc, { start, end, demand, place }] of sums) {
    found.push({
      area: england,
      soc,
      sex: 'all',
      startYear,
      endYear,
      startEmployment: start,
      endEmployment: end,
      netChange: end - start,
      replacementDemand: demand,
      totalRequirement: end - start + demand,
      annualRate: compoundRate(demand, start, endYear - startYear),
      marker: markerOf(Math.min(start, end)),
      place,
    });
  }
  return found;
}

function requirePeople(row: CsvRow, column: string): number {
  const people = row.people(column);
  if (people === null) throw layoutError(row.place(column), 'empty, expected a number');
  return people;
}
