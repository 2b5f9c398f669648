import { mkdirSync } from 'node:fs';
import { memoryCache } from '@lmi/cache';
import { createReferenceSource, createReleaseStore, openDatabase } from '@lmi/data';
import { inlineJobs } from '@lmi/jobs';
import { InProcessCalls, type Config, type Lifecycle } from '@lmi/kit';
import { projectPaths } from '../paths';
import { CACHE_ENTRIES_PER_MB, type Ports } from './ports';

export interface EmbeddedPorts extends Ports {
  readonly calls: InProcessCalls;
}

/** All targets in one process on SQLite: memory cache, inline jobs, in-process calls. */
export async function embeddedShape(config: Config, lifecycle: Lifecycle): Promise<EmbeddedPorts> {
  const paths = projectPaths(config);
  mkdirSync(paths.home, { recursive: true });
  const db = await openDatabase({ file: paths.databaseFile });
  lifecycle.add('database', () => db.close());
  await db.migrate();
  const releases = createReleaseStore(db);
  const cache = memoryCache({ maxEntries: config.LMI_CACHE_MB * CACHE_ENTRIES_PER_MB });
  lifecycle.add('cache', () => cache.close());
  const jobs = inlineJobs();
  lifecycle.add('jobs', () => jobs.close());
  const calls = new InProcessCalls();
  lifecycle.add('calls', () => calls.close());
  return { db, releases, reference: createReferenceSource(releases), cache, jobs, calls };
}
