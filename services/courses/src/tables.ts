/** Columns of this service's tables in key order, without release_id. */

export const providerColumns = ['provider', 'name', 'country'] as const;
export const locationColumns = ['ukprn', 'location', 'name', 'latitude', 'longitude'] as const;
export const courseColumns = [
  'id',
  'provider',
  'ukprn',
  'mode',
  'title',
  'award',
  'level',
  'subjects',
  'hecos',
  'ucas',
  'locations',
  'outcomes',
] as const;
export const outcomeColumns = [
  'outcome',
  'kind',
  'subject',
  'aggregation',
  'period',
  'population',
  'response_rate',
  'figures',
] as const;
export const earningsColumns = [
  'subject',
  'mode',
  'level',
  'measure',
  'area',
  'lower_quartile',
  'median',
  'upper_quartile',
  'population',
] as const;
export const subjectColumns = ['code', 'level', 'name', 'name_cy'] as const;
export const hecosColumns = ['hecos', 'name', 'subject'] as const;
export const graduateJobColumns = [
  'list',
  'classification',
  'soc',
  'provider',
  'subjects',
  'aggregation',
  'period',
  'population',
  'share',
] as const;
export const graduateSubjectColumns = ['subject', 'graduates', 'people', 'lists', 'period'] as const;
export const destinationColumns = ['classification', 'subject', 'soc', 'share', 'people'] as const;
export const apprenticeshipColumns = [
  'id',
  'kind',
  'title',
  'level',
  'status',
  'route',
  'sector',
  'starts',
  'ends',
  'months',
  'funding',
  'version',
  'lars',
  'job_titles',
] as const;
export const apprenticeshipOccupationColumns = ['id', 'soc', 'weight', 'method'] as const;

/** The whole of the United Kingdom, as national tables have it. */
export const unitedKingdom = 'K02000001';

/** How several values stand in one text column. */
export const separator = ';';
export function splitList(text: string): string[] {
  return text === '' ? [] : text.split(separator);
}

/** SQL for the level of a subject code in the column `subject`, as reports print it. */
export const subjectLevel = `CASE LENGTH(subject) WHEN 5 THEN 'subject level 1' WHEN 8 THEN 'subject level 2'
  ELSE 'subject level 3' END`;
