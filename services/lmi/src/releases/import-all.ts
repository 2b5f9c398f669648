import type { DatasetImporter } from '@lmi/importing';
import {
  importDataset,
  isAtHand,
  type ImportEnvironment,
  type ImportOptions,
  type ImportSummary,
} from './import-dataset';

export interface ImportProgress {
  start(dataset: string): void;
  update(dataset: string, done: number): void;
  end(dataset: string, result: ImportSummary | Error): void;
}

/** Neither summary nor error: an optional dataset of which no file is at hand. */
export interface ImportResult {
  readonly dataset: string;
  readonly summary?: ImportSummary;
  readonly error?: Error;
}

/** Imports every dataset as importEach does, but for the optional ones of which no file is at hand. */
export async function importAll(
  importers: readonly DatasetImporter[],
  env: ImportEnvironment,
  options: Omit<ImportOptions, 'progress'>,
  progress: ImportProgress,
): Promise<ImportResult[]> {
  const present: DatasetImporter[] = [];
  for (const importer of importers) if (await isAtHand(importer, env, options)) present.push(importer);
  const absent = importers.filter((importer) => !present.includes(importer));
  const results = await importEach(present, env, options, progress);
  return [...results, ...absent.map(({ card }) => ({ dataset: card.id }))];
}

/**
 * Imports datasets one after the other, dependencies first. A dataset that fails leaves its old release serving and
 * does not stop the others; what is computed from it is computed from the release that serves.
 */
export async function importEach(
  importers: readonly DatasetImporter[],
  env: ImportEnvironment,
  options: Omit<ImportOptions, 'progress'>,
  progress: ImportProgress,
): Promise<ImportResult[]> {
  const results: ImportResult[] = [];
  for (const importer of importers) {
    const dataset = importer.card.id;
    progress.start(dataset);
    try {
      const summary = await importDataset(importer, env, {
        ...options,
        progress: (done) => progress.update(dataset, done),
      });
      progress.end(dataset, summary);
      results.push({ dataset, summary });
    } catch (cause) {
      options.signal?.throwIfAborted();
      const error = cause instanceof Error ? cause : new Error(String(cause));
      progress.end(dataset, error);
      results.push({ dataset, error });
    }
  }
  return results;
}

/**
 * Imports one dataset and then what is computed from it, also when the dataset itself is unchanged: an import that was
 * cut short between the two is completed by the next one.
 */
export async function importWithDerived(
  importer: DatasetImporter,
  inOrder: readonly DatasetImporter[],
  env: ImportEnvironment,
  options: Omit<ImportOptions, 'progress'>,
  progress: ImportProgress,
): Promise<ImportResult[]> {
  const results = await importEach([importer], env, options, progress);
  if (!options.publish || results.some(({ error }) => error)) return results;
  const { signal, onlyNew, lockWaitMs } = options;
  const common = {
    publish: true,
    signal,
    ...(onlyNew ? { onlyNew } : {}),
    ...(lockWaitMs ? { lockWaitMs } : {}),
  };
  for (const derived of derivedFrom(importer.card.id, inOrder)) {
    if (await inputsServe(derived, env))
      results.push(...(await importEach([derived], env, common, progress)));
  }
  return results;
}

/** In a database that is being filled, what a dataset is computed from may not be there yet. */
function inputsServe({ card }: DatasetImporter, { db, releases }: ImportEnvironment): Promise<boolean> {
  return db.read(async (reader) => {
    for (const id of card.dependsOn) if (!(await releases.current(reader, id))) return false;
    return true;
  });
}

/** The derived datasets that are computed, directly or not, from the given one; in import order. */
export function derivedFrom(dataset: string, inOrder: readonly DatasetImporter[]): DatasetImporter[] {
  const touched = new Set([dataset]);
  return inOrder.filter((importer) => {
    if (!importer.card.derived || !importer.card.dependsOn.some((id) => touched.has(id))) return false;
    touched.add(importer.card.id);
    return true;
  });
}
