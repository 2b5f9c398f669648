/** Parts of a sliding window: it moves by one of them at a time, which is how exact its end is. */
export const WINDOW_PARTS = 100;

/**
 * Counts of a sliding window of one client, in parts. It covers the present part and as many before it as the window
 * has, so that it is never shorter than said.
 */
export class Window {
  private readonly counts = new Uint32Array(WINDOW_PARTS + 1);
  private total = 0;
  /** The part that was asked about last. */
  last = 0;

  /** @param part number of the present part, never lower than before. @returns requests that are still free. */
  free(part: number, limit: number): number {
    const steps = Math.min(part - this.last, this.counts.length);
    for (let step = 1; step <= steps; step++) {
      const place = (this.last + step) % this.counts.length;
      this.total -= this.counts[place]!;
      this.counts[place] = 0;
    }
    this.last = part;
    return limit - this.total;
  }

  /** Counts a request in the part that was asked about last. */
  add(): void {
    this.total += 1;
    this.counts[this.last % this.counts.length]! += 1;
  }

  /** Parts until the oldest counted request leaves the window; 0 when there is none. */
  partsToReset(): number {
    for (let age = WINDOW_PARTS; age >= 0; age--) {
      const part = this.last - age;
      if (part >= 0 && this.counts[part % this.counts.length]! > 0) return WINDOW_PARTS + 1 - age;
    }
    return 0;
  }
}
