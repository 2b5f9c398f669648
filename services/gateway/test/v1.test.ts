import { connect } from 'node:net';
import { runGateway, type RunningGateway } from '../testing/running-gateway';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await runGateway();
});
afterAll(() => gateway.close());

const series = [
  { year: 2023, estpay: 780 },
  { year: 2024, estpay: 790 },
  { year: 2025, estpay: 800 },
];

describe('shapes', () => {
  test.each<[string, unknown]>([
    ['/ashe/estimatePay?soc=2136', { soc: 2136, series }],
    ['/ashe/estimatePay?coarse=true&soc=2136', { soc: 21, series }],
    ['/ashe/estimateHours?soc=2136&filters=region%3A11', { soc: 2136, series: expect.any(Array) }],
    [
      '/ashe/annualChanges?soc=2136&filters=region:11',
      {
        soc: 2136,
        annual_changes: [
          { year: 2023, change: 2.3 },
          { year: 2024, change: 2.3 },
          { year: 2025, change: 2.3 },
        ],
      },
    ],
    [
      '/ashe/estimatePayMD?soc=2136&accessKey=KEY',
      {
        median: 804.6,
        deciles: {
          '10': 805.6,
          '20': 806.6,
          '30': 807.6,
          '40': 808.6,
          '60': 809.6,
          '70': 810.6,
          '80': 811.6,
          '90': 812.6,
        },
      },
    ],
    ['/ashe/filters', ['gender', 'region', 'status', 'age']],
    ['/wf/replacement_demand?soc=2136', { soc: 2136, start_year: 2020, end_year: 2035, rate: 160000 }],
    [
      '/wf/predict?soc=2136&minYear=2024&maxYear=2024',
      { soc: 2136, predictedEmployment: [{ year: 2024, employment: 4003 }] },
    ],
    ['/wf/predict?soc=2136&minYear=2030&maxYear=2022', { soc: 2136, predictedEmployment: [] }],
    ['/wf/predict?soc=2136&minYear=2090', { soc: 2136, predictedEmployment: [] }],
    ['/soc/search?q=gobbledygook', []],
    [
      '/ashe/filter/gender',
      {
        name: 'gender',
        codings: [
          { name: 'Male', value: 1 },
          { name: 'Female', value: 2 },
        ],
      },
    ],
    [
      '/wf/filters/info/gender',
      {
        name: 'gender',
        description: 'Gender',
        coding: [
          { code: 1, description: 'Male' },
          { code: 2, description: 'Female' },
        ],
      },
    ],
  ])('%s', async (path, expected) => {
    const { status, headers, body } = await gateway.json(`/api/v1${path}`);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/json; charset=UTF-8');
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(body).toEqual(expected);
  });

  test('answers are compact UTF-8 JSON with their length', async () => {
    const response = await gateway.get('/api/v1/ashe/estimatePay?soc=2136');
    const text = await response.text();
    expect(text).toBe(JSON.stringify({ soc: 2136, series }));
    expect(response.headers.get('content-length')).toBe(String(Buffer.byteLength(text)));
    expect(response.headers.get('x-powered-by')).toBeNull();
  });

  test('a region breakdown of employment has all regions with figures, and says which has none', async () => {
    const { body } = await gateway.json('/api/v1/wf/predict/breakdown/region?soc=2136&maxYear=2021');
    const answer = body as { note: string; predictedEmployment: { breakdown: { code: number }[] }[] };
    expect(answer.predictedEmployment[0]!.breakdown.map(({ code }) => code)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
    ]);
    expect(answer.note).toMatch(/Northern Ireland/);
  });

  test('a code of SOC 2020 alone is accepted', async () => {
    expect(await gateway.json('/api/v1/soc/code/9139')).toMatchObject({ status: 200, body: { soc: 9139 } });
    expect(await gateway.json('/api/v1/ashe/estimatePay?soc=9139')).toMatchObject({
      body: { soc: 9139, series },
    });
  });
});

describe('errors and missing data', () => {
  test.each<[string, number, unknown]>([
    ['/soc/search?q=', 400, { error: 'Please give a string to search for.' }],
    ['/soc/search', 400, { error: 'Please give a string to search for.' }],
    ['/soc/search?q=++', 400, { error: 'Please give a string to search for.' }],
    ['/soc/code/1234', 400, { error: expect.any(String) }],
    ['/soc/code/%7Bv%7D', 400, { error: expect.any(String) }],
    ['/soc/code/%ZZ', 400, { error: expect.any(String) }],
    ['/ashe/estimatePay', 400, { error: expect.stringMatching(/^Please give a SOC code/) }],
    ['/ashe/estimatePay?soc=%7Bv%7D', 400, { error: expect.any(String) }],
    ['/ashe/estimatePay?soc=1234', 200, { soc: 1234, error: expect.any(String) }],
    ['/ashe/estimatePay?soc=2136&filters=region:12', 200, { soc: 2136, error: expect.any(String) }],
    ['/ashe/estimatePay?soc=2136&filters=qualification:2', 200, { soc: 2136, error: expect.any(String) }],
    ['/ashe/estimatePayMD?soc=2136', 403, { error: expect.any(String) }],
    ['/ashe/estimatePayMD?soc=1234&accessKey=k', 400, { error: expect.any(String) }],
    ['/ashe/filter/colour', 400, { error: expect.any(String) }],
    ['/wf/predict?soc=1234', 200, { soc: 1234, predictedEmployment: [], error: expect.any(String) }],
    ['/wf/replacement_demand?soc=1234', 200, { soc: 1234, error: expect.any(String) }],
    ['/wf/predict/breakdown/colour?soc=2136', 400, { error: expect.any(String) }],
    ['/ashe/estimatepay?soc=2136', 404, { error: expect.any(String) }],
    ['/lfs/unemployments?soc=2136', 404, { error: expect.any(String) }],
  ])('%s', async (path, status, expected) => {
    const answer = await gateway.json(`/api/v1${path}`);
    expect(answer).toMatchObject({ status, body: expected });
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  });
});

describe('odd addresses that clients send', () => {
  test.each([
    '/api/v1//ashe/estimatePay?soc=2136',
    '//api//v1/ashe//estimatePay?soc=2136',
    '/api/ashe/estimatePay?soc=2136',
    '/api/v1/ashe/estimatePay?&soc=2136',
    '/api/v1/ashe/estimatePay?soc=2136&',
    '/api/v1/ashe/estimatePay/?soc=2136',
    '/api/v1/ashe/estimatePay?soc=2136&_=1400000000&featureClass=P&style=full',
    '/api/v1/ashe/estimatePay?soc=2136&age=%E0%A4%A&x=%ZZ',
  ])('%s', async (path) => {
    expect(await gateway.json(path)).toMatchObject({ status: 200, body: { soc: 2136, series } });
  });

  test('a raw space in the address is a JSON error, not a broken connection', async () => {
    const text = await new Promise<string>((resolve, reject) => {
      const socket = connect(gateway.port, '127.0.0.1');
      let received = '';
      socket.on('data', (chunk) => (received += chunk.toString()));
      socket.on('end', () => resolve(received));
      socket.on('error', reject);
      socket.write('GET /api/v1/soc/search?q=care worker HTTP/1.1\r\nHost: x\r\n\r\n');
    });
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text).toMatch(/\{"error":/);
  });

  test('keys and other headers are ignored', async () => {
    const headers = {
      Date: 'Mon, 20 Feb 2017 14:23:10 GMT',
      Authorization: 'Signature keyId="k",algorithm="hmac-sha1",signature="AAAA"',
      api_key: 'x',
    };
    expect((await gateway.get('/api/v1/ashe/estimatePay?soc=2136', { headers })).status).toBe(200);
  });
});

describe('JSONP', () => {
  test('an answer is a call of the function', async () => {
    const response = await gateway.get('/api/v1/ashe/estimatePay?soc=2136&callback=jQuery17_1&_=1');
    expect(response.headers.get('content-type')).toBe('application/javascript; charset=utf-8');
    const text = await response.text();
    expect(text).toBe(`jQuery17_1(${JSON.stringify({ soc: 2136, series })});`);
    expect(response.headers.get('content-length')).toBe(String(text.length));
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test.each([
    '/soc/code/1234?callback=f',
    '/soc/search?q=&callback=f',
    '/nothing?callback=f',
    '/ashe/estimatePay?callback=f',
  ])('errors have status 200, since a script cannot read others: %s', async (path) => {
    const response = await gateway.get(`/api/v1${path}`);
    expect(response.status).toBe(200);
    expect(await response.text()).toMatch(/^f\(\{"error":.*\}\);$/);
  });

  test('an unsafe name is refused as JSON', async () => {
    expect(await gateway.json('/api/v1/soc/code/2136?callback=alert(1)//')).toMatchObject({
      status: 400,
      body: { error: expect.any(String) },
    });
  });
});
