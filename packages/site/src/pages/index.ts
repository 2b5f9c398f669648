import type { SitePage } from '../page';
import { accuracyPage } from './accuracy';
import { catalogPage, datasetPage, datasetsPage, guidePage, guidesPage, qualityPage } from './datasets';
import { developersPage } from './developers';
import { documentPages, methodsPage } from './documents';
import { explorerPage, operationPage } from './explorer';
import { glossaryPage } from './glossary';
import { homePage } from './home';
import { robotsPage, sitemapPage } from './machines';
import { occupationPage, occupationsPage } from './occupations';

let pages: readonly SitePage[] | undefined;

/** Every page of the site; those of texts are known once the bundle has been read. */
export function sitePages(): readonly SitePage[] {
  pages ??= [
    homePage,
    occupationsPage,
    occupationPage,
    developersPage,
    explorerPage,
    operationPage,
    datasetsPage,
    datasetPage,
    catalogPage,
    guidesPage,
    guidePage,
    qualityPage,
    accuracyPage,
    glossaryPage,
    methodsPage,
    ...documentPages(),
    sitemapPage(sitePages),
    robotsPage,
  ];
  return pages;
}

interface Match {
  readonly page: SitePage;
  readonly params: Readonly<Record<string, string>>;
}

/** The page of a path; undefined when there is none, or its encoding is malformed. */
export function findPage(path: string): Match | undefined {
  const asked = path.split('/');
  for (const page of sitePages()) {
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
