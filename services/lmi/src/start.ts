import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { DatasetImporter } from '@lmi/importing';
import { LmiError, type Config, type Lifecycle, type Log } from '@lmi/kit';
import { observedHandlers, startObservation } from '@lmi/kit/observe';
import { embeddedOperations } from './operations/embedded';
import { programVersion, projectPaths } from './paths';
import type { ImportEnvironment } from './releases/import-dataset';
import type { Running } from './running';
import { scheduleServiceJobs } from './service-jobs';
import { embeddedShape } from './shapes/embedded';
import { startGateway } from './start-gateway';
import { datasetServices, importersInOrder } from './targets';

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
