import { findPage } from '@lmi/site';
import { matchRoute } from './http/match';
import { OTHER_ROUTE, PAGES } from './http/observe';
import { tidyUrl } from './http/url';
import { operationsPaths } from './site/operations';

const own: readonly string[] = [...operationsPaths, '/livez', '/readyz', '/api/v2/openapi.json'];

/** The template of the route that answers a path; one name for all pages, and one for what is none of ours. */
export function routeOf(path: string): string {
  const tidy = tidyUrl(path);
  const match = tidy.startsWith('/api/') ? matchRoute(tidy) : undefined;
  if (match) return match.route.path;
  if (own.includes(tidy)) return tidy;
  return findPage(tidy) ? PAGES : OTHER_ROUTE;
}
