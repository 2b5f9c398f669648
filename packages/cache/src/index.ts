import type { RedisCache, RedisCacheOptions } from './redis';
import type * as redisModule from './redis';
import type { RedisLimits, RedisLimitsOptions } from './redis-limits';
import type * as redisLimitsModule from './redis-limits';

export { memoryCache, type MemoryCacheOptions } from './memory';
export { memoryLimits, type MemoryLimitsOptions } from './memory-limits';
export type { RedisCache, RedisCacheOptions } from './redis';
export type { RedisLimits, RedisLimitsOptions } from './redis-limits';

/** The cache of the cluster shape; the Redis client is loaded here, so that the other shape does not pay for it. */
export function redisCache(options: RedisCacheOptions): RedisCache {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { redisCache: open } = require('./redis') as typeof redisModule;
  return open(options);
}

/** The limits of the cluster shape, loaded like its cache. */
export function redisLimits(options: RedisLimitsOptions): RedisLimits {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { redisLimits: open } = require('./redis-limits') as typeof redisLimitsModule;
  return open(options);
}
