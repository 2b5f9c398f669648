import { renderPage } from '../layout';
import type { SitePage } from '../page';
import { render } from '../templates';

export const homePage: SitePage = {
  path: '/',
  answer: (_request, { publicUrl }) => ({
    text: renderPage({
      title: 'LMI for All: open UK labour-market information',
      description:
        'Pay, hours, employment, vacancies, skills and courses for every occupation in the United Kingdom, as open data with its source and quality.',
      path: '/',
      main: render('pages/home.njk', { publicUrl }),
    }),
  }),
};
