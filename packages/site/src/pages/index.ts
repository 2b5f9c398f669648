import findMyWay from 'find-my-way';
import type { SitePage } from '../page';
import { accuracyPage } from './accuracy';
import { careerometerPage, skillsometerPage } from './careerometer';
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
    careerometerPage,
    skillsometerPage,
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

let router: ReturnType<typeof findMyWay> | undefined;

/** The page of a path; undefined when there is none, or its encoding is malformed. */
export function findPage(path: string): Match | undefined {
  if (!router) {
    router = findMyWay({ caseSensitive: true, maxParamLength: 100 });
    for (const page of sitePages())
      router.on('GET', page.path.replace(/\{(\w+)\}/g, ':$1'), () => undefined, page);
  }
  const found = router.find('GET', path);
  if (!found || Object.values(found.params).includes('')) return undefined;
  return { page: found.store as SitePage, params: found.params as Record<string, string> };
}
