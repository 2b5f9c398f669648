export type Classification = 'soc2020' | 'soc2010';

/** One row of the coding index: a job title, what tells equal titles apart, and its unit group in each edition. */
export interface IndexEntry {
  readonly seq: number;
  /** Four digits; anything else (a cross-reference) is not a group. */
  readonly soc2020: string | null;
  readonly soc2010: string | null;
  /** Inverted form, "Manager, sales". */
  readonly title: string;
  /** Natural word order, "Sales manager". */
  readonly naturalTitle: string;
  readonly addQualifier: string | null;
  readonly indQualifier: string | null;
  /** O, I, A, Q, QS or M when the row is the one to take for want of a qualifier. */
  readonly defaultEntry: string | null;
  /** SOC 2020 unit groups that a cross-reference leads to; any separator. */
  readonly seeCodes: string | null;
}

export interface OccupationGroup {
  readonly classification: Classification;
  readonly code: string;
  readonly level: string;
  readonly title: string;
  /** Typical job titles of the group, in natural word order. */
  readonly relatedTitles?: readonly string[];
  /** Plain words on what people in the group do. */
  readonly text?: string;
  /** People in the group, any consistent count: larger groups come first among equals. */
  readonly people?: number;
}

/** A phrase people use and the phrases of the index that say the same. */
export interface Synonym {
  readonly phrase: string;
  readonly means: readonly string[];
}

/** A job title of another classification, led to unit groups of SOC 2020 by a crosswalk. */
export interface AbroadTitle {
  readonly title: string;
  /** Unit groups, each with the weight of its link to the title's occupation, 0 to 1. */
  readonly groups: readonly { readonly code: string; readonly weight: number }[];
}

/** Links weaker than this are left out. */
export const leastAbroadWeight = 0.1;

export interface IndexInput {
  readonly groups: Iterable<OccupationGroup>;
  readonly entries: Iterable<IndexEntry>;
  readonly abroad?: Iterable<AbroadTitle>;
  /** Defaults to the project's own list. */
  readonly synonyms?: readonly Synonym[];
}

export interface SearchOptions {
  readonly classification: Classification;
  /** At most 30, which is the default. */
  readonly limit?: number;
}

export interface Hit {
  /** Unit group, four digits. */
  readonly code: string;
  /** Comparable within one answer only. */
  readonly score: number;
  /** The title that matched best, in natural word order. */
  readonly matchedTitle: string;
  /** Set when the words did not match as typed. */
  readonly reason?: 'synonym' | 'spelling';
}
