import type { components } from './gen/schema.ts';

/** RFC 9457: what was wrong, with the field and the values it may have. */
export type Problem = components['schemas']['Problem'];

/** What a call of the client resolves to: data, or an error. */
export interface Result {
  readonly data?: unknown;
  readonly error?: unknown;
  readonly response: Response;
}

/** The data of a call that went well. */
export type DataOf<R extends Result> = NonNullable<R['data']>;

/** An answer that is not the one asked for. */
export class LmiError extends Error {
  override readonly name = 'LmiError';
  readonly status: number;
  /** Undefined where something between here and the API answered in its place. */
  readonly problem: Problem | undefined;

  constructor(status: number, problem: Problem | undefined) {
    super(problem ? problem.detail : `The server answered ${status}.`);
    this.status = status;
    this.problem = problem;
  }
}

export function isProblem(error: unknown): error is Problem {
  return typeof error === 'object' && error !== null && 'detail' in error && 'type' in error;
}

/**
 * The data of a call, for those who prefer exceptions to a look at `error`.
 * @throws LmiError with the problem that the API named.
 */
export async function unwrap<R extends Result>(call: Promise<R>): Promise<DataOf<R>> {
  const { data, error, response } = await call;
  if (response.ok && data !== undefined) return data as DataOf<R>;
  throw new LmiError(response.status, isProblem(error) ? error : undefined);
}
