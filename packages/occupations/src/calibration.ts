import { calibration } from './calibration-weights';

/** What the probability of the first answer is worked out from. */
export interface CalibrationInput {
  /** Share that the ranker gives it, 0 to 1, and its lead over the second. */
  readonly share: number;
  readonly lead: number;
  /** Share of the title's words that are known. */
  readonly known: number;
  /** 1 when an entry of the index says the title in full. */
  readonly inFull: number;
  /** Score of its best entry. */
  readonly entry: number;
  /** Words in the title. */
  readonly words: number;
}

/**
 * The inputs as they enter the sum, in the order of the weights. The share says more where an entry says the title in full
 * and less where words are unknown.
 */
export function calibrationTerms({ share, lead, known, inFull, entry, words }: CalibrationInput): number[] {
  const odds = Math.log(share / Math.max(1 - share, 1e-4));
  return [1, odds, lead, known, inFull, entry, words, odds * inFull, odds * known];
}

/** Probability that the first answer is right: logistic, fitted by evaluation/calibrate.mjs. */
export function calibrated(input: CalibrationInput): number {
  const value = calibrationTerms(input).reduce((sum, term, at) => sum + term * calibration[at]!, 0);
  return 1 / (1 + Math.exp(-value));
}
