import { field } from './index-data';
import { isStopWord, joinedHyphens, splitWords, stem } from './text';

/** A word of a title: term × 4 + field. */
export type WordUse = number;

/** Numbers the words of titles while the index is being built. */
export class Vocabulary {
  /** Stemmed words. */
  readonly termIds = new Map<string, number>();
  /** Words as written. */
  readonly surfaceTerms = new Map<string, number>();
  /** Terms of a piece of text, × 2, + 1 for words joined over a hyphen. Heads and qualifiers come up often. */
  readonly #known = new Map<string, readonly number[]>();

  /** Words of an inverted title, its head being what stands before the first comma, and of its qualifiers. */
  ofInverted(title: string, qualifiers: string): WordUse[] {
    const comma = title.indexOf(',');
    const uses: WordUse[] = [];
    this.#collect(uses, comma < 0 ? title : title.slice(0, comma), field.head);
    if (comma >= 0) this.#collect(uses, title.slice(comma + 1), field.title);
    if (qualifiers) this.#collect(uses, qualifiers, field.qualifier);
    return uses;
  }

  /** Words of a title in natural order, its head being the last word outside brackets. */
  ofNatural(title: string): WordUse[] {
    const bare = title.replace(/\(.*?\)/g, ' ').trim();
    const space = bare.lastIndexOf(' ');
    const uses: WordUse[] = [];
    this.#collect(uses, bare.slice(space + 1), field.head);
    if (space > 0) this.#collect(uses, bare.slice(0, space), field.title);
    const bracketed = title.match(/\(.*?\)/g);
    if (bracketed) this.#collect(uses, bracketed.join(' '), field.qualifier);
    return uses;
  }

  /** Words of the name of a group, all of them heads. */
  ofGroup(title: string): WordUse[] {
    const uses: WordUse[] = [];
    this.#collect(uses, title, field.head);
    return uses;
  }

  /** Fields come in the order of their weight, so a word keeps the first field it is met in. */
  #collect(uses: WordUse[], text: string, place: number): void {
    for (const word of this.#terms(text)) {
      const term = word >> 1;
      if (uses.some((use) => use >> 2 === term)) continue;
      uses.push(term * 4 + ((word & 1) === 1 ? Math.max(place, field.alias) : place));
    }
  }

  #terms(text: string): readonly number[] {
    const known = this.#known.get(text);
    if (known) return known;
    const words = splitWords(text);
    const telling = words.filter((word) => !isStopWord(word));
    const terms = (telling.length > 0 ? telling : words).map((word) => this.#term(word) * 2);
    if (text.includes('-')) terms.push(...joinedHyphens(text).map((word) => this.#term(word) * 2 + 1));
    this.#known.set(text, terms);
    return terms;
  }

  #term(word: string): number {
    const known = this.surfaceTerms.get(word);
    if (known !== undefined) return known;
    const stemmed = stem(word);
    let term = this.termIds.get(stemmed);
    if (term === undefined) {
      term = this.termIds.size;
      this.termIds.set(stemmed, term);
      this.surfaceTerms.set(stemmed, term);
    }
    this.surfaceTerms.set(word, term);
    return term;
  }
}

/** The title's own words in one order, to find the same title written another way. */
export function bagOf(uses: readonly WordUse[]): string {
  return uses
    .filter((use) => (use & 3) <= field.title)
    .map((use) => use >> 2)
    .sort((a, b) => a - b)
    .join(' ');
}
