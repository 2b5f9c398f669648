/**
 * The one error vocabulary. Handlers throw {@link LmiError}; the rpc adapters carry code, message, field and
 * valid values; only the gateway turns it into problem+json or the original API's `{"error": …}`. Any other
 * error is `internal`: its text is logged with an id and never sent.
 */
export const errorCodes = [
  'invalid-argument',
  'not-found',
  'not-available',
  'conflict',
  'resource-exhausted',
  'unavailable',
  'deadline-exceeded',
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export interface ErrorDetails {
  /** The request field or file place at fault. */
  field?: string;
  /** What the field accepts; long lists are cut by the writer of the error. */
  validValues?: readonly string[];
  cause?: unknown;
}

export class LmiError extends Error {
  readonly code: ErrorCode;
  readonly field: string | undefined;
  readonly validValues: readonly string[] | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'LmiError';
    this.code = code;
    this.field = details.field;
    this.validValues = details.validValues;
  }
}

export function invalidArgument(field: string, message: string, validValues?: readonly string[]): LmiError {
  return new LmiError('invalid-argument', message, validValues ? { field, validValues } : { field });
}

export function notFound(message: string, field?: string): LmiError {
  return new LmiError('not-found', message, field ? { field } : {});
}
