/** Figures and how they become cells. */
import type { Cell } from '@lmi/contracts';
import { applyThreshold, sortMarks, thresholdRules, type Mark } from '@lmi/statistics';
import type { Question, Target } from './question';

/** One looked-up figure, before it is known whether it answers at the level asked. */
export interface Figure {
  /** Undefined when withheld or when no source has it; the marks say which. */
  readonly value: number | undefined;
  readonly marks: readonly Mark[];
  readonly release: string;
  readonly table: string;
  /** Half the width of the 95 per cent interval. */
  readonly ci95?: number;
}

/** No source has the figure: it names the release in which it was looked for, so that a later one can be told from it. */
export function unavailable(release: string): Figure {
  return { value: undefined, marks: ['not-available'], release, table: 'not published' };
}

const estimateRule = thresholdRules['employment-estimates']!;

/**
 * A modelled figure: under the limits of the projections it is withheld or noted, and withheld too where it would give
 * another away. Nil is shown: it is known to be nobody.
 */
export function disclosed(figure: Figure): Figure {
  if (figure.marks.includes('confidential')) return { ...figure, value: undefined };
  if (figure.value === undefined || figure.value === 0 || !figure.marks.includes('modelled')) return figure;
  const verdict = applyThreshold(estimateRule, { value: figure.value });
  const { value, ...rest } = { ...figure, marks: sortMarks([...figure.marks, ...verdict.marks]) };
  return verdict.withheld ? { ...rest, value: undefined } : { ...rest, value };
}

export interface Answered extends Target {
  readonly area: string;
}

/** The cell of an area that stands in for one it does not contain: marked as imputed, and not as a wider level. */
export function standInCell(
  figure: Figure,
  asked: Question,
  answered: Answered,
  period: string,
  unit: string,
): Cell {
  const marks = figure.value === undefined ? figure.marks : sortMarks([...figure.marks, 'imputed']);
  const cell = toCell({ ...figure, marks }, { ...asked, area: answered.area }, answered, period, unit);
  return { ...cell, asked: { ...cell.asked!, area: asked.area } };
}

export function toCell(
  figure: Figure,
  asked: Question,
  answered: Answered,
  period: string,
  unit = 'people',
): Cell {
  const coarser =
    figure.value !== undefined &&
    (answered.occupation !== asked.occupation ||
      answered.classification !== asked.classification ||
      answered.area !== asked.area);
  const interval =
    figure.value !== undefined && figure.ci95 !== undefined
      ? { lower: Math.max(0, figure.value - figure.ci95), upper: figure.value + figure.ci95 }
      : {};
  return {
    value: figure.value,
    unit,
    period,
    marks: sortMarks(coarser ? [...figure.marks, 'coarser'] : figure.marks),
    asked: { occupation: asked.occupation, classification: asked.classification, area: asked.area },
    answered: {
      occupation: answered.occupation,
      classification: answered.classification,
      area: answered.area,
    },
    release: figure.release,
    table: figure.table,
    ...interval,
  };
}
