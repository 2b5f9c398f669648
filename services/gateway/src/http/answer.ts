import { hash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { notedDeprecation } from './deprecation';
import { limitHeaders } from './limit-headers';
import type { Trace } from './trace';

/**
 * The bytes of a body: a latin1 string, one byte a character in memory (Node writes head and body of a string in one
 * piece where a Buffer takes two), or pieces that many answers share, which go to the socket without being copied.
 */
export type Bytes = string | readonly Buffer[];

/** A finished answer: all that is left is to add the trace headers and write it. */
export interface Answer {
  readonly status: number;
  /** Names and values in turn, as writeHead takes them. */
  readonly headers: readonly string[];
  readonly body: Bytes;
  readonly etag: string | undefined;
  /** Epoch of the release set that the answer is good for. */
  readonly set: string;
  /** Epoch milliseconds after which the answer may not be used again; 0: it may not be kept at all. */
  readonly until: number;
  /** A problem document without its closing brace: the trace id of each request is put at its end. */
  readonly traced: boolean;
  /** Versions of the releases whose figures it holds. */
  readonly releases: readonly string[];
}

export interface AnswerParts {
  readonly status: number;
  readonly contentType: string;
  /** The text of the answer, or its bytes as {@link bytesOf} makes them. */
  readonly text?: string;
  readonly bytes?: Bytes;
  readonly cacheControl: string;
  readonly etag?: string | undefined;
  readonly set?: string;
  readonly until?: number;
  readonly traced?: boolean;
  readonly releases?: readonly string[];
  /** More headers, names and values in turn. */
  readonly headers?: readonly string[];
}

/**
 * Browsers may show an answer for a minute without asking. Caches shared between people ask again after two seconds and
 * may serve the old answer for two more while they do: as they count whole seconds, none is older than five. While no
 * gateway answers, an old answer is better than none.
 */
export const CACHEABLE = 'public, max-age=60, s-maxage=2, stale-while-revalidate=2, stale-if-error=86400';
export const NO_STORE = 'no-store';

/** Raised when the bytes of an unchanged request over unchanged releases change: it is part of every ETag. */
const FORMAT = '1';

const TRACE_TAIL = ',"traceId":"'.length + 32 + '"}'.length;

/** Sent with every answer, errors included: browser clients of other origins read them. */
export const commonHeaders: readonly string[] = [
  'Access-Control-Allow-Origin',
  '*',
  'Access-Control-Expose-Headers',
  'Accept-Ranges, Content-Disposition, Content-Range, Data-Version, Deprecation, ETag, Link, RateLimit, RateLimit-Policy, Repr-Digest, Retry-After, Sunset, traceresponse, X-Trace-Id',
  'X-Content-Type-Options',
  'nosniff',
];

export function etagOf(key: string, set: string): string {
  return `"${hash('sha1', `${FORMAT} ${set} ${key}`, 'base64url')}"`;
}

/** The UTF-8 bytes of a text as a latin1 string, one character a byte: how answers are kept and written. */
export function bytesOf(text: string): string {
  // Most texts are ASCII, and their own bytes.
  if (Buffer.byteLength(text) === text.length) return text;
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** One string of a body's bytes. */
export function joined(bytes: Bytes): string {
  return typeof bytes === 'string' ? bytes : Buffer.concat(bytes).toString('latin1');
}

function lengthOf(bytes: Bytes): number {
  if (typeof bytes === 'string') return bytes.length;
  let length = 0;
  for (const piece of bytes) length += piece.length;
  return length;
}

export function answerOf(parts: AnswerParts): Answer {
  const body = parts.bytes ?? bytesOf(parts.text ?? '');
  const traced = parts.traced ?? false;
  const headers = [
    'Content-Type',
    parts.contentType,
    'Content-Length',
    String(lengthOf(body) + (traced ? TRACE_TAIL - 1 : 0)),
    'Cache-Control',
    parts.cacheControl,
    ...commonHeaders,
    ...(parts.headers ?? []),
  ];
  if (parts.etag) headers.push('ETag', parts.etag);
  if (parts.releases?.length) headers.push('Data-Version', parts.releases.join(', '));
  return {
    status: parts.status,
    headers,
    body: traced ? joined(body).slice(0, -1) : body,
    etag: parts.etag,
    set: parts.set ?? '',
    until: parts.until ?? 0,
    traced,
    releases: parts.releases ?? [],
  };
}

/** The same answer as a script that calls `callback`; status 200, since a script element reads no other. */
export function jsonpOf(answer: Answer, callback: string): Answer {
  const body = `${callback}(${joined(answer.body)});`;
  const headers: string[] = [];
  for (let i = 0; i < answer.headers.length; i += 2) {
    const name = answer.headers[i]!;
    if (name === 'ETag') continue;
    if (name === 'Content-Type') headers.push(name, 'application/javascript; charset=utf-8');
    else if (name === 'Content-Length') headers.push(name, String(body.length));
    else headers.push(name, answer.headers[i + 1]!);
  }
  return { ...answer, status: 200, headers, body, etag: undefined };
}

export function isNotModified(request: IncomingMessage, etag: string | undefined): boolean {
  const asked = request.headers['if-none-match'];
  // A tag is quoted and random, so containment is equality with one of the list, weak or strong.
  return asked !== undefined && etag !== undefined && (asked === '*' || asked.includes(etag));
}

/** Of answers that come in several formats. */
export const VARY: readonly string[] = ['Vary', 'Accept'];

export function sendNotModified(
  response: ServerResponse,
  etag: string,
  trace: Trace,
  headers: readonly string[],
): void {
  response.writeHead(304, [
    ...headers,
    'ETag',
    etag,
    'Cache-Control',
    CACHEABLE,
    ...commonHeaders,
    ...limitHeaders(response),
    ...notedDeprecation(response),
    'traceresponse',
    trace.response,
    'X-Trace-Id',
    trace.id,
  ]);
  response.end();
}

/** Writes an answer; HEAD gets the head alone (Node leaves the body out). */
export function send(response: ServerResponse, answer: Answer, trace: Trace): void {
  response.writeHead(answer.status, [
    ...answer.headers,
    ...limitHeaders(response),
    ...notedDeprecation(response),
    'traceresponse',
    trace.response,
    'X-Trace-Id',
    trace.id,
  ]);
  const { body } = answer;
  if (typeof body !== 'string') {
    response.cork();
    for (const piece of body) response.write(piece);
    response.end();
    response.uncork();
    return;
  }
  response.end(answer.traced ? `${body},"traceId":"${trace.id}"}` : body, 'latin1');
}

/** Gives an answer that somebody else writes the headers that every answer has. */
export function setHeaders(response: ServerResponse, trace: Trace): void {
  const headers = [
    ...commonHeaders,
    ...limitHeaders(response),
    ...notedDeprecation(response),
    'Cache-Control',
    NO_STORE,
    'traceresponse',
    trace.response,
    'X-Trace-Id',
    trace.id,
  ];
  for (let i = 0; i < headers.length; i += 2) response.setHeader(headers[i]!, headers[i + 1]!);
}
