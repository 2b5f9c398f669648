import { render } from './templates';

/**
 * Nothing from other origins, no inline script or style. Pages are not to be framed; the widget is embedded as a script
 * of the page that shows it.
 */
export const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

export const siteName = 'LMI for All';

export interface Link {
  readonly text: string;
  readonly href: string;
}

/** The main navigation. `below` lists the addresses that belong to an entry. */
const navigation: readonly (Link & { readonly below: readonly string[] })[] = [
  { text: 'Occupations', href: '/occupations', below: ['/occupations'] },
  { text: 'Data', href: '/datasets', below: ['/datasets', '/quality', '/accuracy', '/methods'] },
  { text: 'Guides', href: '/guides', below: ['/guides', '/glossary', '/faq', '/cite'] },
  {
    text: 'API',
    href: '/developers',
    below: [
      '/developers',
      '/explorer',
      '/compatibility',
      '/assistants',
      '/comparison',
      '/performance',
      '/resilience',
    ],
  },
  { text: 'Careerometer', href: '/careerometer', below: ['/careerometer', '/skillsometer'] },
  { text: 'Status', href: '/status', below: ['/status', '/reports'] },
];

export interface Page {
  /** Title of the window; the heading stands in `main`. */
  readonly title: string;
  /** One sentence for search engines. */
  readonly description?: string;
  /** Address of the page, without parameters. */
  readonly path: string;
  /** HTML of the page's main part, its `<h1>` included. Classes of GOV.UK Frontend and of this package's style sheet. */
  readonly main: string;
  /** Pages above this one, the home page left out. */
  readonly breadcrumbs?: readonly Link[];
  /** Scripts of this package that the page is better with, by name: "explorer.js". */
  readonly scripts?: readonly string[];
  /** Scripts of other packages, by address. */
  readonly scriptUrls?: readonly string[];
  /** Linked data about what the page shows. */
  readonly linkedData?: object;
  /** Other representations of the page, for `<link rel="alternate">`. */
  readonly alternates?: readonly { readonly type: string; readonly href: string; readonly title: string }[];
  /** The address that lines to copy are written with; the script that copies them puts the reader's own in its place. */
  readonly publicUrl?: string;
  /** Not for search engines: search results, problems. */
  readonly unlisted?: boolean;
}

/** A whole page: header, navigation, main part, footer. */
export function renderPage(page: Page): string {
  const within = (prefix: string) => page.path === prefix || page.path.startsWith(`${prefix}/`);
  return render('layout.njk', {
    ...page,
    siteName,
    windowTitle: page.path === '/' ? page.title : `${page.title} - ${siteName}`,
    navigation: navigation.map(({ text, href, below }) => ({
      text,
      href,
      current: page.path === href,
      active: below.some(within),
    })),
    // "<" would end the data block early.
    linkedDataText: page.linkedData && JSON.stringify(page.linkedData).replaceAll('<', '\\u003c'),
  });
}
