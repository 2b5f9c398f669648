/** Dataset `pay-estimates`: how pay and hours of a unit group differ by region and by age, worked out from margins. */
import type { CheckRecord, Reader, SqlValue } from '@lmi/kit';
import {
  checkThat,
  rowCountNotFallen,
  type DatasetCard,
  type DatasetImporter,
  type ImportContext,
  occupationLevel,
} from '@lmi/importing';
import { england, payFactorColumns } from '../codes';
import { combineFactors, fitMajorGroup, type UnitFactors, type UnitMargin } from '../estimates';
import { readMargins, type Margins, type PopulationMargins } from './pay-margins';

const card: DatasetCard = {
  id: 'pay-estimates',
  title: 'Pay and hours of occupations by region and by age (estimates)',
  publisher: 'Worked out from figures of the Office for National Statistics',
  licence: 'OGL-UK-3.0',
  licenceUrl: 'https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/',
  attribution:
    'Adapted from data from the Office for National Statistics licensed under the Open Government Licence v.3.0',
  sourceUrl:
    'https://www.ons.gov.uk/employmentandlabourmarket/peopleinwork/earningsandworkinghours/datasets/occupation4digitsoc2010ashetable14',
  cadence: 'yearly',
  description:
    'For each occupation, what a job in one region or of one age band pays relative to the occupation as a whole in ' +
    'the United Kingdom. Published tables give this for nine broad groups only; the rest is proportional fitting.',
  caveats: [
    'Estimates, not survey results: they keep the published means of each occupation and of each region or age band.',
    'Within a broad group, occupations differ by region only as far as their jobs are spread differently.',
    'By age no published figure tells occupations of a broad group apart: all of them have the same factor.',
    'Years before the newest use its structure.',
    'Northern Ireland has no estimate by occupation, because the published table has none; England is put together from its regions.',
  ],
  gaps: [
    { what: 'pay by occupation in Northern Ireland', why: 'its table is not among the sources' },
    { what: 'pay by occupation of districts', why: 'only regions are published to fit to' },
  ],
  dependsOn: ['areas', 'soc', 'aps', 'ashe'],
  derived: true,
};

/** What a release must reproduce: relative difference of job-weighted means from the published margins. */
const marginTolerance = 1e-9;

export const payEstimates: DatasetImporter = {
  card,
  version: 2,
  tables: { pay_factor: payFactorColumns },
  figures: [
    {
      figure: 'factor on pay',
      table: 'pay_factor',
      value: 'factor',
      level: `${occupationLevel('soc')} || ', ' || dimension`,
      period: `''`,
      marker: `''`,
      marksOf: () => ['modelled'],
    },
  ],
  withheld: {},
  workings: ['pay_factor'],
  defaultFolders: [],
  accepts: () => false,
  open: () => Promise.reject(new Error('pay-estimates is derived and reads no files')),
  derive,
  check,
};

async function derive(context: ImportContext): Promise<{ edition: string }> {
  const margins = await readMargins(context.sink.reader);
  context.rowsRead(margins.rowsRead);
  const rows = function* () {
    for (const [index, population] of margins.populations.entries()) {
      yield* factorRows(population, margins);
      context.progress((index + 1) / margins.populations.length);
    }
  };
  await context.sink.insert('pay_factor', payFactorColumns, rows());
  return { edition: String(margins.year) };
}

interface FittedUnit {
  readonly margin: UnitMargin;
  readonly factors: UnitFactors['factors'];
}

/** Rows of one measure and population: unit groups, then wider groups made of them. */
function* factorRows(population: PopulationMargins, margins: Margins): Generator<SqlValue[]> {
  const { measure, sex, workingPattern } = population;
  for (const dimension of ['area', 'age'] as const) {
    const row = (soc: string, code: string, factor: number, weight: number): SqlValue[] => [
      soc,
      measure,
      sex,
      workingPattern,
      dimension,
      code,
      factor,
      weight,
    ];
    const fitted: (FittedUnit & { categories: readonly string[] })[] = [];
    for (const group of population[dimension]) {
      const results = fitMajorGroup(group.units, group.means);
      results.forEach(({ factors }, index) => {
        fitted.push({ margin: group.units[index]!, factors, categories: group.categories });
      });
    }
    const rowsOf = (soc: string, cells: readonly CategoryFactor[]): SqlValue[][] =>
      [...cells, ...englandOf(cells)].map(({ code, factor, weight }) => row(soc, code, factor, weight));
    for (const { margin, factors, categories } of fitted) {
      const cells = categories.flatMap((code, index) => {
        const factor = factors[index];
        return factor === undefined ? [] : [{ code, factor, weight: margin.shares[index]! }];
      });
      yield* rowsOf(margin.soc, cells);
    }
    const published = population.allOccupations.get(dimension);
    for (const wider of margins.widerGroups) {
      const parts = fitted.filter(({ margin }) => wider === 'all' || margin.soc.startsWith(wider));
      const cells = widerCells(parts);
      if (wider !== 'all' || !published) yield* rowsOf(wider, cells);
      else {
        for (const [code, factor] of published) yield row(wider, code, factor, 0);
        for (const { code, factor, weight } of englandOf(cells)) yield row(wider, code, factor, weight);
      }
    }
  }
}

interface CategoryFactor {
  readonly code: string;
  readonly factor: number;
  /** Share of the jobs of the occupation. */
  readonly weight: number;
}

/** England as the mean of its nine regions; nothing where one of them is missing. */
function englandOf(cells: readonly CategoryFactor[]): CategoryFactor[] {
  const inEngland = cells.filter(({ code }) => code.startsWith('E12'));
  const weight = sum(inEngland.map((cell) => cell.weight));
  if (inEngland.length < 9 || weight === 0) return [];
  const factor = sum(inEngland.map((cell) => cell.factor * cell.weight)) / weight;
  return [{ code: england, factor, weight }];
}

/** Categories that all parts have: with one of them missing, the group's mean there is not known. */
function widerCells(parts: readonly (FittedUnit & { categories: readonly string[] })[]): CategoryFactor[] {
  const first = parts[0];
  if (!first) return [];
  const shared = first.categories.filter((code) =>
    parts.every(({ categories }) => categories.includes(code)),
  );
  const aligned = parts.map(({ margin, factors, categories }) => {
    const at = shared.map((code) => categories.indexOf(code));
    return {
      margin: { ...margin, shares: at.map((index) => margin.shares[index]!) },
      factors: at.map((index) => factors[index]),
    };
  });
  return combineFactors(aligned)
    .map((combined, index) => ({ code: shared[index]!, ...combined }))
    .filter(({ factor }) => factor > 0);
}

async function check(reader: Reader, releaseId: number): Promise<CheckRecord[]> {
  const margins = await readMargins(reader);
  let units = 0;
  let worstRow = 0;
  let worstColumn = 0;
  const scales: Record<'area' | 'age', number[]> = { area: [], age: [] };
  const stored = await storedFactors(reader, releaseId);
  for (const population of margins.populations) {
    const { measure, sex, workingPattern } = population;
    const prefix = [measure, sex, workingPattern].join(' ');
    for (const dimension of ['area', 'age'] as const) {
      for (const group of population[dimension]) {
        const bills = group.categories.map(() => 0);
        const published = group.categories.map(() => 0);
        for (const unit of group.units) {
          let total = 0;
          group.categories.forEach((code, index) => {
            const { factor, weight } = stored.get(`${prefix} ${dimension} ${unit.soc} ${code}`) ?? {
              factor: 0,
              weight: 0,
            };
            total += factor * weight;
            bills[index]! += unit.jobs * unit.mean * factor * weight;
            published[index]! += unit.jobs * weight * group.means[index]!;
          });
          units += 1;
          worstRow = Math.max(worstRow, Math.abs(total - 1));
        }
        const scale = sum(bills) / sum(published);
        scales[dimension].push(scale);
        bills.forEach((bill, index) => {
          const expected = published[index]! * scale;
          if (expected > 0) worstColumn = Math.max(worstColumn, Math.abs(bill - expected) / expected);
        });
      }
    }
  }
  return [
    checkThat(
      'pay_factor: job-weighted means reproduce every occupation of Table 14',
      units > 0 && worstRow <= marginTolerance,
      `${units} margins, largest relative difference ${worstRow}`,
    ),
    checkThat(
      'pay_factor: job-weighted means reproduce Tables 3 and 20 by major group',
      units > 0 && worstColumn <= marginTolerance,
      `largest relative difference ${worstColumn}; columns scaled by ${range(scales.area)} (area), ${range(scales.age)} (age)`,
    ),
    await factorsPlausible(reader, releaseId),
    await rowCountNotFallen(reader, releaseId, 'pay-estimates', 'pay_factor', 10),
  ];
}

const keyColumns = ['measure', 'sex', 'working_pattern', 'dimension', 'soc', 'code'] as const;

/** Factors and weights of unit groups, by population, dimension, code and category. */
async function storedFactors(
  reader: Reader,
  releaseId: number,
): Promise<Map<string, { readonly factor: number; readonly weight: number }>> {
  const rows = await reader.all<
    Record<(typeof keyColumns)[number], string> & { factor: number; weight: number }
  >(
    `SELECT ${keyColumns.join(', ')}, factor, weight FROM pay_factor
     WHERE release_id = ? AND LENGTH(soc) = 4`,
    [releaseId],
  );
  return new Map(rows.map((row) => [keyColumns.map((column) => row[column]).join(' '), row]));
}

/** A job in one region or age band pays neither a tenth nor ten times of what it pays elsewhere. */
async function factorsPlausible(reader: Reader, releaseId: number): Promise<CheckRecord> {
  const row = await reader.get<{ low: number | null; high: number | null }>(
    'SELECT MIN(factor) AS low, MAX(factor) AS high FROM pay_factor WHERE release_id = ?',
    [releaseId],
  );
  const { low, high } = { low: row?.low ?? 0, high: row?.high ?? 0 };
  return checkThat(
    'pay_factor: factors between 0.1 and 10',
    low >= 0.1 && high <= 10,
    `found ${low} to ${high}`,
  );
}

function range(values: readonly number[]): string {
  return `${Math.min(...values).toFixed(3)} to ${Math.max(...values).toFixed(3)}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
