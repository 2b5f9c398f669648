/** Dataset `ashe`: pay and hours of employees by occupation, from the Annual Survey of Hours and Earnings. */
import { LmiError } from '@lmi/kit';
import {
  layoutError,
  occupationLevel,
  type CountedFigure,
  type DatasetCard,
  type DatasetImporter,
  type ImportContext,
  type ReadSources,
  type ReconciliationCell,
  type SourceFile,
} from '@lmi/importing';
import { payCellColumns, statisticColumns, statistics, valueColumns, type ValueColumn } from '../codes';
import { editionMark, marksOfValue } from '../markers';
import { checkAshe } from './ashe-checks';
import { toSqlRow, type PayBlock, type PayRow } from './pay-rows';
import { cvKey, parseWorkbookName, readCompanion, readTable14, type Cv } from './table14-workbook';
import { parseTidyName, readTidy } from './tidy-files';

const card: DatasetCard = {
  id: 'ashe',
  title: 'Annual Survey of Hours and Earnings: pay and hours by occupation',
  publisher: 'Office for National Statistics',
  licence: 'OGL-UK-3.0',
  licenceUrl: 'https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/',
  attribution: 'Source: Office for National Statistics licensed under the Open Government Licence v.3.0',
  sourceUrl:
    'https://www.ons.gov.uk/employmentandlabourmarket/peopleinwork/earningsandworkinghours/datasets/occupation4digitsoc2010ashetable14',
  cadence: 'yearly',
  description:
    'What employee jobs paid, and how many hours were paid for, in April of each year (annual pay: the tax year that ' +
    'ended then), by occupation, sex and working pattern. A survey of about one job in a hundred.',
  caveats: [
    'Only employees on adult rates whose pay was not cut by absence are counted; the self-employed are not.',
    'Annual pay covers people who have been in the same job for more than a year.',
    'Figures of 2021 are by SOC 2010, later ones by SOC 2020: the two do not compare directly.',
    'Numbers of jobs are indicative, not an estimate of employment.',
    'Estimates with a coefficient of variation above 20 % are withheld by the publisher.',
    'For 2025 the figures at hand have no numbers of jobs, no coefficients of variation and no part-time workers.',
  ],
  nextRelease: 'autumn 2026, by the usual calendar',
  gaps: [
    {
      what: 'pay by qualification or industry of an occupation',
      why: 'the survey does not ask for qualifications, and no table crosses the two',
    },
    {
      what: 'numbers of jobs and coefficients of variation of 2025',
      why: 'the files at hand leave them out',
    },
    { what: 'pay of the self-employed', why: 'the survey is of employee jobs' },
  ],
  dependsOn: ['soc'],
  derived: false,
};

/** Which file wins where two state the same cell: the wider table, and among equals the publisher's own file. */
const precedence: readonly PayBlock['layout'][] = [
  'workbook',
  'table14',
  'extract',
  'table3',
  'regions',
  'table20',
];

export const ashe: DatasetImporter = {
  card,
  version: 1,
  tables: { pay_cell: payCellColumns },
  withheld: {},
  defaultFolders: ['ashe/original', 'ashe/tidy'],
  figures: [...(['median', 'mean', 'p10', 'p25', 'p75', 'p90', 'jobs_thousand'] as const).map(countedFigure)],
  accepts: ({ name }) => parseWorkbookName(name) !== undefined || parseTidyName(name) !== undefined,
  open,
  check: checkAshe,
  reconcile,
};

/** Marks of one value follow from its band of variation, which the row's markers are put behind. */
function countedFigure(column: ValueColumn): CountedFigure {
  const cv = column === 'mean' || column === 'median' ? `cv_${column}` : 'NULL';
  return {
    figure: column,
    table: 'pay_cell',
    value: column,
    level: `classification || ' ' || ${occupationLevel('soc')}`,
    period: 'year',
    marker: `CASE WHEN ${column} IS NULL THEN '' ELSE COALESCE(CASE WHEN ${cv} <= 5 THEN 'reliable'
      WHEN ${cv} <= 10 THEN 'reasonable' WHEN ${cv} <= 20 THEN 'acceptable' WHEN ${cv} > 20 THEN 'unreliable' END, '')
      END || '|' || markers`,
    marksOf(text, isWithheld) {
      const [band = '', markers = ''] = text.split(/\|(.*)/s);
      const known = isWithheld ? marksOfValue(markers, column) : band === '' ? [] : [band];
      return [...known, editionMark(markers)];
    },
  };
}

async function open(files: readonly SourceFile[], edition: string | undefined): Promise<ReadSources> {
  const blocks = await readBlocks(files);
  const found = String(Math.max(...blocks.map(({ year }) => year)));
  if (edition !== undefined && edition !== found) {
    throw new LmiError(
      'invalid-argument',
      `wrong edition: ${edition} was asked for, the newest of the files is of ${found}`,
      { field: 'edition', validValues: [found] },
    );
  }
  return { edition: found, load: (context) => load(blocks, context) };
}

/**
 * Reads all files and merges what two of them state. Where an official workbook and a tidy file hold the same year
 * and measure, every figure and marker must agree; the rows of the workbook are used, with the coefficients of
 * variation of its companion or, without one, of the tidy file.
 */
async function readBlocks(files: readonly SourceFile[]): Promise<PayBlock[]> {
  const workbooks: PayBlock[] = [];
  const companions = new Map<string, { file: string; cvs: Map<string, Cv> }>();
  const tidy: PayBlock[] = [];
  for (const file of files) {
    const name = parseWorkbookName(file.name);
    if (name?.companion) {
      companions.set(seriesOf(name), { file: file.name, cvs: await readCompanion(file, name) });
    } else if (name) {
      const earlier = workbooks.find((block) => seriesOf(block) === seriesOf(name));
      if (earlier) {
        throw layoutError(
          file.name,
          `the same table as ${earlier.file}: keep one edition of a year in the folder`,
        );
      }
      workbooks.push(await readTable14(file, name));
    } else if (parseTidyName(file.name)) {
      tidy.push(...(await readTidy(file)));
    }
  }
  for (const [series, { file }] of companions) {
    if (!workbooks.some((block) => seriesOf(block) === series)) {
      throw new LmiError('invalid-argument', `missing file: ${file} has no workbook of values beside it`, {
        field: file,
      });
    }
  }
  if (workbooks.length + tidy.length === 0) {
    throw new LmiError(
      'invalid-argument',
      'missing file: none of the files is an ASHE Table 14 workbook ("PROV - Occupation SOC20 (4) Table 14.7a   ' +
        'Annual pay - Gross 2024.xlsx") or a tidy ASHE file ("ashe_table14_2024.csv")',
      { field: 'from' },
    );
  }
  const merged = workbooks.map((block) => {
    const twin = tidy.find((other) => other.layout === 'table14' && seriesOf(other) === seriesOf(block));
    if (twin && twin.edition === block.edition) compare(block, twin);
    const cvs = companions.get(seriesOf(block))?.cvs ?? (twin && cvsOf(twin));
    return cvs ? withCvs(block, cvs) : block;
  });
  const series = new Set(merged.map(seriesOf));
  const rest = tidy.filter((block) => block.layout !== 'table14' || !series.has(seriesOf(block)));
  return [...merged, ...rest].sort((a, b) => precedence.indexOf(a.layout) - precedence.indexOf(b.layout));
}

function seriesOf(block: Pick<PayBlock, 'classification' | 'year' | 'measure'>): string {
  return [block.classification, block.year, block.measure].join(' ');
}

function compare(workbook: PayBlock, tidy: PayBlock): void {
  const twins = new Map(tidy.rows.map((row) => [cvKey(row.population, row.soc), row]));
  for (const row of workbook.rows) {
    const twin = twins.get(cvKey(row.population, row.soc));
    if (!twin) throw layoutError(row.place, `occupation ${row.soc} is missing in ${tidy.file}`);
    row.values.forEach((value, index) => {
      if (value !== twin.values[index]) {
        throw layoutError(
          row.place,
          `${valueColumns[index]} is ${value}, but ${twin.values[index]} in ${twin.place}`,
        );
      }
    });
    if (row.markers !== twin.markers) {
      throw layoutError(row.place, `markers are "${row.markers}", but "${twin.markers}" in ${twin.place}`);
    }
  }
  if (workbook.rows.length !== tidy.rows.length) {
    throw layoutError(tidy.file, `${tidy.rows.length} rows, but ${workbook.rows.length} in ${workbook.file}`);
  }
}

function cvsOf(block: PayBlock): Map<string, Cv> {
  return new Map(
    block.rows.map((row) => [cvKey(row.population, row.soc), { median: row.cvMedian, mean: row.cvMean }]),
  );
}

function withCvs(block: PayBlock, cvs: Map<string, Cv>): PayBlock {
  const rows = block.rows.map((row) => {
    const cv = cvs.get(cvKey(row.population, row.soc));
    return cv ? { ...row, cvMedian: cv.median, cvMean: cv.mean } : row;
  });
  return { ...block, rows };
}

/** Each cell's row once, from the file that wins. */
function* distinctRows(blocks: readonly PayBlock[]): Generator<{ block: PayBlock; row: PayRow }> {
  const seen = new Set<string>();
  for (const block of blocks) {
    for (const row of block.rows) {
      const key = [seriesOf(block), row.soc, row.area, row.age, row.population.sheet].join(' ');
      if (seen.has(key)) continue;
      seen.add(key);
      yield { block, row };
    }
  }
}

async function load(blocks: readonly PayBlock[], context: ImportContext): Promise<void> {
  const total = blocks.reduce((sum, block) => sum + block.rows.length, 0);
  context.rowsRead(total);
  let done = 0;
  let suppressed = 0;
  let marked = 0;
  const rows = function* () {
    for (const { block, row } of distinctRows(blocks)) {
      // Extracts have no columns of jobs and changes: nothing is withheld there.
      suppressed += row.values.filter((value) => value === null).length - (isFull(block) ? 0 : 3);
      marked += row.markers === '' ? 0 : row.markers.split(';').length;
      done += 1;
      if (done % 2000 === 0) context.progress(done / total);
      yield toSqlRow(block, row);
    }
  };
  await context.sink.insert('pay_cell', payCellColumns, rows());
  context.count(suppressed, marked);
  await context.sink.carryForward('pay_cell', ['classification', 'soc', 'measure', 'area', 'age', 'year']);
  context.progress(1);
}

/** A seeded sample over all cells that the files state, withheld ones included. */
async function reconcile(
  files: readonly SourceFile[],
  sample: number,
  seed: number,
): Promise<ReconciliationCell[]> {
  const rows = [...distinctRows(await readBlocks(files))];
  const random = generator(seed);
  return Array.from({ length: sample }, () => {
    const { block, row } = rows[Math.floor(random() * rows.length)]!;
    // Extracts have no jobs and changes: those statistics are not theirs to be compared.
    const stated = statistics.filter((name) => isFull(block) || !/^jobs$|-change$/.test(name));
    const statistic = stated[Math.floor(random() * stated.length)]!;
    return reconciliationCell(block, row, statistic);
  });
}

function reconciliationCell(block: PayBlock, row: PayRow, statistic: string): ReconciliationCell {
  const column = statisticColumns[statistic]!;
  const value = row.values[valueColumns.indexOf(column)] ?? null;
  const { sex, workingPattern } = row.population;
  const query = new URLSearchParams({
    occupation: row.soc,
    classification: block.classification,
    measure: block.measure,
    statistics: statistic,
    sex,
    workingPattern,
    area: row.area,
    age: row.age,
    year: String(block.year),
    // A coarser answer would be another cell than the one that is compared.
    fallBack: 'false',
  });
  return {
    place: `${row.place}, ${column}`,
    path: `/api/v2/pay?${query}`,
    pick: (body) => pickCell(body, statistic, block.year),
    expected: {
      value: value !== null && statistic === 'jobs' ? value * 1000 : value,
      marks: value === null ? marksOfValue(row.markers, column) : [],
    },
  };
}

function isFull({ layout }: PayBlock): boolean {
  return layout === 'workbook' || layout === 'table14';
}

interface ServedObservation {
  readonly year?: number;
  readonly statistic?: string;
  readonly cell?: { readonly value?: number | null; readonly marks?: readonly string[] };
}

function pickCell(body: unknown, statistic: string, year: number): ReturnType<ReconciliationCell['pick']> {
  const { observations } = body as { observations?: readonly ServedObservation[] };
  const found = observations?.find((item) => item.year === year && item.statistic === statistic);
  return found?.cell && { value: found.cell.value ?? null, marks: found.cell.marks ?? [] };
}

/** Mulberry32: small, even enough for sampling, and the same on every machine. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
