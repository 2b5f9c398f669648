import { LmiError, type Config, type JobContext, type Jobs } from '@lmi/kit';
import type { ImportSummary } from '../releases/import-dataset';
import type { ReleaseReport } from '../releases/check-release';

/** What a job is asked to do: plain data, all of it optional but what the kind needs. */
export interface JobPayload {
  /** import, rebuild: which dataset. reconcile: which release; absent: every one that serves. */
  readonly dataset?: string;
  /** import: official file, folder, zip or address, as the worker sees it. */
  readonly from?: string;
  readonly edition?: string;
  /** import: stop after the acceptance checks. */
  readonly checkOnly?: boolean;
  /** import, import-all: leave alone what was imported before and what serves in a newer edition. */
  readonly onlyNew?: boolean;
  /** reconcile: cells of each dataset, and which. */
  readonly sample?: number;
  readonly seed?: number;
}

/**
 * import: one dataset and what is computed from it. import-all: every dataset, dependencies first. rebuild: one derived
 * dataset, or all. reconcile: checks of the releases that serve, and their cells against the source files.
 */
export const jobKinds = ['import', 'import-all', 'rebuild', 'reconcile'] as const;
export type JobKind = (typeof jobKinds)[number];

export interface JobResult {
  readonly imported?: readonly ImportSummary[];
  readonly reports?: readonly ReleaseReport[];
}

export type JobRunner = (kind: JobKind, payload: JobPayload, context: JobContext) => Promise<JobResult>;

/** Attempts of a job, with growing pauses between: a source or a server may be away for a moment. */
export const JOB_ATTEMPTS = 3;

/** @throws LmiError invalid-argument with the known kinds. */
export function jobKindOf(name: string): JobKind {
  const kind = jobKinds.find((known) => known === name);
  if (kind) return kind;
  throw new LmiError('invalid-argument', `no job named ${name}`, { field: 'job', validValues: jobKinds });
}

/** Jobs of one id never run side by side: a rebuild is an import of a derived dataset. */
export function jobIdOf(kind: JobKind, { dataset }: JobPayload): string {
  if (dataset === undefined) return kind;
  return `${kind === 'rebuild' ? 'import' : kind}:${dataset}`;
}

export function registerJobs(jobs: Jobs, runner: JobRunner): void {
  for (const kind of jobKinds)
    jobs.register<JobPayload>(kind, (payload, context) => runner(kind, payload, context));
}

/** Makes the schedule that the settings state, and removes what they no longer do. @throws LmiError naming the setting. */
export async function applySchedule(jobs: Jobs, config: Config): Promise<void> {
  const plans = [
    { setting: 'LMI_IMPORT_CRON', kind: 'import-all', payload: { onlyNew: true } },
    { setting: 'LMI_RECONCILE_CRON', kind: 'reconcile', payload: {} },
  ] as const;
  for (const { setting, kind, payload } of plans) {
    const cron = config[setting];
    const id = jobIdOf(kind, payload);
    try {
      if (cron === '') await jobs.unschedule(id);
      else await jobs.schedule(kind, payload, { cron }, { id, attempts: JOB_ATTEMPTS });
    } catch (cause) {
      if (!(cause instanceof LmiError) || cause.field !== 'cron') throw cause;
      throw new LmiError('invalid-argument', `setting ${setting}: ${cause.message}`, {
        field: setting,
        cause,
      });
    }
  }
}
