import { estimatedAreas, qualificationCodes, sections } from '../src/codes';
import { computeEstimates, levelsOf, replacementEstimates, type EstimateRow } from '../src/model/estimates';
import type { EstimateInputs, JobCounts } from '../src/model/inputs';
import { nationShares } from '../src/model/regions';

/** Repeatable random numbers from 0 to 1. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

const years = Array.from({ length: 26 }, (_, index) => 2010 + index);

/** Inputs of the real shape with invented figures: `units` unit groups in real sub-major groups. */
function inventedInputs(seed: number): EstimateInputs {
  const random = randomOf(seed);
  const units = ['1111', '1112', '2134', '2136', '5315', '6135', '6136', '6311', '9263', '9269'];
  const groups = [...new Set(units.map((unit) => unit.slice(0, 2)))];
  const series = (scale: number) => {
    const slope = 0.98 + 0.04 * random();
    const start = scale * (0.2 + random());
    return new Map(years.map((year) => [year, start * slope ** (year - 2010)]));
  };
  const cell = () => {
    const kind = random();
    return { employment: kind < 0.15 ? null : kind < 0.3 ? 0 : 400 + 90_000 * random() };
  };
  const base = new Map(
    units.map((unit) => [
      unit,
      new Map(
        sections.map((section) => [
          section,
          // One section that everybody is found in keeps every total possible.
          new Map(
            [2021, 2022, 2023, 2024].map((year) => [
              year,
              section === 'Q' ? { employment: 20_000 + random() } : cell(),
            ]),
          ),
        ]),
      ),
    ]),
  );
  const lsips = new Map(
    ['A_LSIP', 'B_LSIP', 'C_LSIP'].map((area) => [
      area,
      new Map(
        [...groups.filter((group) => group !== '63'), 'all'].map((soc) => [
          soc,
          series(soc === 'all' ? 900_000 : 90_000),
        ]),
      ),
    ]),
  );
  const job = (): JobCounts => ({
    all: 9_000,
    male: random() < 0.2 ? null : 1 + 8_000 * random(),
    female: random() < 0.2 ? null : 1 + 8_000 * random(),
    fullTime: random() < 0.2 ? null : 1 + 8_000 * random(),
    partTime: 1_000 * random(),
  });
  return {
    base,
    england: new Map([...groups, 'all'].map((soc) => [soc, series(300_000)])),
    englandSexes: new Map(
      groups.map((group) => [
        group,
        [2015, 2020, 2035].map((year) => ({ year, male: 1 + random(), female: 1 + random() })),
      ]),
    ),
    englandQualifications: new Map(qualificationCodes.map((code) => [code, series(100_000)])),
    englandIndustries: new Map(sections.map((code) => [code, series(100_000)])),
    replacement: new Map(groups.map((group) => [group, { demand: 1_000 * random(), start: 2_000 }])),
    replacementYears: { start: 2020, end: 2035 },
    lsips,
    regionsOfLsip: new Map([
      ['A_LSIP', new Map([['E12000001', 1]])],
      [
        'B_LSIP',
        new Map([
          ['E12000006', 0.4],
          ['E12000008', 0.6],
        ]),
      ],
      ['C_LSIP', new Map([['E12000007', 1]])],
    ]),
    headcounts: new Map(
      [
        ['E92000001', 26_000_000],
        ['W92000004', 1_400_000],
        ['S92000003', 2_600_000],
        ['N92000002', 860_000],
      ].map(([code, people]) => [
        String(code),
        new Map([
          [2021, Number(people)],
          [2023, Number(people) * (1 + random() / 50)],
        ]),
      ]),
    ),
    otherNations: new Map(
      ['W92000004', 'S92000003'].map((nation) => [
        nation,
        new Map(groups.map((group) => [group, 1_000 + 50_000 * random()])),
      ]),
    ),
    otherNationsYear: 2021,
    jobs: new Map([
      ...groups.map(
        (group) => [group, { ...job(), all: 15_000, fullTime: 10_000, partTime: 5_000 }] as const,
      ),
      ...units.map((unit) => [unit, job()] as const),
    ]),
  };
}

const relative = (a: number, b: number): number => Math.abs(a - b) / Math.max(Math.abs(b), 1e-300);

class Cube {
  readonly #cells = new Map<string, EstimateRow>();
  readonly rows: EstimateRow[];
  constructor(rows: Iterable<EstimateRow>) {
    this.rows = [...rows];
    for (const row of this.rows) this.#cells.set(`${row.soc}/${row.dimension}/${row.code}/${row.year}`, row);
  }
  people(soc: string, dimension: string, code: string, year: number): number {
    return this.#cells.get(`${soc}/${dimension}/${code}/${year}`)?.employment ?? 0;
  }
  sum(soc: string, dimension: string, codes: readonly string[], year: number): number {
    return codes.reduce((total, code) => total + this.people(soc, dimension, code, year), 0);
  }
}

describe.each(Array.from({ length: 20 }, (_, index) => index + 1))(
  'estimates of invented economy %i',
  (seed) => {
    const inputs = inventedInputs(seed);
    const { rows, totals } = computeEstimates(inputs);
    const cube = new Cube(rows);

    it('reproduces every margin to 1e-9', () => {
      let worst = 0;
      const check = (found: number, margin: number) => (worst = Math.max(worst, relative(found, margin)));
      for (const year of totals.years) {
        for (const unit of totals.units) {
          const people = totals.people(unit, year);
          check(cube.sum(unit, 'sex', ['male', 'female'], year), people);
          check(cube.sum(unit, 'qualification', qualificationCodes, year), people);
          check(cube.sum(unit, 'working-status', ['1', '2', '3'], year), people);
          if (year > 2024) check(cube.sum(unit, 'industry', sections, year), people);
          check(
            cube.sum(unit, 'region', estimatedAreas, year),
            people * (1 - nationShares(inputs, year).get('N92000002')!),
          );
        }
        const whole = totals.units.reduce((sum, unit) => sum + totals.people(unit, year), 0);
        for (const nation of ['W92000004', 'S92000003']) {
          const found = totals.units.reduce(
            (sum, unit) => sum + cube.people(unit, 'region', nation, year),
            0,
          );
          check(found, whole * nationShares(inputs, year).get(nation)!);
        }
        const english = [...inputs.englandQualifications.values()].reduce(
          (sum, series) => sum + series.get(year)!,
          0,
        );
        for (const code of qualificationCodes) {
          const found = totals.units.reduce(
            (sum, unit) => sum + cube.people(unit, 'qualification', code, year),
            0,
          );
          check(found, (whole * inputs.englandQualifications.get(code)!.get(year)!) / english);
        }
      }
      expect(worst).toBeLessThan(1e-9);
    });

    it('has wider groups that are the sums of their unit groups', () => {
      for (const [soc, members] of [
        ['21', ['2134', '2136']],
        ['6', ['6135', '6136', '6311']],
        ['all', totals.units],
      ] as const) {
        for (const code of estimatedAreas) {
          const parts = members.reduce((sum, unit) => sum + cube.people(unit, 'region', code, 2030), 0);
          expect(relative(cube.people(soc, 'region', code, 2030), parts) < 1e-9 || parts === 0).toBe(true);
        }
      }
    });

    it('comes in the order of the table and holds no figure below 0 or not finite', () => {
      const keys = cube.rows.map(({ soc, dimension, code, year }) => [soc, dimension, code, year].join('/'));
      expect(keys).toEqual([...keys].sort());
      expect(new Set(keys).size).toBe(keys.length);
      expect(
        cube.rows.every(
          ({ employment }) => employment === null || (employment >= 0 && Number.isFinite(employment)),
        ),
      ).toBe(true);
      expect(
        cube.rows.every(({ employment, marks }) => employment !== null || marks.includes('not-available')),
      ).toBe(true);
    });

    it('replaces workers at the rate of the group', () => {
      const found = replacementEstimates(inputs, totals);
      expect(found.map(({ soc }) => soc)).toContain('2134');
      for (const { soc, replacementDemand, startEmployment } of found.filter((row) => row.soc.length === 4)) {
        const group = inputs.replacement.get(soc.slice(0, 2))!;
        expect(relative(replacementDemand / startEmployment, group.demand / group.start)).toBeLessThan(1e-12);
      }
    });
  },
);

it('names the wider groups of a unit group', () => {
  expect(levelsOf('2134')).toEqual(['2', '21', '213', '2134']);
});
