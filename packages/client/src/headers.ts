/** How a client stands with the limit on requests. */
export interface RateLimit {
  /** Requests in a window. */
  readonly limit: number;
  readonly remaining: number;
  /** Until the window is over. */
  readonly resetSeconds: number;
  readonly windowSeconds: number;
}

/** A parameter such as `r` of `"address";r=2999;t=60`. */
function parameter(header: string | null, name: string): number | undefined {
  const text = header?.split(';').find((part) => part.trim().startsWith(`${name}=`));
  const value = Number(text?.split('=')[1]);
  return text === undefined || Number.isNaN(value) ? undefined : value;
}

/** What an answer says of the limit on requests; undefined where it was not counted, as from a cache. */
export function rateLimitOf({ headers }: Response): RateLimit | undefined {
  const [state, policy] = [headers.get('RateLimit'), headers.get('RateLimit-Policy')];
  const limit = parameter(policy, 'q');
  const windowSeconds = parameter(policy, 'w');
  const remaining = parameter(state, 'r');
  const resetSeconds = parameter(state, 't');
  if (
    limit === undefined ||
    windowSeconds === undefined ||
    remaining === undefined ||
    resetSeconds === undefined
  )
    return undefined;
  return { limit, remaining, resetSeconds, windowSeconds };
}

/** Versions of the releases that an answer comes from, to ask for the same figures again: see `dataVersion`. */
export function dataVersionsOf({ headers }: Response): readonly string[] {
  const text = headers.get('Data-Version');
  return text ? text.split(',').map((version) => version.trim()) : [];
}
