export * from './accuracy';
export { calibrationTerms } from './calibration';
export * from './builder';
export * from './coder';
export * from './everyday-words';
export { evidence } from './evidence';
export { titleWords } from './title-features';
export { maxHits, OccupationIndex } from './occupation-index';
export * from './types';
