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
