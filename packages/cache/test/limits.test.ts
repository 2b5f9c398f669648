import { setTimeout as sleep } from 'node:timers/promises';
import { createLog, inTime } from '@lmi/kit';
import { startRedis, type RedisServer } from '@lmi/cache/testing';
import { Redis } from 'ioredis';
import { limitsConformance } from '../conformance/limits';
import { memoryLimits, redisLimits, type RedisLimits, type RedisLimitsOptions } from '../src';

const log = createLog('silent');
/** What a dead Redis may cost one request. */
const DEAD_LIMIT_MS = 50;
/** Where Redis is to count, however late a busy machine makes its answers. */
const PATIENT = { answerLimitMs: 10_000 };

let clock = 0;
limitsConformance(
  'memory',
  async (windowMs) => [memoryLimits({ windowMs, now: () => clock })],
  async (ms) => (clock += ms),
);

describe('limits in redis', () => {
  let server: RedisServer;
  let direct: Redis;
  const opened: RedisLimits[] = [];
  beforeAll(async () => {
    server = await startRedis('cache');
    direct = new Redis(server.url, { retryStrategy: () => 50 });
    direct.on('error', () => undefined);
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((limits) => limits.close()));
  });
  afterAll(async () => {
    direct.disconnect();
    await server.close();
  });

  async function connection(limits: RedisLimits, expected: boolean): Promise<void> {
    for (const until = Date.now() + 5_000; limits.connected !== expected; await sleep(10)) {
      if (Date.now() > until) throw new Error(`not ${expected ? 'connected' : 'without connection'} in 5 s`);
    }
  }

  async function open(options: Partial<RedisLimitsOptions> = PATIENT): Promise<RedisLimits> {
    const limits = redisLimits({ url: server.url, windowMs: 60_000, log, ...options });
    opened.push(limits);
    await connection(limits, true);
    return limits;
  }

  limitsConformance(
    'four processes on one redis',
    async (windowMs) => Promise.all(Array.from({ length: 4 }, () => open({ ...PATIENT, windowMs }))),
    (ms) => sleep(ms),
  );

  it('holds for a client that asks without pause over several windows', async () => {
    const WINDOW_MS = 2_000;
    const LIMIT = 1_000;
    const { most, all } = await askWithoutPause(WINDOW_MS, LIMIT);
    expect(most).toBeLessThanOrEqual(LIMIT * 1.02);
    expect(all).toBeGreaterThanOrEqual(LIMIT * 2 * 0.98);
  });

  /**
   * @returns what was allowed in all, and the most that was surely allowed within one window: Redis counts a request at
   * some time between its question and its answer.
   */
  async function askWithoutPause(windowMs: number, limit: number): Promise<{ most: number; all: number }> {
    const processes = await Promise.all(Array.from({ length: 4 }, () => open({ ...PATIENT, windowMs })));
    const allowed: { readonly asked: number; readonly answered: number }[] = [];
    const begun = performance.now();
    for (let turn = 0; performance.now() - begun < 2.5 * windowMs; turn++) {
      const asked = performance.now();
      const standings = await Promise.all(
        Array.from({ length: 25 }, (_, i) => processes[(turn + i) % 4]!.take(`hungry ${begun}`, limit)),
      );
      const answered = performance.now();
      for (const standing of standings) if (standing.allowed) allowed.push({ asked, answered });
      await sleep(2);
    }
    let first = 0;
    let most = 0;
    for (const [last, { answered }] of allowed.entries()) {
      while (answered - allowed[first]!.asked > windowMs) first += 1;
      most = Math.max(most, last - first + 1);
    }
    return { most, all: allowed.length };
  }

  it('asks Redis much less than once a request of a busy client', async () => {
    const limits = await open();
    await direct.config('RESETSTAT');
    for (let i = 0; i < 6_000; i++) {
      expect((await limits.take('busy', 30_000)).allowed).toBe(true);
      if (i % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    const stats = await direct.info('commandstats');
    const asked = Number(/cmdstat_evalsha:calls=(\d+)/.exec(stats)?.[1]);
    expect(asked).toBeGreaterThan(10);
    expect(asked).toBeLessThan(300);
  });

  it('gives back what one process took in advance and does not use', async () => {
    const [one, two] = [await open(), await open()];
    for (let i = 0; i < 400; i++) {
      await one.take('moves', 1_000);
      if (i % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    const counted = async () =>
      (await direct.hvals('lmi:limit:moves')).reduce((sum, n) => sum + Number(n), 0);
    while ((await counted()) !== 400) await sleep(20);
    let allowed = 0;
    for (let i = 0; i < 700; i++) if ((await two.take('moves', 1_000)).allowed) allowed += 1;
    expect(allowed).toBeGreaterThanOrEqual(598);
    expect(allowed).toBeLessThanOrEqual(606);
  });

  it('keeps a client no longer than the window', async () => {
    const limits = await open();
    await limits.take('gone soon', 100);
    while ((await direct.exists('lmi:limit:gone soon')) === 0) await sleep(5);
    expect(await direct.pttl('lmi:limit:gone soon')).toBeLessThanOrEqual(60_600);
    expect(await direct.pttl('lmi:limit:gone soon')).toBeGreaterThan(0);
  });

  /** Asks one after the other, each answered before a dead Redis has cost too much. @returns how many were refused. */
  const refusals = async (limits: RedisLimits, count: number, limit: number) => {
    let refused = 0;
    for (let i = 0; i < count; i++) {
      const { allowed } = await inTime(DEAD_LIMIT_MS, Promise.resolve(limits.take('steady', limit)));
      if (!allowed) refused += 1;
      if (i % 5 === 0) await sleep(5);
    }
    return refused;
  };

  it('refuses nobody and keeps nobody waiting while Redis is hung, and counts in it again afterwards', async () => {
    const limits = await open({});
    await limits.take('steady', 10_000);
    server.hang();
    try {
      expect(await refusals(limits, 500, 10_000)).toBe(0);
      expect(limits.connected).toBe(false);
    } finally {
      server.resume();
    }
    await connection(limits, true);
    expect((await limits.take('steady', 10_000)).allowed).toBe(true);
  });

  it('counts by itself while Redis is gone', async () => {
    const limits = await open({});
    await server.kill();
    await connection(limits, false);
    const standings = await Promise.all(Array.from({ length: 150 }, () => limits.take('alone', 100)));
    expect(standings.filter(({ allowed }) => allowed)).toHaveLength(100);
    expect(await refusals(limits, 100, 10_000)).toBe(0);
    await server.start();
    await connection(limits, true);
    await limits.take('back', 100);
    while ((await direct.exists('lmi:limit:back')) === 0) await sleep(5);
  });
});
