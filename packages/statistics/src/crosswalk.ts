/**
 * SOC 2010 ↔ SOC 2020 through dual-coded counts: the same people's jobs coded to both classifications, from the
 * Labour Force Survey and the Census, men and women apart.
 */
export interface DualCodedRow {
  readonly soc2010: string;
  readonly soc2020: string;
  /** Men of the SOC 2010 group in the survey sample (the same figure on every row of the group). */
  readonly menLfsSample: number;
  /** Share of them coded to the SOC 2020 group, 0 to 1. */
  readonly menLfsShare: number;
  readonly menCensusSample: number;
  readonly menCensusShare: number;
  readonly womenLfsSample: number;
  readonly womenLfsShare: number;
  readonly womenCensusSample: number;
  readonly womenCensusShare: number;
}

export interface CrosswalkPair {
  readonly soc2010: string;
  readonly soc2020: string;
  /** People of both samples coded to the pair. */
  readonly people: number;
  /** Share of the SOC 2010 group's people who are coded to the SOC 2020 group; adds up to 1 per SOC 2010 group. */
  readonly shareOf2010: number;
  /** Share of the SOC 2020 group's people who were coded to the SOC 2010 group; adds up to 1 per SOC 2020 group. */
  readonly shareOf2020: number;
}

export type CrosswalkSex = 'all' | 'male' | 'female';

/**
 * Pairs per sex ('all' is both), sorted by SOC 2010, then SOC 2020. The source leaves out very small flows, so its own
 * shares may add up to less than 1; here they are taken over the people listed. Pairs without people are dropped.
 * @throws RangeError for a pair that comes twice, a sample that is negative, or a share outside 0 to 1.
 */
export function buildCrosswalk(rows: readonly DualCodedRow[]): Record<CrosswalkSex, CrosswalkPair[]> {
  const seen = new Set<string>();
  for (const row of rows) {
    const pair = `${row.soc2010}-${row.soc2020}`;
    if (seen.has(pair)) throw new RangeError(`pair ${pair}: comes twice`);
    seen.add(pair);
    for (const [field, value] of Object.entries(row)) {
      if (typeof value === 'string') continue;
      const limit = field.endsWith('Share') ? 1 : Number.MAX_VALUE;
      if (!(value >= 0 && value <= limit)) {
        throw new RangeError(
          `pair ${pair}, ${field}: expected ${limit === 1 ? '0 to 1' : 'at least 0'}, found ${value}`,
        );
      }
    }
  }
  const men = (row: DualCodedRow) =>
    row.menLfsSample * row.menLfsShare + row.menCensusSample * row.menCensusShare;
  const women = (row: DualCodedRow) =>
    row.womenLfsSample * row.womenLfsShare + row.womenCensusSample * row.womenCensusShare;
  return {
    all: shares(rows, (row) => men(row) + women(row)),
    male: shares(rows, men),
    female: shares(rows, women),
  };
}

function shares(rows: readonly DualCodedRow[], peopleOf: (row: DualCodedRow) => number): CrosswalkPair[] {
  const counted = rows.map((row) => ({ soc2010: row.soc2010, soc2020: row.soc2020, people: peopleOf(row) }));
  const of2010 = new Map<string, number>();
  const of2020 = new Map<string, number>();
  for (const { soc2010, soc2020, people } of counted) {
    of2010.set(soc2010, (of2010.get(soc2010) ?? 0) + people);
    of2020.set(soc2020, (of2020.get(soc2020) ?? 0) + people);
  }
  return counted
    .filter(({ people }) => people > 0)
    .map((pair) => ({
      ...pair,
      shareOf2010: pair.people / of2010.get(pair.soc2010)!,
      shareOf2020: pair.people / of2020.get(pair.soc2020)!,
    }))
    .sort((a, b) => compare(a.soc2010, b.soc2010) || compare(a.soc2020, b.soc2020));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

export interface CrossCountRequest {
  /** Unit groups asked for, in the classification that the figures are not in; one group or all below a wider code. */
  readonly targets: readonly string[];
  /** The classification that the figures are in. */
  readonly from: 'soc2020' | 'soc2010';
  /** Pairs of one asked unit group. */
  readonly pairsOf: (target: string) => readonly CrosswalkPair[];
  /** Figure of a unit group of `from`; undefined or null where withheld or unknown. */
  readonly valueOf: (unit: string) => number | null | undefined;
}

export interface CrossMeanRequest extends CrossCountRequest {
  /** Jobs or people that the mean of a unit group of `from` stands for; undefined, null or 0 leaves it out. */
  readonly baseOf: (unit: string) => number | null | undefined;
}

export interface Crossed {
  /** Undefined when no unit group has a figure. */
  readonly value: number | undefined;
  /** Share of the weight (means: jobs or people; counts: dual-coded people) that has a figure, 0 to 1. */
  readonly coverage: number;
  /** Unit groups of `from` that were left out, sorted. */
  readonly missing: readonly string[];
}

/**
 * A mean or rate (pay, hours) of unit groups of the other classification: the mean of the unit groups that feed them,
 * each weighted by its base times the share of it that belongs to the groups asked for. A unit group whose base is
 * unknown cannot be weighed: it is in `missing` but not in `coverage`.
 */
export function crossMean(request: CrossMeanRequest): Crossed {
  const missing = new Set<string>();
  let weighted = 0;
  let covered = 0;
  let all = 0;
  for (const { unit, share } of links(request)) {
    const base = request.baseOf(unit) ?? 0;
    const value = request.valueOf(unit) ?? undefined;
    all += base * share;
    if (value === undefined || base === 0) {
      missing.add(unit);
      continue;
    }
    weighted += base * share * value;
    covered += base * share;
  }
  return {
    value: covered > 0 ? weighted / covered : undefined,
    coverage: all > 0 ? covered / all : 0,
    missing: [...missing].sort(),
  };
}

/**
 * A count of unit groups of the other classification: every unit group's count is shared out over its pairs, so the
 * total over all target groups is the total of the sources. With coverage below 1 the count is too low by the
 * unit groups in `missing`; it is not grossed up.
 */
export function crossCount(request: CrossCountRequest): Crossed {
  const missing = new Set<string>();
  let count = 0;
  let covered = 0;
  let all = 0;
  for (const { unit, share, people } of links(request)) {
    const value = request.valueOf(unit) ?? undefined;
    all += people;
    if (value === undefined) {
      missing.add(unit);
      continue;
    }
    count += value * share;
    covered += people;
  }
  return {
    value: covered > 0 ? count : undefined,
    coverage: all > 0 ? covered / all : 0,
    missing: [...missing].sort(),
  };
}

/** A source unit group appears once per target it feeds. */
function* links({ targets, from, pairsOf }: CrossCountRequest) {
  for (const target of new Set(targets)) {
    for (const pair of pairsOf(target)) {
      yield from === 'soc2020'
        ? { unit: pair.soc2020, share: pair.shareOf2020, people: pair.people }
        : { unit: pair.soc2010, share: pair.shareOf2010, people: pair.people };
    }
  }
}
