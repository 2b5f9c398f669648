import type { Opinion, TitleModel } from './title-model';
import { evidence, type Evidence } from './evidence';
import type { TitleVector } from './vector-model';
import { joint, rankerWeights } from './ranker-weights';

/** A group that entries of the index matched, best first. */
export interface EntryMatch {
  readonly code: string;
  readonly score: number;
  /** Nothing typed is missing from the entry and nothing of the entry from what was typed. */
  readonly inFull: boolean;
}

export interface Models {
  /** Titles of the classification itself. */
  readonly titles: TitleModel;
  /** Titles of O*NET, through the crosswalk; undefined where that dataset has no release. */
  readonly abroad: TitleModel | undefined;
  /** The plain-English lines on each group. */
  readonly plain: TitleModel | undefined;
}

/** Words beyond say no more. */
const mostCounted = 6;

/** Groups that are weighed closely; the right one is among them for 95 % of the titles that the index lacks. */
const mostCandidates = 40;
const rough: Readonly<Partial<Record<Evidence, number>>> = {
  all: 1,
  entryScore: 4,
  abroadWords: 0.3,
  kinds: 3,
  letterAffinity: 3,
  vectorMiddle: 0.3,
};
/** Differences in the rough sum beyond this say nothing. */
const farthest = 12;

export interface Candidates {
  /** Share of the title's words that are known; undefined when no part of it was ever met. */
  readonly known: number | undefined;
  /** Positions in `codes`, the nearest first. */
  readonly groups: readonly number[];
  /** Evidence on each, in the order of {@link evidence}. */
  readonly rows: Float32Array;
  /** The rough sum of every group. */
  readonly nearness: Float32Array;
  /** What the words mean together; undefined where no word has a vector. */
  readonly title: TitleVector | undefined;
}

/** Of the evidence that begins at a place of the rows. */
function scoreOf(rows: Float32Array, from: number): number {
  let score = 0;
  for (let at = 0; at < linear.length; at++) score += linear[at]! * rows[from + at]!;
  for (const { bias, effect, weights } of joint) {
    let sum = bias;
    for (let at = 0; at < linear.length; at++) sum += weights[at]! * rows[from + at]!;
    if (sum > 0) score += effect * sum;
  }
  return score;
}

/** Places of the so many highest values, and of what equals the last of them. */
function highest(values: Float32Array, count: number): number[] {
  const least = values.slice().sort()[Math.max(0, values.length - count)]!;
  const places: number[] = [];
  for (let at = 0; at < values.length; at++) if (values[at]! >= least) places.push(at);
  return places;
}

const linear = evidence.map((kind) => rankerWeights[kind]);

/**
 * Ranks all groups for one title by everything that speaks for them: a linear model over {@link evidence}, with sums of
 * evidence that count only where they are above nought, because letters say more where words are unknown.
 */
export class Ranker {
  readonly codes: readonly string[];
  readonly #models: Models;
  readonly #position: ReadonlyMap<string, number>;
  /** Position in `codes` of each group of the other models; 65535: none. */
  readonly #abroad: Uint16Array;
  readonly #plain: Uint16Array;

  constructor(models: Models) {
    this.#models = models;
    this.codes = models.titles.codes;
    this.#position = new Map(this.codes.map((code, at) => [code, at]));
    const positions = (model: TitleModel | undefined): Uint16Array =>
      Uint16Array.from(model?.codes ?? [], (code) => this.#position.get(code) ?? 0xffff);
    this.#abroad = positions(models.abroad);
    this.#plain = positions(models.plain);
  }

  position(code: string): number | undefined {
    return this.#position.get(code);
  }

  /**
   * How far the words of the title are known, 0 to 1, whether any part of it, if only a run of letters, was ever met,
   * the score of each group, comparable within one answer, and what the words mean together, for {@link mostAlike}.
   */
  rank(
    words: readonly string[],
    matches: readonly EntryMatch[],
  ): { known: number; met: boolean; scores: Float32Array; title: TitleVector | undefined } {
    const { known, groups, rows, nearness, title } = this.candidates(words, matches);
    const scores = new Float32Array(this.codes.length);
    let least = Infinity;
    for (const [row, group] of groups.entries()) {
      const score = scoreOf(rows, row * evidence.length);
      scores[group] = score;
      if (score < least) least = score;
    }
    // The rest comes after, in its own order, where the surroundings of a title can still lift it.
    const taken = new Set(groups);
    const last = nearness[groups[groups.length - 1]!]!;
    for (let group = 0; group < scores.length; group++)
      if (!taken.has(group)) scores[group] = least - 1 + Math.max(nearness[group]! - last, -farthest);
    return { known: known ?? 0, met: known !== undefined, scores, title };
  }

  /** Number of the group's title that means most nearly what was ranked means; undefined where none is known. */
  mostAlike(title: TitleVector, code: string): number | undefined {
    const group = this.#position.get(code);
    return group === undefined ? undefined : this.#models.titles.vectors?.mostAlike(title, group);
  }

  /** What words of the surroundings say of each group; best group 0; undefined when none is known. */
  surroundings(words: readonly string[]): Float32Array | undefined {
    return this.#models.titles.surroundings(words);
  }

  /**
   * The groups that a rough sum puts first, which alone are weighed closely, and all evidence on them, group by group.
   * Training takes its questions from here.
   */
  candidates(words: readonly string[], matches: readonly EntryMatch[]): Candidates {
    const columns: (Float32Array | undefined)[] = evidence.map(() => undefined);
    const nearness = new Float32Array(this.codes.length);
    const give = (kind: Evidence, values: Float32Array): void => {
      columns[evidence.indexOf(kind)] = values;
      const weight = rough[kind];
      if (weight !== undefined)
        for (let group = 0; group < nearness.length; group++) nearness[group]! += weight * values[group]!;
    };
    const { known, title } = this.#eachEvidence(words, matches, give);
    const groups = highest(nearness, mostCandidates).sort((a, b) => nearness[b]! - nearness[a]! || a - b);
    if (title) give('nearTitles', this.#models.titles.vectors!.nearest(title, groups));
    const rows = new Float32Array(groups.length * evidence.length);
    for (const [column, values] of columns.entries()) {
      if (!values) continue;
      for (const [row, group] of groups.entries()) rows[row * evidence.length + column] = values[group]!;
    }
    return { known, groups, rows, nearness, title };
  }

  #eachEvidence(
    words: readonly string[],
    matches: readonly EntryMatch[],
    give: (kind: Evidence, values: Float32Array) => void,
  ): { known: number | undefined; title: TitleVector | undefined } {
    const { titles, abroad, plain } = this.#models;
    this.#fromEntries(matches, give);
    give('size', titles.sizes);
    const own = titles.opinion(words);
    if (own) {
      give('words', own.words);
      give('all', own.all);
      give('wordAffinity', own.wordAffinity);
      give('letterAffinity', own.letterAffinity);
      if (own.kinds) {
        give('kinds', own.kinds.anywhere);
        give('headKinds', own.kinds.head);
        give('modifierKinds', own.kinds.modifier);
      }
      const [minor, subMajor, major] = titles.wider(own.all);
      give('minorGroup', minor!);
      give('subMajorGroup', subMajor!);
      give('majorGroup', major!);
    }
    const foreign: Opinion | undefined = abroad?.opinion(words);
    if (foreign) {
      give('abroadWords', this.#placed(foreign.words, this.#abroad));
      give('abroadAffinity', this.#placed(foreign.wordAffinity, this.#abroad, 0));
    }
    const text = plain?.surroundings(words);
    if (text) give('plainText', this.#placed(text, this.#plain));
    const textKinds = plain?.kinds?.affinities(words).anywhere;
    if (textKinds) give('plainKinds', this.#placed(textKinds, this.#plain, 0));
    const meant = titles.vectors?.opinion(words);
    if (meant) give('vectorMiddle', meant.middle);
    // The same for every group: what these say is how far to trust the rest.
    give('knownWords', new Float32Array(this.codes.length).fill(own?.known ?? 0));
    give('knownVectors', new Float32Array(this.codes.length).fill(meant?.known ?? 0));
    give('wordCount', new Float32Array(this.codes.length).fill(Math.min(words.length, mostCounted)));
    return { known: own?.known, title: meant?.title };
  }

  #fromEntries(matches: readonly EntryMatch[], give: (kind: Evidence, values: Float32Array) => void): void {
    const best = matches[0]?.score;
    if (best === undefined) return;
    const size = this.codes.length;
    const [score, share, place, inFull] = Array.from({ length: 4 }, () => new Float32Array(size));
    for (const [rank, match] of matches.entries()) {
      const group = this.#position.get(match.code);
      if (group === undefined) continue;
      score![group] = match.score;
      share![group] = match.score / best;
      place![group] = 1 / (rank + 1);
      inFull![group] = match.inFull ? 1 : 0;
    }
    give('entryScore', score!);
    give('entryShare', share!);
    give('entryPlace', place!);
    give('entryInFull', inFull!);
  }

  /** Values of another model's groups at the places of this one's; a group it lacks is as far as can be. */
  #placed(values: Float32Array, positions: Uint16Array, lacking = -12): Float32Array {
    const placed = new Float32Array(this.codes.length).fill(lacking);
    for (let at = 0; at < values.length; at++) {
      const group = positions[at]!;
      if (group !== 0xffff) placed[group] = values[at]!;
    }
    return placed;
  }
}
