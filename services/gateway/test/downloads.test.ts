import { createHash } from 'node:crypto';
import { fakeTable } from '../testing/fake-tables';
import { runGateway, type RunningGateway } from '../testing/running-gateway';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await runGateway();
});
afterAll(() => gateway.close());

const FILE = '/api/v2/datasets/ashe/download.csv';

describe('a whole table', () => {
  test('comes with its checksum, name, licence and description', async () => {
    const response = await gateway.get(FILE);
    const text = await response.text();
    const digest = createHash('sha256').update(text);
    expect(response.status).toBe(200);
    expect(text).toBe(fakeTable);
    expect(response.headers.get('content-type')).toMatch(/^text\/csv/);
    expect(response.headers.get('repr-digest')).toBe(`sha-256=:${digest.digest('base64')}:`);
    expect(response.headers.get('content-disposition')).toContain('ashe-2025-0a1b2c3d.cell.csv');
    expect(response.headers.get('data-version')).toBe('ashe-2025-0a1b2c3d');
    const link = response.headers.get('link')!;
    expect(link).toMatch(/rel="license"/);
    const described = /<([^>]+)>; rel="describedby"/.exec(link)![1]!;
    expect((await gateway.json(described)).body).toMatchObject({
      tables: [{ url: expect.stringContaining(FILE), tableSchema: { primaryKey: ['code'] } }],
    });
  });

  test.each([
    ['bytes=0-9', 0, 10],
    ['bytes=100-399', 100, 400],
    ['bytes=500-', 500, undefined],
    ['bytes=-7', -7, undefined],
  ])('%s is a part of it', async (range, start, end) => {
    const response = await gateway.get(FILE, { headers: { Range: range } });
    expect(response.status).toBe(206);
    expect(await response.text()).toBe(fakeTable.slice(start, end));
    expect(response.headers.get('content-range')).toMatch(
      new RegExp(`^bytes \\d+-\\d+/${fakeTable.length}$`),
    );
  });

  test('a broken download goes on where it broke off, and not on another version', async () => {
    const etag = (await gateway.get(FILE, { method: 'HEAD' })).headers.get('etag')!;
    const rest = await gateway.get(FILE, { headers: { Range: 'bytes=300-', 'If-Range': etag } });
    expect([rest.status, await rest.text()]).toEqual([206, fakeTable.slice(300)]);
    const whole = await gateway.get(FILE, { headers: { Range: 'bytes=300-', 'If-Range': '"other"' } });
    expect([whole.status, await whole.text()]).toEqual([200, fakeTable]);
    const same = await gateway.get(FILE, { headers: { 'If-None-Match': etag } });
    expect(same.status).toBe(304);
  });

  test('a range beyond it is a 416 with its length; several ranges are answered whole', async () => {
    const beyond = await gateway.get(FILE, { headers: { Range: 'bytes=99999-' } });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([
      416,
      `bytes */${fakeTable.length}`,
    ]);
    expect((await gateway.get(FILE, { headers: { Range: 'bytes=0-1,5-6' } })).status).toBe(200);
  });

  test('HEAD has the head alone', async () => {
    const head = await gateway.get(FILE, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([
      200,
      String(fakeTable.length),
      '',
    ]);
  });

  test.each([
    ['/api/v2/datasets/none/download.csv', 404, 'id'],
    [`${FILE}?table=other`, 400, 'table'],
    [`${FILE}?dataVersion=ashe-1999-00000000`, 400, 'dataVersion'],
    [`${FILE}?colour=red`, 400, 'colour'],
  ])('%s is refused', async (path, status, field) => {
    const answer = await gateway.json(path);
    expect(answer).toMatchObject({ status, body: { field, validValues: expect.any(Array) } });
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
  });

  test('other methods are refused', async () => {
    const response = await gateway.get(FILE, { method: 'POST' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });
});

test('changes read page after page until both releases are at their ends', async () => {
  const version = 'ashe-2025-0a1b2c3d';
  const path = `/api/v2/datasets/ashe/changes?from=${version}&to=${version}`;
  const all = (await gateway.json(path)).body as { changes: { kind: string }[]; nextCursor?: string };
  expect(all.changes.map(({ kind }) => kind)).toEqual(['changed', 'added']);
  expect(all.nextCursor).toBeUndefined();
  const first = await gateway.json(`${path}&limit=1`);
  expect(first.body).toMatchObject({
    changes: [{ kind: 'changed', before: { value: 1 }, after: { value: 2 } }],
  });
  const next = /<([^>]+)>; rel="next"/.exec(first.headers.get('link')!)![1]!;
  expect((await gateway.json(next)).body).toMatchObject({
    changes: [{ kind: 'added', key: { code: 'c99' } }],
  });
});

test('without a release before, changes are not available', async () => {
  expect(await gateway.json('/api/v2/datasets/ashe/changes')).toMatchObject({
    status: 404,
    body: { code: 'not-available', field: 'from' },
  });
});

test.each([
  ['/api/v2/datasets.atom', 5],
  ['/api/v2/datasets/ashe/releases.atom', 1],
])('%s is a feed of releases', async (path, least) => {
  const response = await gateway.get(path);
  const text = await response.text();
  expect(response.headers.get('content-type')).toBe('application/atom+xml; charset=utf-8');
  expect(text.match(/<entry>/g)!.length).toBeGreaterThanOrEqual(least);
  expect(text).toContain('ashe-2025-0a1b2c3d');
  const again = await gateway.get(path, { headers: { 'If-None-Match': response.headers.get('etag')! } });
  expect(again.status).toBe(304);
});
