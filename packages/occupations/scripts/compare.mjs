// Compares the engine with plain baselines on titles that none of them has seen:
//   LMI_SOURCES=<folder> node packages/occupations/scripts/compare.mjs [--fold 0..4]
// The coding index is split by title family: all titles with the same words, whatever their order, number, rank ("senior",
// "assistant") and qualifiers, are on one side, so that no near-duplicate of a question is among the answers. One table for
// natural order, inverted order as printed, titles cut to 8 letters a word, and one slip of the pen.
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const MiniSearch = require('minisearch');
const { readOfficialRows } = require('../test/official-rows.cjs');
const { buildOccupationIndex } = require('../dist/index.js');

const folds = 5;
const asked = process.argv.indexOf('--fold');
const fold = asked < 0 ? 0 : Number(process.argv[asked + 1]);
if (!(fold >= 0 && fold < folds)) throw new Error(`--fold: expected 0 to ${folds - 1}`);
const classification = 'soc2020';

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
const words = (title) =>
  title
    .toLowerCase()
    .replace(/\([^)]*\)/g, ' ')
    .split(/[^a-z0-9+#]+/)
    .filter((word) => word !== '' && !smallWords.has(word))
    .map(singular);
/** Words of rank alone are a family of their own: "Assistant" is a title too. */
const familyOf = (title) => {
  const all = [...new Set(words(title))].sort();
  const core = all.filter((word) => !ranks.has(word));
  return (core.length > 0 ? core : all).join(' ');
};
const isTest = (title) =>
  createHash('sha256').update(familyOf(title)).digest().readUInt32BE(0) % folds === fold;

const rows = readOfficialRows(join(process.env.LMI_SOURCES ?? '.', 'soc'));
const seen = rows.entries.filter(({ naturalTitle, title }) => !isTest(naturalTitle) && !isTest(title));
const groups = rows.groups.map((group) => ({
  ...group,
  relatedTitles: group.relatedTitles.filter((title) => !isTest(title)),
}));

// Questions: titles whose words point to the same groups, whatever qualifier would tell them apart.
const questions = new Map();
for (const { naturalTitle, title, soc2020 } of rows.entries) {
  if (!soc2020 || !isTest(naturalTitle) || !isTest(title)) continue;
  const key = naturalTitle.toLowerCase();
  const known = questions.get(key);
  if (known) known.codes.add(soc2020);
  else questions.set(key, { natural: naturalTitle, printed: title, codes: new Set([soc2020]) });
}

let seed = 20201;
const random = () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 32;
};
/** Two neighbouring letters change places in a word of five letters or more. */
function misspell(title) {
  const parts = title.split(' ');
  const long = parts.map((word, at) => [word, at]).filter(([word]) => /^[a-z]{5,}$/i.test(word));
  if (long.length === 0) return undefined;
  const [word, at] = long[Math.floor(random() * long.length)];
  const place = 1 + Math.floor(random() * (word.length - 2));
  parts[at] = word.slice(0, place) + word[place + 1] + word[place] + word.slice(place + 2);
  return parts[at] === word ? undefined : parts.join(' ');
}
const cut = (title) => (/\b\w{9,}/.test(title) ? title.replace(/\b(\w{8})\w+/g, '$1') : undefined);
const variants = {
  natural: [...questions.values()].map((one) => ({ text: one.natural, codes: one.codes })),
  printed: [...questions.values()].map((one) => ({ text: one.printed, codes: one.codes })),
  truncated: [...questions.values()].map((one) => ({ text: cut(one.natural), codes: one.codes })),
  misspelt: [...questions.values()].map((one) => ({ text: misspell(one.natural), codes: one.codes })),
};

/** Codes best first, each once. */
const codesOf = (ranked) => [...new Set(ranked)].slice(0, 10);
const titles = [
  ...seen
    .filter(({ soc2020 }) => soc2020)
    .map(({ naturalTitle, soc2020 }) => ({ title: naturalTitle, code: soc2020 })),
  ...groups
    .filter((group) => group.classification === classification && group.level === 'unit')
    .flatMap(({ code, title, relatedTitles }) =>
      [title, ...relatedTitles].map((one) => ({ title: one, code })),
    ),
];

function exact() {
  const byKey = new Map();
  for (const { title, code } of titles) {
    const key = words(title).sort().join(' ');
    byKey.set(key, [...(byKey.get(key) ?? []), code]);
  }
  return (text) => codesOf(byKey.get(words(text).sort().join(' ')) ?? []);
}

/** Okapi BM25 over single titles, k1 1.2, b 0.75; a group ranks by its best title. */
function bm25() {
  const docs = titles.map(({ title }) => words(title));
  const mean = docs.reduce((sum, doc) => sum + doc.length, 0) / docs.length;
  const postings = new Map();
  docs.forEach((doc, at) => {
    for (const word of new Set(doc)) {
      const list = postings.get(word);
      if (list) list.push(at);
      else postings.set(word, [at]);
    }
  });
  return (text) => {
    const scores = new Map();
    for (const word of new Set(words(text))) {
      const list = postings.get(word) ?? [];
      const idf = Math.log(1 + (docs.length - list.length + 0.5) / (list.length + 0.5));
      for (const at of list) {
        const count = docs[at].filter((one) => one === word).length;
        const length = 1 - 0.75 + (0.75 * docs[at].length) / mean;
        scores.set(at, (scores.get(at) ?? 0) + (idf * count * 2.2) / (count + 1.2 * length));
      }
    }
    return codesOf([...scores].sort(([a, m], [b, n]) => n - m || a - b).map(([at]) => titles[at].code));
  };
}

function miniSearch(options) {
  const search = new MiniSearch({ fields: ['title'], storeFields: ['code'] });
  search.addAll(titles.map((one, id) => ({ id, ...one })));
  return (text) => codesOf(search.search(text, options).map(({ code }) => code));
}

function engine() {
  const index = buildOccupationIndex({ ...rows, entries: seen, groups });
  return (text) => codesOf(index.search(text, { classification }).map(({ code }) => code));
}

console.log(
  `fold ${fold} of ${folds}: ${seen.length} entries seen, ${questions.size} titles asked, ${titles.length} titles for the baselines`,
);
const percent = (part, whole) => `${((100 * part) / whole).toFixed(1)} %`.padStart(8);
console.log(`${'system'.padEnd(22)} ${'titles'.padEnd(10)}   asked    first  in five  answered   ms each`);
for (const [name, make] of Object.entries({
  exact,
  BM25: bm25,
  'MiniSearch default': () => miniSearch(undefined),
  'MiniSearch fuzzy': () => miniSearch({ fuzzy: 0.2, prefix: true }),
  'this engine': engine,
})) {
  const search = make();
  for (const [variant, list] of Object.entries(variants)) {
    let [tried, first, inFive, answered] = [0, 0, 0, 0];
    const start = performance.now();
    for (const { text, codes } of list) {
      if (!text) continue;
      tried++;
      const hits = search(text);
      const place = hits.findIndex((code) => codes.has(code));
      if (hits.length > 0) answered++;
      if (place === 0) first++;
      if (place >= 0 && place < 5) inFive++;
    }
    const each = ((performance.now() - start) / tried).toFixed(2);
    console.log(
      `${name.padEnd(22)} ${variant.padEnd(10)} ${String(tried).padStart(7)} ${percent(first, tried)} ${percent(inFive, tried)}  ${percent(answered, tried)} ${each.padStart(9)}`,
    );
  }
}
