import { randomUUID } from 'node:crypto';
import { v1Text } from '@lmi/contracts';
import { LmiError, type Log } from '@lmi/kit';
import { answerOf, CACHEABLE, NO_STORE, type Answer } from './answer';
import { isPassing, problem, problemKinds, problemOf, type Problem, type ProblemCode } from './problem';

export type Family = 'v1' | 'v2';

const RETRY_AFTER_SECONDS = '2';

/** Errors that repeat for as long as the release set stays; the others pass. */
const LASTING: readonly ProblemCode[] = ['invalid-argument', 'not-found', 'not-available', 'not-acceptable'];

export interface Keeping {
  readonly set: string;
  readonly until: number;
}

/** An error in the words of the family that was asked: problem+json, or the original's `{"error": …}`. */
export function problemAnswer(
  family: Family,
  trouble: Problem,
  keeping?: Keeping,
  headers: readonly string[] = [],
): Answer {
  const { code } = trouble;
  const lasting = keeping !== undefined && LASTING.includes(code);
  const retry = (trouble.status === 503 || trouble.status === 429) && !headers.includes('Retry-After');
  const shared = {
    cacheControl: lasting ? CACHEABLE : NO_STORE,
    set: keeping?.set ?? '',
    until: lasting ? keeping.until : 0,
    headers: retry ? [...headers, 'Retry-After', RETRY_AFTER_SECONDS] : headers,
  };
  if (family === 'v2') {
    return answerOf({
      ...shared,
      status: trouble.status,
      contentType: 'application/problem+json',
      text: JSON.stringify(trouble),
      traced: true,
    });
  }
  // The original's clients read 400 as "not found"; only a path that does not exist is a 404 there.
  const status = lasting ? 400 : trouble.status;
  const body =
    trouble.status >= 500
      ? { error: trouble.title, details: trouble.detail, code: trouble.status }
      : { error: trouble.detail };
  return answerOf({ ...shared, status, contentType: 'application/json; charset=UTF-8', text: v1Text(body) });
}

/** The problem of any thrown value; what is not of the error vocabulary is logged under an id and not shown. */
export function problemOfThrown(error: unknown, log: Log, traceId: string): Problem {
  if (error instanceof LmiError && error.code !== 'internal') {
    if (isPassing(error)) log.warn({ err: error, traceId }, 'request could not be answered now');
    return problemOf(error);
  }
  const errorId = randomUUID();
  log.error({ err: error, errorId, traceId }, 'request failed');
  return problem('internal', `${problemKinds.internal.title}. The error id is ${errorId}.`, { errorId });
}
