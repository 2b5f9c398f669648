// Questions to the engine: the coding index split by title family, and titles as people get them wrong.
import { createHash } from 'node:crypto';

export const folds = 5;

const smallWords = new Set(['a', 'an', 'and', 'at', 'for', 'in', 'of', 'on', 'or', 'the', 'to', 'with']);
const ranks = new Set(
  'assistant associate chief deputy executive graduate head junior lead leading principal senior student trainee under vice'.split(
    ' ',
  ),
);
const singular = (word) =>
  word.length > 4 && word.endsWith('ies')
    ? `${word.slice(0, -3)}y`
    : word.length > 3 && word.endsWith('s') && !word.endsWith('ss')
      ? word.slice(0, -1)
      : word;

/** Plain words of a title, for families and baselines. */
export const wordsOf = (title) =>
  title
    .toLowerCase()
    .replace(/\([^)]*\)/g, ' ')
    .split(/[^a-z0-9+#]+/)
    .filter((word) => word !== '' && !smallWords.has(word))
    .map(singular);

/**
 * All titles with the same words, whatever their order, number, rank ("senior", "assistant") and qualifiers, are one family, and a family is
 * on one side of a split, so that no near-duplicate of a question is among the answers. Words of rank alone are a family: "Assistant" is a title too.
 */
export function familyOf(title) {
  const all = [...new Set(wordsOf(title))].sort();
  const core = all.filter((word) => !ranks.has(word));
  return (core.length > 0 ? core : all).join(' ');
}

export const foldOf = (title) =>
  createHash('sha256').update(familyOf(title)).digest().readUInt32BE(0) % folds;

/** The input without every title of the fold; O*NET's and the related titles too. */
export function without(input, left) {
  const isLeft = (title) => left.includes(foldOf(title));
  return {
    entries: input.entries.filter(({ naturalTitle, title }) => !isLeft(naturalTitle) && !isLeft(title)),
    groups: input.groups.map((group) => ({
      ...group,
      relatedTitles: group.relatedTitles.filter((title) => !isLeft(title)),
    })),
    abroad: input.abroad.filter(({ title }) => !isLeft(title)),
  };
}

/** Titles of the index (of one fold when given), each with all groups that it has, whatever qualifier tells them apart. */
export function titlesOf(input, fold) {
  const titles = new Map();
  for (const { naturalTitle, title, soc2020, addQualifier, indQualifier } of input.entries) {
    if (!/^\d{4}$/.test(soc2020 ?? '')) continue;
    if (fold !== undefined && (foldOf(naturalTitle) !== fold || foldOf(title) !== fold)) continue;
    const key = naturalTitle.toLowerCase();
    const known = titles.get(key);
    if (known) known.codes.add(soc2020);
    else
      titles.set(key, {
        natural: naturalTitle,
        printed: title,
        qualifier: [addQualifier, indQualifier].filter(Boolean).join(', '),
        codes: new Set([soc2020]),
      });
  }
  return [...titles.values()];
}

/** A linear congruential generator: the same questions on every machine. */
export function generator(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const letters = 'abcdefghijklmnopqrstuvwxyz';
/** One slip: a letter left out, put in, changed or swapped, not the first one. */
function slip(word, random) {
  const place = 1 + Math.floor(random() * (word.length - 2));
  const letter = letters[Math.floor(random() * 26)];
  const [before, here, after] = [word.slice(0, place), word[place], word.slice(place + 1)];
  return [
    before + after,
    before + letter + here + after,
    before + letter + after,
    before + after[0] + here + after.slice(1),
  ][Math.floor(random() * 4)];
}

/** `count` slips in one word that has at least `least` letters; undefined when there is no such word. */
export function misspelt(title, count, least, random) {
  const parts = title.split(' ');
  const long = parts
    .map((word, at) => [word, at])
    .filter(([word]) => /^[a-z]+$/i.test(word) && word.length >= least);
  if (long.length === 0) return undefined;
  const [word, at] = long[Math.floor(random() * long.length)];
  parts[at] = word;
  for (let done = 0; done < count; done++) parts[at] = slip(parts[at], random);
  return parts[at] === word ? undefined : parts.join(' ');
}
