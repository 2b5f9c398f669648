import {
  combineFactors,
  fitMajorGroup,
  mixtureShares,
  type QuantilePoint,
  type UnitMargin,
} from '../src/estimates';

/** Same numbers on every run. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 16807) % 2147483647;
    return state / 2147483647;
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function randomGroup(seed: number): { units: UnitMargin[]; means: number[] } {
  const random = sequence(seed);
  const categories = 2 + Math.floor(random() * 11);
  const units = Array.from({ length: 1 + Math.floor(random() * 60) }, (_, index) => {
    const raw = Array.from({ length: categories }, () => 0.05 + random());
    return {
      soc: `2${String(index).padStart(3, '0')}`,
      jobs: 1 + random() * 400,
      mean: 200 + random() * 1500,
      shares: raw.map((value) => value / sum(raw)),
    };
  });
  return { units, means: Array.from({ length: categories }, () => 300 + random() * 1200) };
}

describe('fitting the pay bill of a major group', () => {
  it.each(Array.from({ length: 50 }, (_, index) => index + 1))(
    'reproduces its margins (table %d)',
    (seed) => {
      const { units, means } = randomGroup(seed);
      const fitted = fitMajorGroup(units, means);
      // Occupation: the mean over categories is the United Kingdom's.
      for (const { factors, shares } of fitted) {
        expect(sum(factors.map((factor, index) => factor! * shares[index]!))).toBeCloseTo(1, 10);
      }
      // Category: the mean over occupations is the published one, scaled alike for all.
      const ratios = means.map((mean, category) => {
        const jobs = sum(units.map((unit) => unit.jobs * unit.shares[category]!));
        const bill = sum(
          units.map(
            (unit, row) => unit.jobs * unit.shares[category]! * unit.mean * fitted[row]!.factors[category]!,
          ),
        );
        return bill / jobs / mean;
      });
      for (const ratio of ratios) expect(Math.abs(ratio / ratios[0]! - 1)).toBeLessThan(1e-9);
    },
  );

  it('gives no factor where an occupation has no jobs', () => {
    const units = [
      { soc: '2111', jobs: 10, mean: 500, shares: [1, 0] },
      { soc: '2112', jobs: 10, mean: 700, shares: [0.5, 0.5] },
    ];
    expect(fitMajorGroup(units, [550, 720])[0]!.factors).toEqual([expect.closeTo(1, 10), undefined]);
  });

  it('combines unit groups into the factor of a wider group', () => {
    const { units, means } = randomGroup(99);
    const parts = fitMajorGroup(units, means).map(({ factors }, row) => ({ margin: units[row]!, factors }));
    const combined = combineFactors(parts);
    expect(sum(combined.map(({ weight }) => weight))).toBeCloseTo(1, 12);
    expect(sum(combined.map(({ factor, weight }) => factor * weight))).toBeCloseTo(1, 10);
    const ratio = combined.map(({ factor }, index) => factor / means[index]!);
    for (const value of ratio) expect(value / ratio[0]!).toBeCloseTo(1, 9);
  });
});

describe('shares of a mixture', () => {
  const points = (from: number, to: number): QuantilePoint[] =>
    [0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9].map((share) => ({
      share,
      value: from + (to - from) * share,
    }));

  it('finds the shares of parts that are apart', () => {
    const below = points(100, 200);
    const above = points(300, 400);
    // A quarter below and three quarters above.
    const whole = [
      { share: 0.1, value: 140 },
      { share: 0.25, value: 210 },
      { share: 0.625, value: 350 },
      { share: 0.9, value: 386 },
    ];
    const [low, high] = mixtureShares(whole, [below, above]);
    expect(low).toBeCloseTo(0.25, 1);
    expect(high).toBeCloseTo(0.75, 1);
  });

  it('leaves parts that cannot be told apart at equal shares', () => {
    const same = points(100, 300);
    expect(mixtureShares(same, [same, same])).toEqual([expect.closeTo(0.5, 12), expect.closeTo(0.5, 12)]);
  });
});
