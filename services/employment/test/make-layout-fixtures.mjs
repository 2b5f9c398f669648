// Writes fixtures in the layouts of sources that are not at hand: the columns are the publishers', the figures are invented and
// are used by tests alone.
// Usage: node services/employment/test/make-layout-fixtures.mjs
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(new URL('../../../packages/importing/package.json', import.meta.url));
const { stringify } = require('csv-stringify/sync');
const save = (name, rows) => writeFileSync(join(import.meta.dirname, 'fixtures', name), stringify(rows));

// --- Unemployment by last occupation: a Nomis export, value and confidence in rows of their own.
const titles = { Total: 'Total', 2: '2 : Professional occupations', 2134: '2134 : Programmers' };
const unemployment = [];
for (const year of [2022, 2023]) {
  for (const [soc, title] of Object.entries(titles)) {
    for (const [sex, sexRate] of [
      ['Total', 0],
      ['Male', 0.4],
      ['Female', -0.4],
    ]) {
      for (const [age, ageRate] of [
        ['Total', 0],
        ['Aged 16 to 24', 4],
        ['Aged 50+', -1],
      ]) {
        const few = soc === '2134' && age !== 'Total' && sex !== 'Total';
        const rate = (soc === 'Total' ? 4 : soc === '2' ? 2 : 2.5) + sexRate + ageRate + (year - 2022) / 10;
        const lead = [`Jan ${year}-Dec ${year}`, 'United Kingdom', 'K02000001', sex, age, title];
        const status = few ? 'These figures are suppressed as statistically unreliable.' : 'Normal Value';
        unemployment.push([...lead, 'Variable', few ? '' : rate.toFixed(1), status]);
        unemployment.push([...lead, 'Confidence', few ? '' : '0.6', status]);
      }
    }
  }
}
save('unemployment_by_last_occupation.csv', [
  [
    'DATE_NAME',
    'GEOGRAPHY_NAME',
    'GEOGRAPHY_CODE',
    'C_SEX_NAME',
    'AGE_NAME',
    'SOC2020_FULL_NAME',
    'MEASURES_NAME',
    'OBS_VALUE',
    'OBS_STATUS_NAME',
  ],
  ...unemployment,
]);

// --- Employer Skills Survey by unit group.
const groups = [
  [
    '2136 - Programmers and software development professionals',
    'Total',
    'Total',
    'Total',
    'Total',
    '120',
    1000,
    450,
    400,
  ],
  [
    '2135 - IT business analysts, architects and systems designers',
    'Total',
    'Total',
    'Total',
    'Total',
    '60',
    500,
    100,
    80,
  ],
  ['3131 - IT operations technicians', 'Total', 'Total', 'Total', 'Total', '20', 90, 30, 20],
  ['3413 - Actors, entertainers and presenters', 'Total', 'Total', 'Total', 'Total', 'c', 'c', 'c', 'c'],
  ['6145 - Care workers and home carers', 'Total', 'Total', 'Total', 'Total', '90', 800, 'u', 'u'],
  ['Total', '213 - Information technology professionals', 'Total', 'Total', 'Total', '170', 1500, 550, 480],
  ['Total', 'Total', 'Total', '2 - Professional occupations', 'Total', '900', 9000, 3600, 2700],
  ['Total', 'Total', 'Total', 'Total', 'Total', '4000', 50000, 18000, 12000],
];
const share = (part, whole) => (typeof part === 'number' ? ((100 * part) / whole).toFixed(1) : part);
save('ess_time_series_by_soc_2010.csv', [
  [
    'time_period',
    'time_identifier',
    'geographic_level',
    'country_name',
    'country_code',
    'sector',
    'soc_4_labelled',
    'soc_3_labelled',
    'soc_2_labelled',
    'soc_1_labelled',
    'sample_occupations_estab_has_vacancy',
    'vac_sum',
    'htfv_sum',
    'ssv_sum',
    'htfv_den',
    'ssv_den',
  ],
  ...[2015, 2017].flatMap((year) =>
    groups.map(([four, three, two, one, , sample, vacancies, hard, short]) => [
      year,
      'Calendar year',
      'National',
      'United Kingdom',
      'K02000001',
      'Total',
      four,
      three,
      two,
      one,
      sample,
      vacancies,
      hard,
      short,
      share(hard, vacancies),
      share(short, vacancies),
    ]),
  ),
  [
    2017,
    'Calendar year',
    'National',
    'United Kingdom',
    'K02000001',
    'Construction',
    'Total',
    'Total',
    'Total',
    'Total',
    '300',
    4000,
    2000,
    1500,
    '50.0',
    '37.5',
  ],
]);

// --- Census 2021: districts, one column a group.
const everybody =
  'Total: All usual residents aged 16 years and over in employment the week before the census';
const districts = [
  ['Bedford', 'E06000055', 1],
  ['Cardiff', 'W06000015', 2],
  ['Nowhere', 'E06999999', 1],
];
const census = (name, subject, columns, figures) =>
  save(name, [
    ['date', 'geography', 'geography code', ...columns.map((column) => `${subject}: ${column}`)],
    ...districts.map(([district, code, times]) => ['2021', district, code, ...figures.map((n) => n * times)]),
  ]);
census(
  'census2021-ts063-ltla.csv',
  'Occupation (current)',
  [everybody, '2. Professional occupations', '6. Caring, leisure and other service occupations'],
  [10000, 7000, 3000],
);
census(
  'census2021-ts064-ltla.csv',
  'Occupation (current)',
  [
    everybody,
    '213 Information Technology Professionals',
    '243 Business, research and administrative professionals',
    '613 Caring personal services',
    '631 Community and civil enforcement occupations',
  ],
  [10000, 5003, 2001, 2496, 502],
);
census(
  'census2021-ts058-ltla.csv',
  'Distance travelled to work',
  [
    everybody,
    'Less than 2km',
    '2km to less than 5km',
    '5km to less than 10km',
    '10km to less than 20km',
    '20km to less than 30km',
    '30km to less than 40km',
    '40km to less than 60km',
    '60km and over',
    'Works mainly from home',
    'Works mainly at an offshore installation, in no fixed place, or outside the UK',
  ],
  [10000, 1000, 1500, 1200, 1100, 500, 200, 200, 100, 3200, 1000],
);
