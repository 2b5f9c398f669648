import { answered, problemOf } from '../answers';
import { callTo } from '../calls';
import { renderPage } from '../layout';
import type { SitePage } from '../page';
import { render } from '../templates';

interface Hit {
  readonly code: string;
  readonly title: string;
  readonly matchedTitle: string;
  readonly score: number;
}

export const accuracyPage: SitePage = {
  path: '/accuracy',
  parameters: ['title'],
  async answer({ query }, { ask }) {
    const title = query.get('title') ?? '';
    const call = callTo('/api/v2/occupations', { q: title, limit: 5 });
    const reply = title ? await ask(call) : undefined;
    const hits = reply && answered<{ hits: readonly Hit[] }>(reply)?.hits;
    return {
      text: renderPage({
        title: 'Accuracy of the job title search',
        description:
          'How often the search finds the right occupation for a job title, measured on titles with known codes.',
        path: '/accuracy',
        breadcrumbs: [{ text: 'Datasets', href: '/datasets' }],
        unlisted: title !== '',
        main: render('pages/accuracy.njk', {
          asked: title,
          call,
          hits,
          trouble: reply && !hits ? problemOf(reply).detail : undefined,
        }),
      }),
    };
  },
};
