import { parse } from 'csv-parse/sync';
import JSONstat from 'jsonstat-toolkit';
import { isCell, type FullCell } from '../src/formats/figures';
import { csvLines } from '../src/formats/csv';
import { methodOf } from '../src/http/route';
import { routes } from '../src/routes';
import { runGateway, type RunningGateway } from '../testing/running-gateway';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await runGateway();
});
afterAll(() => gateway.close());

const JSON_STAT = 'application/vnd.json-stat+json';
const reading = routes.filter((route) => route.family === 'v2' && methodOf(route) === 'GET');
const examples = reading.flatMap((route) => route.document.examples.map((path) => [path]));

/** What must be equal in every format. */
interface Figure {
  readonly value: number | null;
  readonly marks: string;
  readonly period: string;
  readonly unit: string;
  readonly release: string;
  readonly cv: number | undefined;
}

function figuresOf(body: unknown): Figure[] {
  if (isCell(body)) return [figureOf(body)];
  if (typeof body !== 'object' || body === null) return [];
  return Object.values(body).flatMap(figuresOf);
}

function figureOf({ value, marks, period, unit, source, cv }: FullCell): Figure {
  return { value, marks: marks.join(), period, unit, release: source.release, cv };
}

function sorted(figures: readonly Figure[]): string[] {
  return figures.map((figure) => JSON.stringify(figure)).sort();
}

function csvFigures(text: string): Figure[] {
  const rows = parse(text, { columns: true }) as Record<string, string>[];
  return rows.map((row) => ({
    value: row.value === '' ? null : Number(row.value),
    marks: row.marks!.split(';').join(),
    period: row.period!,
    unit: row.unit!,
    release: row.sourceRelease!,
    cv: row.cv === '' ? undefined : Number(row.cv),
  }));
}

interface StatDataset {
  readonly class: string;
  readonly id: readonly string[];
  readonly extension: {
    figures: Record<string, { cv?: number; unit: string; period: string; source: { release: string } }>;
  };
  Dimension(name: string): {
    id: string[];
    Category(id: string): { label: string; unit?: { label: string } };
  };
  Data(place: number): { value: number | null; status: string | null };
}

/** Read by the format's own library: every place that has a status is a figure. */
function statFigures(text: string): Figure[] {
  const whole = JSONstat(JSON.parse(text) as object) as unknown as StatDataset & {
    Dataset(): StatDataset[] | null;
  };
  const datasets = whole.class === 'dataset' ? [whole] : whole.Dataset()!;
  return datasets.flatMap((dataset) => {
    const places = Object.keys(dataset.extension.figures).map(Number);
    return places.map((place) => {
      const { value, status } = dataset.Data(place);
      const { cv, unit, period, source } = dataset.extension.figures[place]!;
      return { value, marks: status!, period, unit, release: source.release, cv };
    });
  });
}

function ended(path: string, ending: string): string {
  return path.replace(/(\?|$)/, `${ending}$1`);
}

async function text(path: string, accept?: string) {
  const response = await gateway.get(path, accept ? { headers: { Accept: accept } } : {});
  return { status: response.status, headers: response.headers, text: await response.text() };
}

describe('every GET of v2 in every format', () => {
  test.each(examples)('%s has the same figures and marks', async (path) => {
    const json = await text(path);
    const expected = figuresOf(JSON.parse(json.text));
    const csv = await text(ended(path, '.csv'));
    expect([csv.status, csv.headers.get('content-type')]).toEqual([
      200,
      'text/csv; charset=utf-8; header=present',
    ]);
    const stat = await text(ended(path, '.jsonstat'));
    if (expected.length === 0) {
      expect((parse(csv.text) as string[][])[0]!.length).toBeGreaterThan(0);
      expect(stat.status).toBe(406);
      expect(JSON.parse(stat.text)).toMatchObject({
        type: '/problems/not-acceptable',
        validValues: ['application/json', 'text/csv'],
      });
      return;
    }
    expect(sorted(csvFigures(csv.text))).toEqual(sorted(expected));
    expect([stat.status, stat.headers.get('content-type')]).toEqual([200, JSON_STAT]);
    expect(sorted(statFigures(stat.text))).toEqual(sorted(expected));
  });

  test.each(examples)(
    '%s by ending and by Accept is one answer, conditional and without its body',
    async (path) => {
      for (const [ending, type] of [
        ['.json', 'application/json'],
        ['.csv', 'text/csv'],
        ['.jsonstat', JSON_STAT],
        ['.json-stat', `text/html;q=0.1, ${JSON_STAT}`],
      ] as const) {
        const one = await text(ended(path, ending));
        const other = await text(path, type);
        if (one.status === 200) expect(other.text).toBe(one.text);
        expect(other.status).toBe(one.status);
        const tag = one.headers.get('etag');
        expect(other.headers.get('etag')).toBe(tag);
        expect(one.headers.get('vary')).toBe('Accept');
        const head = await gateway.get(ended(path, ending), { method: 'HEAD' });
        expect(head.headers.get('content-length')).toBe(String(Buffer.byteLength(one.text)));
        if (!tag) continue;
        const again = await gateway.get(path, { headers: { Accept: type, 'If-None-Match': tag } });
        expect([again.status, again.headers.get('vary')]).toEqual([304, 'Accept']);
      }
    },
  );
});

const PAY = '/api/v2/pay?occupation=2134';

test('JSON-stat has the dimensions of the question, with labels and units', async () => {
  const read = async (path: string) =>
    JSONstat(JSON.parse((await text(path)).text) as object) as unknown as StatDataset & {
      role: Record<string, string[]>;
    };
  const pay = await read(`${ended(PAY, '.jsonstat')}&statistics=median,jobs&year=2025&sex=female`);
  expect(pay.id).toEqual(['figure', 'measure', 'year', 'statistic', 'sex', 'workingPattern', 'area', 'age']);
  expect(pay.Dimension('statistic').id).toEqual(['median', 'jobs']);
  expect(pay.Dimension('figure').Category('cell').unit).toEqual({ label: 'GBP/week' });
  expect(pay.role).toMatchObject({ metric: ['figure'], time: ['year'], geo: ['area'] });
  const ratings = await read('/api/v2/onet/11-1011.00.jsonstat');
  const [element] = ratings.Dimension('element.id').id;
  expect(ratings.Dimension('element.id').Category(element!).label).toMatch(/[a-z]{4}/);
});

test('formats have tags of their own and are kept apart', async () => {
  const tags = new Set<string | null>();
  for (const round of [1, 2, 3]) {
    for (const accept of ['application/json', 'text/csv', JSON_STAT]) {
      const { headers } = await text(PAY, accept);
      expect([round, headers.get('content-type')!.split(';')[0]]).toEqual([round, accept]);
      tags.add(headers.get('etag'));
    }
  }
  expect(tags.size).toBe(3);
});

test.each([
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'application/json'],
  ['text/csv;q=0.5, application/json;q=0.4', 'text/csv'],
  ['application/json-stat+json', JSON_STAT],
  ['application/problem+json', 'application/json'],
])('Accept: %s is %s', async (accept, type) => {
  expect((await text(PAY, accept)).headers.get('content-type')!.split(';')[0]).toBe(type);
});

test.each([
  [PAY, 'application/xml'],
  [PAY, 'text/html'],
  [ended(PAY, '.xlsx'), '*/*'],
])('%s as %s is a 406 that lists the formats', async (path, accept) => {
  for (const round of [1, 2]) {
    const { status, headers, text: body } = await text(path, accept);
    expect([round, status, headers.get('content-type')]).toEqual([round, 406, 'application/problem+json']);
    expect(JSON.parse(body)).toMatchObject({
      validValues: expect.arrayContaining(['text/csv', JSON_STAT, '.csv']),
    });
  }
});

test('v1 has one format whatever is accepted', async () => {
  for (const accept of ['text/csv', 'text/html']) {
    const { status, headers } = await text('/api/v1/ashe/estimatePay?soc=2136', accept);
    expect([status, headers.get('content-type'), headers.get('vary')]).toEqual([
      200,
      'application/json; charset=UTF-8',
      null,
    ]);
  }
});

test('errors are problems in every format', async () => {
  for (const ending of ['.json', '.csv', '.jsonstat']) {
    const { status, headers } = await text(`/api/v2/pay${ending}?occupation=x`);
    expect([status, headers.get('content-type')]).toEqual([400, 'application/problem+json']);
  }
});

test('headers carry paging, licence and releases in every format', async () => {
  for (const ending of ['', '.json', '.csv']) {
    const { headers } = await text(`/api/v2/courses${ending}?limit=1`);
    const next = /<([^>]+)>; rel="next"/.exec(headers.get('link')!)![1]!;
    expect(headers.get('link')).toMatch(/rel="license"/);
    expect(headers.get('data-version')).toMatch(/^courses-/);
    expect(next.startsWith(`/api/v2/courses${ending === '.csv' ? '.csv' : ''}?`)).toBe(true);
    expect((await text(next)).status).toBe(200);
  }
});

test('no text of a source becomes a formula in a spreadsheet, and no number becomes text', () => {
  expect(csvLines([['=1+1', '+44', '-x', '@a', '\tb', -5, -0.25, 'a,"b"', null, true]])).toBe(
    `'=1+1,'+44,'-x,'@a,'\tb,-5,-0.25,"a,""b""",,true\r\n`,
  );
});
