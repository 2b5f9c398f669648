import { documentAt, documents } from '../documents';
import { renderPage, type Link } from '../layout';
import type { SitePage } from '../page';
import { render } from '../templates';

/** Texts with pages above them. */
const above: readonly (readonly [prefix: string, trail: readonly Link[]])[] = [
  ['/methods/', [{ text: 'Methods', href: '/methods' }]],
  ['/compatibility/', [{ text: 'Moving from the original API', href: '/compatibility' }]],
  ['/compatibility', [{ text: 'API', href: '/developers' }]],
  ['/accuracy/', [{ text: 'Accuracy', href: '/accuracy' }]],
  ['/assistants', [{ text: 'API', href: '/developers' }]],
  ['/performance', [{ text: 'API', href: '/developers' }]],
  ['/resilience', [{ text: 'API', href: '/developers' }]],
  ['/comparison', [{ text: 'API', href: '/developers' }]],
];

/** One line of code, or a whole sentence, before a text. */
const leads: Readonly<Record<string, string>> = { '/compatibility': 'pages/compatibility-lead.njk' };

/** A page for each text that the bundle holds. */
export function documentPages(): SitePage[] {
  return documents().map(({ path, title, summary }) => ({
    path,
    answer: (_request, { publicUrl }) => {
      const lead = leads[path];
      const { html } = documentAt(path);
      return {
        text: renderPage({
          title,
          description: summary,
          path,
          breadcrumbs: above.find(([prefix]) => path.startsWith(prefix))?.[1] ?? [
            { text: 'Guides', href: '/guides' },
          ],
          main: `<div class="lmi-prose">${lead ? withLead(html, render(lead, { publicUrl })) : html}</div>`,
          scripts: ['copy.js'],
          publicUrl,
        }),
      };
    },
  }));
}

function withLead(html: string, lead: string): string {
  return html.replace('</h1>', `</h1>${lead}`);
}

export const methodsPage: SitePage = {
  path: '/methods',
  answer: () => ({
    text: renderPage({
      title: 'Methods',
      description:
        'How every figure that is not served as published is worked out, and how far it can be trusted.',
      path: '/methods',
      main: render('pages/methods.njk', {
        documents: documents().filter(({ path }) => path.startsWith('/methods/')),
      }),
    }),
  }),
};
