import { Cell } from '@lmi/contracts';
import { changeCell } from '../src/v2/compare';
import { runGateway, type RunningGateway } from '../testing/running-gateway';

let gateway: RunningGateway;
beforeEach(async () => {
  gateway = await runGateway();
});
afterEach(() => gateway.close());

const path = '/api/v2/occupations/compare?codes=5315,2134&area=E12000007';

test('occupations are compared in the order asked, each figure a cell, beside all of the United Kingdom', async () => {
  const { status, body } = await gateway.json(path);
  expect(status).toBe(200);
  const cell = (more: object) => ({ status: 'ok', cell: expect.objectContaining(more) });
  expect(body).toMatchObject({
    area: { code: 'E12000007', name: 'London' },
    occupations: [
      { code: '5315', title: 'Plumbers' },
      {
        code: '2134',
        parents: [{ code: '2', title: 'Professional occupations' }],
        figures: {
          weeklyPay: cell({ period: '2025', marks: ['reasonable'] }),
          weeklyHours: cell({ unit: 'hours/week' }),
          employmentNow: cell({ period: '2024', value: 4003.4 }),
          employmentFuture: cell({ period: '2035', value: 4014.4 }),
          employmentChange: cell({ period: '2024/2035', unit: 'percent', marks: ['modelled', 'projected'] }),
          openings: cell({ value: 210_000 }),
        },
      },
    ],
    average: {
      weeklyPay: cell({ asked: { occupation: 'all', classification: 'soc2020', area: 'K02000001' } }),
    },
  });
});

test('a part whose service is away says so, and the answer is not kept', async () => {
  gateway.state.down.add('employment');
  const { status, headers, body } = await gateway.json(path);
  expect(status).toBe(200);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(body).toMatchObject({
    occupations: [
      { figures: { weeklyPay: { status: 'ok' }, employmentNow: { status: 'unavailable' } } },
      { figures: { openings: { status: 'unavailable' } } },
    ],
  });
});

test.each([
  ['codes=2134,1234', 404, { field: 'codes' }],
  ['codes=2134,abc', 400, { field: 'codes' }],
  ['codes=1,2,3,4,5,6', 400, { field: 'codes', detail: expect.stringContaining('at most 5') }],
  ['', 400, { field: 'codes' }],
  ['codes=2134&area=E99999999', 400, { field: 'area' }],
])('compare?%s', async (query, status, expected) => {
  const answer = await gateway.json(`/api/v2/occupations/compare?${query}`);
  expect(answer.status).toBe(status);
  expect(answer.body).toMatchObject(expected);
});

describe('the change over the projection', () => {
  const cell = (value: number | undefined, period: string, marks: string[]) =>
    Cell.fromPartial({ value, period, marks, unit: 'people', release: 'r', table: 't', cv: 3 });

  test('carries the marks of both ends, and none on how precise one of them is', () => {
    const change = changeCell(
      cell(200, '2024', ['reliable', 'coarser']),
      cell(250, '2035', ['modelled', 'projected']),
    );
    expect(change).toMatchObject({ value: 25, unit: 'percent', period: '2024/2035', cv: undefined });
    expect(change.marks).toEqual(['coarser', 'modelled', 'projected']);
  });

  test('is withheld where either end is', () => {
    const change = changeCell(
      cell(undefined, '2024', ['confidential']),
      cell(250, '2035', ['modelled', 'projected']),
    );
    expect(change.value).toBeUndefined();
    expect(change.marks).toContain('confidential');
  });

  test('does not exist where nobody was there', () => {
    const change = changeCell(cell(0, '2024', []), cell(250, '2035', ['projected']));
    expect(change.value).toBeUndefined();
    expect(change.marks).toContain('not-applicable');
  });
});
