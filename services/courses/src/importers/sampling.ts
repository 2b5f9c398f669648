/** What reconciliation needs: a repeatable sample and picking figures out of an answer. */

/** `size` items without repetition, the same for the same seed (mulberry32, Fisher–Yates). */
export function seededSample<T>(items: readonly T[], size: number, seed: number): T[] {
  const drawn = [...items];
  let state = seed >>> 0;
  for (let last = drawn.length - 1; last > 0; last--) {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    const at = Math.floor((((bits ^ (bits >>> 14)) >>> 0) / 4294967296) * (last + 1));
    [drawn[last], drawn[at]] = [drawn[at]!, drawn[last]!];
  }
  return drawn.slice(0, size);
}

export interface ServedCell {
  readonly value?: number | null;
  readonly marks?: readonly string[];
}

export function served(
  cell: ServedCell | undefined,
): { value: number | null; marks: readonly string[] } | undefined {
  return cell ? { value: cell.value ?? null, marks: cell.marks ?? [] } : undefined;
}
