import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cache, CacheKey, Log } from '@lmi/kit';
import type { Redis } from 'ioredis';
import { decodeValue, encodeValue } from './codec';
import { openLink } from './link';
import { memoryCache } from './memory';

/**
 * How long one process may load a value before another may try, and so also how long a process that dies while it
 * loads can hold up the others. A load that takes longer is done once per process in the worst case.
 */
const LOCK_MS = 500;
/** A request asks at most once after the last answer it got. */
const ANSWER_LIMIT_MS = 30;
/** Between two looks for a value that another process is loading: the first and the longest pause. */
const FIRST_LOOK_MS = 4;
const LONGEST_LOOK_MS = 25;

/** The value; or 1 when the caller is now the one who loads it; or 0 while somebody else does. */
const TAKE = `
local value = redis.pcall('GET', KEYS[1])
if type(value) == 'string' then return value end
if redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
return 0`;
const RELEASE = `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('UNLINK', KEYS[1]) end`;
const KEEP = `
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
${RELEASE}`;

interface Scripts {
  takeBuffer(valueKey: string, lockKey: string, token: string, lockMs: number): Promise<Buffer | number>;
  keep(lockKey: string, valueKey: string, token: string, value: Buffer, ttlMs: number): Promise<unknown>;
  release(lockKey: string, token: string): Promise<unknown>;
}

export interface RedisCacheOptions {
  /** `redis://[:password@]host:port[/database]` of an evicting Redis. */
  readonly url: string;
  /** Values kept in the process, in front of Redis; 0 keeps none. */
  readonly maxEntries: number;
  /** How long Redis keeps a value. Keys carry the release, so this only sweeps what nobody will ask for again. */
  readonly ttlSeconds: number;
  readonly log: Log;
  /**
   * The shape of the values, for example the program's version: programs that differ in it do not read each other's
   * values, so that a rolling upgrade cannot serve a reply with a field that the reader does not know.
   */
  readonly schema?: string;
  /** How long Redis may take over one answer before the process goes on without it. */
  readonly answerLimitMs?: number;
}

export interface RedisCache extends Cache {
  /** Whether Redis takes part now; answers are right, and slower, while it does not. */
  readonly connected: boolean;
}

/**
 * The cluster's cache: the process's own cache first, then Redis, then the loader, which runs once per process and, by
 * a short lock in Redis, once in the cluster. Redis may be gone or hung at any time: a caller then waits 50 ms at the
 * most, once, and loads. Values must be plain data, see {@link encodeValue}; one that cannot be stored is served all
 * the same.
 *
 * `clear` forgets this process's values and those in Redis, in the latter before Redis is used again if it cannot be
 * reached now; other processes keep their first level.
 */
export function redisCache(options: RedisCacheOptions): RedisCache {
  const { log, maxEntries, ttlSeconds, answerLimitMs = ANSWER_LIMIT_MS } = options;
  const prefix = `lmi:${options.schema ?? '1'}:`;
  const owner = randomUUID();
  const first = memoryCache({ maxEntries });
  let loads = 0;
  let generation = 0;
  let clearOwed = false;

  const link = openLink(options.url, log, answerLimitMs, async (redis) => {
    redis.defineCommand('take', { numberOfKeys: 2, lua: TAKE });
    redis.defineCommand('keep', { numberOfKeys: 2, lua: KEEP });
    redis.defineCommand('release', { numberOfKeys: 1, lua: RELEASE });
    if (clearOwed) await forget(redis, prefix);
    else await redis.ping();
    clearOwed = false;
  });
  const ask = <T>(command: (scripts: Scripts) => Promise<T>) =>
    link.ask((redis) => command(redis as unknown as Scripts));

  /** A value that Redis has or gets from another process in time; undefined when this process is to load it. */
  const lookUp = async (valueKey: string, lockKey: string, token: string): Promise<object | undefined> => {
    const giveUp = performance.now() + LOCK_MS;
    for (let look = FIRST_LOOK_MS; performance.now() < giveUp; look = Math.min(look * 1.5, LONGEST_LOOK_MS)) {
      const reply = await ask((scripts) => scripts.takeBuffer(valueKey, lockKey, token, LOCK_MS));
      if (reply === 0) await sleep(look);
      else return Buffer.isBuffer(reply) ? decodeValue(reply) : undefined;
    }
    return undefined;
  };

  const shared = async <T extends object>(name: string, load: () => Promise<T>): Promise<T> => {
    const started = generation;
    const valueKey = `${prefix}v:${name}`;
    const lockKey = `${prefix}l:${name}`;
    const token = `${owner}:${(loads += 1)}`;
    const found = await lookUp(valueKey, lockKey, token);
    if (found) return found as T;
    let value: T;
    try {
      value = await load();
    } catch (error) {
      void ask((scripts) => scripts.release(lockKey, token));
      throw error;
    }
    // The caller does not wait for the store, and a load that began before clear() is not stored.
    if (started === generation && link.up) {
      try {
        const stored = encodeValue(value);
        void ask((scripts) => scripts.keep(lockKey, valueKey, token, stored, ttlSeconds * 1000));
      } catch (error) {
        log.error({ err: error, key: name }, 'value cannot be kept in the cache server');
      }
    }
    return value;
  };

  return {
    get connected() {
      return link.up;
    },
    through<T extends object>(key: CacheKey, load: () => Promise<T>): Promise<T> {
      return first.through(key, () => shared(JSON.stringify(key), load));
    },
    async clear() {
      generation += 1;
      clearOwed = true;
      await first.clear();
      await link.recheck();
    },
    async close() {
      generation += 1;
      await first.close();
      await link.close();
    },
  };
}

async function forget(redis: Redis, prefix: string): Promise<void> {
  const pattern = `${prefix.replace(/[\\*?[\]]/g, '\\$&')}*`;
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', 1000);
    if (keys.length > 0) await redis.unlink(...keys);
    cursor = next;
  } while (cursor !== '0');
}
