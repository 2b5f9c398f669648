/**
 * Ratings of occupations put together from ratings of others: a weighted mean per element. Used from O*NET occupations
 * to SOC 2020 unit groups, and from those to wider groups and to SOC 2010.
 */
import { mergeMarks, type Mark } from '@lmi/statistics';

/** One value that goes into a mean; null where the part has none. */
export interface Score {
  readonly value: number | null;
  readonly marks: readonly Mark[];
}

export interface Rating {
  readonly importance: Score;
  /** Interests have none. */
  readonly level: Score | undefined;
  /** First and last year or month that the rating rests on, as text that sorts. */
  readonly first: string;
  readonly last: string;
  /** Part of the weight that has a rating, 0 to 1. */
  readonly share: number;
}

export type Profile = ReadonlyMap<string, Rating>;

export interface WeightedPart {
  readonly weight: number;
  readonly profile: Profile | undefined;
}

/** Half of the weight must say "not relevant" for the mean to say so. */
const mostlyIrrelevant = 0.5;

/**
 * The weighted mean of scores. Suppressed ones are left out while others are left; where they are all there is, the
 * mean is marked unreliable. A level that is not relevant to most of the weight is not relevant to the mean.
 */
export function meanScore(parts: readonly { readonly weight: number; readonly score: Score }[]): Score {
  const valued = parts.filter(({ score, weight }) => score.value !== null && weight > 0);
  if (valued.length === 0) return { value: null, marks: ['not-available'] };
  const sound = valued.filter(({ score }) => !score.marks.includes('unreliable'));
  const used = sound.length > 0 ? sound : valued;
  const all = sum(used, ({ weight }) => weight);
  const irrelevant = sum(
    used.filter(({ score }) => score.marks.includes('not-applicable')),
    ({ weight }) => weight,
  );
  const marks = mergeMarks(
    sound.length > 0 ? [] : ['unreliable'],
    irrelevant / all > mostlyIrrelevant ? ['not-applicable'] : [],
  );
  // The band of a coefficient of variation is dropped by the merge; "suppressed" must not be.
  const kept: Mark[] = sound.length > 0 ? marks : ['unreliable', ...marks];
  return { value: sum(used, ({ weight, score }) => weight * score.value!) / all, marks: kept };
}

/** Per element the mean over the parts that have it. */
export function combineProfiles(parts: readonly WeightedPart[]): Map<string, Rating> {
  const whole = sum(parts, ({ weight }) => weight);
  const byElement = new Map<string, { weight: number; rating: Rating }[]>();
  for (const { weight, profile } of parts) {
    for (const [element, rating] of profile ?? []) {
      const ratings = byElement.get(element);
      if (ratings) ratings.push({ weight, rating });
      else byElement.set(element, [{ weight, rating }]);
    }
  }
  const combined = new Map<string, Rating>();
  for (const [element, ratings] of byElement) {
    const levels = ratings.flatMap(({ weight, rating }) =>
      rating.level ? [{ weight, score: rating.level }] : [],
    );
    combined.set(element, {
      importance: meanScore(ratings.map(({ weight, rating }) => ({ weight, score: rating.importance }))),
      level: levels.length > 0 ? meanScore(levels) : undefined,
      first: ratings.reduce((least, { rating }) => (rating.first < least ? rating.first : least), '9'),
      last: ratings.reduce((most, { rating }) => (rating.last > most ? rating.last : most), ''),
      share: sum(ratings, ({ weight, rating }) => weight * rating.share) / whole,
    });
  }
  return combined;
}

function sum<T>(items: readonly T[], valueOf: (item: T) => number): number {
  let total = 0;
  for (const item of items) total += valueOf(item);
  return total;
}
