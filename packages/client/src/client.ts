import ky, { HTTPError } from 'ky';
import createFetchClient, { type Client, type Middleware } from 'openapi-fetch';
import type { paths } from './gen/schema.ts';
import { queryStyle } from './query-style.ts';

/** The API writes other formats too, which are not asked for here. */
type MediaType = 'application/json' | 'application/problem+json';

export type LmiClient = Client<paths, MediaType>;

export interface LmiClientOptions {
  /** Root of the service, such as https://api.example.org; `/api/v2/…` is put behind it. */
  readonly baseUrl: string;
  /** How often a call that failed in passing (408, 429, 5xx, connection lost) is made again. */
  readonly retries?: number;
  /** The longest `Retry-After` that is waited for; a longer one ends the call with that answer. Milliseconds. */
  readonly longestWaitMs?: number;
  /** The longest that one attempt may take, in milliseconds; then it counts as failed. */
  readonly timeoutMs?: number;
  /** Raises the limit on requests. None is needed. */
  readonly apiKey?: string;
  /**
   * Versions of releases that every GET is answered from, in place of the present ones: equal calls then give equal figures
   * for as long as the service keeps those releases. A `dataVersion` in a call stands above them.
   */
  readonly dataVersions?: readonly string[];
  /** Headers of every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** In place of the global fetch. */
  readonly fetch?: typeof globalThis.fetch;
}

const RETRIES = 2;
const LONGEST_WAIT_MS = 30_000;
const TIMEOUT_MS = 10_000;
const LONGEST_PAUSE_MS = 5_000;

const PASSING = [408, 429, 500, 502, 503, 504];
const WITH_RETRY_AFTER = [429, 503];

/** Milliseconds until the time that a `Retry-After` names, in seconds or as a date. */
function waitAsked(response: Response): number {
  const text = response.headers.get('Retry-After');
  if (text === null) return 0;
  const seconds = Number(text);
  return Number.isNaN(seconds) ? Date.parse(text) - Date.now() : seconds * 1_000;
}

/** The fetch of a client: every call of this API only reads, so each may be made again, POST included. */
function retryingFetch(options: LmiClientOptions): (request: Request) => Promise<Response> {
  const longestWaitMs = options.longestWaitMs ?? LONGEST_WAIT_MS;
  const retrying = ky.create({
    timeout: options.timeoutMs ?? TIMEOUT_MS,
    ...(options.fetch ? { fetch: options.fetch } : {}),
    retry: {
      limit: options.retries ?? RETRIES,
      methods: ['get', 'head', 'post'],
      statusCodes: PASSING,
      afterStatusCodes: WITH_RETRY_AFTER,
      backoffLimit: LONGEST_PAUSE_MS,
      jitter: true,
      retryOnTimeout: true,
      shouldRetry: ({ error }) =>
        error instanceof HTTPError && waitAsked(error.response) > longestWaitMs ? false : undefined,
    },
  });
  return async (request) => {
    try {
      return await retrying(request);
    } catch (error) {
      // openapi-fetch reads answers of every status itself.
      if (error instanceof HTTPError) return error.response;
      throw error;
    }
  };
}

function pinning(versions: readonly string[]): Middleware {
  return {
    onRequest({ request }) {
      const url = new URL(request.url);
      if (request.method !== 'GET' || url.searchParams.has('dataVersion')) return undefined;
      url.searchParams.set('dataVersion', versions.join(','));
      return new Request(url, request);
    },
  };
}

/**
 * A client of the API. Calls are typed by path: parameters, answers and problems are those of the OpenAPI description.
 * A call resolves to `{ data }` or `{ error }`, or rejects when no answer came at all.
 */
export function createLmiClient(options: LmiClientOptions): LmiClient {
  const client = createFetchClient<paths, MediaType>({
    baseUrl: options.baseUrl,
    fetch: retryingFetch(options),
    querySerializer: queryStyle,
    headers: {
      ...options.headers,
      ...(options.apiKey ? { 'X-API-Key': options.apiKey } : {}),
    },
  });
  const versions = options.dataVersions ?? [];
  if (versions.length > 0) client.use(pinning(versions));
  return client;
}
