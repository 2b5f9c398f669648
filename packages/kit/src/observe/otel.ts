import { AsyncLocalStorage } from 'node:async_hooks';
import {
  context,
  ROOT_CONTEXT,
  SpanKind as Kind,
  SpanStatusCode,
  trace,
  type Context,
  type Span as OtelSpan,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  RandomIdGenerator,
  type IdGenerator,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace';
import { LmiError } from '../errors';
import { attributes } from '../telemetry';
import type { Span, SpanKind, SpanOptions, Tracer } from './tracer';

export interface TracingOptions {
  /** What this process runs; "service.name". */
  readonly target: string;
  readonly version: string;
  /** Tells the processes of a target apart; "service.instance.id". */
  readonly instance: string;
  /** Part of the traces that begin here, 0 to 1. */
  readonly ratio: number;
  /** OTLP/HTTP address of a collector, for example "http://collector:4318"; empty: none. */
  readonly otlpUrl: string;
  readonly processors?: readonly SpanProcessor[];
}

/** A process that stops waits no longer for a collector. */
const STOP_LIMIT_MS = 900;
const EXPORT_LIMIT_MS = 5_000;
/** Spans are sent this often; what waits is bounded, and dropped beyond. */
const EXPORT_EVERY_MS = 1_000;
const MOST_WAITING = 4_096;

const kinds: Record<SpanKind, Kind> = {
  internal: Kind.INTERNAL,
  server: Kind.SERVER,
  client: Kind.CLIENT,
  producer: Kind.PRODUCER,
  consumer: Kind.CONSUMER,
};

/** Ids that the next span takes where a header has given them out already. */
class GivenIds implements IdGenerator {
  traceId: string | undefined;
  spanId: string | undefined;
  private readonly random = new RandomIdGenerator();

  readonly generateTraceId = (): string => this.traceId ?? this.random.generateTraceId();
  readonly generateSpanId = (): string => this.spanId ?? this.random.generateSpanId();
}

const TRACEPARENT = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})/;

class OurSpan implements Span {
  constructor(readonly inner: OtelSpan) {}

  get traceId(): string {
    return this.inner.spanContext().traceId;
  }

  get spanId(): string {
    return this.inner.spanContext().spanId;
  }

  get traceparent(): string {
    return `00-${this.traceId}-${this.spanId}-01`;
  }

  rename(name: string): void {
    this.inner.updateName(name);
  }

  set(name: string, value: string | number | boolean): void {
    this.inner.setAttribute(name, value);
  }

  fail(error: unknown): void {
    const type = error instanceof LmiError ? error.code : error instanceof Error ? error.name : String(error);
    this.inner.setAttribute(attributes.error, type);
    // Without the message: it may hold what a caller sent, and it is in the log under the same trace.
    this.inner.setStatus({ code: SpanStatusCode.ERROR, message: type });
  }

  end(at?: number): void {
    this.inner.end(at);
  }
}

/** Starts OpenTelemetry's SDK. Spans come from us alone: none of its instrumentations is loaded. */
export function startTracing(options: TracingOptions): Tracer {
  const ids = new GivenIds();
  const processors = [...(options.processors ?? [])];
  if (options.otlpUrl !== '') {
    const url = `${options.otlpUrl.replace(/\/+$/, '')}/v1/traces`;
    processors.push(
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter({ url, timeoutMillis: EXPORT_LIMIT_MS }),
        scheduledDelayMillis: EXPORT_EVERY_MS,
        maxQueueSize: MOST_WAITING,
      }),
    );
  }
  const sdk = new NodeSDK({
    resource: resourceFromAttributes({
      'service.name': `lmi-${options.target}`,
      'service.namespace': 'lmi',
      'service.version': options.version,
      'service.instance.id': options.instance,
    }),
    autoDetectResources: false,
    // Sampling was decided before a span is asked for.
    sampler: new AlwaysOnSampler(),
    idGenerator: ids,
    spanProcessors: processors,
    // Left out, the SDK would make exporters for both that hold up the stop for as long as nobody answers.
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: [],
    textMapPropagator: null,
  });
  sdk.start();
  const otel = trace.getTracer('lmi', options.version);
  // Asked many times in a request that is not traced: our own, since nothing else here has spans, and OpenTelemetry's is slower.
  const active = new AsyncLocalStorage<Span>();

  const contextOf = (parent: Span | string | undefined): Context => {
    const under = parent ?? active.getStore();
    if (under === undefined) return ROOT_CONTEXT;
    if (typeof under !== 'string') return trace.setSpan(ROOT_CONTEXT, (under as OurSpan).inner);
    const [, traceId, spanId] = TRACEPARENT.exec(under) ?? [];
    if (traceId === undefined || spanId === undefined) return ROOT_CONTEXT;
    return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags: 1, isRemote: true });
  };

  return {
    ratio: options.ratio,
    current() {
      return active.getStore();
    },
    start(name: string, { kind, parent, attributes: given, startedAt, traceId, spanId }: SpanOptions): Span {
      ids.traceId = traceId;
      ids.spanId = spanId;
      const inner = otel.startSpan(
        name,
        {
          kind: kinds[kind ?? 'internal'],
          ...(given ? { attributes: given } : {}),
          ...(startedAt === undefined ? {} : { startTime: startedAt }),
        },
        contextOf(parent),
      );
      ids.traceId = undefined;
      ids.spanId = undefined;
      return new OurSpan(inner);
    },
    within<T>(span: Span, work: () => T): T {
      return active.run(span, work);
    },
    async stop() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, STOP_LIMIT_MS);
      });
      await Promise.race([sdk.shutdown().catch(() => undefined), late]);
      clearTimeout(timer);
      trace.disable();
      context.disable();
      active.disable();
    },
  };
}
