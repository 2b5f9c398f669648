// Fits the probability of the first answer and writes src/calibration-weights.ts, after train.mjs and a build:
// node packages/occupations/evaluation/calibrate.mjs. It learns from the dev half of the adverts and from index titles of a fold that neither
// train.mjs nor the figures in results.json use; both count alike.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { readAdverts } from './adverts.mjs';
import { engine, readBundle, root } from './bundle.mjs';
import { folds, titlesOf, without } from './split.mjs';

const { buildOccupationIndex, calibrationTerms, OccupationCoder } = engine;
const input = readBundle();
const fold = folds - 1;

const examples = [];
const learn = (coder, asked, isRight, weight) => {
  const best = coder.bestOf(asked);
  if (best)
    examples.push({
      terms: calibrationTerms(best.input),
      right: isRight(best.code) ? 1 : 0,
      weight,
    });
};
const unseen = titlesOf(input, fold);
const blind = new OccupationCoder(buildOccupationIndex(without(input, [0, fold])));
for (const { natural, codes } of unseen)
  learn(blind, { title: natural }, (code) => codes.has(code), 1 / unseen.length);
const adverts = readAdverts('dev');
const coder = new OccupationCoder(buildOccupationIndex(input));
for (const { title, industry, code: right } of adverts)
  learn(coder, { title, industry }, (code) => code === right, 1 / adverts.length);

// Newton's method on the weighted log-likelihood, with a little pull to the middle.
const width = examples[0].terms.length;
let weights = new Array(width).fill(0);
for (let round = 0; round < 30; round++) {
  const slope = weights.map((weight) => -2e-3 * weight);
  const bend = weights.map((_, row) => weights.map((_, column) => (row === column ? 2e-3 : 0)));
  for (const { terms, right, weight } of examples) {
    const p = 1 / (1 + Math.exp(-terms.reduce((sum, term, at) => sum + term * weights[at], 0)));
    terms.forEach((term, row) => {
      slope[row] += weight * (right - p) * term;
      terms.forEach((other, column) => (bend[row][column] += weight * p * (1 - p) * term * other));
    });
  }
  const step = solve(bend, slope);
  weights = weights.map((weight, at) => weight + step[at]);
}

/** Gaussian elimination; the matrix is positive definite. */
function solve(matrix, right) {
  const rows = matrix.map((row, at) => [...row, right[at]]);
  for (let at = 0; at < rows.length; at++) {
    for (let below = at + 1; below < rows.length; below++) {
      const factor = rows[below][at] / rows[at][at];
      for (let column = at; column <= rows.length; column++) rows[below][column] -= factor * rows[at][column];
    }
  }
  const solution = new Array(rows.length).fill(0);
  for (let at = rows.length - 1; at >= 0; at--) {
    let sum = rows[at][rows.length];
    for (let column = at + 1; column < rows.length; column++) sum -= rows[at][column] * solution[column];
    solution[at] = sum / rows[at][at];
  }
  return solution;
}

writeFileSync(
  path.join(root, 'packages/occupations/src/calibration-weights.ts'),
  `/** Written by evaluation/calibrate.mjs; the order is that of calibrationTerms. */\nexport const calibration: readonly number[] = [\n${weights.map((weight) => `  ${Number(weight.toFixed(4))},`).join('\n')}\n];\n`,
);
process.stderr.write(
  `${examples.length} examples: ${weights.map((weight) => weight.toFixed(2)).join(' ')}\n`,
);
