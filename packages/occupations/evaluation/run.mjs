// `npm run accuracy`: measures the engine and the baselines on the bundled data and writes results.json and the tables of docs/accuracy.md.
// `npm run accuracy -- --check`: measures the engine alone and fails where a figure is more than half a point below the committed one.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './bundle.mjs';
import { measure } from './measure.mjs';
import { writeTables } from './tables.mjs';

const file = path.join(root, 'packages/occupations/evaluation/results.json');
/** Half a point; figures are shares of 1. */
const allowedDrop = 0.005;

/** Figures that may not fall, by name; errors count downwards. */
function figuresOf({ known, unseen, adverts }) {
  const ours = (name) => unseen.systems.find(({ system }) => system === name).variants;
  return Object.fromEntries([
    ['index titles as printed, first', known.printed.first],
    ['index titles in natural order, first', known.natural.first],
    ['index titles coded, first', known.naturalCoded.first],
    ['one slip, in five', known.oneSlip.inFive],
    ['two slips, in five', known.twoSlips.inFive],
    ...known.cuts.flatMap(({ letters, ownGroup, eachWordCut }) => [
      [`first ${letters} letters, MRR`, ownGroup],
      [`words cut to ${letters} letters, MRR`, eachWordCut],
    ]),
    ...['this search', 'this coder'].flatMap((name) =>
      Object.entries(ours(name)).flatMap(([variant, { first, inFive }]) => [
        [`unseen titles, ${variant}, ${name}, first`, first],
        [`unseen titles, ${variant}, ${name}, in five`, inFive],
      ]),
    ),
    ['unseen titles, 1 - calibration error', 1 - unseen.calibrationError],
    ['adverts (held out), first', adverts.heldOut.first],
    ['adverts (held out), in five', adverts.heldOut.inFive],
    ['adverts (held out), precision at the threshold', adverts.heldOut.atThreshold.precision],
    ['adverts (held out), coverage at the threshold', adverts.heldOut.atThreshold.coverage],
    ['adverts (held out), 1 - calibration error', 1 - adverts.heldOut.calibrationError],
  ]);
}

if (process.argv.includes('--check')) {
  const before = figuresOf(JSON.parse(readFileSync(file, 'utf8')));
  const now = figuresOf(measure(false));
  const fallen = Object.entries(before).filter(([name, figure]) => !(now[name] >= figure - allowedDrop));
  for (const [name, figure] of fallen)
    process.stdout.write(`${name}: ${(100 * now[name]).toFixed(2)}, was ${(100 * figure).toFixed(2)}\n`);
  process.stdout.write(
    `${Object.keys(before).length - fallen.length} of ${Object.keys(before).length} figures hold\n`,
  );
  process.exitCode = fallen.length > 0 ? 1 : 0;
} else {
  const results = measure(true);
  writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`);
  writeTables(results);
}
