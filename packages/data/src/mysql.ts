import { createHash } from 'node:crypto';
import type { Connection } from 'mysql2';
import {
  createConnection,
  type PoolConnection,
  type PoolOptions,
  type ResultSetHeader,
  type RowDataPacket,
} from 'mysql2/promise';
import {
  LmiError,
  type ColumnRecord,
  type Database,
  type Log,
  type Reader,
  type ReplicaStatus,
  type Row,
  type SqlValue,
  type Writer,
} from '@lmi/kit';
import { readColumns } from './columns';
import { toLmiError } from './errors';
import { loadRows } from './load-rows';
import { applyMigrations, readMigrations } from './migrate';
import { connectionOptions, isUnavailable, MysqlServer } from './mysql-server';
import { defaultLagLimitMs, Replicas } from './replicas';
import { checkName, checkRow, chunkRows, chunksOf } from './rows';

export interface MysqlOptions {
  /** `mysql://user:password@host:port/database` */
  readonly primaryUrl: string;
  /** The same of each replica; reads go to the primary without any. */
  readonly replicaUrls?: readonly string[];
  /** A replica that is further behind is left out of reads, in milliseconds; 5,000 unless told. */
  readonly replicaLagMs?: number;
  /** Connections for reads to each server; 16 unless told. Writes have 4 more. */
  readonly readConnections?: number;
  /** Told when a replica is left out or comes back, and when the server takes no fast loads. */
  readonly log?: Log;
}

/** After so long without a word from its holder the server gives a lock up. */
const lockSilenceSeconds = 60;
const lockPingMs = 20_000;
/** A server that does not answer gives the lock up when it notices that the connection is gone. */
const releaseLimitMs = 1_000;

/**
 * The shared engine: MariaDB 10.11 or later, MySQL 8.0.17 or later. Reads go to the replicas and, when none can
 * serve, to the primary; work given to `read` may run again after a lost connection.
 */
export class MysqlDatabase implements Database {
  readonly engine = 'mysql';
  readonly #options: PoolOptions;
  readonly #writes: MysqlServer;
  /** Of the primary, where there are no replicas. */
  readonly #reads: MysqlServer | undefined;
  readonly #replicas: Replicas | undefined;
  readonly #log: Log | undefined;
  /** Until the server says that it takes no loads from clients. */
  #loads = true;
  #statements = 0;
  #open = true;

  constructor({
    primaryUrl,
    replicaUrls = [],
    replicaLagMs = defaultLagLimitMs,
    readConnections = 16,
    log,
  }: MysqlOptions) {
    this.#options = connectionOptions(primaryUrl);
    this.#log = log;
    this.#writes = new MysqlServer(this.#options, 4);
    if (replicaUrls.length === 0) this.#reads = new MysqlServer(this.#options, readConnections);
    else {
      this.#replicas = new Replicas({
        primaryUrl,
        replicaUrls,
        connections: readConnections,
        lagLimitMs: replicaLagMs,
        log,
      });
    }
  }

  get statements(): number {
    return this.#statements;
  }

  columns(table: string): Promise<ColumnRecord[]> {
    return readColumns(this, table);
  }

  async read<T>(work: (reader: Reader) => Promise<T>): Promise<T> {
    if (!this.#open) throw closed();
    const on = (connection: PoolConnection) => work(this.#readerOn(connection));
    if (this.#replicas) return this.#replicas.read(on);
    try {
      return await this.#reads!.use(on);
    } catch (error) {
      // The server may have closed an idle connection of the pool: once more, on another one.
      if (!isUnavailable(error) || !this.#open) throw error;
      return this.#reads!.use(on);
    }
  }

  replicas(): ReplicaStatus[] {
    return this.#replicas?.status() ?? [];
  }

  async write<T>(work: (writer: Writer) => Promise<T>): Promise<T> {
    if (!this.#open) throw closed();
    return this.#writes.use(async (connection) => {
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
      // A machine that is lost says no goodbye: the server ends a connection that has been silent for a while.
      const ping = setInterval(() => void connection.ping().catch(() => undefined), lockPingMs).unref();
      try {
        await connection.query(`SET SESSION wait_timeout = ${lockSilenceSeconds}`);
        this.#statements++;
        const [rows] = await connection.query<RowDataPacket[]>('SELECT GET_LOCK(?, ?) AS held', [
          key,
          waitMs / 1000,
        ]);
        if (rows[0]?.held !== 1) throw new LmiError('conflict', `"${name}" is held by another process.`);
        return await work();
      } finally {
        clearInterval(ping);
        // The server takes notice of the end of a connection in its own time, and the next one may be here before.
        await connection
          .query({ sql: 'DO RELEASE_LOCK(?)', values: [key], timeout: releaseLimitMs })
          .catch(() => undefined);
        connection.destroy();
      }
    } catch (error) {
      throw toLmiError(error);
    }
  }

  async migrate(): Promise<string[]> {
    if (!this.#open) throw closed();
    const mariaDb = await this.#writes.use(isMariaDb);
    // The two servers name the byte-wise collation that minds trailing spaces differently.
    const translate = (sql: string) =>
      mariaDb ? sql : sql.replaceAll('utf8mb4_nopad_bin', 'utf8mb4_0900_bin');
    return applyMigrations(this, readMigrations(this.engine), translate);
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await Promise.all([this.#writes.close(), this.#reads?.close(), this.#replicas?.close()]);
  }

  #readerOn(connection: PoolConnection): Reader {
    const all = <T extends object = Row>(sql: string, params: readonly SqlValue[] = []): Promise<T[]> => {
      this.#statements++;
      // The driver's promises take a stack trace for each statement, a twentieth of a small read's time.
      const driver = connection.connection as unknown as Connection;
      return new Promise<T[]>((resolve, reject) => {
        driver.execute<RowDataPacket[]>(sql, params as SqlValue[], (error, rows) => {
          if (error) reject(toLmiError(error));
          else resolve(rows as T[]);
        });
      });
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
        const source = chunksOf(rows);
        try {
          const first = await source.next();
          if (first.done) return 0;
          const chunks = startingWith(first.value, source);
          // Few rows are not worth a load of their own.
          if (this.#loads && first.value.length === chunkRows) {
            this.#statements++;
            const count = await loadRows(connection, table, columns, chunks);
            if (count !== undefined) return count;
            this.#loads = false;
            this.#log?.warn('the database takes no LOAD DATA LOCAL (local_infile is off): loads are slower');
          }
          return await this.#insertChunks(connection, table, columns, chunks);
        } finally {
          // Where an error came before the first chunk was taken, nobody else closes the source of the rows.
          source.return(undefined).catch(() => undefined);
        }
      },
    };
  }

  async #insertChunks(
    connection: PoolConnection,
    table: string,
    columns: readonly string[],
    chunks: AsyncIterable<Chunk>,
  ): Promise<number> {
    const sql = `INSERT INTO ${checkName(table)} (${columns.map(checkName).join(', ')}) VALUES ?`;
    let count = 0;
    for await (const chunk of chunks) {
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
  }
}

type Chunk = readonly (readonly SqlValue[])[];

async function* startingWith(first: Chunk, rest: AsyncIterable<Chunk>): AsyncGenerator<Chunk> {
  yield first;
  yield* rest;
}

async function isMariaDb(connection: PoolConnection): Promise<boolean> {
  const [rows] = await connection.query<RowDataPacket[]>('SELECT VERSION() AS version');
  return /mariadb/i.test(String(rows[0]?.version));
}

function closed(): LmiError {
  return new LmiError('unavailable', 'The database is closed.');
}
