/** Reads JSON from a source: bounded in time and size, without redirects, and without addresses in errors. */
import type { z } from 'zod';
import { SourceError } from './source';

export interface JsonRequest {
  readonly source: string;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly maxBytes: number;
}

const longestWaitMs = 3_600_000;

/**
 * The JSON value of an answer with status 200. Redirects are refused: none of the sources uses them, and one could
 * lead to an address inside the network.
 * @throws SourceError
 */
export async function readJson(request: JsonRequest): Promise<unknown> {
  const { source, url, headers = {}, signal, maxBytes } = request;
  const trouble = (...args: [SourceError['trouble'], string, number?]): SourceError =>
    new SourceError(source, ...args);
  let response: Response;
  try {
    response = await fetch(url, {
      headers: { accept: 'application/json', ...headers },
      redirect: 'manual',
      signal,
    });
  } catch {
    // The cause's text can hold the address, and with it the key.
    throw trouble('no-answer', signal.aborted ? 'too slow' : 'not reached');
  }
  if (response.status !== 200) {
    await response.body?.cancel().catch(() => undefined);
    if (response.status >= 300 && response.status < 400)
      throw trouble('redirected', `status ${response.status}`);
    if (response.status === 429 || response.status === 503) {
      throw trouble(
        'too-many-calls',
        `status ${response.status}`,
        waitOf(response.headers.get('retry-after')),
      );
    }
    throw trouble('refused', `status ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) {
      bytes += (chunk as Uint8Array).length;
      if (bytes > maxBytes) break;
      chunks.push(chunk as Uint8Array);
    }
  } catch {
    throw trouble('no-answer', signal.aborted ? 'too slow' : 'cut off');
  }
  if (bytes > maxBytes) throw trouble('too-large', `more than ${maxBytes} bytes`);
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw trouble('not-understood', 'no JSON');
  }
}

function waitOf(header: string | null): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return ms > 0 ? Math.min(ms, longestWaitMs) : undefined;
}

/**
 * The entries of a list that are as they should be. A few bad ones are left out; when most are bad the source has
 * changed or lies, and none is taken.
 * @throws SourceError not-understood
 */
export function goodEntries<S extends z.ZodType>(source: string, list: unknown, schema: S): z.output<S>[] {
  if (!Array.isArray(list)) throw new SourceError(source, 'not-understood', 'no list of adverts');
  const good: z.output<S>[] = [];
  for (const entry of list) {
    const result = schema.safeParse(entry);
    if (result.success) good.push(result.data);
  }
  if (good.length * 2 < list.length) {
    throw new SourceError(source, 'not-understood', `${list.length - good.length} of ${list.length} adverts`);
  }
  return good;
}
