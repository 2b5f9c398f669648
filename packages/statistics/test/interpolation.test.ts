import * as fc from 'fast-check';
import { growthIndex, interpolate, interpolateShares, weightedMean } from '../src/interpolation';

const anchors = [
  { year: 2020, shares: [0.2, 0.8] },
  { year: 2025, shares: [0.3, 0.7] },
  { year: 2035, shares: [0.5, 0.5] },
];

test.each([
  [2010, 0.2],
  [2020, 0.2],
  [2022, 0.24],
  [2025, 0.3],
  [2030, 0.4],
  [2035, 0.5],
  [2050, 0.5],
])('shares of %d', (year, first) => {
  const [a, b] = interpolateShares(anchors, year);
  expect(a).toBeCloseTo(first, 12);
  expect(b).toBeCloseTo(1 - first, 12);
});

test('numbers between two years, and a single anchor', () => {
  expect(
    interpolate(
      [
        { year: 2020, value: 10 },
        { year: 2024, value: 30 },
      ],
      2021,
    ),
  ).toBe(15);
  expect(interpolate([{ year: 2020, value: 10 }], 2035)).toBe(10);
});

test('interpolated values stay between the anchors around them', () => {
  const points = fc.uniqueArray(
    fc.record({ year: fc.integer({ min: 2000, max: 2050 }), value: fc.nat(1000) }),
    {
      minLength: 1,
      selector: ({ year }) => year,
    },
  );
  fc.assert(
    fc.property(points, fc.integer({ min: 1990, max: 2060 }), (list, year) => {
      const sorted = [...list].sort((a, b) => a.year - b.year);
      const before = sorted.findLast((point) => point.year <= year) ?? sorted[0]!;
      const after = sorted.find((point) => point.year >= year) ?? sorted.at(-1)!;
      const value = interpolate(sorted, year);
      expect(value).toBeGreaterThanOrEqual(Math.min(before.value, after.value) - 1e-9);
      expect(value).toBeLessThanOrEqual(Math.max(before.value, after.value) + 1e-9);
    }),
  );
});

test('refuses anchors out of order, of unequal length, or none', () => {
  expect(() => interpolateShares([anchors[1]!, anchors[0]!], 2021)).toThrow('anchors[1].year');
  expect(() => interpolateShares([anchors[0]!, { year: 2030, shares: [1] }], 2021)).toThrow(
    'anchors[1].shares',
  );
  expect(() => interpolateShares([], 2021)).toThrow('anchors: expected one at least');
});

test('growth index', () => {
  const series = [
    { year: 2021, value: 50 },
    { year: 2022, value: 40 },
    { year: 2023, value: 0 },
  ];
  expect([...growthIndex(series, 2022)!]).toEqual([
    [2021, 1.25],
    [2022, 1],
    [2023, 0],
  ]);
  expect(growthIndex(series, 2023)).toBeUndefined();
  expect(growthIndex(series, 2024)).toBeUndefined();
});

test('weighted mean', () => {
  expect(
    weightedMean([
      { value: 10, weight: 1 },
      { value: 40, weight: 2 },
      { value: null, weight: 5 },
    ]),
  ).toBe(30);
  expect(weightedMean([{ value: 10, weight: 0 }])).toBeUndefined();
  expect(weightedMean([])).toBeUndefined();
  expect(() => weightedMean([{ value: 1, weight: -1 }])).toThrow('weight');
});
