/**
 * Reads the CSV form of the Discover Uni dataset: one file per entity, joined by provider, course id and mode. The whole
 * official archive has more files than are read; of some of them (titles, later earnings, continuation, entry) a copy may
 * lack any, and the courses then go without those figures.
 */
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
import { outcomeKinds, unavailableReasons, type OutcomeKind } from '../outcome-kinds';
import {
  courseId,
  modeOf,
  periodOf,
  type CourseRecord,
  type DiscoverUni,
  type EarningsRecord,
  type JobListRecord,
  type LocationRecord,
  type ProviderRecord,
} from './records';

const courseKey = ['PUBUKPRN', 'UKPRN', 'KISCOURSEID', 'KISMODE'] as const;
const required = [
  'INSTITUTION.csv',
  'SBJ.csv',
  'EMPLOYMENT.csv',
  'JOBTYPE.csv',
  'GOSALARY.csv',
  'GOSECSAL.csv',
  'LEO3SEC.csv',
  'LEO5SEC.csv',
  'COURSELOCATION.csv',
  'LOCATION.csv',
  'UCASCOURSEID.csv',
];
const optional = ['KISCOURSE.csv', 'KISAIM.csv', 'LEO3.csv', 'LEO5.csv', 'CONTINUATION.csv', 'ENTRY.csv'];
const readme = /^readme\.txt$/i;

export function isDiscoverUniCsv(name: string): boolean {
  return required.includes(name) || optional.includes(name) || readme.test(name);
}

export const ukprn = /^[19]\d{7}$/;
export const subjectCode = /^CAH\d{2}(-\d{2}){0,2}$/;
export const aggregationCode = /^[12][1-4]$/;
const none: ReadonlySet<string> = new Set();
const noAnswer: ReadonlySet<string> = new Set(['', 'NA']);

/** "2022-23", "2021-23"; empty in a row without figures. */
const years = /^(\d{4}-\d{2})?$/;

export function figureOf(unit: OutcomeKind['unit'], value: string, place: () => string): number | null {
  const { value: found } = expectNumberOrMarker(value, noAnswer, place);
  if (found === null) return null;
  const fits = unit === 'percent' ? found >= 0 && found <= 100 : found >= 1_000 && found < 1_000_000;
  if (!fits) {
    const wanted = unit === 'percent' ? 'a percentage from 0 to 100' : 'pounds a year';
    throw layoutError(place, `found "${value}", expected ${wanted}`);
  }
  return found;
}

/** @throws LmiError invalid-argument naming the file that is missing or the place that is not as expected. */
export async function readDiscoverUniCsv(files: readonly SourceFile[]): Promise<DiscoverUni> {
  const missing = required.filter((name) => !files.some((file) => file.name === name));
  if (missing.length > 0) {
    throw new LmiError(
      'invalid-argument',
      `missing file: ${missing.join(', ')} of the Discover Uni CSV set`,
      {
        field: 'from',
        validValues: required,
      },
    );
  }
  const read = async (name: string, columns: readonly string[]): Promise<CsvTable | undefined> => {
    const file = files.find((candidate) => candidate.name === name);
    return file && readCsv(file, { columns, allowExtra: true });
  };
  let rows = 0;
  const must = async (name: string, columns: readonly string[]): Promise<CsvTable> => {
    const table = (await read(name, columns))!;
    rows += table.rows.length;
    return table;
  };

  const providers = await readProviders(
    await must('INSTITUTION.csv', [
      'PUBUKPRN',
      'UKPRN',
      'LEGAL_NAME',
      'FIRST_TRADING_NAME',
      'PUBUKPRNCOUNTRY',
    ]),
  );
  const courses = readSubjects(await must('SBJ.csv', [...courseKey, 'SBJ']));
  const courseAt = (table: CsvTable, row: number): CourseRecord => {
    const [provider, , course, mode] = table.rows[row]!;
    const found = courses.get(courseId({ provider: provider!, course: course!, mode: modeOf(mode!) }));
    if (found) return found;
    throw layoutError(table.place(row, 'KISCOURSEID'), `course "${course!}" is not in SBJ.csv`);
  };
  let newest = '';
  for (const kind of outcomeKinds) {
    const name = `${kind.entity}.csv`;
    const hasResponse = ['EMP', 'JOB', 'GOSAL'].includes(kind.prefix);
    const common = ['UNAVAILREASON', 'AGG', 'AGGYEAR', 'SBJ', 'POP', ...(hasResponse ? ['RESP_RATE'] : [])];
    const columns = [
      ...courseKey,
      ...common.map((field) => kind.prefix + field),
      ...kind.items.map(([field]) => field),
    ];
    const table = await read(name, columns);
    if (!table) continue;
    rows += table.rows.length;
    const firstItem = courseKey.length + common.length;
    const at = (field: string): number => courseKey.length + common.indexOf(field);
    table.rows.forEach((values, row) => {
      const course = courseAt(table, row);
      const place = (field: string) => () => table.place(row, kind.prefix + field);
      const reason = expectOneOf(
        values[at('UNAVAILREASON')],
        unavailableReasons,
        table.place(row, `${kind.prefix}UNAVAILREASON`),
      );
      const aggregation = values[at('AGG')]!;
      const empty = {
        kind: kind.kind,
        reason,
        subject: '',
        aggregation: '',
        period: '',
        population: null,
        responseRate: null,
      };
      if (aggregation === '') {
        course.outcomes.push({ ...empty, figures: [] });
        return;
      }
      expectMatch(aggregation, aggregationCode, place('AGG'), 'an aggregation code (years pooled, level)');
      const period = expectMatch(values[at('AGGYEAR')], years, place('AGGYEAR'), 'years such as 2022-23');
      if (period > newest) newest = period;
      const subject = values[at('SBJ')]!;
      if (subject !== '')
        expectMatch(subject, subjectCode, place('SBJ'), 'a subject code such as CAH10-01-02');
      course.outcomes.push({
        ...empty,
        subject,
        aggregation,
        period: periodOf(period),
        population: expectNumberOrMarker(values[at('POP')], noAnswer, place('POP')).value,
        responseRate: hasResponse
          ? expectNumberOrMarker(values[at('RESP_RATE')], noAnswer, place('RESP_RATE')).value
          : null,
        figures: kind.items.map(([field], index) =>
          figureOf(kind.unit, values[firstItem + index]!, () => table.place(row, field)),
        ),
      });
    });
  }
  const places = await must('COURSELOCATION.csv', [...courseKey, 'LOCID']);
  places.rows.forEach((values, row) => {
    if (values[4] !== '') courseAt(places, row).locations.push(values[4]!);
  });
  const ucas = await must('UCASCOURSEID.csv', [...courseKey, 'UCASCOURSEID']);
  ucas.rows.forEach((values, row) => {
    const course = courseAt(ucas, row);
    if (!course.ucas.includes(values[4]!)) course.ucas.push(values[4]!);
  });
  rows += await readTitles(read, courseAt);
  const earnings = [
    ...readGraduateSalaries(await must('GOSECSAL.csv', salaryColumns)),
    ...readLaterEarnings(await must('LEO3SEC.csv', laterColumns('LEO3')), 'LEO3', 'earnings-3-years'),
    ...readLaterEarnings(await must('LEO5SEC.csv', laterColumns('LEO5')), 'LEO5', 'earnings-5-years'),
  ];
  const used = new Set([...courses.values()].map(({ ukprn: of }) => of));
  const locations = readLocations(
    await must('LOCATION.csv', ['UKPRN', 'LOCID', 'LOCNAME', 'LATITUDE', 'LONGITUDE']),
  ).filter((location) => used.has(location.ukprn));
  return {
    edition: await editionOf(files, newest),
    providers,
    locations,
    courses: [...courses.values()],
    earnings,
    rows,
  };
}

async function editionOf(files: readonly SourceFile[], newest: string): Promise<string> {
  const note = files.find(({ name }) => readme.test(name));
  const produced = note && /Produced (\d{4}-\d{2}-\d{2})/.exec((await note.read()).toString('latin1'))?.[1];
  if (note && !produced) {
    throw layoutError(
      `${note.name}, line 1`,
      'found no "Version … Produced …" line of the Discover Uni dataset',
    );
  }
  return produced ?? newest.slice(0, 4);
}

function readProviders(table: CsvTable): ProviderRecord[] {
  const byCode = new Map<string, ProviderRecord>();
  table.rows.forEach(([provider, registrar, legal, trading, country], row) => {
    expectMatch(provider, ukprn, () => table.place(row, 'PUBUKPRN'), 'a provider number of 8 digits');
    // A provider comes once per registrar of its courses; the row where the two are one has its own name.
    const name = trading!.trim() === '' ? legal!.trim() : trading!.trim();
    if (!byCode.has(provider!) || provider === registrar) {
      byCode.set(provider!, { provider: provider!, name: name.slice(0, 255), country: country! });
    }
  });
  return [...byCode.values()];
}

function readSubjects(table: CsvTable): Map<string, CourseRecord> {
  const courses = new Map<string, CourseRecord>();
  table.rows.forEach(([provider, registrar, course, mode, subject], row) => {
    expectMatch(provider, ukprn, () => table.place(row, 'PUBUKPRN'), 'a provider number of 8 digits');
    expectMatch(subject, subjectCode, () => table.place(row, 'SBJ'), 'a subject code such as CAH10-01-02');
    expectMatch(mode, /^0?[123]$/, () => table.place(row, 'KISMODE'), 'a mode from 01 to 03');
    const record = newCourse(provider!, registrar!, course!, modeOf(mode!));
    const id = courseId(record);
    const known = courses.get(id) ?? record;
    if (!known.subjects.includes(subject!)) known.subjects.push(subject!);
    courses.set(id, known);
  });
  return courses;
}

export function newCourse(provider: string, registrar: string, course: string, mode: string): CourseRecord {
  return {
    provider,
    ukprn: registrar,
    course,
    mode,
    title: null,
    award: null,
    level: '',
    subjects: [],
    hecos: [],
    ucas: [],
    locations: [],
    outcomes: [],
  };
}

type ReadTable = (name: string, columns: readonly string[]) => Promise<CsvTable | undefined>;

/** Titles, awards and HECoS codes, where KISCOURSE.csv is at hand. @returns rows read. */
async function readTitles(
  read: ReadTable,
  courseAt: (table: CsvTable, row: number) => CourseRecord,
): Promise<number> {
  const table = await read('KISCOURSE.csv', [...courseKey, 'TITLE', 'KISAIMCODE', 'KISLEVEL', 'HECOS']);
  if (!table) return 0;
  const aims = await read('KISAIM.csv', ['KISAIMCODE', 'KISAIMLABEL']);
  const awards = new Map(aims?.rows.map(([code, label]) => [code!, label!]));
  table.rows.forEach((values, row) => {
    const course = courseAt(table, row);
    const [title, aim, level, hecos] = values.slice(4) as [string, string, string, string];
    course.title = title.trim().slice(0, 255) || null;
    course.award = awards.get(aim) ?? null;
    course.level = level === '' ? '' : level.padStart(2, '0');
    if (hecos !== '') course.hecos.push(hecos);
  });
  return table.rows.length + (aims?.rows.length ?? 0);
}

function readLocations(table: CsvTable): LocationRecord[] {
  const keys = new UniqueKeys((row) => table.place(row));
  return table.rows.map(([registrar, location, name, latitude, longitude], row) => {
    keys.add(`${registrar!} ${location!}`, row);
    const degrees = (text: string | undefined, column: string): number | null =>
      expectNumberOrMarker(text, noAnswer, () => table.place(row, column)).value;
    return {
      ukprn: registrar!,
      location: location!,
      name: name!.trim().slice(0, 255),
      latitude: degrees(latitude, 'LATITUDE'),
      longitude: degrees(longitude, 'LONGITUDE'),
    };
  });
}

/** Areas of the national tables; city regions in them (CF, ED, GL) have no statistical code and are left out. */
const areas: Readonly<Record<string, string>> = {
  UK: 'K02000001',
  E: 'E92000001',
  W: 'W92000004',
  S: 'S92000003',
  NI: 'N92000002',
  NE: 'E12000001',
  NW: 'E12000002',
  YH: 'E12000003',
  EM: 'E12000004',
  WM: 'E12000005',
  EE: 'E12000006',
  LN: 'E12000007',
  SE: 'E12000008',
  SW: 'E12000009',
};
const salaryAreas = ['UK', 'E', 'NI', 'S', 'W'] as const;
const laterAreas = ['UK', 'E', 'NW', 'NE', 'EM', 'WM', 'EE', 'SE', 'SW', 'YH', 'LN', 'W', 'S'] as const;

const salaryColumns = [
  'GOSECSBJ',
  'KISMODE',
  'KISLEVEL',
  ...salaryAreas.flatMap((area) =>
    ['GOSECLQ_', 'GOSECMED_', 'GOSECUQ_', 'GOSECPOP_'].map((field) => field + area),
  ),
];

function laterColumns(prefix: string): string[] {
  return [
    `${prefix}SECSBJ`,
    'KISMODE',
    'KISLEVEL',
    ...laterAreas.flatMap((area) => [
      `${prefix}LQ_${area}`,
      `${prefix}MED_${area}`,
      `${prefix}UQ_${area}`,
      `${prefix}SECPOP_${area}`,
    ]),
  ];
}

function readGraduateSalaries(table: CsvTable): EarningsRecord[] {
  return readEarnings(table, 'salary-15-months', salaryAreas);
}

function readLaterEarnings(table: CsvTable, _prefix: string, measure: string): EarningsRecord[] {
  return readEarnings(table, measure, laterAreas);
}

function readEarnings(table: CsvTable, measure: string, inOrder: readonly string[]): EarningsRecord[] {
  const keys = new UniqueKeys((row) => table.place(row));
  return table.rows.flatMap((values, row) => {
    const [subject, mode, level] = values as [string, string, string];
    expectMatch(subject, subjectCode, () => table.place(row, table.columns[0]), 'a subject code');
    keys.add(`${subject} ${mode} ${level}`, row);
    return inOrder.flatMap((area, index): EarningsRecord[] => {
      const at = 3 + index * 4;
      const pounds = (offset: number): number | null =>
        figureOf('GBP/year', values[at + offset]!, () => table.place(row, table.columns[at + offset]));
      const population = expectNumberOrMarker(values[at + 3], noAnswer, () =>
        table.place(row, table.columns[at + 3]),
      ).value;
      const median = pounds(1);
      if (median === null) return [];
      return [
        {
          subject,
          mode: modeOf(mode),
          level,
          measure,
          area: areas[area]!,
          lower: pounds(0),
          median,
          upper: pounds(2),
          population,
        },
      ];
    });
  });
}

/** Job lists of COMMON.csv and JOBLIST.csv. */
export async function readJobListsCsv(
  common: SourceFile,
  list: SourceFile,
  subjects: SourceFile,
): Promise<JobListRecord[]> {
  const heads = await readCsv(common, {
    columns: [...courseKey, 'COMSBJ', 'COMAGG', 'COMAGGYEAR', 'COMPOP'],
    allowExtra: true,
  });
  const courses = readSubjects(await readCsv(subjects, { columns: [...courseKey, 'SBJ'], allowExtra: true }));
  const jobs = await readCsv(list, {
    columns: [...courseKey, 'COMSBJ', 'JOB', 'PERC', 'ORDER'],
    allowExtra: true,
  });
  const keyOf = (values: readonly string[]): string => values.slice(0, 5).join(' ');
  const byKey = new Map<string, { label: string; percent: number }[]>();
  jobs.rows.forEach((values, row) => {
    const percent = figureOf('percent', values[6]!, () => jobs.place(row, 'PERC'));
    if (percent === null) throw layoutError(jobs.place(row, 'PERC'), 'empty, expected a percentage');
    const key = keyOf(values);
    const known = byKey.get(key) ?? [];
    known.push({ label: values[5]!, percent });
    byKey.set(key, known);
  });
  return heads.rows.flatMap((values, row): JobListRecord[] => {
    const [provider, , course, mode, subject, aggregation, period, population] = values as string[] as [
      string,
      string,
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    const found = byKey.get(keyOf(values));
    if (aggregation === '' || !found) return [];
    expectMatch(aggregation, aggregationCode, () => heads.place(row, 'COMAGG'), 'an aggregation code');
    const own = courses.get(courseId({ provider, course, mode: modeOf(mode) }))?.subjects ?? [];
    return [
      {
        provider,
        course: `${course} ${mode}`,
        subjects: subject === '' ? own : [subject],
        aggregation,
        period: periodOf(period),
        population: expectNumberOrMarker(population, none, () => heads.place(row, 'COMPOP')).value ?? 0,
        jobs: found,
        place: heads.place(row),
      },
    ];
  });
}
