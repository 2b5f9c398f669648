import { runGateway, type RunningGateway } from '../testing/running-gateway';

let gateway: RunningGateway;
beforeEach(async () => {
  gateway = await runGateway();
});
afterEach(() => gateway.close());

const PAY = '/api/v2/pay?occupation=2134&year=2025';

async function serveAnotherEdition(): Promise<string> {
  const version = (await gateway.json(PAY)).headers.get('data-version')!;
  gateway.state.payEdition = '2026';
  while ((await gateway.json(PAY)).headers.get('data-version') === version) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return version;
}

test('a pinned release answers under its own tag, and the calls carry it', async () => {
  const old = await serveAnotherEdition();
  const pinned = `${PAY}&dataVersion=${old}`;
  for (const ending of ['', '.csv', '.jsonstat']) {
    const path = pinned.replace('?', `${ending}?`);
    const one = await gateway.get(path);
    expect([path, one.status, one.headers.get('data-version')]).toEqual([path, 200, old]);
    const tag = one.headers.get('etag')!;
    expect(tag).toBeTruthy();
    expect((await gateway.get(path, { headers: { 'If-None-Match': tag } })).status).toBe(304);
    expect((await gateway.get(path.replace(/&dataVersion.*/, ''))).headers.get('etag')).not.toBe(tag);
  }
  expect((await gateway.json(`${pinned}&fallBack=false`)).body).toMatchObject({
    releases: [{ version: old }],
  });
  expect(gateway.state.pins).toEqual([old]);
});

test('pins in another order are one question', async () => {
  const versions = ['soc-2020-0a1b2c3d', 'ashe-2025-0a1b2c3d'];
  const tags = [];
  for (const order of [versions, [...versions].reverse()]) {
    const { status, headers } = await gateway.json(`${PAY}&dataVersion=${order.join(',')}`);
    expect(status).toBe(200);
    tags.push(headers.get('etag'));
  }
  expect(tags[0]).toBe(tags[1]);
});

test('the catalogue of datasets shows the pinned release', async () => {
  const old = await serveAnotherEdition();
  const { body } = await gateway.json(`/api/v2/datasets?dataVersion=${old}`);
  expect(body).toMatchObject({
    datasets: expect.arrayContaining([expect.objectContaining({ version: old })]),
  });
  expect((await gateway.json(`/api/v2/datasets/ashe?dataVersion=${old}`)).body).toMatchObject({
    version: old,
  });
});

test.each([
  ['/api/v2/pay?occupation=2134&dataVersion=ashe-1999-00000000', ['ashe-2025-0a1b2c3d']],
  ['/api/v2/datasets?dataVersion=ashe-1999-00000000', ['ashe-2025-0a1b2c3d']],
])('%s names the valid versions', async (path, validValues) => {
  expect(await gateway.json(path)).toMatchObject({
    status: 400,
    body: { code: 'invalid-argument', field: 'dataVersion', validValues },
  });
});

test.each(['x', '1-2', 'a b', Array.from({ length: 21 }, (_, at) => `soc-${at}`).join()])(
  'dataVersion=%s cannot be read',
  async (text) => {
    const { status, body } = await gateway.json(`${PAY}&dataVersion=${encodeURIComponent(text)}`);
    expect([status, body]).toMatchObject([400, { field: 'dataVersion' }]);
  },
);
