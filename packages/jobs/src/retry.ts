import { isDeepStrictEqual } from 'node:util';
import { LmiError, type ErrorCode, type JobHandler, type JobOptions, type ListedJob } from '@lmi/kit';

/** Pause before the second attempt; it doubles with each further one. */
export const FIRST_RETRY_MS = 1_000;
/** Share of a pause that is left to chance, so that jobs that failed together do not come back together. */
export const RETRY_JITTER = 0.5;
/** Failures kept for an operator to look at. */
export const DEAD_JOBS_KEPT = 1_000;

const FINAL: readonly ErrorCode[] = ['invalid-argument', 'not-found', 'not-available'];

/** Whether another attempt would fail in the same way: the file, its figures or the request is wrong, not the moment. */
export function isFinal(error: unknown): boolean {
  return error instanceof LmiError && FINAL.includes(error.code);
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

/** Who asks for a job may join the one of its id only when that one does the same. @throws LmiError conflict. */
export function checkSame(
  id: string,
  asked: { readonly name: string; readonly payload: unknown },
  found: { readonly name: string; readonly payload: unknown },
): void {
  const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;
  if (asked.name === found.name && isDeepStrictEqual(plain(asked.payload), plain(found.payload))) return;
  const other = `${found.name} ${JSON.stringify(found.payload)}`;
  throw new LmiError('conflict', `${id} waits or runs already, with other settings: ${other}`, {
    field: 'job',
  });
}

export function stopped(): LmiError {
  return new LmiError('unavailable', 'jobs are stopped');
}

const ORDER: readonly ListedJob['state'][] = ['running', 'waiting', 'paused', 'scheduled'];

/** In the order of `Jobs.list`. */
export function sortedJobs(jobs: readonly ListedJob[]): ListedJob[] {
  return [...jobs].sort(
    (a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || Date.parse(a.at) - Date.parse(b.at),
  );
}
