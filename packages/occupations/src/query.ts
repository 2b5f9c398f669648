import type { IndexData } from './index-data';
import { isStopWord, root, splitWords, stem } from './text';
import type { Synonym } from './types';

/** One way in which a typed word may match: a term of the index, and how well it does, up to 1. */
export interface Alternative {
  readonly term: number;
  readonly quality: number;
}

/** One typed word. */
export interface Slot {
  /** Best first. */
  readonly alternatives: readonly Alternative[];
  /** Share of the query that this word carries; all slots add up to 1. */
  readonly weight: number;
  /** The word that names the kind of job: the last one, or the last before a comma or "of". */
  readonly head: boolean;
  /** The term that this word and the one before make together; it has been counted with that one. */
  readonly joined: number | undefined;
  /** Matched by its spelling only. */
  readonly misspelled: boolean;
  /** The word as typed. */
  readonly word: string;
}

/** What the query says, or the same in other words. */
export interface Reading {
  readonly slots: readonly Slot[];
  readonly quality: number;
  readonly synonym: boolean;
  /** The words read, in order, as they were typed or put in their place. */
  readonly words: readonly string[];
}

const maxQueryLength = 200;
const maxWords = 8;
const maxReadings = 5;
const maxSynonymWords = 4;

const quality = {
  prefixOfKnown: 0.5,
  root: 0.75,
  edit: 0.85,
  twoEdits: 0.7,
  firstLetter: 0.6,
  synonym: 0.98,
};

interface Found {
  readonly alternatives: Alternative[];
  readonly rarity: number;
  readonly misspelled: boolean;
  joined?: number;
}

interface Typed {
  readonly words: readonly string[];
  readonly head: number;
  /** The last word is still being typed. */
  readonly open: boolean;
}

/** Words short enough to be another word by one slip are not corrected. */
function allowedEdits(word: string): number {
  if (word.length <= 4) return 0;
  return word.length <= 8 ? 1 : 2;
}

export class QueryReader {
  readonly #data: IndexData;
  readonly #synonyms: ReadonlyMap<string, readonly string[]>;

  constructor(data: IndexData, synonyms: readonly Synonym[]) {
    this.#data = data;
    this.#synonyms = new Map(synonyms.map(({ phrase, means }) => [phraseKey(splitWords(phrase)), means]));
  }

  /** The query as typed first, then with everyday phrases put into the index's words. Empty when nothing is left. */
  read(query: string): Reading[] {
    const typed = readWords(query);
    if (typed.words.length === 0) return [];
    const readings: Reading[] = [
      { slots: this.#slots(typed), quality: 1, synonym: false, words: typed.words },
    ];
    const { words } = typed;
    for (let length = Math.min(words.length, maxSynonymWords); length > 0; length--) {
      for (let from = 0; from + length <= words.length; from++) {
        const means = this.#synonyms.get(phraseKey(words.slice(from, from + length)));
        for (const [rank, meaning] of (means ?? []).entries()) {
          if (readings.length === maxReadings) return readings;
          const replaced = [
            ...words.slice(0, from),
            ...readWords(meaning).words,
            ...words.slice(from + length),
          ];
          const head = replaced.length - (words.length - Math.max(typed.head, from + length - 1));
          const slots = this.#slots({ words: replaced, head, open: false });
          readings.push({ slots, quality: quality.synonym - 0.06 * rank, synonym: true, words: replaced });
        }
      }
      // The longest phrase says what is meant; its parts would mislead ("brain surgeon", "surgeon").
      if (readings.length > 1) break;
    }
    return readings;
  }

  #slots(typed: Typed): Slot[] {
    const data = this.#data;
    const { words, head, open } = this.#split(typed);
    const found = words.map((word, at) => this.#matches(word, open && at === words.length - 1));
    // Two words that the index writes as one, "fire fighter".
    for (let at = 0; at + 1 < words.length; at++) {
      const joined = data.termIds.get(stem(words[at]! + words[at + 1]!));
      if (joined === undefined) continue;
      found[at]!.alternatives.push({ term: joined, quality: 1 });
      found[at + 1]!.alternatives.push({ term: joined, quality: 1 });
      found[at + 1]!.joined = joined;
    }
    const rarest = Math.log(1 + data.documentCount);
    const rarities = found.map(({ alternatives, rarity }) =>
      alternatives.length > 0 ? rarity : rarest * 0.8,
    );
    for (const [at, word] of words.entries())
      if (words.length > 1 && standing.has(word)) rarities[at]! *= 0.3;
    const total = rarities.reduce((sum, rarity) => sum + rarity, 0);
    return found.map(({ alternatives, joined, misspelled }, at) => ({
      alternatives: alternatives.sort((a, b) => b.quality - a.quality),
      joined,
      weight: rarities[at]! / total,
      head: at === head,
      misspelled,
      word: words[at]!,
    }));
  }

  #matches(word: string, open: boolean): Found {
    const data = this.#data;
    const best = new Map<number, number>();
    const offer = (term: number, value: number): void => {
      if (value > (best.get(term) ?? 0)) best.set(term, value);
    };
    let frequency = 0;
    let misspelled = false;
    const stemmed = stem(word);
    const exact = data.termIds.get(stemmed);
    if (exact !== undefined) {
      offer(exact, 1);
      frequency = this.#frequency(exact);
      for (const term of data.roots.get(root(stemmed)) ?? []) offer(term, quality.root);
    }
    if (open) {
      const [from, to] = data.trie.range(word);
      for (let at = from; at < to; at++) {
        const term = data.surfaceTerm[at]!;
        const length = data.surfaces[at]!.length;
        const completed = word.length / length;
        if (exact === undefined && !best.has(term)) frequency += this.#frequency(term);
        if (exact !== undefined && word.length > 4) offer(term, quality.prefixOfKnown * completed);
        else offer(term, (exact === undefined ? 0.75 : 0.65) + 0.2 * completed);
      }
    }
    if (best.size === 0) {
      misspelled = this.#offerMisspelled(word, open, offer);
      for (const term of data.roots.get(root(stemmed)) ?? []) offer(term, quality.root);
      for (const term of best.keys()) frequency = Math.max(frequency, this.#frequency(term));
    }
    const alternatives = Array.from(best, ([term, value]) => ({ term, quality: value }));
    return { alternatives, rarity: Math.log(1 + data.documentCount / (1 + frequency)), misspelled };
  }

  /** A word that the index does not know falls into two that it does, "busdriver". */
  #split({ words, head, open }: Typed): Typed {
    const parts: string[] = [];
    let newHead = head;
    for (const [at, word] of words.entries()) {
      const [from, to] = this.#data.trie.range(word);
      const pair = from < to || this.#data.termIds.has(stem(word)) ? undefined : this.#pair(word);
      if (pair && at <= head) newHead++;
      parts.push(...(pair ?? [word]));
    }
    return { words: parts, head: newHead, open };
  }

  /** The second part is long, as names of workers are; shorter ones make words out of slips ("soft wear"). */
  #pair(word: string): [string, string] | undefined {
    if (word.length < 8 || this.#data.trie.misspelled(word, allowedEdits(word), false).length > 0)
      return undefined;
    for (let at = 3; at <= word.length - 5; at++) {
      const [left, right] = [word.slice(0, at), word.slice(at)];
      const terms = [left, right].map((part) => this.#data.termIds.get(stem(part)));
      if (terms.every((term) => term !== undefined)) return [left, right];
    }
    return undefined;
  }

  #offerMisspelled(word: string, open: boolean, offer: (term: number, value: number) => void): boolean {
    const data = this.#data;
    const matches = data.trie.misspelled(word, allowedEdits(word), false);
    // The beginning of a long word may be misspelled while it is being typed.
    const found =
      matches.length > 0 || !open ? matches : data.trie.misspelled(word, allowedEdits(word), true);
    for (const { word: position, edits } of found) {
      const surface = data.surfaces[position]!;
      let value = edits > 1 ? quality.twoEdits : quality.edit;
      if (surface[0] !== word[0]) value *= quality.firstLetter;
      if (surface.length > word.length + edits) value *= 0.75 + (0.25 * word.length) / surface.length;
      offer(data.surfaceTerm[position]!, value);
    }
    return found.length > 0;
  }

  #frequency(term: number): number {
    return this.#data.postingOffsets[term + 1]! - this.#data.postingOffsets[term]!;
  }
}

function phraseKey(words: readonly string[]): string {
  return words.map(stem).join(' ');
}

/** Where somebody stands in an occupation, which says little about what the occupation is. */
const standing = new Set(
  'apprentice apprenticeship experienced freelance graduate intern junior newly qualified senior student trainee'.split(
    ' ',
  ),
);

/** Said after an occupation and no part of it. */
const trailing = /(?:\s+(?:jobs?|vacanc(?:y|ies)|careers?|roles?))+\s*$/i;

/** The telling words of a query. Operators in capitals and all signs are passed over. */
function readWords(query: string): Typed {
  const text = query
    .slice(0, maxQueryLength)
    .replace(/\b(?:AND|OR|NOT)\b/g, ' ')
    .replace(trailing, '');
  const all = splitWords(text);
  const telling = all.filter((word) => !isStopWord(word));
  const words = (telling.length > 0 ? telling : all).slice(0, maxWords);
  const before = /^(.*?\S)\s*(?:,|\sof\s)/i.exec(text)?.[1];
  const count = before === undefined ? 0 : splitWords(before).filter((word) => !isStopWord(word)).length;
  let head = (count > 0 && count < words.length ? count : words.length) - 1;
  if (standing.has(words[head] ?? '') && head > 0) head--;
  return { words, head, open: /[\p{L}\p{N}*'"]$/u.test(text.trimEnd()) && !/\s$/.test(text) };
}
