// Learns how much each kind of evidence counts and writes src/ranker-weights.ts: node packages/occupations/evaluation/train.mjs, then build.
// Fold 0 is never looked at, so that its figures in results.json are of titles that neither index, model nor weights have seen.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { engine, readBundle, root } from './bundle.mjs';
import { folds, generator, misspelt, titlesOf, without } from './split.mjs';

const { buildOccupationIndex, evidence } = engine;
const input = readBundle();
const random = generator(7);
/** Groups of a question that take part: the right ones, and those that any kind of evidence puts high. */
const mostCandidates = 40;

const width = evidence.length;
const questions = [];
for (let fold = 1; fold < folds - 1; fold++) {
  const index = buildOccupationIndex(without(input, [0, fold]));
  for (const { natural, codes } of titlesOf(input, fold)) {
    const asked = random() < 0.15 ? (misspelt(natural, 1, 5, random) ?? natural) : natural;
    const matches = index.entries(`${asked} `, { classification: 'soc2020' });
    const matrix = index.ranker.evidenceOf(index.wordsOf(asked, matches), matches);
    const groups = index.ranker.codes.map((code, at) => ({ at, right: codes.has(code) }));
    const rough = ({ at }) => {
      const value = (name) => matrix[at * width + evidence.indexOf(name)];
      return value('all') + 4 * value('entryScore') + 0.3 * value('abroadWords');
    };
    groups.sort((a, b) => rough(b) - rough(a));
    const taken = groups.filter(({ right }, rank) => right || rank < mostCandidates);
    if (!taken.some(({ right }) => right)) continue;
    const rows = new Float32Array(taken.length * width);
    taken.forEach(({ at }, row) => rows.set(matrix.subarray(at * width, (at + 1) * width), row * width));
    questions.push({ rows, right: taken.map(({ right }) => right) });
  }
  process.stderr.write(`fold ${fold}: ${questions.length} questions\n`);
}

// Values are put on one scale for the descent and taken back after.
const means = new Float64Array(width);
const squares = new Float64Array(width);
let count = 0;
for (const { rows } of questions) {
  for (let at = 0; at < rows.length; at++) {
    means[at % width] += rows[at];
    squares[at % width] += rows[at] ** 2;
  }
  count += rows.length / width;
}
const spread = squares.map((sum, at) => Math.sqrt(Math.max(sum / count - (means[at] / count) ** 2, 1e-9)));

// Conditional logit: the right groups together should have all the probability. Adam, in small batches.
const weights = new Float64Array(width);
const [first, second] = [new Float64Array(width), new Float64Array(width)];
const epochs = 12;
const batch = 256;
let step = 0;
for (let epoch = 0; epoch < epochs; epoch++) {
  for (let at = questions.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [questions[at], questions[other]] = [questions[other], questions[at]];
  }
  let loss = 0;
  for (let from = 0; from < questions.length; from += batch) {
    const part = questions.slice(from, from + batch);
    const slope = new Float64Array(width);
    for (const { rows, right } of part) {
      const scores = right.map((_, row) => {
        let score = 0;
        for (let at = 0; at < width; at++) score += (weights[at] * rows[row * width + at]) / spread[at];
        return score;
      });
      const most = Math.max(...scores);
      const odds = scores.map((score) => Math.exp(score - most));
      const all = odds.reduce((sum, one) => sum + one, 0);
      const good = odds.reduce((sum, one, row) => sum + (right[row] ? one : 0), 0);
      loss -= Math.log(good / all);
      odds.forEach((one, row) => {
        const pull = one / all - (right[row] ? one / good : 0);
        for (let at = 0; at < width; at++) slope[at] += (pull * rows[row * width + at]) / spread[at];
      });
    }
    step++;
    for (let at = 0; at < width; at++) {
      const pull = slope[at] / part.length + 1e-4 * weights[at];
      first[at] = 0.9 * first[at] + 0.1 * pull;
      second[at] = 0.999 * second[at] + 0.001 * pull * pull;
      const rate = 0.01 * (1 - epoch / epochs);
      weights[at] -=
        (rate * (first[at] / (1 - 0.9 ** step))) / (Math.sqrt(second[at] / (1 - 0.999 ** step)) + 1e-8);
    }
  }
  process.stderr.write(`epoch ${epoch}: loss ${(loss / questions.length).toFixed(4)}\n`);
}

const written = evidence.map(
  (name, at) => `  ${name}: ${(weights[at] / spread[at]).toFixed(4).replace(/\.?0+$/, '')},`,
);
writeFileSync(
  path.join(root, 'packages/occupations/src/ranker-weights.ts'),
  `import type { Evidence } from './evidence';\n\n/** Written by evaluation/train.mjs. */\nexport const rankerWeights: Readonly<Record<Evidence, number>> = {\n${written.join('\n')}\n};\n`,
);
