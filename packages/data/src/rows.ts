import { LmiError, type SqlValue } from '@lmi/kit';

/** Rows written between two pauses: about 5 ms of work, so that a server that imports keeps answering. */
export const chunkRows = 1000;

const identifier = /^[a-z][a-z0-9_]*$/;

/** Names reach SQL text unquoted, so only plain ones pass. */
export function checkName(name: string): string {
  if (!identifier.test(name)) throw new LmiError('internal', `Not a table or column name: "${name}".`);
  return name;
}

/** A short row or a NaN would become a silent NULL on one engine and an error on the other. */
export function checkRow(table: string, columns: readonly string[], row: readonly SqlValue[]): void {
  if (row.length !== columns.length) {
    throw new LmiError(
      'internal',
      `A row of ${table} has ${row.length} values for ${columns.length} columns.`,
    );
  }
  for (let i = 0; i < row.length; i++) {
    const value = row[i];
    if (value === undefined || (typeof value === 'number' && !Number.isFinite(value))) {
      throw new LmiError('internal', `${table}.${columns[i]} was given ${value}; an absent value is null.`);
    }
  }
}

/** Cuts any iterable of rows into arrays of at most {@link chunkRows}. */
export async function* chunksOf(
  rows: Iterable<readonly SqlValue[]> | AsyncIterable<readonly SqlValue[]>,
): AsyncGenerator<(readonly SqlValue[])[]> {
  let chunk: (readonly SqlValue[])[] = [];
  if (Symbol.iterator in rows) {
    // Kept apart: awaiting each row of a plain iterable would halve the speed of a load.
    for (const row of rows) {
      chunk.push(row);
      if (chunk.length === chunkRows) {
        yield chunk;
        chunk = [];
      }
    }
  } else {
    for await (const row of rows) {
      chunk.push(row);
      if (chunk.length === chunkRows) {
        yield chunk;
        chunk = [];
      }
    }
  }
  if (chunk.length > 0) yield chunk;
}
