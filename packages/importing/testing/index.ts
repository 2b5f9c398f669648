export * from './damage';
export * from './stage';
