// Plain ways to find an occupation, scored beside the engine. Each takes [{ title, code }] and gives a function from a text to codes, best first.
import { createRequire } from 'node:module';
import { wordsOf } from './split.mjs';

const require = createRequire(import.meta.url);
const MiniSearch = require('minisearch');

/** Codes best first, each once. */
const codesOf = (ranked) => [...new Set(ranked)].slice(0, 10);

function exact(titles) {
  const byKey = new Map();
  for (const { title, code } of titles) {
    const key = wordsOf(title).sort().join(' ');
    byKey.set(key, [...(byKey.get(key) ?? []), code]);
  }
  return (text) => codesOf(byKey.get(wordsOf(text).sort().join(' ')) ?? []);
}

/** Okapi BM25 over single titles, k1 1.2, b 0.75; a group ranks by its best title. */
function bm25(titles) {
  const docs = titles.map(({ title }) => wordsOf(title));
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
    for (const word of new Set(wordsOf(text))) {
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

function miniSearch(titles) {
  const search = new MiniSearch({ fields: ['title'], storeFields: ['code'] });
  search.addAll(titles.map((one, id) => ({ id, ...one })));
  return (text) => codesOf(search.search(text).map(({ code }) => code));
}

const gramsOf = (title) => {
  const grams = new Set();
  for (const word of wordsOf(title)) {
    const edged = `<${word}>`;
    for (let size = 3; size <= 5; size++)
      for (let at = 0; at + size <= edged.length; at++) grams.add(edged.slice(at, at + size));
  }
  return grams;
};

/** Multinomial naive Bayes over runs of 3 to 5 letters, smoothing 0.01. */
function letters(titles) {
  const smoothing = 0.01;
  const codes = [...new Set(titles.map(({ code }) => code))];
  const place = new Map(codes.map((code, at) => [code, at]));
  const grams = new Map();
  const totals = new Float64Array(codes.length);
  const docs = new Float64Array(codes.length);
  for (const { title, code } of titles) {
    const at = place.get(code);
    docs[at]++;
    for (const gram of gramsOf(title)) {
      if (!grams.has(gram)) grams.set(gram, new Map());
      const counts = grams.get(gram);
      counts.set(at, (counts.get(at) ?? 0) + 1);
      totals[at]++;
    }
  }
  return (text) => {
    const scores = docs.map((count) => Math.log(count / titles.length));
    for (const gram of gramsOf(text)) {
      const counts = grams.get(gram);
      if (!counts) continue;
      for (let at = 0; at < scores.length; at++)
        scores[at] += Math.log(((counts.get(at) ?? 0) + smoothing) / (totals[at] + smoothing * grams.size));
    }
    return codesOf(
      [...scores.keys()]
        .sort((a, b) => scores[b] - scores[a])
        .slice(0, 10)
        .map((at) => codes[at]),
    );
  };
}

export const baselines = {
  exact,
  BM25: bm25,
  'MiniSearch default': miniSearch,
  'letters 3–5, naive Bayes': letters,
};
