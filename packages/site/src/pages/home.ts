import { answered, type Profile } from '../answers';
import { renderPage } from '../layout';
import type { SitePage } from '../page';
import { render } from '../templates';
import { cellText, figure } from '../text';
import type { ListedDataset, Quality } from './datasets';

/** The occupation whose figures greet the reader. */
const SHOWN = '2134';

export const homePage: SitePage = {
  path: '/',
  async answer(_request, { ask, publicUrl }) {
    const [datasets, quality, reply] = await Promise.all([
      ask('/api/v2/datasets'),
      ask('/api/v2/quality'),
      ask(`/api/v2/occupations/${SHOWN}/profile`),
    ]);
    const profile = answered<Profile>(reply);
    const cells = answered<{ datasets: readonly Quality[] }>(quality)?.datasets.reduce(
      (sum, each) => sum + each.cells,
      0,
    );
    const number = answered<{ datasets: readonly ListedDataset[] }>(datasets)?.datasets.length;
    return {
      text: renderPage({
        title: 'LMI for All: open UK labour-market information',
        description:
          'Pay, hours, employment, vacancies, skills and courses for every occupation in the United Kingdom, as open data with its source and quality.',
        path: '/',
        scripts: ['suggest.js', 'home.js', 'copy.js'],
        publicUrl,
        main: render('pages/home.njk', {
          publicUrl,
          number,
          cells: cells && figure(cells, 'people'),
          sample: profile && sampleOf(profile),
        }),
      }),
    };
  },
};

function sampleOf(profile: Profile) {
  const pay =
    profile.pay.status === 'ok'
      ? profile.pay.observations.findLast(({ statistic }) => statistic === 'median')
      : undefined;
  const employment = profile.employment.status === 'ok' ? profile.employment.observations : [];
  const now = employment.findLast(({ cell }) => !cell.marks.includes('projected'));
  const then = employment.at(-1);
  return {
    code: profile.code,
    title: profile.occupation.status === 'ok' ? profile.occupation.title : '',
    pay: pay && { value: cellText(pay.cell), year: pay.year },
    now: now && { value: cellText(now.cell), year: now.year },
    then: then && { value: cellText(then.cell), year: then.year },
  };
}
