import type { TermTrie } from './term-trie';
import type { TitlePrefixes } from './title-prefixes';
import type { Classification } from './types';

/** Where in a title a word stands. The order is that of weight: a smaller number counts for more. */
export const field = { head: 0, title: 1, alias: 2, qualifier: 3 } as const;

/** The titles ("documents") that carry one classification's codes, in typed arrays. */
export interface IndexData {
  /** Stemmed words by id. */
  readonly termCount: number;
  readonly termIds: ReadonlyMap<string, number>;
  /** Sorted words as written, and the term each belongs to. */
  readonly surfaces: readonly string[];
  readonly surfaceTerm: Uint16Array;
  readonly trie: TermTrie;
  /** Terms that share a root, by root. */
  readonly roots: ReadonlyMap<string, readonly number[]>;
  /** Postings of term t: postings[offsets[t] .. offsets[t + 1]), each document × 4 + field, by document. */
  readonly postingOffsets: Uint32Array;
  readonly postings: Uint32Array;
  readonly documentCount: number;
  /** Rarity of a word, natural logarithm. */
  readonly rarity: Float32Array;
  /** Sum of the rarities of the title's words. */
  readonly documentWeight: Float32Array;
  /** Words of the title, without qualifiers. */
  readonly documentLength: Uint8Array;
  /** Plausibility of the document when its qualifiers are not asked for. */
  readonly documentPrior: Float32Array;
  readonly documentTitle: Uint32Array;
  /** Position in `codes` + 1; 0 when the document has no code in the classification. */
  readonly documentCode: Readonly<Record<Classification, Uint16Array>>;
  readonly codes: Readonly<Record<Classification, readonly string[]>>;
  /** Factor for the group's size, about 1. */
  readonly codePrior: Readonly<Record<Classification, Float32Array>>;
  /** Number of the group's own title, by position in `codes`; 0xffffffff where it has none. */
  readonly groupTitle: Readonly<Record<Classification, Uint32Array>>;
  /** How the titles of each SOC 2020 group fall to SOC 2010 groups: [code, share][]. */
  readonly soc2010Of: ReadonlyMap<string, readonly (readonly [string, number])[]>;
  /** All titles as UTF-8, off the heap's string space. */
  readonly titleBytes: Buffer;
  readonly titleOffsets: Uint32Array;
  readonly prefixes: TitlePrefixes;
}
