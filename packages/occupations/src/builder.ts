import { everydayWords } from './everyday-words';
import { field, type IndexData } from './index-data';
import { OccupationIndex, plainTitle } from './occupation-index';
import { Ranker } from './ranker';
import { TermTrie } from './term-trie';
import { root } from './text';
import { TitlePrefixes } from './title-prefixes';
import { families } from './title-features';
import { TitleModelBuilder, type TitleModel } from './title-model';
import type { AbroadTitle, Classification, IndexEntry, IndexInput, OccupationGroup, Synonym } from './types';
import { bagOf, Vocabulary, type WordUse } from './vocabulary';
import { WordKinds } from './word-kinds';
import { wordVectors } from './word-vectors';

/** Work between two steps of an incremental build; a few milliseconds each. */
const rowsPerStep = 1_000;
/** A typical title of a group tells the model as much as this many rows of the index. */
const relatedWeight = 2;

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

  add(key: string, partner: string, weight = 1): void {
    let counts = this.#counts.get(key);
    if (!counts) this.#counts.set(key, (counts = new Map()));
    counts.set(partner, (counts.get(partner) ?? 0) + weight);
  }

  /** All partners of every key with their shares. */
  shares(): Map<string, [string, number][]> {
    return new Map(
      [...this.#counts].map(([key, counts]) => {
        const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
        return [key, [...counts].map(([partner, count]) => [partner, count / all])];
      }),
    );
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
  readonly #kinds = new WordKinds();
  readonly #titleModel = new TitleModelBuilder(families, this.#kinds, wordVectors());
  /** Words alone: the other parts bought nothing on titles left out, and take nine tenths of the memory. */
  readonly #abroadModel = new TitleModelBuilder(['word']);
  readonly #plainModel = new TitleModelBuilder(['word'], this.#kinds);
  readonly #codes: Record<Classification, CodeList> = { soc2020: new CodeList(), soc2010: new CodeList() };
  readonly #people: Record<Classification, Map<string, number>> = { soc2020: new Map(), soc2010: new Map() };
  readonly #groupTitles: Record<Classification, Map<string, number>> = {
    soc2020: new Map(),
    soc2010: new Map(),
  };
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
      const number = this.#document(group.title, uses, 1, codes.soc2020, codes.soc2010);
      this.#groupTitles[group.classification].set(group.code, this.#titleIds.get(group.title)!);
      if (group.classification !== 'soc2020') continue;
      this.#titleModel.add(group.title, '', group.code, 1, number);
      if (group.text) this.#plainModel.add('', group.text, group.code, 1);
      for (const title of group.relatedTitles ?? []) this.#related.push({ code: group.code, title });
    }
  }

  /** Adds titles of another classification: the model learns from them, no answer shows them. */
  addAbroad(titles: Iterable<AbroadTitle>): void {
    for (const { title, groups } of titles) this.#abroadModel.addShared(title, '', groups);
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
      // The title alone means what its unqualified row says.
      this.#titlePartners.add(`${soc2020} ${bagOf(uses)}`, entry.soc2010, qualifiers ? 0.5 : 1);
      this.#groupPartners.add(soc2020, entry.soc2010);
    }
    const prior = entryPrior(entry, qualifiers);
    const number = this.#document(entry.naturalTitle, uses, prior, soc2020, entry.soc2010);
    this.#titleModel.add(entry.naturalTitle, qualifiers, soc2020, 1, number);
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
      const qualifiers = title.match(/\(.*?\)/g)?.join(' ') ?? '';
      const soc2010 =
        this.#titlePartners.main(`${code} ${bagOf(uses)}`, 0.5) ?? this.#groupPartners.main(code, 0.6);
      const number = this.#document(title, uses, relatedPrior(title), code, soc2010);
      this.#titleModel.add(title.replace(/\(.*?\)/g, ' '), qualifiers, code, relatedWeight, number);
    }
    yield;
    const surfaces = [...this.#vocabulary.surfaceTerms.keys()].sort();
    yield;
    const trie = new TermTrie(surfaces);
    yield;
    const data = { ...this.#arrays(), surfaces, trie };
    yield;
    const titles = yield* this.#titleModel.finish();
    const abroad = yield* this.#abroadModel.finish();
    const plain = yield* this.#plainModel.finish();
    const filled = (model: TitleModel): TitleModel | undefined =>
      model.codes.length > 0 ? model : undefined;
    return new OccupationIndex(
      data,
      this.#synonyms,
      new Ranker({ titles, abroad: filled(abroad), plain: filled(plain) }),
    );
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
    const documentLength = new Uint8Array(documentCount);
    for (let document = 0; document < documentCount; document++) {
      for (let at = this.#useOffsets[document]!; at < this.#useOffsets[document + 1]!; at++) {
        const use = this.#uses[at]!;
        const term = use >> 2;
        postings[next[term]!++] = document * 4 + (use & 3);
        if ((use & 3) > field.title) continue;
        documentWeight[document]! += rarity[term]!;
        documentLength[document]!++;
      }
    }
    const roots = new Map<string, number[]>();
    for (const [word, term] of this.#vocabulary.termIds) {
      const key = root(word);
      const terms = roots.get(key);
      if (terms) terms.push(term);
      else roots.set(key, [term]);
    }
    const lower = this.#titles.map(plainTitle);
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
      documentLength,
      documentPrior: Float32Array.from(this.#priors),
      documentTitle: Uint32Array.from(this.#documentTitles),
      documentCode: {
        soc2020: Uint16Array.from(this.#documentCodes.soc2020),
        soc2010: Uint16Array.from(this.#documentCodes.soc2010),
      },
      codes: { soc2020: this.#codes.soc2020.codes, soc2010: this.#codes.soc2010.codes },
      codePrior: { soc2020: this.#codePriors('soc2020'), soc2010: this.#codePriors('soc2010') },
      groupTitle: { soc2020: this.#titlesOf('soc2020'), soc2010: this.#titlesOf('soc2010') },
      soc2010Of: this.#groupPartners.shares(),
      titleBytes: Buffer.concat(titleBuffers),
      titleOffsets,
      prefixes: new TitlePrefixes(this.#documentTitles.map((title) => lower[title]!)),
    };
  }

  #titlesOf(classification: Classification): Uint32Array {
    const titles = this.#groupTitles[classification];
    return Uint32Array.from(this.#codes[classification].codes, (code) => titles.get(code) ?? 0xffffffff);
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

  /** @returns the number of the title's text; undefined where it has no word. */
  #document(
    title: string,
    uses: readonly WordUse[],
    prior: number,
    soc2020: string | null,
    soc2010: string | null,
  ): number | undefined {
    if (uses.length === 0) return undefined;
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
    return titleId;
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
  if (input.abroad) builder.addAbroad(input.abroad);
  const steps = builder.finish();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
