import { invalidArgument } from '@lmi/kit';

export interface Page {
  readonly offset: number;
  readonly limit: number;
}

const mostRows = 100;
const usualRows = 20;

/** A cursor is the place in the list and the release that the list is of: lists of another release are in another order. */
export function readPage(cursor: string, limit: number, version: string): Page {
  const rows = limit > 0 ? Math.min(limit, mostRows) : usualRows;
  if (cursor === '') return { offset: 0, limit: rows };
  const [offset, of] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ', 2) as [string, string?];
  if (!/^\d{1,7}$/.test(offset) || of === undefined) {
    throw invalidArgument('cursor', 'cursor: not one that an answer gave; leave it out for the first page');
  }
  if (of !== version) {
    throw invalidArgument(
      'cursor',
      'cursor: of a release that no longer serves; leave it out to begin again',
    );
  }
  return { offset: Number(offset), limit: rows };
}

export function nextCursor({ offset, limit }: Page, total: number, version: string): string {
  const next = offset + limit;
  return next < total ? Buffer.from(`${next} ${version}`).toString('base64url') : '';
}

/** Words to look for: lower case, without accents and punctuation. */
export function wordsOf(text: string): string[] {
  return plain(text)
    .split(' ')
    .filter((word) => word !== '');
}

/** Text in which words can be looked for: a word begins after a space. */
export function plain(text: string): string {
  return ` ${text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim()}`;
}

/** Whether a word of the text begins so. */
export function hasWord(text: string, beginning: string): boolean {
  return text.includes(` ${beginning}`);
}
