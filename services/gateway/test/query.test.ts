import { isCell } from '../src/formats/figures';
import { dimensionsOf, holds, possible, type Condition } from '../src/v2/query';
import { routes } from '../src/routes';
import { runGateway, type RunningGateway } from '../testing/running-gateway';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await runGateway();
});
afterAll(() => gateway.close());

interface Row {
  readonly dimensions: Record<string, string | number>;
  readonly measure: string;
  readonly cell: { readonly value: number | null };
}

async function query(body: object) {
  const answer = await gateway.post('/api/v2/query', body);
  return {
    ...answer,
    body: answer.body as { rows: Row[]; total: number; nextCursor?: string; field?: string },
  };
}

const year = { dimension: 'year', in: [2025] };
const programmers = { dimension: 'occupation', in: ['2134'] };

describe('a tree of conditions', () => {
  const tree: Condition = {
    and: [
      {
        or: [
          { dimension: 'a', in: ['1', '2'] },
          { dimension: 'a', in: ['3'] },
        ],
      },
      { not: { dimension: 'a', in: ['2'] } },
      { dimension: 'b', in: ['x', 'y'] },
      { dimension: 'b', in: ['y', 'z'] },
    ],
  };

  test('names the values that each dimension may have', () => {
    expect([...possible(tree, 'a')!]).toEqual(['1', '2', '3']);
    expect([...possible(tree, 'b')!]).toEqual(['y']);
    expect(possible(tree, 'c')).toBeUndefined();
    expect(
      possible(
        {
          or: [
            { dimension: 'a', in: ['1'] },
            { dimension: 'b', in: ['1'] },
          ],
        },
        'a',
      ),
    ).toBeUndefined();
    expect(new Set(dimensionsOf(tree))).toEqual(new Set(['a', 'b']));
  });

  test.each([
    ['1', 'y', true],
    ['2', 'y', false],
    ['1', 'x', false],
    ['3', 'y', true],
  ])('a=%s b=%s: %s', (a, b, expected) => {
    expect(holds(tree, new Map(Object.entries({ a, b })))).toBe(expected);
  });
});

test('answers the cells of the GETs that it comes to', async () => {
  const { status, body } = await query({
    from: 'pay',
    where: {
      and: [
        programmers,
        year,
        { or: [{ dimension: 'sex', in: ['female'] }, { not: { dimension: 'area', in: ['E12000007'] } }] },
        { dimension: 'area', in: ['E12000007', 'E12000001'] },
      ],
    },
    parameters: { breakdown: 'sex,area', statistics: 'median' },
  });
  expect(status).toBe(200);
  expect(body.total).toBe(3);
  expect(body.rows.map(({ dimensions: { sex, area } }) => `${sex} ${area}`).sort()).toEqual([
    'female E12000001',
    'female E12000007',
    'male E12000001',
  ]);
  const { body: whole } = await gateway.json(
    '/api/v2/pay?occupation=2134&breakdown=sex,area&statistics=median&year=2025',
  );
  const cells = (whole as { observations: Row[] }).observations.map(({ cell }) => cell);
  for (const { cell } of body.rows) expect(cells).toContainEqual(cell);
});

test('several occupations, and measures by name', async () => {
  const { body } = await query({
    from: 'skills-shortages',
    where: { dimension: 'occupation', in: ['2136', '5314'] },
    measures: ['vacancies'],
    parameters: { classification: 'soc2010' },
  });
  expect(body.rows.length).toBeGreaterThan(1);
  expect(body.rows.every(({ measure, cell }) => measure === 'vacancies' && isCell(cell))).toBe(true);
});

test('pages hold every row once, and a cursor is of one question', async () => {
  const question = { from: 'employment', where: { and: [programmers, { not: year }] }, limit: 4 };
  const rows: Row[] = [];
  let cursor = '';
  let first = '';
  do {
    const { body } = await query({ ...question, cursor });
    rows.push(...body.rows);
    cursor = body.nextCursor ?? '';
    first ||= cursor;
  } while (cursor !== '');
  expect(rows.map(({ dimensions }) => dimensions.year)).toEqual(
    Array.from({ length: 15 }, (_, at) => 2021 + at).filter((one) => one !== 2025),
  );
  const other = { ...question, where: programmers, cursor: first };
  expect(await query(other)).toMatchObject({ status: 400, body: { field: 'cursor' } });
});

const deep = (levels: number): object => (levels === 0 ? year : { not: deep(levels - 1) });
const many = (count: number) => Array.from({ length: count }, (_, at) => String(1000 + at));

test.each([
  [{ from: 'money', where: year }, 'from'],
  [{ from: 'pay', where: { dimension: 'occupation' } }, /^where/],
  [{ from: 'pay', where: { and: [programmers, { or: [] }] } }, /^where/],
  [{ from: 'pay', where: { and: [programmers, { dimension: 'colour', in: ['red'] }] } }, 'where'],
  [{ from: 'pay', where: programmers, parameters: { colour: 'red' } }, 'parameters.colour'],
  [{ from: 'pay', where: { and: [programmers, { dimension: 'sex', in: ['other'] }] } }, 'sex'],
  [{ from: 'pay', where: { and: [programmers, deep(7)] } }, 'where'],
  [
    {
      from: 'pay',
      where: {
        and: [
          { dimension: 'occupation', in: many(60) },
          { dimension: 'sex', in: ['male', 'female'] },
        ],
      },
    },
    'where',
  ],
  [{ from: 'pay', where: { and: Array.from({ length: 50 }, () => programmers) } }, 'where'],
  [{ from: 'pay', where: programmers, dataVersion: 'ashe-1999-00000000' }, 'dataVersion'],
])('%j is refused, and the place named', async (body, field) => {
  const answer = await query(body);
  expect(answer.status).toBe(400);
  if (typeof field === 'string') expect(answer.body.field).toBe(field);
  else expect(answer.body.field).toMatch(field);
});

interface Filters {
  readonly path: string;
  readonly filters: {
    dimension: string;
    required: boolean;
    default?: string;
    values?: { value: string; label: string }[];
  }[];
  readonly periods: string[];
}

const filterPaths = routes
  .filter(({ family, path }) => family === 'v2' && path.endsWith('/filters'))
  .map(({ path }) => [path]);

describe('filters', () => {
  test('there are some for each route of figures', () => {
    expect(filterPaths.length).toBeGreaterThanOrEqual(8);
  });

  test.each(filterPaths)('%s has one shape, and every value listed is accepted', async (path) => {
    const { status, body } = await gateway.json(path);
    expect(status).toBe(200);
    const { filters, path: of } = body as Filters;
    const required = filters.some(({ dimension, required: must }) => must && dimension === 'occupation');
    for (const { dimension, values = [] } of filters) {
      for (const { value, label } of values) {
        expect(label).not.toBe('');
        const given = dimension === 'occupation' || !required ? '' : 'occupation=2134&';
        const answer = await gateway.json(`${of}?${given}${dimension}=${encodeURIComponent(value)}`);
        expect([dimension, value, (answer.body as { field?: string }).field]).not.toEqual([
          dimension,
          value,
          dimension,
        ]);
      }
    }
  });

  test('say defaults, valid values with labels, and the periods with figures', async () => {
    const { filters, periods } = (await gateway.json('/api/v2/pay/filters')).body as Filters;
    const of = (name: string) => filters.find(({ dimension }) => dimension === name)!;
    expect(of('occupation')).toMatchObject({ required: true, listedAt: expect.any(String) });
    expect(of('sex')).toMatchObject({
      default: 'all',
      values: [
        { value: 'all', label: 'All' },
        { value: 'male', label: 'Male' },
        { value: 'female', label: 'Female' },
      ],
    });
    expect(of('breakdown').values!.map(({ value }) => value)).toEqual([
      'sex',
      'working-pattern',
      'area',
      'age',
    ]);
    expect(of('statistics').values!.map(({ value }) => value)).toContain('p25');
    expect(of('age').values!.map(({ value }) => value)).toContain('60+');
    expect(of('area').values).toContainEqual({ value: 'E12000007', label: 'London' });
    expect(periods.length).toBeGreaterThan(0);
  });
});

describe('lists in pages', () => {
  test.each([
    ['/api/v2/areas', 'areas', 'code'],
    ['/api/v2/occupations?q=p', 'hits', 'code'],
  ])('%s read by pages of one is the whole list', async (path, list, id) => {
    const items = (body: unknown) => (body as Record<string, Record<string, string>[]>)[list]!;
    const whole = items((await gateway.json(path)).body).map((item) => item[id]);
    const found: unknown[] = [];
    let next: string | undefined = `${path}${path.includes('?') ? '&' : '?'}limit=1`;
    while (next) {
      const { status, headers, body } = await gateway.json(next);
      expect(status).toBe(200);
      found.push(...items(body).map((item) => item[id]));
      next = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
    }
    expect(whole.length).toBeGreaterThan(1);
    expect(found).toEqual(whole);
    expect((await gateway.json(`/api/v2/areas?cursor=nonsense`)).status).toBe(400);
  });
});
