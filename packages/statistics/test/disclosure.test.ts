import * as fc from 'fast-check';
import { applyThreshold, attackBounds, suppress, thresholdRules } from '../src/disclosure';
import type { Pattern, Place, Table } from '../src/disclosure';

const places = (values: Table): Place[] => values.flatMap((row, r) => row.map((_, c): Place => [r, c]));
const all = (values: Table, flag = true) => values.map((row) => row.map(() => flag));

/**
 * The reader as brute force: every table of whole numbers that agrees with what is published. With whole totals the
 * extremes of the linear programme are whole, so nothing is missed.
 */
function bruteBounds(values: Table, withheld: Pattern): Map<string, [number, number]> {
  const open = places(values).filter(([r, c]) => withheld[r]![c]);
  const rows = values.map((row, r) => row.reduce((sum, value, c) => sum + (withheld[r]![c] ? value : 0), 0));
  const columns = values[0]!.map((_, c) =>
    values.reduce((sum, row, r) => sum + (withheld[r]![c] ? row[c]! : 0), 0),
  );
  const found = new Map<string, [number, number]>();
  const current: number[] = [];
  const last = (at: number, axis: 0 | 1) =>
    !open.slice(at + 1).some((place) => place[axis] === open[at]![axis]);
  const walk = (at: number): void => {
    if (at === open.length) {
      open.forEach((place, index) => {
        const [low, high] = found.get(String(place)) ?? [Infinity, -Infinity];
        found.set(String(place), [Math.min(low, current[index]!), Math.max(high, current[index]!)]);
      });
      return;
    }
    const [r, c] = open[at]!;
    for (let value = 0; value <= Math.min(rows[r]!, columns[c]!); value += 1) {
      if (last(at, 0) && value !== rows[r]) continue;
      if (last(at, 1) && value !== columns[c]) continue;
      rows[r]! -= value;
      columns[c]! -= value;
      current[at] = value;
      walk(at + 1);
      rows[r]! += value;
      columns[c]! += value;
    }
  };
  walk(0);
  return found;
}

const tableOf = (sides: { rows: number; columns: number; max: number }) =>
  fc
    .record({
      rows: fc.integer({ min: 1, max: sides.rows }),
      columns: fc.integer({ min: 1, max: sides.columns }),
    })
    .chain(({ rows, columns }) => {
      const cell = fc.record({
        value: fc.oneof(
          { weight: 1, arbitrary: fc.constant(0) },
          { weight: 6, arbitrary: fc.nat(sides.max) },
        ),
        flag: fc.nat(3).map((n) => n === 0),
      });
      const row = fc.array(cell, { minLength: columns, maxLength: columns });
      return fc.array(row, { minLength: rows, maxLength: rows });
    })
    .map((cells) => ({
      values: cells.map((row) => row.map(({ value }) => value)),
      flags: cells.map((row) => row.map(({ flag }) => flag)),
    }));

const safeWidth = (value: number) => 0.4 * Math.max(value, 1) - 1e-6;

test('the bounds are exactly those of a reader who tries every table', () => {
  fc.assert(
    fc.property(tableOf({ rows: 3, columns: 3, max: 5 }), ({ values, flags }) => {
      const brute = bruteBounds(values, flags);
      for (const [r, c] of places(values)) {
        const { lower, upper } = attackBounds(values, flags, [r, c]);
        const [low, high] = brute.get(String([r, c])) ?? [values[r]![c]!, values[r]![c]!];
        expect([lower, upper]).toEqual([low, high]);
      }
    }),
    { numRuns: 1000, seed: 4106 },
  );
});

test('random tables: every withheld cell stays open by 40 % of its value or is reported', () => {
  fc.assert(
    fc.property(tableOf({ rows: 6, columns: 7, max: 20_000 }), ({ values, flags }) => {
      const { withheld, secondary, unprotected } = suppress(values, flags);
      const reported = new Set(unprotected.map(String));
      for (const [r, c] of places(values)) {
        if (flags[r]![c]) expect(withheld[r]![c]).toBe(true);
        expect(withheld[r]![c]).toBe(flags[r]![c] || secondary.some(([i, j]) => i === r && j === c));
        if (!withheld[r]![c] || reported.has(String([r, c]))) continue;
        const { lower, upper } = attackBounds(values, withheld, [r, c]);
        expect(lower).toBeLessThanOrEqual(values[r]![c]!);
        expect(upper).toBeGreaterThanOrEqual(values[r]![c]!);
        expect(upper - lower).toBeGreaterThanOrEqual(safeWidth(values[r]![c]!));
      }
      for (const [r, c] of unprotected) expect(flags[r]![c]).toBe(true);
      for (const [r, c] of secondary) expect(values[r]![c]).toBeGreaterThan(0);
    }),
    { numRuns: 1000, seed: 4107 },
  );
});

test('what is reported as unprotected is so under every choice of further cells', () => {
  fc.assert(
    fc.property(tableOf({ rows: 3, columns: 3, max: 9 }), ({ values, flags }) => {
      const { unprotected } = suppress(values, flags);
      fc.pre(unprotected.length > 0);
      const free = places(values).filter(([r, c]) => !flags[r]![c] && values[r]![c]! > 0);
      const safe = (pattern: Pattern, [r, c]: Place) => {
        const { lower, upper } = attackBounds(values, pattern, [r, c]);
        return upper - lower >= safeWidth(values[r]![c]!);
      };
      for (let choice = 0; choice < 2 ** free.length; choice += 1) {
        const pattern = flags.map((row) => [...row]);
        const added = free.filter((_, index) => (choice >> index) & 1);
        for (const [r, c] of added) pattern[r]![c] = true;
        if (added.every((place) => safe(pattern, place))) {
          expect(unprotected.some((place) => safe(pattern, place))).toBe(false);
        }
      }
    }),
    { numRuns: 150, seed: 4108 },
  );
});

test('one withheld cell is closed by a rectangle of the cheapest cells that open it', () => {
  const values = [
    [500, 3000, 9000],
    [4000, 2000, 8000],
    [7000, 6000, 5000],
  ];
  const primary = all(values, false);
  primary[0]![0] = true;
  expect(attackBounds(values, primary, [0, 0])).toEqual({ lower: 500, upper: 500 });
  const { withheld, secondary, unprotected } = suppress(values, primary);
  expect(unprotected).toEqual([]);
  expect(secondary).toEqual([
    [0, 1],
    [1, 0],
    [1, 1],
  ]);
  // The cell can fall to 0, and rise by what its neighbours in row and column can give.
  expect(attackBounds(values, withheld, [0, 0])).toEqual({ lower: 0, upper: 3500 });
});

test('the cheapest rectangle is passed over where it opens too little', () => {
  const values = [
    [900, 10, 5000],
    [10, 10, 40],
    [5000, 40, 5000],
  ];
  const primary = all(values, false);
  primary[0]![0] = true;
  const { withheld } = suppress(values, primary);
  const { lower, upper } = attackBounds(values, withheld, [0, 0]);
  expect(upper - lower).toBeGreaterThanOrEqual(360);
});

test('where no rectangle exists a longer path is used', () => {
  const values = [
    [50, 60, 0],
    [0, 70, 80],
    [90, 0, 95],
  ];
  const primary = all(values, false);
  primary[0]![0] = true;
  const { withheld, unprotected } = suppress(values, primary);
  expect(unprotected).toEqual([]);
  expect(withheld.flat().filter(Boolean)).toHaveLength(6);
});

test('a cell alone in its row is reported, because its total gives it away', () => {
  const values = [
    [400, 0],
    [3000, 5000],
  ];
  const primary = all(values, false);
  primary[0]![0] = true;
  expect(suppress(values, primary)).toMatchObject({ unprotected: [[0, 0]], secondary: [] });
});

test('nothing to withhold, nothing added; a pattern that is safe stays as it is', () => {
  const values = [
    [500, 600],
    [700, 800],
  ];
  expect(suppress(values, all(values, false))).toEqual({
    withheld: all(values, false),
    secondary: [],
    unprotected: [],
  });
  expect(suppress(values, all(values))).toEqual({ withheld: all(values), secondary: [], unprotected: [] });
});

test('refuses tables it cannot judge', () => {
  expect(() => suppress([], [])).toThrow(RangeError);
  expect(() => suppress([[1, 2], [1]], [[true, false], [false]])).toThrow('row 1');
  expect(() => suppress([[1, NaN]], [[true, false]])).toThrow('values[0][1]');
});

test.each([
  ['projections', { value: 999.9 }, true, ['confidential']],
  ['projections', { value: 0 }, true, ['confidential']],
  ['projections', { value: 1000 }, false, ['small-sample']],
  ['projections', { value: 9999.9 }, false, ['small-sample']],
  ['projections', { value: 10_000 }, false, []],
  ['projections', { value: null }, false, []],
  ['employment-estimates', { value: 12 }, true, ['confidential']],
  ['ashe', { value: 12, sample: 49 }, true, ['small-sample', 'not-available']],
  ['aps', { value: 12, sample: 50 }, false, []],
  ['employment', { value: 12 }, false, []],
])('%s threshold for %j', (dataset, cell, withheld, marks) => {
  expect(applyThreshold(thresholdRules[dataset]!, cell)).toEqual({ withheld, marks });
});

test('a rule with both limits gives both reasons', () => {
  const rule = { sampleBelow: 50, withheldBelow: 1000, noteBelow: 10_000 };
  expect(applyThreshold(rule, { value: 10, sample: 3 }).marks).toEqual([
    'small-sample',
    'confidential',
    'not-available',
  ]);
});
