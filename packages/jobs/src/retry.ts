import { LmiError, type JobHandler, type JobOptions } from '@lmi/kit';

/** Pause before the second attempt; it doubles with each further one. */
export const FIRST_RETRY_MS = 1_000;
/** Share of a pause that is left to chance, so that jobs that failed together do not come back together. */
export const RETRY_JITTER = 0.5;
/** Failures kept for an operator to look at. */
export const DEAD_JOBS_KEPT = 1_000;

/** Whether another attempt would fail in the same way: the file or the request is wrong, not the moment. */
export function isFinal(error: unknown): boolean {
  return error instanceof LmiError && (error.code === 'invalid-argument' || error.code === 'not-found');
}

export function attemptsOf(options: Pick<JobOptions, 'attempts'>): number {
  const attempts = options.attempts ?? 1;
  if (Number.isInteger(attempts) && attempts >= 1) return attempts;
  throw new LmiError('invalid-argument', `attempts: ${attempts} is not a whole number from 1`, {
    field: 'attempts',
  });
}

export function unknownJob(name: string, handlers: ReadonlyMap<string, JobHandler<unknown>>): LmiError {
  return new LmiError('not-found', `no job named ${name}`, {
    field: 'job',
    validValues: [...handlers.keys()],
  });
}

export function unknownDeadJob(key: string): LmiError {
  return new LmiError('not-found', `no failed job with key ${key}`, { field: 'key' });
}

export function stopped(): LmiError {
  return new LmiError('unavailable', 'jobs are stopped');
}
