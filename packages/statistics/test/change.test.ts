import fc from 'fast-check';
import { changeInPercent } from '../src/change';

test('a change in per cent, up, down and none', () => {
  expect(changeInPercent(200, 250)).toBe(25);
  expect(changeInPercent(200, 150)).toBe(-25);
  expect(changeInPercent(3, 3)).toBe(0);
  expect(changeInPercent(5, 0)).toBe(-100);
});

test('no change in per cent of nothing', () => {
  expect(changeInPercent(0, 5)).toBeUndefined();
  expect(changeInPercent(-1, 5)).toBeUndefined();
});

test('the change leads back to the second value', () => {
  const count = fc.double({ min: 1, max: 1e9, noNaN: true });
  fc.assert(
    fc.property(count, count, (from, to) => {
      const back = from * (1 + changeInPercent(from, to)! / 100);
      expect(Math.abs(back - to)).toBeLessThanOrEqual(1e-12 * (from + to));
    }),
  );
});
