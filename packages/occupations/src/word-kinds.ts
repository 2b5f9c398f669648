import { kindLinks, kindsByWord } from './word-kinds-data';

/** Kinds that a word is of, by number, each with how surely, 0 to 1. */
export interface Kinds {
  readonly numbers: readonly number[];
  readonly weights: readonly number[];
}

/** What a step to a wider kind leaves, how many steps count, and what a kind counts for that the word is derived from. */
const step = 0.8;
const mostSteps = 3;
const derivedWeight = 0.6;
const aboveDerived = 0.4;

/** Lists of small numbers: list n is items[offsets[n] .. offsets[n + 1]). */
interface Lists {
  readonly offsets: Uint32Array;
  readonly items: Uint16Array;
}

interface Dictionary {
  /** Number of each word. */
  readonly words: ReadonlyMap<string, number>;
  /** Kinds of each word. */
  readonly kinds: Lists;
  /** Field of each kind. */
  readonly fields: Uint8Array;
  /** Wider kinds of each kind, and those that it is derived from. */
  readonly wider: Lists;
  readonly derived: Lists;
}

const none: Kinds = { numbers: [], weights: [] };

/**
 * Says that a bus and a tram carry people, and that a violist is a musician: the nouns and verbs of WordNet that are words of job
 * titles, by their commonest meaning, with the wider kinds of these.
 */
export class WordKinds {
  readonly #kept = new Map<string, Kinds>();
  #dictionary: Dictionary | undefined;

  /** @param word reduced as titleWords does. */
  of(word: string): Kinds {
    const known = this.#kept.get(word);
    if (known) return known;
    this.#dictionary ??= read();
    const own = this.#dictionary.words.get(word);
    if (own === undefined) return none;
    const kinds = spread(own, this.#dictionary);
    this.#kept.set(word, kinds);
    return kinds;
  }

  /** Lets go of what was worked out for single words: all words of an index are asked for once while it is made. */
  forget(): void {
    this.#kept.clear();
  }

  /** Kinds of all words together, each as sure as it is of any of them. */
  together(words: readonly string[]): Kinds {
    if (words.length === 1) return this.of(words[0]!);
    const best = new Map<number, number>();
    for (const word of words) {
      const { numbers, weights } = this.of(word);
      for (let at = 0; at < numbers.length; at++) offer(best, numbers[at]!, weights[at]!);
    }
    return { numbers: [...best.keys()], weights: [...best.values()] };
  }
}

function offer(best: Map<number, number>, kind: number, weight: number): void {
  if (weight > (best.get(kind) ?? 0)) best.set(kind, weight);
}

function spread(word: number, { kinds, fields, wider, derived }: Dictionary): Kinds {
  const best = new Map<number, number>();
  const up = (kind: number, weight: number, steps: number): void => {
    offer(best, kind, weight);
    if (steps > 0) for (const above of listOf(wider, kind)) up(above, weight * step, steps - 1);
  };
  for (const kind of listOf(kinds, word)) {
    up(kind, 1, mostSteps);
    // Fields ("food", "artefact") are numbered after the kinds.
    offer(best, fields.length + fields[kind]!, 1);
    for (const from of listOf(derived, kind)) {
      offer(best, from, derivedWeight);
      for (const above of listOf(wider, from)) offer(best, above, aboveDerived);
    }
  }
  return { numbers: [...best.keys()], weights: [...best.values()] };
}

function listOf({ offsets, items }: Lists, at: number): Uint16Array {
  return items.subarray(offsets[at], offsets[at + 1]);
}

function read(): Dictionary {
  const items = (text: string): string[] => text.replaceAll('\n', '').split(',');
  const words = items(kindsByWord).map((item) => item.split(' '));
  const links = items(kindLinks).map((item) => item.split(':'));
  const ofLinks = (at: number): Lists => lists(links.map((link) => (link[at] ? link[at].split('.') : [])));
  return {
    words: new Map(words.map(([word], number) => [word!, number])),
    kinds: lists(words.map(([, ...kinds]) => kinds)),
    fields: Uint8Array.from(links, ([field]) => parseInt(field!, 36)),
    wider: ofLinks(1),
    derived: ofLinks(2),
  };
}

/** @param texts numbers below 65,536 to the base of 36. */
function lists(texts: readonly (readonly string[])[]): Lists {
  const offsets = new Uint32Array(texts.length + 1);
  texts.forEach((list, at) => (offsets[at + 1] = offsets[at]! + list.length));
  return { offsets, items: Uint16Array.from(texts.flat(), (digits) => parseInt(digits, 36)) };
}
