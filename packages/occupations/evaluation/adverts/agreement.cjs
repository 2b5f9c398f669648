// Writes agreement.json, how far the two coders of the advert titles agree, from the passes and labels.csv:
//   node packages/occupations/evaluation/adverts/agreement.cjs
// `none` is a category of its own at every number of digits.
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { parse } = require('csv-parse/sync');

/** @returns {Record<string, string>[]} */
const read = (name) => parse(readFileSync(join(__dirname, name)), { columns: true, bom: true });
const rounded = (value) => Math.round(value * 10_000) / 10_000;
const answers = ({ code, alternatives }) => [code, ...alternatives.split(' ').filter(Boolean)];
const count = (pairs, test) => pairs.filter(test).length;

/** Same answers, their share, and Cohen's kappa: the share beyond what coders with these margins would reach by chance. */
function atDigits(pairs, digits) {
  const categories = pairs.map(({ first, second }) =>
    [first.code, second.code].map((code) => (code === 'none' ? code : code.slice(0, digits))),
  );
  const used = [new Map(), new Map()];
  for (const pair of categories) {
    pair.forEach((category, coder) => used[coder].set(category, (used[coder].get(category) ?? 0) + 1));
  }
  const same = count(categories, ([first, second]) => first === second);
  const share = same / pairs.length;
  let chance = 0;
  for (const [category, times] of used[0]) {
    chance += (times / pairs.length) * ((used[1].get(category) ?? 0) / pairs.length);
  }
  return { same, share: rounded(share), kappa: rounded((share - chance) / (1 - chance)) };
}

function summary(pairs) {
  const differing = pairs.filter(({ first, second }) => first.code !== second.code);
  const decidedFor = (coder) => count(differing, (pair) => pair.label.code === pair[coder].code);
  return {
    titles: pairs.length,
    fourDigits: atDigits(pairs, 4),
    twoDigits: atDigits(pairs, 2),
    oneDigit: atDigits(pairs, 1),
    acceptableToBoth: count(
      pairs,
      ({ first, second }) => answers(first).includes(second.code) && answers(second).includes(first.code),
    ),
    none: {
      both: count(pairs, ({ first, second }) => first.code === 'none' && second.code === 'none'),
      firstOnly: count(differing, ({ first }) => first.code === 'none'),
      secondOnly: count(differing, ({ second }) => second.code === 'none'),
    },
    disagreements: {
      titles: differing.length,
      decidedForFirst: decidedFor('first'),
      decidedForSecond: decidedFor('second'),
    },
  };
}

/** What agreement.json holds. */
function agreement() {
  const byId = (name) => new Map(read(name).map((row) => [row.id, row]));
  const [first, second, labels] = ['pass-1.csv', 'pass-2.csv', 'labels.csv'].map(byId);
  const pairs = read('titles.csv').map(({ id, split }) => ({
    split,
    first: first.get(id),
    second: second.get(id),
    label: labels.get(id),
  }));
  const of = (split) => summary(pairs.filter((pair) => pair.split === split));
  return { all: summary(pairs), dev: of('dev'), 'held-out': of('held-out') };
}

module.exports = { agreement };

if (require.main === module) {
  writeFileSync(join(__dirname, 'agreement.json'), `${JSON.stringify(agreement(), null, 2)}\n`);
}
