/** All reads of this service. Rows are read once per release and kept, so no request waits for them. */
import type { Classification, CrosswalkPair, Reader } from '@lmi/kit';
import { leastAbroadWeight, type AbroadTitle, type IndexEntry } from '@lmi/occupations';

export interface Pointer {
  readonly id: number;
  readonly version: string;
}

/** The releases that the occupations and the coding of titles are made from; only the first is needed. */
export interface Pointers {
  readonly soc: Pointer;
  readonly plain: Pointer | undefined;
  readonly links: Pointer | undefined;
}

export interface GroupRow {
  readonly classification: Classification;
  readonly code: string;
  readonly level: string;
  readonly title: string;
  /** Lists are joined by line ends. */
  readonly relatedTitles: string | null;
  readonly description: string | null;
  readonly entryRoutes: string | null;
  readonly tasks: string | null;
}

export interface PlainRow {
  readonly soc2020: string;
  readonly description: string;
  /** Joined by line ends. */
  readonly tasks: string;
  readonly entry: string;
}

/** @returns undefined while dataset soc has no published release. */
export async function readPointers(reader: Reader): Promise<Pointers | undefined> {
  const rows = await reader.all<Pointer & { dataset: string }>(
    "SELECT dataset, release_id AS id, version FROM release_pointer WHERE dataset IN ('soc', 'plain-english', 'onet-link')",
  );
  const soc = rows.find(({ dataset }) => dataset === 'soc');
  const other = (name: string): Pointer | undefined => rows.find(({ dataset }) => dataset === name);
  return soc && { soc, plain: other('plain-english'), links: other('onet-link') };
}

export function readGroups(reader: Reader, release: number): Promise<GroupRow[]> {
  return reader.all<GroupRow>(
    `SELECT classification, code, level, title, related_titles AS "relatedTitles", description,
            entry_routes AS "entryRoutes", tasks
       FROM soc_group WHERE release_id = ? ORDER BY classification, code`,
    [release],
  );
}

export function readPairs(reader: Reader, release: number): Promise<CrosswalkPair[]> {
  return reader.all<CrosswalkPair>(
    `SELECT soc2010, soc2020, people, share_of_2010 AS "shareOf2010", share_of_2020 AS "shareOf2020"
       FROM soc_crosswalk WHERE release_id = ? AND sex = 'all'`,
    [release],
  );
}

export function readPlainTexts(reader: Reader, release: number): Promise<PlainRow[]> {
  return reader.all<PlainRow>(
    'SELECT soc2020, description, tasks, entry FROM plain_occupation WHERE release_id = ?',
    [release],
  );
}

/** Index entries after the given sequence number, in order. */
export function readIndexEntries(
  reader: Reader,
  release: number,
  after: number,
  limit: number,
): Promise<IndexEntry[]> {
  return reader.all<IndexEntry>(
    `SELECT seq, soc2020, soc2010, title, natural_title AS "naturalTitle", add_qualifier AS "addQualifier",
            ind_qualifier AS "indQualifier", default_entry AS "defaultEntry", see_codes AS "seeCodes"
       FROM soc_index_entry WHERE release_id = ? AND seq > ? ORDER BY seq LIMIT ${limit}`,
    [release, after],
  );
}

/** Titles of O*NET's occupations with the groups that their links lead to, some hundreds at a time. */
export async function* readAbroadTitles(reader: Reader, release: number): AsyncGenerator<AbroadTitle[]> {
  const links = await reader.all<{ onet: string; code: string; weight: number }>(
    `SELECT onet_soc AS onet, soc2020 AS code, weight FROM onet_link
      WHERE release_id = ? AND weight >= ? ORDER BY onet_soc, soc2020`,
    [release, leastAbroadWeight],
  );
  const groups = new Map<string, { code: string; weight: number }[]>();
  for (const { onet, code, weight } of links) {
    const linked = groups.get(onet);
    if (linked) linked.push({ code, weight });
    else groups.set(onet, [{ code, weight }]);
  }
  const occupations = [...groups.keys()];
  for (let from = 0; from < occupations.length; from += occupationsPerRead) {
    const part = occupations.slice(from, from + occupationsPerRead);
    const rows = await reader.all<{ onet: string; title: string }>(
      `SELECT onet_soc AS onet, title FROM onet_title
        WHERE release_id = ? AND onet_soc BETWEEN ? AND ? ORDER BY onet_soc, title`,
      [release, part[0]!, part[part.length - 1]!],
    );
    yield rows.flatMap(({ onet, title }) => {
      const linked = groups.get(onet);
      return linked ? [{ title, groups: linked }] : [];
    });
  }
}

/** Some thousand titles. */
const occupationsPerRead = 16;
