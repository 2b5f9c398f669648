import { Redis } from 'ioredis';

/** Longest wait between two attempts to connect again. */
const RECONNECT_LIMIT_MS = 1_000;

export interface ConnectionOptions {
  /** Attempts to connect again after which a command fails; null: it waits for as long as it takes. */
  readonly maxRetriesPerRequest: number | null;
  readonly lazyConnect?: boolean;
}

export interface QueueConnection {
  readonly redis: Redis;
  /** Ends it and the copies that BullMQ made of it, whatever state they are in; what waits for them is rejected. */
  end(): void;
}

/** A connection to the queue's server that comes back by itself, and that can be left while the server is gone. */
export function connectQueue(url: string, options: ConnectionOptions): QueueConnection {
  const retryStrategy = (attempt: number) => Math.min(RECONNECT_LIMIT_MS, 25 * 2 ** attempt);
  const all: Redis[] = [];

  /**
   * ioredis, told to disconnect between two attempts to connect, stays between them for ever: neither its end is told
   * nor are queued commands rejected, and BullMQ waits for both. From "wait", its state before the first attempt, it
   * ends.
   */
  const leavable = (redis: Redis): Redis => {
    const { disconnect, duplicate } = redis;
    redis.disconnect = (reconnect = false) => {
      if (redis.status === 'reconnecting' && !reconnect) redis.status = 'wait';
      disconnect.call(redis, reconnect);
    };
    redis.duplicate = ((override: object) =>
      leavable(duplicate.call(redis, { ...override, lazyConnect: false }))) as typeof duplicate;
    // Without a listener ioredis writes each failed attempt to the console.
    redis.on('error', () => undefined);
    all.push(redis);
    return redis;
  };

  return {
    redis: leavable(new Redis(url, { retryStrategy, ...options })),
    end() {
      for (const redis of all) redis.disconnect();
    },
  };
}
