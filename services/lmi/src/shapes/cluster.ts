import { OperationsServiceDefinition } from '@lmi/contracts';
import { memoryCache, redisCache } from '@lmi/cache';
import { createReferenceSource, createReleaseStore, openDatabase } from '@lmi/data';
import { inlineJobs } from '@lmi/jobs';
import { LmiError, type Cache, type Calls, type Config, type Lifecycle, type Log } from '@lmi/kit';
import { GrpcCalls } from '@lmi/kit/grpc';
import {
  observedCache,
  observedCalls,
  observedDatabase,
  observedJobs,
  watchReplicas,
  type PortObservation,
} from '@lmi/kit/observe';
import { programVersion } from '../paths';
import { datasetServices } from '../targets';
import { openQueue } from '../worker/queue';
import { CACHE_ENTRIES_PER_MB, type Ports } from './ports';

/** Reads LMI_PEERS, "pay=dns:///pay:50051,search=ipv4:127.0.0.1:5001", into gRPC addresses by service name. */
export function peerAddresses(peers: string): (fullName: string) => string {
  const byName = new Map(
    peers
      .split(/,(?=[a-z-]+=)/)
      .filter((entry) => entry !== '')
      .map((entry) => entry.split(/=(.*)/s, 2) as [string, string]),
  );
  return (fullName) => {
    // Every service answers for the operation: the first of the list is asked.
    const service =
      fullName === OperationsServiceDefinition.fullName
        ? datasetServices.find((s) => byName.has(s.name))
        : datasetServices.find((s) => s.definition.fullName === fullName);
    const address = service && byName.get(service.name);
    if (address) return address;
    throw new LmiError('invalid-argument', `setting LMI_PEERS: no address for ${service?.name ?? fullName}`, {
      field: 'LMI_PEERS',
      validValues: datasetServices.map((s) => `${s.name}=<grpc address>`),
    });
  };
}

export function clusterCalls(config: Config, lifecycle: Lifecycle, observation: PortObservation): Calls {
  const calls = observedCalls(new GrpcCalls(peerAddresses(config.LMI_PEERS)), observation);
  lifecycle.add('calls', () => calls.close());
  return calls;
}

/** Values in the cluster's cache that nobody asked for since; their keys carry the release, so they are never wrong. */
const SHARED_CACHE_SECONDS = 24 * 3_600;

function clusterCache(config: Config, log: Log): Cache {
  const maxEntries = config.LMI_CACHE_MB * CACHE_ENTRIES_PER_MB;
  if (config.LMI_CACHE_URL === '' || maxEntries === 0) return memoryCache({ maxEntries });
  return redisCache({
    url: config.LMI_CACHE_URL,
    maxEntries,
    ttlSeconds: SHARED_CACHE_SECONDS,
    // Processes of another version may keep values of another layout, side by side during a rolling upgrade.
    schema: programVersion(),
    log,
  });
}

/** One target of many: MySQL or MariaDB with read replicas, a shared cache, gRPC between targets. */
export async function clusterShape(
  config: Config,
  lifecycle: Lifecycle,
  log: Log,
  observation: PortObservation,
): Promise<Ports> {
  if (config.LMI_DATABASE_URL === '') {
    throw new LmiError(
      'invalid-argument',
      'setting LMI_DATABASE_URL: a single target needs a MySQL or MariaDB address',
      {
        field: 'LMI_DATABASE_URL',
      },
    );
  }
  const opened = await openDatabase({
    url: config.LMI_DATABASE_URL,
    ...(config.LMI_REPLICA_URL ? { replicaUrl: config.LMI_REPLICA_URL } : {}),
    replicaLagMs: config.LMI_REPLICA_LAG_MS,
    log,
  });
  lifecycle.add('database', () => opened.close());
  if (observation.metrics) watchReplicas(opened, observation.metrics);
  const db = observedDatabase(opened, observation);
  const releases = createReleaseStore(db);
  const cache = observedCache(clusterCache(config, log), observation);
  lifecycle.add('cache', () => cache.close());
  const queue = config.LMI_QUEUE_URL === '' ? inlineJobs() : openQueue(config, log);
  const jobs = observedJobs(queue, observation, false);
  lifecycle.add('jobs', () => jobs.close());
  const calls = clusterCalls(config, lifecycle, observation);
  return { db, releases, reference: createReferenceSource(releases), cache, jobs, calls };
}
