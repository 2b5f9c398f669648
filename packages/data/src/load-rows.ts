import { Readable } from 'node:stream';
import type { PoolConnection, ResultSetHeader, RowDataPacket } from 'mysql2/promise';
import { LmiError, type SqlValue } from '@lmi/kit';
import { toLmiError } from './errors';
import { socketOf } from './mysql-server';
import { checkName, checkRow } from './rows';

/** Text per packet, in characters: fewer packets than this gain nothing. */
const packetChars = 64 * 1024;
/** Bytes that may wait to be sent; the driver itself knows no bound. */
const unsentLimit = 1024 * 1024;

/** Loading from the client is off at the server (MariaDB's two ways to say so, and MySQL's). */
const refusals = new Set([1148, 4166, 3948]);
const duplicateEntry = 1062;

type Chunks = AsyncIterable<readonly (readonly SqlValue[])[]>;

/**
 * Streams rows into a table by LOAD DATA LOCAL. The server answers with warnings where INSERT fails, and leaves rows
 * out: any warning is an error here. The transaction has to be rolled back after an error.
 *
 * @returns rows written; undefined when the server does not allow it, with no chunk taken.
 */
export async function loadRows(
  connection: PoolConnection,
  table: string,
  columns: readonly string[],
  chunks: Chunks,
): Promise<number | undefined> {
  const source = { rows: 0, error: undefined as unknown };
  let stream: Readable | undefined;
  let result: ResultSetHeader;
  try {
    [result] = await connection.query<ResultSetHeader>({
      sql: `LOAD DATA LOCAL INFILE 'rows' INTO TABLE ${checkName(table)} CHARACTER SET utf8mb4
        (${columns.map(checkName).join(', ')})`,
      // Whatever file the server names, it gets these rows.
      infileStreamFactory: () => {
        stream = Readable.from(encode(connection, table, columns, chunks, source), { objectMode: false });
        return stream;
      },
    });
  } catch (error) {
    // The driver's error is a copy.
    if (source.error !== undefined) throw source.error;
    if (!stream && refusals.has((error as { errno?: number }).errno ?? 0)) return undefined;
    throw toLmiError(error);
  } finally {
    stream?.destroy();
  }
  if (result.warningStatus > 0) throw await firstWarning(connection);
  if (result.affectedRows !== source.rows) {
    throw new LmiError('internal', `${table} took ${result.affectedRows} of ${source.rows} rows.`);
  }
  return source.rows;
}

async function* encode(
  connection: PoolConnection,
  table: string,
  columns: readonly string[],
  chunks: Chunks,
  source: { rows: number; error: unknown },
): AsyncGenerator<Buffer> {
  try {
    let text = '';
    for await (const chunk of chunks) {
      for (const row of chunk) {
        checkRow(table, columns, row);
        text += lineOf(row);
        if (text.length > packetChars) {
          await sent(connection);
          yield Buffer.from(text);
          text = '';
        }
      }
      source.rows += chunk.length;
    }
    if (text !== '') yield Buffer.from(text);
  } catch (error) {
    source.error = error;
    throw error;
  }
}

function lineOf(row: readonly SqlValue[]): string {
  let line = fieldOf(row[0]!);
  for (let i = 1; i < row.length; i++) line += '\t' + fieldOf(row[i]!);
  return line + '\n';
}

function fieldOf(value: SqlValue): string {
  if (value === null) return '\\N';
  if (typeof value === 'number') return String(value);
  return /[\\\t\n]/.test(value) ? value.replace(/[\\\t\n]/g, '\\$&') : value;
}

/** Waits until little is left to send; the driver does not. */
async function sent({ connection }: PoolConnection): Promise<void> {
  const socket = socketOf(connection);
  if (socket.writableLength <= unsentLimit) return;
  await new Promise<void>((resolve) => {
    const done = () => {
      socket.off('drain', done);
      socket.off('close', done);
      resolve();
    };
    socket.once('drain', done);
    socket.once('close', done);
  });
}

async function firstWarning(connection: PoolConnection): Promise<Error> {
  const [rows] = await connection.query<RowDataPacket[]>('SHOW WARNINGS LIMIT 1');
  const { Code: errno, Message: message } = rows[0] as { Code: number; Message: string };
  return toLmiError(
    Object.assign(new Error(message), {
      errno,
      ...(errno === duplicateEntry ? { code: 'ER_DUP_ENTRY' } : {}),
    }),
  );
}
