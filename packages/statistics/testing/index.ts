export * from './attack';
