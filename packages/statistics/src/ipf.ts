/**
 * Iterative proportional fitting (IPF, the RAS method in two dimensions): the table nearest to a seed, in the sense of
 * relative entropy, whose sums over given axes are the given margins. Cells are stored row-major: the last axis
 * moves fastest.
 */
export type Numbers = readonly number[] | Float64Array;

export interface Margin {
  /** Axes that the margin keeps, in the order of its own row-major values; [] is the grand total. */
  readonly axes: readonly number[];
  readonly values: Numbers;
}

export interface IpfOptions {
  /** Largest accepted |sum − margin| / margin. Default 1e-10. */
  readonly tolerance?: number;
  /** Passes over all margins. Default 1000. */
  readonly maxIterations?: number;
}

/**
 * - `inconsistent-margins`: two margins disagree on the sums over the axes they share, so no table has both.
 * - `zero-seed-with-positive-margin`: a margin asks for people where every cell is a structural zero.
 * - `not-converged`: the limit of passes was reached. With structural zeros no table may fit, or only one with
 *   further zeros, which the method approaches without end.
 */
export type IpfFailure = 'inconsistent-margins' | 'zero-seed-with-positive-margin' | 'not-converged';

export interface IpfResult {
  /**
   * Fitted cells in the seed's order. Fit to use only when `converged`; for the first two failures it is the seed
   * with the cells of zero margins emptied, since no amount of fitting would help.
   */
  readonly table: Float64Array;
  readonly converged: boolean;
  readonly iterations: number;
  /** Largest |sum − margin| / margin over all margin cells, measured on the returned table. */
  readonly maxRelativeError: number;
  readonly reason?: IpfFailure;
}

interface Target {
  readonly axes: readonly number[];
  readonly values: Float64Array;
  /** Margin cell of every table cell. */
  readonly cellOf: Int32Array;
  readonly sums: Float64Array;
}

/**
 * Fits an n-dimensional table to margins over any subsets of its axes.
 *
 * A cell that is 0 in the seed stays 0; a margin of 0 empties its cells. Where the margins leave the seed's
 * interactions free (odds ratios in two dimensions), the result keeps them.
 * @param seed non-negative cells, row-major, as many as the product of `shape`.
 * @throws RangeError for a negative, NaN or infinite number, an axis that does not exist or comes twice, or a length
 *   that does not match. Everything that depends on the figures is reported in the result instead.
 */
export function ipf(
  seed: Numbers,
  shape: readonly number[],
  margins: readonly Margin[],
  options: IpfOptions = {},
): IpfResult {
  const tolerance = options.tolerance ?? 1e-10;
  const maxIterations = options.maxIterations ?? 1000;
  const cells = shape.reduce((product, size) => product * size, 1);
  if (shape.some((size) => !Number.isInteger(size) || size < 1)) {
    throw new RangeError(`shape: every size must be a whole number above 0, found [${shape.join(', ')}]`);
  }
  requireNumbers('seed', seed, cells);
  const targets = margins.map((margin, index) => prepare(margin, index, shape, cells));
  const table = Float64Array.from(seed);
  // Emptied first: cells that a later margin would find empty are then known before fitting starts.
  for (const { values, cellOf } of targets) {
    for (let cell = 0; cell < cells; cell += 1) if (values[cellOf[cell]!] === 0) table[cell] = 0;
  }
  const failed = (reason: IpfFailure, iterations: number): IpfResult => ({
    table,
    converged: false,
    iterations,
    maxRelativeError: measure(table, targets),
    reason,
  });
  if (!consistent(targets, shape, Math.max(tolerance, 1e-12))) return failed('inconsistent-margins', 0);
  for (const target of targets) {
    sum(table, target);
    if (target.values.some((value, index) => value > 0 && target.sums[index] === 0)) {
      return failed('zero-seed-with-positive-margin', 0);
    }
  }
  for (let iteration = 1; iteration <= maxIterations; iteration += 1) {
    let worst = 0;
    for (const target of targets) {
      sum(table, target);
      worst = Math.max(worst, errorOf(target));
      scale(table, target);
    }
    // The errors of this pass were met before each scaling, so the finished table is measured once more.
    if (worst <= tolerance) {
      const maxRelativeError = measure(table, targets);
      if (maxRelativeError <= tolerance)
        return { table, converged: true, iterations: iteration, maxRelativeError };
    }
  }
  return failed('not-converged', maxIterations);
}

export interface Ras2Result extends Omit<IpfResult, 'table'> {
  readonly rows: readonly (readonly number[])[];
}

/**
 * {@link ipf} for a matrix with row and column totals (the classic RAS).
 * @throws RangeError as ipf does, and for rows of unequal length.
 */
export function ras2(
  seed: readonly Numbers[],
  rowTotals: Numbers,
  columnTotals: Numbers,
  options: IpfOptions = {},
): Ras2Result {
  const width = columnTotals.length;
  seed.forEach((row, index) => {
    if (row.length !== width)
      throw new RangeError(`seed row ${index}: ${row.length} cells, expected ${width}`);
  });
  const { table, ...rest } = ipf(
    seed.flatMap((row) => Array.from(row)),
    [seed.length, width],
    [
      { axes: [0], values: rowTotals },
      { axes: [1], values: columnTotals },
    ],
    options,
  );
  return { rows: seed.map((_, row) => Array.from(table.subarray(row * width, (row + 1) * width))), ...rest };
}

/**
 * Scales values in proportion so that they add up to `total`: the usual first step when published margins differ
 * by rounding, which {@link ipf} would report as inconsistent.
 * @throws RangeError for negative or non-finite numbers, or when all values are 0 and the total is not.
 */
export function scaleTo(values: Numbers, total: number): number[] {
  requireNumbers('values', values, values.length);
  requireNumbers('total', [total], 1);
  const found = Array.from(values).reduce((a, b) => a + b, 0);
  if (found === 0) {
    if (total > 0) throw new RangeError(`values: all are 0 and cannot be scaled to ${total}`);
    return Array.from(values);
  }
  return Array.from(values, (value) => (value / found) * total);
}

function requireNumbers(name: string, values: Numbers, length: number): void {
  if (values.length !== length) throw new RangeError(`${name}: ${values.length} numbers, expected ${length}`);
  for (let index = 0; index < length; index += 1) {
    if (!(values[index]! >= 0 && values[index]! < Infinity)) {
      throw new RangeError(
        `${name}[${index}]: expected a finite number of at least 0, found ${values[index]}`,
      );
    }
  }
}

function prepare(margin: Margin, index: number, shape: readonly number[], cells: number): Target {
  const { axes } = margin;
  if (new Set(axes).size !== axes.length || axes.some((axis) => shape[axis] === undefined)) {
    throw new RangeError(
      `margins[${index}].axes: expected different axes from 0 to ${shape.length - 1}, found [${axes.join(', ')}]`,
    );
  }
  const length = axes.reduce((product, axis) => product * shape[axis]!, 1);
  requireNumbers(`margins[${index}].values`, margin.values, length);
  const cellOf = indexMap(shape, axes, cells);
  return { axes, values: Float64Array.from(margin.values), cellOf, sums: new Float64Array(length) };
}

/** For each row-major cell of `shape`, the row-major cell of its projection on `axes`. */
function indexMap(shape: readonly number[], axes: readonly number[], cells: number): Int32Array {
  const weights = new Array<number>(shape.length).fill(0);
  let weight = 1;
  for (let position = axes.length - 1; position >= 0; position -= 1) {
    weights[axes[position]!] = weight;
    weight *= shape[axes[position]!]!;
  }
  const map = new Int32Array(cells);
  let block = cells;
  for (const [axis, size] of shape.entries()) {
    block /= size;
    for (let cell = 0; cell < cells; cell += 1)
      map[cell]! += (Math.floor(cell / block) % size) * weights[axis]!;
  }
  return map;
}

function sum(table: Float64Array, { sums, cellOf }: Target): void {
  sums.fill(0);
  for (let cell = 0; cell < table.length; cell += 1) sums[cellOf[cell]!]! += table[cell]!;
}

/** Cells of zero margins are empty from the start, so their sums are exact. */
function errorOf({ sums, values }: Target): number {
  let worst = 0;
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index]!;
    if (value > 0) worst = Math.max(worst, Math.abs(sums[index]! - value) / value);
  }
  return worst;
}

function scale(table: Float64Array, { sums, values, cellOf }: Target): void {
  for (let index = 0; index < sums.length; index += 1) {
    const factor = values[index]! / sums[index]!;
    // Cells that shrink without end underflow at last; they are left alone, and the error shows the failure.
    sums[index] = Number.isFinite(factor) ? factor : 1;
  }
  for (let cell = 0; cell < table.length; cell += 1) table[cell]! *= sums[cellOf[cell]!]!;
}

function measure(table: Float64Array, targets: readonly Target[]): number {
  let worst = 0;
  for (const target of targets) {
    sum(table, target);
    worst = Math.max(worst, errorOf(target));
  }
  return worst;
}

/** Every two margins must agree on the axes they share; with none shared that is the grand total. */
function consistent(targets: readonly Target[], shape: readonly number[], tolerance: number): boolean {
  return targets.every((a, index) =>
    targets.slice(index + 1).every((b) => {
      const shared = a.axes.filter((axis) => b.axes.includes(axis));
      const left = collapse(a, shared, shape);
      const right = collapse(b, shared, shape);
      return left.every(
        (value, at) => Math.abs(value - right[at]!) <= tolerance * Math.max(value, right[at]!),
      );
    }),
  );
}

function collapse(target: Target, shared: readonly number[], shape: readonly number[]): Float64Array {
  const sizes = target.axes.map((axis) => shape[axis]!);
  const map = indexMap(
    sizes,
    shared.map((axis) => target.axes.indexOf(axis)),
    target.values.length,
  );
  const sums = new Float64Array(shared.reduce((product, axis) => product * shape[axis]!, 1));
  for (let cell = 0; cell < map.length; cell += 1) sums[map[cell]!]! += target.values[cell]!;
  return sums;
}
