/** OWASP API Security Top 10 (2023), an item a block; what other suites prove at length is named, not repeated. */
import { createServer, type Server } from 'node:http';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { memoryLimits } from '@lmi/cache';
import { findSources } from '@lmi/importing';
import { LmiError } from '@lmi/kit';
import { openApiDocument } from '@lmi/gateway';
import { csvLines } from '../../services/gateway/src/formats/csv';
import { runGateway, type RunningGateway } from '../../services/gateway/testing/running-gateway';

const PAY = '/api/v2/pay?occupation=2134';
const PAY_V1 = '/api/v1/ashe/estimatePay?soc=2136';
/** No answer to one request of whatever content may take more of a processor's time. */
const SLOWEST_MS = 1_500;
const cpuMs = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await runGateway();
});
afterAll(() => gateway.close());

const limited = (perAddress: number) =>
  runGateway({
    limits: {
      limits: memoryLimits({ windowMs: 60_000 }),
      perAddress,
      perKey: 1_000,
      trustedProxies: [],
      salt: 's',
    },
  });
const post = (path: string, body: string) =>
  gateway.get(path, { method: 'POST', body, headers: { 'Content-Type': 'application/json' } });

describe('API1: object-level authorisation', () => {
  test('no object belongs to anybody: the same answer with any credential, and with none', async () => {
    const plain = await (await gateway.get(PAY)).text();
    for (const headers of [
      { Authorization: 'Basic YWRtaW46YWRtaW4=' },
      { Cookie: 'session=admin' },
      { 'X-User-Id': '1' },
    ] as Record<string, string>[]) {
      const answer = await gateway.get(PAY, { headers });
      expect(answer.headers.has('set-cookie')).toBe(false);
      expect(await answer.text()).toBe(plain);
    }
  });
});

describe('API2: authentication', () => {
  test('guessing keys counts against the address, and no answer repeats a key', async () => {
    const guarded = await limited(8);
    try {
      while ((await guarded.get(PAY, { headers: { 'X-Api-Key': 'lmi_x' } })).status === 200);
      const statuses: number[] = [];
      for (let guess = 0; guess < 12; guess++) {
        const answer = await guarded.get(PAY, { headers: { 'X-Api-Key': `lmi_guess${guess}` } });
        const shown = [await answer.text()];
        answer.headers.forEach((value) => shown.push(value));
        expect(shown.join('\n')).not.toContain(`guess${guess}`);
        statuses.push(answer.status);
      }
      expect(new Set(statuses)).toEqual(new Set(statuses.includes(401) ? [401, 429] : [429]));
      expect(statuses.at(-1)).toBe(429);
    } finally {
      await guarded.close();
    }
  });
});

describe('API3: object-property authorisation', () => {
  // That no answer has a property outside its schema: the examples and the fuzz test of services/gateway.
  test('what is not in the schema is not accepted, in a query or a body', async () => {
    expect((await gateway.json(`${PAY}&isAdmin=true`)).body).toMatchObject({ status: 400, field: 'isAdmin' });
    const body = JSON.stringify({ requests: [PAY], isAdmin: true });
    expect((await post('/api/v2/batch', body)).status).toBe(400);
  });

  test('names of the language itself are names like others', async () => {
    for (const name of ['__proto__', 'constructor', 'toString']) {
      expect((await gateway.get(`${PAY}&${name}=x`)).status).toBe(400);
      expect((await post('/api/v2/batch', `{"requests":["${PAY}"],"${name}":{"polluted":1}}`)).status).toBe(
        400,
      );
    }
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe('API4: resource consumption', () => {
  test.each([
    ['a body that is too long', '/api/v2/batch', JSON.stringify({ requests: ['x'.repeat(70_000)] }), 413],
    ['a body that is too deep', '/api/v2/batch', `${'['.repeat(20_000)}${']'.repeat(20_000)}`, 400],
    ['too many questions', '/api/v2/batch', JSON.stringify({ requests: Array(101).fill(PAY) }), 400],
    ['a batch within a batch', '/api/v2/batch', JSON.stringify({ requests: ['/api/v2/batch'] }), 200],
  ])('%s', async (_, path, body, status) => {
    const begun = cpuMs();
    const answer = await post(path, body);
    expect(answer.status).toBe(status);
    expect(cpuMs() - begun).toBeLessThan(SLOWEST_MS);
  });

  test.each([
    '/api/v2/occupations?q=plumber&limit=100000',
    '/api/v2/courses?occupation=2134&limit=100000',
    `/api/v2/occupations?q=${'a'.repeat(5_000)}`,
  ])('a page or text beyond its limit is refused: %.60s', async (path) => {
    expect((await gateway.get(path)).status).toBe(400);
  });

  // Texts that make careless patterns go back over themselves.
  const spiteful = [
    'a'.repeat(8_000),
    `${'a.'.repeat(3_000)}!`,
    `${' '.repeat(4_000)}x`,
    `${'['.repeat(150)}"`,
  ];
  test.each([
    ['callback', (text: string) => [`${PAY_V1}&callback=${encodeURIComponent(text)}`, {}] as const],
    ['filters', (text: string) => [`${PAY_V1}&filters=${encodeURIComponent(text)}`, {}] as const],
    ['path', (text: string) => [`/api/v2/occupations/${encodeURIComponent(text)}`, {}] as const],
    ['slashes', (text: string) => [`/${'/'.repeat(text.length)}api`, {}] as const],
    ['traceparent', (text: string) => [PAY, { traceparent: text.trim() }] as const],
    ['If-None-Match', (text: string) => [PAY, { 'If-None-Match': text.trim() }] as const],
    ['Authorization', (text: string) => [PAY, { Authorization: `Bearer ${text.trim()}` }] as const],
    ['Accept', (text: string) => [PAY, { Accept: text.trim() }] as const],
  ])('no pattern takes long over what is sent as %s', async (_, make) => {
    for (const text of spiteful) {
      const [path, headers] = make(text);
      const begun = cpuMs();
      const answer = await gateway.get(path, { headers });
      expect(answer.status).toBeLessThan(500);
      expect(cpuMs() - begun).toBeLessThan(SLOWEST_MS);
    }
  });

  test('beyond its limit an address is refused', async () => {
    const guarded = await limited(3);
    for (let i = 0; i < 3; i++) await guarded.get(PAY);
    expect((await guarded.get(PAY)).status).toBe(429);
    await guarded.close();
  });
});

describe('API5: function-level authorisation', () => {
  const paths = Object.keys(openApiDocument().paths ?? {}).map((path) => path.replace(/\{\w+\}/g, '1'));

  test.each(['PUT', 'PATCH', 'DELETE'])('nothing takes %s', async (method) => {
    for (const path of paths) {
      const answer = await gateway.get(path, { method });
      expect([path, answer.status]).toEqual([path, 405]);
    }
  });

  test('a header does not make another method of one', async () => {
    const headers = { 'X-HTTP-Method-Override': 'DELETE', 'X-Original-URL': '/admin' };
    expect((await gateway.get(PAY, { headers })).status).toBe(200);
  });
});

describe('API6: sensitive flows', () => {
  test('there is nothing to buy, book or write: every POST asks, and asked twice says the same', async () => {
    const body = JSON.stringify({ requests: [PAY] });
    const first = await (await post('/api/v2/batch', body)).text();
    expect(await (await post('/api/v2/batch', body)).text()).toBe(first);
    expect((await post('/api/v2/keys', '{"label":"mine"}')).status).toBe(404);
  });
});

describe('API7: requests to where a caller says', () => {
  // That sources of adverts are not followed when they redirect: services/vacancies/test/connectors.test.ts.
  test('no operation takes an address', () => {
    const text = JSON.stringify(openApiDocument().paths);
    expect(text).not.toMatch(/"name":"(?:url|uri|link|webhook|callbackUrl|redirect)"/i);
  });

  describe('importers, which an operator gives an address', () => {
    let server: Server;
    beforeAll(async () => {
      server = createServer((request, response) => {
        const target = new URL(request.url!, 'http://x').searchParams.get('to')!;
        response.writeHead(302, { Location: target }).end();
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    });
    afterAll(() => new Promise((resolve) => server.close(resolve)));

    test.each(['file:///etc/passwd', 'ftp://127.0.0.1/x', 'data:text/csv,a'])(
      'are not led from it to %s',
      async (target) => {
        const { port } = server.address() as AddressInfo;
        await expect(
          findSources(`http://127.0.0.1:${port}/?to=${encodeURIComponent(target)}`),
        ).rejects.toMatchObject({ code: 'invalid-argument' });
      },
    );
  });
});

describe('API8: configuration', () => {
  test('answers say nothing of the software, allow no credentials, and are not guessed to be pages', async () => {
    for (const path of [PAY, PAY_V1, '/', '/nothing', '/api/v2/pay']) {
      const { headers } = await gateway.get(path, { headers: { Origin: 'https://example.org' } });
      for (const name of ['x-powered-by', 'server', 'access-control-allow-credentials'])
        expect(headers.has(name)).toBe(false);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('access-control-allow-origin')).toBe('*');
    }
  });

  test('failures show no inside', async () => {
    gateway.state.payError = new Error('SELECT secret FROM table at /srv/lmi.js:1:1');
    const { status, body } = await gateway.json('/api/v2/pay?occupation=5315');
    gateway.state.payError = undefined;
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toMatch(/SELECT|\.js|secret/);
  });

  test.each(['alert(1)//', '<script>', 'a;b', 'a b', 'eval("x")', 'x\u2028y'])(
    'the callback %s is refused',
    async (name) => {
      const answer = await gateway.get(`${PAY_V1}&callback=${encodeURIComponent(name)}`);
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
      expect(answer.status).toBe(400);
    },
  );

  test('a line end in what is sent makes no header', async () => {
    const answer = await gateway.get('/api/v2/occupations/1%0d%0aSet-Cookie:%20x=1');
    expect(answer.headers.has('set-cookie')).toBe(false);
  });

  test('a text that a spreadsheet would run is written as text', () => {
    const lines = csvLines([['=HYPERLINK("http://x")'], ['@SUM(A1)']]);
    expect(lines).not.toMatch(/(?:^|[\r\n,])"?[=@]/);
  });

  test('what is no HTTP is refused and the connection closed', async () => {
    const answer = await new Promise<number>((resolve, reject) => {
      const asked = httpRequest(
        { port: gateway.port, host: '127.0.0.1', path: '/', headers: { 'X-Long': 'x'.repeat(20_000) } },
        (response) => resolve(response.resume().statusCode!),
      );
      asked.on('error', reject).end();
    });
    expect(answer).toBe(431);
  });
});

describe('API9: inventory', () => {
  // That the description is the router, and nothing else answers: services/gateway/test/openapi.test.ts.
  test.each([
    '/admin',
    '/debug',
    '/.env',
    '/.git/config',
    '/api/v3/pay',
    '/graphql',
    '/actuator',
    '/server-status',
  ])('there is no %s', async (path) => {
    expect((await gateway.get(path)).status).toBe(404);
  });

  test('the oldest addresses say until when they are there', async () => {
    const { headers } = await gateway.get('/api/ashe/estimatePay?soc=2136');
    expect(headers.get('sunset')).toMatch(/GMT$/);
  });
});

describe('API10: what others say', () => {
  // That answers of sources outside are held against schemas: services/vacancies/test/connectors.test.ts.
  test('the text of an error of a part goes out only where it is for the caller', async () => {
    gateway.state.payError = new LmiError('unavailable', '<b>db-1.internal:3306</b> refused');
    const { body } = await gateway.json('/api/v2/pay?occupation=5316');
    gateway.state.payError = undefined;
    expect(JSON.stringify(body)).not.toContain('internal');
  });
});
