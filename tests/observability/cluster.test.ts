import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readConfig } from '@lmi/kit';
import { metricNames, runtimeMetrics, type MetricKey } from '@lmi/kit/observe';
import { Cluster } from '../../services/lmi/src/cluster/cluster';
import { ClusterHome } from '../../services/lmi/src/cluster/home';
import { Prometheus } from './prometheus';
import { OtlpReceiver, type ReceivedSpan } from './receiver';
import { metricsOf, metricsOfEntrance, metricsOfTrouble, traceEdges } from './signals';

/** Alerts of a minute fire after a second. */
const FACTOR = 60;
const TRACE = 'ab'.repeat(16);
const CALLER = 'cd'.repeat(8);
const UNTIL_MS = 30_000;

const receiver = new OtlpReceiver();
const folder = mkdtempSync(path.join(tmpdir(), 'lmi-observed-'));
let cluster: Cluster;
let home: ClusterHome;
let prometheus: Prometheus;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Waits until the check gives something; @throws with what it gave last. */
async function until<T>(check: () => Promise<T | undefined | false>, what: () => string): Promise<T> {
  const end = Date.now() + UNTIL_MS;
  for (;;) {
    const found = await check();
    if (found) return found;
    if (Date.now() > end) throw new Error(`not within ${UNTIL_MS} ms: ${what()}`);
    await sleep(200);
  }
}

interface Group {
  readonly targets: readonly string[];
  readonly labels: { readonly target: string };
}

interface StatusJson {
  readonly well: boolean;
  readonly processes: readonly { readonly target: string; readonly state: string }[];
  readonly incidents: readonly {
    readonly rule: string;
    readonly about: string;
    readonly closedAt: string | null;
  }[];
}

const get = (address: string, headers: Record<string, string> = {}) =>
  fetch(`${cluster.address}${address}`, { headers });
const status = async () => (await (await get('/status.json')).json()) as StatusJson;
const traceparent = (trace: string) => ({ traceparent: `00-${trace}-${CALLER}-01` });

beforeAll(async () => {
  home = new ClusterHome(path.join(folder, 'home'));
  home.create();
  const config = readConfig({
    LMI_OTLP_URL: await receiver.listen(),
    LMI_TRACE_RATIO: '0',
    LMI_STATUS_SECONDS: '1',
    LMI_LOG: 'info',
  });
  cluster = new Cluster(home, config, () => undefined);
  await cluster.up({ replicas: 1, port: 0, load: false, requestsPerMinute: 0 });
  if ((await cluster.run(['load', 'areas', 'soc', 'plain-english', 'ashe'])) !== 0)
    throw new Error('the data was not loaded');
  prometheus = await Prometheus.start(
    path.join(folder, 'prometheus'),
    home.path('prometheus/targets.json'),
    await freePort(),
    FACTOR,
  );
  await until(
    async () => (await get('/api/v2/pay?occupation=2134')).ok,
    () => 'no answer on pay',
  );
}, 120_000);

afterAll(async () => {
  await prometheus?.stop();
  await cluster?.down();
  await receiver.close();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

describe('a cluster that is observed', () => {
  it('connects nginx, gateway, service, cache, database, queue and job in one trace each', async () => {
    expect((await get('/api/v2/pay?occupation=2135', traceparent(TRACE))).headers.get('x-trace-id')).toBe(
      TRACE,
    );
    expect(await cluster.run(['jobs', 'run', 'import', 'area-indicators'])).toBe(0);
    const caller: ReceivedSpan = {
      ...{ target: 'caller', traceId: TRACE, spanId: CALLER, name: 'caller', failed: false, attributes: {} },
    };
    const missing = () => {
      const spans = new Map<string, ReceivedSpan>([[CALLER, caller], ...receiver.spans]);
      const matches = (span: ReceivedSpan | undefined, [target, name]: readonly [string, RegExp]) =>
        span !== undefined && span.target === target && name.test(span.name);
      return traceEdges.filter(
        ({ from, to }) =>
          ![...spans.values()].some(
            (span) => matches(span, to) && matches(spans.get(span.parentSpanId ?? ''), from),
          ),
      );
    };
    const text = () =>
      missing()
        .map(({ from, to }) => `${from.join(' ')} -> ${to.join(' ')}`)
        .join('\n');
    await until(async () => missing().length === 0, text);
    expect(new Set(receiver.of(TRACE).map(({ target }) => target))).toEqual(
      new Set(['worker', 'gateway', 'pay']),
    );
  });

  it('puts no query, address or value into a span', async () => {
    const trace = 'be'.repeat(16);
    await get('/api/v1/soc/search?q=private%20words', traceparent(trace));
    await until(
      async () => receiver.of(trace).length >= 3,
      () => JSON.stringify(receiver.of(trace)),
    );
    expect(JSON.stringify(receiver.of(trace))).not.toMatch(/private|127\.0\.0\.1|q=/);
  });

  it('traces what its caller does not ask for only by the ratio', async () => {
    const { headers } = await get('/api/v2/pay?occupation=2136');
    const id = headers.get('x-trace-id')!;
    await sleep(2_500);
    expect(receiver.of(id)).toEqual([]);
  });

  it('gives every metric of the matrix, and no other of ours', async () => {
    const groups = JSON.parse(
      await import('node:fs').then(({ readFileSync }) =>
        readFileSync(home.path('prometheus/targets.json'), 'utf8'),
      ),
    ) as Group[];
    expect(groups.map(({ labels }) => labels.target).sort()).toEqual(Object.keys(metricsOf).sort());
    const seen = new Set<MetricKey>();
    for (const { targets, labels } of groups) {
      const text = await (await fetch(`http://${targets[0]}/metrics`)).text();
      const names = new Set(
        [...text.matchAll(/^(\w+?)(?:_bucket|_sum|_count)?(?:\{[^}]*\})? /gm)].map(([, name]) => name!),
      );
      const wanted = [...metricsOf[labels.target]!, ...(labels.target === 'worker' ? metricsOfEntrance : [])];
      expect(wanted.filter((key) => !names.has(metricNames[key].name))).toEqual([]);
      expect(runtimeMetrics.filter((name) => !text.includes(`\n${name}`))).toEqual([]);
      wanted.forEach((key) => seen.add(key));
      // Routes are templates: what callers ask for never becomes a label.
      expect(text).not.toMatch(/http_route="[^"]*(?:2134|\?)/);
    }
    const all = (Object.keys(metricNames) as MetricKey[]).filter((key) => !metricsOfTrouble.includes(key));
    expect(all.filter((key) => !seen.has(key))).toEqual([]);
  });

  it('counts what the public asked, cached answers too, without their addresses', async () => {
    // A gateway remembers a report for a while, one of another length is read anew; nginx keeps each address longer.
    let looks = 0;
    const report = await until(
      async () => {
        await get('/api/v2/pay?occupation=2133');
        const address = `/reports/usage.json?months=${(looks % 24) + 1}&look=${looks++}`;
        const found = (await (await get(address)).json()) as {
          queries: number;
          fromEntrance: number;
          mostSystems: number;
          datasets: { name: string }[];
          endpoints: { name: string; queries: number }[];
        };
        return found.fromEntrance >= 2 && found;
      },
      () => 'no cached answer was counted',
    );
    expect(report.mostSystems).toBe(1);
    expect(report.datasets.map(({ name }) => name)).toContain('ashe');
    expect(report.endpoints).toContainEqual({ name: '/api/v2/pay', queries: expect.any(Number) });
  });

  it('agrees on a service that was killed: alert, status page, incident and trace, and that it is back', async () => {
    type Targets = { activeTargets: { health: string; labels: { target: string } }[] };
    await until(
      async () => {
        const { activeTargets } = await prometheus.ask<Targets>('targets?state=active');
        return (
          activeTargets.length === Object.keys(metricsOf).length &&
          activeTargets.every(({ health }) => health === 'up')
        );
      },
      () => 'Prometheus does not reach every target',
    );
    const { groups } = await prometheus.ask<{
      groups: { rules: { name: string; health: string; lastError?: string }[] }[];
    }>('rules');
    expect(
      groups.flatMap(({ rules }) => rules).filter(({ health, lastError }) => health === 'err' || lastError),
    ).toEqual([]);
    expect((await status()).well).toBe(true);

    process.kill((await cluster.status()).find(({ name }) => name === 'pay-1')!.pid!, 'SIGKILL');
    const fired = async () =>
      (await prometheus.firing()).map(
        ({ labels }) => `${labels.alertname} ${labels.target ?? labels.service ?? ''}`,
      );
    let seen: string[] = [];
    await until(
      async () => {
        seen = await fired();
        return ['TargetDown pay', 'TargetGone pay', 'ServiceNotAnswering pay'].every((alert) =>
          seen.includes(alert),
        );
      },
      () => seen.join(', '),
    );
    let shown: StatusJson | undefined;
    await until(
      async () => {
        shown = await status();
        const open = shown.incidents.find(({ rule, about }) => rule === 'target-gone' && about === 'pay');
        return (
          !shown.well &&
          open?.closedAt === null &&
          shown.processes.some(({ target, state }) => target === 'pay' && state === 'down')
        );
      },
      () => JSON.stringify(shown),
    );
    expect(await (await get('/status')).text()).toContain('No process of pay answers.');
    expect(await (await get('/status.atom')).text()).toContain('No process of pay answers.');
    const trace = 'ef'.repeat(16);
    expect((await get('/api/v2/pay?occupation=1111', traceparent(trace))).status).toBe(503);
    await until(
      async () =>
        receiver
          .of(trace)
          .some(({ target, name, failed }) => target === 'gateway' && /GetPay$/.test(name) && failed),
      () => JSON.stringify(receiver.of(trace)),
    );

    await cluster.up({ load: false });
    await until(
      async () => {
        shown = await status();
        // That requests failed is told for as long as the rate over five minutes says so.
        const open = shown.incidents.filter(({ closedAt, about }) => closedAt === null && about === 'pay');
        return open.length === 0 && shown.processes.every(({ state }) => state === 'up');
      },
      () => JSON.stringify(shown),
    );
    await until(
      async () => !(seen = await fired()).some((alert) => alert.endsWith(' pay')),
      () => seen.join(', '),
    );
  }, 120_000);
});
