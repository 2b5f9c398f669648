import { readAdvertTitle, turnedRound, withoutRank } from './advert-title';
import { field, type IndexData } from './index-data';
import { QueryReader, type Reading } from './query';
import { stem } from './text';
import { titleWords } from './title-features';
import type { TitleVector } from './vector-model';
import type { EntryMatch, Ranker } from './ranker';
import type { Classification, Hit, SearchOptions, Synonym } from './types';

export const maxHits = 30;

/** How much a word counts by where it stands in the title: head, title, joined form, qualifier. */
const fieldQuality = [1, 1, 1, 0.85];

/** A group whose best title matches less than this share of the best group's is noise. */
const relativeCut = 0.42;
/** The least share of the query that a title must match. */
const leastCoverage = 0.34;

/** What a share of 1 of the titles that begin as typed adds to a score. */
const beginningWeight = 1;
/** An entry that scores so is the title but for a word that says little. */
const surelyMeant = 1;
/** Groups that the models give less are noise. */
const leastShare = 0.005;

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

interface Suggested {
  readonly code: string;
  readonly score: number;
  readonly matchedTitle: string;
  readonly reading?: Reading;
  readonly document?: number;
}

interface GroupScore {
  best: number;
  document: number;
  breadth: number;
  reading: Reading;
  inFull: boolean;
  /** Every word typed and every word of the title matched, if only by beginning or spelling. */
  complete: boolean;
}

/** A group that entries matched, best first. */
export interface EntryHit extends EntryMatch {
  readonly matchedTitle: string;
  readonly reading: Reading;
  /** Every word typed and every word of the entry matched, if only by beginning or spelling. */
  readonly complete: boolean;
}

/** The engine: words to unit groups. Made by {@link OccupationIndexBuilder}; immutable, one per release. */
export class OccupationIndex {
  readonly #data: IndexData;
  readonly #reader: QueryReader;
  readonly #scratch: Scratch;
  readonly #touched: Uint32Array;
  /** Reduced words by term. */
  readonly #terms: readonly string[];
  #clock = 0;

  constructor(
    data: IndexData,
    synonyms: readonly Synonym[],
    /** Ranks groups of SOC 2020 for titles that no entry says in full. */
    readonly ranker: Ranker,
  ) {
    const { documentCount } = data;
    this.#data = data;
    this.#terms = [...data.termIds.keys()];
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
    return this.#ranked(query, options).map(({ code, score, matchedTitle, reading }) => {
      const hit = { code, score: Math.round(score * 1e4) / 1e4, matchedTitle };
      if (reading?.synonym) return { ...hit, reason: 'synonym' as const };
      return reading?.slots.some((slot) => slot.misspelled) ? { ...hit, reason: 'spelling' as const } : hit;
    });
  }

  #ranked(query: string, options: SearchOptions): readonly Suggested[] {
    const found = this.entries(query, options);
    const [best] = found;
    if (best && (best.inFull || best.score >= surelyMeant)) return found;
    const begun = best && this.#withBeginnings(query, options, found);
    if (begun) return begun;
    if (best?.complete) return found;
    // No title is or begins so: advert noise may be in the way, else the models say what titles with such words are.
    // One word that nothing is found for is a name or a slip, and no advert.
    if (!best && !/\s/.test(query.trim())) return found;
    const reading = readAdvertTitle(query);
    const natural = turnedRound(query, reading);
    if (natural !== undefined) return this.#byModels(natural, this.entries(`${natural} `, options), options);
    const work = withoutRank(reading.pieces[0] ?? '');
    const plain = work === '' || work === query.trim().toLowerCase() ? [] : this.entries(`${work} `, options);
    if (plain[0]?.inFull || (!best && plain.length === 0)) return plain;
    return this.#byModels(plain.length > 0 ? work : query, plain.length > 0 ? plain : found, options);
  }

  /** All groups by the ranker, for a title that no entry says in full. */
  #byModels(
    title: string,
    found: readonly EntryHit[],
    { classification, limit }: SearchOptions,
  ): Suggested[] {
    const matches =
      classification === 'soc2020' ? found : this.entries(`${title} `, { classification: 'soc2020' });
    const { scores } = this.ranker.rank(this.wordsOf(title, found), matches);
    let most = -Infinity;
    for (const score of scores) if (score > most) most = score;
    const odds = scores.map((score) => Math.exp(score - most));
    const all = odds.reduce((sum, one) => sum + one, 0);
    const shares = new Map<string, number>();
    for (const [group, code] of this.ranker.codes.entries()) {
      const share = odds[group]! / all;
      if (share < leastShare) continue;
      if (classification === 'soc2020') shares.set(code, share);
      else
        for (const [other, part] of this.#data.soc2010Of.get(code) ?? [])
          shares.set(other, (shares.get(other) ?? 0) + share * part);
    }
    const hits = new Map(found.map((hit) => [hit.code, hit]));
    return [...shares]
      .filter(([, share]) => share >= leastShare)
      .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
      .slice(0, Math.max(0, Math.min(limit ?? maxHits, maxHits)))
      .map(([code, score]) => {
        const hit = hits.get(code);
        return hit ? { ...hit, score } : { code, score, matchedTitle: this.groupTitle(code, classification) };
      });
  }

  /** Title of a unit group; empty where the classification gave none. */
  groupTitle(code: string, classification: Classification): string {
    const position = this.#data.codes[classification].indexOf(code);
    const title = this.#data.groupTitle[classification][position] ?? 0xffffffff;
    return title === 0xffffffff ? '' : this.#titleText(title);
  }

  /**
   * While a title is being typed, groups with many titles that begin so come first: what is typed so far is most
   * likely the beginning of one of them.
   */
  #withBeginnings(
    query: string,
    { classification, limit }: SearchOptions,
    found: readonly EntryHit[],
  ): readonly Suggested[] | undefined {
    const typed = query.trimStart().toLowerCase();
    const data = this.#data;
    const shares = new Map<number, { share: number; document: number }>();
    if (data.prefixes.shares(typed, data.documentCode[classification], data.documentPrior, shares) === 0)
      return undefined;
    const codes = data.codes[classification];
    const hits = new Map<string, Suggested>(found.map((hit) => [hit.code, hit]));
    for (const [group, { share, document }] of shares) {
      const code = codes[group - 1]!;
      const hit = hits.get(code);
      const score = (hit?.score ?? 0) + beginningWeight * share;
      hits.set(code, hit ? { ...hit, score } : { code, score, matchedTitle: '', document });
    }
    return [...hits.values()]
      .sort((a, b) => b.score - a.score || (a.code < b.code ? -1 : 1))
      .slice(0, Math.max(0, Math.min(limit ?? maxHits, maxHits)))
      .map((hit) => (hit.document === undefined ? hit : { ...hit, matchedTitle: this.#title(hit.document) }));
  }

  /** Groups by the entries that match, best first, each with its best entry. */
  entries(query: string, options: SearchOptions): EntryHit[] {
    const { classification } = options;
    const limit = Math.max(0, Math.min(options.limit ?? maxHits, maxHits));
    const groups = new Map<number, GroupScore>();
    const written = writtenForms(query);
    for (const reading of this.#reader.read(query)) this.#score(reading, written, classification, groups);
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
      .map(({ code, score, found }) => ({
        code,
        score,
        inFull: found.inFull,
        complete: found.complete,
        matchedTitle: this.#title(found.document),
        reading: found.reading,
      }));
  }

  /** The title of a group that means most nearly what was ranked means; undefined where none does. */
  mostAlike(title: TitleVector, code: string): string | undefined {
    const number = this.ranker.mostAlike(title, code);
    return number === undefined ? undefined : this.#titleText(number);
  }

  /** The words of a title for the models: everyday phrases in the words of the index, slips of the pen put right. */
  wordsOf(title: string, hits: readonly EntryHit[]): string[] {
    const reading = hits[0]?.reading;
    if (!reading) return titleWords(title);
    if (reading.slots.some(({ misspelled }) => misspelled))
      return reading.slots.flatMap(({ misspelled, alternatives, word }) =>
        // Both: what looks like a slip may be a word that the index lacks.
        misspelled && alternatives[0] ? [stem(word), this.#terms[alternatives[0].term]!] : [stem(word)],
      );
    return reading.synonym ? reading.words.map(stem) : titleWords(title);
  }

  #score(
    reading: Reading,
    written: readonly string[],
    classification: Classification,
    groups: Map<number, GroupScore>,
  ): void {
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
      const inFull = title > 0.999 && exact[document]! >> 1 === slots;
      if (inFull) score *= this.#inFullFactor(reading, document, written);
      const complete = words[document]! >= slots && data.documentLength[document]! <= slots;
      const before = groups.get(group);
      const many = score * score * score;
      if (!before) groups.set(group, { best: score, document, breadth: many, reading, inFull, complete });
      else {
        before.breadth += many;
        if (score > before.best) {
          before.best = score;
          before.document = document;
          before.reading = reading;
          before.inFull = inFull;
          before.complete = complete;
        }
      }
    }
  }

  /** Titles of the same words in another order or form come after the title as it was typed. */
  #inFullFactor({ synonym }: Reading, document: number, written: readonly string[]): number {
    if (synonym) return 1.5;
    return written.includes(plainTitle(this.#title(document))) ? 1.56 : 1.25;
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
    return this.#titleText(this.#data.documentTitle[document]!);
  }

  #titleText(title: number): string {
    const { titleOffsets, titleBytes } = this.#data;
    return titleBytes.toString('utf8', titleOffsets[title]!, titleOffsets[title + 1]!);
  }
}

/** A title without the case of one industry that some have in brackets, in small letters. */
export function plainTitle(title: string): string {
  return title.replace(/\s*\(.*?\)/g, '').toLowerCase();
}

/** How a title of the index would be written to be what was typed: as it stands, and turned round its comma. */
function writtenForms(query: string): string[] {
  const typed = query.trim().toLowerCase();
  const comma = typed.indexOf(', ');
  return comma < 0 ? [typed] : [typed, `${typed.slice(comma + 2)} ${typed.slice(0, comma)}`];
}
