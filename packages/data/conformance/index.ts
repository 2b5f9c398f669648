export { apiKeyConformance } from './api-keys';
export { databaseConformance } from './database';
export { referenceConformance } from './reference';
export { releaseConformance } from './releases';
export { schemaConformance } from './schema';
export type { FreshDatabase, TestDatabase } from './target';
