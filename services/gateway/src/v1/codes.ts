/** The original API's own numbers for areas, sexes and so on, with the codes that they stand for inside. */
export interface Code {
  /** The original's number. */
  readonly code: number;
  readonly name: string;
  /** The code in the contracts of the services. */
  readonly inside: string;
}

const numbered = (entries: readonly (readonly [inside: string, name: string])[]): readonly Code[] =>
  entries.map(([inside, name], index) => ({ code: index + 1, name, inside }));

/**
 * Working Futures numbering, names word for word: clients find items by either. ASHE once had a numbering of its
 * own for 2 to 9; clients since use this one for both, and `ashe/filter/region` publishes it.
 */
export const regions = numbered([
  ['E12000007', 'London'],
  ['E12000008', 'South East (England)'],
  ['E12000006', 'East of England'],
  ['E12000009', 'South West (England)'],
  ['E12000005', 'West Midlands (England)'],
  ['E12000004', 'East Midlands (England)'],
  ['E12000003', 'Yorkshire and the Humber'],
  ['E12000002', 'North West (England)'],
  ['E12000001', 'North East (England)'],
  ['W92000004', 'Wales'],
  ['S92000003', 'Scotland'],
  ['N92000002', 'Northern Ireland'],
]);

export const genders = numbered([
  ['male', 'Male'],
  ['female', 'Female'],
]);

export const workingPatterns = numbered([
  ['full-time', 'Full-time'],
  ['part-time', 'Part-time'],
]);

/** The source's age bands; the number is the youngest age, so that `age:22` as a filter names the same band. */
export const ageBands: readonly (Code & { readonly oldest: number })[] = [
  { code: 18, oldest: 21, name: '18 to 21', inside: '18-21' },
  { code: 22, oldest: 29, name: '22 to 29', inside: '22-29' },
  { code: 30, oldest: 39, name: '30 to 39', inside: '30-39' },
  { code: 40, oldest: 49, name: '40 to 49', inside: '40-49' },
  { code: 50, oldest: 59, name: '50 to 59', inside: '50-59' },
  { code: 60, oldest: Infinity, name: '60 and over', inside: '60+' },
];

export const workingStatuses = numbered([
  ['1', 'FT Employee'],
  ['2', 'PT Employee'],
  ['3', 'Self Employed'],
]);

/** Levels of the Regulated Qualifications Framework, highest first as in the original. */
export const qualifications = numbered([
  ['1', 'Doctorate (level 8)'],
  ['2', 'Other higher degree (level 7)'],
  ['3', 'First degree (level 6)'],
  ['4', 'Foundation degree, nursing or teaching (level 5)'],
  ['5', 'Higher education below degree (level 4)'],
  ['6', 'A level or equivalent (level 3)'],
  ['7', 'GCSE grades A to C or equivalent (level 2)'],
  ['8', 'GCSE below grade C or equivalent (level 1)'],
  ['9', 'No qualification'],
]);

/** Sections of SIC 2007, numbered in their order: the original's 75 finer industries have no published successor. */
export const industries = numbered([
  ['A', 'Agriculture, forestry and fishing'],
  ['B', 'Mining and quarrying'],
  ['C', 'Manufacturing'],
  ['D', 'Electricity, gas and air conditioning supply'],
  ['E', 'Water supply, sewerage and waste'],
  ['F', 'Construction'],
  ['G', 'Wholesale and retail trade, repair of vehicles'],
  ['H', 'Transport and storage'],
  ['I', 'Accommodation and food services'],
  ['J', 'Information and communication'],
  ['K', 'Finance and insurance'],
  ['L', 'Real estate'],
  ['M', 'Professional, scientific and technical activities'],
  ['N', 'Administrative and support services'],
  ['O', 'Public administration and defence'],
  ['P', 'Education'],
  ['Q', 'Health and social work'],
  ['R', 'Arts, entertainment and recreation'],
  ['S', 'Other service activities'],
]);

export interface Filter {
  readonly name: string;
  readonly description: string;
  readonly codes: readonly Code[];
}

export const asheFilters: readonly Filter[] = [
  { name: 'gender', description: 'Gender', codes: genders },
  { name: 'region', description: 'Region', codes: regions },
  { name: 'status', description: 'Full-time or part-time', codes: workingPatterns },
  { name: 'age', description: 'Age', codes: ageBands },
];

export const wfFilters: readonly Filter[] = [
  { name: 'region', description: 'Region', codes: regions },
  { name: 'gender', description: 'Gender', codes: genders },
  { name: 'status', description: 'Employment status', codes: workingStatuses },
  { name: 'qualification', description: 'Highest qualification', codes: qualifications },
  { name: 'industry', description: 'Industry', codes: industries },
];

export function findByCode(codes: readonly Code[], code: number): Code | undefined {
  return codes.find((entry) => entry.code === code);
}

export function findByInside(codes: readonly Code[], inside: string): Code | undefined {
  return codes.find((entry) => entry.inside === inside);
}
