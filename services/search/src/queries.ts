/** All reads of this service. Rows are read once per release and kept, so no request waits for them. */
import type { Classification, CrosswalkPair, Reader } from '@lmi/kit';
import type { IndexEntry } from '@lmi/occupations';

export interface Pointer {
  readonly id: number;
  readonly version: string;
}

/** The releases that the occupations are made from; there may be no plain-English one. */
export interface Pointers {
  readonly soc: Pointer;
  readonly plain: Pointer | undefined;
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
    "SELECT dataset, release_id AS id, version FROM release_pointer WHERE dataset IN ('soc', 'plain-english')",
  );
  const soc = rows.find(({ dataset }) => dataset === 'soc');
  return soc && { soc, plain: rows.find(({ dataset }) => dataset === 'plain-english') };
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
