export * from './crosswalk';
export * from './interpolation';
export * from './ipf';
export * from './marks';
