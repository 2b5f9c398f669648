import type { Limits, Log, Standing } from '@lmi/kit';
import type { Redis } from 'ioredis';
import { LRUCache } from 'lru-cache';
import { openLink } from './link';
import { memoryLimits } from './memory-limits';
import { WINDOW_PARTS } from './window';

export interface RedisLimitsOptions {
  /** `redis://[:password@]host:port[/database]`, the same for all processes that count together. */
  readonly url: string;
  readonly windowMs: number;
  readonly log: Log;
  /** How long Redis may take over one answer before the process counts by itself. */
  readonly answerLimitMs?: number;
}

export interface RedisLimits extends Limits {
  /** Whether Redis takes part now; each process counts by itself while it does not. */
  readonly connected: boolean;
}

/** Largest block of requests that a process takes in advance, as a part of the limit. */
const LARGEST_BLOCK = 1 / 200;
/** What a process allows while Redis is asked, as parts of the limit and of what was left; it is counted afterwards. */
const CREDIT = 1 / 400;
const CREDIT_OF_LEFT = 1 / 16;
/** A block that was used up in less time is followed by a larger one, and in more by a smaller one. */
const BUSY_MS = 250;
/** Requests taken in advance and not used by then are given back. */
const LEASE_MS = 1_000;
/** A request waits for two answers at most: one that was under way when it came, and its own. */
const ANSWER_LIMIT_MS = 24;
const KEY_PREFIX = 'lmi:limit:';
const SCAN_COUNT = 500;
/** Clients that a process remembers at once; who is forgotten starts with nothing taken in advance. */
const MOST_CLIENTS = 20_000;

/**
 * Counts in the client's hash of parts what was used, gives back what was taken in part ARGV[7] and not used, and takes
 * what is needed now and what is wanted in advance; of the latter, near the end, no more than a quarter of what is left,
 * so that no process holds what others could use. Redis's own clock says which part it is. Answers: taken, left, milliseconds until the oldest part leaves
 * the window, present part, milliseconds until that one ends.
 */
const TAKE = `
local key, used, need, want = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local limit, width, parts = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local back_part, back = ARGV[7], tonumber(ARGV[8])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local part = math.floor(now / width)
if back > 0 and redis.call('HEXISTS', key, back_part) == 1 then redis.call('HINCRBY', key, back_part, -back) end
local counts = redis.call('HGETALL', key)
local total, oldest, gone = 0, part, {}
for i = 1, #counts, 2 do
  local at, count = tonumber(counts[i]), tonumber(counts[i + 1])
  if at < part - parts then
    gone[#gone + 1] = counts[i]
  else
    total = total + count
    if count > 0 and at < oldest then oldest = at end
  end
end
if #gone > 0 then redis.call('HDEL', key, unpack(gone)) end
local left = limit - total - used
local taken = math.max(0, math.min(need, left))
taken = taken + math.max(0, math.min(want, math.ceil((left - taken) / 4)))
if used + taken > 0 then
  redis.call('HINCRBY', key, part, used + taken)
  redis.call('PEXPIRE', key, math.ceil(width * (parts + 1)))
end
return { taken, left - taken, (oldest + parts + 1) * width - now, part, (part + 1) * width - now }`;

interface Scripts {
  takeRequests(
    key: string,
    used: number,
    need: number,
    want: number,
    limit: number,
    width: number,
    parts: number,
    backPart: number,
    back: number,
  ): Promise<[taken: number, left: number, resetMs: number, part: number, partMs: number]>;
}

/** What a process knows of one client. */
interface Account {
  readonly limit: number;
  /** Taken in advance and not used. */
  stock: number;
  /** When and in which part the stock was taken. */
  takenAt: number;
  takenPart: number;
  /** When that part ends: what is allowed later would leave the window too early. */
  takenUntil: number;
  /** Not used while its part lasted: given back with the next question. */
  unused: number;
  unusedPart: number;
  /** Taken for requests that wait, who are about to go on. */
  granted: number;
  /** Allowed without being taken: told to Redis with the next question, or with the one under way. */
  debt: number;
  told: number;
  /** How many to take in advance next time. */
  block: number;
  /** Requests that wait for the answer under way. */
  waiting: number;
  asking: Promise<void> | undefined;
  /** Free in Redis at its last answer. */
  left: number;
  /** Nothing is free before. */
  refusedUntil: number;
  resetAt: number;
}

/**
 * Limits over all processes that share a Redis. A process takes requests in small blocks and in advance, so that hardly
 * one waits for Redis, and the more a client asks the fewer questions each of its requests costs. The first request of a
 * client passes on credit while Redis is asked. When Redis is gone or late, each process counts by itself.
 */
export function redisLimits({
  url,
  windowMs,
  log,
  answerLimitMs = ANSWER_LIMIT_MS,
}: RedisLimitsOptions): RedisLimits {
  const width = windowMs / WINDOW_PARTS;
  const accounts = new LRUCache<string, Account>({ max: MOST_CLIENTS, dispose: giveBackOf });
  const alone = memoryLimits({ windowMs });
  const link = openLink(url, log, answerLimitMs, async (redis: Redis) => {
    redis.defineCommand('takeRequests', { numberOfKeys: 1, lua: TAKE });
    await redis.ping();
  });
  const sweep = setInterval(() => {
    const now = performance.now();
    for (const [client, account] of accounts.entries()) {
      if (account.asking) continue;
      if (account.stock + account.unused > 0 && now - account.takenAt > LEASE_MS) {
        account.block = 0;
        setAside(account);
        void ask(client, account, 0, 0);
      } else if (now > account.resetAt && now - account.takenAt > windowMs) accounts.delete(client);
    }
  }, LEASE_MS).unref();

  function giveBackOf(account: Account, client: string): void {
    setAside(account);
    if (account.unused > 0 && !account.asking) void ask(client, account, 0, 0);
  }

  function setAside(account: Account): void {
    if (account.stock === 0) return;
    account.unused = account.stock;
    account.unusedPart = account.takenPart;
    account.stock = 0;
  }

  /** Tells Redis what was used, gives back what was not, takes what is needed and wanted. Never rejects. */
  function ask(client: string, account: Account, need: number, want: number): Promise<void> {
    const used = account.debt;
    const { unused, unusedPart } = account;
    const askedAt = performance.now();
    account.debt = 0;
    account.told = used;
    account.unused = 0;
    account.asking = link
      .ask((redis) =>
        (redis as unknown as Scripts).takeRequests(
          `${KEY_PREFIX}${client}`,
          used,
          need,
          want,
          account.limit,
          width,
          WINDOW_PARTS,
          unusedPart,
          unused,
        ),
      )
      .then((reply) => {
        account.asking = undefined;
        account.told = 0;
        if (!reply) return;
        const [taken, left, resetMs, part, partMs] = reply;
        const at = performance.now();
        if (part !== account.takenPart) setAside(account);
        account.granted = Math.min(need, taken);
        account.stock += taken - account.granted;
        account.left = left;
        account.takenAt = at;
        account.takenPart = part;
        account.takenUntil = askedAt + partMs;
        account.resetAt = at + resetMs;
        account.refusedUntil = left > 0 ? 0 : account.resetAt;
      });
    return account.asking;
  }

  /** Takes a block; a larger one the faster the last was used up. */
  function refill(client: string, account: Account): Promise<void> {
    const busy = performance.now() - account.takenAt < BUSY_MS;
    const most = Math.max(1, Math.floor(account.limit * LARGEST_BLOCK));
    account.block = busy ? Math.min(most, account.block * 2 + 1) : account.block >> 1;
    if (performance.now() >= account.takenUntil) setAside(account);
    return ask(client, account, Math.max(0, account.waiting - account.stock), account.block);
  }

  function standing(account: Account, now: number, allowed: boolean): Standing {
    const remaining = Math.max(0, account.left + account.stock - account.debt - account.told);
    return { allowed, remaining, resetMs: Math.max(0, account.resetAt - now) };
  }

  /** The answer that needs nobody else's; undefined while Redis must be waited for. */
  function atOnce(client: string, account: Account): Standing | undefined {
    const now = performance.now();
    if (account.stock > 0 && now < account.takenUntil) {
      account.stock -= 1;
      if (account.stock * 2 < account.block && !account.asking) void refill(client, account);
      return standing(account, now, true);
    }
    if (now < account.refusedUntil) return standing(account, now, false);
    if (account.debt + account.told < Math.min(account.limit * CREDIT, account.left * CREDIT_OF_LEFT)) {
      account.debt += 1;
      if (!account.asking) void refill(client, account);
      return standing(account, now, true);
    }
    return undefined;
  }

  /**
   * Waits for Redis, which alone decides while it answers: giving up by the clock would let through what this process is
   * itself late with. The second answer is always one that was asked for all who wait, and takes for each or has nothing left.
   */
  async function later(client: string, account: Account): Promise<Standing> {
    while (link.up) {
      account.waiting += 1;
      await (account.asking ?? refill(client, account));
      account.waiting -= 1;
      if (account.granted > 0) {
        account.granted -= 1;
        return standing(account, performance.now(), true);
      }
      const known = atOnce(client, account);
      if (known) return known;
    }
    return alone.take(client, account.limit);
  }

  return {
    windowMs,
    get connected() {
      return link.up;
    },
    take(client, limit) {
      if (!link.up) return alone.take(client, limit);
      let account = accounts.get(client);
      if (account?.limit !== limit) {
        account = {
          limit,
          stock: 0,
          takenAt: -Infinity,
          takenPart: 0,
          takenUntil: 0,
          unused: 0,
          unusedPart: 0,
          granted: 0,
          debt: 0,
          told: 0,
          block: 0,
          waiting: 0,
          asking: undefined,
          left: limit,
          refusedUntil: 0,
          resetAt: performance.now() + windowMs,
        };
        accounts.set(client, account);
      }
      return atOnce(client, account) ?? later(client, account);
    },
    async active(prefix) {
      const found = new Set<string>();
      for (let cursor = '0'; ;) {
        const from = cursor;
        const page = await link.ask((redis) =>
          redis.scan(from, 'MATCH', `${KEY_PREFIX}${prefix}*`, 'COUNT', SCAN_COUNT),
        );
        if (!page) break;
        for (const key of page[1]) found.add(key.slice(KEY_PREFIX.length));
        cursor = page[0];
        if (cursor === '0') break;
      }
      return [...found];
    },
    async close() {
      clearInterval(sweep);
      await alone.close();
      await link.close();
    },
  };
}
