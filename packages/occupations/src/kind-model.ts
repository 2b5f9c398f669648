import { PartCounter, type PartCounts } from './part-counter';
import type { Kinds, WordKinds } from './word-kinds';

/** Places of a title whose kinds are counted apart: anywhere, its last word, what stands before that and qualifies it. */
export const kindPlaces = ['anywhere', 'head', 'modifier'] as const;
export type KindPlace = (typeof kindPlaces)[number];

/** Counts no smoothing is needed for; the counter asks for one. */
const unused = 1;

/** Counts the kinds of the words of titles by group. */
export class KindModelBuilder {
  readonly #kinds: WordKinds;
  readonly #counters: Readonly<Record<KindPlace, PartCounter>> = {
    anywhere: new PartCounter(),
    head: new PartCounter(),
    modifier: new PartCounter(),
  };

  constructor(kinds: WordKinds) {
    this.#kinds = kinds;
  }

  add(words: readonly string[], qualifiers: readonly string[], group: number, weight: number): void {
    const parts = partsOf(this.#kinds, words, qualifiers);
    for (const place of kindPlaces)
      this.#counters[place].add(parts[place].numbers, group, weight, parts[place].weights);
  }

  /** @param all weight of all titles. */
  *finish(groupCount: number, all: number): Generator<undefined, KindModel> {
    const counts: Partial<Record<KindPlace, PartCounts>> = {};
    for (const place of kindPlaces) {
      counts[place] = this.#counters[place].counts(groupCount, unused, all);
      yield;
    }
    this.#kinds.forget();
    return new KindModel(this.#kinds, counts as Record<KindPlace, PartCounts>, groupCount);
  }
}

/**
 * Which groups the kinds of a title's words speak for: "bus cleaner" is near "coach cleaner", though no word but "cleaner" is in both.
 */
export class KindModel {
  readonly #kinds: WordKinds;
  readonly #counts: Readonly<Record<KindPlace, PartCounts>>;
  readonly #groupCount: number;

  constructor(kinds: WordKinds, counts: Readonly<Record<KindPlace, PartCounts>>, groupCount: number) {
    this.#kinds = kinds;
    this.#counts = counts;
    this.#groupCount = groupCount;
  }

  /** Rarity-weighted shares of the groups among titles with words of the same kinds, best group 1. */
  affinities(words: readonly string[]): Readonly<Record<KindPlace, Float32Array>> {
    const parts = partsOf(this.#kinds, words, []);
    const of = (place: KindPlace): Float32Array => this.#affinity(this.#counts[place], parts[place]);
    return { anywhere: of('anywhere'), head: of('head'), modifier: of('modifier') };
  }

  #affinity({ ids, offsets, groups, affinities }: PartCounts, { numbers, weights }: Kinds): Float32Array {
    const sums = new Float32Array(this.#groupCount);
    let most = 1e-9;
    for (let part = 0; part < numbers.length; part++) {
      const id = ids.get(numbers[part]!);
      if (id === undefined) continue;
      for (let at = offsets[id]!; at < offsets[id + 1]!; at++)
        sums[groups[at]!]! += weights[part]! * affinities![at]!;
    }
    for (const sum of sums) if (sum > most) most = sum;
    for (let group = 0; group < sums.length; group++) sums[group]! /= most;
    return sums;
  }
}

function partsOf(
  kinds: WordKinds,
  words: readonly string[],
  qualifiers: readonly string[],
): Readonly<Record<KindPlace, Kinds>> {
  return {
    anywhere: kinds.together([...words, ...qualifiers]),
    head: kinds.together(words.slice(-1)),
    modifier: kinds.together([...words.slice(0, -1), ...qualifiers]),
  };
}
