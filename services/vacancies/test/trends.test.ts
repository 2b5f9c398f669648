import type { LmiError } from '@lmi/kit';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fixtures, openHouse, openPublishedHouse, type House } from './house';

let house: House;
/** Adverts of the fixture by unit group and month, as the file prints them. */
const printed = new Map<string, number>();
beforeAll(async () => {
  house = await openPublishedHouse();
  const text = await readFile(join(fixtures, 'england_online_job_adverts_by_soc2020_2021_2025.csv'), 'utf8');
  for (const line of text.split('\n')) {
    const match = /^(\d{4}-\d\d),(\w+),.*,new_adverts_3_month_average,([\d.]+)$/.exec(line);
    if (match) printed.set(`${match[2]} ${match[1]}`, Number(match[3]));
  }
});
afterAll(() => house.close());

const failure = (work: Promise<unknown>): Promise<LmiError> =>
  work.then(
    () => Promise.reject(new Error('nothing was thrown')),
    (error: LmiError) => error,
  );

describe('adverts by month', () => {
  it('gives one occupation in England as the source prints it, with the change on the year', async () => {
    const { frequency, observations } = await house.trends({
      occupation: '2134',
      from: '2025-11',
      to: '2025-11',
    });
    const now = printed.get('2134 2025-11')!;
    const before = printed.get('2134 2024-11')!;
    expect(frequency).toBe('month');
    expect(observations).toHaveLength(1);
    expect(observations[0]).toMatchObject({
      period: '2025-11',
      adverts: {
        value: now,
        unit: 'adverts',
        period: '2025-11',
        marks: [],
        asked: { occupation: '2134', classification: 'soc2020', area: 'E92000001' },
        release: expect.stringMatching(/^vacancy-counts-2025-11-/),
      },
      change: { value: expect.closeTo((now / before - 1) * 100, 9), unit: 'percent' },
    });
  });

  it('gives no change where there is no year before', async () => {
    const { observations } = await house.trends({ occupation: '2134', from: '2024-09', to: '2024-10' });
    expect(observations.map(({ period, change }) => [period, change])).toEqual([
      ['2024-09', undefined],
      ['2024-10', undefined],
    ]);
  });

  it('adds unit groups up, and the whole has those that could not be coded', async () => {
    const at = async (occupation: string): Promise<number> =>
      (await house.trends({ occupation, classification: 'soc2020', from: '2025-11' })).observations[0]!
        .adverts!.value!;
    const sum = ['2134', '2135', '2136'].reduce((total, unit) => total + printed.get(`${unit} 2025-11`)!, 0);
    expect(await at('213')).toBeCloseTo(sum, 6);
    const all = [...printed]
      .filter(([key]) => key.endsWith('2025-11'))
      .reduce((total, [, value]) => total + value, 0);
    expect(await at('all')).toBeCloseTo(all, 6);
    expect(printed.has('Unknown 2025-11')).toBe(true);
  });

  it('crosses SOC 2010 codes over by shares of people, marked', async () => {
    const { observations } = await house.trends({ occupation: '2136', classification: '', from: '2025-11' });
    // Of SOC 2020 2134 four fifths were 2136 before, of 2136 all.
    const expected = 0.8 * printed.get('2134 2025-11')! + printed.get('2136 2025-11')!;
    expect(observations[0]!.adverts).toMatchObject({
      value: expect.closeTo(expected, 6),
      marks: ['modelled'],
    });
    expect(observations[0]!.per100Jobs).toBeUndefined();
  });

  it('gives adverts for each 100 jobs of a unit group where the source does', async () => {
    const { observations } = await house.trends({ occupation: '2134', from: '2025-01', to: '2025-03' });
    expect(observations.map(({ per100Jobs }) => per100Jobs?.unit)).toEqual([
      undefined,
      undefined,
      'adverts/100 jobs',
    ]);
  });

  it('answers for England, marked, where a part of it is asked by occupation', async () => {
    const question = { occupation: '2134', area: 'BC_LEP', from: '2025-11' };
    const { observations } = await house.trends({ ...question, fallBack: true });
    expect(observations[0]!.adverts).toMatchObject({
      marks: ['coarser'],
      asked: { area: 'BC_LEP' },
      answered: { area: 'E92000001' },
    });
    expect((await failure(house.trends(question))).code).toBe('not-available');
    // England is no part of the United Kingdom's answer, nor of Scotland's.
    for (const area of ['K02000001', 'S92000003']) {
      const error = await failure(house.trends({ occupation: '2134', area, fallBack: true }));
      expect([error.code, error.field]).toEqual(['not-available', 'area']);
    }
  });

  it('gives local areas by month, and districts and nations by year in units of the source', async () => {
    const local = await house.trends({ occupation: 'all', area: 'BC_LEP', from: '2022-01', to: '2022-01' });
    expect(local.observations[0]).toMatchObject({
      adverts: { value: 31750, unit: 'adverts' },
      change: { value: expect.closeTo((31750 / 12710 - 1) * 100, 9) },
    });
    const district = await house.trends({ occupation: 'all', area: 'E07000223', from: '2018', to: '2019' });
    expect(district.frequency).toBe('year');
    expect(
      district.observations.map(({ period, adverts }) => [period, adverts!.value, adverts!.unit]),
    ).toEqual([
      ['2018', 16, 'index'],
      ['2019', 14, 'index'],
    ]);
    const scotland = await house.trends({ occupation: 'all', area: 'S92000003', from: '2022' });
    expect(scotland.observations[0]!.adverts!.value).toBe(504.3);
  });

  it.each<[object, string, string]>([
    [{ occupation: '9999' }, 'not-found', 'occupation'],
    [{ occupation: 'x' }, 'invalid-argument', 'occupation'],
    [{ occupation: 'all', area: 'E99' }, 'invalid-argument', 'area'],
    [{ occupation: 'all', from: '2024-13' }, 'invalid-argument', 'from'],
    [{ occupation: 'all', from: '2025-02', to: '2025-01' }, 'invalid-argument', 'from'],
    [{ occupation: 'all', classification: 'soc2000' }, 'invalid-argument', 'classification'],
  ])('names what is wrong with %j', async (request, code, field) => {
    const error = await failure(house.trends(request));
    expect([error.code, error.field]).toEqual([code, field]);
  });
});

describe('the survey', () => {
  it('gives vacancies, not thousands, with the change on the year', async () => {
    const { series } = await house.survey({ from: '2023', to: '2024' });
    expect(series[0]).toMatchObject({ series: 'AP2Y', title: 'UK Vacancies (thousands) - Total' });
    expect(
      series[0]!.observations.map(({ period, adverts, change }) => [period, adverts!.value, change?.value]),
    ).toEqual([
      ['2023', 1_022_000, expect.closeTo((1022 / 1243 - 1) * 100, 9)],
      ['2024', 863_000, expect.closeTo((863 / 1022 - 1) * 100, 9)],
      ['2024-Q4', 806_000, undefined],
    ]);
  });

  it('is not available before a series is loaded, and names an unknown one', async () => {
    expect((await failure(house.survey({ series: 'ZZZZ' }))).code).toBe('not-found');
    const empty = await openHouse();
    await empty.publishRows('areas', { area: [['code', 'name', 'type', 'parent']] });
    await empty.publishRows('soc', { soc_group: [['classification', 'code', 'level', 'title']] });
    expect((await failure(empty.survey({}))).code).toBe('not-available');
    await empty.close();
  });
});
