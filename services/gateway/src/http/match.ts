import findMyWay from 'find-my-way';
import { routes } from '../routes';
import { splitFormat, type Format } from './format';
import { methodOf, type Route } from './route';

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
  /** What the ending of the path asks for. */
  readonly format?: Format | 'none';
}

/** GET routes whose address holds no parameter: one look-up, for the hot path. */
const fixed = new Map<string, Route>();

/** The others. Longer parameters are as unknown as any other address; a bound keeps odd ones cheap. */
const variable = findMyWay({ caseSensitive: true, maxParamLength: 200 });

for (const route of routes) {
  if (methodOf(route) !== 'GET') continue;
  if (!route.path.includes('{')) fixed.set(route.path, route);
  else variable.on('GET', route.path.replace(/\{(\w+)\}/g, ':$1'), () => undefined, route);
}

/** The GET route of a path that express has not seen; undefined when there is none or its encoding is malformed. */
export function matchRoute(asked: string): Match | undefined {
  const route = fixed.get(asked);
  if (route) return { route, params: {} };
  const { path, format } = splitFormat(asked);
  const match = matchPath(path);
  return match && format ? { ...match, format } : match;
}

function matchPath(path: string): Match | undefined {
  const route = fixed.get(path);
  if (route) return { route, params: {} };
  const found = variable.find('GET', path);
  if (!found || Object.values(found.params).includes('')) return undefined;
  return { route: found.store as Route, params: found.params as Record<string, string> };
}
