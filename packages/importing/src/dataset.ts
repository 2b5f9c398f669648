/**
 * What a dataset declares to be imported: its card, its tables, how official files become rows, and what must
 * hold before a release may serve. The runner (services/lmi) does the rest: locate, checksum, stage, check,
 * publish, summary, progress.
 */
import type { CheckRecord, Reader, StageSink } from '@lmi/kit';
import type { CountedFigure } from './quality';

export interface DatasetCard {
  /** Short id in commands and versions: lower-case words joined by hyphens. */
  readonly id: string;
  readonly title: string;
  readonly publisher: string;
  /** SPDX-like id: "OGL-UK-3.0", "CC-BY-4.0". */
  readonly licence: string;
  readonly licenceUrl: string;
  /** The line that must travel with figures of this dataset. */
  readonly attribution: string;
  /** The publisher's page of the dataset. */
  readonly sourceUrl: string;
  /** "yearly", "quarterly", "irregular" ... */
  readonly cadence: string;
  /** One plain-English paragraph: what a figure means. Own words. */
  readonly description: string;
  /** Known limits, one sentence each. Own words. */
  readonly caveats: readonly string[];
  /** When the publisher's next release is expected, as far as it says: "2026-10", "autumn 2027"; absent: not announced. */
  readonly nextRelease?: string;
  /** What users ask for and this dataset cannot answer, and why. Own words. */
  readonly gaps?: readonly { readonly what: string; readonly why: string }[];
  /** Dataset ids this one is computed from or checked against; they are imported first. */
  readonly dependsOn: readonly string[];
  /** True when the rows are computed from published releases, not read from files. */
  readonly derived: boolean;
}

/** One source file handed to an importer. */
export interface SourceFile {
  /** File name without folders. */
  readonly name: string;
  /** Path relative to the folder or archive it was found in. */
  readonly path: string;
  /** Whole content. */
  read(): Promise<Buffer>;
}

/** A row that was not loaded, with its place, for the summary. */
export interface Rejection {
  readonly file: string;
  /** Sheet and cell or line: "All!D17", "line 204". */
  readonly place: string;
  readonly reason: string;
}

export interface ImportContext {
  readonly sink: StageSink;
  /** Asked edition (`--edition`); the importer refuses files of another one. */
  readonly edition: string | undefined;
  /** Reports work done, 0 to 1. */
  progress(done: number): void;
  reject(rejection: Rejection): void;
  /** Counts values withheld by the source and values that carry any mark. */
  count(suppressed: number, marked: number): void;
  /** Counts source rows read. */
  rowsRead(rows: number): void;
}

export interface ReadSources {
  /** Edition found in the files themselves (title, header, period), for example "2025". */
  readonly edition: string;
  /** Stages all rows. */
  load(context: ImportContext): Promise<void>;
}

export interface ReconciliationCell {
  /** Table and key, for the report. */
  readonly place: string;
  /** API path with query, for example "/api/v2/pay?occupation=2136&…". */
  readonly path: string;
  /** Picks the served cell out of the JSON answer. */
  pick(body: unknown): { value: number | null; marks: readonly string[] } | undefined;
  /** What the source file says: a number, or null with the marker it prints. */
  readonly expected: { value: number | null; marks: readonly string[] };
}

export interface DatasetImporter {
  readonly card: DatasetCard;
  /** Raised when the same files give other rows than before: part of the release checksum. */
  readonly version: number;
  /** All tables of the dataset, each with its columns (without release_id) in key order. */
  readonly tables: Readonly<Record<string, readonly string[]>>;
  /** Columns that hold the publisher's sentences: left out of the bundled extract. */
  readonly withheld: Readonly<Record<string, readonly string[]>>;
  /**
   * Tables that hold workings of a model: withheld figures could be worked out from their rows, so they are neither
   * downloaded nor compared.
   */
  readonly workings?: readonly string[];
  /**
   * Not bundled: it is served once its official files have been imported, and importing everything leaves it out
   * where they are not at hand.
   */
  readonly optional?: boolean;
  /** Folders below LMI_SOURCES where the official files lie by default. */
  readonly defaultFolders: readonly string[];
  /**
   * Picks the files it knows out of all that were found, opens and validates their layout.
   * @throws LmiError invalid-argument with a message that names file, sheet and cell for a missing file, wrong
   * workbook, shifted column, changed header, wrong edition or unreadable archive. Not called for derived datasets.
   */
  open(files: readonly SourceFile[], edition: string | undefined): Promise<ReadSources>;
  /** Which of the found files it would read: they are checksummed as the release's sources. */
  accepts(file: { name: string; path: string }): boolean;
  /** Derived datasets: computes rows from published releases of `dependsOn`. */
  derive?(context: ImportContext): Promise<{ edition: string }>;
  /** Acceptance checks on the staged rows; every check is recorded, all must pass. */
  check(reader: Reader, releaseId: number): Promise<CheckRecord[]>;
  /** Its figures, counted by their marks when a release is staged; absent for reference data. */
  readonly figures?: readonly CountedFigure[];
  /**
   * A seeded sample of published cells, as the source files (not the database) state them, with the API address
   * that serves each. Derived datasets recompute their published margins instead.
   */
  reconcile?(files: readonly SourceFile[], sample: number, seed: number): Promise<ReconciliationCell[]>;
}
