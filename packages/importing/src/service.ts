import type {
  Cache,
  Database,
  Handlers,
  Log,
  ReferenceSource,
  ReleaseStore,
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

/** The declaration of a dataset service: its contract, how its handlers are made, and the datasets it owns. */
export interface DatasetService<D extends ServiceDefinition = ServiceDefinition> {
  readonly name: string;
  readonly definition: D;
  createHandlers(dependencies: ServiceDependencies): Handlers<D>;
  readonly importers: readonly DatasetImporter[];
}

/** Checks the declaration's types; returns it unchanged. */
export function defineDatasetService<D extends ServiceDefinition>(
  service: DatasetService<D>,
): DatasetService<D> {
  return service;
}
