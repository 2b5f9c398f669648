import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  batch,
  createLmiClient,
  dataVersionsOf,
  LmiError,
  pages,
  question,
  rateLimitOf,
  readCell,
  unwrap,
  valueAccepting,
  type Cell,
} from '../src/index.ts';

/** A cell as it comes over the wire. */
function cellOf(value: number | null, marks: string[]): Cell {
  return JSON.parse(
    JSON.stringify({
      value,
      marks,
      unit: 'GBP/week',
      period: '2025',
      source: { dataset: 'ashe', release: 'ashe-2025-1', licence: 'OGL-UK-3.0', table: '14.1a' },
    }),
  ) as Cell;
}

describe('readCell', () => {
  it('gives a number whose marks are about precision alone as plain', () => {
    expect(readCell(cellOf(865.9, ['reliable']))).toMatchObject({
      kind: 'plain',
      value: 865.9,
      precision: 'reliable',
    });
  });

  it('gives a number with the marks that call for care', () => {
    expect(readCell(cellOf(0, ['reasonable', 'modelled', 'provisional']))).toMatchObject({
      kind: 'cautioned',
      value: 0,
      precision: 'reasonable',
      cautions: ['modelled', 'provisional'],
    });
  });

  it('gives reasons and no value where there is no number', () => {
    const figure = readCell(cellOf(null, ['confidential', 'modelled']));
    expect(figure).toMatchObject({ kind: 'withheld', reasons: ['confidential', 'modelled'] });
    expect(figure).not.toHaveProperty('value');
    expect(readCell(cellOf(null, []))).toMatchObject({ kind: 'withheld', reasons: ['not-available'] });
  });

  it('hands out a number for calculations only when all its cautions are accepted', () => {
    const cell = cellOf(10, ['modelled', 'coarser']);
    expect(valueAccepting(cell, ['modelled', 'coarser'])).toBe(10);
    expect(valueAccepting(cell, ['modelled'])).toBeUndefined();
    expect(valueAccepting(cellOf(10, ['reliable']), [])).toBe(10);
    expect(valueAccepting(cellOf(null, ['modelled']), ['modelled'])).toBeUndefined();
  });
});

describe('the client, against a server that fails', () => {
  let server: Server;
  let asked: string[];
  let answers: ((response: ServerResponse, request: IncomingMessage) => void)[];
  let baseUrl: string;

  beforeEach(async () => {
    asked = [];
    answers = [];
    server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      const answer = answers.shift();
      if (answer) answer(response, request);
      else request.socket.destroy();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const status =
    (code: number, headers: Record<string, string> = {}) =>
    (response: ServerResponse) => {
      response.writeHead(code, { 'Content-Type': 'application/problem+json', ...headers });
      response.end(
        JSON.stringify({ type: '/problems/x', title: 'x', status: code, detail: 'Not so.', traceId: '0' }),
      );
    };
  const json = (body: unknown) => (response: ServerResponse) => {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(body));
  };

  it('waits for as long as Retry-After says, and asks again', async () => {
    answers.push(status(429, { 'Retry-After': '1' }), json({ hits: [], releases: [] }));
    const started = Date.now();
    const data = await unwrap(
      createLmiClient({ baseUrl }).GET('/api/v2/occupations', { params: { query: { q: 'nurse' } } }),
    );
    expect(data.hits).toEqual([]);
    expect(Date.now() - started).toBeGreaterThanOrEqual(990);
    expect(asked).toEqual(['GET /api/v2/occupations?q=nurse', 'GET /api/v2/occupations?q=nurse']);
  });

  it('does not ask again before the time that the server named, when that is too far off', async () => {
    answers.push(status(429, { 'Retry-After': '3600' }));
    const { error, response } = await createLmiClient({ baseUrl }).GET('/api/v2/datasets');
    expect(response.status).toBe(429);
    expect(error?.detail).toBe('Not so.');
    expect(asked).toHaveLength(1);
  });

  it('reads a Retry-After that is a date', async () => {
    answers.push(status(503, { 'Retry-After': new Date(Date.now() + 3_600_000).toUTCString() }));
    const { response } = await createLmiClient({ baseUrl }).GET('/api/v2/datasets');
    expect(response.status).toBe(503);
    expect(asked).toHaveLength(1);
  });

  it('asks again after a lost connection, and gives up after the retries', async () => {
    answers.push((response) => response.destroy(), json({ datasets: [] }));
    const lmi = createLmiClient({ baseUrl, retries: 1 });
    expect((await lmi.GET('/api/v2/datasets')).data).toEqual({ datasets: [] });
    expect(asked).toHaveLength(2);
    await expect(lmi.GET('/api/v2/datasets')).rejects.toThrow();
    expect(asked).toHaveLength(4);
  });

  it('counts an attempt that takes too long as failed', async () => {
    answers.push(() => undefined, json({ datasets: [] }));
    const lmi = createLmiClient({ baseUrl, timeoutMs: 200 });
    expect((await lmi.GET('/api/v2/datasets')).data).toEqual({ datasets: [] });
  });

  it('does not repeat what is the caller’s slip, and throws it on demand', async () => {
    answers.push(status(400));
    const call = unwrap(createLmiClient({ baseUrl }).GET('/api/v2/datasets'));
    await expect(call).rejects.toThrow(LmiError);
    await expect(call).rejects.toMatchObject({ status: 400, message: 'Not so.', problem: { traceId: '0' } });
    expect(asked).toHaveLength(1);
  });

  it('follows cursors to the last page, and not in a circle', async () => {
    const page = (nextCursor?: string) => json({ courses: [], total: 0, nextCursor, releases: [] });
    answers.push(page('a b'), page('c'), page());
    const lmi = createLmiClient({ baseUrl });
    const follow = async () => {
      let count = 0;
      const list = pages((cursor) => lmi.GET('/api/v2/courses', { params: { query: { cursor } } }));
      for await (const one of list) count += one.courses.length + 1;
      return count;
    };
    expect(await follow()).toBe(3);
    expect(asked).toEqual([
      'GET /api/v2/courses',
      'GET /api/v2/courses?cursor=a%20b',
      'GET /api/v2/courses?cursor=c',
    ]);
    answers.push(page('a'), page('a'), page());
    await expect(follow()).rejects.toThrow('circle');
  });

  it('asks many questions by the hundred, each answered or not for itself', async () => {
    const answer = (response: ServerResponse, request: IncomingMessage) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        const { requests } = JSON.parse(text) as { requests: string[] };
        const responses = requests.map((path) =>
          path.includes('q=none')
            ? { path, status: 404, body: { type: '/problems/not-found', detail: 'No.' } }
            : { path, status: 200, body: { hits: [{ title: path }], releases: [] } },
        );
        json({ responses })(response);
      });
    };
    answers.push(answer, answer);
    const questions = Array.from({ length: 102 }, (_, index) =>
      question('/api/v2/occupations', { query: { q: index === 100 ? 'none' : `a ${index}`, limit: 1 } }),
    );
    const found = await batch(createLmiClient({ baseUrl }), questions);
    expect(asked).toEqual(['POST /api/v2/batch', 'POST /api/v2/batch']);
    expect(found).toHaveLength(102);
    expect(found[101]!.data?.hits[0]?.title).toBe('/api/v2/occupations?q=a%20101&limit=1');
    expect(found[100]).toEqual({ status: 404, problem: { type: '/problems/not-found', detail: 'No.' } });
    expect(question('/api/v2/occupations/{code}', { path: { code: '2134' } }).address).toBe(
      '/api/v2/occupations/2134',
    );
  });

  it('pins every GET to releases, but for one that names others', async () => {
    answers.push(json({ areas: [] }), json({ areas: [] }));
    const lmi = createLmiClient({ baseUrl, dataVersions: ['ashe-2025-1', 'soc-2025-2'] });
    await lmi.GET('/api/v2/areas', { params: { query: { type: 'region' } } });
    await lmi.GET('/api/v2/areas', { params: { query: { dataVersion: 'areas-2025-3' } } });
    expect(asked).toEqual([
      'GET /api/v2/areas?type=region&dataVersion=ashe-2025-1%2Csoc-2025-2',
      'GET /api/v2/areas?dataVersion=areas-2025-3',
    ]);
  });

  it('sends the headers it was given', async () => {
    let sent: unknown;
    answers.push((response, request) => {
      sent = [request.headers['x-purpose'], request.headers['x-api-key']];
      json({ datasets: [] })(response);
    });
    await createLmiClient({ baseUrl, apiKey: 'a-key', headers: { 'X-Purpose': 'test' } }).GET(
      '/api/v2/datasets',
    );
    expect(sent).toEqual(['test', 'a-key']);
  });
});

describe('what the headers of an answer say', () => {
  const response = (headers: Record<string, string>) => new Response('', { headers });

  it('is how many requests are left', () => {
    const headers = { RateLimit: '"address";r=2999;t=58', 'RateLimit-Policy': '"address";q=3000;w=60' };
    expect(rateLimitOf(response(headers))).toEqual({
      limit: 3000,
      remaining: 2999,
      resetSeconds: 58,
      windowSeconds: 60,
    });
    expect(rateLimitOf(response({}))).toBeUndefined();
    expect(rateLimitOf(response({ ...headers, RateLimit: 'soon' }))).toBeUndefined();
  });

  it('is which releases it comes from', () => {
    expect(dataVersionsOf(response({ 'Data-Version': 'soc-1, ashe-2' }))).toEqual(['soc-1', 'ashe-2']);
    expect(dataVersionsOf(response({}))).toEqual([]);
  });
});
