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
