import { everydayWords } from './everyday-words';
import { field, type IndexData } from './index-data';
import { OccupationIndex } from './occupation-index';
import { TermTrie } from './term-trie';
import { root } from './text';
import type { Classification, IndexEntry, IndexInput, OccupationGroup, Synonym } from './types';
import { bagOf, Vocabulary, type WordUse } from './vocabulary';

/** Work between two steps of an incremental build; a few milliseconds each. */
const rowsPerStep = 1_000;

/** Codes of a classification as small numbers, from 1; 0 is none. */
class CodeList {
  readonly codes: string[] = [];
  readonly #numbers = new Map<string, number>();

  number(code: string | null | undefined): number {
    if (!code || !/^\d{4}$/.test(code)) return 0;
    let number = this.#numbers.get(code);
    if (number === undefined) {
      this.codes.push(code);
      number = this.codes.length;
      this.#numbers.set(code, number);
    }
    return number;
  }
}

/** Counts pairs and names the commonest partner. */
class Partners {
  readonly #counts = new Map<string, Map<string, number>>();

  add(key: string, partner: string): void {
    let counts = this.#counts.get(key);
    if (!counts) this.#counts.set(key, (counts = new Map()));
    counts.set(partner, (counts.get(partner) ?? 0) + 1);
  }

  /** The partner that holds at least `share` of the pairs of the key. */
  main(key: string, share: number): string | null {
    let best: string | null = null;
    let most = 0;
    let all = 0;
    for (const [partner, count] of this.#counts.get(key) ?? []) {
      all += count;
      if (count > most) [best, most] = [partner, count];
    }
    return best !== null && most >= share * all ? best : null;
  }
}

/**
 * Takes rows in any portions and makes the index. Rows are not kept: their words go into typed arrays and their
 * titles into one buffer.
 */
export class OccupationIndexBuilder {
  readonly #synonyms: readonly Synonym[];
  readonly #vocabulary = new Vocabulary();
  readonly #codes: Record<Classification, CodeList> = { soc2020: new CodeList(), soc2010: new CodeList() };
  readonly #people: Record<Classification, Map<string, number>> = { soc2020: new Map(), soc2010: new Map() };
  readonly #related: { code: string; title: string }[] = [];
  readonly #references: { entry: IndexEntry; codes: readonly string[] }[] = [];
  readonly #titlePartners = new Partners();
  readonly #groupPartners = new Partners();
  readonly #titleIds = new Map<string, number>();
  readonly #titles: string[] = [];
  readonly #uses: number[] = [];
  readonly #useOffsets: number[] = [0];
  readonly #priors: number[] = [];
  readonly #documentTitles: number[] = [];
  readonly #documentCodes: Record<Classification, number[]> = { soc2020: [], soc2010: [] };

  constructor(synonyms: readonly Synonym[] = everydayWords) {
    this.#synonyms = synonyms;
  }

  /** Adds unit groups; wider groups are passed over. */
  addGroups(groups: Iterable<OccupationGroup>): void {
    for (const group of groups) {
      if (group.code.length !== 4) continue;
      if (group.people !== undefined) this.#people[group.classification].set(group.code, group.people);
      const codes = { soc2020: '', soc2010: '', [group.classification]: group.code };
      const uses = this.#vocabulary.ofGroup(group.title);
      this.#document(group.title, uses, 1, codes.soc2020, codes.soc2010);
      if (group.classification !== 'soc2020') continue;
      for (const title of group.relatedTitles ?? []) this.#related.push({ code: group.code, title });
    }
  }

  addEntries(entries: Iterable<IndexEntry>): void {
    for (const entry of entries) {
      if (entry.soc2020 && /^\d{4}$/.test(entry.soc2020)) this.#addEntry(entry, entry.soc2020);
      else this.#references.push({ entry, codes: [...new Set(entry.seeCodes?.match(/\b\d{4}\b/g) ?? [])] });
    }
  }

  #addEntry(entry: IndexEntry, soc2020: string): void {
    const qualifiers = [entry.addQualifier, entry.indQualifier].filter((text) => text).join(' ');
    const uses = this.#vocabulary.ofInverted(entry.title, qualifiers);
    if (entry.soc2010 && /^\d{4}$/.test(entry.soc2010)) {
      this.#titlePartners.add(`${soc2020} ${bagOf(uses)}`, entry.soc2010);
      this.#groupPartners.add(soc2020, entry.soc2010);
    }
    this.#document(entry.naturalTitle, uses, entryPrior(entry, qualifiers), soc2020, entry.soc2010);
  }

  /** A cross-reference stands for every group it leads to, the less surely the more there are. */
  #addReference(entry: IndexEntry, codes: readonly string[]): void {
    const uses = this.#vocabulary.ofInverted(entry.title, '');
    const prior = 0.9 - 0.05 * Math.min(codes.length, 8);
    for (const code of codes) {
      this.#document(entry.naturalTitle, uses, prior, code, this.#groupPartners.main(code, 0.5));
    }
  }

  /** Makes the index; yields now and then, so that the caller can let other work in. */
  *finish(): Generator<undefined, OccupationIndex> {
    // Last, because the SOC 2010 group of a title without one is that of its group's other titles.
    for (const { entry, codes } of this.#references) this.#addReference(entry, codes);
    for (const [position, { code, title }] of this.#related.entries()) {
      if (position % rowsPerStep === 0) yield;
      const uses = this.#vocabulary.ofNatural(title);
      const soc2010 =
        this.#titlePartners.main(`${code} ${bagOf(uses)}`, 0.5) ?? this.#groupPartners.main(code, 0.6);
      this.#document(title, uses, relatedPrior(title), code, soc2010);
    }
    yield;
    const surfaces = [...this.#vocabulary.surfaceTerms.keys()].sort();
    yield;
    const trie = new TermTrie(surfaces);
    yield;
    const index = new OccupationIndex({ ...this.#arrays(), surfaces, trie }, this.#synonyms);
    yield;
    return index;
  }

  #arrays(): Omit<IndexData, 'surfaces' | 'trie'> & Pick<IndexData, 'surfaceTerm'> {
    const termCount = this.#vocabulary.termIds.size;
    const documentCount = this.#priors.length;
    const frequency = new Uint32Array(termCount + 1);
    const titleFrequency = new Uint32Array(termCount);
    for (const use of this.#uses) {
      frequency[use >> 2]!++;
      if ((use & 3) < field.qualifier) titleFrequency[use >> 2]!++;
    }
    const postingOffsets = new Uint32Array(termCount + 1);
    for (let term = 0; term < termCount; term++)
      postingOffsets[term + 1] = postingOffsets[term]! + frequency[term]!;
    const rarity = new Float32Array(termCount);
    for (let term = 0; term < termCount; term++) {
      rarity[term] = Math.log(1 + documentCount / (1 + titleFrequency[term]! + 0.3 * frequency[term]!));
    }
    const postings = new Uint32Array(this.#uses.length);
    const next = postingOffsets.slice();
    const documentWeight = new Float32Array(documentCount);
    for (let document = 0; document < documentCount; document++) {
      for (let at = this.#useOffsets[document]!; at < this.#useOffsets[document + 1]!; at++) {
        const use = this.#uses[at]!;
        const term = use >> 2;
        postings[next[term]!++] = document * 4 + (use & 3);
        if ((use & 3) <= field.title) documentWeight[document]! += rarity[term]!;
      }
    }
    const roots = new Map<string, number[]>();
    for (const [word, term] of this.#vocabulary.termIds) {
      const key = root(word);
      const terms = roots.get(key);
      if (terms) terms.push(term);
      else roots.set(key, [term]);
    }
    const titleBuffers = this.#titles.map((title) => Buffer.from(title));
    const titleOffsets = new Uint32Array(titleBuffers.length + 1);
    titleBuffers.forEach((bytes, at) => (titleOffsets[at + 1] = titleOffsets[at]! + bytes.length));
    return {
      termCount,
      termIds: this.#vocabulary.termIds,
      surfaceTerm: Uint16Array.from([...this.#vocabulary.surfaceTerms.keys()].sort(), (word) =>
        this.#vocabulary.surfaceTerms.get(word)!,
      ),
      roots,
      postingOffsets,
      postings,
      documentCount,
      rarity,
      documentWeight,
      documentPrior: Float32Array.from(this.#priors),
      documentTitle: Uint32Array.from(this.#documentTitles),
      documentCode: {
        soc2020: Uint16Array.from(this.#documentCodes.soc2020),
        soc2010: Uint16Array.from(this.#documentCodes.soc2010),
      },
      codes: { soc2020: this.#codes.soc2020.codes, soc2010: this.#codes.soc2010.codes },
      codePrior: { soc2020: this.#codePriors('soc2020'), soc2010: this.#codePriors('soc2010') },
      titleBytes: Buffer.concat(titleBuffers),
      titleOffsets,
    };
  }

  /** A group of ten times the people counts 4 per cent more: it decides between near-equal matches only. */
  #codePriors(classification: Classification): Float32Array {
    const people = this.#people[classification];
    const typical = median([...people.values()]);
    return Float32Array.from(this.#codes[classification].codes, (code) => {
      const count = people.get(code);
      if (!count || !typical) return 1;
      return 1 + 0.04 * Math.max(-1, Math.min(1, Math.log10(count / typical)));
    });
  }

  #document(
    title: string,
    uses: readonly WordUse[],
    prior: number,
    soc2020: string | null,
    soc2010: string | null,
  ): void {
    if (uses.length === 0) return;
    let titleId = this.#titleIds.get(title);
    if (titleId === undefined) {
      titleId = this.#titles.length;
      this.#titles.push(title);
      this.#titleIds.set(title, titleId);
    }
    for (const use of uses) this.#uses.push(use);
    this.#useOffsets.push(this.#uses.length);
    this.#priors.push(prior);
    this.#documentTitles.push(titleId);
    this.#documentCodes.soc2020.push(this.#codes.soc2020.number(soc2020));
    this.#documentCodes.soc2010.push(this.#codes.soc2010.number(soc2010));
  }
}

/**
 * How likely a row is meant when its qualifiers are not asked for. Rows without a qualifier, and among them the
 * marked default, come first; "qualified" and "professional" are what people mean who name a profession.
 */
function entryPrior(entry: IndexEntry, qualifiers: string): number {
  if (!qualifiers) return entry.defaultEntry ? 1.02 : 1;
  if (/^(?:qualified|professional)$/i.test(qualifiers)) return 0.97;
  if (/^nos\b/.test(qualifiers)) return 0.75;
  return entry.defaultEntry ? 0.9 : 0.85;
}

/**
 * Titles that the classification itself offers as typical of the group come before index entries, unless
 * they are the case of one industry.
 */
function relatedPrior(title: string): number {
  if (!title.includes('(')) return 1.06;
  if (/\(professional\)/i.test(title)) return 1.1;
  return /\(qualified\)/i.test(title) ? 1.066 : 0.98;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

/** Builds the index at once; see {@link OccupationIndexBuilder} for the way that lets other work in between. */
export function buildOccupationIndex(input: IndexInput): OccupationIndex {
  const builder = new OccupationIndexBuilder(input.synonyms);
  builder.addGroups(input.groups);
  builder.addEntries(input.entries);
  const steps = builder.finish();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
