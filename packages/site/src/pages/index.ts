import type { SitePage } from '../page';
import { homePage } from './home';
import { occupationPage, occupationsPage } from './occupations';

/** Every page of the site. */
export const sitePages: readonly SitePage[] = [homePage, occupationsPage, occupationPage];

interface Match {
  readonly page: SitePage;
  readonly params: Readonly<Record<string, string>>;
}

/** The page of a path; undefined when there is none, or its encoding is malformed. */
export function findPage(path: string): Match | undefined {
  const asked = path.split('/');
  for (const page of sitePages) {
    const segments = page.path.split('/');
    if (segments.length !== asked.length) continue;
    const params: Record<string, string> = {};
    const fits = segments.every((segment, at) => {
      if (!segment.startsWith('{')) return segment === asked[at];
      const value = decoded(asked[at]!);
      if (value) params[segment.slice(1, -1)] = value;
      return Boolean(value);
    });
    if (fits) return { page, params };
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
