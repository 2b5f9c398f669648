/** Reads of vacancies, each of one release. */
import type { Reader, SqlValue } from '@lmi/kit';

export interface Release {
  readonly id: number;
  readonly version: string;
}

export interface CountRow {
  readonly soc: string;
  readonly period: string;
  readonly adverts: number | null;
  readonly per_100_jobs: number | null;
}

/** One range of the clustered key per occupation; in key order, so that sums are the same on both engines. */
export function readCounts(
  reader: Reader,
  release: number,
  area: string,
  socs: readonly string[],
): Promise<CountRow[]> {
  return reader.all<CountRow>(
    `SELECT soc, period, adverts, per_100_jobs FROM vacancy_count
     WHERE release_id = ? AND area = ? AND soc ${oneOf(socs)} ORDER BY soc, period`,
    [release, area, ...socs],
  );
}

export interface SurveyRow {
  readonly series: string;
  readonly period: string;
  readonly title: string;
  readonly vacancies: number | null;
  readonly marker: string;
}

export function readSurvey(reader: Reader, release: number, series: string): Promise<SurveyRow[]> {
  return reader.all<SurveyRow>(
    `SELECT series, period, title, vacancies, marker FROM vacancy_survey
     WHERE release_id = ?${series === '' ? '' : ' AND series = ?'} ORDER BY series, period`,
    series === '' ? [release] : [release, series],
  );
}

export interface OutcodeRecord {
  readonly outcode: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly town: string;
  readonly place: string;
  readonly area: string | null;
  readonly district: string | null;
}

export function readOutcodes(reader: Reader, release: number): Promise<OutcodeRecord[]> {
  return reader.all<OutcodeRecord>(
    `SELECT outcode, latitude, longitude, town, place, area, district FROM outcode
     WHERE release_id = ? ORDER BY outcode`,
    [release],
  );
}

export interface AdvertRow {
  readonly id: number;
  readonly source: string;
  readonly reference: string;
  readonly title: string;
  readonly summary: string;
  readonly employer: string;
  readonly link: string;
  readonly posted_on: string;
  readonly closes_on: string;
  readonly place: string;
  readonly outcode: string | null;
  readonly district: string | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly soc: string | null;
  readonly confidence: number | null;
  readonly salary_min: number | null;
  readonly salary_max: number | null;
  readonly salary_unit: string | null;
}

/** What stored adverts must meet. */
export interface AdvertFilter {
  /** Beginnings of words, each of which must be met. */
  readonly words: readonly string[];
  /** SOC 2020 unit groups; undefined all. */
  readonly socs: readonly string[] | undefined;
  readonly box: Box | undefined;
  /** Adverts that closed before this day are left out; undefined keeps them. */
  readonly openOn: string | undefined;
}

export interface Box {
  readonly south: number;
  readonly north: number;
  readonly west: number;
  readonly east: number;
}

/** The last code point: every word that begins with a text sorts below the text with it added. */
const last = '\u{10FFFF}';

function conditionsOf(release: number, filter: AdvertFilter): { where: string; params: SqlValue[] } {
  const parts = ['a.release_id = ?'];
  const params: SqlValue[] = [release];
  if (filter.socs) {
    parts.push(`a.soc ${oneOf(filter.socs)}`);
    params.push(...filter.socs);
  }
  if (filter.box) {
    const { south, north, west, east } = filter.box;
    parts.push('a.latitude BETWEEN ? AND ?', 'a.longitude BETWEEN ? AND ?');
    params.push(south, north, west, east);
  }
  if (filter.openOn !== undefined) {
    parts.push("(a.closes_on = '' OR a.closes_on >= ?)");
    params.push(filter.openOn);
  }
  for (const word of filter.words) {
    parts.push(
      'a.id IN (SELECT w.advert FROM advert_word w WHERE w.release_id = ? AND w.word >= ? AND w.word < ?)',
    );
    params.push(release, word, word + last);
  }
  return { where: parts.join(' AND '), params };
}

export async function countAdverts(reader: Reader, release: number, filter: AdvertFilter): Promise<number> {
  const { where, params } = conditionsOf(release, filter);
  const row = await reader.get<{ n: number }>(`SELECT COUNT(*) AS n FROM advert a WHERE ${where}`, params);
  return Number(row?.n ?? 0);
}

/** The newest adverts that meet the filter. */
export function newestAdverts(
  reader: Reader,
  release: number,
  filter: AdvertFilter,
  limit: number,
): Promise<AdvertRow[]> {
  const { where, params } = conditionsOf(release, filter);
  return reader.all<AdvertRow>(
    `SELECT a.* FROM advert a WHERE ${where} ORDER BY a.posted_on DESC, a.id DESC LIMIT ?`,
    [...params, limit],
  );
}

export interface AdvertPosition {
  readonly id: number;
  readonly latitude: number;
  readonly longitude: number;
  readonly posted_on: string;
}

/** Positions of the adverts in a box; the caller measures distances. */
export function advertPositions(
  reader: Reader,
  release: number,
  filter: AdvertFilter,
): Promise<AdvertPosition[]> {
  const { where, params } = conditionsOf(release, filter);
  return reader.all<AdvertPosition>(
    `SELECT a.id, a.latitude, a.longitude, a.posted_on FROM advert a WHERE ${where}`,
    params,
  );
}

export async function advertsById(
  reader: Reader,
  release: number,
  ids: readonly number[],
): Promise<AdvertRow[]> {
  if (ids.length === 0) return [];
  return reader.all<AdvertRow>(`SELECT a.* FROM advert a WHERE a.release_id = ? AND a.id ${oneOf(ids)}`, [
    release,
    ...ids,
  ]);
}

function oneOf(values: readonly unknown[]): string {
  return values.length === 1 ? '= ?' : `IN (${values.map(() => '?').join(', ')})`;
}
