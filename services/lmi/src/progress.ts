import type { Writable } from 'node:stream';
import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import type { ImportProgress } from './releases/import-all';
import type { ImportSummary } from './releases/import-dataset';

type Outcome = ImportSummary | Error | string;

interface ProgressBars extends ImportProgress {
  end(dataset: string, result: Outcome): void;
  stop(): void;
}

function outcomeText(result: Outcome): string {
  if (typeof result === 'string') return result;
  if (result instanceof Error) return `FAILED: ${result.message}`;
  const figures = `${result.rowsLoaded.toLocaleString('en-GB')} rows, ${result.valuesSuppressed.toLocaleString('en-GB')} withheld by the source`;
  return `${result.outcome} ${result.version} (${figures}, ${result.seconds.toFixed(1)} s)`;
}

/** One bar for a job, as for a dataset. */
export function jobProgress(
  output: NodeJS.WriteStream | Writable,
  label: string,
): {
  update(done: number): void;
  end(text: string): void;
} {
  const bars = importProgress(output);
  bars.start(label);
  return {
    update: (done) => bars.update(label, done),
    end(text) {
      bars.end(label, text);
      bars.stop();
    },
  };
}

/** One bar per dataset on a terminal; a line per quarter and dataset elsewhere (logs, CI). */
export function importProgress(output: NodeJS.WriteStream | Writable): ProgressBars {
  return 'isTTY' in output && output.isTTY ? terminalBars(output as NodeJS.WriteStream) : plainLines(output);
}

function terminalBars(output: NodeJS.WriteStream): ProgressBars {
  const bars = new MultiBar(
    { format: '{dataset} [{bar}] {percentage}% {text}', stream: output, hideCursor: true, autopadding: true },
    Presets.shades_classic,
  );
  const byDataset = new Map<string, SingleBar>();
  return {
    start(dataset) {
      byDataset.set(dataset, bars.create(100, 0, { dataset: dataset.padEnd(21), text: '' }));
    },
    update(dataset, done) {
      byDataset.get(dataset)?.update(Math.round(done * 100));
    },
    end(dataset, result) {
      byDataset.get(dataset)?.update(result instanceof Error ? 0 : 100, { text: outcomeText(result) });
    },
    stop: () => bars.stop(),
  };
}

function plainLines(output: Writable): ProgressBars {
  const quarters = new Map<string, number>();
  return {
    start(dataset) {
      quarters.set(dataset, 0);
    },
    update(dataset, done) {
      const quarter = Math.floor(done * 4);
      if (quarter > (quarters.get(dataset) ?? 0) && quarter < 4) {
        quarters.set(dataset, quarter);
        output.write(`${dataset.padEnd(21)} ${'#'.repeat(quarter * 5).padEnd(20, '.')} ${quarter * 25}%\n`);
      }
    },
    end(dataset, result) {
      output.write(
        `${dataset.padEnd(21)} ${result instanceof Error ? '!' : '#'.repeat(20)} ${outcomeText(result)}\n`,
      );
    },
    stop: () => undefined,
  };
}
