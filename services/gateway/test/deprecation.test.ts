import { deprecationHeaders } from '../src/http/deprecation';
import { runGateway, type RunningGateway } from '../testing/running-gateway';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await runGateway();
});
afterAll(() => gateway.close());

const OLD = '/api/ashe/estimatePay?soc=2136';

test('the addresses of before v1 say that they are going, when, and what takes their place', async () => {
  const fresh = await gateway.get(OLD);
  expect(fresh.status).toBe(200);
  const tag = fresh.headers.get('etag')!;
  const answers = [
    fresh,
    await gateway.get(OLD),
    await gateway.get(OLD, { method: 'HEAD' }),
    await gateway.get(OLD, { headers: { 'If-None-Match': tag } }),
    await gateway.get(`${OLD}&callback=f`),
    await gateway.get('/api/ashe/estimatePay?soc=x'),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 304, 200, 400]);
  for (const { headers } of answers) {
    expect(headers.get('deprecation')).toBe(`@${Date.UTC(2026, 10, 1) / 1000}`);
    expect(headers.get('sunset')).toBe('Sat, 01 Jan 2028 00:00:00 GMT');
    expect(headers.get('link')).toContain('</compatibility>; rel="deprecation"');
    expect(headers.get('access-control-expose-headers')).toMatch(/Deprecation.*Sunset/);
  }
  expect(fresh.headers.get('link')).toContain('</api/v1/ashe/estimatePay?soc=2136>; rel="successor-version"');
});

test('v1 and v2 are not going', async () => {
  for (const path of ['/api/v1/ashe/estimatePay?soc=2136', '/api/v2/pay?occupation=2134']) {
    const { headers } = await gateway.get(path);
    expect(headers.has('deprecation')).toBe(false);
    expect(headers.has('sunset')).toBe(false);
  }
});

test('a day without an end has no Sunset', () => {
  expect(deprecationHeaders({ since: '2027-01-01' })).toEqual([
    'Deprecation',
    '@1798761600',
    'Link',
    '</compatibility>; rel="deprecation"',
  ]);
});
