import * as fc from 'fast-check';
import { interpolateShares } from '../src/interpolation';

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

test('a single anchor holds for every year', () => {
  expect(interpolateShares([anchors[0]!], 2035)).toEqual([0.2, 0.8]);
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
      const [value] = interpolateShares(
        sorted.map((point) => ({ year: point.year, shares: [point.value] })),
        year,
      );
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
