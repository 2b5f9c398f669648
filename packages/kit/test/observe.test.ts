import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { createLog, Lifecycle, readConfig, type Cache, type Database } from '../src';
import {
  currentSpan,
  inSpan,
  isSampled,
  observedCache,
  observedDatabase,
  observedJobs,
  startObservation,
  tracer,
  type Observation,
} from '../src/observe';
import { scrub } from '../src/observe/errors';
import { installTracer } from '../src/observe/tracer';
import { metrics } from '../src/telemetry';

const log = createLog('silent');
const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo();
});

interface Received {
  readonly url: string;
  readonly body: string;
}

async function receiver(): Promise<{ readonly url: string; readonly received: Received[] }> {
  const received: Received[] = [];
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      received.push({ url: request.url!, body });
      response.end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanup.push(() => new Promise((resolve) => server.close(resolve)));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

async function start(
  settings: Record<string, string>,
  keepTraces = false,
): Promise<Observation & { stop(): Promise<void> }> {
  const lifecycle = new Lifecycle(log);
  const observation = await startObservation(readConfig(settings), lifecycle, log, {
    target: 'pay',
    version: '1',
    host: '127.0.0.1',
    keepTraces,
  });
  cleanup.push(() => lifecycle.stop());
  return Object.assign(observation, { stop: () => lifecycle.stop() });
}

const read = async (port: number | undefined, path: string) =>
  (await fetch(`http://127.0.0.1:${port}${path}`)).text();

/** The compiled program: the exporter loads Node's http in a way that jest does not allow. */
async function tracesInChild(otlpUrl: string): Promise<{ traceparent: string; waitedMs: number }> {
  const script = `
    const { readConfig, createLog, Lifecycle, LmiError } = require('./dist/index.js');
    const { startObservation, tracer } = require('./dist/observe.js');
    const log = createLog('silent');
    const lifecycle = new Lifecycle(log);
    const options = { target: 'pay', version: '1', host: '', keepTraces: false };
    startObservation(readConfig({ LMI_OTLP_URL: process.argv[1] }), lifecycle, log, options).then(async () => {
      const ids = { traceId: 'cd'.repeat(16), spanId: 'ef'.repeat(8) };
      const span = tracer().start('GET /x', { parent: '', kind: 'server', ...ids });
      span.fail(new LmiError('not-found', 'what a caller sent'));
      span.end();
      let waited = 0;
      // Counted in turns of the loop, so that a busy machine does not make it longer.
      const timer = setInterval(() => (waited += 50), 50);
      await lifecycle.stop();
      clearInterval(timer);
      console.log(JSON.stringify({ traceparent: span.traceparent, waitedMs: waited }));
      process.exit();
    });`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script, otlpUrl], {
    cwd: path.resolve(__dirname, '..'),
  });
  return JSON.parse(stdout) as { traceparent: string; waitedMs: number };
}

describe('sampling', () => {
  const trace = (end: string) => 'ab'.repeat(12) + end;
  const fake = (ratio: number) => ({ ratio }) as never;
  afterEach(() => installTracer(undefined));

  it('is off without a tracer, follows the caller, and else goes by the trace id', () => {
    expect(isSampled(trace('00000000'), '01')).toBe(false);
    installTracer(fake(0.05));
    expect(isSampled(trace('ffffffff'), '01')).toBe(true);
    expect(isSampled(trace('00000000'), '00')).toBe(false);
    expect(isSampled(trace('00000000'), undefined)).toBe(true);
    expect(isSampled(trace('0ccccccc'), undefined)).toBe(true);
    expect(isSampled(trace('0ccccccd'), undefined)).toBe(false);
  });

  it('bounds what callers may ask for', () => {
    installTracer(fake(0));
    const followed = Array.from({ length: 1_000 }, () => isSampled(trace('ffffffff'), '01'));
    expect(followed.filter(Boolean).length).toBeLessThanOrEqual(150);
    expect(followed.filter(Boolean).length).toBeGreaterThanOrEqual(1);
  });
});

describe('a process that is observed', () => {
  it('does nothing unless a setting asks for it', async () => {
    const observation = await start({});
    expect(observation.metrics).toBeUndefined();
    expect(tracer()).toBeUndefined();
    expect(
      await inSpan(
        () => 'x',
        { root: true },
        async (span) => span,
      ),
    ).toBeUndefined();
  });

  it('keeps its last traces, with what went through the ports in one tree', async () => {
    const { port, metrics: counted } = await start({ LMI_METRICS_PORT: '0' }, true);
    const db = observedDatabase(
      {
        engine: 'sqlite',
        read: (work: (reader: unknown) => unknown) =>
          work({ all: async () => [{ n: 1 }], get: async () => ({ n: 1 }) }),
      } as unknown as Database,
      { metrics: counted },
    );
    const kept: Cache = {
      through: (_, load) => load(),
      clear: async () => undefined,
      close: async () => undefined,
    };
    const cache = observedCache(kept, { metrics: counted });
    await inSpan(
      () => 'GET /x',
      { kind: 'server', root: true },
      () =>
        cache.through(['pay', 1], () =>
          db.read((reader) => reader.all('SELECT a\n FROM pay_cell WHERE soc = ?', ['2136'])),
        ),
    );
    const [trace] = JSON.parse(await read(port, '/traces.json')) as { traceId: string; tree: unknown }[];
    expect(trace!.tree).toMatchObject([
      {
        name: 'GET /x',
        children: [
          {
            name: 'cache through',
            attributes: { 'lmi.cache.name': 'pay', 'lmi.cache.outcome': 'miss' },
            children: [
              {
                name: 'SELECT pay_cell',
                attributes: { 'db.query.text': 'SELECT a FROM pay_cell WHERE soc = ?' },
              },
            ],
          },
        ],
      },
    ]);
    expect(await read(port, `/traces/${trace!.traceId}`)).toContain('SELECT pay_cell');
    expect(await read(port, '/traces')).toContain(trace!.traceId);
    const text = await read(port, '/metrics');
    expect(text).toContain(`${metrics.sqlSeconds.name}_count{db_operation_name="SELECT",outcome="ok"} 1`);
    expect(text).toContain(`${metrics.cacheLookups.name}{outcome="miss"} 1`);
    expect(text).toMatch(/^nodejs_eventloop_lag_seconds /m);
    expect(JSON.parse(await read(port, '/state'))).toMatchObject({
      target: 'pay',
      version: '1',
      draining: false,
    });
    expect(JSON.parse(await read(port, '/nothing'))).toMatchObject({
      error: expect.stringContaining('/metrics'),
    });
  });

  it('sends spans to a collector, under the ids that were given out', async () => {
    const { url, received } = await receiver();
    const { traceparent } = await tracesInChild(url);
    expect(traceparent).toBe(`00-${'cd'.repeat(16)}-${'ef'.repeat(8)}-01`);
    expect(received.map((each) => each.url)).toEqual(['/v1/traces']);
    const sent = JSON.parse(received[0]!.body) as {
      resourceSpans: { resource: unknown; scopeSpans: { spans: unknown[] }[] }[];
    };
    expect(JSON.stringify(sent.resourceSpans[0]!.resource)).toContain('"lmi-pay"');
    expect(sent.resourceSpans[0]!.scopeSpans[0]!.spans).toMatchObject([
      { traceId: 'cd'.repeat(16), spanId: 'ef'.repeat(8), name: 'GET /x' },
    ]);
    expect(received[0]!.body).not.toContain('what a caller sent');
  });

  it('stops within a second though the collector never answers', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    cleanup.push(() => {
      silent.closeAllConnections();
      return new Promise((resolve) => silent.close(resolve));
    });
    const { port } = silent.address() as AddressInfo;
    expect((await tracesInChild(`http://127.0.0.1:${port}`)).waitedMs).toBeLessThanOrEqual(1_000);
  });

  it('goes on in a job under the trace of whoever asked for it', async () => {
    const { port } = await start({ LMI_METRICS_PORT: '0' }, true);
    let handler: ((payload: unknown, context: unknown) => Promise<unknown>) | undefined;
    const jobs = observedJobs(
      {
        register: (_: string, given: typeof handler) => (handler = given),
        run: (_: string, payload: unknown, options: object) => handler!(payload, options),
      } as never,
      { metrics: undefined },
      false,
    );
    jobs.register('import', async () => currentSpan()?.traceId);
    const asked = await inSpan(
      () => 'lmi jobs run',
      { root: true },
      async (span) => ({
        own: span!.traceId,
        job: await jobs.run('import', {}, { id: 'import' }),
      }),
    );
    expect(asked.job).toBe(asked.own);
    const trace = JSON.parse(await read(port, `/traces/${asked.own}.json`)) as { tree: unknown };
    expect(trace.tree).toMatchObject([
      {
        name: 'lmi jobs run',
        children: [
          { name: 'add import', kind: 'producer', children: [{ name: 'process import', kind: 'consumer' }] },
        ],
      },
    ]);
  });
});

describe('error events', () => {
  it('are sent once a kind, without addresses, queries and values', async () => {
    const { url, received } = await receiver();
    const { stop } = await start({ LMI_SENTRY_DSN: `${url.replace('//', '//key@')}/7` });
    const loud = createLog('error');
    for (let i = 0; i < 3; i++) {
      const err = new Error(`row ${i} of '2136' from 10.1.2.3:80 at http://x/y?q=nurse failed`);
      loud.error({ err, traceId: 'ab'.repeat(16), errorId: 'e1' }, 'call failed');
    }
    await stop();
    expect(received).toHaveLength(1);
    const event = JSON.parse(received[0]!.body.split('\n')[2]!) as Record<string, unknown>;
    expect(event).toMatchObject({
      fingerprint: ['Error', expect.any(String), 'row 0 of <value> from <address> at <url> failed'],
      tags: { target: 'pay', trace_id: 'ab'.repeat(16), error_id: 'e1' },
    });
    expect(received[0]!.body).not.toMatch(/10\.1\.2\.3|nurse|2136/);
    expect(event).not.toHaveProperty('user');
  });

  it('takes addresses of either kind out of a text', () => {
    expect(scrub('to 192.168.0.1 and fe80::1:2:3 by a@b.uk')).toBe('to <address> and <address> by <address>');
  });
});
