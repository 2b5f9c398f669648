import { GetEmploymentPartsRequest, type EmploymentObservation } from '@lmi/contracts';
import { findFailures } from './reconciling';
import { fixtureFiles, importerOf, openPublishedHouse, pairs, type House } from './house';

describe('the employment service on its fixtures', () => {
  let house: House;
  beforeAll(async () => {
    house = await openPublishedHouse();
  });
  afterAll(() => house.close());

  const at = (observations: readonly EmploymentObservation[], year: number, code = '') =>
    observations.find((item) => item.year === year && item.code === code)!.cell!;

  it('has checks that all pass', () => {
    expect(house.checks.filter(({ passed }) => !passed)).toEqual([]);
  });

  it('sums published cells up to the last base year and projects to 2035 after it', async () => {
    const { observations } = await house.ask({ occupation: '2134', classification: 'soc2020' });
    expect(observations.map(({ year }) => year)).toEqual(
      Array.from({ length: 15 }, (_, index) => 2021 + index),
    );
    expect(at(observations, 2024).marks).toEqual([]);
    expect(at(observations, 2025).marks).toEqual(['modelled', 'projected']);
    const { observations: cells } = await house.ask({
      occupation: '2134',
      classification: 'soc2020',
      breakdown: 'industry',
      minYear: 2024,
      maxYear: 2024,
    });
    expect(cells.map(({ code }) => code).join('')).toBe('ABCDEFGHIJKLMNOPQRS');
    const sum = cells.reduce((people, { cell }) => people + (cell!.value ?? 0), 0);
    expect(sum).toBe(at(observations, 2024).value);
    expect(at(cells, 2024, 'A').marks).toEqual(['small-sample', 'not-available']);
    expect(at(cells, 2024, 'F').marks).toEqual(['small-sample']);
    expect(at(cells, 2024, 'J').release).toMatch(/^employment-2024-/);
  });

  it('says of every pair of two breakdowns that no source has it', async () => {
    const { observations } = await house.ask({
      occupation: '2134',
      classification: 'soc2020',
      breakdown: 'sex,industry',
      minYear: 2024,
      maxYear: 2024,
    });
    expect(observations).toHaveLength(2 * 19);
    expect(observations[20]).toMatchObject({ code: 'female', secondCode: 'B' });
    for (const { cell } of observations) {
      expect(cell!.value).toBeUndefined();
      expect(cell!.marks).toContain('not-available');
    }
  });

  it('answers both parts of one call as two calls would, and each with an error of its own', async () => {
    const asked = { occupation: '2134', classification: 'soc2020' };
    const both = (employment: object, replacementDemand: object) =>
      house.handlers.getEmploymentParts(
        GetEmploymentPartsRequest.fromPartial({ employment, replacementDemand }),
        house.context(),
      );
    const { employment, replacementDemand } = await both(asked, asked);
    expect(employment!.value).toEqual(await house.ask(asked));
    expect(replacementDemand!.value).toEqual(await house.askReplacement(asked));
    const halved = await both({ ...asked, area: 'nowhere' }, asked);
    expect(halved.employment).toMatchObject({
      value: undefined,
      error: { code: 'invalid-argument', field: 'area' },
    });
    expect(halved.replacementDemand).toEqual(replacementDemand);
  });

  it('moves a unit group by the growth of its sub-major group in England', async () => {
    const unit = (await house.ask({ occupation: '2134', classification: 'soc2020' })).observations;
    const group = (await house.ask({ occupation: '21', classification: 'soc2020', area: 'E92000001' }))
      .observations;
    const growth = at(group, 2030).value! / at(group, 2024).value!;
    expect(at(unit, 2030).value! / at(unit, 2024).value!).toBeCloseTo(growth, 12);
  });

  it('carries a group that is withheld in the last base year forward from the last year that has it', async () => {
    const { observations } = await house.ask({ occupation: '2435', classification: 'soc2020' });
    expect(at(observations, 2024)).toMatchObject({
      value: undefined,
      marks: ['small-sample', 'not-available'],
    });
    expect(at(observations, 2023).value).toBeGreaterThan(0);
    expect(at(observations, 2026).value).toBeGreaterThan(0);
  });

  it('lists twelve areas, Northern Ireland as not available, the others adding up to Great Britain', async () => {
    const { observations } = await house.ask({
      occupation: '2134',
      classification: 'soc2020',
      breakdown: 'area',
      minYear: 2026,
      maxYear: 2026,
    });
    expect(observations.map(({ name }) => name)).toEqual([
      'London',
      'South East',
      'East of England',
      'South West',
      'West Midlands',
      'East Midlands',
      'Yorkshire and the Humber',
      'North West',
      'North East',
      'Wales',
      'Scotland',
      'Northern Ireland',
    ]);
    const ireland = at(observations, 2026, 'N92000002');
    expect(ireland).toMatchObject({ value: undefined, marks: ['not-available'] });
    const whole = at(
      (await house.ask({ occupation: '2134', classification: 'soc2020' })).observations,
      2026,
    ).value!;
    const parts = observations.reduce((people, { cell }) => people + (cell!.value ?? 0), 0);
    expect(parts / whole).toBeGreaterThan(0.96);
    expect(parts / whole).toBeLessThan(0.99);
    const wales = await house.ask({
      occupation: '2134',
      classification: 'soc2020',
      area: 'W92000004',
      minYear: 2026,
      maxYear: 2026,
    });
    expect(at(wales.observations, 2026).value).toBe(at(observations, 2026, 'W92000004').value);
  });

  it.each(['sex', 'qualification', 'working-status'])(
    'splits by %s so that the parts add up',
    async (breakdown) => {
      const whole = (await house.ask({ occupation: 'all', classification: 'soc2020' })).observations;
      const { observations } = await house.ask({ occupation: 'all', classification: 'soc2020', breakdown });
      for (const year of [2021, 2024, 2035]) {
        const parts = observations.filter((item) => item.year === year);
        expect(parts.every(({ name, cell }) => name !== '' && cell!.marks.includes('modelled'))).toBe(true);
        const sum = parts.reduce((people, { cell }) => people + (cell!.value ?? 0), 0);
        expect(Math.abs(sum / at(whole, year).value! - 1)).toBeLessThan(1e-9);
      }
    },
  );

  it.each(['sex', 'qualification', 'working-status'])(
    'never withholds one part by %s alone: the total less the others would be it',
    async (breakdown) => {
      let withheld = 0;
      for (const occupation of ['2', '21', '213', '2134', '2435', '6311']) {
        const { observations } = await house.ask({ occupation, classification: 'soc2020', breakdown });
        for (const year of [2021, 2024, 2035]) {
          const hidden = observations.filter(
            (item) => item.year === year && item.cell!.marks.includes('confidential'),
          );
          expect(hidden.every(({ cell }) => cell!.value === undefined)).toBe(true);
          expect(hidden).not.toHaveLength(1);
          withheld += hidden.length;
        }
      }
      expect(withheld).toBeGreaterThan(0);
    },
  );

  it('withholds modelled figures under 1,000 and notes those under 10,000', async () => {
    const { observations } = await house.ask({
      occupation: '6312',
      classification: 'soc2020',
      breakdown: 'area',
    });
    const cells = observations.filter(({ code }) => code !== 'N92000002').map(({ cell }) => cell!);
    expect(cells.some(({ marks }) => marks.includes('confidential'))).toBe(true);
    for (const { value, marks } of cells) {
      if (value === undefined) expect(marks).toContain('confidential');
      else expect(value).toBeGreaterThanOrEqual(1000);
      expect(marks.includes('small-sample')).toBe(value !== undefined && value < 10_000);
    }
  });

  it('crosses figures to SOC 2010 by the dual-coded shares and says so', async () => {
    const { observations } = await house.ask({ occupation: '2136', minYear: 2024, maxYear: 2024 });
    const of = async (occupation: string) =>
      at(
        (await house.ask({ occupation, classification: 'soc2020', minYear: 2024, maxYear: 2024 }))
          .observations,
        2024,
      ).value!;
    const people = (code: string) =>
      pairs.filter(([, to]) => to === code).reduce((sum, [, , n]) => sum + n, 0);
    const expected = (await of('2134')) * (80 / people('2134')) + (await of('2136')) * (20 / people('2136'));
    expect(at(observations, 2024).value).toBeCloseTo(expected, 6);
    expect(at(observations, 2024)).toMatchObject({
      marks: ['modelled'],
      answered: { occupation: '2136', classification: 'soc2010', area: 'K02000001' },
    });
  });

  it('gives projected areas at the levels that the source has, and coarser ones only when asked', async () => {
    const unit = {
      occupation: '2134',
      classification: 'soc2020',
      area: 'GL_LSIP',
      minYear: 2024,
      maxYear: 2024,
    };
    expect(at((await house.ask(unit)).observations, 2024)).toMatchObject({
      value: undefined,
      marks: ['not-available'],
    });
    const wider = at((await house.ask({ ...unit, fallBack: true })).observations, 2024);
    expect(wider.marks).toEqual(['projected', 'coarser']);
    expect(wider.answered).toEqual({ occupation: '21', classification: 'soc2020', area: 'GL_LSIP' });
    const withheld = await house.ask({ ...unit, occupation: '63', area: 'BC_LEP' });
    expect(at(withheld.observations, 2024)).toMatchObject({
      value: undefined,
      marks: ['confidential', 'projected'],
    });
  });

  it('answers districts from the survey, with its interval and its doubts', async () => {
    const district = { area: 'W06000015', occupation: '21', classification: 'soc2010' };
    const { observations } = await house.ask(district);
    expect(observations.map(({ year }) => year)).toEqual([2020, 2021]);
    const { value, lower, upper } = at(observations, 2021);
    expect(lower).toBeLessThan(value!);
    expect(upper! - value!).toBeCloseTo(value! - lower!, 9);
    const wider = await house.ask({
      ...district,
      occupation: '2134',
      classification: 'soc2020',
      fallBack: true,
    });
    expect(at(wider.observations, 2021)).toMatchObject({
      value,
      marks: expect.arrayContaining(['coarser']),
      answered: { occupation: '21', classification: 'soc2010', area: 'W06000015' },
    });
    const small = await house.ask({ area: 'E06000053', occupation: '21', classification: 'soc2010' });
    expect(small.observations.every(({ cell }) => cell!.value === undefined)).toBe(true);
    expect(at(small.observations, 2021).marks).toEqual(['not-available']);
  });

  it('says year by year that Northern Ireland and counties have no figures', async () => {
    for (const area of ['N92000002', 'E10000002']) {
      const { observations } = await house.ask({
        occupation: '2134',
        classification: 'soc2020',
        area,
        minYear: 2034,
      });
      expect(observations.map(({ year, cell }) => [year, cell!.value, cell!.marks])).toEqual([
        [2034, undefined, ['not-available']],
        [2035, undefined, ['not-available']],
      ]);
    }
  });

  it('takes an empty span of years for an empty answer', async () => {
    expect(await house.ask({ occupation: 'all', minYear: 2030, maxYear: 2020 })).toEqual({
      observations: [],
    });
  });

  it.each([
    [{ occupation: '9999' }, 'not-found', 'occupation'],
    [{ occupation: '2134', classification: 'soc2010' }, 'not-found', 'occupation'],
    [{ occupation: 'plumber' }, 'invalid-argument', 'occupation'],
    [{ occupation: '2134', classification: 'soc2000' }, 'invalid-argument', 'classification'],
    [{ occupation: '2134', breakdown: 'age' }, 'invalid-argument', 'breakdown'],
    [{ occupation: '2134', breakdown: 'sex,sex' }, 'invalid-argument', 'breakdown'],
    [{ occupation: '2134', area: 'E12000010' }, 'invalid-argument', 'area'],
  ])('refuses %j', async (request, code, field) => {
    await expect(house.ask(request)).rejects.toMatchObject({ code, field });
  });

  it('gives replacement demand that follows from the rate of its group', async () => {
    const unit = await house.askReplacement({ occupation: '2134', classification: 'soc2020' });
    const group = await house.askReplacement({
      occupation: '21',
      classification: 'soc2020',
      area: 'E92000001',
    });
    expect([unit.startYear, unit.endYear]).toEqual([2020, 2035]);
    expect(unit.annualRate!.value).toBeCloseTo(group.annualRate!.value!, 9);
    expect(unit.replacementDemand!.value! / unit.startEmployment!.value!).toBeCloseTo(
      group.replacementDemand!.value! / group.startEmployment!.value!,
      9,
    );
    expect(unit.totalRequirement!.value).toBeCloseTo(
      unit.netChange!.value! + unit.replacementDemand!.value!,
      6,
    );
    expect(unit.startEmployment!.marks).toEqual(['modelled']);
    expect(unit.netChange).toMatchObject({ period: '2020/2035', marks: ['modelled', 'projected'] });
  });

  it('withholds replacement demand that the projections withhold, and falls back when asked', async () => {
    const question = { occupation: '63', classification: 'soc2020', area: 'BC_LEP' };
    const withheld = await house.askReplacement(question);
    expect(withheld.replacementDemand).toMatchObject({
      value: undefined,
      marks: ['confidential', 'projected'],
    });
    const wider = await house.askReplacement({ ...question, fallBack: true });
    expect(wider.replacementDemand!.answered).toEqual({
      occupation: '63',
      classification: 'soc2020',
      area: 'K02000001',
    });
    expect(wider.replacementDemand!.marks).toContain('coarser');
    const region = await house.askReplacement({ ...question, area: 'E12000001' });
    expect(region.annualRate).toMatchObject({ value: undefined, marks: ['not-available'] });
  });

  it.each(['employment', 'projections', 'aps'])('serves what the files of %s say', async (id) => {
    const { compared, failures } = await findFailures(house, importerOf(id), await fixtureFiles(), 3000);
    expect(failures).toEqual([]);
    expect(compared).toBeGreaterThan(100);
  });

  it('lists its releases', async () => {
    const { releases } = await house.handlers.listReleases(
      { dataset: '', currentOnly: true },
      { traceId: '', deadline: Infinity },
    );
    expect(releases.map(({ dataset }) => dataset)).toEqual([
      'employment',
      'projections',
      'aps',
      'employment-estimates',
      'area-indicators',
      'unemployment',
      'skills-shortages',
      'skills-shortages-occupations',
      'census',
    ]);
  });
});
