import type { components } from './gen/schema.ts';

/** One figure as it stands in an answer. Its number is sealed: {@link readCell} opens it. */
export type Cell = components['schemas']['Cell'];

/** Why a figure deserves care, or why there is none. */
export type Mark = Cell['marks'][number];

/** Marks that say how precise a survey estimate is, and that it is precise enough for any use. */
export type Precision = 'reliable' | 'reasonable';

/** Marks that a number has to be shown with. */
export type Caution = Exclude<Mark, Precision>;

interface Common {
  /** Such as GBP/week, hours/week, people, percent. */
  readonly unit: string;
  /** A year, or a span such as 2020/2035. */
  readonly period: string;
  readonly precision: Precision | undefined;
  readonly source: Cell['source'];
  /** What was asked for and what the figure answers, where they can differ. */
  readonly asked: Cell['asked'];
  readonly answered: Cell['answered'];
}

/** A number that needs no words of warning. */
export interface PlainFigure extends Common {
  readonly kind: 'plain';
  readonly value: number;
}

/** A number that may be shown only with what its marks say. */
export interface CautionedFigure extends Common {
  readonly kind: 'cautioned';
  readonly value: number;
  readonly cautions: readonly [Caution, ...Caution[]];
}

/** No number: withheld, or not to be had. There is no `value` to take by mistake. */
export interface WithheldFigure extends Common {
  readonly kind: 'withheld';
  readonly reasons: readonly [Mark, ...Mark[]];
}

export type Figure = PlainFigure | CautionedFigure | WithheldFigure;

function isCaution(mark: Mark): mark is Caution {
  return mark !== 'reliable' && mark !== 'reasonable';
}

function isSome<T>(list: readonly T[]): list is readonly [T, ...T[]] {
  return list.length > 0;
}

/**
 * Opens a cell. The compiler lets nobody at the number before `kind` was looked at, so no mark is dropped unseen.
 * A cell that came without number and without marks reads as not available.
 */
export function readCell(cell: Cell): Figure {
  const value = cell.value as unknown as number | null;
  const common: Common = {
    unit: cell.unit,
    period: cell.period,
    precision: cell.marks.find((mark): mark is Precision => !isCaution(mark)),
    source: cell.source,
    asked: cell.asked,
    answered: cell.answered,
  };
  if (value === null) {
    return { ...common, kind: 'withheld', reasons: isSome(cell.marks) ? cell.marks : ['not-available'] };
  }
  const cautions = cell.marks.filter(isCaution);
  return isSome(cautions)
    ? { ...common, kind: 'cautioned', value, cautions }
    : { ...common, kind: 'plain', value };
}

/**
 * The number of a cell where none of its cautions is beyond those named, for calculations.
 * @returns undefined where there is no number, or one with a caution that was not accepted.
 */
export function valueAccepting(cell: Cell, accepted: readonly Caution[]): number | undefined {
  const figure = readCell(cell);
  if (figure.kind === 'withheld') return undefined;
  if (figure.kind === 'plain') return figure.value;
  return figure.cautions.every((mark) => accepted.includes(mark)) ? figure.value : undefined;
}
