/**
 * The database port. SQL is written once, in the dialect that SQLite and MariaDB/MySQL share, with `?` for every
 * value; anything that differs (upsert, locks, bulk load, collation) is behind a method of this port. Text keys
 * compare by bytes on both engines. All figures are doubles and all timestamps ISO 8601 text, so that both
 * engines return the same JavaScript values; absent is null.
 */
export type SqlValue = string | number | null;
export type Row = Record<string, SqlValue>;

/** Reads on one connection. */
export interface Reader {
  all<T extends object = Row>(sql: string, params?: readonly SqlValue[]): Promise<T[]>;
  get<T extends object = Row>(sql: string, params?: readonly SqlValue[]): Promise<T | undefined>;
}

/** Writes in one transaction on the primary. */
export interface Writer extends Reader {
  run(sql: string, params?: readonly SqlValue[]): Promise<{ changes: number }>;
  /** Appends rows to a table in chunks. Each row holds values in the order of `columns`. @returns rows written. */
  insert(
    table: string,
    columns: readonly string[],
    rows: Iterable<readonly SqlValue[]> | AsyncIterable<readonly SqlValue[]>,
  ): Promise<number>;
}

/** A read replica as this process sees it. */
export interface ReplicaStatus {
  /** host:port/database */
  readonly address: string;
  /** Only a serving one is read from, as long as there is one or the primary is there. */
  readonly state: 'serving' | 'lagging' | 'gone';
  /** How far it is behind the newest heartbeat; null when that is not known. */
  readonly lagMs: number | null;
}

/** A column of a table as the engine knows it. */
export interface ColumnRecord {
  readonly name: string;
  readonly isNumber: boolean;
  /** Place in the primary key, from 1; 0: not part of it. */
  readonly key: number;
}

export interface Database {
  readonly engine: 'sqlite' | 'mysql';
  /** Runs reads on one connection of a replica (or the primary): the release pointer and the rows it names. */
  read<T>(work: (reader: Reader) => Promise<T>): Promise<T>;
  /** One transaction on the primary: all or nothing. */
  write<T>(work: (writer: Writer) => Promise<T>): Promise<T>;
  /**
   * Runs the work while holding the named lock across all processes.
   * @throws LmiError conflict when another process holds it for longer than `waitMs`.
   */
  withLock<T>(name: string, waitMs: number, work: () => Promise<T>): Promise<T>;
  /** Applies the migrations that are missing, under a lock. @returns names applied. */
  migrate(): Promise<string[]>;
  /** Columns of a table in their order; empty when there is no such table. */
  columns(table: string): Promise<ColumnRecord[]>;
  /** State of the read replicas, as last measured; empty where there are none. */
  replicas(): readonly ReplicaStatus[];
  /** Number of statements sent so far; benchmarks and tests count queries with it. */
  readonly statements: number;
  close(): Promise<void>;
}
