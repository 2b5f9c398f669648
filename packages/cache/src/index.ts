export { memoryCache, type MemoryCacheOptions } from './memory';
