import { inTime, type Log } from '@lmi/kit';
import { Redis } from 'ioredis';

/** How long nothing is asked after a failure. */
const PAUSE_MS = 250;
/** The check that ends a pause may take longer: nobody waits for it. */
const CHECK_LIMIT_MS = 1_000;
/** A connection on which nothing was answered for this long is given up and made anew. */
const SILENCE_LIMIT_MS = 1_000;
const RECONNECT_LIMIT_MS = 1_000;

/** A connection to a Redis that may be gone, slow or hung at any time, and that nobody may wait for. */
export interface RedisLink {
  /** Whether commands are sent at all now. */
  readonly up: boolean;
  /** The command's reply, or undefined when Redis did not give one in time or is known not to answer. */
  ask<T>(command: (redis: Redis) => Promise<T>): Promise<T | undefined>;
  /** Sends nothing until the check has passed; tries it now, and again and again if it fails. */
  recheck(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the link. Its owner says how long one answer may take: a request may be held up for 50 ms in all. After every
 * connect and every failure nothing is sent until `check` has passed; it is tried every quarter of a second while there is
 * a connection. State changes are logged, single failures are not.
 */
export function openLink(
  url: string,
  log: Log,
  answerLimitMs: number,
  check: (redis: Redis) => Promise<void>,
): RedisLink {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    connectTimeout: CHECK_LIMIT_MS,
    socketTimeout: SILENCE_LIMIT_MS,
    retryStrategy: (attempt) => Math.min(RECONNECT_LIMIT_MS, 25 * 2 ** attempt),
  });
  let up = false;
  let told = false;
  let closed = false;
  let pause: NodeJS.Timeout | undefined;
  let checking: Promise<void> | undefined;

  const down = (cause: unknown) => {
    if (closed) return;
    if (up || !told) log.warn({ err: cause }, 'cache server does not answer: working without it');
    told = true;
    up = false;
    pause ??= setTimeout(() => void recheck(), PAUSE_MS).unref();
  };
  const recheck = (): Promise<void> => {
    clearTimeout(pause);
    pause = undefined;
    // Without a connection there is nothing to check: 'ready' comes here again.
    if (closed || redis.status !== 'ready') return Promise.resolve();
    checking ??= inTime(CHECK_LIMIT_MS, check(redis))
      .then(
        () => {
          if (told) log.info('cache server answers again');
          told = false;
          up = true;
        },
        (error: unknown) => down(error),
      )
      .finally(() => (checking = undefined));
    return checking;
  };
  const isUp = () => up && redis.status === 'ready';
  redis.on('ready', () => void recheck());
  redis.on('error', down);
  redis.on('close', () => down(new Error('connection closed')));

  return {
    get up() {
      return isUp();
    },
    async ask(command) {
      if (!isUp()) return undefined;
      try {
        return await inTime(answerLimitMs, command(redis));
      } catch (error) {
        down(error);
        return undefined;
      }
    },
    async recheck() {
      up = false;
      await checking;
      await recheck();
    },
    async close() {
      closed = true;
      up = false;
      clearTimeout(pause);
      // QUIT goes behind what was sent before it.
      if (redis.status === 'ready') await inTime(CHECK_LIMIT_MS, redis.quit()).catch(() => undefined);
      redis.disconnect();
    },
  };
}
