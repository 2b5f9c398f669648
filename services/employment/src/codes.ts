/** Code lists of employment: areas, categories of each breakdown with their names, table columns. */

import { englishRegions, northernIreland, scotland, wales } from '@lmi/contracts';

export { england, englishRegions, northernIreland, scotland, unitedKingdom, wales } from '@lmi/contracts';

/** Every area that has an estimate by occupation: the regions of England, Wales and Scotland. */
export const estimatedAreas: readonly string[] = [...englishRegions, wales, scotland];

export interface Category {
  readonly code: string;
  readonly name: string;
}

/** Regions and nations in the order in which the breakdown by area lists them. */
const areas: readonly Category[] = [
  { code: 'E12000007', name: 'London' },
  { code: 'E12000008', name: 'South East' },
  { code: 'E12000006', name: 'East of England' },
  { code: 'E12000009', name: 'South West' },
  { code: 'E12000005', name: 'West Midlands' },
  { code: 'E12000004', name: 'East Midlands' },
  { code: 'E12000003', name: 'Yorkshire and the Humber' },
  { code: 'E12000002', name: 'North West' },
  { code: 'E12000001', name: 'North East' },
  { code: wales, name: 'Wales' },
  { code: scotland, name: 'Scotland' },
  { code: northernIreland, name: 'Northern Ireland' },
];

const sexes: readonly Category[] = [
  { code: 'male', name: 'Male' },
  { code: 'female', name: 'Female' },
];

const workingStatuses: readonly Category[] = [
  { code: '1', name: 'Full-time employee' },
  { code: '2', name: 'Part-time employee' },
  { code: '3', name: 'Self-employed' },
];

/** Highest qualification held, by level of the Regulated Qualifications Framework (RQF). */
const qualifications: readonly Category[] = [
  { code: '1', name: 'Doctorate (level 8)' },
  { code: '2', name: 'Other higher degree (level 7)' },
  { code: '3', name: 'First degree (level 6)' },
  { code: '4', name: 'Foundation degree, nursing or teaching (level 5)' },
  { code: '5', name: 'Higher education below degree (level 4)' },
  { code: '6', name: 'A level or equivalent (level 3)' },
  { code: '7', name: 'GCSE grades A to C or equivalent (level 2)' },
  { code: '8', name: 'GCSE below grade C or equivalent (level 1)' },
  { code: '9', name: 'No qualification' },
];

/** Sections of the Standard Industrial Classification 2007 that the source tables cover. */
const industries: readonly Category[] = [
  { code: 'A', name: 'Agriculture, forestry and fishing' },
  { code: 'B', name: 'Mining and quarrying' },
  { code: 'C', name: 'Manufacturing' },
  { code: 'D', name: 'Electricity, gas and air conditioning supply' },
  { code: 'E', name: 'Water supply, sewerage and waste' },
  { code: 'F', name: 'Construction' },
  { code: 'G', name: 'Wholesale and retail trade, repair of vehicles' },
  { code: 'H', name: 'Transport and storage' },
  { code: 'I', name: 'Accommodation and food services' },
  { code: 'J', name: 'Information and communication' },
  { code: 'K', name: 'Finance and insurance' },
  { code: 'L', name: 'Real estate' },
  { code: 'M', name: 'Professional, scientific and technical activities' },
  { code: 'N', name: 'Administrative and support services' },
  { code: 'O', name: 'Public administration and defence' },
  { code: 'P', name: 'Education' },
  { code: 'Q', name: 'Health and social work' },
  { code: 'R', name: 'Arts, entertainment and recreation' },
  { code: 'S', name: 'Other service activities' },
];

export const sections: readonly string[] = industries.map(({ code }) => code);
export const qualificationCodes: readonly string[] = qualifications.map(({ code }) => code);
export const workingStatusCodes: readonly string[] = workingStatuses.map(({ code }) => code);

export const breakdowns = ['area', 'sex', 'working-status', 'qualification', 'industry'] as const;
export type Breakdown = (typeof breakdowns)[number];

/** What a breakdown lists, in order, and the dimension of the tables that holds it. */
export const breakdownCategories: Readonly<
  Record<Breakdown, { readonly dimension: string; readonly categories: readonly Category[] }>
> = {
  area: { dimension: 'region', categories: areas },
  sex: { dimension: 'sex', categories: sexes },
  'working-status': { dimension: 'working-status', categories: workingStatuses },
  qualification: { dimension: 'qualification', categories: qualifications },
  industry: { dimension: 'industry', categories: industries },
};

/** Code of rows that are not split: every dimension "total" has this one category. */
export const wholeCode = 'all';

/** Last year that the projections observed; later ones are projected. */
export const lastObservedProjectionYear = 2020;

export const employmentCellColumns = ['soc', 'year', 'section', 'employment', 'marker'] as const;
export const projectionCellColumns = [
  'area',
  'soc',
  'dimension',
  'code',
  'year',
  'employment',
  'marker',
] as const;
export const replacementCellColumns = [
  'area',
  'soc',
  'sex',
  'start_year',
  'end_year',
  'start_employment',
  'end_employment',
  'net_change',
  'replacement_demand',
  'total_requirement',
  'annual_rate',
  'marker',
] as const;
export const apsCellColumns = [
  'area_type',
  'area',
  'soc',
  'sex',
  'working_pattern',
  'year',
  'employment',
  'ci95',
  'marker',
] as const;
export const employmentEstimateColumns = ['soc', 'dimension', 'code', 'year', 'employment', 'marks'] as const;
export const replacementEstimateColumns = [
  'soc',
  'start_year',
  'end_year',
  'start_employment',
  'end_employment',
  'replacement_demand',
  'annual_rate',
] as const;
