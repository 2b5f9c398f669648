import { answered, type Area } from '../answers';
import { renderPage } from '../layout';
import { operationsOf, type OpenApi } from '../openapi';
import type { SitePage } from '../page';
import { render } from '../templates';
import { allMarks } from '../text';
import { marks as markList } from '@lmi/statistics';

/** Words that occur everywhere and that no list of the program explains. */
const WORDS: readonly (readonly [word: string, meaning: string])[] = [
  [
    'Area',
    'A place with a code: the United Kingdom, a nation, a region of England, a district, or an area that projections are made for.',
  ],
  ['Breakdown', 'One figure for each category, such as one for men and one for women.'],
  [
    'Coefficient of variation',
    'How far a survey figure would scatter if the survey were repeated, in per cent of the figure. Small is good.',
  ],
  ['Confidence interval', 'The span in which the true value lies in 95 of 100 surveys.'],
  [
    'Crosswalk',
    'The shares by which the people of an occupation in one classification spread over the occupations of the other.',
  ],
  ['Dataset', 'A family of tables of one publisher, with one licence and one history.'],
  ['Edition', 'The publisher’s own name of one issue of a dataset.'],
  ['Mean', 'The sum of all values divided by their number. A few very high salaries pull it up.'],
  ['Median', 'The value in the middle: half are below, half above.'],
  [
    'Occupation',
    'A group of jobs whose main tasks are alike. The classification has four levels: nine major groups (one digit) down to 412 unit groups (four digits).',
  ],
  ['Percentile', 'The value below which so many per cent lie: a quarter earn less than the 25th percentile.'],
  ['Projection', 'What happens if known trends go on. Not a forecast of any single year.'],
  [
    'Release',
    'One load of a dataset into this service, which never changes. A figure names the release it comes from.',
  ],
  [
    'Replacement demand',
    'The openings that arise because people leave an occupation, whether or not it grows.',
  ],
  [
    'SOC',
    'The Standard Occupational Classification of the United Kingdom, in its versions of 2010 and 2020.',
  ],
  ['Unit group', 'An occupation at the finest level of the classification, with a code of four digits.'],
  [
    'Withheld',
    'A figure that exists but is not shown, because it could identify people or rests on too few answers.',
  ],
];

const MEASURES: Readonly<Record<string, string>> = {
  'weekly-pay': 'Pay of a week before tax, with overtime and bonuses paid in it.',
  'hourly-pay': 'Pay of a week divided by the paid hours.',
  'annual-pay': 'Pay of a tax year, of people in the same job for more than a year.',
  'weekly-hours': 'Paid hours of a week.',
};

export const glossaryPage: SitePage = {
  path: '/glossary',
  async answer(_request, { ask }) {
    const [description, areas] = await Promise.all([ask('/api/v2/openapi.json'), ask('/api/v2/areas')]);
    const operations = operationsOf(description.body as OpenApi);
    const pay = operations.find(({ path, method }) => path === '/api/v2/pay' && method === 'get');
    const valuesOf = (name: string) => pay?.parameters.find((each) => each.name === name)?.values ?? [];
    const types = new Map<string, number>();
    for (const { type } of answered<{ areas: readonly Area[] }>(areas)?.areas ?? [])
      types.set(type, (types.get(type) ?? 0) + 1);
    return {
      text: renderPage({
        title: 'Glossary',
        description:
          'The words, marks, measures, classifications and kinds of area that the figures come with.',
        path: '/glossary',
        breadcrumbs: [{ text: 'Guides', href: '/guides' }],
        main: render('pages/glossary.njk', {
          words: WORDS,
          marks: allMarks().map((each) => ({ ...each, ...codesOf(each.mark) })),
          measures: valuesOf('measure').map((name) => ({ name, meaning: MEASURES[name] ?? '' })),
          classifications: valuesOf('classification'),
          areaTypes: [...types].map(([name, number]) => ({ name, number })),
        }),
      }),
    };
  },
};

function codesOf(mark: string): { sdmx: string; gss: string } {
  const found = markList.find((each) => each.mark === mark);
  return { sdmx: found?.sdmx ?? '–', gss: found?.gss ?? '–' };
}
