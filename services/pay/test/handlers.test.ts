import { openMysql } from '@lmi/data';
import { startMariadb } from '@lmi/data/testing';
import {
  GetPayPartsRequest,
  type GetPayReply,
  type GetPayRequest,
  type PayObservation,
} from '@lmi/contracts';
import { fixtureFiles, openHouse, publishReference, regionCodes, type PayHouse } from './published';
import { ashe } from '../src/importers/ashe';
import { payEstimates } from '../src/importers/pay-estimates';

let house: PayHouse;
beforeAll(async () => {
  house = await openHouse();
  await publishReference(house);
  await house.publish(ashe, await fixtureFiles());
  await house.publish(payEstimates);
});
afterAll(() => house.close());

const ask = (request: Partial<GetPayRequest>): Promise<GetPayReply> => house.ask(request);
const first = async (request: Partial<GetPayRequest>): Promise<PayObservation> =>
  (await ask(request)).observations[0]!;
const mean = async (request: Partial<GetPayRequest>): Promise<number | undefined> =>
  (await first({ statistics: ['mean'], ...request })).cell!.value;
const only = (year: number) => ({ minYear: year, maxYear: year });
const programmers = { occupation: '2134', classification: 'soc2020' };

describe('figures as published', () => {
  it('carries unit, period, band, table and release', async () => {
    expect(await first({ ...programmers, statistics: ['mean'], ...only(2024) })).toEqual({
      year: 2024,
      statistic: 'mean',
      sex: 'all',
      workingPattern: 'all',
      area: 'K02000001',
      age: 'all',
      cell: {
        value: 1103.5,
        unit: 'GBP/week',
        period: '2024',
        marks: ['reliable', 'provisional'],
        asked: { occupation: '2134', classification: 'soc2020', area: 'K02000001' },
        answered: { occupation: '2134', classification: 'soc2020', area: 'K02000001' },
        release: expect.stringMatching(/^ashe-2025-/),
        cv: 1.2,
        table: '14.1a',
      },
    });
  });

  it('leaves out what restates the question when asked for compact cells', async () => {
    const request = { ...programmers, statistics: ['mean'], ...only(2024) };
    const whole = (await first(request)).cell!;
    expect((await first({ ...request, compact: true })).cell).toEqual({
      value: whole.value,
      marks: whole.marks,
      release: whole.release,
      unit: '',
      period: '',
      table: '',
      asked: undefined,
      answered: undefined,
    });
    expect((await first(request)).cell).toEqual(whole);
  });

  it('answers each part of one call as a call of its own would, with an error of its own', async () => {
    const hours = { ...programmers, measure: 'weekly-hours' };
    const asked = [programmers, hours, { ...programmers, area: 'nowhere' }];
    const { parts } = await house.handlers.getPayParts(GetPayPartsRequest.fromPartial({ parts: asked }), {
      traceId: '0'.repeat(32),
      deadline: Date.now() + 5_000,
    });
    expect(parts[0]!.value).toEqual(await ask(programmers));
    expect(parts[1]!.value).toEqual(await ask(hours));
    expect(parts[2]).toMatchObject({ value: undefined, error: { code: 'invalid-argument', field: 'area' } });
  });

  it('answers mean and median by default, sorted by year', async () => {
    const { observations } = await ask(programmers);
    expect(observations.map(({ year, statistic }) => `${year} ${statistic}`)).toEqual(
      [2021, 2022, 2023, 2024, 2025].flatMap((year) => [`${year} mean`, `${year} median`]),
    );
  });

  it('gives jobs in jobs and changes in per cent', async () => {
    const { observations } = await ask({
      ...programmers,
      statistics: ['jobs', 'mean-change'],
      ...only(2024),
    });
    expect(observations.map(({ cell }) => [cell!.value, cell!.unit])).toEqual([
      [394_000, 'jobs'],
      [4, 'percent'],
    ]);
  });

  it('withholds what the source withholds, with its reason', async () => {
    const elected = { occupation: '1112', classification: 'soc2020', measure: 'annual-pay' };
    const cell = async (year: number) =>
      (await first({ ...elected, statistics: ['median'], ...only(year) })).cell!;
    expect(await cell(2024)).toMatchObject({
      value: undefined,
      marks: ['unreliable', 'provisional', 'not-available'],
    });
    expect(await cell(2025)).toMatchObject({ value: undefined, marks: ['provisional', 'not-available'] });
  });

  it('reads regions and ages of broad groups from their own tables', async () => {
    const professionals = { occupation: '2', classification: 'soc2020', statistics: ['mean'], ...only(2025) };
    expect((await first({ ...professionals, area: 'E12000007' })).cell).toMatchObject({
      table: '3',
      marks: ['provisional'],
    });
    expect((await first({ ...professionals, age: '18-21', measure: 'annual-pay' })).cell).toMatchObject({
      value: 23024,
      table: '20',
    });
    expect(
      (await first({ occupation: 'all', statistics: ['mean'], area: 'N92000002', ...only(2025) })).cell,
    ).toMatchObject({
      value: 665.9,
      table: 'region, all occupations',
    });
  });

  it('serves all employees as one series over both classifications', async () => {
    const { observations } = await ask({ occupation: 'all', statistics: ['mean'] });
    expect(observations.map(({ cell }) => cell!.value)).toEqual([595.9, 621.2, 666.1, 715.5, 757.5]);
    expect(observations.every(({ cell }) => !cell!.marks.includes('modelled'))).toBe(true);
  });

  it('gives one observation per pair of two breakdowns, marked where no source has it', async () => {
    const { observations: pairs } = await ask({
      ...programmers,
      statistics: ['median'],
      breakdown: 'sex,working-pattern',
      ...only(2025),
    });
    expect(pairs.map(({ sex, workingPattern }) => [sex, workingPattern])).toEqual([
      ['male', 'full-time'],
      ['male', 'part-time'],
      ['female', 'full-time'],
      ['female', 'part-time'],
    ]);
    const { observations: single } = await ask({
      ...programmers,
      statistics: ['median'],
      sex: 'male',
      workingPattern: 'full-time',
      ...only(2025),
    });
    expect(pairs[0]!.cell).toEqual(single[0]!.cell);
    const { observations: all } = await ask({
      ...programmers,
      statistics: ['median'],
      breakdown: 'area,age',
    });
    const years = new Set(all.map(({ year }) => year));
    expect(all).toHaveLength(years.size * 12 * 6);
    for (const { cell } of all) if (cell!.value === undefined) expect(cell!.marks).toContain('not-available');
  });

  it('gives one observation per category of a breakdown', async () => {
    const { observations } = await ask({
      ...programmers,
      statistics: ['mean'],
      breakdown: 'sex',
      ...only(2024),
    });
    expect(observations.map(({ sex, cell }) => [sex, cell!.value])).toEqual([
      ['male', expect.any(Number)],
      ['female', expect.any(Number)],
    ]);
  });
});

describe('crossing over between classifications', () => {
  it('reads an ambiguous code as SOC 2010', async () => {
    expect((await first({ occupation: '2136', ...only(2021) })).cell).toMatchObject({
      marks: ['reliable', 'provisional'],
      asked: { classification: 'soc2010' },
    });
  });

  it('weighs the SOC 2020 groups by their jobs and shares', async () => {
    // SOC 2010 2137 went to 2134 and 2139: with jobs and shares of both, worked out by hand.
    const of = async (occupation: string, statistic: string) =>
      (await first({ occupation, classification: 'soc2020', statistics: [statistic], ...only(2024) })).cell!
        .value!;
    const weight2134 = (await of('2134', 'jobs')) * (480 / (3934 + 480));
    const weight2139 = (await of('2139', 'jobs')) * (81 / (81 + 2335));
    const expected =
      (weight2134 * (await of('2134', 'mean')) + weight2139 * (await of('2139', 'mean'))) /
      (weight2134 + weight2139);
    const served = (await first({ occupation: '2137', statistics: ['mean'], ...only(2024) })).cell!;
    expect(served.value).toBeCloseTo(expected, 8);
    expect(served).toMatchObject({
      marks: ['modelled', 'provisional'],
      table: 'method: crosswalk',
      cv: undefined,
    });
  });

  it('uses the jobs of 2024 for 2025, which has none', async () => {
    const [now, before] = [
      await mean({ occupation: '2136', ...only(2025) }),
      await mean({ occupation: '2136', ...only(2024) }),
    ];
    expect(now).toBeGreaterThan(before!);
  });

  it('marks 2021 in SOC 2020 as modelled, before a break', async () => {
    expect((await first({ ...programmers, statistics: ['mean'], ...only(2021) })).cell).toMatchObject({
      value: expect.any(Number),
      marks: ['modelled', 'provisional', 'break'],
    });
  });

  it('works out a group that the newest tables do not print from its unit groups', async () => {
    expect(
      (await first({ occupation: '21', classification: 'soc2020', statistics: ['mean'], ...only(2025) }))
        .cell,
    ).toMatchObject({
      value: expect.any(Number),
      marks: ['modelled', 'provisional'],
      table: 'method: unit-groups',
    });
  });

  it('works out changes from its own series, but not over the break', async () => {
    const { observations } = await ask({ occupation: '2136', statistics: ['mean', 'mean-change'] });
    const value = (year: number, statistic: string) =>
      observations.find((item) => item.year === year && item.statistic === statistic)!.cell!;
    expect(value(2021, 'mean-change').marks).toEqual(['provisional']);
    expect(value(2022, 'mean-change')).toMatchObject({ value: undefined, marks: ['break', 'not-available'] });
    const expected = (value(2024, 'mean').value! / value(2023, 'mean').value! - 1) * 100;
    expect(value(2024, 'mean-change')).toMatchObject({ value: expect.closeTo(expected, 8), unit: 'percent' });
    expect(value(2024, 'mean-change').marks).toContain('modelled');
  });
});

describe('estimates by region and age', () => {
  it('passes its checks: margins reproduced', () => {
    expect(house.checks.map(({ name, passed }) => [name, passed])).toEqual(
      house.checks.map(({ name }) => [name, true]),
    );
    expect(house.checks).toHaveLength(4);
  });

  it('moves the figure of the United Kingdom, marked, from the release of the estimates', async () => {
    const { observations } = await ask({
      ...programmers,
      statistics: ['mean'],
      breakdown: 'area',
      ...only(2024),
    });
    expect(observations).toHaveLength(12);
    const london = observations.find(({ area }) => area === 'E12000007')!.cell!;
    expect(london).toMatchObject({
      marks: ['modelled', 'provisional'],
      table: 'method: pay-estimates',
      release: expect.stringMatching(/^pay-estimates-/),
    });
    expect(london.value).toBeGreaterThan(1103.5);
  });

  it('has none for Northern Ireland', async () => {
    const northernIreland = { ...programmers, statistics: ['mean'], area: 'N92000002', ...only(2024) };
    expect((await first(northernIreland)).cell).toMatchObject({ value: undefined, marks: ['not-available'] });
  });

  it('puts England together from its regions', async () => {
    const regions = await ask({ ...programmers, statistics: ['mean'], breakdown: 'area', ...only(2024) });
    const values = regions.observations
      .filter(({ area }) => area.startsWith('E12'))
      .map(({ cell }) => cell!.value!);
    const england = (await mean({ ...programmers, area: 'E92000001', ...only(2024) }))!;
    expect(england).toBeGreaterThan(Math.min(...values));
    expect(england).toBeLessThan(Math.max(...values));
    expect(await mean({ occupation: 'all', area: 'E92000001', ...only(2025) })).toBeGreaterThan(0);
  });

  it('multiplies both factors where region and age are asked for', async () => {
    const [whole, there, then, both] = await Promise.all([
      mean({ ...programmers, ...only(2024) }),
      mean({ ...programmers, area: 'E12000007', ...only(2024) }),
      mean({ ...programmers, age: '22-29', ...only(2024) }),
      mean({ ...programmers, area: 'E12000007', age: '22-29', ...only(2024) }),
    ]);
    expect(both).toBeCloseTo((there! * then!) / whole!, 8);
  });

  it('names every release that was read, also those that no cell names', async () => {
    const nation = await house.ask(programmers);
    expect(nation.releases).toEqual([expect.stringMatching(/^ashe-/)]);
    const region = await house.ask({ ...programmers, area: 'E12000007' });
    expect(region.releases).toEqual([
      expect.stringMatching(/^ashe-/),
      expect.stringMatching(/^pay-estimates-/),
    ]);
  });

  it('crosses estimates over with the codes', async () => {
    const london = await mean({ occupation: '2136', area: 'E12000007', ...only(2024) });
    expect(london).toBeGreaterThan((await mean({ occupation: '2136', ...only(2024) }))!);
    expect(await mean({ occupation: '2136', area: 'E12000007', ...only(2021) })).toBeGreaterThan(0);
  });

  it('takes the factor of all employees for a population without its own', async () => {
    const part = { ...programmers, measure: 'annual-pay', workingPattern: 'part-time', ...only(2024) };
    const all = { ...programmers, measure: 'annual-pay', ...only(2024) };
    const ratio = (await mean({ ...all, area: 'E12000007' }))! / (await mean(all))!;
    expect(await mean({ ...part, area: 'E12000007' })).toBeCloseTo((await mean(part))! * ratio, 6);
  });

  it('keeps the job-weighted mean of an occupation', async () => {
    const rows = await house.db.read((reader) =>
      reader.all<{ weight: number; factor: number }>(
        `SELECT weight, factor FROM pay_factor WHERE soc = '2134' AND measure = 'weekly-pay' AND sex = 'all'
         AND working_pattern = 'all' AND dimension = 'area' AND code <> 'E92000001'`,
      ),
    );
    expect(rows).toHaveLength(regionCodes.length);
    expect(rows.reduce((sum, { weight, factor }) => sum + weight * factor, 0)).toBeCloseTo(1, 10);
  });
});

describe('levels and years without figures', () => {
  it('falls back to the next wider group, marked', async () => {
    const request = { occupation: '1116', statistics: ['median'], measure: 'annual-pay', ...only(2021) };
    expect((await first(request)).cell!.value).toBeUndefined();
    expect((await first({ ...request, fallBack: true })).cell).toMatchObject({
      value: expect.any(Number),
      marks: expect.arrayContaining(['coarser']),
      asked: { occupation: '1116' },
      answered: { occupation: '111' },
    });
  });

  it('leaves out a year without the combination, unless it was asked for', async () => {
    const part = { ...programmers, workingPattern: 'part-time', statistics: ['mean'] };
    expect((await ask(part)).observations.map(({ year }) => year)).not.toContain(2025);
    expect((await first({ ...part, ...only(2025) })).cell).toMatchObject({
      value: undefined,
      marks: ['not-available'],
    });
    expect((await first({ ...part, ...only(1999) })).cell).toMatchObject({
      value: undefined,
      marks: ['not-available'],
    });
  });

  it('keeps to the years asked for', async () => {
    const { observations } = await ask({
      ...programmers,
      statistics: ['mean'],
      minYear: 2022,
      maxYear: 2023,
    });
    expect(observations.map(({ year }) => year)).toEqual([2022, 2023]);
  });
});

describe('requests it refuses', () => {
  it.each([
    [{ occupation: '9999' }, 'not-found', 'occupation'],
    [{ occupation: '2136', classification: 'soc2007' }, 'invalid-argument', 'classification'],
    [{ occupation: '21361' }, 'invalid-argument', 'occupation'],
    [{ occupation: '' }, 'invalid-argument', 'occupation'],
    [{ occupation: '2136', measure: 'daily-pay' }, 'invalid-argument', 'measure'],
    [{ occupation: '2136', statistics: ['mode'] }, 'invalid-argument', 'statistics'],
    [{ occupation: '2136', sex: 'Male' }, 'invalid-argument', 'sex'],
    [{ occupation: '2136', workingPattern: 'flexible' }, 'invalid-argument', 'workingPattern'],
    [{ occupation: '2136', area: 'E06000001' }, 'invalid-argument', 'area'],
    [{ occupation: '2136', age: '23' }, 'invalid-argument', 'age'],
    [{ occupation: '2136', breakdown: 'industry' }, 'invalid-argument', 'breakdown'],
    [{ occupation: '2136', breakdown: 'sex,sex' }, 'invalid-argument', 'breakdown'],
    [{ occupation: '2136', breakdown: 'sex,area,age' }, 'invalid-argument', 'breakdown'],
    [{ occupation: '2136', minYear: 2025, maxYear: 2021 }, 'invalid-argument', 'minYear'],
  ])('%j', async (request, code, field) => {
    await expect(ask(request)).rejects.toMatchObject({ code, field });
  });
});

describe('how it reads', () => {
  it('needs two statements for one occupation, three by region', async () => {
    // The least of a few: now and then one more statement looks whether reference data has changed.
    const count = async (request: Partial<GetPayRequest>): Promise<number> => {
      const counts: number[] = [];
      for (let turn = 0; turn < 5; turn += 1) {
        const before = house.db.statements;
        await ask(request);
        counts.push(house.db.statements - before);
      }
      return Math.min(...counts);
    };
    expect(await count({ occupation: '2136' })).toBe(2);
    expect(await count({ occupation: '2136', breakdown: 'area' })).toBe(3);
  });

  it('answers from the cache until another release serves', async () => {
    const cached = await openHouse(100);
    await publishReference(cached);
    await cached.publish(ashe, await fixtureFiles());
    const answer = await cached.ask(programmers);
    expect(await cached.ask(programmers)).toBe(answer);
    await cached.publish(ashe, await fixtureFiles());
    const again = await cached.ask(programmers);
    expect(again.observations[0]!.cell!.release).not.toBe(answer.observations[0]!.cell!.release);
    await cached.close();
  });

  it('says that nothing is published yet', async () => {
    const empty = await openHouse();
    await publishReference(empty);
    await expect(empty.ask(programmers)).rejects.toMatchObject({ code: 'unavailable' });
    await empty.close();
  });

  it('lists the releases of its own datasets', async () => {
    const context = { traceId: '0'.repeat(32), deadline: Date.now() + 1000 };
    const { releases } = await house.handlers.listReleases({ dataset: '', currentOnly: true }, context);
    expect(releases.map(({ dataset }) => dataset)).toEqual(['ashe', 'pay-estimates']);
    await expect(
      house.handlers.listReleases({ dataset: 'soc', currentOnly: true }, context),
    ).rejects.toMatchObject({
      code: 'invalid-argument',
    });
  });
});

it('checks, estimates and answers on MariaDB as on SQLite', async () => {
  const server = await startMariadb();
  const migrator = await openMysql({ primaryUrl: server.migratorUrl });
  await migrator.migrate();
  await migrator.close();
  const other = await openHouse(0, await openMysql({ primaryUrl: server.writerUrl }));
  try {
    await publishReference(other);
    await other.publish(ashe, await fixtureFiles());
    expect(other.checks.filter(({ passed }) => !passed)).toEqual([]);
    await other.publish(payEstimates);
    expect(other.checks.map(({ detail }) => detail.replace(/difference \S+/, ''))).toEqual(
      house.checks.map(({ detail }) => detail.replace(/difference \S+/, '')),
    );
    const requests: Partial<GetPayRequest>[] = [
      { occupation: '2136', statistics: ['mean', 'p90', 'jobs', 'mean-change'] },
      { ...programmers, breakdown: 'area' },
      { occupation: '21', classification: 'soc2020', breakdown: 'sex', fallBack: true },
      { occupation: 'all', breakdown: 'age', area: 'E12000007' },
    ];
    for (const request of requests) {
      const [here, there] = [await ask(request), await other.ask(request)];
      expect(figuresOf(there)).toEqual(figuresOf(here));
    }
  } finally {
    await other.close();
    await server.stop();
  }
});

/** Without releases, which differ; estimates to the digits that the order of summing leaves alone. */
function figuresOf({ observations }: GetPayReply): unknown[] {
  return observations.map(({ cell, ...key }) => ({
    ...key,
    ...cell,
    release: '',
    value: cell!.value === undefined ? undefined : Number(cell!.value.toPrecision(10)),
  }));
}
