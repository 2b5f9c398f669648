import { hash } from 'node:crypto';
import { memoryLimits } from '@lmi/cache';
import type { ApiKey } from '@lmi/contracts';
import type { Limits } from '@lmi/kit';
import type { LimitSettings } from '../src';
import { runGateway, type RunningGateway } from '../testing/running-gateway';

const PAY_V1 = '/api/v1/ashe/estimatePay?soc=2136';
const PAY_V2 = '/api/v2/pay?occupation=2134';

let clock = 0;
let gateway: RunningGateway | undefined;
const taken: string[] = [];
afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
  taken.length = 0;
});

/** A gateway that counts in memory on a clock of the test's own. */
async function limited(perAddress: number, settings: Partial<LimitSettings> = {}): Promise<RunningGateway> {
  const memory = memoryLimits({ windowMs: 60_000, now: () => clock });
  const limits: Limits = {
    ...memory,
    take(client, limit) {
      taken.push(client);
      return memory.take(client, limit);
    },
  };
  gateway = await runGateway({
    limits: { limits, perAddress, perKey: 50, trustedProxies: ['loopback'], salt: 'salt', ...settings },
  });
  return gateway;
}

const from = (address: string): RequestInit => ({ headers: { 'X-Forwarded-For': address } });
const statuses = async (path: string, count: number, init?: RequestInit) => {
  const list: number[] = [];
  for (let i = 0; i < count; i++) list.push((await gateway!.get(path, init)).status);
  return list;
};

test('every answer says how its client stands: fresh, kept, 304, error, preflight, HEAD, page', async () => {
  const { get } = await limited(100);
  const tag = (await get(PAY_V2)).headers.get('etag')!;
  const answers = [
    await get(PAY_V2),
    await get(PAY_V2, { headers: { 'If-None-Match': tag } }),
    await get('/api/v2/pay'),
    await get('/api/v1/none'),
    await get(PAY_V1, { method: 'OPTIONS' }),
    await get(PAY_V1, { method: 'HEAD' }),
    await get(PAY_V1, { method: 'DELETE' }),
    await get('/'),
  ];
  for (const [i, { headers }] of answers.entries()) {
    expect(headers.get('ratelimit-policy')).toBe('"address";q=100;w=60');
    expect(headers.get('ratelimit')).toBe(`"address";r=${98 - i};t=60`);
    expect(headers.get('access-control-expose-headers')).toContain('RateLimit, RateLimit-Policy,');
  }
});

test('beyond the limit: 429 as a problem, with the seconds until the next is free; then served again', async () => {
  const { get, json } = await limited(3);
  expect(await statuses(PAY_V2, 3)).toEqual([200, 200, 200]);
  clock += 20_000;
  const { status, headers, body } = await json(PAY_V2);
  expect(status).toBe(429);
  expect(headers.get('content-type')).toBe('application/problem+json');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('retry-after')).toBe('41');
  expect(headers.get('ratelimit')).toBe('"address";r=0;t=41');
  expect(body).toMatchObject({
    type: '/problems/resource-exhausted',
    status: 429,
    detail: 'More than 3 requests in 60 s by one address; the next is free in 41 s.',
    traceId: headers.get('x-trace-id'),
  });
  clock += 41_000;
  expect((await get(PAY_V2)).status).toBe(200);
});

test('each question of a batch counts: those beyond the limit are refused one by one', async () => {
  const { get } = await limited(4);
  const post = async (path: string, sent: unknown) => {
    const body = JSON.stringify(sent);
    const reply = await get(path, { method: 'POST', body, headers: { 'Content-Type': 'application/json' } });
    return { status: reply.status, headers: reply.headers, body: (await reply.json()) as unknown };
  };
  const batch = await post('/api/v2/batch', { requests: Array(6).fill(PAY_V2) });
  expect(batch.status).toBe(200);
  const { responses } = batch.body as { responses: { status: number; body: unknown }[] };
  expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200, 429, 429]);
  expect(responses[5]!.body).toMatchObject({ type: '/problems/resource-exhausted', status: 429 });
  expect(batch.headers.get('ratelimit')).toMatch(/;r=0;/);
  clock += 61_000;
  const titles = (count: number) => ({ items: Array(count).fill({ title: 'plumber' }) });
  expect((await post('/api/v2/occupations/code', titles(10))).headers.get('ratelimit')).toMatch(/;r=3;/);
  expect((await post('/api/v2/occupations/code', titles(30))).headers.get('ratelimit')).toMatch(/;r=0;/);
  clock += 61_000;
  expect(await post('/api/v2/occupations/code', titles(41))).toMatchObject({
    status: 429,
    body: { type: '/problems/resource-exhausted' },
  });
});

test('v1 is refused in the words of the original; a script gets status 200', async () => {
  const { get } = await limited(1, { trustedProxies: [] });
  await get(PAY_V1);
  for (const path of [PAY_V1, '/api/ashe/estimatePay?soc=2136', '/api/v1//nothing']) {
    const refused = await get(path);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toEqual({
      error: 'Request quota per IP exceeded (1 reqs / 1 mins). Please wait before making new requests.',
    });
  }
  const script = await get(`${PAY_V1}&callback=show`);
  expect(script.status).toBe(200);
  expect(await script.text()).toMatch(/^show\(\{"error":"Request quota per IP exceeded .*"\}\);$/);
});

test('a proxy of ours is led to the answer that it gives for v1, since it would take a 503 for a failure', async () => {
  const { get } = await limited(1);
  await get(PAY_V1, from('192.0.2.1'));
  const refused = await get(PAY_V1, from('192.0.2.1'));
  expect(refused.status).toBe(429);
  expect(refused.headers.get('x-accel-redirect')).toBe('/refused-v1');
  expect(refused.headers.get('x-refusal')).toMatch(/^Request quota per IP exceeded/);
  expect((await get(`${PAY_V1}&callback=f`, from('192.0.2.1'))).headers.has('x-accel-redirect')).toBe(false);
});

test('each address has its own count, IPv6 by its network', async () => {
  await limited(1);
  const one = async (address: string) => (await statuses(PAY_V2, 1, from(address)))[0];
  expect(await one('192.0.2.1')).toBe(200);
  expect(await one('192.0.2.2')).toBe(200);
  expect(await one('::ffff:192.0.2.2')).toBe(429);
  expect(await one('2001:db8:1:2::1')).toBe(200);
  expect(await one('2001:0db8:0001:0002:aaaa:bbbb:cccc:dddd')).toBe(429);
  expect(await one('2001:db8:1:3::1')).toBe(200);
  expect(await one('2001:db8::5')).toBe(200);
  expect(await one('2001:db8:0:0:1::5')).toBe(429);
});

test('only our own proxies may say for whom they ask, and of a chain only the nearest that is not ours counts', async () => {
  await limited(1, { trustedProxies: ['10.0.0.0/8'] });
  expect(await statuses(PAY_V2, 1, from('192.0.2.1'))).toEqual([200]);
  expect(await statuses(PAY_V2, 1, from('192.0.2.2'))).toEqual([429]);
  await gateway!.close();
  await limited(1, { trustedProxies: ['loopback', '10.0.0.0/8'] });
  expect(await statuses(PAY_V2, 1, from('203.0.113.9, 192.0.2.1, 10.1.1.1'))).toEqual([200]);
  expect(await statuses(PAY_V2, 1, from('203.0.113.8, 192.0.2.1'))).toEqual([429]);
  expect(await statuses(PAY_V2, 1, from('nonsense, also'))).not.toEqual([500]);
});

test('probes and files are free, whatever the count says', async () => {
  const { get } = await limited(1);
  await get(PAY_V2);
  expect((await get('/readyz')).status).toBe(200);
  expect((await get('/livez')).headers.has('ratelimit')).toBe(false);
  expect((await get('/assets/nothing')).status).toBe(404);
  expect((await get('//api/v2/pay?occupation=2134')).status).toBe(429);
});

test('what counts requests never sees an address', async () => {
  const { get } = await limited(10);
  await get(PAY_V2, from('192.0.2.1'));
  await gateway!.close();
  await limited(10, { salt: 'another' });
  await gateway!.get(PAY_V2, from('192.0.2.1'));
  expect(taken).toHaveLength(2);
  expect(new Set(taken).size).toBe(2);
  for (const client of taken) expect(client).toMatch(/^a:[\w-]{22}$/);
});

test('a count that comes late is waited for, without another way in', async () => {
  let answer: ((allowed: boolean) => void) | undefined;
  const limits: Limits = {
    ...memoryLimits({ windowMs: 60_000 }),
    take: () =>
      new Promise((resolve) => (answer = (allowed) => resolve({ allowed, remaining: 0, resetMs: 1 }))),
  };
  gateway = await runGateway({ limits: { limits, perAddress: 1, perKey: 1, trustedProxies: [], salt: '' } });
  for (const [allowed, status] of [
    [true, 200],
    [false, 429],
  ] as const) {
    answer = undefined;
    const asked = gateway.get(PAY_V2);
    while (!answer) await new Promise((resolve) => setTimeout(resolve, 5));
    (answer as (allowed: boolean) => void)(allowed);
    expect((await asked).status).toBe(status);
  }
});

describe('keys', () => {
  const KEY = 'lmi_0123456789_secret';
  const good = { id: '0123456789', hash: hash('sha256', KEY, 'base64url'), perMinute: 0 };
  const withKeys = async (keys: readonly ApiKey[], settings: Partial<LimitSettings> = {}) => {
    const running = await limited(2, settings);
    running.state.keys = keys;
    await until(async () =>
      (await running.get(PAY_V1, shown(KEY))).headers.get('ratelimit')!.startsWith('"key"'),
    );
    // What was asked before the gateway knew the keys is forgotten.
    clock += 61_000;
    taken.length = 0;
    return running;
  };
  const shown = (key: string): RequestInit => ({ headers: { 'X-Api-Key': key } });
  const until = async (condition: () => Promise<boolean>) => {
    while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
  };

  test.each<[string, string, Record<string, string>]>([
    ['X-Api-Key', PAY_V2, { 'X-Api-Key': KEY }],
    ['Authorization: Bearer', PAY_V2, { Authorization: `Bearer ${KEY}` }],
    ['api_key as a header, of old clients', PAY_V1, { api_key: KEY }],
    ['api_key as a parameter, of old clients', `${PAY_V1}&api_key=${KEY}`, {}],
  ])('a key in %s has a count of its own', async (_, path, headers) => {
    const { get } = await withKeys([good]);
    await statuses(PAY_V2, 3);
    const answer = await get(path, { headers });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('ratelimit-policy')).toBe('"key";q=50;w=60');
    expect(taken.at(-1)).toBe('k:0123456789');
    expect(JSON.stringify(taken)).not.toContain('secret');
  });

  test('a key may have a limit of its own', async () => {
    const { get } = await withKeys([{ ...good, perMinute: 7 }]);
    expect((await get(PAY_V2, shown(KEY))).headers.get('ratelimit-policy')).toBe('"key";q=7;w=60');
    await statuses(PAY_V2, 8, shown(KEY));
    const v1 = await get(PAY_V1, shown(KEY));
    expect(await v1.json()).toMatchObject({
      error: expect.stringMatching(/^Request quota per key exceeded \(7 reqs/),
    });
  });

  test('an unknown or revoked key is a 401 in v2, counted against its address, and none in v1', async () => {
    const running = await withKeys([good]);
    const unknown = await running.get(PAY_V2, shown('lmi_unknown'));
    expect(unknown.status).toBe(401);
    expect(unknown.headers.get('www-authenticate')).toBe('Bearer realm="LMI for All"');
    expect(unknown.headers.get('ratelimit')).toBe('"address";r=1;t=60');
    expect(await unknown.json()).toMatchObject({ type: '/problems/unknown-key', status: 401 });
    expect((await running.get(PAY_V1, shown('lmi_unknown'))).status).toBe(200);
    expect((await running.get(PAY_V2, shown('lmi_unknown'))).status).toBe(429);
    running.state.keys = [];
    await until(async () => (await running.get(PAY_V2, shown(KEY))).status !== 200);
  });

  test('while keys cannot be read, those known before go on, and before the first reading none is refused', async () => {
    const running = await withKeys([good]);
    running.state.down.add('occupations');
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect((await running.get(PAY_V2, shown(KEY))).headers.get('ratelimit')).toMatch(/^"key"/);
    await running.close();
    const fresh = await limited(2);
    expect((await fresh.get('/api/v2/pay?occupation=2134', shown('lmi_new'))).status).not.toBe(500);
  });

  test("the original's signature is no key, and never an error", async () => {
    const { get } = await limited(2);
    const headers = {
      Date: new Date().toUTCString(),
      Authorization: 'Signature keyId="abc",algorithm="hmac-sha1",signature="c2lnbmF0dXJl"',
    };
    for (const path of [PAY_V1, PAY_V2]) {
      const answer = await get(path, { headers });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('ratelimit-policy')).toMatch(/^"address"/);
    }
  });
});
