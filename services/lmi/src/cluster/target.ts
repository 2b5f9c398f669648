import { environmentWith, type Config } from '@lmi/kit';
import { isServing } from '@lmi/kit/grpc';
import { datasetServices } from '../targets';
import { answersHttp } from './answers';
import type { ClusterHome, ClusterState } from './home';
import { LOOPBACK, programFile } from './layout';
import { databaseUrl, replicaNames } from './mariadb';
import type { ProcessSpec } from './processes';
import { redisUrl } from './redis';

/** Between "not ready" and the stop: callers are told by file and by nginx, not by probes, so that little is needed. */
const DRAIN_MS = 200;

/**
 * Node's own settings of a target's process, after those that this one was started with. Answers made anew leave much short-lived
 * garbage: a young generation of this many MB takes a fifth off their processor time, where the small one of the embedded
 * shape saves memory. What starting a process or a load makes of it is given back once the process is quiet.
 */
export const targetOptions = ['--max-semi-space-size=32'];

/** As scripts/prepare.mjs has them, which says why; for those who start the program without it. */
export const allocatorSettings = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '8388608',
};

const services = datasetServices.map((service) => service.name);

/** The order in which targets start; they stop in the reverse one. */
export const startOrder: readonly string[] = [...services, 'gateway', 'worker'];

export function isService(target: string): boolean {
  return services.includes(target);
}

/** The file that names the replicas of a service, one address a line. */
export function peersFile(target: string): string {
  return `peers/${target}`;
}

/** Where each process tells how it is, in the form of Prometheus' file_sd. */
export const OPERATIONS_TARGETS = 'prometheus/targets.json';

/** Settings that a target's process runs with: addresses of what it uses, and of nothing else. */
export function targetSettings(
  target: string,
  home: ClusterHome,
  state: ClusterState,
  config: Config,
): Partial<Record<keyof Config, string>> {
  const { ports } = state;
  const secrets = home.secrets();
  const peers = services.map((name) => `${name}=file://${home.path(peersFile(name))}`).join(',');
  const common = {
    LMI_LOG: config.LMI_LOG,
    LMI_CACHE_MB: String(config.LMI_CACHE_MB),
    LMI_PEERS: peers,
    LMI_DRAIN_MS: String(DRAIN_MS),
    LMI_OTLP_URL: config.LMI_OTLP_URL,
    LMI_TRACE_RATIO: config.LMI_TRACE_RATIO,
    LMI_SENTRY_DSN: config.LMI_SENTRY_DSN,
  };
  const LMI_CACHE_URL = redisUrl('cache', secrets, ports.cache!);
  if (target === 'gateway') {
    return {
      ...common,
      LMI_CACHE_URL,
      LMI_ADDRESS_LIMIT: String(state.requestsPerMinute ?? config.LMI_ADDRESS_LIMIT),
      LMI_KEY_LIMIT: String(config.LMI_KEY_LIMIT),
      LMI_LIMIT_SALT: secrets.limits,
      LMI_TRUSTED_PROXIES: 'loopback',
    };
  }
  const LMI_QUEUE_URL = redisUrl('queue', secrets, ports.queue!);
  if (isService(target)) {
    return {
      ...common,
      LMI_CACHE_URL,
      LMI_DATABASE_URL: databaseUrl('reader', secrets, ports.primary!),
      LMI_REPLICA_URL: replicaNames(state)
        .map((name) => databaseUrl('reader', secrets, ports[name]!))
        .join(','),
      LMI_REPLICA_LAG_MS: String(config.LMI_REPLICA_LAG_MS),
      ...(target === 'vacancies' ? advertSettings(config) : {}),
    };
  }
  return {
    ...common,
    LMI_CACHE_URL,
    LMI_QUEUE_URL,
    LMI_DATABASE_URL: databaseUrl('writer', secrets, ports.primary!),
    LMI_SOURCES: config.LMI_SOURCES,
    LMI_DATA: config.LMI_DATA,
    LMI_API_URL: `http://${LOOPBACK}:${ports.nginx!}`,
    LMI_IMPORT_CRON: config.LMI_IMPORT_CRON,
    LMI_RECONCILE_CRON: config.LMI_RECONCILE_CRON,
    LMI_JOB_STOP_MS: String(config.LMI_JOB_STOP_MS),
    LMI_STATUS_SECONDS: String(config.LMI_STATUS_SECONDS),
    LMI_DFE_ADVERTS_KEY: config.LMI_DFE_ADVERTS_KEY,
  };
}

/** Keys go to the processes that use them and to no other. */
function advertSettings(config: Config): Partial<Record<keyof Config, string>> {
  return {
    LMI_DFE_ADVERTS_KEY: config.LMI_DFE_ADVERTS_KEY,
    LMI_ADZUNA_ID: config.LMI_ADZUNA_ID,
    LMI_ADZUNA_KEY: config.LMI_ADZUNA_KEY,
    LMI_REED_KEY: config.LMI_REED_KEY,
    LMI_ADVERT_CALLS: String(config.LMI_ADVERT_CALLS),
    LMI_SAMPLE_ADVERTS: config.LMI_SAMPLE_ADVERTS,
  };
}

/** One process of a target. A gateway is ready when its /readyz says so, any other when its gRPC health does. */
export function targetSpec(
  name: string,
  target: string,
  home: ClusterHome,
  state: ClusterState,
  config: Config,
): ProcessSpec {
  const port = state.ports[name]!;
  const address =
    target === 'gateway'
      ? { HOST: LOOPBACK, PORT: String(port) }
      : { LMI_GRPC_ADDRESS: `${LOOPBACK}:${port}` };
  return {
    name,
    target,
    port,
    command: process.execPath,
    // As this process was started: scripts/prepare.mjs says with what, and why.
    args: [...process.execArgv, ...targetOptions, programFile, 'start', target],
    env: {
      ...allocatorSettings,
      ...environmentWith({
        ...targetSettings(target, home, state, config),
        ...address,
        LMI_METRICS_PORT: String(state.operationsPorts?.[name] ?? ''),
        ...(target === 'gateway' || target === 'worker'
          ? { LMI_STATUS_TARGETS: `file://${home.path(OPERATIONS_TARGETS)}` }
          : {}),
        // One of them counts: when it is gone, the log waits for it.
        ...(name === 'worker-1' ? { LMI_ENTRANCE_LOG: home.logFile('access') } : {}),
      }),
    },
    logFile: home.logFile(name),
    isReady: () =>
      target === 'gateway'
        ? answersHttp(`http://${LOOPBACK}:${port}/readyz`)
        : isServing(`${LOOPBACK}:${port}`, 1_000),
  };
}
