import { mkdirSync } from 'node:fs';
import { createReleaseStore, openDatabase } from '@lmi/data';
import type { Config, Lifecycle } from '@lmi/kit';
import { projectPaths } from '../paths';
import type { ImportEnvironment } from '../releases/import-dataset';

/** What data commands work on: the cluster's primary where LMI_DATABASE_URL is set, else the embedded database. */
export async function importEnvironment(config: Config, lifecycle: Lifecycle): Promise<ImportEnvironment> {
  const paths = projectPaths(config);
  if (config.LMI_DATABASE_URL === '') mkdirSync(paths.home, { recursive: true });
  const db = await openDatabase(
    config.LMI_DATABASE_URL === '' ? { file: paths.databaseFile } : { url: config.LMI_DATABASE_URL },
  );
  lifecycle.add('database', () => db.close());
  await db.migrate();
  return { db, releases: createReleaseStore(db), dataFolder: paths.data, sourcesFolder: config.LMI_SOURCES };
}
