/** Path and query of a request target, split at the first question mark. */
export function splitUrl(url: string): { path: string; query: string } {
  const at = url.indexOf('?');
  return at < 0 ? { path: url, query: '' } : { path: url.slice(0, at), query: url.slice(at + 1) };
}

/** Families that clients of before v1 (2013) call without the version. */
const BEFORE_V1 = /^\/api\/(?=(?:soc|ashe|wf|lfs|ess|census)\/)/;

export function isBeforeV1(url: string): boolean {
  return BEFORE_V1.test(url);
}

/**
 * The address that a client meant: repeated slashes become one (a configured base URL that ends in a slash, with
 * another added in code, is the commonest form), and the addresses of before v1 lead to v1.
 */
export function tidyUrl(url: string): string {
  const { path, query } = splitUrl(url);
  const tidy = path.replace(/\/{2,}/g, '/').replace(BEFORE_V1, '/api/v1/');
  return tidy === path ? url : url.length > path.length ? `${tidy}?${query}` : tidy;
}
