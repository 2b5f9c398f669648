import { readFileSync } from 'node:fs';
import path from 'node:path';
import { importersInOrder } from '../../services/lmi/src/targets';
import { departures, type Shape } from '../support/shape';

interface Recording {
  readonly request: string;
  readonly status: number;
  readonly shape: Shape;
}

const recordings = JSON.parse(readFileSync(path.join(__dirname, 'v1-shapes.json'), 'utf8')) as Recording[];

/** What keepers of recordings altered: a SOC code that is in neither classification, a postcode. Asked with real ones. */
const altered: Readonly<Record<string, string>> = {
  'soc=2815': 'soc=2231',
  'location=POST_CODE': 'location=BR1%203NN',
};

/** No source of these figures is bundled: they are answered as the original did without enough data. */
const withoutSource = /^\/lfs\/unemployment\?/;

/** No ratings of abilities are bundled: an occupation without ratings has no scales. */
const withoutRatings = /^\/o-net\/abilities\//;

/** The same stories on every shape of the program. `base` is read when a test runs. */
export function contractSuite(base: () => string): void {
  const get = async (url: string, init?: RequestInit) => {
    const response = await fetch(`${base()}${url}`, init);
    const text = await response.text();
    return { response, text, json: () => JSON.parse(text) as unknown };
  };
  const list = (body: unknown): Record<string, unknown>[] => body as Record<string, unknown>[];

  describe('recorded answers of the original', () => {
    it.each(recordings.map((recording) => [recording.request, recording] as const))(
      '%s',
      async (request, recording) => {
        const asked = Object.entries(altered).reduce((url, [from, to]) => url.replace(from, to), request);
        const { response, json } = await get(`/api/v1${asked}`);
        expect(response.status).toBe(recording.status);
        expect(response.headers.get('access-control-allow-origin')).toBe('*');
        if (withoutSource.test(request)) {
          expect(json()).toEqual({ soc: expect.any(Number), error: expect.stringMatching(/./) });
          return;
        }
        if (withoutRatings.test(request)) {
          expect(json()).toEqual({ onetcode: expect.stringMatching(/./), scales: [] });
          return;
        }
        expect(departures(json(), recording.shape)).toEqual([]);
      },
    );
  });

  describe('v1 as its clients use it', () => {
    it('answers JSONP, with a JavaScript type and status 200 also for errors', async () => {
      const good = await get('/api/v1/soc/search?callback=jQuery111.cb_1&q=plumber&_=1690000000000');
      expect(good.response.headers.get('content-type')).toMatch(/^application\/javascript/);
      expect(good.text).toMatch(/^jQuery111\.cb_1\(\[\{.*\}\]\);?$/s);
      const bad = await get('/api/v1/soc/code/0000?callback=cb');
      expect(bad.response.status).toBe(200);
      expect(bad.text).toMatch(/^cb\(\{"error":".+"\}\);?$/);
      const unsafe = await get('/api/v1/soc/search?q=plumber&callback=alert(1)');
      expect(unsafe.text).not.toContain('alert(1)(');
    });

    it('takes double slashes, empty first parameters, stray ampersands and unknown parameters', async () => {
      const plain = await get('/api/v1/ashe/estimatePay?soc=2136');
      for (const url of [
        '/api/v1//ashe/estimatePay?soc=2136',
        '/api//v1/ashe/estimatePay?&soc=2136&',
        '/api/v1/ashe/estimatePay?soc=2136&featureClass=P&style=full&_=99',
        '/api/v1/ashe/estimatePay?filter=x&soc=2136',
      ]) {
        expect((await get(url)).text).toBe(plain.text);
      }
    });

    it('never fails on malformed input', async () => {
      for (const url of [
        '/api/v1/ashe/estimatePay?soc=%7Bv%7D',
        '/api/v1/ashe/estimatePay?soc=%E0%A4%A',
        '/api/v1/ashe/estimatePay',
        '/api/v1/wf/predict?soc=2231&minYear=abc',
        '/api/v1/soc/search?q=%25%2A%22%28%29AND+OR+NOT',
        '/api/v1/soc/code/abc',
        '/api/v1/nothing/here',
        '/api/v1/ashe/estimatePay?soc=2136&filters=region:99',
      ]) {
        const { response, json } = await get(url);
        expect(response.status).toBeLessThan(500);
        expect(typeof json()).toBe('object');
      }
    });

    it('reads age=23coarse=false as age 23', async () => {
      const { json } = await get('/api/v1/ashe/estimatePay?soc=2136&age=23coarse=false');
      const same = await get('/api/v1/ashe/estimatePay?soc=2136&age=23');
      expect(json()).toEqual(same.json());
    });

    it('answers whole tens of pounds a week, years ascending', async () => {
      const { json } = await get('/api/v1/ashe/estimatePay?soc=2136');
      const { series } = json() as { series: { year: number; estpay: number }[] };
      expect(series.map((point) => point.year)).toEqual([...series.map((point) => point.year)].sort());
      expect(series.length).toBeGreaterThanOrEqual(4);
      for (const point of series) {
        expect(point.estpay % 10).toBe(0);
        expect(point.estpay).toBeGreaterThan(500);
        expect(point.estpay).toBeLessThan(2000);
      }
    });

    it('takes every separator between filters, and answers another figure for women than for men', async () => {
      const texts = await Promise.all(
        ['gender:2|region:1', 'gender:2,region:1', 'gender%3A2%3Bregion%3A1'].map(
          async (f) => (await get(`/api/v1/ashe/estimatePay?soc=2136&filters=${f}`)).text,
        ),
      );
      expect(new Set(texts).size).toBe(1);
      const men = await get('/api/v1/ashe/estimatePay?soc=2136&filters=gender:1|region:1');
      expect(men.text).not.toBe(texts[0]);
    });

    it('accepts a code that exists only in SOC 2020', async () => {
      const { response, json } = await get('/api/v1/wf/predict?soc=2134');
      expect(response.status).toBe(200);
      expect((json() as { predictedEmployment: unknown[] }).predictedEmployment.length).toBe(15);
    });

    it('breaks employment down by each filter, with whole numbers and the current year', async () => {
      const year = new Date().getUTCFullYear();
      for (const filter of ['region', 'gender', 'status', 'qualification', 'industry']) {
        const { json } = await get(`/api/v1/wf/predict/breakdown/${filter}?soc=2231`);
        const body = json() as {
          breakdown: string;
          predictedEmployment: {
            year: number;
            breakdown: { code: number; name: string; employment: number; note?: string }[];
          }[];
        };
        expect(body.breakdown).toBe(filter);
        const now = body.predictedEmployment.find((entry) => entry.year === year);
        expect(now?.breakdown.length).toBeGreaterThan(1);
        for (const item of now?.breakdown ?? []) {
          expect(Number.isInteger(item.employment)).toBe(true);
          expect(item.name).not.toBe('');
          if (item.employment < 10_000) expect(item.note).toBe('Small sample size. Data may be inaccurate.');
        }
      }
    });

    it('answers skills shortages for the wider group on request, and says which', async () => {
      const narrow = await get('/api/v1/ess/region/01/2136');
      expect(narrow.json()).toEqual({
        soc: 2136,
        region: { name: 'London', code: 1 },
        error: expect.stringMatching(/coarse=true/),
      });
      for (const place of ['uk', ...Array.from({ length: 9 }, (_, index) => `region/${index + 1}`)]) {
        const { json } = await get(`/api/v1/ess/${place}/2136?coarse=true`);
        const body = json() as Record<string, number | string>;
        for (const member of ['percentSSV', 'percentHTF', 'percentHTFisSSV']) {
          expect(body[member]).toBeGreaterThan(0);
          expect(body[member]).toBeLessThanOrEqual(100);
        }
        expect([1, 2, 3]).toContain(body['reliability']);
        expect(body['note']).toMatch(/group 2, Professional occupations/);
      }
    });

    it('finds the district of a postcode or a position and lists who lives there', async () => {
      for (const area of ['CF10+3AT', 'cf10', '51.4739,-3.1765']) {
        const { json } = await get(`/api/v1/census/resident_occupations?area=${area}`);
        const body = json() as {
          area: Record<string, unknown>;
          totalResidents: number;
          residentOccupations: { socGroup: string; value: number; percentage: number }[];
        };
        expect(body.area).toMatchObject({ district: 'Cardiff', latitude: expect.closeTo(51.47, 1) });
        const codes = body.residentOccupations.map(({ socGroup }) => socGroup);
        expect(codes).toEqual([...codes].sort());
        const sum = body.residentOccupations.reduce((before, { value }) => before + value, 0);
        expect(sum).toBeCloseTo(body.totalResidents, 6);
      }
      const { response, json } = await get('/api/v1/census/distance?area=CF10');
      expect([response.status, json()]).toEqual([
        200,
        expect.objectContaining({ error: expect.any(String) }),
      ]);
    });

    it('lets browsers preflight', async () => {
      const response = await fetch(`${base()}/api/v1/soc/search?q=x`, {
        method: 'OPTIONS',
        headers: { Origin: 'https://school.example', 'Access-Control-Request-Headers': 'authorization,date' },
      });
      expect(response.status).toBeLessThan(300);
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
    });
  });

  describe('occupation search', () => {
    it.each([
      ['plumber', [5314]],
      ['nurse', [2231]],
      ['software developer', [2136]],
      ['HGV driver', [8211]],
      ['teaching assistant', [6125]],
      ['brain surgeon', [2211]],
      ['barista', [9272, 9274]],
    ])('%s', async (query, expected) => {
      const { json } = await get(`/api/v1/soc/search?q=${encodeURIComponent(query)}`);
      const hits = list(json());
      expect(hits.length).toBeLessThanOrEqual(30);
      expect(expected).toContain(hits[0]?.soc);
    });
  });

  describe('v2', () => {
    it('gives every figure its unit, period, marks, levels and source', async () => {
      for (const url of [
        '/api/v2/pay?occupation=2134&statistics=mean,median,p10,p90',
        '/api/v2/pay?occupation=2134&area=E12000007',
        '/api/v2/pay?occupation=1112&statistics=p90',
        '/api/v2/hours?occupation=8211',
        '/api/v2/employment?occupation=2134',
        '/api/v2/employment?occupation=2134&breakdown=area',
        '/api/v2/employment?occupation=21&area=GM_MCA',
      ]) {
        const { response, json } = await get(url);
        expect([url, response.status]).toEqual([url, 200]);
        const { observations } = json() as { observations: { cell: Record<string, unknown> }[] };
        expect(observations.length).toBeGreaterThan(0);
        for (const { cell } of observations) {
          expect(cell).toMatchObject({
            unit: expect.stringMatching(/./),
            period: expect.stringMatching(/^\d{4}/),
          });
          expect(cell.asked).toMatchObject({ occupation: expect.any(String), area: expect.any(String) });
          expect(cell.answered).toMatchObject({ occupation: expect.any(String) });
          expect(cell.source).toMatchObject({
            release: expect.stringMatching(/-[0-9a-f]{8}$/),
            licence: expect.stringMatching(/OGL/),
          });
          if (cell.value === null || cell.value === undefined)
            expect((cell.marks as string[]).length).toBeGreaterThan(0);
          else expect(typeof cell.value).toBe('number');
        }
      }
    });

    it('gives areas and skills shortages as full cells', async () => {
      const cells: Record<string, unknown>[] = [];
      const collect = (value: unknown): void => {
        if (typeof value !== 'object' || value === null) return;
        if ('marks' in value && 'unit' in value) cells.push(value as Record<string, unknown>);
        else for (const inner of Object.values(value)) collect(inner);
      };
      for (const url of [
        '/api/v2/unemployment',
        '/api/v2/unemployment?occupation=2134&area=E08000003',
        '/api/v2/skills-shortages?occupation=2134&area=E08000003',
        '/api/v2/skills-shortages/ranks?area=E12000007',
        '/api/v2/areas/E08000003/indicators',
        '/api/v2/areas/M1/occupations',
        '/api/v2/areas/E08000003/commuting',
      ]) {
        const { response, json } = await get(url);
        expect([url, response.status]).toEqual([url, 200]);
        const before = cells.length;
        collect(json());
        expect(cells.length).toBeGreaterThan(before);
      }
      for (const cell of cells) {
        expect(cell).toMatchObject({
          unit: expect.stringMatching(/./),
          period: expect.stringMatching(/^\d{4}/),
        });
        if (cell['value'] === null) expect((cell['marks'] as string[]).length).toBeGreaterThan(0);
        else expect(cell['source']).toMatchObject({ licence: expect.stringMatching(/OGL/) });
      }
    });

    it('answers a profile in one call of at most 60 kB', async () => {
      for (const url of [
        '/api/v2/occupations/2134/profile',
        '/api/v2/occupations/2231/profile?area=E12000002',
      ]) {
        const { response, text, json } = await get(url);
        expect(response.status).toBe(200);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(60_000);
        expect(json()).toMatchObject({ occupation: { code: expect.any(String) } });
      }
    });

    it('names the field and the valid values of bad input', async () => {
      const { response, json } = await get('/api/v2/pay?occupation=2134&measure=daily-pay');
      expect(response.status).toBe(400);
      expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(json()).toMatchObject({
        status: 400,
        field: 'measure',
        validValues: expect.arrayContaining(['weekly-pay']),
      });
      const unknown = await get('/api/v2/pay?occupation=9999');
      expect(unknown.response.status).toBe(404);
      expect(unknown.json()).toMatchObject({ field: 'occupation' });
    });

    it('answers 304 to the ETag it gave, and HEAD without a body', async () => {
      for (const url of [
        '/api/v2/pay?occupation=2134',
        '/api/v2/datasets',
        '/api/v2/occupations?q=nurse',
        '/api/v1/ashe/estimatePay?soc=2136',
      ]) {
        const first = await get(url);
        const etag = first.response.headers.get('etag') ?? '';
        expect(etag).toMatch(/^"/);
        const again = await get(url, { headers: { 'If-None-Match': etag } });
        expect([url, again.response.status, again.text]).toEqual([url, 304, '']);
        const head = await get(url, { method: 'HEAD' });
        expect([head.response.status, head.text]).toEqual([200, '']);
        expect(head.response.headers.get('etag')).toBe(etag);
      }
    });

    it('traces every answer', async () => {
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      const { response } = await get('/api/v2/datasets', { headers: { traceparent } });
      expect(response.headers.get('x-trace-id')).toBe('0af7651916cd43dd8448eb211c80319c');
      const other = await get('/api/v2/datasets');
      expect(other.response.headers.get('x-trace-id')).toMatch(/^[0-9a-f]{32}$/);
    });

    it('tells the history of every dataset', async () => {
      const { json } = await get('/api/v2/datasets');
      const { datasets } = json() as { datasets: { id: string }[] };
      expect(datasets.map((dataset) => dataset.id).sort()).toEqual(
        importersInOrder()
          .filter(({ optional }) => !optional)
          .map(({ card }) => card.id)
          .sort(),
      );
      for (const { id } of datasets) {
        const releases = await get(`/api/v2/datasets/${id}/releases`);
        expect(releases.response.status).toBe(200);
        const body = releases.json() as { releases: Record<string, unknown>[] };
        expect(body.releases[0]).toMatchObject({
          version: expect.stringContaining(id),
          licence: expect.stringMatching(/./),
        });
      }
    });
  });
}
