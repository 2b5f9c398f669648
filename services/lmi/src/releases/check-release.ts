import { existsSync } from 'node:fs';
import path from 'node:path';
import { checksumOf, findSources, type DatasetImporter, type SourceFile } from '@lmi/importing';
import type { CheckRecord, ReleaseRecord } from '@lmi/kit';
import type { ImportEnvironment } from './import-dataset';
import { reconcileThroughApi, type ReconciliationReport } from './reconcile';

export interface ReleaseReport {
  readonly dataset: string;
  readonly version: string;
  readonly checks: readonly CheckRecord[];
  /** Served cells against the source files; absent where that was not possible. */
  readonly reconciliation?: ReconciliationReport & { readonly seed: number };
  /** Why cells were not compared. */
  readonly notCompared?: string;
}

export interface ReconcileOptions {
  /** Address of the API; empty: only the acceptance checks are run. */
  readonly api: string;
  /** Cells to compare. */
  readonly sample: number;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/** The files of a dataset's default folders below LMI_SOURCES that its importer reads; undefined unless all are there. */
async function sourcesAtHand(
  importer: DatasetImporter,
  sourcesFolder: string,
): Promise<SourceFile[] | undefined> {
  const folders = importer.defaultFolders.map((folder) => path.join(sourcesFolder, folder));
  if (sourcesFolder === '' || folders.length === 0 || !folders.every(existsSync)) return undefined;
  const files: SourceFile[] = [];
  for (const folder of folders) files.push(...(await findSources(folder)));
  return files.filter((file) => importer.accepts(file));
}

/** Files of another edition would differ in every figure, and rightly so. */
async function areThoseOf(release: ReleaseRecord, files: readonly SourceFile[]): Promise<boolean> {
  const known = new Set(release.sources.map(({ sha256 }) => sha256));
  const found = new Set<string>();
  for (const file of files) found.add((await checksumOf(file)).sha256);
  return known.size === found.size && [...known].every((sha256) => found.has(sha256));
}

/** Runs the acceptance checks on a release that serves, and compares what the API says with its source files. */
export async function checkServing(
  importer: DatasetImporter,
  release: ReleaseRecord,
  env: ImportEnvironment,
  options: ReconcileOptions,
): Promise<ReleaseReport> {
  const { dataset, version } = release;
  const checks = await env.db.read((reader) => importer.check(reader, release.id));
  const without = (notCompared: string): ReleaseReport => ({ dataset, version, checks, notCompared });
  if (options.api === '') return without('LMI_API_URL is not set');
  if (!importer.reconcile) return without('it has no source cells');
  const files = await sourcesAtHand(importer, env.sourcesFolder);
  if (!files) return without('its source files are not in LMI_SOURCES');
  if (!(await areThoseOf(release, files)))
    return without('the files in LMI_SOURCES are not those it was made from');
  const cells = await importer.reconcile(files, options.sample, options.seed);
  const report = await reconcileThroughApi(cells, options.api, options.signal);
  return { dataset, version, checks, reconciliation: { ...report, seed: options.seed } };
}

/** One line for each thing that is not as it should be. */
export function faultsOf(report: ReleaseReport): string[] {
  const failed = report.checks.filter((check) => !check.passed);
  return [
    ...failed.map((check) => `${report.version}: ${check.name}: ${check.detail}`),
    ...(report.reconciliation?.differences ?? []).map((difference) => `${report.version}: ${difference}`),
  ];
}
