import { createPool, type Pool, type PoolConnection, type PoolOptions } from 'mysql2/promise';
import { LmiError } from '@lmi/kit';
import { parseAddress } from './address';
import { toLmiError } from './errors';

/**
 * Makes both engines read SQL alike: "x" is a name, || joins text, a value that does not fit is an error. Readers
 * and loads see what is committed at each statement, and a load that copies rows does not lock their source.
 * Notes are not warnings: a load fails on any warning. MySQL would cut joined texts at 1,024 bytes.
 */
const session = [
  `SET SESSION sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', sql_notes = 0, group_concat_max_len = 1000000`,
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
];

/** What a pool and the monitor of one server are opened with. */
export function connectionOptions(address: string): PoolOptions {
  return {
    ...parseAddress(address),
    charset: 'utf8mb4',
    connectTimeout: 2000,
    // Sums of whole numbers come as DECIMAL, which the driver gives as text otherwise.
    decimalNumbers: true,
  };
}

type DriverConnection = PoolConnection['connection'];

interface Waiting {
  readonly since: number;
  reject(reason: LmiError): void;
}

/** One server as one kind of work sees it: a pool of connections whose sessions are set, and what waits for it. */
export class MysqlServer {
  readonly #options: PoolOptions;
  readonly #waiting = new Set<Waiting>();
  #pool: Pool;
  #connected = new Set<DriverConnection>();

  constructor(options: PoolOptions, connectionLimit: number) {
    this.#options = { ...options, connectionLimit, maxIdle: connectionLimit };
    this.#pool = createPool(this.#options);
  }

  /** Runs work on one connection. Never ends while the server hangs, unless by {@link abandon}. */
  async use<T>(work: (connection: PoolConnection) => Promise<T>): Promise<T> {
    const connection = await this.#pool.getConnection().catch((error: unknown) => {
      throw toLmiError(error);
    });
    try {
      await this.#prepare(connection);
      return await work(connection);
    } catch (error) {
      const known = toLmiError(error);
      if (isUnavailable(known)) connection.destroy();
      throw known;
    } finally {
      connection.release();
    }
  }

  /** The same for work that {@link abandon} can end. */
  useWatched<T>(work: (connection: PoolConnection) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const waiting: Waiting = { since: performance.now(), reject };
      this.#waiting.add(waiting);
      const ended = <V>(settle: (value: V) => void) => {
        return (value: V) => {
          this.#waiting.delete(waiting);
          settle(value);
        };
      };
      this.use(work).then(ended(resolve), ended(reject));
    });
  }

  /** Watched work under way. */
  get load(): number {
    return this.#waiting.size;
  }

  /** How long the oldest watched work has been under way, in milliseconds. */
  oldestMs(): number {
    for (const { since } of this.#waiting) return performance.now() - since;
    return 0;
  }

  /** Fails all watched work at once and drops every connection; later work connects anew. */
  abandon(reason: LmiError): void {
    const [pool, connected] = [this.#pool, this.#connected];
    this.#pool = createPool(this.#options);
    this.#connected = new Set();
    for (const { reject } of this.#waiting) reject(reason);
    this.#waiting.clear();
    for (const connection of connected) cut(connection);
    // Refuses what queues for a connection; those that are still being made end by their own limit.
    pool.end().catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  async #prepare(wrapped: PoolConnection): Promise<void> {
    // The pool wraps the same connection anew each time it hands it out.
    const { connection } = wrapped;
    const connected = this.#connected;
    if (connected.has(connection)) return;
    connected.add(connection);
    socketOf(connection).once('close', () => connected.delete(connection));
    try {
      for (const setting of session) await wrapped.query(setting);
    } catch (error) {
      wrapped.destroy();
      throw error;
    }
  }
}

interface Socket {
  readonly writableLength: number;
  once(event: 'close' | 'drain', listener: () => void): unknown;
  off(event: 'close' | 'drain', listener: () => void): unknown;
  destroy(error?: Error): void;
}

/** The driver's types leave the socket open. */
export function socketOf(connection: DriverConnection): Socket {
  return (connection as unknown as { stream: Socket }).stream;
}

/**
 * The driver's own end waits for the server to close its side, which a hung one does not. The error ends the statements
 * under way: without one the driver never calls them back, and whoever shares such a load would wait for ever.
 */
export function cut(connection: { destroy(): void }): void {
  connection.destroy();
  const lost = Object.assign(new Error('The connection was given up.'), { code: 'PROTOCOL_CONNECTION_LOST' });
  socketOf(connection as DriverConnection).destroy(lost);
}

export function isUnavailable(error: unknown): error is LmiError {
  return error instanceof LmiError && error.code === 'unavailable';
}
