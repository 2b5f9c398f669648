/** An apprenticeship programme, whichever source it was read from. */
export interface ProgrammeRecord {
  /** "ST0499" for a standard, "403-2-1" for a framework. */
  readonly id: string;
  readonly kind: 'standard' | 'framework';
  readonly title: string;
  /** 2 to 8. */
  readonly level: number;
  readonly status: string;
  readonly route: string | null;
  /** Sector subject area, tier 2. */
  readonly sector: string | null;
  /** ISO dates. */
  readonly starts: string | null;
  readonly ends: string | null;
  readonly months: number | null;
  /** Pounds. */
  readonly funding: number | null;
  readonly version: string | null;
  readonly lars: string | null;
  readonly jobTitles: readonly string[];
  /** The publisher's own occupation code. */
  readonly soc2020: string | null;
  readonly place: string;
}
