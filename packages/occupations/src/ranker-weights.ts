import type { Evidence } from './evidence';

/** Written by evaluation/train.mjs. */
export const rankerWeights: Readonly<Record<Evidence, number>> = {
  entryScore: 0.9128,
  entryShare: 0.0325,
  entryPlace: 0.4349,
  entryInFull: 1.4684,
  words: 0.2563,
  all: 0.0137,
  wordAffinity: -0.0136,
  letterAffinity: 1.4286,
  abroadWords: -0.0111,
  abroadAffinity: 1.0206,
  plainText: 0.1778,
  size: 0.5252,
  minorGroup: 0.028,
  subMajorGroup: 0.0203,
  majorGroup: 0.0285,
};
