import { importProgress } from '../progress';
import { importAll } from '../releases/import-all';
import { importerOf, withData } from './session';

/** Loads bundled extracts, with progress. @throws the first error of a dataset of which no release serves. */
export async function loadCommand(datasets: readonly string[]): Promise<void> {
  await withData(async (env) => {
    const progress = importProgress(process.stderr);
    const results = await importAll(
      datasets.map(importerOf),
      env,
      { publish: true, bundledOnly: true },
      progress,
    );
    progress.stop();
    for (const { dataset, error } of results) {
      if (!error) continue;
      const serving = await env.db.read((reader) => env.releases.current(reader, dataset));
      if (!serving) throw error;
    }
  });
}
