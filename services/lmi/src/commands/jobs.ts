import path from 'node:path';
import { inlineJobs } from '@lmi/jobs';
import { LmiError, type Jobs, type ListedJob } from '@lmi/kit';
import { inSpan, observedJobs, spans, startObservation } from '@lmi/kit/observe';
import { programVersion } from '../paths';
import { jobProgress } from '../progress';
import { importEnvironment } from '../shapes/database';
import {
  JOB_ATTEMPTS,
  jobIdOf,
  jobKindOf,
  registerJobs,
  type JobKind,
  type JobPayload,
  type JobResult,
} from '../worker/kinds';
import { openQueue } from '../worker/queue';
import { print, withSession, type CommandSession } from './session';
import { printSummaries } from './summaries';

export interface RunJobOptions {
  readonly from?: string;
  readonly edition?: string;
  readonly publish: boolean;
  readonly onlyNew?: boolean;
  readonly sample?: string;
  readonly seed?: string;
}

/** Work with the jobs of the cluster's queue; without a queue, with jobs that run in this process. */
function withJobs(work: (jobs: Jobs) => Promise<void>): Promise<void> {
  return withSession(async ({ config, log, lifecycle }) => {
    const observation = await startObservation({ ...config, LMI_METRICS_PORT: '' }, lifecycle, log, {
      target: 'command',
      version: programVersion(),
      host: '',
      keepTraces: false,
    });
    const queue = config.LMI_QUEUE_URL === '' ? inlineJobs() : openQueue(config, log);
    const jobs = observedJobs(queue, observation, false);
    lifecycle.add('jobs', () => jobs.close());
    if (config.LMI_QUEUE_URL === '') registerHere(jobs, { config, log, lifecycle });
    await work(jobs);
  });
}

function registerHere(jobs: Jobs, { config, lifecycle }: CommandSession): void {
  registerJobs(jobs, async (kind, payload, context) => {
    const { runJob } = await import('../worker/run-job.js');
    return runJob(kind, payload, await importEnvironment(config, lifecycle), config, context);
  });
}

/** Runs a job to its end, with progress. @throws what the job failed with. */
export async function runJobCommand(
  name: string,
  dataset: string | undefined,
  options: RunJobOptions,
): Promise<void> {
  const kind = jobKindOf(name);
  const payload = payloadOf(kind, dataset, options);
  const id = jobIdOf(kind, payload);
  await withJobs(async (jobs) => {
    await inSpan(
      () => spans.command(`jobs run ${kind}`),
      { root: true },
      () => follow(id, (onProgress) => jobs.run(kind, payload, { id, attempts: JOB_ATTEMPTS, onProgress })),
    );
  });
}

export async function retryJobCommand(key: string): Promise<void> {
  await withJobs(async (jobs) => {
    const dead = (await jobs.deadJobs()).find((job) => job.key === key);
    await follow(dead?.id ?? key, (onProgress) => jobs.rerun(key, onProgress));
  });
}

async function follow(
  label: string,
  run: (onProgress: (done: number) => void) => Promise<unknown>,
): Promise<void> {
  const begun = performance.now();
  const bar = jobProgress(process.stderr, label);
  let result: JobResult;
  try {
    result = (await run((done) => bar.update(done))) as JobResult;
  } catch (error) {
    bar.end(`FAILED: ${error instanceof Error ? error.message : String(error)}`);
    throw error;
  }
  bar.end(`done (${((performance.now() - begun) / 1000).toFixed(1)} s)`);
  if (result.imported) {
    printSummaries(result.imported.map((summary) => ({ dataset: summary.dataset, summary })));
  }
  for (const { version, checks, reconciliation, notCompared } of result.reports ?? []) {
    const cells = reconciliation
      ? `${reconciliation.compared} cells equal their source (seed ${reconciliation.seed})`
      : `cells not compared: ${notCompared ?? ''}`;
    print(`${version.padEnd(38)} ${checks.length} checks passed, ${cells}`);
  }
}

/** @throws LmiError invalid-argument for an option that the job does not have. */
function payloadOf(kind: JobKind, dataset: string | undefined, options: RunJobOptions): JobPayload {
  const { from, edition, publish, onlyNew } = options;
  const given: Record<string, unknown> = {
    dataset,
    from: from === undefined || /^[a-z][a-z0-9+.-]*:\/\//i.test(from) ? from : path.resolve(from),
    edition,
    checkOnly: publish ? undefined : true,
    onlyNew,
    sample: numberOf('sample', options.sample),
    seed: numberOf('seed', options.seed),
  };
  const allowed: Record<JobKind, readonly string[]> = {
    import: ['dataset', 'from', 'edition', 'checkOnly', 'onlyNew'],
    'import-all': ['from', 'checkOnly', 'onlyNew'],
    rebuild: ['dataset', 'onlyNew'],
    reconcile: ['dataset', 'sample', 'seed'],
  };
  const asked = Object.entries(given).filter(([, value]) => value !== undefined);
  const refused = asked.find(([field]) => !allowed[kind].includes(field));
  if (refused) {
    throw new LmiError('invalid-argument', `${kind} takes no ${refused[0]}`, {
      field: refused[0],
      validValues: allowed[kind],
    });
  }
  if (kind === 'import' && dataset === undefined)
    throw new LmiError('invalid-argument', 'import: name a dataset, or run import-all', { field: 'dataset' });
  return Object.fromEntries(asked);
}

function numberOf(field: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new LmiError('invalid-argument', `${field} must be a whole number`, { field });
}

export async function listJobsCommand({ json }: { readonly json?: boolean }): Promise<void> {
  await withJobs(async (jobs) => {
    const listed = await jobs.list();
    if (json) return print(JSON.stringify(listed, undefined, 2));
    print(`${'state'.padEnd(10)} ${'job'.padEnd(28)} ${'done'.padStart(5)} ${'attempt'.padStart(7)}  time`);
    for (const job of listed) print(lineOf(job));
  });
}

function lineOf({ state, id, name, payload, progress, attempt, at }: ListedJob): string {
  const done = state === 'running' ? `${Math.floor(progress * 100)}%` : '-';
  const when = state === 'running' || state === 'waiting' ? `since ${at}` : `at ${at}`;
  return `${state.padEnd(10)} ${id.padEnd(28)} ${done.padStart(5)} ${String(attempt).padStart(7)}  ${when}  ${name} ${JSON.stringify(payload)}`;
}

export async function deadJobsCommand({ json }: { readonly json?: boolean }): Promise<void> {
  await withJobs(async (jobs) => {
    const dead = await jobs.deadJobs();
    if (json) return print(JSON.stringify(dead, undefined, 2));
    for (const { key, id, failedAt, attempts, reason } of dead) {
      print(`${key}  ${failedAt}  ${id.padEnd(28)} ${attempts} attempts  ${reason}`);
    }
    if (dead.length > 0) print('Run one again with: lmi jobs retry <key>');
  });
}
