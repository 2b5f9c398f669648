export interface YearValue {
  readonly year: number;
  readonly value: number;
}

export interface YearShares {
  readonly year: number;
  readonly shares: readonly number[];
}

/**
 * Shares for a year between anchor years, linear between neighbours and flat beyond the first and the last. Shares
 * that add up to 1 at the anchors do so at every year.
 * @param anchors in rising order of years, one at least, all with as many shares.
 * @throws RangeError when they are not.
 */
export function interpolateShares(anchors: readonly YearShares[], year: number): number[] {
  const width = anchors[0]?.shares.length;
  anchors.forEach((anchor, index) => {
    if (index > 0 && !(anchor.year > anchors[index - 1]!.year)) {
      throw new RangeError(
        `anchors[${index}].year: expected a year after ${anchors[index - 1]!.year}, found ${anchor.year}`,
      );
    }
    if (anchor.shares.length !== width) {
      throw new RangeError(`anchors[${index}].shares: ${anchor.shares.length} numbers, expected ${width}`);
    }
  });
  const after = anchors.findIndex((anchor) => anchor.year >= year);
  const right = anchors[after === -1 ? anchors.length - 1 : after];
  if (!right) throw new RangeError('anchors: expected one at least');
  const left = after > 0 ? anchors[after - 1]! : right;
  const position = left === right ? 0 : (year - left.year) / (right.year - left.year);
  return left.shares.map((share, index) => share * (1 - position) + right.shares[index]! * position);
}

/** {@link interpolateShares} for one number. */
export function interpolate(anchors: readonly YearValue[], year: number): number {
  return interpolateShares(
    anchors.map((anchor) => ({ year: anchor.year, shares: [anchor.value] })),
    year,
  )[0]!;
}

/**
 * value(year) / value(base year) for every year of the series; undefined when the base year is missing or not above
 * 0, because no growth can be measured from it.
 */
export function growthIndex(series: readonly YearValue[], baseYear: number): Map<number, number> | undefined {
  const base = series.find(({ year }) => year === baseYear)?.value;
  if (base === undefined || !(base > 0)) return undefined;
  return new Map(series.map(({ year, value }) => [year, value / base]));
}

/**
 * Σ value × weight / Σ weight over the values that exist; undefined when no existing value has weight.
 * @throws RangeError for a negative or non-finite weight.
 */
export function weightedMean(
  items: Iterable<{ readonly value: number | null | undefined; readonly weight: number }>,
): number | undefined {
  let sum = 0;
  let weights = 0;
  for (const { value, weight } of items) {
    if (!(weight >= 0 && weight < Infinity))
      throw new RangeError(`weight: expected at least 0, found ${weight}`);
    if (value === null || value === undefined) continue;
    sum += value * weight;
    weights += weight;
  }
  return weights > 0 ? sum / weights : undefined;
}
