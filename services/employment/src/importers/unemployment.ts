/** Dataset `unemployment`: unemployment by last occupation, from a CSV export of Nomis. */
import {
  areasKnown,
  checkThat,
  expectNumberOrMarker,
  layoutError,
  noDuplicates,
  occupationLevel,
  publishedRows,
  readCsv,
  rowCount,
  rowCountNotFallen,
  UniqueKeys,
  valuesWithin,
  type CsvTable,
  type DatasetImporter,
  type ReconciliationCell,
  type SourceFile,
} from '@lmi/importing';
import { LmiError, type CheckRecord, type Classification, type Reader, type SqlValue } from '@lmi/kit';
import { sortMarks } from '@lmi/statistics';
import { wholeCode } from '../codes';
import { unemploymentColumns } from '../labour-market/codes';
import { marksOfUnemploymentMarker } from '../labour-market/marks';
import { seededSample } from './sampling';

/** An address …/api/v01/dataset/NM_…_1.data.csv?… gives the first form. */
const fileName = /^NM_\d+_1\.data\.csv$|unemployment.*occupation.*\.csv$/i;

const columns = [
  'DATE_NAME',
  'GEOGRAPHY_CODE',
  'C_SEX_NAME',
  'AGE_NAME',
  'MEASURES_NAME',
  'OBS_VALUE',
  'OBS_STATUS_NAME',
] as const;
/** The column of occupations says which classification it is. */
const occupationColumns: Readonly<Record<string, Classification>> = {
  SOC2020_FULL_NAME: 'soc2020',
  SOC2010_FULL_NAME: 'soc2010',
};

interface UnemploymentRow {
  readonly classification: Classification;
  readonly soc: string;
  readonly area: string;
  readonly sex: string;
  readonly age: string;
  readonly year: number;
  readonly rate: number | null;
  ci95: number | null;
  readonly marker: string;
  readonly place: () => string;
}

const sexes: readonly (readonly [RegExp, string])[] = [
  [/^(total|all (persons|people))$/i, 'all'],
  [/^males?$/i, 'male'],
  [/^females?$/i, 'female'],
];

/** Nomis says in words why there is no figure, or how good it is. */
const statuses: readonly (readonly [RegExp, string])[] = [
  [/^normal value$/i, ''],
  [/suppressed|disclosive/i, 'suppressed'],
  [/missing|not available/i, 'missing'],
  [/unreliable/i, 'unreliable'],
];

function pick(
  list: readonly (readonly [RegExp, string])[],
  text: string,
  place: () => string,
  what: string,
): string {
  const found = list.find(([pattern]) => pattern.test(text));
  if (!found) throw layoutError(place, `found "${text}", expected ${what}`);
  return found[1];
}

/** "Aged 16 to 24", "16-24", "Aged 50+"; everybody is "Total", "16+" or "Aged 16 and over". */
function ageOf(text: string, place: () => string): string {
  const plain = text.replace(/^Aged\s+/i, '');
  if (/^(total|all ages|16(\+| and over))$/i.test(plain)) return wholeCode;
  const [, first, last] = /^(\d{2})\s*(?:-|to)\s*(\d{2})$/.exec(plain) ?? [];
  if (first && last) return `${first}-${last}`;
  const open = /^(\d{2})(?:\+| and over)$/.exec(plain)?.[1];
  if (open) return `${open}+`;
  throw layoutError(place, `found "${text}", expected an age band such as "16 to 24"`);
}

function socOf(text: string, place: () => string): string {
  if (/^(total|all occupations|0)$/i.test(text)) return wholeCode;
  const code = /^(\d{1,4}) ?: ?\S/.exec(text)?.[1];
  if (!code) throw layoutError(place, `found "${text}", expected a code and its title, or "Total"`);
  return code;
}

async function open(file: SourceFile): Promise<{ table: CsvTable; classification: Classification }> {
  const header = (await file.read())
    .toString('utf8', 0, 4096)
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/, 1)[0]!;
  const occupation = Object.keys(occupationColumns).find((name) => header.includes(name));
  if (!occupation) {
    const valid = Object.keys(occupationColumns);
    throw layoutError(`${file.name}, line 1`, `changed header: no column ${valid.join(' or ')}`, valid);
  }
  const table = await readCsv(file, { columns: [...columns, occupation], allowExtra: true });
  return { table, classification: occupationColumns[occupation]! };
}

async function readFile(file: SourceFile): Promise<UnemploymentRow[]> {
  const { table, classification } = await open(file);
  const rows = new Map<string, UnemploymentRow>();
  const limits: { key: string; ci95: number | null; place: () => string }[] = [];
  const keys = new UniqueKeys((row) => table.place(row));
  table.rows.forEach((cells, row) => {
    const [date, area, sexName, ageName, measure, value, status, occupation] = cells as [
      string,
      string,
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    const at = (column: string) => () => table.place(row, column);
    const [, year, end] = /^Jan (20\d\d)-Dec (20\d\d)$/.exec(date) ?? [];
    if (!year || year !== end)
      throw layoutError(
        at('DATE_NAME'),
        `found "${date}", expected a calendar year such as "Jan 2024-Dec 2024"`,
      );
    if (!/^[KEWSN]\d{8}$/.test(area))
      throw layoutError(at('GEOGRAPHY_CODE'), `found "${area}", expected an area code`);
    const sex = pick(sexes, sexName, at('C_SEX_NAME'), 'Total, Male or Female');
    const age = ageOf(ageName, at('AGE_NAME'));
    const soc = socOf(occupation, at(table.columns[7]!));
    const key = [soc, area, sex, age, year].join('/');
    const figure = expectNumberOrMarker(value, new Set(['']), at('OBS_VALUE')).value;
    if (/^confidence$/i.test(measure)) {
      limits.push({ key, ci95: figure, place: at('MEASURES_NAME') });
      return;
    }
    if (!/^(value|variable)$/i.test(measure)) {
      throw layoutError(at('MEASURES_NAME'), `found "${measure}", expected Value or Confidence`, [
        'Value',
        'Confidence',
      ]);
    }
    keys.add(key, row);
    const marker = pick(statuses, status, at('OBS_STATUS_NAME'), 'Normal Value, or why there is none');
    const withheld = marker === 'suppressed' || marker === 'missing';
    if ((figure === null) !== withheld)
      throw layoutError(at('OBS_VALUE'), `found "${value}" with the status "${status}"`);
    rows.set(key, {
      classification,
      soc,
      area,
      sex,
      age,
      year: Number(year),
      rate: figure,
      ci95: null,
      marker,
      place: at('OBS_VALUE'),
    });
  });
  for (const { key, ci95, place } of limits) {
    const row = rows.get(key);
    if (!row) throw layoutError(place, `a confidence interval without its value: ${key}`);
    row.ci95 = row.rate === null ? null : ci95;
  }
  return [...rows.values()];
}

async function readFiles(files: readonly SourceFile[]): Promise<UnemploymentRow[]> {
  if (files.length === 0) {
    throw new LmiError(
      'invalid-argument',
      'missing file: a Nomis CSV export of unemployment rates by last occupation',
      {
        field: 'from',
      },
    );
  }
  const rows: UnemploymentRow[] = [];
  for (const file of files) rows.push(...(await readFile(file)));
  return rows;
}

async function socKnown(reader: Reader, releaseId: number): Promise<CheckRecord> {
  const known = await publishedRows<{ classification: string; code: string }>(
    reader,
    'soc',
    'soc_group',
    'classification, code',
  );
  const codes = new Set(known.map(({ classification, code }) => `${classification}/${code}`));
  const found = await reader.all<{ classification: string; soc: string }>(
    "SELECT DISTINCT classification, soc FROM unemployment_cell WHERE release_id = ? AND soc <> 'all'",
    [releaseId],
  );
  const unknown = found.filter(({ classification, soc }) => !codes.has(`${classification}/${soc}`));
  return checkThat(
    'unemployment_cell: every soc is a code of its classification',
    unknown.length === 0,
    unknown.length === 0
      ? `${found.length} codes`
      : `unknown: ${unknown
          .map(({ soc }) => soc)
          .slice(0, 10)
          .join(', ')}`,
  );
}

export const unemploymentImporter: DatasetImporter = {
  card: {
    id: 'unemployment',
    title: 'Unemployment by last occupation',
    publisher: 'Office for National Statistics',
    licence: 'OGL-UK-3.0',
    licenceUrl: 'https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/',
    attribution: 'Source: Office for National Statistics licensed under the Open Government Licence v.3.0',
    sourceUrl: 'https://www.nomisweb.co.uk/',
    cadence: 'quarterly',
    description:
      'Unemployed people per hundred economically active ones whose present or last job was in an occupation, by area, sex and age, for calendar years.',
    caveats: [
      'Not bundled: it is served once a Nomis export has been imported.',
      'People who never worked, or not for long, have no last occupation and are in no group.',
    ],
    dependsOn: ['soc', 'areas'],
    derived: false,
  },
  version: 1,
  tables: { unemployment_cell: unemploymentColumns },
  figures: [
    {
      figure: 'unemployment rate',
      table: 'unemployment_cell',
      value: 'rate',
      level: occupationLevel('soc'),
      period: 'year',
      marker: 'marker',
      marksOf: marksOfUnemploymentMarker,
    },
  ],
  withheld: {},
  optional: true,
  defaultFolders: ['employment'],
  accepts: ({ name }) => fileName.test(name),

  async open(files, edition) {
    const rows = await readFiles(files);
    const found = String(rows.reduce((latest, { year }) => Math.max(latest, year), 0));
    if (edition !== undefined && edition !== found) {
      throw new LmiError(
        'invalid-argument',
        `wrong edition: the files are of ${found}, asked was ${edition}`,
        {
          field: 'edition',
          validValues: [found],
        },
      );
    }
    return {
      edition: found,
      async load(context) {
        context.rowsRead(rows.length);
        context.count(
          rows.filter(({ rate }) => rate === null).length,
          rows.filter(({ marker }) => marker !== '').length,
        );
        await context.sink.insert(
          'unemployment_cell',
          unemploymentColumns,
          rows.map((row): SqlValue[] => [
            row.classification,
            row.soc,
            row.area,
            row.sex,
            row.age,
            row.year,
            row.rate,
            row.ci95,
            row.marker,
          ]),
        );
        context.progress(1);
      },
    };
  },

  async check(reader, releaseId) {
    const table = 'unemployment_cell';
    return [
      await rowCount(reader, releaseId, table, { atLeast: 1 }),
      await rowCountNotFallen(reader, releaseId, 'unemployment', table, 5),
      await noDuplicates(reader, releaseId, table, ['classification', 'soc', 'area', 'sex', 'age', 'year']),
      await valuesWithin(reader, releaseId, table, 'rate', 0, 100),
      await socKnown(reader, releaseId),
      await areasKnown(reader, releaseId, table, 'area'),
    ];
  },

  async reconcile(files, sample, seed): Promise<ReconciliationCell[]> {
    const rows = await readFiles(files.filter((file) => unemploymentImporter.accepts(file)));
    return seededSample(rows, sample, seed).map((row) => ({
      place: row.place(),
      path:
        `/api/v2/unemployment?occupation=${row.soc}&classification=${row.classification}&area=${row.area}` +
        `&sex=${row.sex}&age=${encodeURIComponent(row.age)}&year=${row.year}&fallBack=false`,
      pick(body) {
        const { observations } = body as {
          observations?: { year: number; rate: { value: number | null; marks: string[] } }[];
        };
        const cell = observations?.find(({ year }) => year === row.year)?.rate;
        return cell && { value: cell.value ?? null, marks: cell.marks };
      },
      expected: { value: row.rate, marks: sortMarks(marksOfUnemploymentMarker(row.marker)) },
    }));
  },
};
