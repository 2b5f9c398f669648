import { spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { memoryLimits, redisLimits } from '@lmi/cache';
import {
  GatewayService,
  type AnsweredListener,
  type LimitSettings,
  type OperationsSource,
} from '@lmi/gateway';
import type { DatasetImporter } from '@lmi/importing';
import { LmiError, type Calls, type Config, type Database, type Lifecycle, type Log } from '@lmi/kit';
import { observedHandlers, startObservation, type Observation } from '@lmi/kit/observe';
import { startKeyUse } from './key-use';
import { embeddedOperations } from './operations/embedded';
import { programVersion, projectPaths } from './paths';
import type { ImportEnvironment } from './releases/import-dataset';
import { scheduleServiceJobs } from './service-jobs';
import { embeddedShape } from './shapes/embedded';
import { datasetServices, importersInOrder } from './targets';

export interface Running {
  /** Port that was bound: HTTP for the gateway, gRPC for a dataset service. */
  readonly port: number;
}

/** How often the gateway asks which releases serve: the bound on how long an old answer outlives a publication. */
const RELEASE_POLL_MS = 500;

/** Length of the window in which requests are counted. */
export const LIMIT_WINDOW_MS = 60_000;

/** How often clients may ask: counted in Redis where there is one for all gateways, else in this process. */
function limitSettings(config: Config, log: Log, lifecycle: Lifecycle): LimitSettings | undefined {
  if (config.LMI_ADDRESS_LIMIT === 0) return undefined;
  const url = config.LMI_CACHE_URL;
  const windowMs = LIMIT_WINDOW_MS;
  const limits = url === '' ? memoryLimits({ windowMs }) : redisLimits({ url, windowMs, log });
  lifecycle.add('limits', () => limits.close());
  return {
    limits,
    perAddress: config.LMI_ADDRESS_LIMIT,
    perKey: config.LMI_KEY_LIMIT,
    trustedProxies: config.LMI_TRUSTED_PROXIES.split(',')
      .map((text) => text.trim())
      .filter(Boolean),
    salt: config.LMI_LIMIT_SALT || (url && hash('sha256', url)),
  };
}

/** What a gateway gets besides its calls. */
export interface GatewayParts {
  readonly observation: Observation;
  readonly operations: OperationsSource;
  readonly onAnswered?: AnsweredListener;
  /** Where the use of keys is stored; without it somebody else does so. */
  readonly db?: Database;
}

/**
 * Starts the gateway over the given calls.
 * @param db where the use of keys is noted, when that is this process's work.
 * @throws LmiError conflict when its port is in use.
 */
export async function startGateway(
  config: Config,
  calls: Calls,
  log: Log,
  lifecycle: Lifecycle,
  { observation, operations, onAnswered, db }: GatewayParts,
): Promise<Running> {
  const limits = limitSettings(config, log, lifecycle);
  if (limits && db) {
    const keyUse = startKeyUse(db, limits.limits, log);
    lifecycle.add('key use', () => keyUse.stop());
  }
  const gateway = new GatewayService({
    calls,
    log,
    cacheMb: config.LMI_CACHE_MB,
    publicUrl: config.LMI_PUBLIC_URL,
    releasePollMs: RELEASE_POLL_MS,
    limits,
    metrics: observation.metrics,
    operations,
    onAnswered,
  });
  observation.addState(async () => gateway.state());
  const port = await gateway.listen(config.HOST, config.PORT).catch((cause: unknown) => {
    const inUse = (cause as NodeJS.ErrnoException).code === 'EADDRINUSE';
    throw inUse
      ? new LmiError('conflict', `port ${config.PORT} of ${config.HOST} is in use: set PORT to another`, {
          field: 'PORT',
          cause,
        })
      : cause;
  });
  lifecycle.add('gateway', () => gateway.close());
  addDrain(lifecycle, config, () => gateway.drain());
  return { port };
}

/** Before the stop: says "not ready" and goes on serving until callers have noticed. */
export function addDrain(lifecycle: Lifecycle, config: Config, drain: () => void): void {
  lifecycle.add('drain', async () => {
    drain();
    await sleep(config.LMI_DRAIN_MS);
  });
}

/** The embedded shape: loads what the database lacks from the bundled extract, then serves everything. */
export async function startEmbedded(config: Config, lifecycle: Lifecycle, log: Log): Promise<Running> {
  const observation = await startObservation(config, lifecycle, log, {
    target: 'embedded',
    version: programVersion(),
    host: config.HOST,
    keepTraces: true,
  });
  const ports = await embeddedShape(config, lifecycle, observation);
  const missing = await bundledToLoad(
    { db: ports.db, releases: ports.releases, dataFolder: projectPaths(config).data, sourcesFolder: '' },
    importersInOrder(),
  );
  if (missing.length > 0) await loadInChild(missing.map(({ card }) => card.id));
  const dependencies = { ...ports, config, log };
  for (const service of datasetServices) {
    const handlers = service.createHandlers(dependencies);
    ports.services.register(
      service.definition,
      observation.traced ? observedHandlers(service.definition, handlers, observation) : handlers,
    );
  }
  const startJobs = await scheduleServiceJobs(ports.jobs, dependencies);
  await ports.jobs.work();
  startJobs();
  const { source, onAnswered } = embeddedOperations(ports.db, observation, lifecycle, log);
  const parts = { observation, operations: source, onAnswered, db: ports.db };
  return startGateway(config, ports.calls, log, lifecycle, parts);
}

/**
 * The datasets that have no published release, those whose bundled extract is new to this database and not of an older
 * edition than the one that serves, and what is computed from either.
 */
export async function bundledToLoad(
  env: ImportEnvironment,
  importers: readonly DatasetImporter[],
): Promise<DatasetImporter[]> {
  const rows = await env.db.read((reader) =>
    reader.all<{ dataset: string; checksum: string; edition: string; current: number }>(
      `SELECT r.dataset AS dataset, r.checksum AS checksum, r.edition AS edition,
              CASE WHEN p.release_id = r.id THEN 1 ELSE 0 END AS current
         FROM dataset_release r LEFT JOIN release_pointer p ON p.dataset = r.dataset`,
    ),
  );
  const stale = new Set<string>();
  return importers.filter(({ card, optional }) => {
    if (optional && !existsSync(path.join(env.dataFolder, card.id))) return false;
    const own = rows.filter((row) => row.dataset === card.id);
    const serving = own.find((row) => row.current === 1);
    const needed =
      !serving ||
      (card.derived
        ? card.dependsOn.some((id) => stale.has(id))
        : isNewerExtract(path.join(env.dataFolder, card.id), own, serving.edition));
    if (needed) stale.add(card.id);
    return needed;
  });
}

/** Bound on the loader's heap in MB: rows stream through, so a small one only makes it collect sooner. */
const LOADER_HEAP_MB = 256;

/**
 * Loads the bundled extract in a process of its own, whose memory is gone when this one begins to serve.
 * @throws LmiError not-available when a dataset could not be loaded; what went wrong was printed.
 */
async function loadInChild(datasets: readonly string[]): Promise<void> {
  const program = path.join(__dirname, 'main.js');
  const child = spawn(
    process.execPath,
    [`--max-old-space-size=${LOADER_HEAP_MB}`, program, 'load', ...datasets],
    { stdio: ['ignore', 2, 'inherit'] },
  );
  const stop = (): boolean => child.kill('SIGTERM');
  process.once('exit', stop);
  const code = await new Promise<number | null>((resolve) => child.on('exit', resolve));
  process.off('exit', stop);
  if (code !== 0) throw new LmiError('not-available', 'the bundled data could not be loaded');
}

function isNewerExtract(
  folder: string,
  known: readonly { checksum: string }[],
  servingEdition: string,
): boolean {
  const file = path.join(folder, 'release.json');
  if (!existsSync(file)) return false;
  const release = JSON.parse(readFileSync(file, 'utf8')) as { checksum: string; edition: string };
  return !known.some((row) => row.checksum === release.checksum) && release.edition >= servingEdition;
}
