// `npm run resilience`: runs tests/resilience and writes what they counted into docs/resilience.md. With --last it writes
// the counts of the run before.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import path from 'node:path';
import { nodeBinary } from '../../scripts/prepare.mjs';
import { root, writeSection } from '../load/measure.mjs';

const file = path.join(root, '.lmi', 'resilience.json');
const status = process.argv.includes('--last') ? 0 : runTests();
if (!existsSync(file)) throw new Error('the tests of tests/resilience counted nothing');
const results = JSON.parse(readFileSync(file, 'utf8'));

const number = (value) => (value === undefined ? '' : value.toLocaleString('en-GB'));
const counts = (of) =>
  Object.entries(of ?? {})
    .map(([name, count]) => `${number(count)} ${name}`)
    .join(', ');
const cached = ({ from = {}, sent }) =>
  sent && Object.keys(from).length > 0
    ? `${Math.round((100 * ((from.HIT ?? 0) + (from.STALE ?? 0) + (from.UPDATING ?? 0))) / sent)} %`
    : '';
const rows = results.map((result) => {
  const { name, seconds, sent, failed, degraded, p50, p99, max, answeredAgain, notes } = result;
  const broken = counts(failed);
  const said = [
    counts(degraded),
    answeredAgain > 0 ? `all ${answeredAgain} answered when sent again` : '',
    ...notes,
  ].filter((text) => text !== '');
  const cells = [
    name,
    seconds > 0 ? seconds.toFixed(0) : '',
    number(sent),
    sent === undefined ? '' : broken === '' ? '**0**' : `**${broken}**`,
    number(p50),
    number(p99),
    number(max),
    cached(result),
    said.join('; '),
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '/')).join(' | ')} |`;
});
const machine = `${cpus().length} cores (${cpus()[0].model.trim()}), ${(totalmem() / 2 ** 30).toFixed(0)} GiB`;
const table = [
  '| while | s | requests | failed | p50 ms | p99 ms | slowest ms | by nginx alone | degraded, and what else was seen |',
  '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
  ...rows,
].join('\n');
writeSection(
  path.join(root, 'docs/resilience.md'),
  'resilience',
  `${machine}, load generator included.\n\n${table}`,
);
process.exit(status ?? 1);

function runTests() {
  rmSync(file, { force: true });
  const args = ['scripts/test.mjs', 'tests/resilience'];
  return spawnSync(nodeBinary(), args, { cwd: root, stdio: 'inherit' }).status;
}
