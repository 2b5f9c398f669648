export type SpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer';
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** One timed piece of a sampled trace. */
export interface Span {
  /** W3C traceparent by which another process goes on under this span. */
  readonly traceparent: string;
  readonly traceId: string;
  readonly spanId: string;
  rename(name: string): void;
  set(name: string, value: string | number | boolean): void;
  /** Marks it as failed, with the kind of error. */
  fail(error: unknown): void;
  /** @param at epoch milliseconds; now unless given. */
  end(at?: number): void;
}

export interface SpanOptions {
  readonly kind?: SpanKind;
  /** A span of this process, or the traceparent of another's; none: the one that is active. */
  readonly parent?: Span | string | undefined;
  readonly attributes?: SpanAttributes;
  /** Epoch milliseconds; now unless given. */
  readonly startedAt?: number;
  /** Ids that were given out already, in a header for example. The trace id counts only without a parent. */
  readonly traceId?: string;
  readonly spanId?: string;
  /** Begins a trace where none is active, sampled or not: for what is rare, such as jobs. */
  readonly root?: boolean;
}

/** What makes spans. It exists only in processes that trace, and only sampled requests come to it. */
export interface Tracer {
  /** Part of the traces that begin here, 0 to 1. */
  readonly ratio: number;
  current(): Span | undefined;
  start(name: string, options: SpanOptions): Span;
  /** Runs the work with the span as the active one. */
  within<T>(span: Span, work: () => T): T;
  /** Sends what is left, for a second at most. */
  stop(): Promise<void>;
}

let installed: Tracer | undefined;

export function installTracer(tracer: Tracer | undefined): void {
  installed = tracer;
}

/** The tracer of this process; undefined while it does not trace. */
export function tracer(): Tracer | undefined {
  return installed;
}

/** The active span; undefined in a request that is not sampled, which is nearly all. */
export function currentSpan(): Span | undefined {
  return installed?.current();
}

/** Traces a second that the flag of a caller may add per process: it comes from outside and must not cost us. */
const MOST_ASKED_FOR_A_SECOND = 50;
let second = 0;
let askedFor = 0;

/**
 * Whether a request is traced: decided before anything is made. A caller that samples is followed, within a bound;
 * beyond it, and without a caller, the trace id decides, so that all processes decide alike.
 * @param parentFlags the last two digits of a valid traceparent.
 */
export function isSampled(traceId: string, parentFlags: string | undefined): boolean {
  if (!installed) return false;
  if (parentFlags !== undefined) {
    if ((parseInt(parentFlags, 16) & 1) === 0) return false;
    const now = Math.floor(performance.now() / 1000);
    if (now !== second) {
      second = now;
      askedFor = 0;
    }
    if (++askedFor <= MOST_ASKED_FOR_A_SECOND) return true;
  }
  const { ratio } = installed;
  return ratio >= 1 || (ratio > 0 && parseInt(traceId.slice(24), 16) < ratio * 2 ** 32);
}

/**
 * Runs the work inside a span of the active trace; without one, runs it and nothing else. The span ends when the
 * promise settles.
 */
export async function inSpan<T>(
  name: () => string,
  options: SpanOptions,
  work: (span: Span | undefined) => Promise<T>,
): Promise<T> {
  const tracing = installed;
  if (!tracing || (options.parent === undefined && !options.root && !tracing.current()))
    return work(undefined);
  const span = tracing.start(name(), options);
  try {
    return await tracing.within(span, () => work(span));
  } catch (error) {
    span.fail(error);
    throw error;
  } finally {
    span.end();
  }
}
