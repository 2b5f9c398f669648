import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  attributes,
  SECONDS_BUCKETS,
  Series,
  spans,
  tracer,
  type AnswerOutcome,
  type HistogramReading,
  type Metrics,
  type Span,
  type SpanAttributes,
} from '@lmi/kit/observe';
import { traceOf, type Trace } from './trace';
import { splitUrl } from './url';

const BOUNDS = SECONDS_BUCKETS as readonly number[];
const SLOW_SECONDS = 0.3;
const CLASSES = ['0xx', '1xx', '2xx', '3xx', '4xx', '5xx'];

/** Addresses that are no route of ours share one name: what callers make up must not make metrics. */
export const OTHER_ROUTE = 'other';
/** All pages for readers. */
export const PAGES = 'pages';

/** What one route was asked and how that ended; plain numbers, since kept answers go out 15,000 times a second. */
export class RouteMeter {
  /** By the first digit of the status. */
  readonly series: (Series | undefined)[] = [];
  readonly outcomes: Record<AnswerOutcome, number> = { kept: 0, made: 0, 'not-modified': 0 };

  constructor(readonly path: string) {}

  add(status: number, outcome: AnswerOutcome, seconds: number): void {
    const first = Math.floor(status / 100);
    (this.series[first] ??= new Series()).add(seconds);
    this.outcomes[outcome] += 1;
  }
}

/** Since the start of the process. */
export interface RequestTotals {
  readonly requests: number;
  /** Answered with a status of 500 or more. */
  readonly failed: number;
  /** Slower than the objective of 300 ms. */
  readonly slow: number;
  readonly seconds: number;
  readonly active: number;
}

/** Told of every request that ended, with the releases whose figures were asked for. */
export type AnsweredListener = (
  route: string,
  status: number,
  releases: readonly string[],
  request: IncomingMessage,
) => void;

interface Watched {
  route: RouteMeter;
  outcome: AnswerOutcome;
  releases: readonly string[];
}

/** Counts requests by route, and opens the span of those that are sampled. */
export class RequestMeter {
  private readonly routes = new Map<string, RouteMeter>();
  private readonly watched = new WeakMap<ServerResponse, Watched>();
  private active = 0;

  constructor(private readonly onAnswered: AnsweredListener | undefined) {}

  /** Of a route template. */
  of(path: string): RouteMeter {
    let route = this.routes.get(path);
    if (!route) this.routes.set(path, (route = new RouteMeter(path)));
    return route;
  }

  /** Counts an answer that was kept, just after it was written. @param began performance.now() at its beginning. */
  kept(
    route: RouteMeter,
    releases: readonly string[],
    request: IncomingMessage,
    response: ServerResponse,
    began: number,
  ): void {
    const outcome = response.statusCode === 304 ? 'not-modified' : 'kept';
    route.add(response.statusCode, outcome, (performance.now() - began) / 1000);
    this.onAnswered?.(route.path, response.statusCode, releases, request);
    const trace = traceOf(request);
    if (!trace.sampled) return;
    const { statusCode } = response;
    const span = startSpan(request, trace, began, route.path, {
      [attributes.route]: route.path,
      [attributes.status]: statusCode,
      [attributes.outcome]: outcome,
    });
    if (statusCode >= 500) span?.fail(statusCode);
    span?.end();
  }

  /** Runs the work on a request and counts it when its answer has gone out, or its caller has. */
  watch(request: IncomingMessage, response: ServerResponse, began: number, work: () => void): void {
    const trace = traceOf(request);
    const span = trace.sampled ? startSpan(request, trace, began) : undefined;
    const watched: Watched = { route: this.of(OTHER_ROUTE), outcome: 'made', releases: [] };
    this.watched.set(response, watched);
    this.active += 1;
    response.once('close', () => {
      this.active -= 1;
      const outcome = response.statusCode === 304 ? 'not-modified' : watched.outcome;
      watched.route.add(response.statusCode, outcome, (performance.now() - began) / 1000);
      this.onAnswered?.(watched.route.path, response.statusCode, watched.releases, request);
      if (span) endSpan(span, request, response, watched.route.path, outcome);
    });
    if (span) tracer()!.within(span, work);
    else work();
  }

  /** Says which route a watched request is for. */
  route(response: ServerResponse, path: string): void {
    const watched = this.watched.get(response);
    if (watched) watched.route = this.of(path);
  }

  /** Says what the answer of a watched request is made from, and whether it had to be made. */
  answered(response: ServerResponse, releases: readonly string[], made: boolean): void {
    const watched = this.watched.get(response);
    if (!watched) return;
    watched.releases = releases;
    if (!made) watched.outcome = 'kept';
  }

  get totals(): RequestTotals {
    let requests = 0;
    let failed = 0;
    let slow = 0;
    let seconds = 0;
    const within = BOUNDS.indexOf(SLOW_SECONDS) + 1;
    for (const { series } of this.routes.values()) {
      series.forEach((of, first) => {
        if (!of) return;
        const count = of.counts.reduce((sum, n) => sum + n, 0);
        requests += count;
        if (first >= 5) failed += count;
        slow += of.counts.slice(within).reduce((sum, n) => sum + n, 0);
        seconds += of.sum;
      });
    }
    return { requests, failed, slow, seconds, active: this.active };
  }

  /** Lets the metrics read what is counted here. */
  show(metrics: Metrics): void {
    metrics.read('activeRequests', () => [{ labels: {}, value: this.active }]);
    metrics.read('answers', () =>
      [...this.routes.values()].flatMap(({ path, outcomes }) =>
        Object.entries(outcomes).map(([outcome, value]) => ({
          labels: { http_route: path, outcome },
          value,
        })),
      ),
    );
    metrics.readHistogram('requestSeconds', () =>
      [...this.routes.values()].flatMap(({ path, series }) =>
        series.flatMap((of, first): HistogramReading[] =>
          of
            ? [
                {
                  counts: of.counts,
                  sum: of.sum,
                  labels: { http_route: path, status_class: CLASSES[first] ?? '0xx' },
                },
              ]
            : [],
        ),
      ),
    );
  }
}

/** @param route where it is known already, as is what the answer is. */
function startSpan(
  request: IncomingMessage,
  trace: Trace,
  began: number,
  route = OTHER_ROUTE,
  answer: SpanAttributes = {},
): Span | undefined {
  const method = request.method ?? 'GET';
  return tracer()?.start(spans.request(method, route), {
    kind: 'server',
    // A trace of its own, whatever is active where the request came in.
    parent: trace.parent ?? '',
    traceId: trace.id,
    spanId: trace.spanId,
    startedAt: performance.timeOrigin + began,
    attributes: {
      [attributes.method]: method,
      [attributes.path]: splitUrl(request.url ?? '/').path,
      ...answer,
    },
  });
}

function endSpan(
  span: Span,
  request: IncomingMessage,
  response: ServerResponse,
  route: string,
  outcome: AnswerOutcome,
): void {
  const status = response.statusCode;
  span.rename(spans.request(request.method ?? 'GET', route));
  span.set(attributes.route, route);
  span.set(attributes.status, status);
  span.set(attributes.outcome, outcome);
  if (status >= 500) span.fail(status);
  span.end();
}
