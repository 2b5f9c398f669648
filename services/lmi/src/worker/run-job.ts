import { setTimeout as sleep } from 'node:timers/promises';
import type { DatasetImporter } from '@lmi/importing';
import { LmiError, type Config, type JobContext } from '@lmi/kit';
import { checkServing, faultsOf, type ReleaseReport } from '../releases/check-release';
import {
  importAll,
  importEach,
  importWithDerived,
  type ImportProgress,
  type ImportResult,
} from '../releases/import-all';
import type { ImportEnvironment } from '../releases/import-dataset';
import { importersInOrder } from '../targets';
import type { JobKind, JobPayload, JobResult } from './kinds';

/** A job waits this long for another import of its dataset, of a worker that hangs or of an operator. */
const LOCK_WAIT_MS = 30_000;
/** Cells of each dataset that the nightly reconciliation compares: other ones each day. */
const SAMPLE = 500;
/** After this time nobody is served the release before (docs/operations.md, nginx). */
const SETTLED_MS = 10_000;
const DAY_MS = 24 * 3_600_000;
const FAULTS_SHOWN = 10;

/** Does the work of one job in this process. @throws what keeps it from its end; nothing half-done is left then. */
export async function runJob(
  kind: JobKind,
  payload: JobPayload,
  env: ImportEnvironment,
  config: Config,
  context: JobContext,
): Promise<JobResult> {
  return kind === 'reconcile'
    ? reconcile(payload, env, config, context)
    : imports(kind, payload, env, context);
}

async function imports(
  kind: Exclude<JobKind, 'reconcile'>,
  { dataset, from, edition, checkOnly, onlyNew }: JobPayload,
  env: ImportEnvironment,
  { progress, signal }: JobContext,
): Promise<JobResult> {
  const inOrder = importersInOrder();
  const options = {
    publish: checkOnly !== true,
    signal,
    lockWaitMs: LOCK_WAIT_MS,
    ...(from === undefined ? {} : { from }),
    ...(onlyNew === true ? { onlyNew } : {}),
  };
  let results: ImportResult[];
  if (kind === 'import-all') {
    results = await importAll(inOrder, env, options, shares(inOrder, progress));
  } else if (kind === 'rebuild') {
    const derived = inOrder.filter(
      ({ card }) => card.derived && (dataset === undefined || card.id === dataset),
    );
    if (derived.length === 0)
      throw unknown(
        dataset,
        inOrder.filter(({ card }) => card.derived),
      );
    results = await importEach(derived, env, options, shares(derived, progress));
  } else {
    const importer = inOrder.find(({ card }) => card.id === dataset);
    if (!importer) throw unknown(dataset, inOrder);
    const withEdition = { ...options, ...(edition === undefined ? {} : { edition }) };
    results = await importWithDerived(importer, inOrder, env, withEdition, shares([importer], progress));
  }
  const failed = results.filter(({ error }) => error);
  const first = failed[0]?.error;
  if (failed.length === 1) throw first;
  if (first) {
    const code = first instanceof LmiError ? first.code : 'internal';
    throw new LmiError(code, failed.map(({ dataset: id, error }) => `${id}: ${error?.message}`).join('; '));
  }
  return { imported: results.flatMap(({ summary }) => (summary ? [summary] : [])) };
}

/** Each dataset counts alike; those that follow from the first, and are quick, count nothing. */
function shares(importers: readonly DatasetImporter[], progress: (done: number) => void): ImportProgress {
  const at = (dataset: string) => importers.findIndex(({ card }) => card.id === dataset);
  const tell = (dataset: string, done: number) => {
    if (at(dataset) >= 0) progress((at(dataset) + done) / importers.length);
  };
  return { start: () => undefined, update: tell, end: (dataset) => tell(dataset, 1) };
}

function unknown(dataset: string | undefined, importers: readonly DatasetImporter[]): LmiError {
  return new LmiError('invalid-argument', `no dataset named ${dataset ?? '(none)'}`, {
    field: 'dataset',
    validValues: importers.map(({ card }) => card.id),
  });
}

async function reconcile(
  { dataset, sample = SAMPLE, seed = Math.floor(Date.now() / DAY_MS) }: JobPayload,
  env: ImportEnvironment,
  config: Config,
  { progress, signal }: JobContext,
): Promise<JobResult> {
  const inOrder = importersInOrder();
  const serving = (await env.releases.list(dataset)).filter((release) => release.current);
  const importers = inOrder.filter(({ card }) => serving.some((release) => release.dataset === card.id));
  if (dataset !== undefined && importers.length === 0) throw unknown(dataset, inOrder);
  const newest = Math.max(0, ...serving.map(({ publishedAt }) => Date.parse(publishedAt ?? '') || 0));
  await sleep(Math.max(0, newest + SETTLED_MS - Date.now()), undefined, { signal });

  const reports: ReleaseReport[] = [];
  const options = { api: config.LMI_API_URL, sample, seed, signal };
  for (const importer of importers) {
    signal.throwIfAborted();
    progress(reports.length / importers.length);
    const release = serving.find((found) => found.dataset === importer.card.id)!;
    reports.push(await checkServing(importer, release, env, options));
  }
  progress(1);
  const faults = reports.flatMap(faultsOf);
  if (faults.length > 0) {
    const shown = faults.slice(0, FAULTS_SHOWN).join('; ');
    throw new LmiError('not-available', `${faults.length} faults in what serves (seed ${seed}): ${shown}`);
  }
  return { reports };
}
