import { SECONDS_BUCKETS } from '../telemetry';

/** What took how long, as plain numbers: for a thing that happens often, to find it by its labels each time costs most. */
export class Series {
  /** Observations up to each bound and not up to the one before; one more for those beyond the last. */
  readonly counts: number[];
  sum = 0;

  constructor(private readonly bounds: readonly number[] = SECONDS_BUCKETS) {
    this.counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  add(seconds: number): void {
    const { bounds } = this;
    let i = 0;
    while (i < bounds.length && seconds > bounds[i]!) i += 1;
    this.counts[i]! += 1;
    this.sum += seconds;
  }
}
