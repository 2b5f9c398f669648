/**
 * How job titles and what people type become comparable words. Index and query go through the same functions, so
 * a word only has to be reduced consistently, not correctly.
 */

/** Words that carry no occupation; dropped unless nothing else is left. */
const stopWords = new Set(
  'a an and as at by for from i im in into is my nec nos of on or the to with'.split(' '),
);

/** Forms whose ending follows no rule worth writing. */
const irregular = new Map(
  Object.entries({
    actress: 'actor',
    buses: 'bus',
    gases: 'gas',
    advisor: 'adviser',
    barmaid: 'barman',
    center: 'centre',
    color: 'colour',
    jewelry: 'jewellery',
    labor: 'labour',
    laborer: 'labourer',
    theater: 'theatre',
    children: 'child',
    conductress: 'conductor',
    headmistress: 'headmaster',
    hostess: 'host',
    knives: 'knife',
    landlady: 'landlord',
    manageress: 'manager',
    masseuse: 'masseur',
    men: 'man',
    people: 'man',
    person: 'man',
    postmistress: 'postmaster',
    programme: 'program',
    stewardess: 'steward',
    tire: 'tyre',
    usherette: 'usher',
    waitress: 'waiter',
    wives: 'wife',
    woman: 'man',
    women: 'man',
  }),
);

/** Lower-case letters and digits only; accents, possessives and abbreviation dots removed; the rest is space. */
function plain(text: string): string {
  if (/^[a-z0-9 ,()/-]*$/i.test(text)) return text.toLowerCase();
  return text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[’‘`´]/g, "'")
    .replace(/'s\b/g, '')
    .replace(/'/g, '')
    .replace(/\b(?:\p{L}\.){2,}/gu, (dotted) => dotted.replaceAll('.', ''))
    .replace(/&/g, ' and ');
}

/** An underscore joins: what has one is an identifier, not words. */
const word = /[\p{L}\p{N}_]+/gu;

/** Splits text into words of letters and digits, in order, stop words included. Hyphenated words fall apart. */
export function splitWords(text: string): string[] {
  return plain(text).match(word) ?? [];
}

/** Hyphenated words as one word ("fork-lift" as "forklift"), because people write both. */
export function joinedHyphens(text: string): string[] {
  return (plain(text).match(/[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)+/gu) ?? []).map((word) =>
    word.replaceAll('-', ''),
  );
}

export function isStopWord(word: string): boolean {
  return stopWords.has(word);
}

function singular(word: string): string {
  if (word.length <= 3 || !word.endsWith('s') || /(?:ss|us|is)$/.test(word)) return word;
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  if (/(?:ss|sh|ch|x|z)es$/.test(word)) return word.slice(0, -2);
  return word.slice(0, -1);
}

/** One form for plural and singular, for the genders, and for -ise and -ize. */
export function stem(word: string): string {
  const known = irregular.get(word);
  if (known !== undefined) return known;
  let form = singular(word);
  form = irregular.get(form) ?? form;
  const neutral = /^(.{3,})(?:woman|women|person|people|men)$/.exec(form);
  if (neutral) form = `${neutral[1]}man`;
  return form.replace(/iz(e|er|ing|ation|ational)$/, 'is$1');
}

const suffixes = /(?:ational|ation|ator|ment|ancy|ery|ing|ism|ist|ian|ant|al|er|or|(?<=[^aeiou])ry|y|e)$/;

/** What "driving", "driver" and "drive" share: the base for a weaker match than the word itself. */
export function root(word: string): string {
  let form = word;
  for (let pass = 0; pass < 3; pass++) {
    const cut = form.replace(suffixes, '');
    if (cut.length < 3 || cut === form) break;
    form = cut.replace(/([bdglmnprt])\1$/, '$1');
  }
  return form;
}
