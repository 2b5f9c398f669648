import { createLog, Lifecycle, LmiError, readConfig, type Config, type Log } from '@lmi/kit';
import type { DatasetImporter } from '@lmi/importing';
import type { ImportEnvironment } from '../releases/import-dataset';
import { importEnvironment } from '../shapes/database';
import { importersInOrder } from '../targets';

export interface CommandSession {
  readonly config: Config;
  readonly log: Log;
  readonly lifecycle: Lifecycle;
}

/** Runs a command with its settings, log and resources, and closes what it opened. */
export async function withSession<T>(work: (session: CommandSession) => Promise<T>): Promise<T> {
  const config = readConfig();
  const log = createLog(config.LMI_LOG);
  const lifecycle = new Lifecycle(log);
  try {
    return await work({ config, log, lifecycle });
  } finally {
    await lifecycle.stop();
  }
}

/** A session with the database open and migrated. */
export function withData<T>(
  work: (env: ImportEnvironment, session: CommandSession) => Promise<T>,
): Promise<T> {
  return withSession(async (session) =>
    work(await importEnvironment(session.config, session.lifecycle), session),
  );
}

/** @throws LmiError invalid-argument with the known ids. */
export function importerOf(dataset: string): DatasetImporter {
  const importers = importersInOrder();
  const found = importers.find((importer) => importer.card.id === dataset);
  if (found) return found;
  throw new LmiError('invalid-argument', `no dataset named ${dataset}`, {
    field: 'dataset',
    validValues: importers.map((importer) => importer.card.id),
  });
}

export function print(line = ''): void {
  process.stdout.write(`${line}\n`);
}
