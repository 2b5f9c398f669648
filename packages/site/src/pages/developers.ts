import { renderPage } from '../layout';
import type { SitePage } from '../page';
import { render } from '../templates';

export const developersPage: SitePage = {
  path: '/developers',
  answer: (_request, { publicUrl }) => ({
    text: renderPage({
      title: 'Getting started with the API',
      description:
        'A first answer in a minute: calls, formats, marks, errors, limits, pinned releases, client and MCP endpoint.',
      path: '/developers',
      scripts: ['copy.js'],
      publicUrl,
      main: render('pages/developers.njk', { publicUrl }),
    }),
  }),
};
