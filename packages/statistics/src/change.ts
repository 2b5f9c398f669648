/**
 * Change between two values of one series in per cent of the first.
 * @returns undefined where the first is not above zero: no per cent of it means anything.
 */
export function changeInPercent(from: number, to: number): number | undefined {
  return from > 0 ? ((to - from) / from) * 100 : undefined;
}
