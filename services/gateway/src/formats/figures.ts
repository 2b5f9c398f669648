/** The figures of any answer of v2 as rows: what CSV and JSON-stat are made from, whatever the route. */
import type { z } from 'zod';
import type { cell } from '../v2/schemas';

export type FullCell = z.output<typeof cell>;
export type Scalar = string | number | boolean | null;

export interface FigureRow {
  /** Where in the answer the figure stands: names of members joined by dots. */
  readonly part: string;
  /** Name of the member that holds it. */
  readonly figure: string;
  /** What it is of: the plain members beside and above it, by name. */
  readonly context: ReadonlyMap<string, Scalar>;
  readonly cell: FullCell;
}

type Members = Readonly<Record<string, unknown>>;

/** Members that say something of the answer and not of its figures. */
const BESIDE = new Set(['releases', 'status', 'nextCursor']);

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isCell(value: unknown): value is FullCell {
  return isMembers(value) && 'value' in value && 'unit' in value && 'marks' in value && 'source' in value;
}

function hasCells(value: unknown): boolean {
  if (isCell(value)) return true;
  if (Array.isArray(value)) return value.some(hasCells);
  return isMembers(value) && Object.values(value).some(hasCells);
}

/** Every figure of an answer, in its order. */
export function figureRows(body: unknown): FigureRow[] {
  const rows: FigureRow[] = [];
  walk(body, [], new Map(), rows);
  return rows;
}

function walk(
  value: unknown,
  path: readonly string[],
  above: ReadonlyMap<string, Scalar>,
  rows: FigureRow[],
): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, path, above, rows);
    return;
  }
  if (!isMembers(value)) return;
  const context = new Map(above);
  const inner: string[] = [];
  for (const [name, member] of Object.entries(value)) {
    if (BESIDE.has(name)) continue;
    if (hasCells(member)) inner.push(name);
    else
      addPlain(name, member, (at, scalar) =>
        context.set(above.has(at) ? [...path, at].join('.') : at, scalar),
      );
  }
  for (const name of inner) {
    const member = value[name];
    if (isCell(member)) rows.push({ part: path.join('.'), figure: name, context, cell: member });
    else walk(member, [...path, name], context, rows);
  }
}

/** Plain values of a member, those of members within it under joined names; lists of plain values as one text. */
function addPlain(name: string, value: unknown, add: (name: string, value: Scalar) => void): void {
  if (value === undefined) return;
  if (isMembers(value)) {
    for (const [inner, member] of Object.entries(value)) addPlain(`${name}.${inner}`, member, add);
  } else if (!Array.isArray(value)) add(name, value as Scalar);
  else if (!value.some((item) => typeof item === 'object')) add(name, value.join('; '));
}

/** The rows of an answer without figures: its first list, or itself. Lists inside a row become JSON text. */
export function plainRows(body: unknown): ReadonlyMap<string, Scalar>[] {
  const members = isMembers(body) ? Object.entries(body).filter(([name]) => !BESIDE.has(name)) : [];
  const list = members.find(
    ([, value]) => Array.isArray(value) && (value.length === 0 || isMembers(value[0])),
  );
  const items = list ? (list[1] as unknown[]) : isMembers(body) ? [Object.fromEntries(members)] : [];
  return items.map((item) => {
    const row = new Map<string, Scalar>();
    for (const [name, value] of Object.entries(item as Members)) {
      addPlain(name, value, (at, scalar) => row.set(at, scalar));
      if (Array.isArray(value) && value.some((part) => typeof part === 'object')) {
        row.set(name, JSON.stringify(value));
      }
    }
    return row;
  });
}
