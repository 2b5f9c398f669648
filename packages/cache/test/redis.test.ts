import { Redis } from 'ioredis';
import { createLog, inTime } from '@lmi/kit';
import { startRedis, type RedisServer } from '@lmi/cache/testing';
import { cacheConformance } from '../conformance';
import { redisCache, type RedisCache, type RedisCacheOptions } from '../src';

const log = createLog('silent');
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** What a dead Redis may cost one request. */
const DEAD_LIMIT_MS = 50;
/** Where values are to be shared, however late a busy machine makes Redis answer. */
const PATIENT = { answerLimitMs: 10_000 };
/** As the program uses it. */
const IMPATIENT: Partial<RedisCacheOptions> = { maxEntries: 0, answerLimitMs: undefined };

let server: RedisServer;
let direct: Redis;
const opened: RedisCache[] = [];
beforeAll(async () => {
  server = await startRedis('cache');
  direct = new Redis(server.url, { retryStrategy: () => 50 });
  direct.on('error', () => undefined);
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((cache) => cache.close()));
});
afterAll(async () => {
  direct.disconnect();
  await server.close();
});

async function open(options: Partial<RedisCacheOptions> = {}): Promise<RedisCache> {
  const cache = redisCache({
    url: server.url,
    maxEntries: 1000,
    ttlSeconds: 60,
    log,
    ...PATIENT,
    ...options,
  });
  opened.push(cache);
  await connection(cache, true);
  return cache;
}

async function connection(cache: RedisCache, expected: boolean, limitMs = 5_000): Promise<void> {
  for (const until = Date.now() + limitMs; cache.connected !== expected; await wait(10)) {
    if (Date.now() > until)
      throw new Error(`the cache did not ${expected ? 'connect' : 'notice'} in ${limitMs} ms`);
  }
}

const emptied = async (options: Partial<RedisCacheOptions>) => {
  await direct.flushall();
  return open(options);
};
cacheConformance('redis behind memory', () => emptied({ maxEntries: 100 }));
cacheConformance('redis alone', () => emptied({ maxEntries: 0 }));

describe('redis cache', () => {
  beforeEach(() => direct.flushall());

  it('loads once for a thousand equal cold requests over four processes', async () => {
    const replicas = await Promise.all(Array.from({ length: 4 }, () => open()));
    let loads = 0;
    const load = async () => {
      loads += 1;
      await wait(100);
      return { pay: 31_000 };
    };
    const answers = await Promise.all(
      Array.from({ length: 1000 }, (_, i) => replicas[i % 4]!.through(['pay', 7, '2314'], load)),
    );
    expect(answers.every((answer) => answer.pay === 31_000)).toBe(true);
    expect(loads).toBe(1);
  });

  it('shares values between processes, for the time given', async () => {
    const [one, two] = [await open(), await open({ maxEntries: 0 })];
    await one.through(['k'], async () => ({ from: 'one' }));
    expect(await two.through(['k'], async () => ({ from: 'two' }))).toEqual({ from: 'one' });
    const [key] = await direct.keys('*');
    expect(await direct.ttl(key!)).toBeGreaterThan(50);
  });

  it('does not read values of another schema', async () => {
    const [one, two] = [await open({ schema: 'a' }), await open({ schema: 'b' })];
    await one.through(['k'], async () => ({ from: 'one' }));
    expect(await two.through(['k'], async () => ({ from: 'two' }))).toEqual({ from: 'two' });
  });

  it.each([
    ['text', (key: string) => direct.set(key, 'not ours')],
    ['nothing', (key: string) => direct.set(key, '')],
    ['another type', (key: string) => direct.del(key).then(() => direct.rpush(key, 'a'))],
    ['a damaged value', (key: string) => direct.setrange(key, 20, 'xx')],
    ['a cut value', async (key: string) => direct.set(key, (await direct.getBuffer(key))!.subarray(0, -3))],
  ])('takes %s under its key for a miss and replaces it', async (_, damage) => {
    const cache = await open({ maxEntries: 0 });
    await cache.through(['k'], async () => ({ figures: [1, 2, 3], area: 'K02000001' }));
    const [key] = await direct.keys('*');
    await damage(key!);
    expect(await cache.through(['k'], async () => ({ n: 2 }))).toEqual({ n: 2 });
    expect(await cache.through(['k'], async () => ({ n: 3 }))).toEqual({ n: 2 });
    expect(cache.connected).toBe(true);
  });

  it('serves a value that cannot be stored', async () => {
    const cache = await open({ maxEntries: 0 });
    const value = { act: () => 1 };
    expect(await cache.through(['k'], async () => value)).toBe(value);
    expect(await cache.through(['k'], async () => ({ n: 2 }))).toEqual({ n: 2 });
  });

  it('survives that Redis forgets everything', async () => {
    const cache = await open({ maxEntries: 0 });
    await cache.through(['k'], async () => ({ n: 1 }));
    await direct.flushall();
    await direct.script('FLUSH');
    expect(await cache.through(['k'], async () => ({ n: 2 }))).toEqual({ n: 2 });
    expect(await cache.through(['k'], async () => ({ n: 3 }))).toEqual({ n: 2 });
  });

  it('lets the next one load when a load fails, at once', async () => {
    const [one, two] = [await open(), await open()];
    let fail: ((reason: Error) => void) | undefined;
    const failing = one.through(['k'], () => new Promise<object>((_, reject) => (fail = reject)));
    while (!fail) await wait(5);
    const waiting = two.through(['k'], async () => ({ n: 2 }));
    fail(new Error('source down'));
    await expect(failing).rejects.toThrow('source down');
    expect(await inTime(400, waiting)).toEqual({ n: 2 });
  });

  it('waits for a process that died while it loaded no longer than its lock lasts', async () => {
    const [dying, two, three] = [await open(), await open(), await open()];
    let die: ((reason: Error) => void) | undefined;
    const lost = dying.through(['k'], () => new Promise<object>((_, reject) => (die = reject)));
    while (!die) await wait(5);
    let loads = 0;
    const load = async () => ({ n: ++loads });
    await inTime(700, Promise.all([two.through(['k'], load), three.through(['k'], load)]));
    expect(loads).toBeLessThanOrEqual(2);
    die(new Error('gone'));
    await expect(lost).rejects.toThrow('gone');
  });
});

describe('redis cache without Redis', () => {
  /** Every answer right and in time. @returns how many there were, and how many came at once. */
  const steadyRequests = async (cache: RedisCache, seconds: number) => {
    let [all, atOnce] = [0, 0];
    for (const until = Date.now() + seconds * 1000; Date.now() < until; await wait(5)) {
      const key = `k${all++ % 50}`;
      const answer = cache.through([key], async () => ({ key }));
      const quick = inTime(2, answer).then(() => (atOnce += 1));
      expect(await inTime(DEAD_LIMIT_MS, answer)).toEqual({ key });
      await quick.catch(() => undefined);
    }
    return { all, atOnce };
  };

  /** Asks until a value comes from Redis, which a busy machine may make late for some. */
  const usedAgain = async (cache: RedisCache) => {
    await connection(cache, true);
    for (let turn = 0, from = ''; from !== 'redis'; turn += 1) {
      await cache.through(['again', turn], async () => ({ from: 'redis' }));
      ({ from } = await cache.through(['again', turn], async () => ({ from: 'loaded' })));
    }
  };

  it('answers while Redis is killed and uses it again when it is back, every answer right and in time', async () => {
    const cache = await open(IMPATIENT);
    const load = steadyRequests(cache, 3);
    await wait(500);
    await server.kill();
    await wait(1000);
    await server.start();
    await load;
    await usedAgain(cache);
  });

  it('starts and answers when Redis was never there', async () => {
    await server.kill();
    const cache = redisCache({ url: server.url, maxEntries: 0, ttlSeconds: 60, log });
    opened.push(cache);
    const answer = cache.through(['k'], async () => ({ n: 1 }));
    expect(await inTime(DEAD_LIMIT_MS, answer)).toEqual({ n: 1 });
    await cache.clear();
    await server.start();
    await connection(cache, true);
  });

  it('waits for a hung Redis at most once, then not at all, and uses it again when it goes on', async () => {
    const cache = await open(IMPATIENT);
    server.hang();
    try {
      const burst = Array.from({ length: 100 }, (_, i) => cache.through(['hung', i], async () => ({ i })));
      await inTime(DEAD_LIMIT_MS, Promise.all(burst));
      expect(cache.connected).toBe(false);
      const { all, atOnce } = await steadyRequests(cache, 3);
      expect(atOnce).toBeGreaterThan(all / 2);
      const fresh = redisCache({ url: server.url, maxEntries: 0, ttlSeconds: 60, log });
      opened.push(fresh);
      await wait(100);
      await inTime(
        DEAD_LIMIT_MS,
        fresh.through(['k'], async () => ({ n: 2 })),
      );
    } finally {
      server.resume();
    }
    await usedAgain(cache);
  });

  it('does not bring back what was forgotten while Redis was away', async () => {
    const cache = await open(IMPATIENT);
    await cache.through(['k'], async () => ({ n: 1 }));
    server.hang();
    try {
      await cache.clear();
      expect(await cache.through(['k'], async () => ({ n: 2 }))).toEqual({ n: 2 });
    } finally {
      server.resume();
    }
    await connection(cache, true);
    expect(await cache.through(['k'], async () => ({ n: 3 }))).toEqual({ n: 3 });
  });
});
