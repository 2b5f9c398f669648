/** Reads what the estimates need from the releases that serve now. */
import { publishedRows } from '@lmi/importing';
import { LmiError, type Reader } from '@lmi/kit';
import { england, scotland, unitedKingdom, wales, wholeCode } from '../codes';
import type { EstimateInputs, JobCounts } from './inputs';

type Nested<V> = Map<string, Map<string, V>>;

function nest<V>(map: Map<string, V>, key: string, create: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = create();
    map.set(key, value);
  }
  return value;
}

/** @throws LmiError not-available naming the dataset that is not published or lacks what is needed. */
export async function readInputs(reader: Reader): Promise<EstimateInputs> {
  const nations = await otherNations(reader);
  return {
    base: await readBase(reader),
    ...(await readProjections(reader)),
    ...(await readReplacement(reader)),
    regionsOfLsip: await readRegionsOfLsip(reader, nations.year),
    headcounts: await readHeadcounts(reader),
    otherNations: nations.bySoc2020,
    otherNationsYear: nations.year,
    jobs: await readJobs(reader),
  };
}

async function readBase(reader: Reader): Promise<EstimateInputs['base']> {
  const rows = await publishedRows<{ soc: string; year: number; section: string; employment: number | null }>(
    reader,
    'employment',
    'employment_cell',
    'soc, year, section, employment',
  );
  const base: Nested<Map<number, { employment: number | null }>> = new Map();
  for (const { soc, year, section, employment } of rows) {
    const cells = nest(base, soc, () => new Map());
    nest(cells, section, () => new Map()).set(year, { employment });
  }
  return base;
}

interface Projected {
  readonly area: string;
  readonly soc: string;
  readonly dimension: string;
  readonly code: string;
  readonly year: number;
  readonly employment: number;
}

async function readProjections(
  reader: Reader,
): Promise<
  Pick<EstimateInputs, 'england' | 'englandSexes' | 'englandQualifications' | 'englandIndustries' | 'lsips'>
> {
  const columns = 'area, soc, dimension, code, year, employment';
  const rows = [
    ...(await publishedRows<Projected>(
      reader,
      'projections',
      'projection_cell',
      columns,
      'area = ? AND employment IS NOT NULL',
      [england],
    )),
    ...(await publishedRows<Projected>(
      reader,
      'projections',
      'projection_cell',
      columns,
      "area LIKE '%LSIP' AND dimension = 'total' AND employment IS NOT NULL",
    )),
  ];
  const inEngland = new Map<string, Map<number, number>>();
  const sexes = new Map<string, Map<number, { male: number; female: number }>>();
  const qualifications = new Map<string, Map<number, number>>();
  const industries = new Map<string, Map<number, number>>();
  const lsips: Nested<Map<number, number>> = new Map();
  for (const { area, soc, dimension, code, year, employment } of rows) {
    const series = (map: Map<string, Map<number, number>>, key: string) =>
      nest(map, key, () => new Map()).set(year, employment);
    if (area !== england)
      series(
        nest(lsips, area, () => new Map()),
        soc,
      );
    else if (dimension === 'total') series(inEngland, soc);
    else if (dimension === 'qualification') series(qualifications, code);
    else if (dimension === 'industry') series(industries, code);
    else {
      const years = nest(sexes, soc, () => new Map<number, { male: number; female: number }>());
      const both = years.get(year) ?? { male: 0, female: 0 };
      years.set(year, { ...both, [code]: employment });
    }
  }
  return {
    england: inEngland,
    englandSexes: new Map(
      [...sexes].map(([soc, years]) => [
        soc,
        [...years]
          .map(([year, both]) => ({ year, ...both }))
          .filter(({ male, female }) => male > 0 && female > 0)
          .sort((a, b) => a.year - b.year),
      ]),
    ),
    englandQualifications: qualifications,
    englandIndustries: industries,
    lsips,
  };
}

async function readReplacement(
  reader: Reader,
): Promise<Pick<EstimateInputs, 'replacement' | 'replacementYears'>> {
  const rows = await publishedRows<{
    soc: string;
    first: number;
    last: number;
    start: number;
    demand: number;
  }>(
    reader,
    'projections',
    'replacement_cell',
    'soc, start_year AS "first", end_year AS "last", start_employment AS "start", replacement_demand AS "demand"',
    "area = ? AND sex = 'all' AND start_employment IS NOT NULL",
    [england],
  );
  const years = rows[0];
  if (!years) throw missing('projections', 'replacement demand of England');
  return {
    replacement: new Map(rows.map(({ soc, start, demand }) => [soc, { start, demand }])),
    replacementYears: { start: years.first, end: years.last },
  };
}

function missing(dataset: string, what: string): LmiError {
  return new LmiError('not-available', `the published release of ${dataset} has no ${what}`, {
    field: dataset,
  });
}

/** LSIP areas that cross regions are split by the surveyed employment of their districts. */
async function readRegionsOfLsip(reader: Reader, year: number): Promise<EstimateInputs['regionsOfLsip']> {
  const areas = await publishedRows<{ code: string; parent: string | null }>(
    reader,
    'areas',
    'area',
    'code, parent',
    "type = 'district'",
  );
  const regionOf = new Map(areas.map(({ code, parent }) => [code, parent]));
  const members = await publishedRows<{ district: string; area: string }>(
    reader,
    'areas',
    'area_membership',
    'district, area',
    "type = 'lsip'",
  );
  const surveyed = await publishedRows<{ area: string; people: number }>(
    reader,
    'aps',
    'aps_cell',
    'area, SUM(employment) AS people',
    "area_type = 'district' AND sex = 'all' AND working_pattern = 'all' AND year = ? GROUP BY area",
    [year],
  );
  const people = new Map(surveyed.map((row) => [row.area, row.people]));
  const byLsip: Nested<number> = new Map();
  for (const { district, area } of members) {
    const region = regionOf.get(district);
    if (!region?.startsWith('E12')) throw missing('areas', `region of district ${district}`);
    const regions = nest(byLsip, area, () => new Map());
    regions.set(region, (regions.get(region) ?? 0) + (people.get(district) ?? 0));
  }
  return new Map(
    [...byLsip].map(([area, regions]) => {
      const sum = [...regions.values()].reduce((total, value) => total + value, 0);
      if (regions.size > 1 && sum === 0) throw missing('aps', `employment in the districts of ${area}`);
      return [
        area,
        new Map([...regions].map(([region, value]) => [region, regions.size === 1 ? 1 : value / sum])),
      ];
    }),
  );
}

async function readHeadcounts(reader: Reader): Promise<EstimateInputs['headcounts']> {
  const rows = await publishedRows<{ area: string; year: number; employment: number }>(
    reader,
    'aps',
    'aps_cell',
    'area, year, employment',
    "soc = ? AND area_type IN ('country', 'region') AND employment IS NOT NULL",
    [wholeCode],
  );
  const counts = new Map<string, Map<number, number>>();
  for (const { area, year, employment } of rows) nest(counts, area, () => new Map()).set(year, employment);
  return counts;
}

/** Wales and Scotland in the last surveyed year, from SOC 2010 to SOC 2020 by the dual-coded people of each pair. */
async function otherNations(reader: Reader): Promise<{ year: number; bySoc2020: Nested<number> }> {
  const rows = await publishedRows<{ area: string; soc: string; year: number; people: number }>(
    reader,
    'aps',
    'aps_cell',
    'SUBSTR(area, 1, 1) AS area, soc, year, SUM(employment) AS people',
    `area_type = 'district' AND (area LIKE 'W%' OR area LIKE 'S%') AND sex = 'all' AND working_pattern = 'all'
      AND employment IS NOT NULL GROUP BY SUBSTR(area, 1, 1), soc, year`,
  );
  const year = rows.reduce((latest, row) => Math.max(latest, row.year), 0);
  if (year === 0) throw missing('aps', 'districts of Wales and Scotland');
  const pairs = await publishedRows<{ group2010: string; group2020: string; people: number }>(
    reader,
    'soc',
    'soc_crosswalk',
    'SUBSTR(soc2010, 1, 2) AS group2010, SUBSTR(soc2020, 1, 2) AS group2020, SUM(people) AS people',
    "sex = 'all' GROUP BY SUBSTR(soc2010, 1, 2), SUBSTR(soc2020, 1, 2)",
  );
  const of2010 = new Map<string, number>();
  for (const { group2010, people } of pairs) of2010.set(group2010, (of2010.get(group2010) ?? 0) + people);
  const bySoc2020: Nested<number> = new Map();
  for (const row of rows.filter((candidate) => candidate.year === year)) {
    const groups = nest(bySoc2020, row.area === 'W' ? wales : scotland, () => new Map());
    for (const { group2010, group2020, people } of pairs) {
      if (group2010 !== row.soc) continue;
      groups.set(group2020, (groups.get(group2020) ?? 0) + (row.people * people) / of2010.get(group2010)!);
    }
  }
  return { year, bySoc2020 };
}

/** Weekly pay covers the most jobs of the measures; the last year that gives numbers of jobs. */
async function readJobs(reader: Reader): Promise<EstimateInputs['jobs']> {
  const rows = await publishedRows<{
    soc: string;
    sex: string;
    pattern: string;
    year: number;
    jobs: number | null;
  }>(
    reader,
    'ashe',
    'pay_cell',
    'soc, sex, working_pattern AS pattern, year, jobs_thousand * 1000 AS jobs',
    "classification = 'soc2020' AND measure = 'weekly-pay' AND area = ? AND age = 'all' AND (sex = 'all' OR working_pattern = 'all')",
    [unitedKingdom],
  );
  const year = rows.reduce((latest, row) => (row.jobs === null ? latest : Math.max(latest, row.year)), 0);
  if (year === 0) throw missing('ashe', 'numbers of jobs by weekly pay');
  const jobs = new Map<string, { -readonly [K in keyof JobCounts]: JobCounts[K] }>();
  for (const row of rows) {
    if (row.year !== year) continue;
    const counts = nest(jobs, row.soc, () => ({
      all: null,
      male: null,
      female: null,
      fullTime: null,
      partTime: null,
    }));
    if (row.sex === 'male') counts.male = row.jobs;
    else if (row.sex === 'female') counts.female = row.jobs;
    else if (row.pattern === 'full-time') counts.fullTime = row.jobs;
    else if (row.pattern === 'part-time') counts.partTime = row.jobs;
    else counts.all = row.jobs;
  }
  return jobs;
}
