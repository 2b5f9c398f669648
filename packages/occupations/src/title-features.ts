import { isStopWord, root, splitWords, stem } from './text';

/** Parts of a title that the model counts, each family on its own. */
export const families = ['word', 'head', 'pair', 'root', 'letters'] as const;
export type Family = (typeof families)[number];

/** Hashed parts of a title by family, each once. 32 bits: two of the 200,000 parts meet about five times. */
export type TitleParts = Readonly<Record<Family, readonly number[]>>;

const shortestGram = 3;
const longestGram = 5;
/** A title longer than this is a sentence; the rest says little of the work. */
const mostWords = 14;

/** FNV-1a over the code units from..to of "text", begun with the family so that equal texts stay apart. */
function hash(family: number, text: string, from = 0, to = text.length): number {
  let value = Math.imul(0x811c9dc5 ^ family, 0x01000193);
  for (let at = from; at < to; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}

/** Telling words of a text, reduced; all of them when none is telling. */
export function titleWords(text: string): string[] {
  const all = splitWords(text);
  const telling = all.filter((word) => !isStopWord(word));
  return (telling.length > 0 ? telling : all).slice(0, mostWords).map(stem);
}

/**
 * Parts of a title in natural order: its words, its last word, neighbouring pairs, roots, and runs of 3 to 5 letters
 * with the edges of words marked, which take nine tenths of the time. Qualifiers count as words only.
 */
export function titleParts(
  words: readonly string[],
  qualifiers: readonly string[] = [],
  withLetters = true,
): TitleParts {
  const letters = new Set<number>();
  for (const word of withLetters ? words : []) {
    const edged = `<${word}>`;
    for (let length = shortestGram; length <= longestGram; length++) {
      for (let at = 0; at + length <= edged.length; at++) letters.add(hash(5, edged, at, at + length));
    }
  }
  const last = words[words.length - 1];
  return {
    word: [...new Set([...words, ...qualifiers].map((word) => hash(1, word)))],
    head: last === undefined ? [] : [hash(2, last)],
    pair: words.slice(1).map((word, at) => hash(3, `${words[at]!} ${word}`)),
    root: [...new Set(words.map((word) => hash(4, root(word))))],
    letters: [...letters],
  };
}
