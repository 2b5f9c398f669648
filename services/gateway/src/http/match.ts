import { routes } from '../routes';
import { splitFormat, type Format } from './format';
import { methodOf, type Route } from './route';

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
  /** What the ending of the path asks for. */
  readonly format?: Format | 'none';
}

/** GET routes whose address holds no parameter. */
const fixed = new Map<string, Route>();
/** The others by their number of segments. */
const variable = new Map<number, { readonly segments: readonly string[]; readonly route: Route }[]>();

for (const route of routes) {
  if (methodOf(route) !== 'GET') continue;
  if (!route.path.includes('{')) {
    fixed.set(route.path, route);
    continue;
  }
  const segments = route.path.split('/');
  variable.set(segments.length, [...(variable.get(segments.length) ?? []), { segments, route }]);
}

/** The GET route of a path that no router has seen; undefined when there is none or its encoding is malformed. */
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
  const asked = path.split('/');
  for (const { segments, route: candidate } of variable.get(asked.length) ?? []) {
    const params: Record<string, string> = {};
    const fits = segments.every((segment, at) => {
      if (!segment.startsWith('{')) return segment === asked[at];
      const value = decoded(asked[at]!);
      if (value) params[segment.slice(1, -1)] = value;
      return Boolean(value);
    });
    if (fits) return { route: candidate, params };
  }
  return undefined;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
