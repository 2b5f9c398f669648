import { gzipSync } from 'node:zlib';
import { BODY_LIMIT } from '../src/http/body';
import { runGateway, type RunningGateway } from '../testing/running-gateway';

let gateway: RunningGateway;
beforeEach(async () => {
  gateway = await runGateway();
});
afterEach(() => gateway.close());

const BATCH = '/api/v2/batch';
const PAY = '/api/v2/pay?occupation=2134';
const JSON_BODY = { 'Content-Type': 'application/json' };

async function send(
  body: NonNullable<RequestInit['body']> | null,
  headers: Record<string, string> = JSON_BODY,
) {
  const response = await gateway.get(BATCH, { method: 'POST', headers, body });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

describe('a body', () => {
  test.each([
    ['malformed', '{"requests":', 400, 'invalid-argument', 'body'],
    ['of another shape', '[]', 400, 'invalid-argument', 'body'],
    ['null', 'null', 400, 'invalid-argument', 'body'],
    ['without a member', '{}', 400, 'invalid-argument', 'requests'],
    ['with a strange member', '{"requests":["/api/v2/pay"],"more":1}', 400, 'invalid-argument', 'more'],
    ['wrong inside', '{"requests":["/api/v2/pay","/x"]}', 400, 'invalid-argument', 'requests[1]'],
    ['too long', ' '.repeat(BODY_LIMIT + 1), 413, 'too-large', 'body'],
  ])('%s is refused and the place named', async (_name, text, status, code, field) => {
    const answer = await send(text);
    expect(answer).toMatchObject({ status, body: { type: `/problems/${code}`, status, field } });
    expect(answer.body.traceId).toMatch(/^[\da-f]{32}$/);
  });

  test('of another type, or none, is a 415', async () => {
    for (const headers of [{ 'Content-Type': 'text/plain' }, {}] as Record<string, string>[]) {
      expect(await send('{}', headers)).toMatchObject({
        status: 415,
        body: { type: '/problems/unsupported-media-type' },
      });
    }
    expect(await send(null)).toMatchObject({ status: 400, body: { field: 'requests' } });
    expect((await send('{}', { 'Content-Type': 'application/json; charset=x-none' })).status).toBe(415);
  });

  test('compressed is read, within the same limit', async () => {
    const packed = (text: string) =>
      send(new Uint8Array(gzipSync(text)), { ...JSON_BODY, 'Content-Encoding': 'gzip' });
    expect((await packed(JSON.stringify({ requests: [PAY] }))).status).toBe(200);
    expect((await packed(' '.repeat(BODY_LIMIT + 1))).status).toBe(413);
  });

  test('no cache outside keeps an answer to it', async () => {
    const { headers } = await gateway.post(BATCH, { requests: [PAY] });
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('etag')).toBeNull();
    expect((await gateway.post(BATCH, {})).headers.get('cache-control')).toBe('no-store');
  });
});

test('GET is refused where only POST is answered', async () => {
  for (const method of ['GET', 'HEAD', 'PUT']) {
    const response = await gateway.get(BATCH, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST, OPTIONS');
  }
  const preflight = await gateway.get(BATCH, { method: 'OPTIONS' });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-methods')).toBe('POST, OPTIONS');
});

interface Part {
  path: string;
  status: number;
  etag?: string;
  body: unknown;
}

describe('batch', () => {
  async function batch(requests: readonly string[]): Promise<Part[]> {
    const { status, body } = await gateway.post(BATCH, { requests });
    expect(status).toBe(200);
    return (body as { responses: Part[] }).responses;
  }

  test('gives what each GET gives, in the order asked', async () => {
    const paths = [
      PAY,
      '/api/v2/occupations/2134/profile',
      '/api/v2/occupations/2134',
      '/api/v2/pay?occupation=x',
      '/api/v2/occupations/%E0',
      '/api/v2/none',
      PAY,
    ];
    const parts = await batch(paths);
    expect(parts.map(({ path }) => path)).toEqual(paths);
    for (const [at, path] of paths.entries()) {
      const { status, headers, body } = await gateway.json(path);
      if (path.includes('%E0')) continue; // The router's own error in a GET.
      const { traceId: _one, ...alone } = body as Record<string, unknown>;
      const { traceId: _other, ...within } = parts[at]!.body as Record<string, unknown>;
      expect([path, parts[at]!.status, within]).toEqual([path, status, alone]);
      expect(parts[at]!.etag ?? null).toBe(headers.get('etag'));
    }
    expect(parts[4]!.status).toBe(404);
  });

  test('equal questions are one call; what is kept is not asked again', async () => {
    await batch(Array.from({ length: 100 }, () => PAY));
    await gateway.get(PAY);
    expect(gateway.state.calls.getPay).toBe(1);
  });

  test('asks no batch, no other version and no more than 100', async () => {
    expect((await batch([BATCH]))[0]!.status).toBe(404);
    const refused = await gateway.post(BATCH, { requests: ['/api/v1/soc/code/2136'] });
    expect(refused).toMatchObject({ status: 400, body: { field: 'requests[0]' } });
    const many = await gateway.post(BATCH, { requests: Array.from({ length: 101 }, () => PAY) });
    expect(many).toMatchObject({ status: 400, body: { field: 'requests' } });
  });

  test('one part that fails or hangs leaves the others, within one deadline', async () => {
    gateway.state.payDelay = 5_000;
    gateway.state.down.add('employment');
    const parts = await batch([PAY, '/api/v2/employment?occupation=2134', '/api/v2/occupations/2134']);
    expect(parts.map(({ status }) => status)).toEqual([504, 503, 200]);
  });
});
