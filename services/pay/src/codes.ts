/** Code lists of pay and hours: what a request may ask and how the source names it. */
import { england, englishRegions, northernIreland, scotland, unitedKingdom, wales } from '@lmi/contracts';

export { england, northernIreland, unitedKingdom } from '@lmi/contracts';

export const measures = ['weekly-pay', 'hourly-pay', 'annual-pay', 'weekly-hours'] as const;
export type Measure = (typeof measures)[number];

export const sexes = ['all', 'male', 'female'] as const;
export type Sex = (typeof sexes)[number];

export const workingPatterns = ['all', 'full-time', 'part-time'] as const;
export type WorkingPattern = (typeof workingPatterns)[number];

export const ageBands = ['18-21', '22-29', '30-39', '40-49', '50-59', '60+'] as const;

/** Regions of England, then the other nations: the categories of a breakdown by area. */
export const regions = [...englishRegions, wales, scotland, northernIreland] as const;
/** England is estimated from its regions: the source tables at hand do not print the nation. */
export const areas = [unitedKingdom, england, ...regions] as const;

export const breakdowns = ['sex', 'working-pattern', 'area', 'age'] as const;
export type Breakdown = (typeof breakdowns)[number];

/** One measure: how tables number it, how titles and tidy files name it, and the unit of its figures. */
export interface MeasureSource {
  /** Sub-table number: "1" in Table 14.1a. */
  readonly subTable: string;
  /** As written after the table number in file names and titles. */
  readonly title: string;
  /** Value of the `measure` column in tidy files. */
  readonly tidy: string;
  readonly unit: 'GBP/week' | 'GBP/hour' | 'GBP/year' | 'hours/week';
}

export const measureSources: Readonly<Record<Measure, MeasureSource>> = {
  'weekly-pay': { subTable: '1', title: 'Weekly pay - Gross', tidy: 'weekly_pay_gross', unit: 'GBP/week' },
  'hourly-pay': { subTable: '5', title: 'Hourly pay - Gross', tidy: 'hourly_pay_gross', unit: 'GBP/hour' },
  'annual-pay': { subTable: '7', title: 'Annual pay - Gross', tidy: 'annual_pay_gross', unit: 'GBP/year' },
  'weekly-hours': {
    subTable: '9',
    title: 'Paid hours worked - Total',
    tidy: 'paid_hours_total',
    unit: 'hours/week',
  },
};

/** Sheets of a workbook: one population each. */
export interface Population {
  readonly sheet: string;
  readonly sex: Sex;
  readonly workingPattern: WorkingPattern;
}

export const populations: readonly Population[] = [
  { sheet: 'All', sex: 'all', workingPattern: 'all' },
  { sheet: 'Male', sex: 'male', workingPattern: 'all' },
  { sheet: 'Female', sex: 'female', workingPattern: 'all' },
  { sheet: 'Full-Time', sex: 'all', workingPattern: 'full-time' },
  { sheet: 'Part-Time', sex: 'all', workingPattern: 'part-time' },
  { sheet: 'Male Full-Time', sex: 'male', workingPattern: 'full-time' },
  { sheet: 'Male Part-Time', sex: 'male', workingPattern: 'part-time' },
  { sheet: 'Female Full-Time', sex: 'female', workingPattern: 'full-time' },
  { sheet: 'Female Part-Time', sex: 'female', workingPattern: 'part-time' },
];

export const percentiles = ['p10', 'p20', 'p25', 'p30', 'p40', 'p60', 'p70', 'p75', 'p80', 'p90'] as const;

/** Columns of pay_cell that hold figures, in the order in which Table 14 prints them. */
export const valueColumns = [
  'jobs_thousand',
  'median',
  'median_change',
  'mean',
  'mean_change',
  ...percentiles,
] as const;
export type ValueColumn = (typeof valueColumns)[number];

/** All columns of pay_cell without release_id, in key order. */
export const payCellColumns = [
  'classification',
  'soc',
  'measure',
  'area',
  'age',
  'sex',
  'working_pattern',
  'year',
  ...valueColumns,
  'cv_median',
  'cv_mean',
  'markers',
] as const;

export const payFactorColumns = [
  'soc',
  'measure',
  'sex',
  'working_pattern',
  'dimension',
  'code',
  'factor',
  'weight',
] as const;

/** Statistics a request may ask, with the column that holds each. */
export const statisticColumns: Readonly<Record<string, ValueColumn>> = {
  mean: 'mean',
  median: 'median',
  ...Object.fromEntries(percentiles.map((name) => [name, name])),
  jobs: 'jobs_thousand',
  'mean-change': 'mean_change',
  'median-change': 'median_change',
};
export const statistics = Object.keys(statisticColumns);
