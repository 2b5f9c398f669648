import * as fc from 'fast-check';
import { buildCrosswalk, crossCount, crossMean } from '../src/crosswalk';
import type { CrosswalkPair, DualCodedRow } from '../src/crosswalk';

type Figures = [number, number, number, number, number, number, number, number];

function row(soc2010: string, soc2020: string, figures: Figures): DualCodedRow {
  const [menLfsSample, menLfsShare, menCensusSample, menCensusShare, ...women] = figures;
  const [womenLfsSample, womenLfsShare, womenCensusSample, womenCensusShare] = women;
  return {
    ...{ soc2010, soc2020, menLfsSample, menLfsShare, menCensusSample, menCensusShare },
    ...{ womenLfsSample, womenLfsShare, womenCensusSample, womenCensusShare },
  };
}

const plain = row('1115', '1111', [361, 1, 808, 0.5, 99, 1, 213, 0.5]);

const by = (pairs: readonly CrosswalkPair[], side: 'soc2010' | 'soc2020') => (unit: string) =>
  pairs.filter((pair) => pair[side] === unit);

const units = (pairs: readonly CrosswalkPair[], side: 'soc2010' | 'soc2020') => [
  ...new Set(pairs.map((pair) => pair[side])),
];

function expectSharesOfOne(pairs: readonly CrosswalkPair[]): void {
  for (const unit of units(pairs, 'soc2010')) {
    const sum = by(pairs, 'soc2010')(unit).reduce((total, pair) => total + pair.shareOf2010, 0);
    expect(Math.abs(sum - 1)).toBeLessThan(1e-12);
  }
  for (const unit of units(pairs, 'soc2020')) {
    const sum = by(pairs, 'soc2020')(unit).reduce((total, pair) => total + pair.shareOf2020, 0);
    expect(Math.abs(sum - 1)).toBeLessThan(1e-12);
  }
}

const share = fc.double({ min: 0, max: 1, noNaN: true });
const sample = fc.nat(2000);
const relationship = fc
  .uniqueArray(
    fc.record({
      pair: fc.tuple(fc.integer({ min: 1111, max: 1119 }), fc.integer({ min: 2111, max: 2119 })),
      figures: fc.tuple(sample, share, sample, share, sample, share, sample, share),
    }),
    { minLength: 1, maxLength: 30, selector: ({ pair }) => pair.join() },
  )
  .map((list) => list.map(({ pair, figures }) => row(String(pair[0]), String(pair[1]), figures)));

describe('buildCrosswalk', () => {
  test('random relationships: shares add up to 1 on both sides, no empty pair, sorted', () => {
    fc.assert(
      fc.property(relationship, (rows) => {
        const built = buildCrosswalk(rows);
        for (const pairs of Object.values(built)) {
          expectSharesOfOne(pairs);
          expect(pairs.every(({ people }) => people > 0)).toBe(true);
          const keys = pairs.map(({ soc2010, soc2020 }) => soc2010 + soc2020);
          expect(keys).toEqual([...keys].sort());
        }
        const total = (pairs: readonly CrosswalkPair[]) => pairs.reduce((sum, { people }) => sum + people, 0);
        expect(total(built.all)).toBeCloseTo(total(built.male) + total(built.female), 6);
      }),
      { numRuns: 1000, seed: 2010 },
    );
  });

  test.each<[string, DualCodedRow[], string]>([
    ['a pair twice', [plain, plain], 'pair 1115-1111: comes twice'],
    ['a negative sample', [{ ...plain, menLfsSample: -1 }], 'pair 1115-1111, menLfsSample'],
    ['a share in percent', [{ ...plain, womenCensusShare: 99.5 }], 'womenCensusShare: expected 0 to 1'],
    ['a gap', [{ ...plain, menLfsShare: NaN }], 'menLfsShare'],
  ])('refuses %s', (_, rows, message) => {
    expect(() => buildCrosswalk(rows)).toThrow(message);
  });
});

describe('crossing figures over', () => {
  const pairs: CrosswalkPair[] = [
    { soc2010: 'A', soc2020: 'x', people: 30, shareOf2010: 0.75, shareOf2020: 0.6 },
    { soc2010: 'A', soc2020: 'y', people: 10, shareOf2010: 0.25, shareOf2020: 1 },
    { soc2010: 'B', soc2020: 'x', people: 20, shareOf2010: 1, shareOf2020: 0.4 },
  ];
  const pay = new Map([
    ['x', 500],
    ['y', 800],
  ]);
  const jobs = new Map([
    ['x', 1000],
    ['y', 200],
  ]);
  const to2010 = { from: 'soc2020', pairsOf: by(pairs, 'soc2010') } as const;

  test('means, by hand: jobs times the share that belongs to the group', () => {
    const request = {
      ...to2010,
      valueOf: (unit: string) => pay.get(unit),
      baseOf: (unit: string) => jobs.get(unit),
    };
    // (600 × 500 + 200 × 800) / 800
    expect(crossMean({ ...request, targets: ['A'] })).toEqual({ value: 575, coverage: 1, missing: [] });
    expect(crossMean({ ...request, targets: ['B'] }).value).toBe(500);
    // (1000 × 500 + 200 × 800) / 1200
    expect(crossMean({ ...request, targets: ['A', 'B', 'A'] }).value).toBeCloseTo(550, 10);
  });

  test('a unit group without a mean is left out, and the share of jobs that is covered is told', () => {
    const request = { ...to2010, targets: ['A'], baseOf: (unit: string) => jobs.get(unit) };
    const valueOf = (unit: string) => (unit === 'y' ? null : pay.get(unit));
    expect(crossMean({ ...request, valueOf })).toEqual({ value: 500, coverage: 0.75, missing: ['y'] });
    expect(crossMean({ ...request, valueOf: () => undefined })).toEqual({
      value: undefined,
      coverage: 0,
      missing: ['x', 'y'],
    });
  });

  test('a unit group without jobs cannot be weighed and is named', () => {
    const request = { ...to2010, targets: ['A'], valueOf: (unit: string) => pay.get(unit) };
    const some = crossMean({ ...request, baseOf: (unit) => (unit === 'x' ? null : 200) });
    expect(some).toEqual({ value: 800, coverage: 1, missing: ['x'] });
    expect(crossMean({ ...request, baseOf: () => 0 })).toEqual({
      value: undefined,
      coverage: 0,
      missing: ['x', 'y'],
    });
  });

  test('counts, by hand, both ways', () => {
    const valueOf = (unit: string) => jobs.get(unit);
    expect(crossCount({ ...to2010, targets: ['A'], valueOf })).toEqual({
      value: 800,
      coverage: 1,
      missing: [],
    });
    expect(crossCount({ ...to2010, targets: ['B'], valueOf }).value).toBe(400);
    const to2020 = { from: 'soc2010', pairsOf: by(pairs, 'soc2020') } as const;
    const counts = new Map([
      ['A', 100],
      ['B', 40],
    ]);
    const of2010 = (unit: string) => counts.get(unit);
    expect(crossCount({ ...to2020, targets: ['x'], valueOf: of2010 }).value).toBe(115);
    expect(crossCount({ ...to2020, targets: ['y'], valueOf: of2010 }).value).toBe(25);
    const mean = crossMean({
      ...to2020,
      targets: ['x'],
      valueOf: (unit) => (unit === 'A' ? 10 : 20),
      baseOf: of2010,
    });
    expect(mean.value).toBeCloseTo((75 * 10 + 40 * 20) / 115, 12);
  });

  test('a count of 0 is a figure, a missing one is not; coverage is over the people of the pairs', () => {
    const valueOf = (unit: string) => (unit === 'y' ? 0 : undefined);
    expect(crossCount({ ...to2010, targets: ['A'], valueOf })).toEqual({
      value: 0,
      coverage: 0.25,
      missing: ['x'],
    });
    expect(crossCount({ ...to2010, targets: ['none'], valueOf })).toEqual({
      value: undefined,
      coverage: 0,
      missing: [],
    });
  });

  test('random relationships: totals are conserved both ways and means stay within their sources', () => {
    fc.assert(
      fc.property(
        relationship,
        fc.array(fc.nat(1_000_000), { minLength: 18, maxLength: 18 }),
        (rows, numbers) => {
          const { all } = buildCrosswalk(rows);
          fc.pre(all.length > 0);
          const numberOf = (unit: string) => numbers[(Number(unit) % 10) + (unit.startsWith('2') ? 8 : -1)]!;
          for (const [from, to] of [
            ['soc2020', 'soc2010'],
            ['soc2010', 'soc2020'],
          ] as const) {
            const pairsOf = by(all, to);
            const targets = units(all, to);
            const total = units(all, from).reduce((sum, unit) => sum + numberOf(unit), 0);
            const parts = targets.map(
              (unit) => crossCount({ targets: [unit], from, pairsOf, valueOf: numberOf }).value!,
            );
            const sum = parts.reduce((a, b) => a + b, 0);
            expect(Math.abs(sum - total)).toBeLessThanOrEqual(1e-9 * Math.max(total, 1));
            expect(crossCount({ targets, from, pairsOf, valueOf: numberOf }).value).toBeCloseTo(sum, 4);
            for (const target of targets) {
              const sources = pairsOf(target).map((pair) => numberOf(pair[from]));
              const { value } = crossMean({
                targets: [target],
                from,
                pairsOf,
                valueOf: numberOf,
                baseOf: () => 7,
              });
              expect(value).toBeGreaterThanOrEqual(Math.min(...sources) * (1 - 1e-12));
              expect(value).toBeLessThanOrEqual(Math.max(...sources) * (1 + 1e-12));
            }
          }
        },
      ),
      { numRuns: 1000, seed: 2020 },
    );
  });
});
