import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { GatewayService } from '@lmi/gateway';
import type { DatasetImporter } from '@lmi/importing';
import { GrpcServer, LmiError, type Calls, type Config, type Lifecycle, type Log } from '@lmi/kit';
import { projectPaths } from './paths';
import { importProgress } from './progress';
import { importEach } from './releases/import-all';
import type { ImportEnvironment } from './releases/import-dataset';
import { clusterCalls, clusterShape } from './shapes/cluster';
import { embeddedShape } from './shapes/embedded';
import { datasetServices, importersInOrder, targetNames } from './targets';

export interface Running {
  /** Port that was bound: HTTP for the gateway, gRPC for a dataset service. */
  readonly port: number;
}

/** How often the gateway asks which releases serve: the bound on how long an old answer outlives a publication. */
const RELEASE_POLL_MS = 500;

async function startGateway(config: Config, calls: Calls, log: Log, lifecycle: Lifecycle): Promise<Running> {
  const gateway = new GatewayService({
    calls,
    log,
    cacheMb: config.LMI_CACHE_MB,
    releasePollMs: RELEASE_POLL_MS,
  });
  const port = await gateway.listen(config.HOST, config.PORT);
  lifecycle.add('gateway', () => gateway.close());
  return { port };
}

/** The embedded shape: loads what the database lacks from the bundled extract, then serves everything. */
export async function startEmbedded(config: Config, lifecycle: Lifecycle, log: Log): Promise<Running> {
  const ports = await embeddedShape(config, lifecycle);
  const paths = projectPaths(config);
  await loadBundled(
    { db: ports.db, releases: ports.releases, dataFolder: paths.data, sourcesFolder: '' },
    importersInOrder(),
  );
  for (const service of datasetServices) {
    ports.calls.register(service.definition, service.createHandlers({ ...ports, log }));
  }
  return startGateway(config, ports.calls, log, lifecycle);
}

/** One target of the cluster shape. @throws LmiError for a name that is not a target. */
export async function startTarget(name: string, config: Config, lifecycle: Lifecycle, log: Log): Promise<Running> {
  if (name === 'gateway') return startGateway(config, clusterCalls(config, lifecycle), log, lifecycle);
  const service = datasetServices.find((s) => s.name === name);
  if (!service) {
    throw new LmiError('invalid-argument', `no target named ${name}`, { field: 'target', validValues: targetNames });
  }
  const ports = await clusterShape(config, lifecycle);
  const server = new GrpcServer({
    address: config.LMI_GRPC_ADDRESS,
    onInternalError: (error, method) => log.error({ err: error, method }, 'call failed'),
  });
  server.register(service.definition, service.createHandlers({ ...ports, log }));
  const port = await server.listen();
  lifecycle.add('grpc server', () => server.close());
  return { port };
}

/**
 * Loads the datasets that have no published release, and those whose bundled extract is new to this database and
 * not of an older edition than the one that serves. Derived datasets follow when an input moved.
 * @throws the first error when a dataset could not be loaded and no release of it serves.
 */
export async function loadBundled(env: ImportEnvironment, importers: readonly DatasetImporter[]): Promise<void> {
  const rows = await env.db.read((reader) =>
    reader.all<{ dataset: string; checksum: string; edition: string; current: number }>(
      `SELECT r.dataset AS dataset, r.checksum AS checksum, r.edition AS edition,
              CASE WHEN p.release_id = r.id THEN 1 ELSE 0 END AS current
         FROM dataset_release r LEFT JOIN release_pointer p ON p.dataset = r.dataset`,
    ),
  );
  const stale = new Set<string>();
  const wanted = importers.filter(({ card }) => {
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
  if (wanted.length === 0) return;

  const progress = importProgress(process.stderr);
  const results = await importEach(wanted, env, { publish: true, bundledOnly: true }, progress);
  progress.stop();
  const fatal = results.find(({ dataset, error }) => error && !rows.some((r) => r.dataset === dataset && r.current === 1));
  if (fatal?.error) throw fatal.error;
}

function isNewerExtract(folder: string, known: readonly { checksum: string }[], servingEdition: string): boolean {
  const file = path.join(folder, 'release.json');
  if (!existsSync(file)) return false;
  const release = JSON.parse(readFileSync(file, 'utf8')) as { checksum: string; edition: string };
  return !known.some((row) => row.checksum === release.checksum) && release.edition >= servingEdition;
}
