/** Datasets `skills-shortages` (tables by area) and `skills-shortages-occupations` (the series by unit group). */
import {
  areasKnown,
  checkThat,
  codesKnown,
  countRows,
  noDuplicates,
  occupationLevel,
  rowCount,
  rowCountNotFallen,
  type CountedFigure,
  type DatasetCard,
  type DatasetImporter,
  type ImportContext,
  type ReadSources,
  type ReconciliationCell,
  type SourceFile,
} from '@lmi/importing';
import { LmiError, type CheckRecord, type Reader } from '@lmi/kit';
import { wholeCode } from '../codes';
import { skillsShortageColumns } from '../labour-market/codes';
import { few, fewest, judge } from '../labour-market/shortage';
import { seededSample } from './sampling';
import { readShortageSeries, seriesName } from './skills-shortage-series';
import {
  readSummary2019,
  readTables2017,
  regionSums,
  summary2019Name,
  sumMarker,
  tables2017Name,
  type ShortageRow,
} from './skills-shortage-tables';

const table = 'skills_shortage_cell';

const common = {
  publisher: 'Department for Education',
  licence: 'OGL-UK-3.0',
  licenceUrl: 'https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/',
  attribution:
    'Source: Employer Skills Survey, Department for Education, licensed under the Open Government Licence v3.0',
  sourceUrl: 'https://explore-education-statistics.service.gov.uk/find-statistics/employer-skills-survey',
  dependsOn: ['soc', 'areas'],
  derived: false,
} satisfies Partial<DatasetCard>;

/** The marks follow from the marker and from how many employers the figure rests on: below 30, below 50, more. */
const countedVacancies: CountedFigure = {
  figure: 'vacancies',
  table,
  value: `CASE WHEN sample < ${fewest} THEN NULL ELSE vacancies END`,
  level: occupationLevel('soc'),
  period: 'year',
  marker: `marker || '/' || CASE WHEN sample < ${fewest} THEN 0 WHEN sample < ${few} THEN ${fewest} ELSE ${few} END`,
  marksOf(text, withheld) {
    const [marker, sample] = text.split('/') as [string, string];
    const counts = { vacancies: withheld ? null : 0, hardToFill: null, skillShortage: null };
    return judge({ ...counts, sample: sample === undefined ? null : Number(sample), marker }).marks;
  },
};

function oneOf(files: readonly SourceFile[], name: RegExp, what: string): SourceFile {
  const file = files.find((candidate) => name.test(candidate.name));
  if (file) return file;
  throw new LmiError('invalid-argument', `missing file: ${what}`, { field: 'from' });
}

async function readTables(files: readonly SourceFile[]): Promise<ShortageRow[]> {
  const tables = await readTables2017(
    oneOf(
      files,
      tables2017Name,
      'the Employer Skills Survey 2017 tables by LEP (ESS_2017_England_LEP_Standard_Tables….xlsx)',
    ),
  );
  const summary = await readSummary2019(
    oneOf(
      files,
      summary2019Name,
      'the Employer Skills Survey 2019 summary tables by LEP (ESS_2019_LEP_Summary_Tables….xlsx)',
    ),
  );
  return [...tables, ...regionSums(tables, summary.regionsOf), ...summary.rows];
}

const readSeries = (files: readonly SourceFile[]): Promise<ShortageRow[]> =>
  readShortageSeries(
    oneOf(files, seriesName, 'the Employer Skills Survey series by 4-digit SOC 2010 as CSV (…soc…4….csv)'),
  );

function opened(rows: readonly ShortageRow[], edition: string | undefined): ReadSources {
  const found = String(rows.reduce((latest, { year }) => Math.max(latest, year), 0));
  if (edition !== undefined && edition !== found) {
    throw new LmiError('invalid-argument', `wrong edition: the files are of ${found}, asked was ${edition}`, {
      field: 'edition',
      validValues: [found],
    });
  }
  return { edition: found, load: (context) => load(rows, context) };
}

async function load(rows: readonly ShortageRow[], context: ImportContext): Promise<void> {
  context.rowsRead(rows.length);
  context.count(
    rows.filter((row) => judge(row).withheld).length,
    rows.filter((row) => judge(row).marks.length > 0).length,
  );
  await context.sink.insert(
    table,
    skillsShortageColumns,
    rows.map((row) => [
      row.area,
      row.soc,
      row.year,
      row.vacancies,
      row.hardToFill,
      row.skillShortage,
      row.sample,
      row.marker,
    ]),
  );
  context.progress(1);
}

async function checks(reader: Reader, releaseId: number, dataset: string): Promise<CheckRecord[]> {
  // Every count is rounded to a whole, and a part of vacancies may round up where they round down.
  const upsideDown = await countRows(
    reader,
    releaseId,
    table,
    'hard_to_fill > vacancies + 1 OR skill_shortage > vacancies + 1 OR skill_shortage > hard_to_fill + 1',
  );
  return [
    await rowCount(reader, releaseId, table, { atLeast: 1 }),
    await rowCountNotFallen(reader, releaseId, dataset, table, 5),
    await noDuplicates(reader, releaseId, table, ['area', 'soc', 'year']),
    await codesKnown(reader, releaseId, table, 'soc', { classification: 'soc2010', also: [wholeCode] }),
    await areasKnown(reader, releaseId, table, 'area'),
    checkThat(
      `${table}: parts are not more than the whole`,
      upsideDown === 0,
      `${upsideDown} rows with more hard-to-fill than all, or more for want of skills than hard-to-fill`,
    ),
  ];
}

function reconciled(rows: readonly ShortageRow[], sample: number, seed: number): ReconciliationCell[] {
  const served = rows.filter(({ marker }) => marker !== sumMarker);
  return seededSample(served, sample, seed).map((row) => {
    const { withheld, marks } = judge(row);
    return {
      place: row.place(),
      path: `/api/v2/skills-shortages?occupation=${row.soc}&classification=soc2010&area=${row.area}&year=${row.year}&fallBack=false`,
      pick(body) {
        const { observations } = body as {
          observations?: { year: number; vacancies: { value: number | null; marks: string[] } }[];
        };
        const cell = observations?.find(({ year }) => year === row.year)?.vacancies;
        return cell && { value: cell.value ?? null, marks: cell.marks };
      },
      expected: { value: withheld ? null : row.vacancies, marks },
    };
  });
}

export const skillsShortagesImporter: DatasetImporter = {
  card: {
    ...common,
    id: 'skills-shortages',
    title: 'Employer Skills Survey: hard-to-fill vacancies by occupation group and area',
    cadence: 'irregular',
    description:
      'Vacancies of employers in England and its local enterprise partnership areas in 2017 by the nine major groups of SOC 2010: all, ' +
      'those that were hard to fill, and those that were so for want of skills; all vacancies of 2019, also by region.',
    caveats: [
      'England only; regions by occupation are sums over the partnership areas that lie in them, and are modelled.',
      'Partnership areas overlap in places and must not be added to a total.',
      'Figures that rest on fewer than 30 employers with such vacancies are withheld; that number is itself estimated.',
      'At most six occupations were asked about at each employer.',
    ],
    gaps: [
      {
        what: 'Skills shortages by unit group',
        why: 'The publisher’s series is not at hand; it can be imported as dataset skills-shortages-occupations.',
      },
      {
        what: 'Skills shortages in Wales, Scotland and Northern Ireland, and by occupation after 2017',
        why: 'The tables at hand are of England; that of 2019 has no occupations, and later surveys are not at hand.',
      },
    ],
  },
  version: 2,
  tables: { [table]: skillsShortageColumns },
  figures: [countedVacancies],
  withheld: {},
  defaultFolders: ['employer-skills-survey'],
  accepts: ({ name }) => tables2017Name.test(name) || summary2019Name.test(name),
  open: async (files, edition) => opened(await readTables(files), edition),
  check: (reader, releaseId) => checks(reader, releaseId, 'skills-shortages'),
  reconcile: async (files, sample, seed) => reconciled(await readTables(files), sample, seed),
};

export const skillsShortageSeriesImporter: DatasetImporter = {
  card: {
    ...common,
    id: 'skills-shortages-occupations',
    title: 'Employer Skills Survey: hard-to-fill vacancies by 4-digit occupation',
    cadence: 'every two years',
    description:
      'Vacancies of employers by unit group of SOC 2010 and year since 2011: all, hard to fill, and hard to fill for want of skills.',
    caveats: [
      'Not bundled: it is served once the publisher’s CSV has been imported.',
      'The survey of 2024 has no occupations of four digits.',
      'Small occupations rest on few employers and are marked or withheld by the publisher.',
    ],
  },
  version: 1,
  tables: { [table]: skillsShortageColumns },
  figures: [countedVacancies],
  withheld: {},
  optional: true,
  defaultFolders: ['employer-skills-survey'],
  accepts: ({ name }) => seriesName.test(name),
  open: async (files, edition) => opened(await readSeries(files), edition),
  check: (reader, releaseId) => checks(reader, releaseId, 'skills-shortages-occupations'),
  reconcile: async (files, sample, seed) => reconciled(await readSeries(files), sample, seed),
};
