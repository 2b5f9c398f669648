import { KindModelBuilder, type KindModel, type KindPlace } from './kind-model';
import { PartCounter, type PartCounts } from './part-counter';
import { families, titleParts, titleWords, type Family } from './title-features';
import { VectorModelBuilder, type VectorModel } from './vector-model';
import type { WordKinds } from './word-kinds';
import type { WordVectors } from './word-vectors';

/** Smoothing of each family: how much a part that a group was never seen with may still mean it. */
const smoothing: Record<Family, number> = { word: 0.03, head: 0.03, pair: 0.01, root: 0.03, letters: 0.01 };
/** How much each family counts in the model's own opinion; runs of letters overlap and count less. */
const share: Record<Family, number> = { word: 1, head: 0.5, pair: 1, root: 0.5, letters: 0.35 };
/** What the model says of one title for every group, by the group's position in `codes`. */
export interface Opinion {
  /** Logarithm of the likelihood of the title's words, best group 0. */
  readonly words: Float32Array;
  /** All families together, with the size of the group; best group 0. */
  readonly all: Float32Array;
  /** Rarity-weighted shares of the groups among titles with the words, and with the runs of letters; best group 1. */
  readonly wordAffinity: Float32Array;
  readonly letterAffinity: Float32Array;
  /** The same among titles with words of the same kinds; undefined where kinds are not counted. */
  readonly kinds: Readonly<Record<KindPlace, Float32Array>> | undefined;
  /** Share of the title's words that were ever seen, 0 to 1. */
  readonly known: number;
}

/** Counts the parts of titles by group. */
export class TitleModelBuilder {
  readonly #numbers = new Map<string, number>();
  readonly #counters: ReadonlyMap<Family, PartCounter>;
  readonly #weights: number[] = [];
  readonly #kinds: KindModelBuilder | undefined;
  readonly #vectors: VectorModelBuilder | undefined;

  /**
   * @param counted families of parts that the model is to know; runs of letters are most of its size.
   * @param kinds of words, where these are to be counted too.
   * @param vectors of words, where titles are to be compared by these too.
   */
  constructor(counted: readonly Family[] = families, kinds?: WordKinds, vectors?: WordVectors) {
    this.#kinds = kinds && new KindModelBuilder(kinds);
    this.#vectors = vectors && new VectorModelBuilder(vectors);
    this.#counters = new Map(counted.map((family) => [family, new PartCounter()]));
  }

  /**
   * @param weight of the title; 1 is a row of the coding index.
   * @param number under which the caller knows the title.
   */
  add(title: string, qualifiers: string, code: string, weight: number, number?: number): void {
    this.addShared(title, qualifiers, [{ code, weight }]);
    this.#vectors?.add(titleWords(title), this.#number(code), weight, number);
  }

  /** Adds a title that belongs to several groups in part. */
  addShared(
    title: string,
    qualifiers: string,
    shares: readonly { readonly code: string; readonly weight: number }[],
  ): void {
    const words = titleWords(title);
    const qualifying = qualifiers === '' ? [] : titleWords(qualifiers);
    const parts = titleParts(words, qualifying, this.#counters.has('letters'));
    for (const { code, weight } of shares) {
      const group = this.#number(code);
      for (const [family, counter] of this.#counters) counter.add(parts[family], group, weight);
      this.#kinds?.add(words, qualifying, group, weight);
      this.#weights[group]! += weight;
    }
  }

  #number(code: string): number {
    let group = this.#numbers.get(code);
    if (group === undefined) {
      this.#numbers.set(code, (group = this.#numbers.size));
      this.#weights.push(0);
    }
    return group;
  }

  /** Makes the model; yields between families, so that the caller can let other work in. */
  *finish(): Generator<undefined, TitleModel> {
    const all = this.#weights.reduce((sum, weight) => sum + weight, 0);
    const counts: Partial<Record<Family, PartCounts>> = {};
    for (const [family, counter] of this.#counters) {
      const affine = family === 'word' || family === 'letters';
      counts[family] = counter.counts(this.#numbers.size, smoothing[family], affine ? all : undefined);
      yield;
    }
    const kinds = this.#kinds && (yield* this.#kinds.finish(this.#numbers.size, all));
    const vectors = this.#vectors && (yield* this.#vectors.finish(this.#numbers.size));
    return new TitleModel(
      [...this.#numbers.keys()],
      Float32Array.from(this.#weights),
      counts,
      kinds,
      vectors,
    );
  }
}

/**
 * Naive Bayes over parts of titles: which groups the words, word pairs, roots and runs of letters of a title were seen
 * with. It has an opinion on titles that no entry matches, which the index alone has not.
 */
export class TitleModel {
  readonly #counts: Partial<Record<Family, PartCounts>>;
  /** Logarithm of the share of titles that are the group's. */
  readonly sizes: Float32Array;
  /** For each group its minor, sub-major and major group, numbered, narrowest first. */
  readonly #above: readonly Uint16Array[];
  readonly #aboveCounts: readonly number[];

  constructor(
    readonly codes: readonly string[],
    weights: Float32Array,
    counts: Partial<Record<Family, PartCounts>>,
    readonly kinds: KindModel | undefined,
    readonly vectors: VectorModel | undefined,
  ) {
    this.#counts = counts;
    const all = weights.reduce((sum, weight) => sum + weight, 0);
    this.sizes = weights.map((weight) => Math.log((weight + 1) / (all + codes.length)));
    const numbered = [3, 2, 1].map((digits) => {
      const numbers = new Map<string, number>();
      const of = Uint16Array.from(codes, (code) => {
        const wider = code.slice(0, digits);
        const number = numbers.get(wider) ?? numbers.size;
        numbers.set(wider, number);
        return number;
      });
      return { of, count: numbers.size };
    });
    this.#above = numbered.map(({ of }) => of);
    this.#aboveCounts = numbered.map(({ count }) => count);
  }

  /** @returns undefined when no part of the title was ever seen. */
  opinion(title: readonly string[]): Opinion | undefined {
    const parts = titleParts(title, [], this.#counts.letters !== undefined);
    const size = this.codes.length;
    const all = this.sizes.slice();
    let words = new Float32Array(size);
    const wordAffinity = new Float32Array(size);
    const letterAffinity = new Float32Array(size);
    let known = 0;
    let met = 0;
    for (const family of families) {
      const scores = new Float32Array(size);
      const affinity = family === 'word' ? wordAffinity : family === 'letters' ? letterAffinity : undefined;
      const seen = this.#add(family, parts[family], scores, affinity);
      met += seen;
      for (let group = 0; group < size; group++) all[group]! += share[family] * scores[group]!;
      if (family !== 'word') continue;
      known = parts.word.length === 0 ? 0 : seen / parts.word.length;
      words = scores;
    }
    if (met === 0) return undefined;
    toTop(words);
    toTop(all);
    toOne(wordAffinity);
    toOne(letterAffinity);
    return { words, all, wordAffinity, letterAffinity, kinds: this.kinds?.affinities(title), known };
  }

  /** What words of the surroundings (industry, employer, description) say of each group; best group 0. */
  surroundings(words: readonly string[]): Float32Array | undefined {
    const scores = new Float32Array(this.codes.length);
    const seen = this.#add('word', titleParts([], words).word, scores, undefined);
    if (seen === 0) return undefined;
    toTop(scores);
    return scores;
  }

  /** Adds up a family. @returns the parts that were ever seen. */
  #add(
    family: Family,
    parts: readonly number[],
    scores: Float32Array,
    affinity: Float32Array | undefined,
  ): number {
    const counts = this.#counts[family];
    if (!counts) return 0;
    const { ids, offsets, groups, gains, affinities, base } = counts;
    let seen = 0;
    for (const part of parts) {
      const id = ids.get(part);
      if (id === undefined) continue;
      seen++;
      const to = offsets[id + 1]!;
      for (let at = offsets[id]!; at < to; at++) {
        const group = groups[at]!;
        scores[group]! += gains[at]!;
        if (affinity && affinities) affinity[group]! += affinities[at]!;
      }
    }
    for (let group = 0; group < scores.length; group++) scores[group]! += seen * base[group]!;
    return seen;
  }

  /** Logarithms of the shares that the wider groups of each group have of an opinion: 3, 2 and 1 digits. */
  wider(opinion: Float32Array): readonly Float32Array[] {
    const shares = opinion.map((value) => Math.exp(value));
    const whole = shares.reduce((sum, one) => sum + one, 0);
    return this.#above.map((of, level) => {
      const sums = new Float32Array(this.#aboveCounts[level]!);
      for (let group = 0; group < shares.length; group++) sums[of[group]!]! += shares[group]! / whole;
      for (let wider = 0; wider < sums.length; wider++) sums[wider] = Math.log(sums[wider]! + 1e-6);
      return Float32Array.from(of, (wider) => sums[wider]!);
    });
  }
}

/** What lies this far below the best says no more than that it is far. */
const farthest = -12;

function toTop(scores: Float32Array): void {
  let most = -Infinity;
  for (const score of scores) if (score > most) most = score;
  for (let at = 0; at < scores.length; at++) scores[at] = Math.max(farthest, scores[at]! - most);
}

function toOne(scores: Float32Array): void {
  let most = 1e-9;
  for (const score of scores) if (score > most) most = score;
  for (let at = 0; at < scores.length; at++) scores[at]! /= most;
}
