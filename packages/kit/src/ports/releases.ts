import type { Reader, SqlValue } from './database';

export type ReleaseState = 'staged' | 'checked' | 'published' | 'retired';

export interface SourceFileRecord {
  readonly name: string;
  readonly sha256: string;
  readonly bytes: number;
}

export interface CheckRecord {
  readonly name: string;
  readonly passed: boolean;
  readonly detail: string;
}

/** Cells of one figure at one level, counted by their marks. */
export interface QualityCount {
  /** Name of the figure: "median", "employment". */
  readonly figure: string;
  /** What the cells are by: "unit group", "region", ... */
  readonly level: string;
  readonly cells: number;
  /** Cells without a value. */
  readonly withheld: number;
  /** Cells by mark; a cell with two marks counts in both, one without in none. */
  readonly marks: Readonly<Record<string, number>>;
  /** First and last reference period, as text that sorts. */
  readonly from: string;
  readonly to: string;
}

/** One release as kept in dataset_release. Times are ISO 8601 UTC. */
export interface ReleaseRecord {
  readonly id: number;
  readonly dataset: string;
  /** `${dataset}-${edition}-${8 hex digits of the content checksum}`: equal content gives an equal version. */
  readonly version: string;
  readonly edition: string;
  readonly state: ReleaseState;
  readonly checksum: string;
  readonly sources: readonly SourceFileRecord[];
  readonly checks: readonly CheckRecord[];
  /** Versions that a derived dataset was computed from. */
  readonly inputs: readonly string[];
  /** Empty for reference data and releases that were not counted. */
  readonly quality: readonly QualityCount[];
  readonly rowsRead: number;
  readonly rowsLoaded: number;
  readonly rowsRejected: number;
  readonly valuesSuppressed: number;
  readonly valuesMarked: number;
  readonly stagedAt: string;
  readonly publishedAt: string | null;
  readonly current: boolean;
}

export interface StageSummary {
  readonly rowsRead: number;
  readonly rowsRejected: number;
  readonly valuesSuppressed: number;
  readonly valuesMarked: number;
}

/** Where an importer puts its rows: tables of its dataset only; release_id is filled in by the store. */
export interface StageSink {
  /** Appends rows (values in the order of `columns`, without release_id) to one of the dataset's tables. */
  insert(
    table: string,
    columns: readonly string[],
    rows: Iterable<readonly SqlValue[]> | AsyncIterable<readonly SqlValue[]>,
  ): Promise<void>;
  /**
   * Copies from the published release the rows whose `key` combination was not staged, so that one new workbook
   * extends a series instead of replacing it. @returns rows copied.
   */
  carryForward(table: string, key: readonly string[]): Promise<number>;
  /** Reads within the same transaction; `releaseId` is the release being staged. */
  readonly reader: Reader;
  readonly releaseId: number;
}

export interface StageRequest {
  readonly dataset: string;
  readonly edition: string;
  /** SHA-256 over source checksums, importer version and input versions. */
  readonly checksum: string;
  readonly sources: readonly SourceFileRecord[];
  readonly inputs: readonly string[];
  /** Every table that rows of this dataset live in; all have release_id as leading key column. */
  readonly tables: readonly string[];
}

/** Stage → check → publish, atomically each; roll back; history. */
export interface ReleaseStore {
  /** The release that serves now, read on the given connection. */
  current(reader: Reader, dataset: string): Promise<{ id: number; version: string } | undefined>;
  /** By dataset, the newest first: of the datasets given, or of all; all that were ever staged, or those that serve. */
  list(dataset?: string | readonly string[], which?: 'all' | 'current'): Promise<ReleaseRecord[]>;
  find(dataset: string, version: string): Promise<ReleaseRecord | undefined>;
  /** A kept release with this checksum (not retired), if any: the same edition imported again. */
  findByChecksum(dataset: string, checksum: string): Promise<ReleaseRecord | undefined>;
  /** Loads rows in one transaction: on any error nothing is left. */
  stage(request: StageRequest, fill: (sink: StageSink) => Promise<StageSummary>): Promise<ReleaseRecord>;
  /** Stores check results, and the counts of marks where given; state becomes `checked` when all passed, else the staged rows are dropped. */
  recordChecks(
    release: ReleaseRecord,
    checks: readonly CheckRecord[],
    tables: readonly string[],
    quality?: readonly QualityCount[],
  ): Promise<ReleaseRecord>;
  /** Moves the pointer in one statement. @throws LmiError conflict unless the release is checked. */
  publish(dataset: string, version: string): Promise<ReleaseRecord>;
  /** Moves the pointer to the release published before. @throws LmiError not-found when there is none. */
  rollback(dataset: string): Promise<ReleaseRecord>;
  /** Deletes rows of retired releases beyond the `keep` newest and of abandoned staging. @returns versions swept. */
  sweep(dataset: string, tables: readonly string[], keep: number): Promise<string[]>;
}
