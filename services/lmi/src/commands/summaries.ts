import type { ImportSummary } from '../releases/import-dataset';
import { print } from './session';

/** What became of one dataset: a summary or the error. */
export interface Summarised {
  readonly dataset: string;
  readonly summary?: ImportSummary;
  readonly error?: Error;
}

/** A table of what was imported. */
export function printSummaries(results: readonly Summarised[]): void {
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
