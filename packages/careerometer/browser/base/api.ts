import { createLmiClient, type LmiClient } from '@lmi/client';

/** Where this script came from: the service that it asks, unless the element names another. */
export const home = new URL('/', import.meta.url).origin;

const TIMEOUT_MS = 8_000;
/** After so long the reader is told that it takes its time. */
export const SLOW_MS = 3_000;

/** A client for readers who wait before a page: two more tries, and not for long. */
export function clientOf(api: string): LmiClient {
  return createLmiClient({
    baseUrl: api || home,
    retries: 2,
    timeoutMs: TIMEOUT_MS,
    longestWaitMs: TIMEOUT_MS,
  });
}
