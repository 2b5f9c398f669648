import type { HrTime } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';

export interface RecordedSpan {
  readonly spanId: string;
  readonly parentId: string | undefined;
  readonly name: string;
  readonly kind: string;
  /** Epoch milliseconds. */
  readonly start: number;
  readonly ms: number;
  readonly failed: boolean;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly children: readonly RecordedSpan[];
}

export interface RecordedTrace {
  readonly traceId: string;
  /** Epoch milliseconds of the first span. */
  readonly start: number;
  readonly ms: number;
  readonly name: string;
  readonly failed: boolean;
  readonly count: number;
  /** Spans without a parent here, in the order of their start, each with its children. */
  readonly tree: readonly RecordedSpan[];
}

const MOST_TRACES = 200;
const MOST_SPANS = 500;
const kindNames = ['internal', 'server', 'client', 'producer', 'consumer'];

const msOf = ([seconds, nanos]: HrTime): number => seconds * 1_000 + nanos / 1e6;

/** Keeps the last traces of this process in memory, so that they can be read without any server. */
export class RecentTraces implements SpanProcessor {
  private readonly traces = new Map<string, ReadableSpan[]>();

  onStart(): void {
    // Only finished spans are shown.
  }

  onEnd(span: ReadableSpan): void {
    const { traceId } = span.spanContext();
    const spans = this.traces.get(traceId);
    if (spans) {
      if (spans.length < MOST_SPANS) spans.push(span);
      return;
    }
    this.traces.set(traceId, [span]);
    if (this.traces.size > MOST_TRACES) this.traces.delete(this.traces.keys().next().value!);
  }

  async forceFlush(): Promise<void> {
    // Nothing is sent anywhere.
  }

  async shutdown(): Promise<void> {
    this.traces.clear();
  }

  /** Newest first. */
  list(): RecordedTrace[] {
    return [...this.traces].reverse().map(([traceId, spans]) => treeOf(traceId, spans));
  }

  find(traceId: string): RecordedTrace | undefined {
    const spans = this.traces.get(traceId);
    return spans && treeOf(traceId, spans);
  }
}

function treeOf(traceId: string, spans: readonly ReadableSpan[]): RecordedTrace {
  const ids = new Set(spans.map((span) => span.spanContext().spanId));
  const sorted = [...spans].sort((a, b) => msOf(a.startTime) - msOf(b.startTime));
  const parentOf = (span: ReadableSpan): string | undefined => {
    const id = span.parentSpanContext?.spanId;
    return id !== undefined && ids.has(id) ? id : undefined;
  };
  const under = (parent: string | undefined): RecordedSpan[] =>
    sorted
      .filter((span) => parentOf(span) === parent)
      .map((span) => ({
        spanId: span.spanContext().spanId,
        parentId: span.parentSpanContext?.spanId,
        name: span.name,
        kind: kindNames[span.kind] ?? 'internal',
        start: msOf(span.startTime),
        ms: msOf(span.duration),
        failed: span.status.code === 2,
        attributes: span.attributes,
        children: under(span.spanContext().spanId),
      }));
  const tree = under(undefined);
  const start = msOf(sorted[0]!.startTime);
  return {
    traceId,
    start,
    ms: Math.max(...sorted.map((span) => msOf(span.startTime) + msOf(span.duration))) - start,
    name: tree[0]?.name ?? '',
    failed: sorted.some((span) => span.status.code === 2),
    count: sorted.length,
    tree,
  };
}
