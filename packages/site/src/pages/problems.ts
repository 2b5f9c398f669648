import { renderPage } from '../layout';
import type { PageAnswer } from '../page';
import { render } from '../templates';

export interface ProblemFacts {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly meaning: string;
}

/** The page that the type of a problem document leads to. */
export function problemPage(facts: ProblemFacts): PageAnswer {
  return {
    text: renderPage({
      title: facts.title,
      description: facts.meaning,
      path: `/problems/${facts.code}`,
      main: render('pages/problem.njk', facts),
      breadcrumbs: [{ text: 'Getting started', href: '/developers' }],
    }),
  };
}

/** What a browser sees where there is no page, or where one could not be made. */
export function troublePage({
  status,
  title,
  detail,
}: {
  status: number;
  title: string;
  detail: string;
}): PageAnswer {
  return {
    status,
    text: renderPage({
      title,
      path: '/404',
      main: render('pages/trouble.njk', { status, title, detail }),
      unlisted: true,
    }),
  };
}
