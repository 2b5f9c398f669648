import type { Evidence } from './evidence';

/** Written by evaluation/train.mjs. */
export const rankerWeights: Readonly<Record<Evidence, number>> = {
  entryScore: 0.379,
  entryShare: -0.987,
  entryPlace: 0.9003,
  entryInFull: 1.9711,
  words: 0.2862,
  all: -0.0241,
  wordAffinity: 0.2316,
  letterAffinity: 1.5945,
  abroadWords: 0,
  abroadAll: 0,
  plainText: 0.2151,
  size: 0.5824,
  minorGroup: 0.0372,
  subMajorGroup: 0.0118,
  majorGroup: 0.0769,
};
