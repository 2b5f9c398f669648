/** Occupations with their texts, titles and relations, made from the rows of one release set. */
import { v1Occupation, v1Text, type Occupation, type Related } from '@lmi/contracts';
import type { Classification, CrosswalkPair } from '@lmi/kit';
import type { IndexEntry, OccupationGroup } from '@lmi/occupations';
import type { GroupRow, PlainRow } from './queries';

/** SOC 2020 groups that took in less than this share of a SOC 2010 group lend it no job titles. */
const leastShareForTitles = 0.05;

const byTitle = new Intl.Collator('en-GB');

type Texts = Pick<Occupation, 'description' | 'entryRoutes' | 'tasks' | 'textSource'>;

export class Catalogue {
  readonly #groups: Record<Classification, Map<string, GroupRow>> = {
    soc2020: new Map(),
    soc2010: new Map(),
  };
  readonly #plain: ReadonlyMap<string, PlainRow>;
  readonly #pairs: readonly CrosswalkPair[];
  /** Inverted titles by classification and code; sorted when the occupation is first asked for. */
  readonly #titles: Record<Classification, Map<string, string[]>> = {
    soc2020: new Map(),
    soc2010: new Map(),
  };
  readonly #made = new Map<string, Occupation>();
  readonly #v1Texts = new Map<string, Buffer>();

  constructor(
    readonly release: string,
    groups: readonly GroupRow[],
    pairs: readonly CrosswalkPair[],
    plain: readonly PlainRow[],
  ) {
    for (const group of groups) this.#groups[group.classification].set(group.code, group);
    this.#pairs = pairs.filter(({ people }) => people > 0);
    this.#plain = new Map(plain.map((row) => [row.soc2020, row]));
  }

  /** Adds titles before the first occupation is asked for. */
  addTitles(entries: readonly IndexEntry[]): void {
    for (const entry of entries) {
      const title = titleWithQualifiers(entry);
      for (const classification of ['soc2020', 'soc2010'] as const) {
        const code = entry[classification];
        if (!code) continue;
        const titles = this.#titles[classification].get(code);
        if (titles) titles.push(title);
        else this.#titles[classification].set(code, [title]);
      }
    }
  }

  /** What the search engine wants to know of the groups. */
  *groups(): Generator<OccupationGroup> {
    const people: Record<Classification, Map<string, number>> = { soc2020: new Map(), soc2010: new Map() };
    for (const pair of this.#pairs) {
      for (const classification of ['soc2020', 'soc2010'] as const) {
        const code = pair[classification];
        people[classification].set(code, (people[classification].get(code) ?? 0) + pair.people);
      }
    }
    for (const classification of ['soc2020', 'soc2010'] as const) {
      for (const { code, level, title, relatedTitles } of this.#groups[classification].values()) {
        yield {
          classification,
          code,
          level,
          title,
          relatedTitles: lines(relatedTitles),
          text: classification === 'soc2020' ? this.#plainText(code) : undefined,
          people: people[classification].get(code),
        };
      }
    }
  }

  #plainText(code: string): string | undefined {
    const plain = this.#plain.get(code);
    return plain && [plain.description, plain.tasks, plain.entry].join(' ');
  }

  has(classification: Classification, code: string): boolean {
    return this.#groups[classification].has(code);
  }

  /** Nothing but the code. */
  code(code: string): Occupation {
    return { ...empty, code, classification: '', title: '', level: '', release: '' };
  }

  /** Code, title and level only. */
  brief(classification: Classification, code: string): Occupation | undefined {
    const group = this.#groups[classification].get(code);
    return (
      group && {
        ...empty,
        code,
        classification,
        title: group.title,
        level: group.level,
        release: this.release,
      }
    );
  }

  /** The whole occupation, at any level. The object is shared: do not change it. */
  occupation(classification: Classification, code: string): Occupation | undefined {
    const key = `${classification} ${code}`;
    const made = this.#made.get(key);
    if (made) return made;
    const group = this.#groups[classification].get(code);
    if (!group) return undefined;
    const crosswalk = this.#crosswalk(classification, code);
    const occupation: Occupation = {
      code,
      classification,
      title: group.title,
      level: group.level,
      ...this.#texts(group, crosswalk),
      indexTitles: this.#indexTitles(classification, code),
      jobTitles: this.#jobTitles(group, crosswalk),
      crosswalk,
      parents: this.#parents(classification, code),
      release: this.release,
    };
    this.#made.set(key, occupation);
    return occupation;
  }

  /** JSON of an occupation that exists, as API v1 writes it. The bytes are shared: do not change them. */
  v1Text(classification: Classification, code: string): Buffer {
    const key = `${classification} ${code}`;
    let text = this.#v1Texts.get(key);
    if (!text) {
      text = Buffer.from(v1Text(v1Occupation(this.occupation(classification, code)!)));
      this.#v1Texts.set(key, text);
    }
    return text;
  }

  #texts(group: GroupRow, crosswalk: readonly Related[]): Texts {
    if (group.level !== 'unit') return this.#widerTexts(group);
    if (group.classification === 'soc2020') return this.#unitTexts(group);
    // SOC 2010 has titles only; its words are those of the SOC 2020 group that most of its people went to.
    const heir = crosswalk[0] && this.#groups.soc2020.get(crosswalk[0].code);
    return heir ? this.#unitTexts(heir) : noTexts;
  }

  #unitTexts(group: GroupRow): Texts {
    if (group.description) {
      const { description, entryRoutes, tasks } = group;
      return { description, entryRoutes: entryRoutes ?? '', tasks: lines(tasks), textSource: 'official' };
    }
    const plain = this.#plain.get(group.code);
    if (!plain) return noTexts;
    const { description, entry, tasks } = plain;
    return { description, entryRoutes: entry, tasks: lines(tasks), textSource: 'plain-english' };
  }

  /** A group above the units: the official words, else one sentence that names the groups in it. */
  #widerTexts(group: GroupRow): Texts {
    if (group.description) return this.#unitTexts(group);
    const below = [...this.#groups[group.classification].values()].filter(
      ({ code }) => code.length === group.code.length + 1 && code.startsWith(group.code),
    );
    if (below.length === 0) return noTexts;
    const sentence = `This group is made up of: ${below.map(({ title }) => title).join('; ')}`;
    return { ...noTexts, description: sentence.endsWith('.') ? sentence : `${sentence}.` };
  }

  #jobTitles(group: GroupRow, crosswalk: readonly Related[]): string[] {
    if (group.level !== 'unit') return [];
    if (group.classification === 'soc2020') return lines(group.relatedTitles);
    const heirs = crosswalk.filter(({ share }, at) => at === 0 || share >= leastShareForTitles);
    const titles = heirs.flatMap(({ code }) => lines(this.#groups.soc2020.get(code)?.relatedTitles ?? null));
    return [...new Set(titles)];
  }

  #indexTitles(classification: Classification, code: string): string[] {
    return [...new Set(this.#titles[classification].get(code) ?? [])].sort(byTitle.compare);
  }

  #parents(classification: Classification, code: string): Related[] {
    const parents: Related[] = [];
    for (let length = 1; length < code.length; length++) {
      const group = this.#groups[classification].get(code.slice(0, length));
      if (group) parents.push({ code: group.code, title: group.title, share: 1 });
    }
    return parents;
  }

  /** Groups of the other classification at the same level, largest share first; wider groups by people. */
  #crosswalk(classification: Classification, code: string): Related[] {
    const other = classification === 'soc2020' ? 'soc2010' : 'soc2020';
    const shareOf = classification === 'soc2020' ? 'shareOf2020' : 'shareOf2010';
    const pairs = this.#pairs.filter((pair) => pair[classification].startsWith(code));
    const all = pairs.reduce((sum, { people }) => sum + people, 0);
    const shares = new Map<string, number>();
    for (const pair of pairs) {
      const target = pair[other].slice(0, code.length);
      const share = code.length === 4 ? pair[shareOf] : pair.people / all;
      shares.set(target, (shares.get(target) ?? 0) + share);
    }
    return [...shares]
      .filter(([, share]) => share > 0)
      .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
      .map(([target, share]) => ({
        code: target,
        title: this.#groups[other].get(target)?.title ?? '',
        share,
      }));
  }
}

const noTexts: Texts = { description: '', entryRoutes: '', tasks: [], textSource: 'plain-english' };

const empty = { ...noTexts, indexTitles: [], jobTitles: [], crosswalk: [], parents: [] };

/** "Polisher (furniture mfr)": the inverted title, with what tells equal titles apart in brackets. */
function titleWithQualifiers({ title, addQualifier, indQualifier }: IndexEntry): string {
  const qualifiers = [addQualifier, indQualifier].filter((text) => text);
  return qualifiers.length === 0 ? title : `${title} (${qualifiers.join(', ')})`;
}

function lines(text: string | null): string[] {
  return text ? text.split('\n') : [];
}
