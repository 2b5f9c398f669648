/** Code lists of the labour market of areas: indicators, survey groups, bands of distance. */

/** Great Britain: the source of modelled unemployment has no figure of the United Kingdom. Not in the list of areas. */
export const greatBritain = 'K03000001';

export interface Indicator {
  readonly code: string;
  readonly name: string;
  readonly unit: 'percent' | 'GBP/week';
  /** The publisher's file. */
  readonly file: string;
  /** What its column of indicators says. */
  readonly says: RegExp;
  /** Estimated by the publisher from a survey and other counts. */
  readonly modelled: boolean;
}

export const indicators: readonly Indicator[] = [
  {
    code: 'unemployment-rate',
    name: 'Unemployment rate, ages 16 and over',
    unit: 'percent',
    file: 'aged-16-years-and-over-modelled-unemployment.csv',
    says: /^Modelled unemployment rate$/,
    modelled: true,
  },
  {
    code: 'employment-rate',
    name: 'Employment rate, ages 16 to 64',
    unit: 'percent',
    file: 'employment-rate.csv',
    says: /^Employment rate$/,
    modelled: false,
  },
  {
    code: 'inactivity-rate',
    name: 'Economic inactivity rate, ages 16 to 64',
    unit: 'percent',
    file: 'employment-rate.csv',
    says: /^Economically inactive$/,
    modelled: false,
  },
  {
    code: 'claimant-rate',
    name: 'Claimant count as a share of people aged 16 to 64',
    unit: 'percent',
    file: 'claimant-count.csv',
    says: /^Claimant Count$/,
    modelled: false,
  },
  {
    code: 'level-3-qualifications',
    name: 'People aged 16 to 64 with qualifications at level 3 or above',
    unit: 'percent',
    file: 'aged-16-to-64-years-level-3-or-above-qualifications.csv',
    says: /level 3\+ qualifications$/,
    modelled: false,
  },
  {
    code: 'median-weekly-pay',
    name: 'Median gross weekly pay of employees who live there, April',
    unit: 'GBP/week',
    file: 'gross-median-weekly-pay.csv',
    says: /^Gross median weekly pay$/,
    modelled: false,
  },
];

export const indicatorCodes: readonly string[] = indicators.map(({ code }) => code);

/** Bands of census table TS058, in order: code, and the heading of the column without its prefix. */
export const distanceBands = [
  ['all', 'Total: All usual residents aged 16 years and over in employment the week before the census'],
  ['0-2', 'Less than 2km'],
  ['2-5', '2km to less than 5km'],
  ['5-10', '5km to less than 10km'],
  ['10-20', '10km to less than 20km'],
  ['20-30', '20km to less than 30km'],
  ['30-40', '30km to less than 40km'],
  ['40-60', '40km to less than 60km'],
  ['60+', '60km and over'],
  ['home', 'Works mainly from home'],
  ['no-fixed-place', 'Works mainly at an offshore installation, in no fixed place, or outside the UK'],
] as const satisfies readonly (readonly [code: string, heading: string])[];

export const areaIndicatorColumns = [
  'area',
  'indicator',
  'period',
  'value',
  'people',
  'lower_limit',
  'upper_limit',
  'marker',
] as const;
export const unemploymentColumns = [
  'classification',
  'soc',
  'area',
  'sex',
  'age',
  'year',
  'rate',
  'ci95',
  'marker',
] as const;
export const skillsShortageColumns = [
  'area',
  'soc',
  'year',
  'vacancies',
  'hard_to_fill',
  'skill_shortage',
  'sample',
  'marker',
] as const;
export const censusColumns = ['area', 'topic', 'code', 'year', 'people'] as const;
