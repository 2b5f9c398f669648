import { LmiError, type Database } from '@lmi/kit';
import type * as mysqlModule from './mysql';
import type { MysqlOptions } from './mysql';
import type * as sqliteModule from './sqlite';
import type { SqliteOptions } from './sqlite';

export interface DatabaseOptions extends Pick<MysqlOptions, 'replicaLagMs' | 'log'> {
  /** `mysql://user:password@host:port/database` of the primary. */
  readonly url?: string;
  /** The same of the replicas, separated by commas; reads go to the primary without any. */
  readonly replicaUrl?: string;
  /** Path of a SQLite file; used when there is no `url`. */
  readonly file?: string;
}

/** Opens MariaDB or MySQL when there is an address, else the SQLite file. */
export async function openDatabase({
  url,
  replicaUrl,
  file,
  ...options
}: DatabaseOptions): Promise<Database> {
  if (url) {
    return openMysql({ primaryUrl: url, replicaUrls: replicaUrl?.split(/,(?=\w+:)/) ?? [], ...options });
  }
  if (file) return openSqlite({ file });
  throw new LmiError('invalid-argument', 'A database needs an address (url) or a file.', { field: 'url' });
}

/** The embedded engine. @throws LmiError unavailable when the file cannot be opened. */
export async function openSqlite(options: SqliteOptions): Promise<Database> {
  // Each driver is loaded only in the shape that uses it: neither start pays for the other one.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { SqliteDatabase } = require('./sqlite') as typeof sqliteModule;
  return new SqliteDatabase(options);
}

/** The shared engine. Connects with the first statement. */
export async function openMysql(options: MysqlOptions): Promise<Database> {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { MysqlDatabase } = require('./mysql') as typeof mysqlModule;
  return new MysqlDatabase(options);
}
