import { types } from 'node:util';
import { LmiError, type ErrorCode } from '@lmi/kit';

interface DriverError {
  readonly code?: string;
  readonly errno?: number;
  readonly message: string;
  readonly fatal?: boolean;
}

const diskFull = new Set([
  'SQLITE_FULL',
  'ER_RECORD_FILE_FULL',
  'ER_DISK_FULL',
  'ER_ERROR_ON_WRITE',
  'ENOSPC',
]);
const duplicate = new Set(['SQLITE_CONSTRAINT_PRIMARYKEY', 'SQLITE_CONSTRAINT_UNIQUE', 'ER_DUP_ENTRY']);
const busy = /^(SQLITE_(BUSY|LOCKED)|ER_LOCK_(DEADLOCK|WAIT_TIMEOUT))/;
const unreachable =
  /^(SQLITE_(CANTOPEN|IOERR|PROTOCOL)|PROTOCOL_|ECONN|EPIPE|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|POOL_CLOSED|ER_(SERVER_SHUTDOWN|CON_COUNT_ERROR|CONNECTION_KILLED|HOST_IS_BLOCKED|ACCESS_DENIED_ERROR|DBACCESS_DENIED_ERROR|BAD_DB_ERROR|TOO_MANY_USER_CONNECTIONS|OPTION_PREVENTS_STATEMENT)$)/;

/** MariaDB's number for a connection that an administrator closed; the driver has no name for it. */
const connectionKilled = 1927;

/**
 * Gives the error in the project's own vocabulary where an operator or a caller can act on it. Everything else,
 * a mistake in SQL or in the program, is returned as it is and keeps its own name and stack.
 */
export function toLmiError(error: unknown): Error {
  if (error instanceof LmiError) return error;
  // Errors of sockets may come from another realm, where `instanceof` does not know them.
  if (!types.isNativeError(error)) return new LmiError('internal', `Database error: ${String(error)}`);
  const { code = '', errno, message, fatal } = error as DriverError;
  const make = (to: ErrorCode, text: string) => new LmiError(to, text, { cause: error });

  if (diskFull.has(code) || /no space left|errno: 28\b/i.test(message)) {
    return make(
      'resource-exhausted',
      'The disk that holds the database is full. Nothing was changed; free some space and try again.',
    );
  }
  if (duplicate.has(code)) return make('conflict', `Two rows have the same key: ${message}`);
  if (code === 'ER_NO_SUCH_TABLE' || /^no such table/.test(message)) {
    return make('unavailable', `The database lacks a table; apply the migrations first (${message}).`);
  }
  if (busy.test(code)) return make('unavailable', 'The database is busy with another write; try again.');
  if (unreachable.test(code) || errno === connectionKilled || fatal) {
    return make('unavailable', `The database cannot be reached (${code || message}).`);
  }
  return error;
}
