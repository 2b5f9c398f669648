/** Ratings as cells. */
import type { Cell, Element, ElementRating } from '@lmi/contracts';
import { scaleLimits, units } from './codes';
import { marksOfFlags } from './marks';
import type { Rating, Score } from './profiles';
import type { OnetInterestRow, OnetRatingRow } from './queries';

/** 95 per cent of a normal distribution lie within this many standard errors. */
const halfInterval = 1.96;

interface Origin {
  readonly release: string;
  readonly table: string;
  readonly period: string;
}

function cellOf({ value, marks }: Score, unit: string, origin: Origin): Cell {
  const shown = value === null || marks.includes('not-applicable') ? {} : { value };
  return { ...shown, unit, marks: [...marks], asked: undefined, answered: undefined, ...origin };
}

/** A rating that was worked out for an occupation of SOC. */
export function ratingOf(element: Element, rating: Rating, release: string): ElementRating {
  const { first, last, importance, level } = rating;
  const origin = {
    release,
    table: `O*NET ${element.edition} ${element.domain}, mean over linked occupations`,
    period: first === last ? first : `${first}/${last}`,
  };
  const interest = element.domain === 'interests';
  const rounded = ({ value, marks }: Score): Score => ({
    value: value === null ? null : round(value),
    marks,
  });
  return {
    element,
    importance: cellOf(rounded(importance), interest ? units.interest : units.importance, origin),
    level: level && cellOf(rounded(level), units.level, origin),
  };
}

/** Four decimals: the source has two. */
function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}

/** A rating as the source has it, with its sampling error. */
export function onetRatingOf(element: Element, row: OnetRatingRow, release: string): ElementRating {
  const origin = {
    release,
    table: `O*NET ${element.edition} ${element.domain}, ${row.source}`,
    period: row.period,
  };
  const cell = (
    value: number | null,
    error: number | null,
    flags: string,
    unit: string,
    scale: 'IM' | 'LV',
  ): Cell => {
    const made = cellOf(
      { value, marks: value === null ? ['not-available'] : marksOfFlags(flags) },
      unit,
      origin,
    );
    if (made.value === undefined || error === null) return made;
    const { least, greatest } = scaleLimits[scale];
    const half = halfInterval * error;
    return {
      ...made,
      ...(made.value > 0 ? { cv: (100 * error) / made.value } : {}),
      lower: Math.max(least, made.value - half),
      upper: Math.min(greatest, made.value + half),
    };
  };
  return {
    element,
    importance: cell(row.importance, row.importanceError, row.importanceMarker, units.importance, 'IM'),
    level: cell(row.level, row.levelError, row.levelMarker, units.level, 'LV'),
  };
}

export function onetInterestOf(element: Element, row: OnetInterestRow, release: string): ElementRating {
  const origin = {
    release,
    table: `O*NET ${element.edition} interests, ${row.source}`,
    period: row.period,
  };
  return {
    element,
    importance: cellOf({ value: row.value, marks: [] }, units.interest, origin),
    level: undefined,
  };
}
