export * from './change';
export * from './crosswalk';
export * from './disclosure';
export * from './hierarchy';
export * from './interpolation';
export * from './ipf';
export * from './marks';
