import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Config } from '../config';
import { setErrorSink, type Log } from '../log';
import type { Lifecycle } from '../run';
import type * as errorsModule from './errors';
import type * as metricsModule from './metrics';
import type { Metrics } from './metrics';
import type * as serverModule from './operations-server';
import type * as otelModule from './otel';
import type * as recentModule from './recent-traces';
import { installTracer, tracer } from './tracer';

export interface ObservationOptions {
  readonly target: string;
  readonly version: string;
  /** Address of the port for operators. */
  readonly host: string;
  /** Whether this process keeps its last traces itself, to be read on that port. */
  readonly keepTraces: boolean;
  /** More of what the process tells of itself at /state. */
  readonly state?: () => Promise<object>;
}

export interface Observation {
  /** Undefined where LMI_METRICS_PORT is empty: nothing is counted then. */
  readonly metrics: Metrics | undefined;
  readonly traced: boolean;
  readonly port: number | undefined;
  readonly target: string;
  readonly instance: string;
  /** What /state tells: how the process is. */
  state(): Promise<object>;
  /** From now on part of that. */
  addState(part: () => Promise<object>): void;
}

/* eslint-disable @typescript-eslint/no-require-imports -- each is loaded only where a setting asks for it */
const load = {
  otel: () => require('./otel') as typeof otelModule,
  recent: () => require('./recent-traces') as typeof recentModule,
  metrics: () => require('./metrics') as typeof metricsModule,
  server: () => require('./operations-server') as typeof serverModule,
  errors: () => require('./errors') as typeof errorsModule,
};
/* eslint-enable @typescript-eslint/no-require-imports */

/** Of the traces that begin in a process of a cluster. */
export const DEFAULT_TRACE_RATIO = 0.05;

/**
 * Starts what the settings ask for: tracing, the port for operators, error events. Added to the lifecycle before
 * everything else, so that it stops last. Without such settings it does nothing.
 */
export async function startObservation(
  config: Config,
  lifecycle: Lifecycle,
  log: Log,
  options: ObservationOptions,
): Promise<Observation> {
  const { target, version, host } = options;
  const instance = `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
  const parts = options.state ? [options.state] : [];
  const operated = config.LMI_METRICS_PORT !== '';
  const traces = operated && options.keepTraces ? new (load.recent().RecentTraces)() : undefined;

  if (traces || config.LMI_OTLP_URL !== '') {
    // Where nobody else sees the traces they cost little: all are kept.
    const ratio =
      config.LMI_TRACE_RATIO === '' ? (traces ? 1 : DEFAULT_TRACE_RATIO) : Number(config.LMI_TRACE_RATIO);
    const tracing = load.otel().startTracing({
      target,
      version,
      instance,
      ratio,
      otlpUrl: config.LMI_OTLP_URL,
      processors: traces ? [traces] : [],
    });
    installTracer(tracing);
    lifecycle.add('tracing', async () => {
      installTracer(undefined);
      await tracing.stop();
    });
  }

  const metrics = operated ? load.metrics().createMetrics({ target, version }) : undefined;
  const reporter =
    config.LMI_SENTRY_DSN === ''
      ? undefined
      : load.errors().startErrorReporter({ dsn: config.LMI_SENTRY_DSN, target, version, instance });
  if (reporter) lifecycle.add('error events', () => reporter.stop());
  if (reporter || metrics) {
    setErrorSink((error, details) => {
      metrics?.count('errorEvents', { target });
      reporter?.report(error, details);
    });
  }

  const started = new Date().toISOString();
  const state = async (): Promise<object> => {
    const more = await Promise.all(parts.map((part) => part()));
    const { user, system } = process.cpuUsage();
    const own = {
      target,
      version,
      instance,
      started,
      draining: lifecycle.isStopping,
      memoryMb: process.memoryUsage.rss() / 2 ** 20,
      cpuSeconds: (user + system) / 1e6,
    };
    return Object.assign(own, ...more) as object;
  };
  let port: number | undefined;
  if (metrics) {
    metrics.read('draining', () => [{ labels: {}, value: lifecycle.isStopping ? 1 : 0 }]);
    const server = await load.server().startOperationsServer({
      host,
      port: Number(config.LMI_METRICS_PORT),
      metrics,
      traces,
      state,
    });
    port = server.port;
    lifecycle.add('operations port', () => server.close());
    log.info({ operationsPort: port }, 'metrics are served');
  }
  return {
    metrics,
    traced: tracer() !== undefined,
    port,
    target,
    instance,
    state,
    addState: (part) => void parts.push(part),
  };
}
