import type { AnsweredListener, OperationsSource } from '@lmi/gateway';
import type { Database, Lifecycle, Log } from '@lmi/kit';
import type { Observation } from '@lmi/kit/observe';
import { listRecords, SystemNumbers, UsageCounter, type RecordKind } from '@lmi/operations';
import { keepHistory, keepUsage } from './keep';
import { operationsSource, ownObserver } from './source';

/** One process has little to look at. */
const LOOK_EVERY_MS = 60_000;

/** Status and usage of the embedded shape: of its one process, kept in its database. */
export function embeddedOperations(
  db: Database,
  observation: Observation,
  lifecycle: Lifecycle,
  log: Log,
): { readonly source: OperationsSource; readonly onAnswered: AnsweredListener } {
  const counter = new UsageCounter();
  const numbers = new SystemNumbers();
  const datasets = new Map<string, string>();
  keepUsage(db, counter, lifecycle, log);
  keepHistory(db, ownObserver(observation), lifecycle, log, LOOK_EVERY_MS);
  void db
    .read((reader) =>
      reader.all<{ version: string; dataset: string }>('SELECT version, dataset FROM dataset_release'),
    )
    .then((rows) => rows.forEach(({ version, dataset }) => datasets.set(version, dataset)))
    .catch((error: unknown) => log.warn({ err: error }, 'the names of datasets could not be read'));
  return {
    source: operationsSource(ownObserver(observation), async (kinds, from) =>
      (await Promise.all(kinds.split(',').map((kind) => listRecords(db, kind as RecordKind, from)))).flat(),
    ),
    onAnswered: (endpoint, status, releases, request) => {
      const at = Date.now();
      const address = request.socket.remoteAddress ?? '';
      counter.add({
        at,
        endpoint,
        datasets:
          releases.length > 0
            ? [...new Set(releases.flatMap((version) => datasets.get(version) ?? []))]
            : releases,
        outcome: status >= 500 ? 'failed' : status >= 400 ? 'refused' : 'gateway',
        system: address === '' ? undefined : numbers.of(address, new Date(at).toISOString().slice(0, 10)),
      });
    },
  };
}
