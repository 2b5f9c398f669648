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

interface Links {
  readonly field: number;
  readonly wider: readonly number[];
  readonly derived: readonly number[];
}

interface Dictionary {
  readonly words: ReadonlyMap<string, readonly number[]>;
  readonly links: readonly Links[];
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
    if (!own) return none;
    const kinds = spread(own, this.#dictionary.links);
    this.#kept.set(word, kinds);
    return kinds;
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

function spread(own: readonly number[], links: readonly Links[]): Kinds {
  const best = new Map<number, number>();
  const up = (kind: number, weight: number, steps: number): void => {
    offer(best, kind, weight);
    if (steps > 0) for (const wider of links[kind]!.wider) up(wider, weight * step, steps - 1);
  };
  for (const kind of own) {
    up(kind, 1, mostSteps);
    // Fields ("food", "artefact") are numbered after the kinds.
    offer(best, links.length + links[kind]!.field, 1);
    for (const derived of links[kind]!.derived) {
      offer(best, derived, derivedWeight);
      for (const wider of links[derived]!.wider) offer(best, wider, aboveDerived);
    }
  }
  return { numbers: [...best.keys()], weights: [...best.values()] };
}

function read(): Dictionary {
  const items = (text: string): string[] => text.replaceAll('\n', '').split(',');
  const numbers = (text: string | undefined): number[] =>
    text ? text.split('.').map((digits) => parseInt(digits, 36)) : [];
  const words = items(kindsByWord).map((item): [string, number[]] => {
    const [word, ...kinds] = item.split(' ');
    return [word!, kinds.map((digits) => parseInt(digits, 36))];
  });
  const links = items(kindLinks).map((item) => {
    const [field, wider, derived] = item.split(':');
    return { field: parseInt(field!, 36), wider: numbers(wider), derived: numbers(derived) };
  });
  return { words: new Map(words), links };
}
