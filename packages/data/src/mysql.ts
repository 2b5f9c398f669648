import { createHash } from 'node:crypto';
import {
  createConnection,
  createPool,
  type Pool,
  type PoolConnection,
  type PoolOptions,
  type ResultSetHeader,
  type RowDataPacket,
} from 'mysql2/promise';
import { LmiError, type Database, type Reader, type Row, type SqlValue, type Writer } from '@lmi/kit';
import { parseAddress } from './address';
import { toLmiError } from './errors';
import { applyMigrations, readMigrations } from './migrate';
import { checkName, checkRow, chunksOf } from './rows';

export interface MysqlOptions {
  /** `mysql://user:password@host:port/database` */
  readonly primaryUrl: string;
  readonly replicaUrl?: string;
  /** Connections for reads; 16 unless told. Writes have 4 more. */
  readonly readConnections?: number;
}

/**
 * Makes both engines read SQL alike: "x" is a name, || joins text, a value that does not fit is an error. Readers
 * and loads see what is committed at each statement, and a load that copies rows does not lock their source.
 */
const session = [
  `SET SESSION sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'`,
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
];

/** How long a replica that did not answer is left alone, in milliseconds. */
const replicaRestMs = 1000;

/**
 * The shared engine: MariaDB 10.11 or later, MySQL 8.0.17 or later. Reads go to the replica and, when that cannot
 * be reached, to the primary; work given to `read` may run again after a lost connection.
 */
export class MysqlDatabase implements Database {
  readonly engine = 'mysql';
  readonly #primary: Pool;
  readonly #reads: Pool;
  readonly #replica: Pool | undefined;
  readonly #options: PoolOptions;
  #replicaRestsUntil = 0;
  #statements = 0;
  #open = true;

  constructor({ primaryUrl, replicaUrl, readConnections = 16 }: MysqlOptions) {
    this.#options = optionsOf(primaryUrl);
    this.#primary = makePool(this.#options, 4);
    this.#reads = makePool(this.#options, readConnections);
    this.#replica = replicaUrl ? makePool(optionsOf(replicaUrl), readConnections) : undefined;
  }

  get statements(): number {
    return this.#statements;
  }

  async read<T>(work: (reader: Reader) => Promise<T>): Promise<T> {
    const on = (pool: Pool) => this.#with(pool, (connection) => work(this.#readerOn(connection)));
    if (this.#replica && Date.now() >= this.#replicaRestsUntil) {
      try {
        return await on(this.#replica);
      } catch (error) {
        if (!isUnavailable(error)) throw error;
        this.#replicaRestsUntil = Date.now() + replicaRestMs;
      }
    }
    try {
      return await on(this.#reads);
    } catch (error) {
      // The server may have closed an idle connection of the pool: once more, on another one.
      if (!isUnavailable(error) || !this.#open) throw error;
      return on(this.#reads);
    }
  }

  write<T>(work: (writer: Writer) => Promise<T>): Promise<T> {
    return this.#with(this.#primary, async (connection) => {
      await connection.query('START TRANSACTION');
      try {
        const result = await work(this.#writerOn(connection));
        await connection.query('COMMIT');
        return result;
      } catch (error) {
        // A connection that cannot roll back must not return to the pool; the server rolls back when it goes.
        await connection.query('ROLLBACK').catch(() => connection.destroy());
        throw error;
      }
    });
  }

  /**
   * GET_LOCK on a connection of its own: the server gives the lock up when the connection ends. Names are the
   * server's, so the database's name goes in front.
   */
  async withLock<T>(name: string, waitMs: number, work: () => Promise<T>): Promise<T> {
    if (!this.#open) throw closed();
    const full = `${this.#options.database}:${name}`;
    const key = full.length <= 64 ? full : createHash('sha256').update(full).digest('hex');
    try {
      const connection = await createConnection(this.#options);
      connection.on('error', () => undefined);
      try {
        this.#statements++;
        const [rows] = await connection.query<RowDataPacket[]>('SELECT GET_LOCK(?, ?) AS held', [
          key,
          waitMs / 1000,
        ]);
        if (rows[0]?.held !== 1) throw new LmiError('conflict', `"${name}" is held by another process.`);
        return await work();
      } finally {
        connection.destroy();
      }
    } catch (error) {
      throw toLmiError(error);
    }
  }

  async migrate(): Promise<string[]> {
    const mariaDb = await this.#with(this.#primary, isMariaDb);
    // The two servers name the byte-wise collation that minds trailing spaces differently.
    const translate = (sql: string) =>
      mariaDb ? sql : sql.replaceAll('utf8mb4_nopad_bin', 'utf8mb4_0900_bin');
    return applyMigrations(this, readMigrations(this.engine), translate);
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await Promise.all([this.#primary.end(), this.#reads.end(), this.#replica?.end()]);
  }

  async #with<T>(pool: Pool, work: (connection: PoolConnection) => Promise<T>): Promise<T> {
    if (!this.#open) throw closed();
    const connection = await pool.getConnection().catch((error: unknown) => {
      throw toLmiError(error);
    });
    try {
      await prepareSession(connection);
      return await work(connection);
    } catch (error) {
      const known = toLmiError(error);
      if (isUnavailable(known)) connection.destroy();
      throw known;
    } finally {
      connection.release();
    }
  }

  #readerOn(connection: PoolConnection): Reader {
    const all = async <T extends object = Row>(
      sql: string,
      params: readonly SqlValue[] = [],
    ): Promise<T[]> => {
      this.#statements++;
      try {
        const [rows] = await connection.execute<RowDataPacket[]>(sql, params as SqlValue[]);
        return rows as T[];
      } catch (error) {
        throw toLmiError(error);
      }
    };
    return {
      all,
      get: async <T extends object = Row>(
        sql: string,
        params?: readonly SqlValue[],
      ): Promise<T | undefined> => {
        const rows = await all<T>(sql, params);
        return rows[0];
      },
    };
  }

  #writerOn(connection: PoolConnection): Writer {
    return {
      ...this.#readerOn(connection),
      run: async (sql, params = []) => {
        this.#statements++;
        try {
          const [result] = await connection.execute<ResultSetHeader>(sql, params as SqlValue[]);
          return { changes: result.affectedRows };
        } catch (error) {
          throw toLmiError(error);
        }
      },
      insert: async (table, columns, rows) => {
        const sql = `INSERT INTO ${checkName(table)} (${columns.map(checkName).join(', ')}) VALUES ?`;
        let count = 0;
        for await (const chunk of chunksOf(rows)) {
          for (const row of chunk) checkRow(table, columns, row);
          this.#statements++;
          try {
            await connection.query(sql, [chunk]);
          } catch (error) {
            throw toLmiError(error);
          }
          count += chunk.length;
        }
        return count;
      },
    };
  }
}

function optionsOf(address: string): PoolOptions {
  return {
    ...parseAddress(address),
    charset: 'utf8mb4',
    connectTimeout: 2000,
    // Sums of whole numbers come as DECIMAL, which the driver gives as text otherwise.
    decimalNumbers: true,
  };
}

function makePool(options: PoolOptions, connectionLimit: number): Pool {
  return createPool({ ...options, connectionLimit, maxIdle: connectionLimit });
}

/** Connections whose session is set; the pool wraps the same connection anew each time it hands it out. */
const prepared = new WeakSet<object>();

async function prepareSession(connection: PoolConnection): Promise<void> {
  if (prepared.has(connection.connection)) return;
  for (const setting of session) await connection.query(setting);
  prepared.add(connection.connection);
}

async function isMariaDb(connection: PoolConnection): Promise<boolean> {
  const [rows] = await connection.query<RowDataPacket[]>('SELECT VERSION() AS version');
  return /mariadb/i.test(String(rows[0]?.version));
}

function isUnavailable(error: unknown): boolean {
  return error instanceof LmiError && error.code === 'unavailable';
}

function closed(): LmiError {
  return new LmiError('unavailable', 'The database is closed.');
}
