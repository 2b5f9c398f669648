/**
 * Estimates of pay by region and by age for unit groups: the pay bill of a major group is spread over unit groups
 * and categories by proportional fitting. Pure functions; docs/methods/pay.md says what they assume.
 */
import { LmiError } from '@lmi/kit';
import { ras2, scaleTo } from '@lmi/statistics';

/** One unit group of a major group, in the United Kingdom. */
export interface UnitMargin {
  readonly soc: string;
  readonly jobs: number;
  readonly mean: number;
  /** Share of its jobs in each category; adds up to 1. */
  readonly shares: readonly number[];
}

export interface UnitFactors {
  readonly soc: string;
  /** Mean of the category relative to the UK mean of the unit group; undefined where it has no jobs there. */
  readonly factors: readonly (number | undefined)[];
  readonly shares: readonly number[];
}

/** Well inside the 1e-9 that a release is checked for. */
const fit = { tolerance: 1e-12, maxIterations: 10_000 };

/**
 * Fits the pay bill of one major group. Rows: jobs × mean of each unit group. Columns: jobs in the category × its
 * published mean, all scaled by one number so that both add up to the same total. The seed gives every unit group
 * its UK mean in every category, so what differs between unit groups comes from where their jobs are.
 * @param means published mean of the major group in each category, in the order of the units' shares.
 * @throws LmiError internal when the fit does not converge.
 */
export function fitMajorGroup(units: readonly UnitMargin[], means: readonly number[]): UnitFactors[] {
  const jobs = units.map((unit) => unit.shares.map((share) => unit.jobs * share));
  const seed = units.map((unit, row) => jobs[row]!.map((count) => count * unit.mean));
  const rowTotals = units.map((unit) => unit.jobs * unit.mean);
  const bill = rowTotals.reduce((sum, value) => sum + value, 0);
  const columnTotals = scaleTo(
    means.map((mean, column) => jobs.reduce((sum, row) => sum + row[column]!, 0) * mean),
    bill,
  );
  const { rows, converged, reason } = ras2(seed, rowTotals, columnTotals, fit);
  if (!converged)
    throw new LmiError('internal', `the pay bill of group ${units[0]?.soc[0]} does not fit: ${reason}`);
  return units.map((unit, row) => ({
    soc: unit.soc,
    factors: rows[row]!.map((cell, column) => (cell > 0 ? cell / seed[row]![column]! : undefined)),
    shares: unit.shares,
  }));
}

/**
 * Factors of a wider group from those of its unit groups: the category's bill per job over the UK bill per job.
 * @param parts units that have factors, with their margins.
 */
export function combineFactors(
  parts: readonly { readonly margin: UnitMargin; readonly factors: UnitFactors['factors'] }[],
): { factor: number; weight: number }[] {
  const categories = parts[0]?.factors.length ?? 0;
  const jobs = parts.reduce((sum, { margin }) => sum + margin.jobs, 0);
  const mean = parts.reduce((sum, { margin }) => sum + margin.jobs * margin.mean, 0) / jobs;
  return Array.from({ length: categories }, (_, category) => {
    let there = 0;
    let bill = 0;
    for (const { margin, factors } of parts) {
      const count = margin.jobs * margin.shares[category]!;
      there += count;
      bill += count * margin.mean * (factors[category] ?? 0);
    }
    return { factor: there > 0 ? bill / there / mean : 0, weight: there / jobs };
  });
}

/** A point of a published distribution: `share` of the jobs are paid at most `value`. */
export interface QuantilePoint {
  readonly value: number;
  readonly share: number;
}

/** Enough for shares to settle in the second decimal; more would follow the rounding of the source. */
const mixtureSteps = 200;
/** The upper tail beyond the last published point falls as a power law, the usual shape of high pay. */
const tailExponent = 3;

/**
 * Shares of a whole that its parts have, from published distributions of the whole and of each part: the mixture
 * of the parts that comes nearest to the whole (expectation maximisation from equal shares over the intervals
 * between the whole's points).
 */
export function mixtureShares(
  whole: readonly QuantilePoint[],
  parts: readonly (readonly QuantilePoint[])[],
): number[] {
  const intervals = differences(whole.map(({ share }) => share));
  const densities = parts.map((points) => differences(whole.map(({ value }) => shareBelow(points, value))));
  let shares = parts.map(() => 1 / parts.length);
  for (let step = 0; step < mixtureSteps; step += 1) {
    const next = shares.map(() => 0);
    intervals.forEach((mass, interval) => {
      const joint = shares.map((share, part) => share * Math.max(densities[part]![interval]!, 1e-9));
      const total = joint.reduce((sum, value) => sum + value, 0);
      joint.forEach((value, part) => {
        next[part]! += (mass * value) / total;
      });
    });
    shares = next;
  }
  return scaleTo(shares, 1);
}

function differences(cumulative: readonly number[]): number[] {
  return [...cumulative, 1].map((share, index) => share - (cumulative[index - 1] ?? 0));
}

function shareBelow(points: readonly QuantilePoint[], value: number): number {
  let before: QuantilePoint = { value: 0, share: 0 };
  for (const point of points) {
    if (value < point.value) {
      return (
        before.share + ((point.share - before.share) * (value - before.value)) / (point.value - before.value)
      );
    }
    before = point;
  }
  return 1 - (1 - before.share) * (before.value / value) ** tailExponent;
}
