// Learns how much each kind of evidence counts and writes src/ranker-weights.ts: node packages/occupations/evaluation/train.mjs, then build.
// Fold 0 is never looked at, so that its figures in results.json are of titles that neither index, model nor weights have seen.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { engine, readBundle, root } from './bundle.mjs';
import { folds, generator, misspelt, titlesOf, without } from './split.mjs';

const { buildOccupationIndex, evidence } = engine;
const cut = (title) => title.replace(/\b(\w{8})\w+/g, '$1');
const input = readBundle();
const random = generator(7);
/** Sums of evidence that count where they are above nought. */
const units = 16;

const width = evidence.length;
const questions = [];
for (let fold = 1; fold < folds - 1; fold++) {
  const index = buildOccupationIndex(without(input, [0, fold]));
  const titles = titlesOf(input, fold).flatMap((title) => {
    const chance = random();
    const { natural } = title;
    const other = chance < 0.2 ? misspelt(natural, 1, 5, random) : chance < 0.4 ? cut(natural) : undefined;
    return other === undefined || other === natural ? [title] : [title, { ...title, natural: other }];
  });
  for (const { natural: asked, codes } of titles) {
    const matches = index.entries(`${asked} `, { classification: 'soc2020' });
    const { groups, rows } = index.ranker.candidates(index.wordsOf(asked, matches), matches);
    const right = groups.map((group) => codes.has(index.ranker.codes[group]));
    if (right.includes(true)) questions.push({ rows, right });
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

for (const { rows } of questions)
  for (let at = 0; at < rows.length; at++)
    rows[at] = (rows[at] - means[at % width] / count) / spread[at % width];

// Conditional logit: the right groups together should have all the probability. Adam, in small batches, over the linear weights, then
// for each unit its weights, its bias and its effect.
const unitAt = (unit) => width + unit * (width + 2);
const weights = new Float64Array(unitAt(units));
for (let unit = 0; unit < units; unit++) {
  // Sums of uniform numbers are near enough to normal ones.
  const normal = () => random() + random() + random() - 1.5;
  for (let at = 0; at < width; at++) weights[unitAt(unit) + at] = (2 * normal()) / Math.sqrt(width);
  weights[unitAt(unit) + width + 1] = (0.6 * normal()) / Math.sqrt(units);
}
const [first, second] = [new Float64Array(weights.length), new Float64Array(weights.length)];
const epochs = 14;
const batch = 64;
const steps = epochs * Math.ceil(questions.length / batch);
const pullBack = 1e-3;
let step = 0;
for (let epoch = 0; epoch < epochs; epoch++) {
  for (let at = questions.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [questions[at], questions[other]] = [questions[other], questions[at]];
  }
  let loss = 0;
  for (let from = 0; from < questions.length; from += batch) {
    const part = questions.slice(from, from + batch);
    const slope = new Float64Array(weights.length);
    for (const { rows, right } of part) {
      const sums = new Float64Array(right.length * units);
      const scores = right.map((_, row) => {
        let score = 0;
        for (let at = 0; at < width; at++) score += weights[at] * rows[row * width + at];
        for (let unit = 0; unit < units; unit++) {
          const begin = unitAt(unit);
          let sum = weights[begin + width];
          for (let at = 0; at < width; at++) sum += weights[begin + at] * rows[row * width + at];
          sums[row * units + unit] = sum;
          if (sum > 0) score += weights[begin + width + 1] * sum;
        }
        return score;
      });
      const most = Math.max(...scores);
      const odds = scores.map((score) => Math.exp(score - most));
      const all = odds.reduce((sum, one) => sum + one, 0);
      const good = odds.reduce((sum, one, row) => sum + (right[row] ? one : 0), 0);
      loss -= Math.log(good / all);
      odds.forEach((one, row) => {
        const pull = one / all - (right[row] ? one / good : 0);
        for (let at = 0; at < width; at++) slope[at] += pull * rows[row * width + at];
        for (let unit = 0; unit < units; unit++) {
          const sum = sums[row * units + unit];
          if (sum <= 0) continue;
          const begin = unitAt(unit);
          const passed = pull * weights[begin + width + 1];
          for (let at = 0; at < width; at++) slope[begin + at] += passed * rows[row * width + at];
          slope[begin + width] += passed;
          slope[begin + width + 1] += pull * sum;
        }
      });
    }
    step++;
    const rate = 0.006 * (1 - step / (steps + 1));
    for (let at = 0; at < weights.length; at++) {
      const pull = slope[at] / part.length + pullBack * weights[at];
      first[at] = 0.9 * first[at] + 0.1 * pull;
      second[at] = 0.999 * second[at] + 0.001 * pull * pull;
      weights[at] -=
        (rate * (first[at] / (1 - 0.9 ** step))) / (Math.sqrt(second[at] / (1 - 0.999 ** step)) + 1e-8);
    }
  }
  process.stderr.write(`epoch ${epoch}: loss ${(loss / questions.length).toFixed(4)}\n`);
}

// Weights for the evidence as it is, not on the scale of the descent.
const short = (value) => String(Number(value.toFixed(4)));
const own = (begin) => evidence.map((_, at) => weights[begin + at] / spread[at]);
const linear = own(0).map((weight, at) => `  ${evidence[at]}: ${short(weight)},`);
const joint = Array.from({ length: units }, (_, unit) => {
  const begin = unitAt(unit);
  const plain = own(begin);
  const bias = plain.reduce((sum, weight, at) => sum - (weight * means[at]) / count, weights[begin + width]);
  return `  {\n    bias: ${short(bias)},\n    effect: ${short(weights[begin + width + 1])},\n    weights: [${plain.map(short).join(', ')}],\n  },`;
});
const target = path.join(root, 'packages/occupations/src/ranker-weights.ts');
const text = `/* Written by evaluation/train.mjs. */
import type { Evidence } from './evidence';

export const rankerWeights: Readonly<Record<Evidence, number>> = {
${linear.join('\n')}
};

interface Joint {
  readonly bias: number;
  readonly effect: number;
  readonly weights: readonly number[];
}

/** Sums that count where they are above nought, times their effect; weights in the order of the evidence. */
export const joint: readonly Joint[] = [
${joint.join('\n')}
];
`;
writeFileSync(target, await format(text, { ...(await resolveConfig(target)), parser: 'typescript' }));
