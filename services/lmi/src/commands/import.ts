import { LmiError } from '@lmi/kit';
import { importProgress } from '../progress';
import { derivedFrom, importAll, importEach, type ImportResult } from '../releases/import-all';
import { importersInOrder } from '../targets';
import { importerOf, print, withData } from './session';

export interface ImportCommandOptions {
  readonly all?: boolean;
  readonly from?: string;
  readonly edition?: string;
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
    const common = { publish: options.publish, edition: options.edition };
    const results: ImportResult[] = [];
    if (dataset === undefined) {
      results.push(
        ...(await importAll(inOrder, env, { publish: options.publish, ...fromOf(options) }, progress)),
      );
    } else {
      results.push(
        ...(await importEach([importerOf(dataset)], env, { ...common, ...fromOf(options) }, progress)),
      );
      const moved = results.some((result) => result.summary?.outcome === 'published');
      if (moved)
        results.push(...(await importEach(derivedFrom(dataset, inOrder), env, { publish: true }, progress)));
    }
    progress.stop();
    printSummaries(results);
    const failed = results.find((result) => result.error);
    if (failed?.error) throw failed.error;
  });
}

function fromOf(options: ImportCommandOptions): { from?: string } {
  return options.from === undefined ? {} : { from: options.from };
}

function printSummaries(results: readonly ImportResult[]): void {
  const number = (value: number): string => value.toLocaleString('en-GB').padStart(10);
  print();
  print(
    `${'dataset'.padEnd(21)} ${'outcome'.padEnd(10)} ${'read'.padStart(10)} ${'loaded'.padStart(10)} ${'rejected'.padStart(10)} ${'withheld'.padStart(10)} ${'marked'.padStart(10)}  release`,
  );
  for (const { dataset, summary, error } of results) {
    if (!summary) {
      const text = error
        ? `${'failed'.padEnd(10)} ${error.message}`
        : 'not at hand: import it --from its official files';
      print(`${dataset.padEnd(21)} ${text}`);
      continue;
    }
    print(
      `${dataset.padEnd(21)} ${summary.outcome.padEnd(10)} ${number(summary.rowsRead)} ${number(summary.rowsLoaded)} ${number(summary.rowsRejected)} ${number(summary.valuesSuppressed)} ${number(summary.valuesMarked)}  ${summary.version} (${summary.readFrom}, ${summary.seconds.toFixed(1)} s)`,
    );
    for (const rejection of summary.rejections)
      print(`    rejected ${rejection.file} ${rejection.place}: ${rejection.reason}`);
    const more = summary.rowsRejected - summary.rejections.length;
    if (summary.outcome !== 'unchanged' && more > 0) print(`    … and ${more} more`);
  }
}
