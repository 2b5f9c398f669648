import { mkdirSync } from 'node:fs';
import { memoryCache } from '@lmi/cache';
import { createReferenceSource, createReleaseStore, openDatabase } from '@lmi/data';
import { inlineJobs } from '@lmi/jobs';
import { InProcessCalls, type Calls, type Config, type Lifecycle } from '@lmi/kit';
import {
  observedCache,
  observedCalls,
  observedDatabase,
  observedJobs,
  type Observation,
} from '@lmi/kit/observe';
import { projectPaths } from '../paths';
import { CACHE_ENTRIES_PER_MB, type Ports } from './ports';

export interface EmbeddedPorts extends Ports {
  readonly services: InProcessCalls;
}

/** All targets in one process on SQLite: memory cache, inline jobs, in-process calls. */
export async function embeddedShape(
  config: Config,
  lifecycle: Lifecycle,
  observation: Pick<Observation, 'metrics' | 'traced'>,
): Promise<EmbeddedPorts> {
  const paths = projectPaths(config);
  mkdirSync(paths.home, { recursive: true });
  const opened = await openDatabase({ file: paths.databaseFile });
  lifecycle.add('database', () => opened.close());
  await opened.migrate();
  // Nobody would read what is counted: the ports are as they are.
  const observed = observation.metrics !== undefined || observation.traced;
  const db = observed ? observedDatabase(opened, observation) : opened;
  const releases = createReleaseStore(db);
  const kept = memoryCache({ maxEntries: config.LMI_CACHE_MB * CACHE_ENTRIES_PER_MB });
  const cache = observed ? observedCache(kept, observation) : kept;
  lifecycle.add('cache', () => cache.close());
  const inline = inlineJobs();
  const jobs = observed ? observedJobs(inline, observation, true) : inline;
  lifecycle.add('jobs', () => jobs.close());
  const services = new InProcessCalls();
  const calls: Calls = observed ? observedCalls(services, observation) : services;
  lifecycle.add('calls', () => calls.close());
  return { db, releases, reference: createReferenceSource(releases), cache, jobs, calls, services };
}
