import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Ranks of the right code over some titles; shares of 1. */
export interface RankFigures {
  readonly asked: number;
  readonly first: number;
  readonly inFive: number;
  /** Mean reciprocal rank within the first ten. */
  readonly reciprocalRank: number;
}

/** One beginning of the titles of the index; mean reciprocal ranks within the first ten. */
export interface CutFigures {
  readonly letters: number;
  /** Right is the group of the very title that was cut; the ceiling is what the best possible ranking gets. */
  readonly ownGroup: number;
  readonly ownGroupCeiling: number;
  readonly anyTitleThatBeginsSo: number;
  readonly eachWordCut: number;
}

export interface SystemFigures {
  readonly system: string;
  readonly first: number;
  readonly inFive: number;
}

/** One point of coverage against precision: all titles coded whose probability is not below the least. */
export interface CoveragePoint {
  readonly coverage: number;
  readonly leastProbability: number;
  readonly precision: number;
  readonly precisionWithAlternatives: number;
}

export interface AdvertFigures {
  readonly titles: number;
  /** Titles that the labels give a code. First and in five are shares of these. */
  readonly codable: number;
  readonly first: number;
  readonly firstWithAlternatives: number;
  readonly inFive: number;
  readonly twoDigits: number;
  /** As served: below the threshold no code is given. */
  readonly atThreshold: {
    readonly leastProbability: number;
    readonly coverage: number;
    readonly precision: number;
    readonly precisionWithAlternatives: number;
    readonly uncodableRefused: number;
  };
  /** Expected calibration error over ten equal bands. */
  readonly calibrationError: number;
  /** By twentieths of coverage, the most probable first. */
  readonly curve: readonly CoveragePoint[];
  /** Baselines and the search on the same titles. */
  readonly systems: readonly SystemFigures[];
}

/** evaluation/results.json, as `npm run accuracy` writes it; docs/accuracy.md says what the figures mean. */
export interface AccuracyResults {
  readonly index: { readonly entries: number; readonly titles: number; readonly words: number };
  /** Titles of the index against the whole index. */
  readonly known: {
    readonly printed: RankFigures;
    readonly natural: RankFigures;
    readonly naturalCoded: RankFigures;
    readonly oneSlip: RankFigures;
    readonly twoSlips: RankFigures;
    readonly cuts: readonly CutFigures[];
  };
  /** Titles whose family nothing has seen. */
  readonly unseen: {
    readonly questions: number;
    readonly seen: number;
    readonly systems: readonly {
      readonly system: string;
      readonly variants: Readonly<Record<string, RankFigures>>;
    }[];
    /** The coder, given the entry's qualifier as the industry. */
    readonly withIndustry: RankFigures;
    readonly calibrationError: number;
  };
  /** Hand-labelled advert titles: `dev` was tuned on, `heldOut` is the figure. */
  readonly adverts: { readonly dev: AdvertFigures; readonly heldOut: AdvertFigures };
}

/** The committed results. */
export function readAccuracyResults(): AccuracyResults {
  const file = join(__dirname, '../evaluation/results.json');
  return JSON.parse(readFileSync(file, 'utf8')) as AccuracyResults;
}
