import type { Cache, Calls, Database, Jobs, ReferenceSource, ReleaseStore } from '@lmi/kit';

/** What a shape chooses: one adapter for each of the four ports, and what is built directly on the database. */
export interface Ports {
  readonly db: Database;
  readonly releases: ReleaseStore;
  readonly reference: ReferenceSource;
  readonly cache: Cache;
  readonly jobs: Jobs;
  readonly calls: Calls;
}

/** Process-cache entries for each megabyte of LMI_CACHE_MB: a typed reply takes some kilobytes. */
export const CACHE_ENTRIES_PER_MB = 100;
