import { LmiError } from '@lmi/kit';
import { importProgress } from '../progress';
import { importAll, importWithDerived } from '../releases/import-all';
import { importersInOrder } from '../targets';
import { importerOf, withData } from './session';
import { printSummaries } from './summaries';

export interface ImportCommandOptions {
  readonly all?: boolean;
  readonly from?: string;
  readonly edition?: string;
  readonly onlyNew?: boolean;
  readonly publish: boolean;
}

/** Imports one dataset and what is computed from it, or all. @throws the first error after all were tried. */
export async function importCommand(
  dataset: string | undefined,
  options: ImportCommandOptions,
): Promise<void> {
  if ((dataset === undefined) === (options.all !== true)) {
    throw new LmiError('invalid-argument', 'name one dataset, or --all', {
      field: 'dataset',
      validValues: importersInOrder().map((importer) => importer.card.id),
    });
  }
  await withData(async (env) => {
    const progress = importProgress(process.stderr);
    const inOrder = importersInOrder();
    const { publish, edition, from, onlyNew } = options;
    const common = {
      publish,
      ...(from === undefined ? {} : { from }),
      ...(onlyNew === true ? { onlyNew } : {}),
    };
    const results =
      dataset === undefined
        ? await importAll(inOrder, env, common, progress)
        : await importWithDerived(importerOf(dataset), inOrder, env, { ...common, edition }, progress);
    progress.stop();
    printSummaries(results);
    const failed = results.find((result) => result.error);
    if (failed?.error) throw failed.error;
  });
}
