/** Reads of employment, each of one release. */
import type { Reader, ReleaseSet, SqlValue } from '@lmi/kit';

export type Serving = NonNullable<ReturnType<ReleaseSet['get']>>;

/** Absent ones have no published release yet. */
export interface ServingReleases {
  readonly employment: Serving | undefined;
  readonly projections: Serving | undefined;
  readonly aps: Serving | undefined;
  readonly estimates: Serving | undefined;
}

export function servingReleases(releases: ReleaseSet): ServingReleases {
  return {
    employment: releases.get('employment'),
    projections: releases.get('projections'),
    aps: releases.get('aps'),
    estimates: releases.get('employment-estimates'),
  };
}

function placeholders(values: readonly unknown[]): string {
  return values.map(() => '?').join(', ');
}

export interface Years {
  readonly minYear: number;
  readonly maxYear: number;
}

export interface EstimateRow {
  readonly soc: string;
  readonly code: string;
  readonly year: number;
  readonly employment: number | null;
  readonly marks: string;
}

/** One range of the clustered key per occupation (and category, where one is given). */
export function readEstimates(
  reader: Reader,
  release: number,
  query: Years & { readonly socs: readonly string[]; readonly dimension: string; readonly code?: string },
): Promise<EstimateRow[]> {
  const params: SqlValue[] = [release, ...query.socs, query.dimension];
  const code = query.code === undefined ? '' : 'AND code = ? ';
  if (query.code !== undefined) params.push(query.code);
  return reader.all<EstimateRow>(
    `SELECT soc, code, year, employment, marks FROM employment_estimate
     WHERE release_id = ? AND soc IN (${placeholders(query.socs)}) AND dimension = ? ${code}AND year BETWEEN ? AND ?`,
    [...params, query.minYear, query.maxYear],
  );
}

export interface PublishedRow {
  readonly soc: string;
  readonly code: string;
  readonly year: number;
  readonly employment: number | null;
  readonly marker: string;
}

/** Published cells by industry section. */
export function readPublished(
  reader: Reader,
  release: number,
  query: Years & { readonly socs: readonly string[] },
): Promise<PublishedRow[]> {
  return reader.all<PublishedRow>(
    `SELECT soc, section AS code, year, employment, marker FROM employment_cell
     WHERE release_id = ? AND soc IN (${placeholders(query.socs)}) AND year BETWEEN ? AND ?`,
    [release, ...query.socs, query.minYear, query.maxYear],
  );
}

export interface ProjectionRow {
  readonly code: string;
  readonly year: number;
  readonly employment: number | null;
  readonly marker: string;
}

export function readProjections(
  reader: Reader,
  release: number,
  query: Years & { readonly area: string; readonly soc: string; readonly dimension: string },
): Promise<ProjectionRow[]> {
  return reader.all<ProjectionRow>(
    `SELECT code, year, employment, marker FROM projection_cell
     WHERE release_id = ? AND area = ? AND soc = ? AND dimension = ? AND year BETWEEN ? AND ?`,
    [release, query.area, query.soc, query.dimension, query.minYear, query.maxYear],
  );
}

export interface ApsRow {
  readonly year: number;
  readonly employment: number | null;
  readonly ci95: number | null;
  readonly marker: string;
}

/** All people, all hours. */
export function readAps(
  reader: Reader,
  release: number,
  query: Years & { readonly areaType: string; readonly area: string; readonly soc: string },
): Promise<ApsRow[]> {
  return reader.all<ApsRow>(
    `SELECT year, employment, ci95, marker FROM aps_cell
     WHERE release_id = ? AND area_type = ? AND area = ? AND soc = ? AND sex = 'all' AND working_pattern = 'all'
       AND year BETWEEN ? AND ?`,
    [release, query.areaType, query.area, query.soc, query.minYear, query.maxYear],
  );
}

export interface ReplacementRow {
  readonly soc: string;
  readonly startYear: number;
  readonly endYear: number;
  readonly start: number | null;
  readonly end: number | null;
  readonly netChange: number | null;
  readonly demand: number | null;
  readonly requirement: number | null;
  readonly rate: number | null;
  readonly marker: string;
}

export function readReplacement(
  reader: Reader,
  release: number,
  area: string,
  soc: string,
): Promise<ReplacementRow | undefined> {
  return reader.get<ReplacementRow>(
    `SELECT soc, start_year AS "startYear", end_year AS "endYear", start_employment AS "start", end_employment AS "end",
       net_change AS "netChange", replacement_demand AS "demand", total_requirement AS "requirement",
       annual_rate AS "rate", marker
     FROM replacement_cell WHERE release_id = ? AND area = ? AND soc = ? AND sex = 'all'`,
    [release, area, soc],
  );
}

export interface ReplacementEstimateRow {
  readonly soc: string;
  readonly startYear: number;
  readonly endYear: number;
  readonly start: number;
  readonly end: number;
  readonly demand: number;
}

export function readReplacementEstimates(
  reader: Reader,
  release: number,
  socs: readonly string[],
): Promise<ReplacementEstimateRow[]> {
  return reader.all<ReplacementEstimateRow>(
    `SELECT soc, start_year AS "startYear", end_year AS "endYear", start_employment AS "start",
       end_employment AS "end", replacement_demand AS "demand"
     FROM replacement_estimate WHERE release_id = ? AND soc IN (${placeholders(socs)})`,
    [release, ...socs],
  );
}
