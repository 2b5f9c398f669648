// The tables of docs/accuracy.md, between their marks.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './bundle.mjs';

const file = path.join(root, 'docs/accuracy.md');
const percent = (share) => `${(100 * share).toFixed(1)} %`;
const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
const held = (figure, target) => (figure >= target ? 'yes' : '**no**');

function knownTable({ known }) {
  const rows = [
    [
      'as printed ("Manager, sales")',
      'right first',
      '99.5 %',
      percent(known.printed.first),
      held(known.printed.first, 0.995),
    ],
    [
      'in natural order ("Sales manager")',
      'right first',
      '99.5 %',
      percent(known.natural.first),
      held(known.natural.first, 0.995),
    ],
    ['in natural order, by the coder', 'right first', '–', percent(known.naturalCoded.first), ''],
    [
      'one slip in a word of 5 letters or more',
      'right in five',
      '97 %',
      percent(known.oneSlip.inFive),
      held(known.oneSlip.inFive, 0.97),
    ],
    [
      'two slips in a word of 9 letters or more',
      'right in five',
      '90 %',
      percent(known.twoSlips.inFive),
      held(known.twoSlips.inFive, 0.9),
    ],
  ];
  return table(['titles of the index', 'measure', 'target', 'figure', 'held'], rows);
}

function cutTable({ known }) {
  const targets = { 4: 0.6, 6: 0.75, 8: 0.85 };
  return table(
    [
      'letters',
      'target',
      'own group, first letters',
      'the best possible',
      'any title that begins so',
      'own group, every word cut',
    ],
    known.cuts.map(({ letters, ownGroup, ownGroupCeiling, anyTitleThatBeginsSo, eachWordCut }) => [
      letters,
      targets[letters].toFixed(2),
      ...[ownGroup, ownGroupCeiling, anyTitleThatBeginsSo, eachWordCut].map((figure) => figure.toFixed(3)),
    ]),
  );
}

function unseenTable({ unseen }) {
  const names = Object.keys(unseen.systems[0].variants);
  return table(
    ['system', ...names.map((name) => `${name}: first, in five`)],
    unseen.systems.map(({ system, variants }) => [
      system,
      ...names.map((name) => `${percent(variants[name].first)}, ${percent(variants[name].inFive)}`),
    ]),
  );
}

function advertTable({ adverts }) {
  const row = (name, figures) => [
    name,
    figures.titles,
    percent(figures.first),
    percent(figures.firstWithAlternatives),
    percent(figures.inFive),
    percent(figures.twoDigits),
    `${percent(figures.atThreshold.precision)} at ${percent(figures.atThreshold.coverage)}`,
    percent(figures.atThreshold.uncodableRefused),
    figures.calibrationError.toFixed(3),
  ];
  return table(
    [
      'titles',
      'count',
      'first',
      'first or alternative',
      'in five',
      '2 digits',
      'precision at coverage, as served',
      'uncodable refused',
      'calibration error',
    ],
    [row('**held out**', adverts.heldOut), row('dev (tuned on)', adverts.dev)],
  );
}

function advertSystems({ adverts }) {
  return table(
    ['system, whole index, held-out adverts', 'first', 'in five'],
    [
      ...adverts.heldOut.systems.map(({ system, first, inFive }) => [
        system,
        percent(first),
        percent(inFive),
      ]),
      ['this coder', percent(adverts.heldOut.first), percent(adverts.heldOut.inFive)],
    ],
  );
}

function curveTable({ adverts }) {
  return table(
    ['coverage', 'least probability', 'precision', 'with alternatives'],
    adverts.heldOut.curve
      .filter((_, at) => at % 2 === 1)
      .map((point) => [
        percent(point.coverage),
        point.leastProbability.toFixed(2),
        percent(point.precision),
        percent(point.precisionWithAlternatives),
      ]),
  );
}

const sections = {
  known: knownTable,
  cuts: cutTable,
  unseen: unseenTable,
  adverts: advertTable,
  'advert systems': advertSystems,
  curve: curveTable,
};

/** Puts the tables into the document. */
export function writeTables(results) {
  let text = readFileSync(file, 'utf8');
  for (const [name, make] of Object.entries(sections)) {
    const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`docs/accuracy.md lacks ${begin} … ${end}`);
    text = `${text.slice(0, from + begin.length)}\n\n${make(results)}\n\n${text.slice(to)}`;
  }
  writeFileSync(file, text);
}
