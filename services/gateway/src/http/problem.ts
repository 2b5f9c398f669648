import type { ErrorCode, LmiError } from '@lmi/kit';

export interface ProblemKind {
  readonly status: number;
  readonly title: string;
  /** What the caller should know and do; shown on the problem's page. */
  readonly meaning: string;
}

/** Every problem type that the API answers with; the key is the last part of its type URL. */
export const problemKinds = {
  'invalid-argument': {
    status: 400,
    title: 'A parameter cannot be read',
    meaning:
      'The member "field" names the parameter at fault, or the place in the body, and "validValues", where present, lists what it accepts. Correct the request; repeating it unchanged gives the same answer.',
  },
  'unknown-key': {
    status: 401,
    title: 'The key is not known',
    meaning:
      'The key in X-Api-Key or Authorization is unknown or was revoked; a new one is known after 15 seconds. No key is needed: without one the same answers come, with a lower limit of requests.',
  },
  'not-found': {
    status: 404,
    title: 'There is nothing of this name',
    meaning: 'The code or id is well formed but is not in the published data.',
  },
  'not-available': {
    status: 404,
    title: 'No source supports this figure',
    meaning:
      'The request is understood, but no imported source gives the figure and none can be estimated from what is published. Ask for a wider area or a coarser occupation group.',
  },
  'unknown-path': {
    status: 404,
    title: 'There is no such address',
    meaning:
      'The path is not one of the API. The OpenAPI description at /api/v2/openapi.json lists all of them.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'The method is not allowed here',
    meaning: 'The API only answers questions. Use one of the methods that the Allow header names.',
  },
  'not-acceptable': {
    status: 406,
    title: 'The answer cannot be written in this format',
    meaning:
      'The Accept header, or the ending of the path, names a format that this answer is not written in. The member "validValues" lists those that it is.',
  },
  'too-large': {
    status: 413,
    title: 'The request is too large',
    meaning: 'The body is longer than the address accepts. Ask for less at once.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'The body is not JSON',
    meaning: 'Send a JSON body, in UTF-8, with Content-Type: application/json.',
  },
  conflict: {
    status: 409,
    title: 'The request conflicts with the present state',
    meaning: 'What was asked cannot be done in the present state of the data. Read the state again first.',
  },
  'resource-exhausted': {
    status: 429,
    title: 'Too many requests',
    meaning: 'Wait for the number of seconds that the Retry-After header gives, then go on more slowly.',
  },
  internal: {
    status: 500,
    title: 'Something went wrong on the server',
    meaning:
      'The fault is ours. The member "errorId" is also in the server log: quote it when you report the fault.',
  },
  unavailable: {
    status: 503,
    title: 'A part of the service cannot be reached',
    meaning: 'Repeat the request after the number of seconds that the Retry-After header gives.',
  },
  'deadline-exceeded': {
    status: 504,
    title: 'The answer took too long',
    meaning: 'The request was given up at its deadline. It may be repeated.',
  },
} as const satisfies Record<
  | ErrorCode
  | 'unknown-key'
  | 'unknown-path'
  | 'method-not-allowed'
  | 'not-acceptable'
  | 'too-large'
  | 'unsupported-media-type',
  ProblemKind
>;

export type ProblemCode = keyof typeof problemKinds;

/** RFC 9457 members; the trace id is added when the answer is written. */
export interface Problem {
  /** Address of the page that explains the code. */
  type: string;
  code: ProblemCode;
  title: string;
  status: number;
  detail: string;
  field?: string;
  validValues?: readonly string[];
  errorId?: string;
}

/** Longest list of valid values in an answer: code lists of thousands help nobody. */
const MOST_VALUES = 60;

export function problem(code: ProblemCode, detail: string, more: Partial<Problem> = {}): Problem {
  const kind = problemKinds[code];
  return { type: `/problems/${code}`, code, title: kind.title, status: kind.status, detail, ...more };
}

/** Whether the error is of this moment: the same request may succeed later. */
export function isPassing({ code }: LmiError): boolean {
  return code !== 'invalid-argument' && code !== 'not-found' && code !== 'not-available';
}

/**
 * The problem of an error of the vocabulary. Texts of failures stay inside: the transport's own may name hosts.
 */
export function problemOf(error: LmiError): Problem {
  if (problemKinds[error.code].status >= 500) return problem(error.code, problemKinds[error.code].meaning);
  const more: Partial<Problem> = {};
  if (error.field) more.field = error.field;
  if (error.validValues) more.validValues = error.validValues.slice(0, MOST_VALUES);
  return problem(error.code, error.message, more);
}
