import type { Opinion, TitleModel } from './title-model';
import { evidence, type Evidence } from './evidence';
import { rankerWeights } from './ranker-weights';

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

/** Ranks all groups for one title by everything that speaks for them: a linear model over {@link evidence}. */
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

  /** How far the words of the title are known, 0 to 1, and the score of each group, comparable within one answer. */
  rank(words: readonly string[], matches: readonly EntryMatch[]): { known: number; scores: Float32Array } {
    const scores = new Float32Array(this.codes.length);
    const known = this.#eachEvidence(words, matches, (kind, values) => {
      const weight = rankerWeights[kind];
      for (let group = 0; group < scores.length; group++) scores[group]! += weight * values[group]!;
    });
    return { known, scores };
  }

  /** What words of the surroundings say of each group; best group 0; undefined when none is known. */
  surroundings(words: readonly string[]): Float32Array | undefined {
    return this.#models.titles.surroundings(words);
  }

  /** All evidence as a matrix, group by group; for training. */
  evidenceOf(words: readonly string[], matches: readonly EntryMatch[]): Float32Array {
    const matrix = new Float32Array(this.codes.length * evidence.length);
    this.#eachEvidence(words, matches, (kind, values) => {
      const column = evidence.indexOf(kind);
      for (let group = 0; group < values.length; group++)
        matrix[group * evidence.length + column] = values[group]!;
    });
    return matrix;
  }

  #eachEvidence(
    words: readonly string[],
    matches: readonly EntryMatch[],
    give: (kind: Evidence, values: Float32Array) => void,
  ): number {
    const { titles, abroad, plain } = this.#models;
    this.#fromEntries(matches, give);
    give('size', titles.sizes);
    const own = titles.opinion(words);
    if (own) {
      give('words', own.words);
      give('all', own.all);
      give('wordAffinity', own.wordAffinity);
      give('letterAffinity', own.letterAffinity);
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
    return own?.known ?? 0;
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
