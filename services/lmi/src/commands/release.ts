import { openPrisma } from '@lmi/data';
import { findSources } from '@lmi/importing';
import { LmiError, type ReleaseRecord } from '@lmi/kit';
import path from 'node:path';
import { projectPaths } from '../paths';
import type { ImportEnvironment } from '../releases/import-dataset';
import { reconcileThroughApi } from '../releases/reconcile';
import { importerOf, print, withData } from './session';

async function releaseOf(
  env: ImportEnvironment,
  dataset: string,
  version: string | undefined,
): Promise<ReleaseRecord> {
  importerOf(dataset);
  const all = await env.releases.list(dataset);
  const found = all.find((release) =>
    version === undefined ? release.current : release.version === version,
  );
  if (found) return found;
  throw new LmiError(
    'not-found',
    version ? `no release ${version} of ${dataset}` : `no release of ${dataset} serves`,
    {
      field: 'version',
      validValues: all.map((release) => release.version),
    },
  );
}

export async function listCommand(dataset: string | undefined): Promise<void> {
  if (dataset !== undefined) importerOf(dataset);
  await withData(async (env) => {
    for (const release of await env.releases.list(dataset)) {
      print(
        `${release.current ? '*' : ' '} ${release.version.padEnd(38)} ${release.state.padEnd(10)} ${String(release.rowsLoaded).padStart(8)} rows  staged ${release.stagedAt}  published ${release.publishedAt ?? '-'}`,
      );
    }
  });
}

/** One release, whole, with everything that happened to it. */
export async function showCommand(dataset: string, version: string | undefined): Promise<void> {
  await withData(async (env, { config }) => {
    const release = await releaseOf(env, dataset, version);
    const prisma = await openPrisma(
      config.LMI_DATABASE_URL === ''
        ? { file: projectPaths(config).databaseFile }
        : { url: config.LMI_DATABASE_URL },
    );
    try {
      const events = await prisma.releaseEvent.findMany({
        where: { dataset, version: release.version },
        orderBy: { id: 'asc' },
        select: { event: true, at: true },
      });
      print(JSON.stringify({ ...release, events }, undefined, 2));
    } finally {
      await prisma.$disconnect();
    }
  });
}

export interface CheckOptions {
  readonly againstApi?: string;
  readonly from?: string;
  readonly sample: string;
  readonly seed: string;
}

/** Runs the acceptance checks again, and the reconciliation with the source files when an API address is given. */
export async function checkCommand(
  dataset: string,
  version: string | undefined,
  options: CheckOptions,
): Promise<void> {
  await withData(async (env, { config }) => {
    const importer = importerOf(dataset);
    const release = await releaseOf(env, dataset, version);
    const checks = await env.db.read((reader) => importer.check(reader, release.id));
    for (const check of checks) print(`${check.passed ? 'pass' : 'FAIL'}  ${check.name}: ${check.detail}`);
    let failed = checks.filter((check) => !check.passed).length;

    if (options.againstApi !== undefined) {
      if (!importer.reconcile)
        throw new LmiError('invalid-argument', `${dataset} has no source cells to compare`, {
          field: 'dataset',
        });
      const folders = options.from
        ? [options.from]
        : importer.defaultFolders.map((folder) => path.join(config.LMI_SOURCES, folder));
      if (!options.from && config.LMI_SOURCES === '') {
        throw new LmiError('invalid-argument', 'name the source files with --from or LMI_SOURCES', {
          field: 'from',
        });
      }
      const files = [];
      for (const folder of folders) files.push(...(await findSources(folder)));
      const accepted = files.filter((file) => importer.accepts(file));
      const cells = await importer.reconcile(accepted, Number(options.sample), Number(options.seed));
      const report = await reconcileThroughApi(cells, options.againstApi);
      for (const difference of report.differences.slice(0, 50)) print(`FAIL  ${difference}`);
      print(
        `${report.differences.length === 0 ? 'pass' : 'FAIL'}  reconciliation: ${report.compared} cells of ${dataset} compared through the API, ${report.differences.length} differ (seed ${options.seed})`,
      );
      if (report.compared === 0) throw new LmiError('not-available', `no cell of ${dataset} was compared`);
      failed += report.differences.length;
    }
    if (failed > 0) throw new LmiError('not-available', `${failed} checks of ${release.version} failed`);
  });
}

export async function publishCommand(dataset: string, version: string): Promise<void> {
  await withData(async (env) => {
    await releaseOf(env, dataset, version);
    const release = await env.releases.publish(dataset, version);
    print(`${release.version} serves since ${release.publishedAt ?? ''}`);
  });
}

export async function rollbackCommand(dataset: string): Promise<void> {
  importerOf(dataset);
  await withData(async (env) => {
    const started = performance.now();
    const release = await env.releases.rollback(dataset);
    print(`${release.version} serves again (${(performance.now() - started).toFixed(0)} ms)`);
  });
}
