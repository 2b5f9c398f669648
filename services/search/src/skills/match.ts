/**
 * Ranks occupations by what somebody likes and can. Pure; docs/methods/skills.md gives the reasons.
 *
 * Both sides stand on a scale of 1 to 5: own ratings as given; occupations by where they lie between the occupation
 * that has least of the element (1) and the one that has most (5). "Like" is compared with the importance of an element
 * (of an interest: how far the work is of that kind), "can" with the level that is needed.
 */

export type RatingKind = 'like' | 'can';

export interface OwnRating {
  readonly element: string;
  readonly kind: RatingKind;
  /** 1 to 5. */
  readonly value: number;
  readonly weight: number;
}

export interface RankedOccupation {
  readonly code: string;
  readonly importance: ReadonlyMap<string, number>;
  readonly level: ReadonlyMap<string, number>;
}

export interface Reason extends OwnRating {
  /** The occupation on the same scale. */
  readonly theirs: number;
  /** 0 to 1. */
  readonly fit: number;
}

export interface Match {
  readonly code: string;
  /** Weighted mean of the fits, 0 to 1. */
  readonly score: number;
  /** One per rating that could be compared, in the order of the ratings. */
  readonly reasons: readonly Reason[];
}

export const least = 1;
export const most = 5;
const span = most - least;

/** Being better at something than the work needs counts against it, but half as much as falling short. */
const surplusPart = 0.5;
/** An occupation is ranked when this part of the weight of the ratings can be compared. */
const comparablePart = 0.5;

interface Scale {
  readonly low: number;
  readonly high: number;
}

/** Occupations on the common scale; made once for all questions. */
export class MatchTable {
  readonly #codes: readonly string[];
  readonly #ratings: Readonly<Record<RatingKind, ScaledRatings>>;

  /** @param occupations ratings in the units of the source. */
  constructor(occupations: readonly RankedOccupation[]) {
    this.#codes = occupations.map(({ code }) => code);
    this.#ratings = {
      like: new ScaledRatings(occupations.map(({ importance }) => importance)),
      can: new ScaledRatings(occupations.map(({ level }) => level)),
    };
  }

  /** An occupation's own profile as ratings: what a person who fits it best would say. */
  ownRatings(code: string): OwnRating[] {
    const occupation = this.#codes.indexOf(code);
    if (occupation < 0) return [];
    return (['like', 'can'] as const).flatMap((kind) =>
      this.#ratings[kind]
        .of(occupation)
        .map(([element, value]): OwnRating => ({ element, kind, value, weight: 1 })),
    );
  }

  /** Best first; occupations of equal score by code. */
  match(ratings: readonly OwnRating[]): Match[] {
    const whole = ratings.reduce((total, { weight }) => total + weight, 0);
    const columns = ratings.map(({ kind, element }) => this.#ratings[kind].column(element));
    const matches: Match[] = [];
    for (const [occupation, code] of this.#codes.entries()) {
      const reasons: Reason[] = [];
      let compared = 0;
      let score = 0;
      for (const [at, rating] of ratings.entries()) {
        const theirs = columns[at]?.[occupation] ?? NaN;
        if (Number.isNaN(theirs)) continue;
        const fit = fitOf(rating, theirs);
        reasons.push({ ...rating, theirs, fit });
        compared += rating.weight;
        score += rating.weight * fit;
      }
      if (compared === 0 || compared < comparablePart * whole) continue;
      matches.push({ code, score: score / compared, reasons });
    }
    return matches.sort((a, b) => b.score - a.score || (a.code < b.code ? -1 : 1));
  }
}

/** One kind of rating of all occupations, from 1 to 5: for each element a value of each occupation, NaN where it has none. */
class ScaledRatings {
  readonly #columns = new Map<string, Float64Array>();

  /** An element that all occupations have alike tells nothing and is left out. */
  constructor(profiles: readonly ReadonlyMap<string, number>[]) {
    for (const [element, { low, high }] of scalesOf(profiles)) {
      if (high <= low) continue;
      const values = profiles.map((profile) => profile.get(element) ?? NaN);
      this.#columns.set(
        element,
        Float64Array.from(values, (value) => least + (span * (value - low)) / (high - low)),
      );
    }
  }

  column(element: string): Float64Array | undefined {
    return this.#columns.get(element);
  }

  /** Elements that the occupation has, with their values. */
  of(occupation: number): [element: string, value: number][] {
    return [...this.#columns].flatMap(([element, values]): [string, number][] => {
      const value = values[occupation]!;
      return Number.isNaN(value) ? [] : [[element, value]];
    });
  }
}

/** 1 where both are equal, falling in proportion to the distance. */
export function fitOf({ kind, value }: OwnRating, theirs: number): number {
  const distance = value - theirs;
  if (kind === 'can' && distance > 0) return 1 - (surplusPart * distance) / span;
  return 1 - Math.abs(distance) / span;
}

/** The `count` reasons that weigh most, for before against; a reason is as telling as it is far from the mean fit. */
export function tellingReasons(match: Match, count: number): Reason[] {
  const telling = (reason: Reason): number => reason.weight * Math.abs(reason.fit - 0.5);
  return [...match.reasons]
    .sort((a, b) => telling(b) - telling(a) || b.fit - a.fit)
    .slice(0, count)
    .sort((a, b) => b.fit - a.fit);
}

function scalesOf(profiles: readonly ReadonlyMap<string, number>[]): Map<string, Scale> {
  const scales = new Map<string, Scale>();
  for (const profile of profiles) {
    for (const [element, value] of profile) {
      const scale = scales.get(element);
      scales.set(element, {
        low: Math.min(scale?.low ?? value, value),
        high: Math.max(scale?.high ?? value, value),
      });
    }
  }
  return scales;
}
