import { randomFillSync } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isSampled } from '@lmi/kit/observe';

/** The identity of one request: taken from a valid W3C traceparent, else made here. */
export interface Trace {
  /** 32 hex digits. */
  readonly id: string;
  /** Value of the traceresponse header. */
  readonly response: string;
  /** The span of this process, as the traceresponse header has it. */
  readonly spanId: string;
  readonly sampled: boolean;
  /** The caller's traceparent. */
  readonly parent: string | undefined;
}

const TRACEPARENT = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})[\da-f]{16}-([\da-f]{2})(?:-|$)/;

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

const TRACE = Symbol('trace');
interface Traced {
  [TRACE]?: Trace;
}

/** The same for every time a request is asked about. */
export function traceOf(request: IncomingMessage & Traced): Trace {
  return (request[TRACE] ??= makeTrace(request));
}

function makeTrace(request: IncomingMessage): Trace {
  const parent = request.headers.traceparent;
  const found = typeof parent === 'string' ? TRACEPARENT.exec(parent) : undefined;
  const hex = randomHex(24);
  const id = found?.[1] ?? hex.slice(0, 32);
  const spanId = hex.slice(32);
  const sampled = isSampled(id, found?.[2]);
  return {
    id,
    response: `00-${id}-${spanId}-${sampled ? '01' : '00'}`,
    spanId,
    sampled,
    parent: found ? (parent as string) : undefined,
  };
}
