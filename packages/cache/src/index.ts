import type * as redisModule from './redis';
import type { RedisCache, RedisCacheOptions } from './redis';

export { memoryCache, type MemoryCacheOptions } from './memory';
export type { RedisCache, RedisCacheOptions } from './redis';

/** The cache of the cluster shape; the Redis client is loaded here, so that the other shape does not pay for it. */
export function redisCache(options: RedisCacheOptions): RedisCache {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { redisCache: open } = require('./redis') as typeof redisModule;
  return open(options);
}
