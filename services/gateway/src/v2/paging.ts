import { invalidArgument } from '@lmi/kit';
import { z } from 'zod';

const LONGEST_CURSOR = 600;

/** Parameters of a list that comes in pages. */
export function pageQuery(most: number, usual: number) {
  return {
    limit: z.coerce.number().int().min(1).max(most).default(usual).meta({ description: 'Rows of one page.' }),
    cursor: z.string().max(LONGEST_CURSOR).default('').meta({
      description:
        'nextCursor of the page before, which the Link header leads to as well; the first page without it.',
    }),
  };
}

/**
 * A cursor is a place in a list and what the list is of: a release, a question. Another list is in another order.
 * @throws LmiError invalid-argument
 */
export function offsetOf(cursor: string, list: string): number {
  if (cursor === '') return 0;
  const [offset, of] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ', 2) as [string, string?];
  if (/^\d{1,9}$/.test(offset) && of === list) return Number(offset);
  throw invalidArgument(
    'cursor',
    'cursor: expected the nextCursor of the page before of the same question; leave it out to begin again.',
  );
}

/** @returns undefined at the end of the list. */
export function cursorAfter(offset: number, total: number, list: string): string | undefined {
  return offset < total ? Buffer.from(`${offset} ${list}`).toString('base64url') : undefined;
}
