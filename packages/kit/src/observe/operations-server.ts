import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LmiError } from '../errors';
import type { Metrics } from './metrics';
import type { RecentTraces } from './recent-traces';
import { traceListPage, tracePage } from './trace-pages';

export interface OperationsServerOptions {
  readonly host: string;
  readonly port: number;
  readonly metrics: Metrics;
  /** What this process tells of itself: the status page is made from it. */
  readonly state: () => Promise<unknown>;
  readonly traces: RecentTraces | undefined;
}

export interface OperationsServer {
  readonly port: number;
  close(): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const json = (body: unknown, status = 200): Reply => ({
  status,
  type: 'application/json; charset=utf-8',
  body: JSON.stringify(body),
});
const html = (body: string, status = 200): Reply => ({ status, type: 'text/html; charset=utf-8', body });

const PATHS = '/metrics, /state, /traces, /traces.json, /traces/{id}, /traces/{id}.json, /livez';

/**
 * The port for operators, apart from the one that the public reaches: metrics for Prometheus, what the process says of
 * itself, and its recent traces where it keeps them.
 * @throws LmiError conflict when the port is in use.
 */
export async function startOperationsServer(options: OperationsServerOptions): Promise<OperationsServer> {
  const server = createServer({ keepAliveTimeout: 30_000 }, (request, response) => {
    void answer(options, request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) =>
      reject(
        cause.code === 'EADDRINUSE'
          ? new LmiError(
              'conflict',
              `port ${options.port} of ${options.host} is in use: set LMI_METRICS_PORT to another`,
              { field: 'LMI_METRICS_PORT', cause },
            )
          : cause,
      ),
    );
    server.listen(options.port, options.host, resolve);
  });
  server.unref();
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function answer(
  options: OperationsServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let reply: Reply;
  try {
    reply =
      request.method === 'GET' || request.method === 'HEAD'
        ? await replyTo(options, request.url?.split('?', 1)[0] ?? '/')
        : json({ error: `${request.method} is not one of: GET, HEAD.` }, 405);
  } catch (error) {
    reply = json({ error: error instanceof LmiError ? error.message : 'not readable now' }, 500);
  }
  response.writeHead(reply.status, {
    'Content-Type': reply.type,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
  });
  response.end(request.method === 'HEAD' ? undefined : reply.body);
}

async function replyTo({ metrics, state, traces }: OperationsServerOptions, path: string): Promise<Reply> {
  if (path === '/metrics') return { status: 200, type: metrics.contentType, body: await metrics.text() };
  if (path === '/state') return json(await state());
  if (path === '/livez') return json({ status: 'alive' });
  const [, id, asJson] = /^\/traces(?:\/([\da-f]{32}))?(\.json)?$/.exec(path) ?? [undefined, '-'];
  if (id === '-') return json({ error: `There is no such address here; there are: ${PATHS}` }, 404);
  if (!traces) {
    return json({ error: 'This process keeps no traces: they go to the collector of LMI_OTLP_URL.' }, 404);
  }
  if (id === undefined) return asJson ? json(traces.list()) : html(traceListPage(traces.list()));
  const trace = traces.find(id);
  if (!trace) return json({ error: `No trace ${id} is kept here: the last 200 are.` }, 404);
  return asJson ? json(trace) : html(tracePage(trace));
}
