import { randomFillSync } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The identity of one request: taken from a valid W3C traceparent, else made here. */
export interface Trace {
  /** 32 hex digits. */
  readonly id: string;
  /** Value of the traceresponse header. */
  readonly response: string;
}

const TRACEPARENT = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})[\da-f]{16}-[\da-f]{2}(?:-|$)/;

// One draw of random bytes serves many requests: a draw per request would cost more than the rest of a warm answer.
const POOL = Buffer.allocUnsafe(24 * 256);
let used = POOL.length;

function randomHex(bytes: number): string {
  if (used + bytes > POOL.length) {
    randomFillSync(POOL);
    used = 0;
  }
  used += bytes;
  return POOL.toString('hex', used - bytes, used);
}

export function newTraceId(): string {
  return randomHex(16);
}

export function traceOf(request: IncomingMessage): Trace {
  const parent = request.headers.traceparent;
  const taken = typeof parent === 'string' ? TRACEPARENT.exec(parent)?.[1] : undefined;
  const hex = randomHex(24);
  const id = taken ?? hex.slice(0, 32);
  return { id, response: `00-${id}-${hex.slice(32)}-00` };
}
