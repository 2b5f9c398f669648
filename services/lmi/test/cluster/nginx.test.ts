import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import {
  createServer,
  request,
  type IncomingHttpHeaders,
  type RequestListener,
  type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { renderNginx, type NginxOptions } from '../../src/cluster/nginx';
import { containerNginx } from '../../src/cluster/container-nginx';
import { podNginx } from '../../src/cluster/pod-nginx';
import { findProgram } from '../../src/cluster/programs';
import { BODY_LIMIT } from '../../../gateway/src/http/body';
import { BATCH_BYTES } from '../../../gateway/src/v2/coding';

const infra = path.resolve(__dirname, '../../../../infra/nginx');
const asRoot = process.getuid?.() === 0 ? { user: userInfo().username } : {};
const CACHEABLE = 'public, max-age=60, s-maxage=2, stale-while-revalidate=2, stale-if-error=86400';

const base: NginxOptions = {
  listen: '127.0.0.1:8080',
  gateways: ['127.0.0.1:3001', '127.0.0.1:3002'],
  requestsPerMinute: 3000,
  traceRatio: 0,
  systemSalt: 'salt_of_this_test',
  accessLog: 'logs/access.log',
  errorLog: 'logs/error.log',
  ...asRoot,
};

const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo();
});

function nginxFolder(options: NginxOptions): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'lmi-nginx-'));
  cleanup.push(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(path.join(folder, 'logs'));
  copyFileSync(path.join(infra, 'nginx.conf'), path.join(folder, 'nginx.conf'));
  for (const [name, text] of Object.entries(renderNginx(options)))
    writeFileSync(path.join(folder, name), text);
  return folder;
}

const argsOf = (folder: string) => ['-p', folder, '-e', 'logs/error.log', '-c', `${folder}/nginx.conf`];

describe('the rendered configuration', () => {
  it.each<[string, Partial<NginxOptions>]>([
    ['two gateways', {}],
    ['one gateway', { gateways: ['127.0.0.1:3001'] }],
    ['thirty-two gateways', { gateways: Array.from({ length: 32 }, (_, i) => `127.0.0.1:${3001 + i}`) }],
    ['a host name and IPv6', { gateways: ['localhost:3001', '[::1]:3002'] }],
    ['gateways by name', { gateways: { name: 'gateway:8080', resolver: '127.0.0.11' } }],
    ['no limit', { requestsPerMinute: 0 }],
    ['a limit of one request a minute', { requestsPerMinute: 1 }],
    ['every address of the machine', { listen: '8080' }],
    ['what containers run', { ...containerNginx, usageLog: 'logs/usage.log', ...asRoot }],
  ])('is accepted by nginx: %s', (_, options) => {
    const folder = nginxFolder({ ...base, ...options });
    // A file as output, since a socket, which is what a child gets otherwise, cannot be opened as /dev/stdout.
    const output = openSync(path.join(folder, 'output'), 'a');
    const { status } = spawnSync(findProgram('nginx'), [...argsOf(folder), '-t', '-q'], {
      stdio: ['ignore', output, output],
    });
    closeSync(output);
    expect(readFileSync(path.join(folder, 'output'), 'utf8')).toBe('');
    expect(status).toBe(0);
  });

  it.each<[string, Partial<NginxOptions>]>([
    ['no gateway', { gateways: [] }],
    ['an address that is more than one word', { gateways: ['127.0.0.1:1; }'] }],
    ['an address without port', { gateways: ['127.0.0.1'] }],
    ['a listen address that is more than one word', { listen: '8080; return 200' }],
    ['a log path with a space', { accessLog: '/tmp/a b' }],
  ])('is refused before nginx sees it: %s', (_, options) => {
    expect(() => renderNginx({ ...base, ...options })).toThrow(
      expect.objectContaining({ code: 'invalid-argument' }),
    );
  });

  it('is what the containers read', () => {
    for (const [name, text] of Object.entries(renderNginx(containerNginx))) {
      expect(readFileSync(path.join(infra, 'container', name), 'utf8')).toBe(text);
    }
    for (const [name, text] of Object.entries(renderNginx(podNginx))) {
      expect(readFileSync(path.join(infra, 'kubernetes', name), 'utf8')).toBe(text);
    }
  });
});

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly ms: number;
}

function get(
  port: number,
  target: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Reply> {
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path: target, headers, method, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode!,
          headers: response.headers,
          body: Buffer.concat(chunks),
          ms: performance.now() - begun,
        }),
      );
    })
      .on('error', reject)
      .end();
  });
}

interface Gateway {
  readonly port: number;
  readonly seen: { url: string; headers: IncomingHttpHeaders }[];
  readonly server: Server;
}

async function gateway(answer: RequestListener): Promise<Gateway> {
  const seen: Gateway['seen'] = [];
  const server = createServer((req, res) => {
    seen.push({ url: req.url!, headers: req.headers });
    answer(req, res);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanup.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, seen, server };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function entrance(gateways: readonly number[], options: Partial<NginxOptions> = {}) {
  const port = await freePort();
  const folder = nginxFolder({
    ...base,
    requestsPerMinute: 0,
    traceRatio: 0,
    systemSalt: 'salt_of_this_test',
    listen: `127.0.0.1:${port}`,
    gateways: gateways.map((gatewayPort) => `127.0.0.1:${gatewayPort}`),
    ...options,
  });
  const child: ChildProcess = spawn(findProgram('nginx'), [...argsOf(folder), '-g', 'daemon off;'], {
    stdio: 'inherit',
  });
  cleanup.push(async () => {
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await exited;
  });
  for (const until = Date.now() + 20_000; ; await sleep(20)) {
    const alive = await get(port, '/livez').catch(() => undefined);
    if (alive?.status === 200) return { port, folder, child };
    if (Date.now() > until) throw new Error('nginx did not start');
  }
}

const answering =
  (name: string, cacheControl = 'no-store'): RequestListener =>
  (_req, res) => {
    res.writeHead(200, {
      'Content-Type': 'application/json; charset=utf-8',
      'Cache-Control': cacheControl,
      'X-Trace-Id': 'e'.repeat(32),
      'X-Content-Type-Options': 'nosniff',
      ETag: `"${name}"`,
    });
    res.end(JSON.stringify({ name, padding: 'x'.repeat(1000) }));
  };
const hanging: RequestListener = () => undefined;
const nameIn = (reply: Reply) => (JSON.parse(reply.body.toString()) as { name: string }).name;

describe('in front of gateways', () => {
  it('gives every gateway its turn', async () => {
    const gateways = [await gateway(answering('a')), await gateway(answering('b'))];
    const { port } = await entrance(gateways.map((g) => g.port));
    for (let i = 0; i < 40; i++) expect((await get(port, `/x?${i}`)).status).toBe(200);
    for (const { seen } of gateways) expect(seen.length).toBeGreaterThanOrEqual(12);
  });

  it('answers from another gateway in under 2 s when one hangs, and then leaves that one out', async () => {
    const hung = await gateway(hanging);
    const { port } = await entrance([hung.port, (await gateway(answering('b'))).port]);
    const first = await Promise.all(Array.from({ length: 8 }, (_, i) => get(port, `/x?${i}`)));
    for (const reply of first) expect(reply).toMatchObject({ status: 200 });
    expect(Math.max(...first.map((reply) => reply.ms))).toBeLessThan(2_000);
    const later = await Promise.all(Array.from({ length: 8 }, (_, i) => get(port, `/y?${i}`)));
    expect(Math.max(...later.map((reply) => reply.ms))).toBeLessThan(1_000);
  });

  it('answers from another gateway when one is gone, and when one says that it cannot', async () => {
    const gone = await freePort();
    const cannot = await gateway((_req, res) => res.writeHead(503).end('{}'));
    const { port } = await entrance([gone, cannot.port, (await gateway(answering('c'))).port]);
    for (let i = 0; i < 20; i++) {
      const reply = await get(port, `/x?${i}`);
      expect(reply.status).toBe(200);
      expect(nameIn(reply)).toBe('c');
    }
  });

  it('never passes on twice what may not be repeated', async () => {
    const gateways = [
      await gateway((req) => req.socket.destroy()),
      await gateway((req) => req.socket.destroy()),
    ];
    const { port } = await entrance(gateways.map((g) => g.port));
    expect((await get(port, '/x', {}, 'POST')).status).toBe(503);
    expect(gateways[0]!.seen.length + gateways[1]!.seen.length).toBe(1);
  });

  it('goes on asking when every gateway has failed, so that the first to come back serves', async () => {
    let broken = true;
    const flaky: RequestListener = (req, res) =>
      broken ? req.socket.destroy() : answering('back')(req, res);
    const { port } = await entrance([(await gateway(flaky)).port, (await gateway(flaky)).port]);
    for (let i = 0; i < 6; i++) expect((await get(port, `/x?${i}`)).status).toBe(503);
    broken = false;
    expect((await get(port, '/x?7')).status).toBe(200);
  });

  it('says so in JSON, with a trace id and leave for other origins, when no gateway answers', async () => {
    const { port } = await entrance([await freePort()]);
    const reply = await get(port, '/api/v1/soc/code/2136');
    expect(reply.status).toBe(503);
    expect(reply.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'access-control-allow-origin': '*',
      'retry-after': '2',
    });
    const body = JSON.parse(reply.body.toString()) as Record<string, unknown>;
    expect(body).toMatchObject({ status: 503, type: '/problems/unavailable', error: expect.any(String) });
    expect(body.traceId).toBe(reply.headers['x-trace-id']);
  });
});

describe('the public cache', () => {
  it('answers again without a gateway, GET and HEAD alike, and says so', async () => {
    const only = await gateway(answering('a', CACHEABLE));
    const { port } = await entrance([only.port]);
    const first = await get(port, '/api?q=1');
    const second = await get(port, '/api?q=1');
    const head = await get(port, '/api?q=1', {}, 'HEAD');
    const known = await get(port, '/api?q=1', { 'If-None-Match': '"a"' });
    expect([first, second, head].map((reply) => reply.headers['x-cache'])).toEqual(['MISS', 'HIT', 'HIT']);
    expect(second.body.equals(first.body)).toBe(true);
    expect(second.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': CACHEABLE });
    expect(known.status).toBe(304);
    expect(only.seen).toHaveLength(1);
  });

  it('gives every answer its own trace, cached or not', async () => {
    const { port } = await entrance([(await gateway(answering('a', CACHEABLE))).port]);
    const ids = [];
    for (let i = 0; i < 3; i++) ids.push((await get(port, '/api')).headers['x-trace-id']);
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(ids).not.toContain('e'.repeat(32));
  });

  it('keeps neither what may not be kept nor errors nor scripts for one page', async () => {
    const errors: RequestListener = (req, res) => {
      if (req.url!.startsWith('/error')) res.writeHead(404, { 'Cache-Control': CACHEABLE }).end('{}');
      else answering('a', req.url!.startsWith('/kept') ? CACHEABLE : 'no-store')(req, res);
    };
    const only = await gateway(errors);
    const { port } = await entrance([only.port]);
    for (const target of ['/volatile', '/error', '/kept?callback=jQuery1']) {
      for (let i = 0; i < 2; i++) expect((await get(port, target)).headers['x-cache']).not.toBe('HIT');
    }
    expect(only.seen).toHaveLength(6);
  });

  it('serves nothing older than 5 s while a gateway answers: 2 s fresh, 2 s more during an update, a second of the clock', async () => {
    let name = 'old';
    const only = await gateway((req, res) => answering(name, CACHEABLE)(req, res));
    const { port } = await entrance([only.port]);
    await get(port, '/asked-often');
    await get(port, '/asked-once');
    name = 'new';
    const changed = performance.now();
    let lastOld = 0;
    while (performance.now() - changed < 5_500) {
      const asked = performance.now() - changed;
      if (nameIn(await get(port, '/asked-often')) === 'old') lastOld = asked;
      await sleep(50);
    }
    // Asked often, it is renewed in the background at the first request after two seconds.
    expect(lastOld).toBeLessThan(3_500);
    // Not asked for since, it is too old to be shown even once.
    expect(nameIn(await get(port, '/asked-once'))).toBe('new');
  });

  it('serves what it has while no gateway answers', async () => {
    const only = await gateway(
      answering('a', CACHEABLE.replace('s-maxage=2, stale-while-revalidate=2', 's-maxage=1')),
    );
    const { port } = await entrance([only.port]);
    await get(port, '/api');
    only.server.closeAllConnections();
    await new Promise((resolve) => only.server.close(resolve));
    await sleep(2_100);
    expect(await get(port, '/api')).toMatchObject({ status: 200, headers: { 'x-cache': 'STALE' } });
    expect((await get(port, '/not-asked-before')).status).toBe(503);
  });

  it('lets few of many equal cold requests through', async () => {
    const slow = await gateway((req, res) => setTimeout(() => answering('a', CACHEABLE)(req, res), 10));
    const { port } = await entrance([slow.port]);
    const replies = await Promise.all(Array.from({ length: 30 }, () => get(port, '/cold')));
    for (const reply of replies) expect(reply.status).toBe(200);
    expect(slow.seen.length).toBeLessThan(15);
  });
});

describe('limits, traces, log', () => {
  it('answers 429 in JSON beyond the rate of one address', async () => {
    const { port } = await entrance([(await gateway(answering('a'))).port], { requestsPerMinute: 30 });
    const replies = await Promise.all(Array.from({ length: 30 }, (_, i) => get(port, `/x?${i}`)));
    const refused = replies.filter((reply) => reply.status === 429);
    expect(replies.filter((reply) => reply.status === 200).length).toBeGreaterThanOrEqual(10);
    expect(refused.length).toBeGreaterThanOrEqual(10);
    expect(refused[0]!.headers).toMatchObject({ 'retry-after': '2', 'access-control-allow-origin': '*' });
    expect(JSON.parse(refused[0]!.body.toString())).toMatchObject({
      type: '/problems/resource-exhausted',
      status: 429,
    });
    expect((await get(port, '/livez')).status).toBe(200);
  });

  it('passes on how a client stands with the limits, and never from its cache', async () => {
    let left = 100;
    const only = await gateway((req, res) => {
      res.setHeader('RateLimit-Policy', '"address";q=100;w=60');
      res.setHeader('RateLimit', `"address";r=${(left -= 1)};t=60`);
      answering('a', req.url === '/kept' ? CACHEABLE : 'no-store')(req, res);
    });
    const { port } = await entrance([only.port]);
    const first = await get(port, '/kept');
    expect(first.headers).toMatchObject({
      'x-cache': 'MISS',
      'ratelimit-policy': '"address";q=100;w=60',
      ratelimit: '"address";r=99;t=60',
    });
    const kept = await get(port, '/kept');
    expect(kept.headers['x-cache']).toBe('HIT');
    expect(kept.headers).not.toHaveProperty('ratelimit');
    expect(kept.headers).not.toHaveProperty('ratelimit-policy');
    expect((await get(port, '/volatile')).headers.ratelimit).toBe('"address";r=98;t=60');
  });

  it('tells gateways the address that it sees, not the one that the client claims', async () => {
    const only = await gateway(answering('a'));
    const { port } = await entrance([only.port]);
    await get(port, '/x', { 'X-Forwarded-For': '192.0.2.1' });
    expect(only.seen[0]!.headers['x-forwarded-for']).toBe('127.0.0.1');
  });

  it('answers 503 for the original API when a gateway leads it there, and goes on asking that gateway', async () => {
    const refusing: RequestListener = (_req, res) =>
      res
        .writeHead(429, {
          'X-Accel-Redirect': '/refused-v1',
          'X-Refusal': 'Request quota per IP exceeded (3000 reqs / 1 mins).',
          'Retry-After': '17',
          RateLimit: '"address";r=0;t=17',
          'RateLimit-Policy': '"address";q=3000;w=60',
        })
        .end('{}');
    const gateways = [await gateway(refusing), await gateway(refusing)];
    const { port } = await entrance(gateways.map((g) => g.port));
    for (let i = 0; i < 10; i++) {
      const reply = await get(port, `/api/v1/soc/code/2136?${i}`);
      expect(reply.status).toBe(503);
      expect(reply.headers).toMatchObject({
        'retry-after': '17',
        ratelimit: '"address";r=0;t=17',
        'access-control-allow-origin': '*',
        'content-type': 'application/json; charset=UTF-8',
      });
      expect(reply.headers).not.toHaveProperty('x-refusal');
      expect(JSON.parse(reply.body.toString())).toEqual({
        error: 'Request quota per IP exceeded (3000 reqs / 1 mins).',
      });
    }
    expect(gateways[0]!.seen.length + gateways[1]!.seen.length).toBe(10);
    expect((await get(port, '/refused-v1')).status).toBe(404);
  });

  it('refuses large headers and bodies in JSON', async () => {
    const { port } = await entrance([(await gateway(answering('a'))).port]);
    const reply = await get(port, `/x?${'y'.repeat(9_000)}`);
    expect(reply.status).toBe(400);
    expect(JSON.parse(reply.body.toString())).toMatchObject({ type: '/problems/invalid-argument' });
    const post = async (path: string, bytes: number) => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
        method: 'POST',
        body: 'x'.repeat(bytes),
      });
      return { status: answer.status, body: (await answer.json()) as { detail?: string } };
    };
    expect(await post('/api/v2/batch', BODY_LIMIT)).toMatchObject({ status: 200 });
    const refused = await post('/api/v2/batch', BODY_LIMIT + 1);
    expect(refused).toMatchObject({ status: 413, body: { type: '/problems/too-large', field: 'body' } });
    for (const limit of [BODY_LIMIT, BATCH_BYTES]) expect(refused.body.detail).toContain(String(limit));
    expect(await post('/api/v2/occupations/code', BATCH_BYTES)).toMatchObject({ status: 200 });
    expect(await post('/api/v2/occupations/code', BATCH_BYTES + 1)).toMatchObject({ status: 413 });
  });

  it("passes on the caller's trace, and makes one where there is none or a broken one", async () => {
    const only = await gateway(answering('a'));
    const { port } = await entrance([only.port]);
    const given = `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`;
    await get(port, '/given', { traceparent: given });
    await get(port, '/none');
    await get(port, '/broken', { traceparent: `00-${'0'.repeat(32)}-${'cd'.repeat(8)}-01` });
    const [first, second, third] = only.seen.map(({ headers }) => headers.traceparent as string);
    // nginx is a part of the trace: the gateway's parent is its span.
    expect(first).toMatch(new RegExp(`^00-${'ab'.repeat(16)}-(?!(cd){8})(?!0{16})[0-9a-f]{16}-01$`));
    for (const made of [second, third])
      expect(made).toMatch(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-00$/);
    expect(second).not.toBe(third);
  });

  it('decides for a part of the requests that they are traced, unless their caller did', async () => {
    const only = await gateway(answering('a'));
    const { port } = await entrance([only.port], { traceRatio: 0.5 });
    for (let i = 0; i < 60; i++) await get(port, `/own?${i}`);
    const unsampled = `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-00`;
    for (let i = 0; i < 20; i++) await get(port, `/given?${i}`, { traceparent: unsampled });
    const flags = (path: string) =>
      only.seen
        .filter(({ url }) => url.startsWith(path))
        .map(({ headers }) => String(headers.traceparent).slice(-2));
    expect(new Set(flags('/own'))).toEqual(new Set(['00', '01']));
    expect(new Set(flags('/given'))).toEqual(new Set(['00']));
  });

  it('writes one line of JSON a request, without client address and query', async () => {
    const { port, folder, child } = await entrance([(await gateway(answering('a', CACHEABLE))).port]);
    const trace = 'ab'.repeat(16);
    await get(port, '/api/v1/soc/search?q=my%20old%20job', {
      traceparent: `00-${trace}-${'cd'.repeat(8)}-01`,
    });
    await get(port, '/api/v1/soc/search?q=my%20old%20job');
    // Each of nginx's processes has a buffer of its own.
    child.kill('SIGUSR1'); // reopens, and so writes out, the logs
    let text = '';
    const lines = () => text.trim().split('\n');
    for (; lines().length < 2; await sleep(20))
      text = readFileSync(path.join(folder, 'logs/access.log'), 'utf8');
    const entries = lines().map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(entries).toHaveLength(2);
    const [hit, miss] = entries.sort((a, b) => String(a.cache).localeCompare(String(b.cache)));
    expect(miss).toMatchObject({
      trace_id: trace,
      method: 'GET',
      path: '/api/v1/soc/search',
      status: 200,
      cache: 'MISS',
      parent_id: 'cd'.repeat(8),
      flags: '01',
      system: expect.stringMatching(/^(?:[0-4]\d){3}$/),
    });
    expect(hit!.system).toBe(miss!.system);
    expect(hit).toMatchObject({ cache: 'HIT', upstream: '' });
    expect(text).not.toContain('old%20job');
    expect(text.replaceAll(/"upstream":"[^"]*"/g, '')).not.toContain('127.0.0.1');
  });

  it('compresses', async () => {
    const { port } = await entrance([(await gateway(answering('a'))).port]);
    const reply = await get(port, '/x', { 'Accept-Encoding': 'gzip' });
    expect(reply.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
    expect(JSON.parse(gunzipSync(reply.body).toString())).toMatchObject({ name: 'a' });
  });
});
