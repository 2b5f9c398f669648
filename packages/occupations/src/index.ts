export * from './builder';
export * from './everyday-words';
export { maxHits, OccupationIndex } from './occupation-index';
export * from './types';
