import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import {
  LmiError,
  type ColumnRecord,
  type Database,
  type Reader,
  type ReplicaStatus,
  type Row,
  type SqlValue,
  type Writer,
} from '@lmi/kit';
import { readColumns } from './columns';
import { toLmiError } from './errors';
import { applyMigrations, readMigrations } from './migrate';
import { checkName, checkRow, chunksOf } from './rows';

export interface SqliteOptions {
  /** Path of the database file; made when missing, its folder too. */
  readonly file: string;
  /** Upper bound of the file's size in pages of 4 KiB; beyond it a write fails as on a full disk. */
  readonly maxPages?: number;
  /** How long a write waits for the write of another process, in milliseconds; 60,000 unless told. */
  readonly busyMs?: number;
}

/** Texts of SQL that are kept compiled per connection; a bound for callers whose SQL varies. */
const maxStatements = 500;
const retryMs = 10;
/** Rows per INSERT: twice as fast as one by one, and more gain nothing. */
const packRows = 16;

class Connection {
  readonly handle: Sqlite.Database;
  readonly #statements = new Map<string, Sqlite.Statement>();

  constructor(file: string, pragmas: readonly string[]) {
    // A wait inside the driver stops the whole process; only moments of recovery are waited for there.
    this.handle = new Sqlite(file, { timeout: 1000 });
    for (const pragma of pragmas) this.handle.pragma(pragma);
  }

  prepare(sql: string): Sqlite.Statement {
    let statement = this.#statements.get(sql);
    if (!statement) {
      if (this.#statements.size >= maxStatements) this.#statements.clear();
      statement = this.handle.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

/**
 * The embedded engine: one file in WAL mode, one connection that reads and one that writes, so that reads never
 * wait for a write. Each statement runs to its end on the calling thread.
 */
export class SqliteDatabase implements Database {
  readonly engine = 'sqlite';
  readonly #file: string;
  readonly #busyMs: number;
  readonly #writes: Connection;
  readonly #reads: Connection;
  readonly #reader: Reader;
  readonly #writer: Writer;
  #lastWrite: Promise<unknown> = Promise.resolve();
  #statements = 0;
  #open = true;

  constructor({ file, maxPages, busyMs = 60_000 }: SqliteOptions) {
    if (file === '' || file.startsWith(':')) {
      throw new LmiError(
        'invalid-argument',
        'The database needs a file: its two connections cannot share memory.',
        {
          field: 'file',
        },
      );
    }
    this.#file = path.resolve(file);
    this.#busyMs = busyMs;
    mkdirSync(path.dirname(this.#file), { recursive: true });
    try {
      this.#writes = new Connection(this.#file, [
        'journal_mode = WAL',
        'synchronous = NORMAL',
        // Large loads touch wide ranges of their key; the log is cut back after them.
        'cache_size = -32768',
        'journal_size_limit = 67108864',
        ...(maxPages ? [`max_page_count = ${maxPages}`] : []),
      ]);
      this.#reads = new Connection(this.#file, [
        'query_only = ON',
        'cache_size = -16384',
        'temp_store = MEMORY',
      ]);
    } catch (error) {
      throw toLmiError(error);
    }
    this.#reader = this.#readerOn(this.#reads);
    this.#writer = this.#writerOn(this.#writes);
  }

  get statements(): number {
    return this.#statements;
  }

  replicas(): ReplicaStatus[] {
    return [];
  }

  columns(table: string): Promise<ColumnRecord[]> {
    return readColumns(this, table);
  }

  read<T>(work: (reader: Reader) => Promise<T>): Promise<T> {
    return this.#open ? work(this.#reader) : Promise.reject(closed());
  }

  /** Writes of this process queue up; work must not start another write and wait for it. */
  write<T>(work: (writer: Writer) => Promise<T>): Promise<T> {
    const result = this.#lastWrite.then(() => this.#transaction(work));
    this.#lastWrite = result.catch(() => undefined);
    return result;
  }

  /**
   * The lock is an exclusive transaction on a file of its own: the operating system gives it up when the owner
   * dies, however it dies.
   */
  async withLock<T>(name: string, waitMs: number, work: () => Promise<T>): Promise<T> {
    const lock = new Sqlite(`${this.#file}-lock-${encodeURIComponent(name)}`, { timeout: 0 });
    try {
      await begin(
        lock,
        'BEGIN EXCLUSIVE',
        waitMs,
        () => new LmiError('conflict', `"${name}" is held by another process.`),
      );
      return await work();
    } finally {
      lock.close();
    }
  }

  migrate(): Promise<string[]> {
    return applyMigrations(this, readMigrations(this.engine));
  }

  /** Waits for the writes that were asked for. */
  async close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#lastWrite;
    this.#reads.handle.close();
    this.#writes.handle.close();
  }

  async #transaction<T>(work: (writer: Writer) => Promise<T>): Promise<T> {
    if (!this.#open) throw closed();
    const { handle } = this.#writes;
    await begin(
      handle,
      'BEGIN IMMEDIATE',
      this.#busyMs,
      () => new LmiError('unavailable', 'The database is busy with the write of another process; try again.'),
    );
    try {
      const result = await work(this.#writer);
      inTransaction(this.#writes);
      handle.exec('COMMIT');
      return result;
    } catch (error) {
      // SQLite itself has rolled back after some errors, a full disk among them.
      if (handle.inTransaction) handle.exec('ROLLBACK');
      throw toLmiError(error);
    }
  }

  #readerOn(connection: Connection): Reader {
    return {
      all: <T extends object = Row>(sql: string, params: readonly SqlValue[] = []) => {
        this.#statements++;
        try {
          return Promise.resolve(connection.prepare(sql).all(params) as T[]);
        } catch (error) {
          return Promise.reject(toLmiError(error));
        }
      },
      get: <T extends object = Row>(sql: string, params: readonly SqlValue[] = []) => {
        this.#statements++;
        try {
          return Promise.resolve(connection.prepare(sql).get(params) as T | undefined);
        } catch (error) {
          return Promise.reject(toLmiError(error));
        }
      },
    };
  }

  #writerOn(connection: Connection): Writer {
    return {
      ...this.#readerOn(connection),
      run: async (sql, params = []) => {
        this.#statements++;
        try {
          inTransaction(connection);
          return { changes: connection.prepare(sql).run(params).changes };
        } catch (error) {
          throw giveUp(connection, error);
        }
      },
      insert: async (table, columns, rows) => {
        const tuple = `(${columns.map(() => '?').join(', ')})`;
        const into = `INSERT INTO ${checkName(table)} (${columns.map(checkName).join(', ')}) VALUES ${tuple}`;
        const one = connection.prepare(into);
        const pack = connection.prepare(into + `, ${tuple}`.repeat(packRows - 1));
        let count = 0;
        for await (const chunk of chunksOf(rows)) {
          this.#statements++;
          for (const row of chunk) checkRow(table, columns, row);
          try {
            inTransaction(connection);
            const packed = chunk.length - (chunk.length % packRows);
            for (let i = 0; i < packed; i += packRows) {
              insertPack(pack, one, columns, chunk.slice(i, i + packRows));
            }
            for (const row of chunk.slice(packed)) insertOne(one, columns, row);
          } catch (error) {
            throw giveUp(connection, error);
          }
          count += chunk.length;
          await new Promise(setImmediate);
        }
        return count;
      },
    };
  }
}

/**
 * A full disk ends the transaction, whether SQLite does so itself or not: work that goes on after the error must
 * not keep the part that went through.
 */
function giveUp({ handle }: Connection, error: unknown): Error {
  if (hasCode(error, 'SQLITE_FULL') && handle.inTransaction) {
    handle.exec('ROLLBACK');
  }
  return toLmiError(error);
}

function inTransaction({ handle }: Connection): void {
  if (!handle.inTransaction) {
    throw new LmiError(
      'resource-exhausted',
      'The transaction was ended by an earlier error; nothing was changed.',
    );
  }
}

function insertPack(
  pack: Sqlite.Statement,
  one: Sqlite.Statement,
  columns: readonly string[],
  rows: readonly (readonly SqlValue[])[],
): void {
  try {
    pack.run(rows.flat());
  } catch (error) {
    if (!isConstraint(error)) throw error;
    // The pack was taken back as a whole; row by row the guilty one can be named.
    for (const row of rows) insertOne(one, columns, row);
  }
}

/** The engine names only the columns of a broken key; the values lead to the line of the source. */
function insertOne(one: Sqlite.Statement, columns: readonly string[], row: readonly SqlValue[]): void {
  try {
    one.run(row);
  } catch (error) {
    if (isConstraint(error)) {
      error.message += ` (${columns
        .slice(0, 10)
        .map((column, i) => `${column}=${row[i]}`)
        .join(', ')})`;
    }
    throw error;
  }
}

/**
 * Told by its code, not its class: the driver's native part keeps the class of whoever loaded it first in the process,
 * and several copies of its script may be loaded.
 */
function hasCode(error: unknown, code: string): boolean {
  return String((error as { code?: unknown } | undefined)?.code).startsWith(code);
}

function isConstraint(error: unknown): error is Error {
  return hasCode(error, 'SQLITE_CONSTRAINT');
}

/** Tries until the lock is free, without holding up the process meanwhile. */
async function begin(
  handle: Sqlite.Database,
  sql: string,
  waitMs: number,
  tooLate: () => LmiError,
): Promise<void> {
  const until = Date.now() + waitMs;
  handle.pragma('busy_timeout = 0');
  for (;;) {
    try {
      handle.exec(sql);
      return;
    } catch (error) {
      if (!hasCode(error, 'SQLITE_BUSY')) throw toLmiError(error);
      if (Date.now() >= until) throw tooLate();
      await sleep(retryMs);
    }
  }
}

function closed(): LmiError {
  return new LmiError('unavailable', 'The database is closed.');
}
