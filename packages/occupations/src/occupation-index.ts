import { field, type IndexData } from './index-data';
import { QueryReader, type Reading } from './query';
import type { Classification, Hit, SearchOptions, Synonym } from './types';

export const maxHits = 30;

/** How much a word counts by where it stands in the title: head, title, joined form, qualifier. */
const fieldQuality = [1, 1, 1, 0.85];

/** A group whose best title matches less than this share of the best group's is noise. */
const relativeCut = 0.42;
/** The least share of the query that a title must match. */
const leastCoverage = 0.34;

interface Scratch {
  /** Share of the query matched, per document. */
  readonly coverage: Float32Array;
  /** Rarity of the title's words matched, per document. */
  readonly matched: Float32Array;
  /** Words matched as they are, and whether the head is among them: count × 2 + head. */
  readonly exact: Uint8Array;
  /** Words matched in any way. */
  readonly words: Uint8Array;
  readonly slotStamp: Uint32Array;
  readonly stamp: Uint32Array;
}

interface GroupScore {
  best: number;
  document: number;
  breadth: number;
  reading: Reading;
}

/** The engine: words to unit groups. Made by {@link OccupationIndexBuilder}; immutable, one per release. */
export class OccupationIndex {
  readonly #data: IndexData;
  readonly #reader: QueryReader;
  readonly #scratch: Scratch;
  readonly #touched: Uint32Array;
  #clock = 0;

  constructor(data: IndexData, synonyms: readonly Synonym[]) {
    const { documentCount } = data;
    this.#data = data;
    this.#reader = new QueryReader(data, synonyms);
    this.#touched = new Uint32Array(documentCount);
    this.#scratch = {
      coverage: new Float32Array(documentCount),
      matched: new Float32Array(documentCount),
      exact: new Uint8Array(documentCount),
      words: new Uint8Array(documentCount),
      slotStamp: new Uint32Array(documentCount),
      stamp: new Uint32Array(documentCount),
    };
  }

  /** Titles and words indexed. */
  get size(): { titles: number; words: number } {
    return { titles: this.#data.documentCount, words: this.#data.termCount };
  }

  /**
   * Unit groups for what was typed, best first, never an error whatever the characters.
   *
   * A title scores by the share of the query it matches (rare words weigh more), by the share of the title that
   * the query covers, and by its head noun. A group scores by its best title, a little by how many of its titles
   * match, and a little by its size.
   */
  search(query: string, options: SearchOptions): Hit[] {
    const { classification } = options;
    const limit = Math.max(0, Math.min(options.limit ?? maxHits, maxHits));
    const groups = new Map<number, GroupScore>();
    for (const reading of this.#reader.read(query)) this.#score(reading, classification, groups);
    const prior = this.#data.codePrior[classification];
    const codes = this.#data.codes[classification];
    const ranked = Array.from(groups, ([group, found]) => ({
      code: codes[group - 1]!,
      score: found.best * (1 + 0.05 * Math.log2(1 + found.breadth)) * prior[group - 1]!,
      found,
    }));
    ranked.sort((a, b) => b.score - a.score || (a.code < b.code ? -1 : 1));
    const least = (ranked[0]?.score ?? 0) * relativeCut;
    return ranked
      .slice(0, limit)
      .filter(({ score }) => score >= least)
      .map(({ code, score, found }) => {
        const hit = { code, score: Math.round(score * 1e4) / 1e4, matchedTitle: this.#title(found.document) };
        if (found.reading.synonym) return { ...hit, reason: 'synonym' as const };
        return found.reading.slots.some((slot) => slot.misspelled)
          ? { ...hit, reason: 'spelling' as const }
          : hit;
      });
  }

  #score(reading: Reading, classification: Classification, groups: Map<number, GroupScore>): void {
    const data = this.#data;
    const { coverage, matched, exact, words } = this.#scratch;
    const documentCode = data.documentCode[classification];
    const found = this.#match(reading);
    const slots = reading.slots.length;
    for (let at = 0; at < found; at++) {
      const document = this.#touched[at]!;
      const group = documentCode[document]!;
      const share = coverage[document]!;
      if (group === 0 || share < leastCoverage) continue;
      const title = Math.min(1, matched[document]! / data.documentWeight[document]!);
      let score =
        share * Math.sqrt(share) * (0.55 + 0.45 * title) * data.documentPrior[document]! * reading.quality;
      if ((exact[document]! & 1) === 0) score *= 0.82;
      if (words[document]! < slots) score *= 0.8;
      // Said in full: nothing typed is missing from the title and nothing of the title from what was typed.
      if (title > 0.999 && exact[document]! >> 1 === slots) score *= 1.25;
      const before = groups.get(group);
      const many = score * score * score;
      if (!before) groups.set(group, { best: score, document, breadth: many, reading });
      else {
        before.breadth += many;
        if (score > before.best) {
          before.best = score;
          before.document = document;
          before.reading = reading;
        }
      }
    }
  }

  /** Fills the scratch arrays for every document that has any of the words. @returns documents touched. */
  #match(reading: Reading): number {
    const { postings, postingOffsets, rarity } = this.#data;
    const { coverage, matched, exact, words, slotStamp, stamp } = this.#scratch;
    const touched = this.#touched;
    let found = 0;
    if (this.#clock > 0xffff_ff00) {
      slotStamp.fill(0);
      stamp.fill(0);
      this.#clock = 0;
    }
    const queryStamp = ++this.#clock;
    for (const slot of reading.slots) {
      const round = ++this.#clock;
      for (const { term, quality } of slot.alternatives) {
        const isExact = quality === 1 ? 2 : 0;
        const to = postingOffsets[term + 1]!;
        for (let at = postingOffsets[term]!; at < to; at++) {
          const posting = postings[at]!;
          const document = posting >>> 2;
          // Alternatives come best first, so the first one that a document has is the one that counts.
          if (slotStamp[document] === round) continue;
          slotStamp[document] = round;
          if (stamp[document] !== queryStamp) {
            stamp[document] = queryStamp;
            coverage[document] = 0;
            matched[document] = 0;
            exact[document] = 0;
            words[document] = 0;
            touched[found++] = document;
          }
          const place = posting & 3;
          coverage[document]! += slot.weight * quality * fieldQuality[place]!;
          if (place <= field.alias) {
            if (term !== slot.joined) matched[document]! += rarity[term]! * quality;
            if (slot.head && place === field.head) exact[document]! |= 1;
          }
          exact[document]! += isExact;
          words[document]!++;
        }
      }
    }
    return found;
  }

  #title(document: number): string {
    const { documentTitle, titleOffsets, titleBytes } = this.#data;
    const title = documentTitle[document]!;
    return titleBytes.toString('utf8', titleOffsets[title]!, titleOffsets[title + 1]!);
  }
}
