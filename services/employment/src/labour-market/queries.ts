/** Reads of the labour market tables, each of one release. */
import type { Reader, ReleaseSet, SqlValue } from '@lmi/kit';
import { wholeCode } from '../codes';
import type { Serving, Years } from '../queries';

/** Absent ones have no published release yet. */
export interface LabourMarketReleases {
  readonly indicators: Serving | undefined;
  readonly unemployment: Serving | undefined;
  readonly shortages: Serving | undefined;
  readonly shortageSeries: Serving | undefined;
  readonly census: Serving | undefined;
  readonly aps: Serving | undefined;
  readonly outcodes: Serving | undefined;
}

export function labourMarketReleases(releases: ReleaseSet): LabourMarketReleases {
  return {
    indicators: releases.get('area-indicators'),
    unemployment: releases.get('unemployment'),
    shortages: releases.get('skills-shortages'),
    shortageSeries: releases.get('skills-shortages-occupations'),
    census: releases.get('census'),
    aps: releases.get('aps'),
    outcodes: releases.get('outcodes'),
  };
}

export const versionsOf = (serving: LabourMarketReleases): string[] =>
  Object.values(serving).map((release: Serving | undefined) => release?.version ?? '');

function placeholders(values: readonly unknown[]): string {
  return values.map(() => '?').join(', ');
}

export interface IndicatorRow {
  readonly area: string;
  readonly indicator: string;
  readonly period: string;
  readonly value: number | null;
  readonly people: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly marker: string;
}

/** Sorted by area, indicator and period. */
export function readIndicators(
  reader: Reader,
  release: number,
  query: Years & { readonly areas: readonly string[]; readonly indicators: readonly string[] },
): Promise<IndicatorRow[]> {
  return reader.all<IndicatorRow>(
    `SELECT area, indicator, period, value, people, lower_limit AS "lower", upper_limit AS "upper", marker
     FROM area_indicator WHERE release_id = ? AND area IN (${placeholders(query.areas)})
       AND indicator IN (${placeholders(query.indicators)}) AND period >= ? AND period < ?
     ORDER BY area, indicator, period`,
    [release, ...query.areas, ...query.indicators, yearText(query.minYear), yearText(query.maxYear + 1)],
  );
}

/** Periods are text of a year, or of a year and month, and are compared as such. */
const yearText = (year: number): string => String(year).padStart(4, '0');

export interface UnemploymentRow {
  readonly soc: string;
  readonly year: number;
  readonly rate: number | null;
  readonly ci95: number | null;
  readonly marker: string;
}

export function readUnemployment(
  reader: Reader,
  release: number,
  query: Years & {
    readonly classification: string;
    readonly socs: readonly string[];
    readonly area: string;
    readonly sex: string;
    readonly age: string;
  },
): Promise<UnemploymentRow[]> {
  return reader.all<UnemploymentRow>(
    `SELECT soc, year, rate, ci95, marker FROM unemployment_cell
     WHERE release_id = ? AND classification = ? AND soc IN (${placeholders(query.socs)}) AND area = ? AND sex = ?
       AND age = ? AND year BETWEEN ? AND ?
     ORDER BY soc, year`,
    [
      release,
      query.classification,
      ...query.socs,
      query.area,
      query.sex,
      query.age,
      query.minYear,
      query.maxYear,
    ],
  );
}

export interface ShortageRow {
  readonly area: string;
  readonly soc: string;
  readonly year: number;
  readonly vacancies: number | null;
  readonly hardToFill: number | null;
  readonly skillShortage: number | null;
  readonly sample: number | null;
  readonly marker: string;
}

/** Rows of areas; all occupations when none are named. */
export function readShortages(
  reader: Reader,
  release: number,
  query: Years & { readonly areas: readonly string[]; readonly socs?: readonly string[] },
): Promise<ShortageRow[]> {
  const socs = query.socs ? `AND soc IN (${placeholders(query.socs)})` : '';
  return reader.all<ShortageRow>(
    `SELECT area, soc, year, vacancies, hard_to_fill AS "hardToFill", skill_shortage AS "skillShortage", sample, marker
     FROM skills_shortage_cell
     WHERE release_id = ? AND area IN (${placeholders(query.areas)}) ${socs} AND year BETWEEN ? AND ?
     ORDER BY area, soc, year`,
    [release, ...query.areas, ...(query.socs ?? []), query.minYear, query.maxYear],
  );
}

export interface CensusRow {
  readonly code: string;
  readonly year: number;
  readonly people: number;
}

export function readCensus(
  reader: Reader,
  release: number,
  area: string,
  topic: 'occupation' | 'distance',
): Promise<CensusRow[]> {
  return reader.all<CensusRow>(
    `SELECT code, year, people FROM census_cell WHERE release_id = ? AND area = ? AND topic = ? ORDER BY code`,
    [release, area, topic],
  );
}

export interface GroupRow {
  readonly soc: string;
  readonly year: number;
  readonly employment: number | null;
  readonly ci95: number | null;
  readonly marker: string;
}

/** Sub-major groups of an area in its newest year, all people and hours. */
export function readGroups(
  reader: Reader,
  release: number,
  areaType: string,
  area: string,
): Promise<GroupRow[]> {
  const params: SqlValue[] = [release, areaType, area, wholeCode];
  const where =
    "release_id = ? AND area_type = ? AND area = ? AND soc <> ? AND sex = 'all' AND working_pattern = 'all'";
  return reader.all<GroupRow>(
    `SELECT soc, year, employment, ci95, marker FROM aps_cell
     WHERE ${where} AND year = (SELECT MAX(year) FROM aps_cell WHERE ${where}) ORDER BY soc`,
    [...params, ...params],
  );
}

export interface OutcodeRow {
  readonly outcode: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly area: string | null;
  readonly district: string | null;
}

export function readOutcode(
  reader: Reader,
  release: number,
  outcode: string,
): Promise<OutcodeRow | undefined> {
  return reader.get<OutcodeRow>(
    'SELECT outcode, latitude, longitude, area, district FROM outcode WHERE release_id = ? AND outcode = ?',
    [release, outcode],
  );
}

/** All outward postcodes within half a degree: a few hundred at the most. */
export function readOutcodesNear(
  reader: Reader,
  release: number,
  latitude: number,
  longitude: number,
): Promise<OutcodeRow[]> {
  return reader.all<OutcodeRow>(
    `SELECT outcode, latitude, longitude, area, district FROM outcode
     WHERE release_id = ? AND latitude BETWEEN ? AND ? AND longitude BETWEEN ? AND ? ORDER BY outcode`,
    [release, latitude - 0.5, latitude + 0.5, longitude - 0.5, longitude + 0.5],
  );
}
