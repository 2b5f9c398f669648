// The budgets of the cluster: real nginx, MariaDB with a replica, Redis, gateways and services by `lmi cluster`, with the load
// generator (wrk) on the same cores. `npm run bench -- cluster [section…]`; each section is written to its own place in
// docs/performance.md and kept as .lmi/bench/<section>.json, so that one can be measured again without the others.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { nodeBinary, prepare } from '../../scripts/prepare.mjs';
import { need, root, stopAll, writeSection } from './measure.mjs';
import { startCluster, stopCluster } from './cluster/bed.mjs';
import { growth } from './cluster/growth.mjs';
import { throughput } from './cluster/throughput.mjs';
import { start } from './cluster/start.mjs';
import { table } from './cluster/table.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? 5);
for (const [command, debianPackage] of [
  ['wrk', 'wrk'],
  ['nginx', 'nginx-light'],
  ['mariadbd', 'mariadb-server-core'],
  ['redis-server', 'redis-server'],
]) {
  need(command, debianPackage);
}

prepare();
const node = nodeBinary();
const note = (text) => process.stderr.write(`${text}\n`);

/** Loads three sizes of one release in a process of its own: what it needs of memory is measured there. */
async function scale({ rounds }) {
  const child = spawn(node, [path.join(root, 'tests/load/scale-of-data.cjs'), String(rounds)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk) => (text += chunk));
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error('the scale of data could not be measured');
  return table.scale(JSON.parse(text));
}

const sections = { start, throughput, growth, scale };
const asked = process.argv.slice(3);
const unknown = asked.find((name) => !Object.hasOwn(sections, name));
if (unknown !== undefined) throw new Error(`no section ${unknown}: ${Object.keys(sections).join(', ')}`);

const results = path.join(root, '.lmi/bench');
mkdirSync(results, { recursive: true });
const machine = `${cpus().length} cores (${cpus()[0].model.trim()}), ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${execFileSync(node, ['-v'], { encoding: 'utf8' }).trim()}`;

let failed = false;
for (const [name, measure] of Object.entries(sections)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const began = Date.now();
  const folder = mkdtempSync(path.join(tmpdir(), 'lmi-bench-'));
  const home = path.join(folder, 'c');
  try {
    note(`${name} …`);
    const { rows, figures, remark } = await measure({
      rounds: ROUNDS,
      folder,
      note,
      startCluster: (options) => startCluster({ home, node, ...options }),
      node,
    });
    const text = `${machine}. ${remark} Median of ${ROUNDS} rounds (lowest–highest) unless said.\n\n${table.of(rows)}`;
    writeFileSync(
      path.join(results, `${name}.json`),
      JSON.stringify(
        { section: name, at: new Date().toISOString(), machine, rounds: ROUNDS, rows, figures },
        undefined,
        2,
      ),
    );
    process.stdout.write(`${text}\n`);
    if (ROUNDS >= 5) writeSection(path.join(root, 'docs/performance.md'), `cluster-${name}`, text);
  } catch (error) {
    // The other sections are measured all the same.
    failed = true;
    note(`${name} failed: ${error.stack}`);
  } finally {
    stopAll();
    // What a section that broke left running: its processes outlive the commands that started them.
    if (existsSync(path.join(home, 'state.json'))) await stopCluster({ home, node });
    rmSync(folder, { recursive: true, force: true });
    note(`${name}: ${((Date.now() - began) / 1000).toFixed(0)} s`);
  }
}
process.exitCode = failed ? 1 : 0;
