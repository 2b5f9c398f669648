import { request as httpRequest } from 'node:http';
import { inTime, LmiError } from '@lmi/kit';
import { runGateway, type RunningGateway } from '../testing/running-gateway';

const PAY = '/api/v1/ashe/estimatePay?soc=2136';

let gateway: RunningGateway;
beforeEach(async () => {
  gateway = await runGateway();
});
afterEach(() => gateway.close());

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('the cache of finished answers', () => {
  test('1,000 equal requests at once are one call', async () => {
    gateway.state.payDelay = 30;
    const answers = await Promise.all(
      Array.from({ length: 1000 }, (_, index) => gateway.get(`${PAY}&_=${index % 7}`).then((r) => r.text())),
    );
    expect(new Set(answers).size).toBe(1);
    expect(gateway.state.calls.getPay).toBe(1);
  });

  test('spellings of one request share an answer; different requests do not', async () => {
    await gateway.get(`${PAY}&coarse=true&filters=gender:1`);
    await gateway.get(`/api/v1/ashe/estimatePay?_=5&filters=gender%3A1&coarse=true&soc=2136&callback=f`);
    expect(gateway.state.calls.getPay).toBe(1);
    const women = await gateway.get(`${PAY}&coarse=true&filters=gender:2`);
    expect(women.status).toBe(200);
    expect(gateway.state.calls.getPay).toBe(2);
  });

  test('a cache of 0 MB keeps nothing', async () => {
    const bare = await runGateway({ cacheMb: 0 });
    await bare.get(PAY);
    await bare.get(PAY);
    expect(bare.state.calls.getPay).toBe(2);
    await bare.close();
  });

  test('a new release is served, with another ETag, without a restart', async () => {
    const before = await gateway.get(PAY);
    await gateway.get(PAY);
    gateway.state.payEdition = '2026';
    const tag = before.headers.get('etag');
    await until(async () => (await gateway.get(PAY)).headers.get('etag') !== tag);
    expect(gateway.state.calls.getPay).toBe(2);
  });

  test('figures of a release that is not current are served with their card and not kept', async () => {
    gateway.state.servedEdition = '2024';
    const ahead = await gateway.get('/api/v2/pay?occupation=2134');
    expect(ahead.status).toBe(503);
    gateway.state.servedEdition = undefined;
    expect((await gateway.get('/api/v2/pay?occupation=2134')).headers.get('etag')).toBeTruthy();
    gateway.state.servedEdition = '2025';
    gateway.state.payEdition = '2026';
    await until(async () => (await gateway.get('/api/v2/pay?occupation=2134')).headers.get('etag') === null);
    const behind = await gateway.json('/api/v2/pay?occupation=2134');
    expect(behind.headers.get('cache-control')).toBe('no-store');
    expect(behind.body).toMatchObject({ releases: [{ dataset: 'ashe', edition: '2025' }] });
  });

  test('errors of a moment are not kept', async () => {
    gateway.state.down.add('pay');
    const away = await gateway.json(PAY);
    expect(away).toMatchObject({ status: 503, body: { error: expect.any(String), code: 503 } });
    expect(away.headers.get('retry-after')).toBeTruthy();
    expect(JSON.stringify(away.body)).not.toContain('pay is away');
    gateway.state.down.delete('pay');
    expect((await gateway.get(PAY)).status).toBe(200);
  });
});

describe('conditional requests', () => {
  test.each([PAY, '/api/v2/occupations/2134'])('304 before any work: %s', async (path) => {
    const first = await gateway.get(path);
    const tag = first.headers.get('etag')!;
    expect(tag).toMatch(/^"[\w-]+"$/);
    const calls = { ...gateway.state.calls };
    for (const value of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
      const again = await gateway.get(path, { headers: { 'If-None-Match': value } });
      expect(again.status).toBe(304);
      expect(again.headers.get('etag')).toBe(tag);
      expect(await again.text()).toBe('');
    }
    expect(gateway.state.calls).toEqual(calls);
  });

  test('304 without a kept answer', async () => {
    const tag = (await gateway.get(PAY)).headers.get('etag')!;
    const bare = await runGateway({ cacheMb: 0 });
    const again = await bare.get(PAY, { headers: { 'If-None-Match': tag } });
    expect(again.status).toBe(304);
    expect(bare.state.calls.getPay).toBeUndefined();
    await bare.close();
  });

  test('another tag gets the whole answer', async () => {
    const response = await gateway.get(PAY, { headers: { 'If-None-Match': '"x"' } });
    expect(response.status).toBe(200);
  });
});

describe('every answer', () => {
  test.each(['/', PAY, '/api/v1/none', '/api/v2/pay', '/api/v2/datasets', '/livez', '/problems/internal'])(
    'has a trace id and the common headers: %s',
    async (path) => {
      for (const round of [1, 2]) {
        const { headers } = await gateway.get(path);
        expect([round, headers.get('x-trace-id')]).toEqual([round, expect.stringMatching(/^[\da-f]{32}$/)]);
        expect(headers.get('traceresponse')).toMatch(
          new RegExp(`^00-${headers.get('x-trace-id')}-[\\da-f]{16}-00$`),
        );
        expect(headers.get('access-control-allow-origin')).toBe('*');
        expect(headers.get('x-content-type-options')).toBe('nosniff');
      }
    },
  );

  test('takes the trace id of a valid traceparent only', async () => {
    const id = '4bf92f3577b34da6a3ce929d0e0e4736';
    const trace = async (traceparent: string) =>
      (await gateway.get(PAY, { headers: { traceparent } })).headers.get('x-trace-id');
    expect(await trace(`00-${id}-00f067aa0ba902b7-01`)).toBe(id);
    expect(await trace(`ff-${id}-00f067aa0ba902b7-01`)).not.toBe(id);
    expect(await trace(`00-${'0'.repeat(32)}-00f067aa0ba902b7-01`)).not.toBe('0'.repeat(32));
    expect(await trace('nonsense')).toMatch(/^[\da-f]{32}$/);
  });

  test('HEAD has the head of GET and no body', async () => {
    for (const path of [PAY, PAY, '/api/v2/pay', '/']) {
      const head = await gateway.get(path, { method: 'HEAD' });
      const got = await gateway.get(path);
      expect(head.status).toBe(got.status);
      expect(head.headers.get('content-length')).toBe(got.headers.get('content-length'));
      expect(await head.text()).toBe('');
    }
  });

  test('an address that does not exist is a 404 for every method', async () => {
    for (const path of ['/nothing', '/api/v1/nothing', '/api/v2/nothing']) {
      expect((await gateway.get(path, { method: 'DELETE' })).status).toBe(404);
    }
    expect((await gateway.get('/livez', { method: 'DELETE' })).status).toBe(405);
  });

  test('OPTIONS allows what a browser asks for', async () => {
    const response = await gateway.get(PAY, {
      method: 'OPTIONS',
      headers: { 'Access-Control-Request-Headers': 'authorization, date' },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-headers')).toBe('authorization, date');
    expect(response.headers.get('access-control-allow-methods')).toMatch(/GET/);
  });

  test.each([
    [PAY, 'application/json; charset=UTF-8'],
    ['/api/v2/pay', 'application/problem+json'],
  ])('other methods are refused: %s', async (path, type) => {
    const response = await gateway.get(path, { method: 'POST', body: '{}' });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
    expect(response.headers.get('content-type')).toBe(type);
  });
});

describe('failures', () => {
  test('an unknown error is a bare 500 with an id', async () => {
    gateway.state.payError = new Error('secret text');
    const { status, body } = await gateway.json('/api/v2/pay?occupation=2134');
    expect(status).toBe(500);
    expect(body).toMatchObject({ type: '/problems/internal', errorId: expect.any(String) });
    expect(JSON.stringify(body)).not.toMatch(/secret|at /);
    expect((await gateway.json(PAY)).body).toMatchObject({ error: expect.any(String), code: 500 });
  });

  test('a call that hangs is given up at the deadline', async () => {
    gateway.state.payDelay = 5_000;
    const { status, body } = await inTime(3_000, gateway.json('/api/v2/pay?occupation=2134'));
    expect(status).toBe(504);
    expect(body).toMatchObject({ type: '/problems/deadline-exceeded' });
  });

  test('a profile goes out without the part that fails, and is not kept', async () => {
    gateway.state.down.add('employment');
    const path = '/api/v2/occupations/2134/profile';
    const { status, headers, body } = await gateway.json(path);
    expect(status).toBe(200);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).toMatchObject({
      occupation: { status: 'ok', code: '2134' },
      pay: { status: 'ok' },
      employment: { status: 'unavailable', detail: expect.any(String) },
      replacementDemand: { status: 'unavailable' },
    });
    gateway.state.down.delete('employment');
    expect((await gateway.json(path)).body).toMatchObject({ employment: { status: 'ok' } });
  });

  test('a part that hangs does not take the rest with it', async () => {
    gateway.state.payDelay = 5_000;
    const { status, body } = await gateway.json('/api/v2/occupations/2134/profile');
    expect(status).toBe(200);
    expect(body).toMatchObject({ pay: { status: 'unavailable' }, employment: { status: 'ok' } });
  });

  test('no part at all is a failure', async () => {
    for (const name of ['pay', 'employment', 'occupations'] as const) gateway.state.down.add(name);
    expect((await gateway.get('/api/v2/occupations/2134/profile')).status).toBe(503);
  });

  test.each([
    ['resource-exhausted', 429],
    ['conflict', 409],
    ['not-available', 404],
  ] as const)('%s is status %d in v2', async (code, status) => {
    gateway.state.payError = new LmiError(code, 'text');
    expect((await gateway.get('/api/v2/pay?occupation=2134')).status).toBe(status);
  });
});

describe('start and stop', () => {
  test('is ready only when every service has told its releases', async () => {
    expect((await gateway.json('/readyz')).body).toMatchObject({
      services: { pay: true, employment: true, occupations: true },
    });
  });

  test('drains: not ready, alive, serving; then closes with kept-alive connections open', async () => {
    await gateway.get(PAY);
    gateway.service.drain();
    expect((await gateway.get('/readyz')).status).toBe(503);
    expect((await gateway.get('/livez')).status).toBe(200);
    const response = await gateway.get(PAY);
    expect(response.status).toBe(200);
    expect(response.headers.get('connection')).toBe('close');
  });

  test('a request in flight is finished while closing', async () => {
    gateway.state.payDelay = 200;
    const flying = new Promise<number | undefined>((resolve, reject) => {
      const request = httpRequest(`${gateway.base}${PAY}`, (response) => {
        response.resume().on('end', () => resolve(response.statusCode));
      });
      request.on('error', reject).end();
    });
    await until(() => gateway.state.calls.getPay === 1);
    const closing = gateway.close();
    expect(await flying).toBe(200);
    await closing;
    await expect(gateway.get('/livez')).rejects.toThrow();
  });
});
