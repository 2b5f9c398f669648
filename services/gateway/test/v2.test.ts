import { problemKinds } from '../src/http/problem';
import { runGateway, type RunningGateway } from '../testing/running-gateway';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await runGateway();
});
afterAll(() => gateway.close());

test('a figure never travels alone', async () => {
  const { status, headers, body } = await gateway.json(
    '/api/v2/pay?occupation=2134&year=2025&statistics=median&sex=female',
  );
  expect(status).toBe(200);
  const place = { occupation: '2134', classification: 'soc2020', area: 'K02000001' };
  expect(body).toEqual({
    measure: 'weekly-pay',
    observations: [
      {
        year: 2025,
        statistic: 'median',
        sex: 'female',
        workingPattern: 'all',
        area: 'K02000001',
        age: 'all',
        cell: {
          value: 804.6,
          unit: 'GBP/week',
          period: '2025',
          marks: ['reasonable'],
          cv: 6.1,
          asked: place,
          answered: place,
          source: { dataset: 'ashe', release: 'ashe-2025-0a1b2c3d', licence: 'OGL-UK-3.0', table: '14.1a' },
        },
      },
    ],
    releases: [expect.objectContaining({ version: 'ashe-2025-0a1b2c3d', attribution: expect.any(String) })],
  });
  expect(headers.get('cache-control')).toBe(
    'public, max-age=60, s-maxage=2, stale-while-revalidate=2, stale-if-error=86400',
  );
  expect(headers.get('link')).toMatch(/^<https:.*>; rel="license"$/);
});

test('a withheld figure is null with its marks', async () => {
  const { body } = await gateway.json('/api/v2/pay?occupation=2134&area=N92000002&year=2025&statistics=mean');
  expect(body).toMatchObject({
    observations: [{ cell: { value: null, marks: ['unreliable', 'not-available'] } }],
  });
});

test('a plus sign that was not encoded still names the age band', async () => {
  const { status, body } = await gateway.json('/api/v2/pay?occupation=2134&age=60+&year=2025');
  expect(status).toBe(200);
  expect(body).toMatchObject({ observations: [{ age: '60+' }, { age: '60+' }] });
});

test('a blank parameter counts as left out', async () => {
  const blank = await gateway.get('/api/v2/employment?occupation=2134&breakdown=&area=');
  expect(await blank.text()).toBe(await (await gateway.get('/api/v2/employment?occupation=2134')).text());
});

test('datasets are listed by id with what must travel with them', async () => {
  const { body } = await gateway.json('/api/v2/datasets');
  expect(body).toMatchObject({
    datasets: [
      'apprenticeships',
      'areas',
      'ashe',
      'courses',
      'graduate-destinations',
      'occupation-skills',
      'onet',
      'onet-link',
      'outcodes',
      'projections',
      'sample-adverts',
      'soc',
      'vacancy-counts',
    ].map((id) => ({ id, attribution: expect.any(String) })),
  });
});

test('a profile is one small answer', async () => {
  const text = await (await gateway.get('/api/v2/occupations/2134/profile')).text();
  expect(Buffer.byteLength(text)).toBeLessThan(60_000);
});

test.each<[string, number, object]>([
  ['/pay', 400, { type: '/problems/invalid-argument', field: 'occupation' }],
  ['/pay?occupation=x', 400, { field: 'occupation', detail: expect.stringMatching(/1 to 4 digits/) }],
  [
    '/pay?occupation=2134&colour=red',
    400,
    { field: 'colour', validValues: expect.arrayContaining(['measure', 'sex']) },
  ],
  ['/pay?occupation=2134&sex=2', 400, { field: 'sex', validValues: ['all', 'male', 'female'] }],
  [
    '/pay?occupation=2134&statistics=mean,mode',
    400,
    { field: 'statistics', validValues: expect.arrayContaining(['p25']) },
  ],
  ['/pay?occupation=2134&year=2025&minYear=2024', 400, { field: 'year' }],
  ['/pay?occupation=2134&minYear=2025&maxYear=2024', 400, { field: 'minYear' }],
  ['/pay?occupation=2134&occupation=2135', 400, { field: 'occupation' }],
  ['/pay?occupation=1234', 404, { type: '/problems/not-found' }],
  ['/pay?occupation=2134&area=XX', 400, { type: '/problems/invalid-argument', field: 'area' }],
  ['/occupations', 400, { field: 'q' }],
  ['/occupations?q=', 400, { field: 'q' }],
  ['/pay?occupation=2134&colour=', 400, { field: 'colour' }],
  ['/occupations/1234', 404, { type: '/problems/not-found' }],
  ['/occupations/1234/profile', 404, { type: '/problems/not-found' }],
  ['/occupations/%ZZ', 400, { type: '/problems/invalid-argument' }],
  ['/datasets/none', 404, { field: 'id', validValues: expect.arrayContaining(['ashe']) }],
  ['/nothing', 404, { type: '/problems/unknown-path' }],
  ['/PAY?occupation=2134', 404, { type: '/problems/unknown-path' }],
])('%s', async (path, status, expected) => {
  for (const round of [1, 2]) {
    const { headers, body, ...answer } = await gateway.json(`/api/v2${path}`);
    expect([round, answer.status]).toEqual([round, status]);
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(headers.get('content-length')).toBe(String(Buffer.byteLength(JSON.stringify(body))));
    expect(body).toMatchObject({ ...expected, status, traceId: headers.get('x-trace-id') });
    const { type } = body as { type: string };
    expect((await gateway.get(type)).status).toBe(200);
  }
});

test('every problem type has a page; others have none', async () => {
  for (const code of Object.keys(problemKinds)) {
    const response = await gateway.get(`/problems/${code}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/html/);
  }
  expect((await gateway.get('/problems/constructor')).status).toBe(404);
});

test('the home page loads nothing from other hosts, by its text and by its policy', async () => {
  const response = await gateway.get('/');
  const text = await response.text();
  expect(text).toMatch(/<html lang="en"/);
  expect(text).not.toMatch(/src="(?:https?:)?\/\//);
  expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'self'/);
  expect(response.headers.get('content-security-policy')).not.toContain('unsafe');
  const files = [...text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, file]) => file!);
  expect(files.length).toBeGreaterThan(1);
  for (const file of files) {
    const loaded = await gateway.get(file);
    expect([file, loaded.status, loaded.headers.get('cache-control')]).toEqual([
      file,
      200,
      'public, max-age=31536000, immutable',
    ]);
  }
});

test('a browser gets a page where there is nothing, a program a problem', async () => {
  const page = await gateway.get('/nothing', { headers: { accept: 'text/html' } });
  expect([page.status, page.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
  const found = await gateway.get('/api/v2/nothing', { headers: { accept: 'text/html' } });
  expect([found.status, found.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
});

test('a page has an ETag that holds while its figures do', async () => {
  const etag = (await gateway.get('/')).headers.get('etag')!;
  expect((await gateway.get('/', { headers: { 'if-none-match': etag } })).status).toBe(304);
  expect((await gateway.get('/', { method: 'POST' })).status).toBe(405);
});
