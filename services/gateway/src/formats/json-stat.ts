/** Answers of v2 as JSON-stat 2.0: https://json-stat.org/full/ */
import { marks } from '@lmi/statistics';
import type { z } from 'zod';
import type { releaseCard } from '../v2/schemas';
import { figureRows, type FigureRow, type Scalar } from './figures';

/** Between the marks of one figure; the meaning of each is in the extension. */
const STATUS_SEPARATOR = ',';

/** A table with far more places than figures is numbered by row: readers lay out every place. */
const PLACES_PER_ROW = 20;
const FEW_PLACES = 2_000;

interface Column {
  readonly name: string;
  readonly values: readonly string[];
}

interface Dimension extends Column {
  /** Each category with its place and the first row that has it. */
  readonly categories: ReadonlyMap<string, { readonly place: number; readonly row: number }>;
  /** Columns that describe the category, such as the name of a code. */
  readonly attributes: Column[];
}

type Json = Record<string, unknown>;

/** @returns undefined when the answer has no figures. */
export function jsonStatOf(body: unknown, label: string): string | undefined {
  const rows = figureRows(body);
  if (rows.length === 0) return undefined;
  const parts = [...new Set(rows.map(({ part }) => part))];
  const cards = ((body as { releases?: unknown }).releases ?? []) as readonly z.output<typeof releaseCard>[];
  const shared = (of: readonly FigureRow[]): Json => ({ source: attributions(of, cards) });
  const datasets = parts.map((part) => {
    const own = rows.filter((row) => row.part === part);
    return {
      ...datasetOf(own, part === '' || parts.length === 1 ? label : `${label}: ${part}`),
      ...shared(own),
    };
  });
  const extension = {
    status: { label: Object.fromEntries(marks.map(({ mark, meaning }) => [mark, meaning])) },
    releases: cards,
  };
  const whole: Json =
    datasets.length === 1
      ? { version: '2.0', ...datasets[0] }
      : {
          version: '2.0',
          class: 'collection',
          label,
          source: attributions(rows, cards),
          link: { item: datasets.map((dataset) => ({ version: '2.0', ...dataset })) },
        };
  return JSON.stringify({ ...whole, extension: { ...(whole.extension as Json), ...extension } });
}

function attributions(rows: readonly FigureRow[], cards: readonly z.output<typeof releaseCard>[]): string {
  const versions = new Set(rows.map(({ cell }) => cell.source.release));
  const own = cards.filter(({ version }) => versions.has(version));
  return [...new Set(own.map(({ attribution }) => attribution))].join(' ');
}

function datasetOf(rows: readonly FigureRow[], label: string): Json {
  const dimensions = dimensionsOf(rows);
  const sizes = dimensions.map(({ categories }) => categories.size);
  const places = rows.map((_row, at) =>
    dimensions.reduce(
      (place, { categories, values }, dimension) =>
        place * sizes[dimension]! + categories.get(values[at]!)!.place,
      0,
    ),
  );
  const of = <T>(valueOf: (row: FigureRow) => T | undefined) =>
    Object.fromEntries(
      rows.flatMap((row, at) => {
        const value = valueOf(row);
        return value === undefined ? [] : [[places[at]!, value] as const];
      }),
    );
  return {
    class: 'dataset',
    label,
    id: dimensions.map(({ name }) => name),
    size: sizes,
    role: rolesOf(dimensions),
    dimension: Object.fromEntries(dimensions.map((dimension) => [dimension.name, described(dimension)])),
    value: of(({ cell }) => cell.value),
    status: of(({ cell }) => cell.marks.join(STATUS_SEPARATOR)),
    extension: {
      figures: of(({ cell: { unit, period, cv, lower, upper, asked, answered, source } }) => ({
        unit,
        period,
        cv,
        lower,
        upper,
        asked,
        answered,
        source,
      })),
    },
  };
}

const PERIOD = 'period';
const UNIT = 'unit';
const FIGURE = 'figure';
const TIMES = ['year', PERIOD];

function rolesOf(dimensions: readonly Dimension[]): Json {
  const names = dimensions.map(({ name }) => name);
  const time = names.filter((name) => TIMES.includes(name));
  const geo = names.filter((name) => /(?:^|\.)area$/.test(name));
  return {
    // Units are read of these alone.
    metric: dimensions.filter(({ attributes }) => attributes.some(isUnit)).map(({ name }) => name),
    ...(time.length > 0 ? { time } : {}),
    ...(geo.length > 0 ? { geo } : {}),
  };
}

function isUnit({ name }: Column): boolean {
  return name === UNIT;
}

function text(value: Scalar | undefined): string {
  return value === undefined || value === null ? '' : String(value);
}

/** Columns that are no dimension where they follow from one. */
const DESCRIBING = [/(?:name|title)$/i, /^period$/, /^unit$/];

/**
 * The columns by which the figures of one part differ. Which they are depends on their names alone as long as the
 * figures make a cube, so that equal questions for other codes have the same dimensions.
 */
function dimensionsOf(rows: readonly FigureRow[]): Dimension[] {
  const names = [...new Set(rows.flatMap(({ context }) => [...context.keys()]))];
  const columns: Column[] = [
    { name: FIGURE, values: rows.map(({ figure }) => figure) },
    ...names.map((name) => ({ name, values: rows.map(({ context }) => text(context.get(name))) })),
    { name: PERIOD, values: rows.map(({ cell }) => cell.period) },
    { name: UNIT, values: rows.map(({ cell }) => cell.unit) },
  ];
  const dimensions: Dimension[] = [];
  for (const column of columns) {
    const leader = DESCRIBING.some((pattern) => pattern.test(column.name))
      ? dimensions.find((dimension) => follows(column.values, dimension.values))
      : undefined;
    if (leader) leader.attributes.push(column);
    else dimensions.push({ ...column, categories: categoriesOf(column.values), attributes: [] });
  }
  const places = dimensions.reduce((product, { categories }) => product * categories.size, 1);
  const keys = new Set(rows.map((_row, at) => JSON.stringify(dimensions.map(({ values }) => values[at]))));
  const isCube = keys.size === rows.length && places <= Math.max(FEW_PLACES, rows.length * PLACES_PER_ROW);
  return isCube ? dimensions : [numbered(rows, columns)];
}

function categoriesOf(values: readonly string[]): Dimension['categories'] {
  const categories = new Map<string, { place: number; row: number }>();
  values.forEach((value, row) => {
    if (!categories.has(value)) categories.set(value, { place: categories.size, row });
  });
  return categories;
}

/** Whether the first is a function of the second. */
function follows(values: readonly string[], leaders: readonly string[]): boolean {
  const known = new Map<string, string>();
  return leaders.every((leader, at) => {
    const value = known.get(leader) ?? values[at]!;
    known.set(leader, value);
    return value === values[at];
  });
}

/** The figures one after the other, where no columns tell them all apart. */
function numbered(rows: readonly FigureRow[], columns: readonly Column[]): Dimension {
  const numbers = rows.map((_row, at) => String(at + 1));
  return { name: 'row', values: numbers, categories: categoriesOf(numbers), attributes: [...columns] };
}

function described({ name, values, categories, attributes }: Dimension): Json {
  const unit = attributes.find(isUnit);
  const titles = attributes.filter(
    (column) => column !== unit && column.values.some((value, row) => value !== values[row]),
  );
  const byCategory = (valueOf: (row: number) => unknown) =>
    Object.fromEntries([...categories].map(([category, { row }]) => [category, valueOf(row)]));
  const labelOf = (row: number) =>
    titles
      .map((column) => column.values[row])
      .filter((part) => part !== '')
      .join('; ');
  return {
    label: name,
    category: {
      index: [...categories.keys()],
      ...(titles.length > 0 ? { label: byCategory((row) => labelOf(row) || values[row]) } : {}),
      ...(unit ? { unit: byCategory((row) => ({ label: unit.values[row] })) } : {}),
    },
    ...(titles.length > 0 ? { extension: { labelledBy: titles.map((column) => column.name) } } : {}),
  };
}
