// Writes src/word-kinds-data.ts from the files of WordNet: node packages/occupations/evaluation/word-kinds.mjs --from <its folder "dict">
// Of WordNet only links are taken, no definition: which kinds ("synsets") the words of job titles are of, and the wider kinds of these.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { readBundle, root } from './bundle.mjs';

const require = createRequire(import.meta.url);
const { isStopWord, splitWords, stem } = require('../dist/text.js');

const from = process.argv[process.argv.indexOf('--from') + 1];
/** Meanings of a word that count, the commonest first, as a noun and as a verb. More bought nothing. */
const mostMeanings = 1;
/** A kind that fewer words are of tells no groups apart. */
const leastUses = 3;
/** Names of workers are taken whole: titles that no list has yet are made of them. */
const persons = '18';

/** Meanings of each word, and what stands behind each: its field, wider kinds and what it is derived from. */
const meanings = new Map();
const kinds = new Map();
for (const part of ['noun', 'verb']) {
  const lines = (name) =>
    readFileSync(path.join(from, `${name}.${part}`), 'latin1')
      .split('\n')
      .filter((line) => /^\S/.test(line));
  for (const line of lines('index')) {
    const fields = line.trim().split(' ');
    const first = 4 + Number(fields[3]) + 2;
    const of = fields.slice(first, first + mostMeanings).map((at) => part[0] + at);
    meanings.set(fields[0], [...(meanings.get(fields[0]) ?? []), ...of]);
  }
  for (const line of lines('data')) {
    const fields = line.split(' | ')[0].trim().split(' ');
    const links = 4 + 2 * parseInt(fields[3], 16);
    const to = { '@': [], '@i': [], '+': [] };
    for (let at = links + 1; at < links + 1 + 4 * Number(fields[links]); at += 4)
      if (/^[nv]$/.test(fields[at + 2])) to[fields[at]]?.push(fields[at + 2] + fields[at + 1]);
    // Names of single people and places are of no kind of work.
    if (to['@i'].length === 0)
      kinds.set(part[0] + fields[0], { field: fields[1], wider: to['@'], derived: [...new Set(to['+'])] });
  }
}

for (const kind of kinds.values()) {
  kind.wider = kind.wider.filter((one) => kinds.has(one));
  kind.derived = kind.derived.filter((one) => kinds.has(one));
}

/** Endings taken off a word that WordNet lacks, until it is one that it has. */
const endings = [
  [/y$/, 'ies'],
  [/is(ation|er|ing|e)$/, 'iz$1'],
  [/ing$/, ''],
  [/ing$/, 'e'],
  [/er$/, ''],
  [/er$/, 'e'],
  [/or$/, 'e'],
  [/or$/, ''],
  [/ist$/, ''],
  [/man$/, ''],
  [/ed$/, ''],
  [/ed$/, 'e'],
];
function meaningsOf(word) {
  for (const form of [word, `${word}s`]) if (meanings.has(form)) return meanings.get(form);
  for (const [ending, other] of endings) {
    const form = word.replace(ending, other);
    if (form === word || form.length < 3) continue;
    if (meanings.has(form)) return meanings.get(form);
    const single = form.replace(/(.)\1$/, '$1');
    if (single !== form && form.length > 3 && meanings.has(single)) return meanings.get(single);
  }
  return [];
}

const { groups, entries, abroad } = readBundle();
const texts = [
  ...groups.flatMap(({ title, relatedTitles }) => [title, ...relatedTitles]),
  ...entries.flatMap(({ naturalTitle, addQualifier, indQualifier }) => [
    naturalTitle,
    addQualifier ?? '',
    indQualifier ?? '',
  ]),
  ...abroad.map(({ title }) => title),
];
const words = new Set(
  texts
    .flatMap(splitWords)
    .filter((word) => !isStopWord(word))
    .map(stem),
);
for (const [word, of] of meanings)
  if (/^[a-z]{4,}$/.test(word) && of.some((kind) => kinds.get(kind)?.field === persons))
    words.add(stem(word));

// Wider kinds up to three steps and what a kind is derived from, with one step more, count; what one word alone is of says nothing.
const reach = (kind) => {
  const found = new Set([kind]);
  const up = (one, steps) => {
    if (steps === 0) return;
    for (const wider of kinds.get(one).wider) {
      found.add(wider);
      up(wider, steps - 1);
    }
  };
  up(kind, 3);
  for (const derived of kinds.get(kind).derived) {
    found.add(derived);
    up(derived, 1);
  }
  return found;
};
const taken = new Map();
for (const word of [...words].sort()) {
  const of = (/^[a-z-]+$/.test(word) ? meaningsOf(word) : []).filter((kind) => kinds.has(kind));
  if (of.length > 0) taken.set(word, of);
}
const uses = new Map();
for (const of of taken.values())
  for (const kind of new Set(of.flatMap((one) => [...reach(one)]))) uses.set(kind, (uses.get(kind) ?? 0) + 1);

const numbers = new Map();
const rows = [];
const number = (kind) => {
  if (!numbers.has(kind)) {
    const at = numbers.size;
    numbers.set(kind, at);
    rows.push(undefined);
    const { field, wider, derived } = kinds.get(kind);
    const kept = (list) =>
      list
        .filter((one) => uses.get(one) >= leastUses)
        .map((one) => number(one).toString(36))
        .join('.');
    rows[at] = `${Number(field).toString(36)}:${kept(wider)}:${kept(derived)}`.replace(/:+$/, '');
  }
  return numbers.get(kind);
};
const list = [...taken].map(
  ([word, of]) => `${word} ${of.map((kind) => number(kind).toString(36)).join(' ')}`,
);
process.stderr.write(`${list.length} words, ${rows.length} kinds\n`);
/** In lines of a width that editors bear. */
const wrapped = (items) =>
  items
    .join(',')
    .match(/.{1,118}(?:,|$)/g)
    .join('\n');
writeFileSync(
  path.join(root, 'packages/occupations/src/word-kinds-data.ts'),
  `/* Written by evaluation/word-kinds.mjs from WordNet 3.1, Copyright 2011 by Princeton University; see data/README.md for its licence. */\n\n/** Word and numbers of its kinds, to the base of 36. */\nexport const kindsByWord = \`\n${wrapped(list)}\n\`;\n\n/** By number: field, wider kinds, kinds it is derived from or gives. */\nexport const kindLinks = \`\n${wrapped(rows)}\n\`;\n`,
);
