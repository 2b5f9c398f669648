/** The published margins that pay is estimated from, read from the releases that serve. */
import { publishedRelease } from '@lmi/importing';
import { LmiError, type Reader } from '@lmi/kit';
import {
  ageBands,
  measures,
  northernIreland,
  percentiles,
  populations as allPopulations,
  regions,
  unitedKingdom,
  type Measure,
  type Sex,
  type WorkingPattern,
} from '../codes';
import { mixtureShares, type QuantilePoint, type UnitMargin } from '../estimates';

/** One major group: its unit groups, and the published means by category. */
export interface GroupMargins {
  readonly categories: readonly string[];
  readonly means: readonly number[];
  readonly units: readonly UnitMargin[];
}

export interface PopulationMargins {
  readonly measure: Measure;
  readonly sex: Sex;
  readonly workingPattern: WorkingPattern;
  readonly area: readonly GroupMargins[];
  readonly age: readonly GroupMargins[];
  /** Published ratios to the United Kingdom for all occupations together. */
  readonly allOccupations: ReadonlyMap<'area' | 'age', readonly (readonly [code: string, factor: number])[]>;
}

export interface Margins {
  /** The year of the published means: the newest one with figures by region. */
  readonly year: number;
  readonly populations: readonly PopulationMargins[];
  /** SOC 2020 codes of 1 to 3 digits, and "all". */
  readonly widerGroups: readonly string[];
  readonly rowsRead: number;
}

type PayMargin = {
  soc: string;
  measure: Measure;
  area: string;
  age: string;
  sex: Sex;
  working_pattern: WorkingPattern;
} & {
  mean: number | null;
  median: number | null;
} & Record<(typeof percentiles)[number], number | null>;

/** Fewer points than this say too little about a distribution to weigh it. */
const leastPoints = 3;

/** @throws LmiError unavailable when a dataset that is needed has no published release. */
export async function readMargins(reader: Reader): Promise<Margins> {
  const ashe = await published(reader, 'ashe');
  const soc = await published(reader, 'soc');
  const newest = await reader.get<{ year: number | null }>(
    "SELECT MAX(year) AS year FROM pay_cell WHERE release_id = ? AND classification = 'soc2020' AND area <> ?",
    [ashe, unitedKingdom],
  );
  if (!newest?.year) {
    throw new LmiError(
      'unavailable',
      'the published release of ashe has no figures by region to estimate from',
    );
  }
  const { year } = newest;
  const cells = await reader.all<PayMargin>(
    `SELECT soc, measure, area, age, sex, working_pattern, mean, median, ${percentiles.join(', ')} FROM pay_cell
     WHERE release_id = ? AND classification = 'soc2020' AND year = ?`,
    [ashe, year],
  );
  const jobs = await readJobs(reader, ashe, year);
  const regionalShares = await readRegionalShares(reader, soc);
  const wider = await reader.all<{ code: string }>(
    "SELECT code FROM soc_group WHERE release_id = ? AND classification = 'soc2020' AND LENGTH(code) < 4 ORDER BY code",
    [soc],
  );
  const populations: PopulationMargins[] = [];
  for (const measure of measures) {
    for (const { sex, workingPattern } of allPopulations) {
      const own = indexCells(cells.filter((cell) => isPopulation(cell, measure, sex, workingPattern)));
      // Distributions of pay, not of hours, tell ages apart; annual pay covers other jobs than weekly pay.
      const shaping = measure === 'annual-pay' ? measure : 'weekly-pay';
      const shapes = indexCells(cells.filter((cell) => isPopulation(cell, shaping, sex, workingPattern)));
      const jobsOf = (code: string): number =>
        jobs.get(`${populationKey(measure, sex, workingPattern)} ${code}`) ?? 0;
      const majors = [
        ...new Set([...own.values()].filter(({ soc }) => soc.length === 1).map((cell) => cell.soc)),
      ].sort();
      const unitsOf = (major: string): PayMargin[] =>
        [...own.values()].filter(
          (cell) =>
            cell.soc.length === 4 &&
            cell.soc.startsWith(major) &&
            cell.area === unitedKingdom &&
            cell.age === 'all' &&
            (cell.mean ?? 0) > 0 &&
            jobsOf(cell.soc) > 0,
        );
      populations.push({
        measure,
        sex,
        workingPattern,
        area: majors.flatMap((major) => regionMargins(major, own, unitsOf(major), jobsOf, regionalShares)),
        age: majors.flatMap((major) => ageMargins(major, own, shapes, unitsOf(major), jobsOf)),
        allOccupations: allOccupations(own),
      });
    }
  }
  return {
    year,
    populations,
    widerGroups: [...wider.map(({ code }) => code), 'all'],
    rowsRead: cells.length,
  };
}

async function published(reader: Reader, dataset: string): Promise<number> {
  const release = await publishedRelease(reader, dataset);
  if (release === undefined)
    throw new LmiError('unavailable', `no release of dataset ${dataset} is published: import it first`);
  return release;
}

function populationKey(measure: string, sex: string, workingPattern: string): string {
  return `${measure} ${sex} ${workingPattern}`;
}

/** The latest published number of jobs up to the year, by population and unit group. */
async function readJobs(reader: Reader, release: number, year: number): Promise<Map<string, number>> {
  const rows = await reader.all<{
    soc: string;
    measure: string;
    sex: string;
    working_pattern: string;
    jobs_thousand: number;
  }>(
    `SELECT soc, measure, sex, working_pattern, jobs_thousand FROM pay_cell
     WHERE release_id = ? AND classification = 'soc2020' AND area = ? AND age = 'all' AND year <= ?
       AND jobs_thousand IS NOT NULL ORDER BY year`,
    [release, unitedKingdom, year],
  );
  return new Map(
    rows.map((row) => [
      `${populationKey(row.measure, row.sex, row.working_pattern)} ${row.soc}`,
      row.jobs_thousand,
    ]),
  );
}

function isPopulation(cell: PayMargin, measure: Measure, sex: Sex, workingPattern: WorkingPattern): boolean {
  return cell.measure === measure && cell.sex === sex && cell.working_pattern === workingPattern;
}

function indexCells(cells: readonly PayMargin[]): Map<string, PayMargin> {
  return new Map(cells.map((cell) => [`${cell.soc} ${cell.area} ${cell.age}`, cell]));
}

function regionMargins(
  major: string,
  own: ReadonlyMap<string, PayMargin>,
  units: readonly PayMargin[],
  jobsOf: (soc: string) => number,
  regionalShares: (soc: string) => ReadonlyMap<string, number> | undefined,
): GroupMargins[] {
  const categories = regions.filter((code) => (own.get(`${major} ${code} all`)?.mean ?? 0) > 0);
  const margins = units.flatMap(({ soc, mean }) => {
    const shares = regionalShares(soc);
    const whole = categories.reduce((sum, code) => sum + (shares?.get(code) ?? 0), 0);
    if (!shares || whole === 0) return [];
    return [
      {
        soc,
        mean: mean!,
        jobs: jobsOf(soc),
        shares: categories.map((code) => (shares.get(code) ?? 0) / whole),
      },
    ];
  });
  if (margins.length === 0) return [];
  return [
    { categories, means: categories.map((code) => own.get(`${major} ${code} all`)!.mean!), units: margins },
  ];
}

function ageMargins(
  major: string,
  own: ReadonlyMap<string, PayMargin>,
  shapes: ReadonlyMap<string, PayMargin>,
  units: readonly PayMargin[],
  jobsOf: (soc: string) => number,
): GroupMargins[] {
  const whole = quantiles(shapes.get(`${major} ${unitedKingdom} all`));
  const bands = ageBands
    .map((band) => ({
      band,
      mean: own.get(`${major} ${unitedKingdom} ${band}`)?.mean ?? 0,
      points: quantiles(shapes.get(`${major} ${unitedKingdom} ${band}`)),
    }))
    .filter(({ mean, points }) => mean > 0 && points.length >= leastPoints);
  if (bands.length === 0 || units.length === 0 || whole.length < leastPoints) return [];
  const shares = mixtureShares(
    whole,
    bands.map(({ points }) => points),
  );
  return [
    {
      categories: bands.map(({ band }) => band),
      means: bands.map(({ mean }) => mean),
      units: units.map(({ soc, mean }) => ({ soc, mean: mean!, jobs: jobsOf(soc), shares })),
    },
  ];
}

function quantiles(cell: PayMargin | undefined): QuantilePoint[] {
  if (!cell) return [];
  return [...percentiles, 'median' as const]
    .map((column) => ({
      value: cell[column],
      share: column === 'median' ? 0.5 : Number(column.slice(1)) / 100,
    }))
    .filter((point): point is QuantilePoint => point.value !== null)
    .sort((a, b) => a.share - b.share);
}

function allOccupations(own: ReadonlyMap<string, PayMargin>): PopulationMargins['allOccupations'] {
  const whole = own.get(`all ${unitedKingdom} all`)?.mean;
  if (!whole) return new Map();
  const ratios = regions.flatMap((code) => {
    const mean = own.get(`all ${code} all`)?.mean;
    return mean ? [[code, mean / whole] as const] : [];
  });
  return ratios.length > 0 ? new Map([['area', ratios]]) : new Map();
}

const nationOfDistrict: Readonly<Record<string, string>> = {
  W06: 'W92000004',
  S12: 'S92000003',
  N09: northernIreland,
  E09: 'E12000007',
};

/**
 * How the jobs of a SOC 2020 unit group are spread over the regions: employment of its SOC 2010 sub-major groups by
 * district, mean of the years at hand, shared over by the dual-coded people. Equal shares when no district can
 * be placed in a region.
 */
async function readRegionalShares(
  reader: Reader,
  soc: number,
): Promise<(unit: string) => ReadonlyMap<string, number> | undefined> {
  const aps = await published(reader, 'aps');
  const regionOf = await readRegionOf(reader);
  const districts = await reader.all<{ area: string; soc: string; employment: number }>(
    `SELECT area, soc, AVG(employment) AS employment FROM aps_cell
     WHERE release_id = ? AND sex = 'all' AND working_pattern = 'all' AND employment IS NOT NULL
     GROUP BY area, soc`,
    [aps],
  );
  const bySubMajor = new Map<string, Map<string, number>>();
  const placed = new Set<string>();
  for (const { area, soc: group, employment } of districts) {
    const region = regionOf(area);
    if (!region || !/^(E0[6-9]|W06|S12|N09)/.test(area)) continue;
    placed.add(region);
    const spread = bySubMajor.get(group) ?? new Map<string, number>();
    bySubMajor.set(group, spread.set(region, (spread.get(region) ?? 0) + Number(employment)));
  }
  const needed = regions.filter((region) => region !== northernIreland);
  if (!needed.every((region) => placed.has(region))) {
    const equal = new Map(needed.map((region) => [region, 1 / needed.length]));
    return () => equal;
  }
  const pairs = await reader.all<{ soc2010: string; soc2020: string; share_of_2020: number }>(
    "SELECT soc2010, soc2020, share_of_2020 FROM soc_crosswalk WHERE release_id = ? AND sex = 'all'",
    [soc],
  );
  const byUnit = new Map<string, Map<string, number>>();
  for (const { soc2010, soc2020, share_of_2020: share } of pairs) {
    const spread = bySubMajor.get(soc2010.slice(0, 2));
    if (!spread) continue;
    const whole = [...spread.values()].reduce((sum, value) => sum + value, 0);
    const shares = byUnit.get(soc2020) ?? new Map<string, number>();
    byUnit.set(soc2020, shares);
    for (const [region, employment] of spread) {
      shares.set(region, (shares.get(region) ?? 0) + (share * employment) / whole);
    }
  }
  return (unit) => byUnit.get(unit);
}

async function readRegionOf(reader: Reader): Promise<(area: string) => string | undefined> {
  const areas = await published(reader, 'areas');
  const rows = await reader.all<{ code: string; parent: string | null }>(
    'SELECT code, parent FROM area WHERE release_id = ?',
    [areas],
  );
  const parents = new Map(rows.map(({ code, parent }) => [code, parent]));
  const known = new Set<string>(regions);
  return (area) => {
    let code: string | null | undefined = area;
    // District, county, region: a longer chain means a loop in the list.
    for (let step = 0; code && step < 6; step += 1) {
      if (known.has(code)) return code;
      code = parents.get(code);
    }
    return nationOfDistrict[area.slice(0, 3)];
  };
}
