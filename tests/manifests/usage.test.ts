import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { startMariadb, type Mariadb } from '@lmi/data/testing';
import type { Database } from '@lmi/kit';
import { openMysql } from '../../packages/data/src/open';
import { readUsageReport } from '../../packages/operations/src';
import { OtlpReceiver } from '../observability/receiver';
import { startProgram, type Program } from '../support/program';
import { eventually, freePorts, Running, Volumes } from './running';

const volumes = new Volumes();
/** Some fifty lines. */
const LOG_BYTES = 20_000;
const today = new Date().toISOString().slice(0, 10);
let mariadb: Mariadb;
let db: Database;
let gateway: Server;
const collector = new OtlpReceiver();
let collectorUrl: string;
let asked = 0;

/** The pod of an nginx: what its two containers are and what they share. */
class Pod {
  private nginx: Running | undefined;
  usage: Program | undefined;
  private operationsPort = 0;
  readonly log: string;
  private sent = 0;

  constructor(
    readonly name: string,
    private readonly port: number,
  ) {
    this.log = path.join(volumes.empty(`log-${name}`), 'access.log');
  }

  async startNginx(): Promise<void> {
    const gatewayPort = (gateway.address() as AddressInfo).port;
    const change = (text: string): string =>
      text
        .replace('listen 8080;', `listen 127.0.0.1:${this.port};`)
        .replace(/map "" \$gateways .*/, `map "" $gateways { default "127.0.0.1:${gatewayPort}"; }`)
        .replaceAll('flush=1s', 'flush=100ms')
        .replace('/dev/stdout', path.join(path.dirname(this.log), 'out.log'))
        .replace('/var/log/lmi-nginx', path.dirname(this.log));
    const files = volumes.config('nginx', change, this.name);
    const resolv = path.join(volumes.folder, 'resolv.conf');
    writeFileSync(resolv, 'search lmi.svc.cluster.local\nnameserver 127.0.0.1\n');
    this.nginx = new Running(['sh', path.join(files, 'start.sh')], {
      LMI_NGINX_FILES: files,
      LMI_NGINX_FOLDER: volumes.empty(`nginx-${this.name}`),
      LMI_NGINX_LOG: this.log,
      LMI_NGINX_LOG_BYTES: String(LOG_BYTES),
      LMI_NGINX_LOG_SECONDS: '0.2',
      LMI_RESOLV_CONF: resolv,
      LMI_SYSTEM_SALT: 'salt1',
      LMI_LIMITS: 'off',
    });
    await eventually('nginx listens', async () => (await fetch(this.url('/livez'))).ok || undefined);
  }

  async startUsage(): Promise<void> {
    [this.operationsPort] = (await freePorts(1)) as [number];
    this.usage = startProgram(['start', 'usage'], {
      LMI_METRICS_PORT: String(this.operationsPort),
      LMI_DATABASE_URL: mariadb.counterUrl,
      LMI_ENTRANCE_LOG: this.log,
      LMI_ENTRANCE_NAME: this.name,
      LMI_OTLP_URL: collectorUrl,
    });
    await eventually('the counter is alive', async () => (await this.operations('/livez')) && true);
  }

  /** How many requests this process has read from the log. */
  async counted(): Promise<number> {
    const lines = (await this.operations('/metrics')).matchAll(/^lmi_entrance_requests_total\{.*\} (\d+)$/gm);
    return [...lines].reduce((sum, [, count]) => sum + Number(count), 0);
  }

  private async operations(address: string): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.operationsPort}${address}`)).text();
  }

  private url(address: string): string {
    return `http://127.0.0.1:${this.port}${address}`;
  }

  /** Asks so many times and waits until nginx has written it down. */
  async ask(times: number, headers: Record<string, string> = {}): Promise<void> {
    for (let i = 0; i < times; i++) {
      const response = await fetch(this.url('/api/v2/pay?occupation=2134'), { headers });
      await response.arrayBuffer();
    }
    this.sent += times;
    const written = () =>
      readFileSync(path.join(path.dirname(this.log), 'out.log'), 'utf8').split('\n').length - 1;
    await eventually('all of it is in the log', async () => written() === this.sent || undefined);
  }

  bytes(): number {
    const size = (file: string) => (existsSync(file) ? statSync(file).size : 0);
    return size(this.log) + size(`${this.log}.1`);
  }

  async renewed(): Promise<void> {
    await eventually('the log is begun anew', async () =>
      existsSync(this.log) && statSync(this.log).size < LOG_BYTES ? true : undefined,
    );
  }

  async stop(): Promise<void> {
    await this.usage?.stop();
    await this.nginx?.stop();
  }
}

const report = () => readUsageReport(db, today, today);
let pods: readonly [Pod, Pod];

beforeAll(async () => {
  gateway = createServer((_, response) => {
    asked += 1;
    response.setHeader('Content-Type', 'application/json');
    response.setHeader('Cache-Control', 'public, s-maxage=600');
    response.setHeader('Data-Version', 'ashe-2026-1');
    response.end('{"answer":1}');
  }).listen(0, '127.0.0.1');
  collectorUrl = await collector.listen();
  mariadb = await startMariadb();
  const ports = (await freePorts(2)) as [number, number];
  pods = [new Pod('nginx-a', ports[0]), new Pod('nginx-b', ports[1])];
  await Promise.all(pods.flatMap((pod) => [pod.startNginx(), pod.startUsage()]));
});

afterAll(async () => {
  await Promise.all(pods.map((pod) => pod.stop()));
  gateway.closeAllConnections();
  gateway.close();
  await collector.close();
  await db?.close();
  await mariadb.stop();
  rmSync(volumes.folder, { recursive: true, force: true });
});

it('adds up what several nginx answered, out of their caches too, once there is a database', async () => {
  const [a, b] = pods;
  await Promise.all([a.ask(12), b.ask(8)]);
  expect(asked).toBe(2);
  // They have begun to count before anything could be stored.
  await eventually('both wait', async () =>
    pods.every(({ usage }) => usage!.output().includes('could not be counted')) ? true : undefined,
  );
  db = await openMysql({ primaryUrl: mariadb.migratorUrl });
  await db.migrate();
  await db.write((writer) =>
    writer.run(
      `INSERT INTO dataset_release (dataset, version, edition, state, checksum, sources, checks, inputs,
         rows_read, rows_loaded, rows_rejected, values_suppressed, values_marked, staged_at)
       VALUES ('ashe', 'ashe-2026-1', '2026', 'published', '', '[]', '[]', '[]', 0, 0, 0, 0, 0, '')`,
    ),
  );
  await eventually('all of it is stored', async () => ((await report()).queries === 20 ? true : undefined));
  expect(await report()).toMatchObject({
    fromEntrance: 18,
    failed: 0,
    endpoints: [{ name: '/api/v2/pay', queries: 20 }],
    // One address has one number, in whichever pod it was drawn.
    mostSystems: 1,
  });
});

it('counts nothing twice, and nothing too little, when a counter is stopped or killed, and makes the spans of nginx', async () => {
  const [a] = pods;
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  await a.ask(4);
  await a.ask(1, { traceparent: `00-${traceId}-00f067aa0ba902b7-01` });
  expect(await a.usage!.stop()).toBe(0);
  const { queries, datasets } = await report();
  expect(queries).toBe(25);
  // Before its release was there, nobody could say whose figures were asked for.
  const before = datasets[0]?.queries ?? 0;
  expect(collector.of(traceId)).toMatchObject([
    { name: 'GET entrance', target: 'usage', parentSpanId: '00f067aa0ba902b7' },
  ]);
  await a.startUsage();
  await a.ask(7);
  await eventually('they are counted', async () => ((await a.counted()) === 7 ? true : undefined));
  process.kill(a.usage!.pid, 'SIGKILL');
  await a.usage!.exited;
  await a.ask(3);
  await a.startUsage();
  await a.usage!.stop();
  expect((await report()).queries).toBe(35);
  expect((await report()).datasets).toEqual([{ name: 'ashe', queries: before + 10 }]);
});

it('bounds the log without its reader, and with it counts each line', async () => {
  const [a, b] = pods;
  // Nobody counts this one.
  for (let round = 0; round < 4; round++) {
    await a.ask(70);
    await a.renewed();
    expect(a.bytes()).toBeLessThan(4 * LOG_BYTES);
  }
  expect(existsSync(`${a.log}.1`)).toBe(true);
  const before = (await report()).queries;
  await b.ask(60);
  await b.renewed();
  expect(existsSync(`${b.log}.1`)).toBe(true);
  await b.ask(5);
  await eventually('they are counted', async () => ((await b.counted()) === 73 ? true : undefined));
  await b.usage!.stop();
  expect((await report()).queries - before).toBe(65);
});

it('refuses its user all but the counts and the names of releases', async () => {
  const counter = await openMysql({ primaryUrl: mariadb.counterUrl });
  try {
    const refused = [
      'SELECT * FROM release_pointer',
      'SELECT * FROM api_key',
      'DELETE FROM dataset_release',
      "UPDATE operations_record SET body = ''",
      'DROP TABLE operations_record',
      'CREATE TABLE dataset_release_2 (id INT)',
    ];
    for (const sql of refused)
      await expect(counter.write((writer) => writer.run(sql))).rejects.toThrow(/denied/);
  } finally {
    await counter.close();
  }
});
