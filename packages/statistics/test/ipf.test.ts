import * as fc from 'fast-check';
import { ipf, ras2, scaleTo } from '../src/ipf';
import type { Margin } from '../src/ipf';

/** Slow and plain on purpose: sums over the axes that are not kept. */
function marginOf(table: ArrayLike<number>, shape: readonly number[], axes: readonly number[]): Margin {
  const values = new Array<number>(axes.reduce((product, axis) => product * shape[axis]!, 1)).fill(0);
  for (let cell = 0; cell < table.length; cell += 1) {
    let rest = cell;
    const at = [...shape.keys()].reverse().map((axis) => {
      const index = rest % shape[axis]!;
      rest = Math.floor(rest / shape[axis]!);
      return index;
    });
    at.reverse();
    const place = axes.reduce((index, axis) => index * shape[axis]! + at[axis]!, 0);
    values[place]! += table[cell]!;
  }
  return { axes, values };
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, relative: number): void {
  expect(actual.length).toBe(expected.length);
  for (let index = 0; index < expected.length; index += 1) {
    const limit = relative * Math.max(Math.abs(expected[index]!), 1e-6);
    if (Math.abs(actual[index]! - expected[index]!) > limit) {
      throw new Error(
        `cell ${index}: ${actual[index]} differs from ${expected[index]} by more than ${limit}`,
      );
    }
  }
}

const shapeOf = fc.array(fc.integer({ min: 2, max: 4 }), { minLength: 2, maxLength: 4 });

/** A table with holes, a seed with the same holes, and margins of the table that may overlap. */
const problem = shapeOf.chain((shape) => {
  const cells = shape.reduce((a, b) => a * b, 1);
  const cell = fc.oneof(
    { weight: 1, arbitrary: fc.constant(0) },
    { weight: 9, arbitrary: fc.integer({ min: 1, max: 1000 }) },
  );
  const axes = fc.subarray([...shape.keys()], { minLength: 0, maxLength: Math.max(1, shape.length - 1) });
  return fc
    .record({
      truth: fc.array(cell, { minLength: cells, maxLength: cells }),
      weights: fc.array(fc.integer({ min: 1, max: 100 }), { minLength: cells, maxLength: cells }),
      kept: fc.uniqueArray(axes, { minLength: 1, maxLength: 4, selector: (list) => list.join() }),
      turn: fc.nat(3),
    })
    .map(({ truth, weights, kept, turn }) => ({
      shape,
      turn,
      truth,
      seed: truth.map((value, index) => (value === 0 ? 0 : weights[index]!)),
      margins: kept.map((list) => marginOf(truth, shape, list)),
    }));
});

describe('random tables of two to four dimensions', () => {
  test('margins come back to 1e-9, zeros stay, the order of margins does not matter', () => {
    fc.assert(
      fc.property(problem, ({ shape, seed, margins, turn }) => {
        const result = ipf(seed, shape, margins, { tolerance: 1e-11, maxIterations: 20_000 });
        expect([result.converged, result.reason]).toEqual([true, undefined]);
        expect(result.maxRelativeError).toBeLessThanOrEqual(1e-11);
        for (const margin of margins) {
          expectClose(marginOf(result.table, shape, margin.axes).values, margin.values, 1e-9);
        }
        seed.forEach((value, index) => {
          if (value === 0) expect(result.table[index]).toBe(0);
        });
        const turned = [...margins.slice(turn), ...margins.slice(0, turn)].reverse();
        const other = ipf(seed, shape, turned, { tolerance: 1e-11, maxIterations: 20_000 });
        expectClose(other.table, result.table, 1e-8);
      }),
      { numRuns: 1500, seed: 20350 },
    );
  });

  test('a margin that disagrees with the others is reported, and so is a margin over empty cells', () => {
    fc.assert(
      fc.property(
        problem,
        fc.double({ min: 1e-8, max: 1, noNaN: true }),
        ({ shape, truth, seed }, excess) => {
          fc.pre(truth.some((value) => value > 0));
          const total = truth.reduce((a, b) => a + b, 0);
          const margins = [marginOf(truth, shape, [0]), { axes: [], values: [total * (1 + excess)] }];
          const result = ipf(seed, shape, margins);
          expect(result).toMatchObject({ converged: false, iterations: 0, reason: 'inconsistent-margins' });
          expect(result.maxRelativeError).toBeGreaterThan(0);

          const half = seed.length / shape[0]!;
          const emptied = seed.map((value, index) => (index < half ? 0 : value));
          const rows = marginOf(
            truth.map((value) => value + 1),
            shape,
            [0],
          );
          expect(ipf(emptied, shape, [rows])).toMatchObject({
            converged: false,
            iterations: 0,
            reason: 'zero-seed-with-positive-margin',
          });
        },
      ),
      { numRuns: 1000, seed: 20351 },
    );
  });

  test('matrices keep the odds ratios of the seed', () => {
    const side = fc.integer({ min: 2, max: 6 });
    const matrix = fc.tuple(side, side).chain(([rows, columns]) =>
      fc.record({
        columns: fc.constant(columns),
        seed: fc.array(fc.integer({ min: 1, max: 100 }), {
          minLength: rows * columns,
          maxLength: rows * columns,
        }),
        truth: fc.array(fc.integer({ min: 1, max: 999 }), {
          minLength: rows * columns,
          maxLength: rows * columns,
        }),
      }),
    );
    fc.assert(
      fc.property(matrix, ({ columns, seed, truth }) => {
        const shape = [seed.length / columns, columns];
        const { table, converged } = ipf(seed, shape, [
          marginOf(truth, shape, [0]),
          marginOf(truth, shape, [1]),
        ]);
        expect(converged).toBe(true);
        const ratio = (cells: ArrayLike<number>, row: number, column: number) =>
          (cells[0]! * cells[row * columns + column]!) / (cells[column]! * cells[row * columns]!);
        for (let row = 1; row < shape[0]!; row += 1) {
          for (let column = 1; column < columns; column += 1) {
            expectClose([ratio(table, row, column)], [ratio(seed, row, column)], 1e-9);
          }
        }
      }),
      { numRuns: 1000, seed: 20352 },
    );
  });
});

describe('tables with known answers', () => {
  test('a seed of ones gives row total times column total over the grand total', () => {
    const { rows } = ras2(
      [
        [1, 1],
        [1, 1],
      ],
      [30, 70],
      [40, 60],
    );
    expectClose(rows.flat(), [12, 18, 28, 42], 1e-10);
  });

  test('equal margins and an odds ratio of 4: each row is split 2 to 1', () => {
    const { rows } = ras2(
      [
        [2, 1],
        [1, 2],
      ],
      [50, 50],
      [50, 50],
    );
    expectClose(rows.flat(), [100 / 3, 50 / 3, 50 / 3, 100 / 3], 1e-10);
  });

  test('the only 2 × 2 table with these totals and an odds ratio of 6', () => {
    const { rows } = ras2(
      [
        [2, 1],
        [1, 3],
      ],
      [30, 20],
      [25, 25],
    );
    expectClose(rows.flat(), [20, 10, 5, 15], 1e-10);
  });

  test('a 3 × 3 table with a hole is found again after its rows and columns were scaled', () => {
    // Rows of the answer × 2, 1, 1/2 and columns × 1, 3, 4.
    const seed = [
      [20, 120, 240],
      [0, 60, 20],
      [20, 15, 80],
    ];
    const answer = [
      [10, 20, 30],
      [0, 20, 5],
      [40, 10, 40],
    ];
    const { rows, converged } = ras2(seed, [60, 25, 90], [50, 50, 75]);
    expect(converged).toBe(true);
    expectClose(rows.flat(), answer.flat(), 1e-9);
  });

  test('three dimensions: a face and an axis undo factors over that face and that axis', () => {
    const answer = [3, 5, 0, 7, 11, 2, 13, 1];
    const face = [2, 5, 1, 4];
    const axis = [3, 7];
    const seed = answer.map((value, index) => value * face[index >> 1]! * axis[index & 1]!);
    const shape = [2, 2, 2];
    // Axes in the reverse order, so that a margin's own order is tested too.
    const margins = [marginOf(answer, shape, [1, 0]), marginOf(answer, shape, [2])];
    expectClose(ipf(seed, shape, margins).table, answer, 1e-9);
  });

  test('a textbook 4 × 4 table after three passes, as printed to two decimals', () => {
    const result = ras2(
      [
        [40, 30, 20, 10],
        [35, 50, 100, 75],
        [30, 80, 70, 120],
        [20, 30, 40, 50],
      ],
      [150, 300, 400, 150],
      [200, 300, 400, 100],
      { maxIterations: 3 },
    );
    expect(result).toMatchObject({ converged: false, reason: 'not-converged', iterations: 3 });
    expect(result.maxRelativeError).toBeCloseTo(0.13 / 150, 4);
    expect(result.rows.map((row) => row.map((cell) => Number(cell.toFixed(2))))).toEqual([
      [64.61, 46.28, 35.42, 3.83],
      [49.95, 68.15, 156.49, 25.37],
      [56.7, 144.4, 145.06, 53.76],
      [28.74, 41.18, 63.03, 17.03],
    ]);
  });

  test('a cube of 100 × 10 × 12 × 9 cells with overlapping margins', () => {
    const shape = [100, 10, 12, 9];
    const cells = 108_000;
    const truth = Array.from(
      { length: cells },
      (_, index) => ((index * 7919) % 101) * ((index * 104_729) % 7),
    );
    const seed = truth.map((value, index) => (value === 0 ? 0 : 1 + (index % 5)));
    const margins = [[0, 1, 2], [1, 2, 3], [3, 0], [2]].map((axes) => marginOf(truth, shape, axes));
    const result = ipf(Float64Array.from(seed), shape, margins);
    expect(result.converged).toBe(true);
    for (const margin of margins) {
      expectClose(marginOf(result.table, shape, margin.axes).values, margin.values, 1e-9);
    }
  });
});

describe('margins of zero and failures', () => {
  test('a margin of zero empties its cells and the rest still fits', () => {
    const { rows, converged } = ras2(
      [
        [1, 1],
        [3, 1],
      ],
      [0, 8],
      [5, 3],
    );
    expect(converged).toBe(true);
    expect(rows).toEqual([
      [0, 0],
      [5, 3],
    ]);
  });

  test('cells emptied by one margin leave another without cells', () => {
    const result = ras2(
      [
        [1, 1],
        [0, 1],
      ],
      [0, 2],
      [1, 1],
    );
    expect(result).toMatchObject({ converged: false, reason: 'zero-seed-with-positive-margin' });
  });

  test.each([
    ['no table fits the zeros', [0, 1, 1, 0], [1, 2], [1, 2]],
    ['the only table has one more zero, reached without end', [0, 1, 1, 1], [1, 1], [1, 1]],
  ])('not converged: %s', (_, seed, rows, columns) => {
    const margins = [
      { axes: [0], values: rows },
      { axes: [1], values: columns },
    ];
    const result = ipf(seed, [2, 2], margins);
    expect(result).toMatchObject({ converged: false, reason: 'not-converged', iterations: 1000 });
    expect(result.maxRelativeError).toBeGreaterThan(1e-6);
    expect([...result.table].every(Number.isFinite)).toBe(true);
  });

  test('margins over shared axes must agree cell by cell, not only in total', () => {
    const margins = [
      { axes: [0, 1], values: [1, 2, 3, 4] },
      { axes: [1, 2], values: [3, 1, 3, 3] },
    ];
    expect(ipf(new Array(8).fill(1), [2, 2, 2], margins).converged).toBe(true);
    margins[1]!.values = [2, 1, 4, 3];
    expect(ipf(new Array(8).fill(1), [2, 2, 2], margins).reason).toBe('inconsistent-margins');
  });

  test('no people at all, and no margins at all', () => {
    expect(ras2([[1, 2]], [0], [0, 0])).toMatchObject({
      rows: [[0, 0]],
      converged: true,
      maxRelativeError: 0,
    });
    expect(ipf([1, 2], [2], [])).toMatchObject({ table: Float64Array.of(1, 2), converged: true });
  });

  test('the seed is not changed', () => {
    const seed = Float64Array.of(1, 2, 3, 4);
    ipf(seed, [2, 2], [{ axes: [0], values: [0, 10] }]);
    expect([...seed]).toEqual([1, 2, 3, 4]);
  });

  test.each<[string, () => unknown, string]>([
    ['negative seed', () => ipf([1, -1], [2], []), 'seed[1]'],
    ['NaN seed', () => ipf([1, NaN], [2], []), 'seed[1]'],
    [
      'infinite margin',
      () => ipf([1, 1], [2], [{ axes: [0], values: [1, Infinity] }]),
      'margins[0].values[1]',
    ],
    ['NaN margin', () => ipf([1, 1], [2], [{ axes: [], values: [NaN] }]), 'margins[0].values[0]'],
    ['seed length', () => ipf([1, 1, 1], [2, 2], []), 'seed: 3 numbers, expected 4'],
    [
      'margin length',
      () => ipf([1, 1], [2], [{ axes: [0], values: [1] }]),
      'margins[0].values: 1 numbers, expected 2',
    ],
    ['unknown axis', () => ipf([1, 1], [2], [{ axes: [1], values: [1] }]), 'margins[0].axes'],
    ['axis twice', () => ipf([1, 1], [2], [{ axes: [0, 0], values: [1, 1, 1, 1] }]), 'margins[0].axes'],
    ['shape', () => ipf([], [0], []), 'shape'],
    ['ragged rows', () => ras2([[1, 2], [1]], [1, 1], [1, 1]), 'seed row 1'],
  ])('throws: %s', (_, call, message) => {
    expect(call).toThrow(RangeError);
    expect(call).toThrow(message);
  });
});

describe('scaleTo', () => {
  test('keeps proportions and reaches the total', () => {
    expect(scaleTo([1, 2, 1], 10)).toEqual([2.5, 5, 2.5]);
    expect(scaleTo(Float64Array.of(0, 4), 1)).toEqual([0, 1]);
    expect(scaleTo([0, 0], 0)).toEqual([0, 0]);
  });

  test('refuses what cannot be scaled', () => {
    expect(() => scaleTo([0, 0], 5)).toThrow('cannot be scaled to 5');
    expect(() => scaleTo([1, -1], 5)).toThrow('values[1]');
    expect(() => scaleTo([1], NaN)).toThrow('total[0]');
  });
});
