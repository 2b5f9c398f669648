import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Redis } from 'ioredis';
import { createLog } from '@lmi/kit';
import { startRedis, type RedisServer } from '@lmi/cache/testing';
import { cacheConformance } from '../conformance';
import { redisCache, type RedisCache, type RedisCacheOptions } from '../src';

const log = createLog('silent');
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** What a dead Redis may cost one request. */
const DEAD_LIMIT_MS = 50;

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
  const cache = redisCache({ url: server.url, maxEntries: 1000, ttlSeconds: 60, log, ...options });
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

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const started = performance.now();
  const value = await work();
  return { value, ms: performance.now() - started };
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
    const failing = one.through(['k'], async () => {
      await wait(50);
      throw new Error('source down');
    });
    await wait(10);
    const waiting = timed(() => two.through(['k'], async () => ({ n: 2 })));
    await expect(failing).rejects.toThrow('source down');
    const { value, ms } = await waiting;
    expect(value).toEqual({ n: 2 });
    expect(ms).toBeLessThan(400);
  });

  it('waits for a process that died while it loaded no longer than its lock lasts', async () => {
    const [dying, two, three] = [await open(), await open(), await open()];
    let die: ((reason: Error) => void) | undefined;
    const lost = dying.through(['k'], () => new Promise<object>((_, reject) => (die = reject)));
    await wait(20);
    let loads = 0;
    const load = async () => ({ n: ++loads });
    const answers = await Promise.all([
      timed(() => two.through(['k'], load)),
      timed(() => three.through(['k'], load)),
    ]);
    for (const { ms } of answers) expect(ms).toBeLessThan(700);
    expect(loads).toBeLessThanOrEqual(2);
    die!(new Error('gone'));
    await expect(lost).rejects.toThrow('gone');
  });
});

describe('redis cache without Redis', () => {
  // What this process itself came late because the machine was busy is not Redis's fault.
  const lateness = monitorEventLoopDelay({ resolution: 5 });
  const deadLimit = () => DEAD_LIMIT_MS + lateness.max / 1e6;
  beforeEach(() => {
    lateness.reset();
    lateness.enable();
  });
  afterEach(() => lateness.disable());

  const steadyRequests = async (cache: RedisCache, seconds: number) => {
    const times: number[] = [];
    for (const until = Date.now() + seconds * 1000; Date.now() < until; await wait(5)) {
      const key = `k${times.length % 50}`;
      const { value, ms } = await timed(() => cache.through([key], async () => ({ key })));
      expect(value).toEqual({ key });
      times.push(ms);
    }
    return times;
  };

  it('answers while Redis is killed and uses it again when it is back, every answer right and in time', async () => {
    const cache = await open({ maxEntries: 0 });
    const load = steadyRequests(cache, 3);
    await wait(500);
    await server.kill();
    await wait(1000);
    await server.start();
    const times = await load;
    expect(Math.max(...times)).toBeLessThan(deadLimit());
    await connection(cache, true);
    await cache.through(['again'], async () => ({ n: 1 }));
    expect(await cache.through(['again'], async () => ({ n: 2 }))).toEqual({ n: 1 });
  });

  it('starts and answers when Redis was never there', async () => {
    await server.kill();
    const cache = redisCache({ url: server.url, maxEntries: 0, ttlSeconds: 60, log });
    opened.push(cache);
    const { value, ms } = await timed(() => cache.through(['k'], async () => ({ n: 1 })));
    expect(value).toEqual({ n: 1 });
    expect(ms).toBeLessThan(deadLimit());
    await cache.clear();
    await server.start();
    await connection(cache, true);
  });

  it('waits for a hung Redis at most once, then not at all, and uses it again when it goes on', async () => {
    const cache = await open({ maxEntries: 0 });
    await cache.through(['k'], async () => ({ n: 1 }));
    server.hang();
    try {
      const burst = await Promise.all(
        Array.from({ length: 100 }, (_, i) => timed(() => cache.through(['hung', i], async () => ({ i })))),
      );
      expect(Math.max(...burst.map(({ ms }) => ms))).toBeLessThan(deadLimit());
      expect(cache.connected).toBe(false);
      const later = await steadyRequests(cache, 3);
      expect(Math.max(...later)).toBeLessThan(deadLimit());
      expect(later.sort((a, b) => a - b)[Math.floor(later.length / 2)]).toBeLessThan(2);
      const fresh = redisCache({ url: server.url, maxEntries: 0, ttlSeconds: 60, log });
      opened.push(fresh);
      await wait(100);
      expect((await timed(() => fresh.through(['k'], async () => ({ n: 2 })))).ms).toBeLessThan(deadLimit());
    } finally {
      server.resume();
    }
    await connection(cache, true);
    expect(await cache.through(['k'], async () => ({ n: 3 }))).toEqual({ n: 1 });
  });

  it('does not bring back what was forgotten while Redis was away', async () => {
    const cache = await open({ maxEntries: 0 });
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
