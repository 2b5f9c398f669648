import { unwrap, type DataOf, type Result } from './problem.ts';

interface PageResult extends Result {
  readonly data?: { readonly nextCursor?: string | undefined };
}

/**
 * All pages of a list, one request each, made when the page before was taken.
 * @param fetchPage makes the call, with the cursor it is given.
 * @throws LmiError, and an Error when the server gives the same cursor twice running.
 */
export async function* pages<R extends PageResult>(
  fetchPage: (cursor: string | undefined) => Promise<R>,
): AsyncGenerator<DataOf<R>, void, undefined> {
  let cursor: string | undefined;
  do {
    const page = await unwrap(fetchPage(cursor));
    yield page;
    if (cursor !== undefined && page.nextCursor === cursor) throw new Error('the pages go in a circle');
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}
