import { sortMarks } from './marks';
import type { Mark } from './marks';

/** Limits of one dataset; each applies where it is given and the cell carries the figure it needs. */
export interface ThresholdRule {
  /** Cells that rest on fewer answers are withheld. */
  readonly sampleBelow?: number;
  /** Values (people) below are withheld. */
  readonly withheldBelow?: number;
  /** Values (people) below, if not withheld, are shown with `small-sample`. */
  readonly noteBelow?: number;
}

const survey: ThresholdRule = { sampleBelow: 50 };
const projected: ThresholdRule = { withheldBelow: 1_000, noteBelow: 10_000 };

/** Rules by dataset id. A dataset that is not named holds no figures about people, or none that needs a rule. */
export const thresholdRules: Readonly<Record<string, ThresholdRule>> = {
  ashe: survey,
  aps: survey,
  employment: survey,
  projections: projected,
  'employment-estimates': projected,
  // The survey's tables show nothing that rests on fewer than 30 employers.
  'skills-shortages': { sampleBelow: 30 },
};

export interface ThresholdVerdict {
  readonly withheld: boolean;
  /** Why it is withheld, or what to note beside it; empty when it passes. */
  readonly marks: readonly Mark[];
}

/**
 * Applies a rule to one cell. A limit whose figure is not known is not applied: published tables have been through
 * their producer's own control and rarely give sample sizes.
 */
export function applyThreshold(
  rule: ThresholdRule,
  cell: { readonly value?: number | null; readonly sample?: number | null },
): ThresholdVerdict {
  const below = (figure: number | null | undefined, limit: number | undefined) =>
    typeof figure === 'number' && limit !== undefined && figure < limit;
  const reasons: Mark[] = [];
  if (below(cell.sample, rule.sampleBelow)) reasons.push('small-sample', 'not-available');
  if (below(cell.value, rule.withheldBelow)) reasons.push('confidential');
  if (reasons.length > 0) return { withheld: true, marks: sortMarks(reasons) };
  return { withheld: false, marks: below(cell.value, rule.noteBelow) ? ['small-sample'] : [] };
}

export type Table = readonly (readonly number[])[];
export type Pattern = readonly (readonly boolean[])[];
export type Place = readonly [row: number, column: number];

export interface Bounds {
  readonly lower: number;
  readonly upper: number;
}

/**
 * What a reader can work out about one withheld cell from the published cells, all row and column totals, and the
 * knowledge that no cell is negative: the exact least and greatest value it can have.
 *
 * With totals in two dimensions the cells that are open to the reader form a network of rows and columns: raising a
 * cell must lower others along a closed path. The furthest it can go is therefore a maximum flow, which gives the
 * bounds of the linear programme without solving one.
 */
export function attackBounds(values: Table, withheld: Pattern, [row, column]: Place): Bounds {
  const value = values[row]![column]!;
  if (!withheld[row]![column]) return { lower: value, upper: value };
  return {
    lower: Math.max(0, value - fall(values, withheld, [row, column], Infinity)),
    upper: value + rise(values, withheld, [row, column], Infinity),
  };
}

/** How far the cell can fall, up to `limit`: its row gets it back elsewhere, and its column loses it. */
function fall(values: Table, withheld: Pattern, [row, column]: Place, limit: number): number {
  const most = Math.min(limit, values[row]![column]!);
  return maxFlow(values, withheld, row, values.length + column, [row, column], most);
}

function rise(values: Table, withheld: Pattern, [row, column]: Place, limit: number): number {
  return maxFlow(values, withheld, values.length + column, row, [row, column], limit);
}

/**
 * Largest amount that can be moved from one node to another (rows first, then columns) over withheld cells other
 * than `except`: along row → column a cell grows, without limit; along column → row it shrinks, at most to 0.
 * Shortest paths first, so that the number of steps is bounded for any real figures.
 */
function maxFlow(
  values: Table,
  withheld: Pattern,
  from: number,
  to: number,
  except: Place,
  limit: number,
): number {
  const rows = values.length;
  const columns = values[0]!.length;
  const left = values.map((row) => [...row]);
  const open = (row: number, column: number) =>
    withheld[row]![column]! && !(row === except[0] && column === except[1]);
  // What is left of a cell after many subtractions may be a rounding error, not an amount.
  const dust = 1e-12 * Math.max(...values.flat());
  let flow = 0;
  while (flow < limit) {
    const parents = new Map<number, number>([[from, from]]);
    for (const node of parents.keys()) {
      const growing = node < rows;
      for (let other = 0; other < (growing ? columns : rows); other += 1) {
        const [row, column] = growing ? [node, other] : [other, node - rows];
        const next = growing ? rows + other : other;
        if (open(row, column) && !parents.has(next) && (growing || left[row]![column]! > dust)) {
          parents.set(next, node);
        }
      }
    }
    if (!parents.has(to)) break;
    const path: { row: number; column: number; sign: 1 | -1 }[] = [];
    for (let node = to; node !== from; node = parents.get(node)!) {
      const parent = parents.get(node)!;
      path.push(
        parent < rows
          ? { row: parent, column: node - rows, sign: 1 }
          : { row: node, column: parent - rows, sign: -1 },
      );
    }
    const step = Math.min(
      limit - flow,
      ...path.filter(({ sign }) => sign < 0).map(({ row, column }) => left[row]![column]!),
    );
    for (const { row, column, sign } of path) left[row]![column]! += sign * step;
    flow += step;
  }
  return flow;
}

export interface SuppressionOptions {
  /** Share of the value that must stay open to each side on the whole: 0.2 is ±20 %. Default 0.2. */
  readonly protection?: number;
  /** Values below count as this much when the width is judged, so that a withheld 0 stays unknown. Default 1. */
  readonly floor?: number;
  /**
   * Which withheld cells are sensitive themselves; default all. The others count as `others` at the most when the width
   * is judged: a large cell need not be as unsure as its size would ask, or it could never protect a small one.
   */
  readonly sensitive?: Pattern;
  readonly others?: number;
}

export interface Suppression {
  /** Primary and secondary cells. Say of neither which it is. */
  readonly withheld: boolean[][];
  readonly secondary: readonly Place[];
  /**
   * Primary cells that no choice of further cells protects (a row with nothing else in it, say): their totals must
   * be withheld too, or the table answered at a coarser level.
   */
  readonly unprotected: readonly Place[];
}

/**
 * Chooses further cells to withhold so that no withheld cell can be bounded within ±20 % of any value: the interval of
 * {@link attackBounds} is at least 40 % of the cell wide. Cells of 0 are never chosen, since readers often
 * know them to be empty.
 *
 * The choice is greedy: for the cell most exposed, the cheapest rectangle (by value withheld) that opens it; it
 * protects whenever protection is possible, but does not claim the least possible loss.
 * @param values non-negative cells of a table whose row, column and grand totals are all published.
 * @throws RangeError for negative or non-finite cells, or shapes that differ.
 */
export function suppress(values: Table, primary: Pattern, options: SuppressionOptions = {}): Suppression {
  const { protection = 0.2, floor = 1, sensitive, others = Infinity } = options;
  requireTable(values, primary);
  const places = values.flatMap((row, r) => row.map((_, c): Place => [r, c]));
  const wanted = ([row, column]: Place) => {
    const value = Math.max(values[row]![column]!, floor);
    return 2 * protection * (sensitive && !sensitive[row]![column] ? Math.min(value, others) : value);
  };
  const exposure = (pattern: Pattern, place: Place) => {
    // A hair of tolerance: sums of parts of a total must not fail on their last bit.
    const least = wanted(place) * (1 - 1e-9);
    const down = fall(values, pattern, place, least);
    return down < least ? least - down - rise(values, pattern, place, least - down) : 0;
  };
  const exposed = (pattern: Pattern, of: readonly Place[]) =>
    of.filter(([row, column]) => pattern[row]![column] && exposure(pattern, [row, column]) > 0);
  const isPrimary = ([row, column]: Place) => primary[row]![column]!;
  const withheld = primary.map((row) => [...row]);
  if (exposed(withheld, places).length === 0) return { withheld, secondary: [], unprotected: [] };

  // The widest pattern whose secondary cells are all protected themselves. Withholding more never narrows an
  // interval, so what it leaves exposed nothing protects, and the search below can always fall back on it.
  const widest = values.map((row, r) => row.map((value, c) => value > 0 || primary[r]![c]!));
  for (;;) {
    const weak = exposed(widest, places).filter((place) => !isPrimary(place));
    if (weak.length === 0) break;
    for (const [row, column] of weak) widest[row]![column] = false;
  }
  const hopeless = new Set(exposed(widest, places).map(String));

  for (;;) {
    const open = exposed(withheld, places).filter((place) => !hopeless.has(String(place)));
    if (open.length === 0) break;
    const worst = open.reduce((a, b) => (exposure(withheld, b) > exposure(withheld, a) ? b : a));
    const added = rectangle(values, withheld, widest, worst, wanted(worst));
    // No rectangle is left where only a longer path opens the cell.
    const cells =
      added ?? places.filter(([row, column]) => widest[row]![column]! && !withheld[row]![column]!);
    if (cells.length === 0) break;
    for (const [row, column] of cells) withheld[row]![column] = true;
  }
  const secondary = places.filter((place) => withheld[place[0]]![place[1]] && !isPrimary(place));
  return { withheld, secondary, unprotected: exposed(withheld, places) };
}

/** Corners to add so that the cell can swing in a rectangle: wide enough and cheap, else as wide as there is. */
function rectangle(
  values: Table,
  withheld: Pattern,
  allowed: Pattern,
  [row, column]: Place,
  wanted: number,
): Place[] | undefined {
  let best: { added: Place[]; cost: number; width: number } | undefined;
  for (let r = 0; r < values.length; r += 1) {
    for (let c = 0; c < values[0]!.length; c += 1) {
      if (r === row || c === column) continue;
      const corners: Place[] = [
        [row, c],
        [r, column],
        [r, c],
      ];
      const added = corners.filter(([i, j]) => !withheld[i]![j]);
      if (added.length === 0 || corners.some(([i, j]) => !allowed[i]![j])) continue;
      const up = Math.min(values[row]![c]!, values[r]![column]!);
      const width = Math.min(wanted, up + Math.min(values[row]![column]!, values[r]![c]!));
      if (width === 0) continue;
      const cost = added.reduce((total, [i, j]) => total + values[i]![j]!, 0);
      if (!best || width > best.width || (width === best.width && cost < best.cost))
        best = { added, cost, width };
    }
  }
  return best?.added;
}

function requireTable(values: Table, primary: Pattern): void {
  const width = values[0]?.length ?? 0;
  if (width === 0 || values.length !== primary.length) {
    throw new RangeError('values and primary: expected tables of the same shape with one cell at least');
  }
  values.forEach((row, r) => {
    if (row.length !== width || primary[r]!.length !== width) {
      throw new RangeError(`row ${r}: expected ${width} cells in values and primary`);
    }
    row.forEach((value, c) => {
      if (!(value >= 0 && value < Infinity)) {
        throw new RangeError(`values[${r}][${c}]: expected a finite number of at least 0, found ${value}`);
      }
    });
  });
}
