/** All reads of ratings and links, each of one release. */
import type { Reader } from '@lmi/kit';
import { marksOfFlags, marksOfText } from './marks';
import type { Profile, Rating } from './profiles';

export interface ElementRow {
  readonly id: string;
  readonly name: string;
  readonly domain: string;
  readonly edition: string;
}

export interface LinkRow {
  readonly soc2020: string;
  readonly onetSoc: string;
  /** 0: the group that comes closest to an occupation that no group is linked to; for the way back only. */
  readonly weight: number;
  readonly titles: number;
}

export interface IscoLinkRow {
  readonly soc2020: string;
  readonly isco08: string;
  readonly weight: number;
  readonly titles: number;
}

export interface OnetRatingRow {
  readonly onetSoc: string;
  readonly element: string;
  readonly importance: number | null;
  readonly importanceError: number | null;
  readonly importanceMarker: string;
  readonly level: number | null;
  readonly levelError: number | null;
  readonly levelMarker: string;
  readonly source: string;
  readonly period: string;
}

export interface OnetInterestRow {
  readonly onetSoc: string;
  readonly element: string;
  readonly scale: string;
  readonly value: number;
  readonly source: string;
  readonly period: string;
}

const ratingSelect = `SELECT onet_soc AS "onetSoc", element, importance, importance_error AS "importanceError",
  importance_marker AS "importanceMarker", level, level_error AS "levelError", level_marker AS "levelMarker", source,
  period FROM onet_rating WHERE release_id = ?`;
const interestSelect =
  'SELECT onet_soc AS "onetSoc", element, scale, value, source, period FROM onet_interest WHERE release_id = ?';

export function readElements(reader: Reader, release: number): Promise<ElementRow[]> {
  return reader.all<ElementRow>(
    'SELECT id, name, domain, edition FROM onet_element WHERE release_id = ? ORDER BY id',
    [release],
  );
}

export function readOnetTitles(reader: Reader, release: number): Promise<{ code: string; title: string }[]> {
  return reader.all('SELECT code, title FROM onet_occupation WHERE release_id = ?', [release]);
}

/** O*NET occupations that have ratings of skills. */
export async function readRatedCodes(reader: Reader, release: number): Promise<Set<string>> {
  const rows = await reader.all<{ code: string }>(
    'SELECT DISTINCT onet_soc AS code FROM onet_rating WHERE release_id = ?',
    [release],
  );
  return new Set(rows.map(({ code }) => code));
}

/** One range of the clustered key. */
export function readOnetRatings(reader: Reader, release: number, code: string): Promise<OnetRatingRow[]> {
  return reader.all<OnetRatingRow>(`${ratingSelect} AND onet_soc = ?`, [release, code]);
}

export function readOnetInterests(reader: Reader, release: number, code: string): Promise<OnetInterestRow[]> {
  return reader.all<OnetInterestRow>(`${interestSelect} AND onet_soc = ?`, [release, code]);
}

/** Links of all unit groups, strongest first. */
export function readAllLinks(reader: Reader, release: number): Promise<LinkRow[]> {
  return reader.all<LinkRow>(
    `SELECT soc2020, onet_soc AS "onetSoc", weight, titles FROM onet_link
      WHERE release_id = ? ORDER BY soc2020, weight DESC, onet_soc`,
    [release],
  );
}

export function readAllIscoLinks(reader: Reader, release: number): Promise<IscoLinkRow[]> {
  return reader.all<IscoLinkRow>(
    'SELECT soc2020, isco08, weight, titles FROM isco_link WHERE release_id = ? ORDER BY soc2020, weight DESC, isco08',
    [release],
  );
}

/** Every O*NET occupation with its ratings and, as importance, its interests. */
export async function readAllProfiles(reader: Reader, release: number): Promise<Map<string, Profile>> {
  const profiles = new Map<string, Map<string, Rating>>();
  const put = (code: string, element: string, rating: Rating): void => {
    const profile = profiles.get(code);
    if (profile) profile.set(element, rating);
    else profiles.set(code, new Map([[element, rating]]));
  };
  for (const row of await reader.all<OnetRatingRow>(ratingSelect, [release])) {
    put(row.onetSoc, row.element, {
      importance: { value: row.importance, marks: marksOfFlags(row.importanceMarker) },
      level: { value: row.level, marks: marksOfFlags(row.levelMarker) },
      first: row.period,
      last: row.period,
      share: 1,
    });
  }
  for (const row of await reader.all<OnetInterestRow>(`${interestSelect} AND scale = 'OI'`, [release])) {
    put(row.onetSoc, row.element, {
      importance: { value: row.value, marks: [] },
      level: undefined,
      first: row.period,
      last: row.period,
      share: 1,
    });
  }
  return profiles;
}

interface SkillRow {
  readonly soc2020: string;
  readonly element: string;
  readonly importance: number | null;
  readonly importanceMarks: string;
  readonly level: number | null;
  readonly levelMarks: string;
  readonly share: number;
  readonly period: string;
}

const skillSelect = `SELECT soc2020, element, importance, importance_marks AS "importanceMarks", level,
  level_marks AS "levelMarks", share, period FROM occupation_skill WHERE release_id = ?`;

/** Profiles of unit groups: one range of the clustered key each. */
export async function readSkills(
  reader: Reader,
  release: number,
  units: readonly string[],
): Promise<Map<string, Profile>> {
  if (units.length === 0) return new Map();
  const places = units.map(() => '?').join(', ');
  const rows = await reader.all<SkillRow>(`${skillSelect} AND soc2020 IN (${places})`, [release, ...units]);
  const profiles = new Map<string, Map<string, Rating>>();
  for (const row of rows) {
    const [first, last = first] = row.period.split('/') as [string, string?];
    const interest = row.levelMarks === '';
    const rating: Rating = {
      importance: { value: row.importance, marks: marksOfText(row.importanceMarks) },
      level: interest ? undefined : { value: row.level, marks: marksOfText(row.levelMarks) },
      first,
      last,
      share: row.share,
    };
    const profile = profiles.get(row.soc2020);
    if (profile) profile.set(row.element, rating);
    else profiles.set(row.soc2020, new Map([[row.element, rating]]));
  }
  return profiles;
}

export interface EscoShareRow {
  readonly isco08: string;
  readonly skillGroup: string;
  readonly essential: number;
  readonly optional: number;
}

export function readEscoGroups(reader: Reader, release: number): Promise<{ isco08: string; name: string }[]> {
  return reader.all('SELECT isco08, name FROM esco_group WHERE release_id = ?', [release]);
}

export function readEscoSkillGroups(
  reader: Reader,
  release: number,
): Promise<{ code: string; name: string }[]> {
  return reader.all('SELECT code, name FROM esco_skill_group WHERE release_id = ?', [release]);
}

/** One range of the clustered key per group. */
export function readEscoShares(
  reader: Reader,
  release: number,
  groups: readonly string[],
): Promise<EscoShareRow[]> {
  if (groups.length === 0) return Promise.resolve([]);
  return reader.all<EscoShareRow>(
    `SELECT isco08, skill_group AS "skillGroup", essential, optional FROM esco_share
      WHERE release_id = ? AND isco08 IN (${groups.map(() => '?').join(', ')})`,
    [release, ...groups],
  );
}
