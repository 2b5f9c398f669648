/** What the estimates are computed from: figures of published releases, in plain maps. */

/** Figures by year. */
export type Series = ReadonlyMap<number, number>;

export interface BaseCell {
  /** People; null where the source withholds the cell. */
  readonly employment: number | null;
}

/** Numbers of employee jobs of one occupation; null where withheld. */
export interface JobCounts {
  readonly all: number | null;
  readonly male: number | null;
  readonly female: number | null;
  readonly fullTime: number | null;
  readonly partTime: number | null;
}

export interface EstimateInputs {
  /** Published cells of a unit group of SOC 2020: section, then year. The row "all" holds the table's own totals. */
  readonly base: ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<number, BaseCell>>>;
  /** England by sub-major group and for "all", every projected year. */
  readonly england: ReadonlyMap<string, Series>;
  /** England by sub-major group and sex in the years that the projections give. */
  readonly englandSexes: ReadonlyMap<
    string,
    readonly { readonly year: number; readonly male: number; readonly female: number }[]
  >;
  /** England by qualification code. */
  readonly englandQualifications: ReadonlyMap<string, Series>;
  /** England by industry section. */
  readonly englandIndustries: ReadonlyMap<string, Series>;
  /** England, whole period: openings from people who leave, and employment at its start and end. */
  readonly replacement: ReadonlyMap<string, { readonly demand: number; readonly start: number }>;
  readonly replacementYears: { readonly start: number; readonly end: number };
  /** Local skills improvement areas: sub-major group (or "all"), then year; withheld cells are absent. */
  readonly lsips: ReadonlyMap<string, ReadonlyMap<string, Series>>;
  /** Share of each region of England in an LSIP area's employment; adds up to 1 per area. */
  readonly regionsOfLsip: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** People in work aged 16 to 64 by nation. */
  readonly headcounts: ReadonlyMap<string, Series>;
  /** Wales and Scotland by sub-major group of SOC 2020, one year. */
  readonly otherNations: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly otherNationsYear: number;
  /** Employee jobs by unit and sub-major group of SOC 2020, one year. */
  readonly jobs: ReadonlyMap<string, JobCounts>;
}

export function subMajorOf(unit: string): string {
  return unit.slice(0, 2);
}

export function sumOf(values: Iterable<number>): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

/** The value of the year, or of the last year before it: what was observed last is held. */
export function latestUpTo(series: Series, year: number): number | undefined {
  for (let candidate = year; candidate >= year - 30; candidate -= 1) {
    const value = series.get(candidate);
    if (value !== undefined) return value;
  }
  return undefined;
}
