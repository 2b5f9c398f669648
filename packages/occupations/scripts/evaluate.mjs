// Measures the engine on the whole official index: LMI_SOURCES=<folder> node packages/occupations/scripts/evaluate.mjs
// Reports how often the right group comes first for titles as printed, cut short and misspelled, and the speed.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const { readOfficialRows } = require('../test/official-rows.cjs');
const { buildOccupationIndex } = require('../dist/index.js');

const rows = readOfficialRows(join(process.env.LMI_SOURCES ?? '.', 'soc'));
globalThis.gc?.();
const heapBefore = process.memoryUsage();
const buildStart = performance.now();
const index = buildOccupationIndex(rows);
console.log(`build ${(performance.now() - buildStart).toFixed(0)} ms`, index.size);
globalThis.gc?.();
const heapAfter = process.memoryUsage();
const megabytes = (key) => ((heapAfter[key] - heapBefore[key]) / 1e6).toFixed(1);
console.log(`heap +${megabytes('heapUsed')} MB, array buffers +${megabytes('arrayBuffers')} MB`);

let seed = 20201;
const random = () => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 32;
};
const letters = 'abcdefghijklmnopqrstuvwxyz';
/** One slip in a word of five letters or more, not in its first letter. */
function misspell(title) {
  const words = title.split(' ');
  const long = words.map((word, at) => [word, at]).filter(([word]) => /^[a-z]{5,}$/i.test(word));
  if (long.length === 0) return undefined;
  const [word, at] = long[Math.floor(random() * long.length)];
  const place = 1 + Math.floor(random() * (word.length - 2));
  const letter = letters[Math.floor(random() * 26)];
  const [before, here, after] = [word.slice(0, place), word[place], word.slice(place + 1)];
  const kinds = [
    before + after,
    before + letter + here + after,
    before + letter + after,
    before + after[0] + here + after.slice(1),
  ];
  words[at] = kinds[Math.floor(random() * 4)];
  return words.join(' ');
}

const times = [];
function search(query, classification) {
  const start = performance.now();
  const hits = index.search(query, { classification });
  times.push(performance.now() - start);
  return hits;
}

for (const classification of ['soc2020', 'soc2010']) {
  const codesOf = new Map();
  for (const entry of rows.entries) {
    if (!entry.soc2020 || !entry[classification]) continue;
    for (const title of [entry.naturalTitle, entry.title]) {
      const key = title.toLowerCase();
      if (!codesOf.has(key)) codesOf.set(key, new Set());
      codesOf.get(key).add(entry[classification]);
    }
  }
  const misses = [];
  const rate = (name, make, accept) => {
    let [tried, first, inFive] = [0, 0, 0];
    for (const [title, codes] of codesOf) {
      const query = make(title);
      if (!query) continue;
      tried++;
      const hits = search(query, classification).map((hit) => hit.code);
      const right = accept(hits, codes);
      if (right === 0) first++;
      if (right >= 0 && right < 5) inFive++;
      if (right !== 0 && name === 'as printed')
        misses.push(`${title} → ${hits.slice(0, 3)} not ${[...codes]}`);
    }
    const percent = (count) => `${((100 * count) / tried).toFixed(2)} %`;
    console.log(
      `${classification} ${name}: ${tried} queries, right first ${percent(first)}, in first five ${percent(inFive)}`,
    );
  };
  const place = (hits, codes) => hits.findIndex((code) => codes.has(code));
  rate('as printed', (title) => title, place);
  rate('one slip', (title) => misspell(title), place);
  for (const length of [4, 6, 8]) {
    // Several titles share a beginning: right is a group that has a title beginning so.
    const beginnings = new Map();
    for (const [title, codes] of codesOf) {
      const key = title.slice(0, length);
      if (title.length <= length) continue;
      if (!beginnings.has(key)) beginnings.set(key, new Set());
      for (const code of codes) beginnings.get(key).add(code);
    }
    const done = new Set();
    rate(
      `first ${length} letters`,
      (title) => {
        const key = title.slice(0, length);
        if (title.length <= length || done.has(key)) return undefined;
        done.add(key);
        return key;
      },
      (hits, codes) => place(hits, codes),
    );
    let [tried, first] = [0, 0];
    for (const [key, codes] of beginnings) {
      tried++;
      const [hit] = search(key, classification);
      if (hit && codes.has(hit.code)) first++;
    }
    console.log(
      `${classification} first ${length} letters, any title that begins so: ${tried} queries, first ${((100 * first) / tried).toFixed(2)} %`,
    );
  }
  if (process.argv.includes('--misses')) console.log(misses.slice(0, 60).join('\n'));
}

times.sort((a, b) => a - b);
const at = (share) => times[Math.floor(share * times.length)].toFixed(3);
console.log(
  `time over ${times.length} queries: median ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms, most ${times.at(-1).toFixed(2)} ms`,
);
