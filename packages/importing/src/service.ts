import type {
  Cache,
  Calls,
  Config,
  Database,
  Handlers,
  JobContext,
  Log,
  ReferenceSource,
  ReleaseStore,
  ScheduleTime,
  ServiceDefinition,
} from '@lmi/kit';
import type { DatasetImporter } from './dataset';

/** What a dataset service is given; nothing else reaches it. */
export interface ServiceDependencies {
  readonly db: Database;
  readonly releases: ReleaseStore;
  readonly cache: Cache;
  readonly reference: ReferenceSource;
  readonly log: Log;
}

/** What a service is given as well that calls others or reads sources outside. */
export interface OutwardDependencies extends ServiceDependencies {
  readonly calls: Calls;
  readonly config: Config;
}

/** Work of a service outside requests, run by a worker (in the embedded shape by the one process). */
export interface ServiceJob {
  /** Its name in the queue, and its id: it never runs twice at a time. */
  readonly name: string;
  readonly time: ScheduleTime;
  readonly attempts: number;
  /** Whether the settings ask for it. */
  enabled(config: Config): boolean;
  run(dependencies: OutwardDependencies, job: JobContext): Promise<void>;
}

/** The declaration of a dataset service: its contract, how its handlers are made, and the datasets it owns. */
export interface DatasetService<
  D extends ServiceDefinition = ServiceDefinition,
  N extends ServiceDependencies = ServiceDependencies,
> {
  readonly name: string;
  readonly definition: D;
  createHandlers(dependencies: N): Handlers<D>;
  /** Makes what the first call would wait for. A process of the cluster says that it is ready when this has ended. */
  warmUp?(handlers: Handlers<D>): Promise<unknown>;
  readonly importers: readonly DatasetImporter[];
  readonly jobs?: readonly ServiceJob[];
}

/** Checks the declaration's types; returns it unchanged. */
export function defineDatasetService<
  D extends ServiceDefinition,
  N extends ServiceDependencies = ServiceDependencies,
>(service: DatasetService<D, N>): DatasetService<D, N> {
  return service;
}
