import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import {
  checksumOf,
  countQuality,
  findSources,
  readBundle,
  type DatasetImporter,
  type ImportContext,
  type Rejection,
  type SourceFile,
} from '@lmi/importing';
import {
  LmiError,
  type Database,
  type ReleaseRecord,
  type ReleaseStore,
  type SourceFileRecord,
  type SqlValue,
  type StageSink,
  type StageSummary,
} from '@lmi/kit';

/** Releases whose rows are kept: the one that serves and those that a rollback can return to. */
const KEPT_RELEASES = 3;

/** Rejections kept for the summary; the count goes on. */
const LISTED_REJECTIONS = 20;

const PROGRESS_EVERY_ROWS = 2_000;

/** How long a second import of the same dataset waits for the first before it gives up, unless told otherwise. */
const LOCK_WAIT_MS = 1_000;

export interface ImportEnvironment {
  readonly db: Database;
  readonly releases: ReleaseStore;
  /** Folder of the bundled extract. */
  readonly dataFolder: string;
  /** LMI_SOURCES, empty when not set. */
  readonly sourcesFolder: string;
}

export interface ImportOptions {
  /** File, folder, zip or address of official files; absent: LMI_SOURCES where set, else the bundled extract. */
  readonly from?: string | undefined;
  /** Asked edition; files of another one are refused. */
  readonly edition?: string | undefined;
  /** False stops after the checks; `lmi release publish` then publishes. */
  readonly publish: boolean;
  /** True reads the bundled extract even where LMI_SOURCES is set. */
  readonly bundledOnly?: boolean;
  /**
   * True leaves alone what was imported before, whatever became of it (a rollback stays one), and what serves in a newer
   * edition: for imports that nobody watches.
   */
  readonly onlyNew?: boolean;
  /** Aborted: the import stops where it is, and of what it staged nothing is left. A publication is never cut short. */
  readonly signal?: AbortSignal | undefined;
  /** How long to wait for another import of the same dataset. */
  readonly lockWaitMs?: number;
  readonly progress: (done: number) => void;
}

export interface ImportSummary {
  readonly dataset: string;
  readonly outcome: 'published' | 'checked' | 'unchanged';
  readonly version: string;
  readonly edition: string;
  /** "official files", "bundled extract" or "published releases". */
  readonly readFrom: string;
  readonly rowsRead: number;
  readonly rowsLoaded: number;
  readonly rowsRejected: number;
  readonly rejections: readonly Rejection[];
  readonly valuesSuppressed: number;
  readonly valuesMarked: number;
  readonly seconds: number;
}

/** What is staged, from wherever it comes: known before any row is read. */
interface Plan {
  readonly readFrom: string;
  readonly edition: string;
  readonly checksum: string;
  readonly sources: readonly SourceFileRecord[];
  readonly inputs: readonly string[];
  fill(context: ImportContext): Promise<void>;
}

function sha256(...parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}

async function planFromFiles(
  importer: DatasetImporter,
  files: readonly SourceFile[],
  edition: string | undefined,
): Promise<Plan> {
  const accepted = files.filter((file) => importer.accepts(file));
  const opened = await importer.open(accepted, edition);
  const sources: SourceFileRecord[] = [];
  for (const file of accepted) sources.push(await checksumOf(file));
  sources.sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    readFrom: 'official files',
    edition: opened.edition,
    checksum: sha256(
      `importer ${importer.version}`,
      ...sources.map((source) => `${source.name} ${source.sha256}`),
    ),
    sources,
    inputs: [],
    fill: (context) => opened.load(context),
  };
}

async function planFromBundle(
  importer: DatasetImporter,
  dataFolder: string,
  edition: string | undefined,
): Promise<Plan> {
  const folder = path.join(dataFolder, importer.card.id);
  // A dataset that the project itself writes has its source there, not an extract of it.
  if (!existsSync(path.join(folder, 'release.json')))
    return planFromFiles(importer, await findSources(folder), edition);
  const bundle = await readBundle(folder);
  const { release } = bundle;
  if (edition !== undefined && edition !== release.edition) {
    throw new LmiError(
      'invalid-argument',
      `the bundled extract of ${importer.card.id} is edition ${release.edition}, not ${edition}`,
      { field: 'edition', validValues: [release.edition] },
    );
  }
  return {
    readFrom: 'bundled extract',
    edition: release.edition,
    checksum: release.checksum,
    sources: release.sources,
    inputs: [],
    async fill(context) {
      const tables = Object.entries(bundle.tables);
      const total = tables.reduce((sum, [, table]) => sum + table.rows, 0);
      let done = 0;
      for (const [name, table] of tables) {
        const counted = async function* (): AsyncGenerator<readonly SqlValue[]> {
          for await (const row of bundle.rows(name)) {
            done += 1;
            if (done % PROGRESS_EVERY_ROWS === 0) context.progress(done / total);
            yield row;
          }
        };
        await context.sink.insert(name, Object.keys(table.columns), counted());
      }
      context.rowsRead(release.counts.rowsRead);
      context.count(release.counts.valuesSuppressed, release.counts.valuesMarked);
    },
  };
}

async function planDerived(importer: DatasetImporter, env: ImportEnvironment): Promise<Plan> {
  const current = await env.db.read(async (reader) => {
    const found = [];
    for (const dataset of importer.card.dependsOn) {
      const release = await env.releases.current(reader, dataset);
      if (!release) {
        throw new LmiError(
          'not-available',
          `${importer.card.id} is computed from ${dataset}, which has no published release`,
        );
      }
      found.push(release.version);
    }
    return found;
  });
  const derive = importer.derive;
  if (!derive) throw new Error(`derived dataset ${importer.card.id} declares no derive()`);
  return {
    readFrom: 'published releases',
    edition: editionOfDerived(current),
    checksum: sha256(`importer ${importer.version}`, ...current),
    sources: [],
    inputs: current,
    async fill(context) {
      await derive(context);
    },
  };
}

/** The newest year that any input's edition names, so that derived releases sort with what they come from. */
function editionOfDerived(versions: readonly string[]): string {
  const years = versions.flatMap((version) => version.match(/\b20\d\d\b/g) ?? []).map(Number);
  const past = years.filter((year) => year <= new Date().getUTCFullYear());
  return String(Math.max(...(past.length > 0 ? past : [0])));
}

/**
 * Whether there is something to import a dataset from: always, but for an optional one, of which a file must be at
 * hand in `from`, in LMI_SOURCES where that is set, or in the bundled extract.
 */
export async function isAtHand(
  importer: DatasetImporter,
  env: Pick<ImportEnvironment, 'dataFolder' | 'sourcesFolder'>,
  options: Pick<ImportOptions, 'from' | 'bundledOnly'>,
): Promise<boolean> {
  if (!importer.optional) return true;
  const places =
    options.from !== undefined
      ? [options.from]
      : env.sourcesFolder !== '' && !options.bundledOnly
        ? importer.defaultFolders.map((folder) => path.join(env.sourcesFolder, folder))
        : [];
  if (places.length === 0) return existsSync(path.join(env.dataFolder, importer.card.id));
  for (const place of places.filter((name) => name === options.from || existsSync(name))) {
    if ((await findSources(place)).some((file) => importer.accepts(file))) return true;
  }
  return false;
}

async function planImport(
  importer: DatasetImporter,
  env: ImportEnvironment,
  options: ImportOptions,
): Promise<Plan> {
  if (importer.card.derived) return planDerived(importer, env);
  if (options.from !== undefined)
    return planFromFiles(importer, await findSources(options.from), options.edition);
  const expected = importer.defaultFolders.map((folder) => path.join(env.sourcesFolder, folder));
  // An import that somebody asked for says which folder is missing; one that nobody watches takes what is at hand.
  const leftOut = options.bundledOnly || (options.onlyNew && !expected.every(existsSync));
  const folders = leftOut ? [] : expected;
  if (env.sourcesFolder !== '' && folders.length > 0) {
    const files: SourceFile[] = [];
    for (const folder of folders) files.push(...(await findSources(folder)));
    return planFromFiles(importer, files, options.edition);
  }
  return planFromBundle(importer, env.dataFolder, options.edition);
}

/** The release that serves, where what is planned was imported before or is of an older edition. */
async function servingInstead(
  plan: Plan,
  dataset: string,
  releases: ReleaseStore,
): Promise<ReleaseRecord | undefined> {
  const all = await releases.list(dataset);
  const serving = all.find((release) => release.current);
  if (!serving) return undefined;
  const before = all.some(({ checksum, state }) => checksum === plan.checksum && state !== 'staged');
  return before || plan.edition < serving.edition ? serving : undefined;
}

/**
 * Imports one dataset: find and open the files, stage, check, publish. On any error the release that served before
 * goes on serving and no row of the failed one is left.
 * @throws LmiError naming file and place for unreadable or unexpected files, `conflict` while another import of the
 * dataset runs, `resource-exhausted` when the disk is full, `not-available` when an acceptance check fails.
 */
export async function importDataset(
  importer: DatasetImporter,
  env: ImportEnvironment,
  options: ImportOptions,
): Promise<ImportSummary> {
  const started = performance.now();
  const dataset = importer.card.id;
  const tables = Object.keys(importer.tables);
  const { signal, lockWaitMs = LOCK_WAIT_MS } = options;
  options.progress(0);

  return env.db.withLock(`import:${dataset}`, lockWaitMs, async () => {
    signal?.throwIfAborted();
    const plan = await planImport(importer, env, options);
    signal?.throwIfAborted();
    const rejections: Rejection[] = [];
    const counts = { rowsRead: 0, rowsRejected: 0, valuesSuppressed: 0, valuesMarked: 0 };
    const summarise = (release: ReleaseRecord, outcome: ImportSummary['outcome']): ImportSummary => ({
      dataset,
      outcome,
      version: release.version,
      edition: release.edition,
      readFrom: plan.readFrom,
      rowsRead: release.rowsRead,
      rowsLoaded: release.rowsLoaded,
      rowsRejected: release.rowsRejected,
      rejections,
      valuesSuppressed: release.valuesSuppressed,
      valuesMarked: release.valuesMarked,
      seconds: (performance.now() - started) / 1000,
    });

    const known = await env.releases.findByChecksum(dataset, plan.checksum);
    if (known?.current) {
      options.progress(1);
      return summarise(known, 'unchanged');
    }
    const older = options.onlyNew ? await servingInstead(plan, dataset, env.releases) : undefined;
    if (older) {
      options.progress(1);
      return summarise(older, 'unchanged');
    }
    let release = known;
    if (!release || release.state === 'staged') {
      const fill = async (sink: StageSink): Promise<StageSummary> => {
        await plan.fill({
          sink,
          edition: options.edition,
          progress(done) {
            signal?.throwIfAborted();
            options.progress(done * 0.9);
          },
          reject(rejection) {
            counts.rowsRejected += 1;
            if (rejections.length < LISTED_REJECTIONS) rejections.push(rejection);
          },
          count(suppressed, marked) {
            counts.valuesSuppressed += suppressed;
            counts.valuesMarked += marked;
          },
          rowsRead(rows) {
            signal?.throwIfAborted();
            counts.rowsRead += rows;
          },
        });
        signal?.throwIfAborted();
        return counts;
      };
      const { edition, checksum, sources, inputs } = plan;
      const staged = await env.releases.stage({ dataset, edition, checksum, sources, inputs, tables }, fill);
      const checks = await env.db.read((reader) => importer.check(reader, staged.id));
      const quality = await env.db.read((reader) => countQuality(reader, staged.id, importer.figures ?? []));
      release = await env.releases.recordChecks(staged, checks, tables, quality);
      const failed = checks.filter((check) => !check.passed);
      if (failed.length > 0) {
        throw new LmiError(
          'not-available',
          `${dataset} ${plan.edition} was not published: ${failed.map((c) => `${c.name}: ${c.detail}`).join('; ')}`,
          { field: 'checks' },
        );
      }
    }
    if (!options.publish) {
      options.progress(1);
      return summarise(release, 'checked');
    }
    signal?.throwIfAborted();
    const published = await env.releases.publish(dataset, release.version);
    await env.releases.sweep(dataset, tables, KEPT_RELEASES);
    options.progress(1);
    return summarise(published, 'published');
  });
}
