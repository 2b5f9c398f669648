/** Dataset `vacancy-survey`: vacancies as employers report them, in the publisher's time series files. */
import {
  checkThat,
  expectMatch,
  expectNumberOrMarker,
  expectText,
  layoutError,
  noDuplicates,
  rowCount,
  rowCountNotFallen,
  UniqueKeys,
  type DatasetImporter,
  type SourceFile,
} from '@lmi/importing';
import { LmiError, type SqlValue } from '@lmi/kit';
import { parse } from 'csv-parse/sync';
import { refuseOtherEdition, seededSample } from './files';

export const vacancySurveyColumns = ['series', 'period', 'title', 'vacancies', 'marker'] as const;

export interface SurveyFigure {
  readonly series: string;
  readonly title: string;
  /** "2024", "2024-Q4" or "2025-05" (the middle one of three months). */
  readonly period: string;
  readonly vacancies: number | null;
  readonly marker: string;
  readonly place: () => string;
}

export interface SurveyFile {
  /** "2025-09-16". */
  readonly released: string;
  readonly figures: readonly SurveyFigure[];
}

/** The head of the publisher's time series files, line by line. */
const head = [
  'Title',
  'CDID',
  'Source dataset ID',
  'PreUnit',
  'Unit',
  'Release date',
  'Next release',
  'Important notes',
] as const;

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
/** Not applicable, not available, and withheld as the publisher writes them. */
const markers: ReadonlySet<string> = new Set(['..', 'x']);

/**
 * Reads one series of vacancies in thousands.
 * @throws LmiError invalid-argument naming file, line and what was expected: another table, a changed head, a period
 * that is none, a value that is no number.
 */
export async function readSurveyFile(file: SourceFile): Promise<SurveyFile> {
  const place = (line: number) => () => `${file.name}, line ${line}`;
  let rows: string[][];
  try {
    rows = parse(await file.read(), { bom: true, relax_column_count: true, skip_empty_lines: true });
  } catch (cause) {
    throw new LmiError('invalid-argument', `${file.name} is not readable as CSV`, {
      field: file.name,
      cause,
    });
  }
  head.forEach((label, index) => {
    const found = rows[index]?.[0] ?? '';
    if (found !== label)
      throw layoutError(place(index + 1), `changed head: found "${found}", expected "${label}"`);
  });
  const value = (label: (typeof head)[number]): string => rows[head.indexOf(label)]?.[1] ?? '';
  const title = expectMatch(
    value('Title'),
    /^UK Vacancies \(thousands\)/i,
    place(1),
    'a series of "UK Vacancies (thousands)"',
  );
  const series = expectMatch(value('CDID'), /^[A-Z0-9]{4}$/, place(2), 'a series id of four characters');
  const date = expectMatch(value('Release date'), /^\d\d-\d\d-\d{4}$/, place(6), 'a date such as 16-09-2025');
  const [day, month, year] = date.split('-');
  const keys = new UniqueKeys((row) => place(row + 1)());
  const figures = rows.slice(head.length).map(([time, number], index): SurveyFigure => {
    const line = head.length + index + 1;
    const period = periodOf(expectText(time, place(line)), place(line));
    keys.add(period, line - 1);
    const { value: thousands, marker } = expectNumberOrMarker(number, markers, place(line));
    return {
      series,
      title,
      period,
      vacancies: thousands === null ? null : thousands * 1000,
      marker,
      place: place(line),
    };
  });
  if (figures.length === 0) throw layoutError(file.name, 'no figures below its head');
  return { released: `${year}-${month}-${day}`, figures };
}

function periodOf(text: string, place: () => string): string {
  const [, year, part] = /^(\d{4})(?: (Q[1-4]|[A-Z]{3}))?$/.exec(text) ?? [];
  const month = months.indexOf(part ?? '');
  if (year && part === undefined) return year;
  if (year && part!.startsWith('Q')) return `${year}-${part}`;
  if (year && month >= 0) return `${year}-${String(month + 1).padStart(2, '0')}`;
  throw layoutError(place, `found "${text}", expected a period such as 2024, 2024 Q4 or 2025 MAY`);
}

const accepted = /^series-.*\.csv$/i;

export const vacancySurveyImporter: DatasetImporter = {
  card: {
    id: 'vacancy-survey',
    title: 'Vacancy Survey: vacancies reported by employers',
    publisher: 'Office for National Statistics',
    licence: 'OGL-UK-3.0',
    licenceUrl: 'https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/',
    attribution: 'Source: Office for National Statistics licensed under the Open Government Licence v.3.0',
    sourceUrl:
      'https://www.ons.gov.uk/employmentandlabourmarket/peopleinwork/employmentandemployeetypes/timeseries/ap2y/lms',
    cadence: 'monthly',
    description:
      'Vacancies of employers in the United Kingdom, without farming, from a monthly survey of businesses; each month is ' +
      'the middle one of the three that the figure is an average of.',
    caveats: [
      'The survey does not ask for occupations or places: figures are of the whole country.',
      'Months overlap: neighbouring figures share two of their three months.',
      'Late figures are revised as more employers answer.',
    ],
    gaps: [
      {
        what: 'Vacancies of the survey by occupation or area',
        why: 'The survey asks businesses for a number alone; adverts are coded instead.',
      },
    ],
    dependsOn: [],
    derived: false,
  },
  version: 1,
  tables: { vacancy_survey: vacancySurveyColumns },
  withheld: {},
  optional: true,
  defaultFolders: [],
  accepts: ({ name }) => accepted.test(name),

  async open(files, asked) {
    if (files.length === 0) {
      throw new LmiError(
        'invalid-argument',
        'missing file: a time series file of the Vacancy Survey, series-….csv as the publisher names it',
        { field: 'from' },
      );
    }
    const read: SurveyFile[] = [];
    for (const file of files) {
      const survey = await readSurveyFile(file);
      refuseOtherEdition(file, survey.released, asked);
      read.push(survey);
    }
    const figures = read.flatMap((survey) => survey.figures);
    const keys = new UniqueKeys((row) => figures[row]!.place());
    figures.forEach(({ series, period }, row) => keys.add(`${series}/${period}`, row));
    return {
      edition: read.reduce((latest, { released }) => (released > latest ? released : latest), ''),
      async load(context) {
        context.rowsRead(figures.length);
        const withheld = figures.filter(({ vacancies }) => vacancies === null).length;
        context.count(withheld, withheld);
        await context.sink.insert(
          'vacancy_survey',
          vacancySurveyColumns,
          figures.map(({ series, period, title, vacancies, marker }): SqlValue[] => [
            series,
            period,
            title,
            vacancies,
            marker,
          ]),
        );
        context.progress(1);
      },
    };
  },

  async check(reader, releaseId) {
    const row = await reader.get<{ low: number | null }>(
      'SELECT MIN(vacancies) AS low FROM vacancy_survey WHERE release_id = ?',
      [releaseId],
    );
    return [
      await rowCount(reader, releaseId, 'vacancy_survey', { atLeast: 1 }),
      await rowCountNotFallen(reader, releaseId, 'vacancy-survey', 'vacancy_survey', 5),
      await noDuplicates(reader, releaseId, 'vacancy_survey', ['series', 'period']),
      checkThat('vacancy_survey: no negative number', (row?.low ?? 0) >= 0, `lowest ${String(row?.low)}`),
    ];
  },

  figures: [
    {
      figure: 'vacancies',
      table: 'vacancy_survey',
      value: 'vacancies',
      level: "'United Kingdom'",
      period: 'period',
      marker: 'marker',
      marksOf: (_, withheld) => (withheld ? ['not-available'] : []),
    },
  ],

  async reconcile(files, sample, seed) {
    const figures: SurveyFigure[] = [];
    for (const file of files.filter((found) => vacancySurveyImporter.accepts(found))) {
      figures.push(...(await readSurveyFile(file)).figures);
    }
    return seededSample(figures, sample, seed).map(({ series, period, vacancies, place }) => ({
      place: place(),
      path: `/api/v2/vacancies/survey?series=${series}&from=${period}&to=${period}`,
      pick(body) {
        const found = (
          body as {
            series?: { observations: { period: string; vacancies: { value: number; marks: string[] } }[] }[];
          }
        ).series?.[0]?.observations;
        return found?.find((row) => row.period === period)?.vacancies;
      },
      expected: { value: vacancies, marks: [] },
    }));
  },
};
