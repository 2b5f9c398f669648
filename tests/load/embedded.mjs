// The budgets of the embedded shape, each against a peer in the same run. Server on one core, load generator
// (wrk) on the other, loopback only, bounded. Results go to docs/performance.md. ROUNDS=1 for a quick look.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import {
  allocatorSettings,
  nodeArguments,
  nodeArgumentsOf,
  nodeBinary,
  prepare,
  toolEnvironment,
} from '../../scripts/prepare.mjs';
import {
  median,
  memoryOf,
  need,
  root,
  startPinned,
  stopAll,
  withSpread,
  wrk,
  writeSection,
} from './measure.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const BASE_PORT = 41_300;

need('wrk', 'wrk');
need('taskset', 'util-linux');
const main = prepare();
const node = nodeBinary();
const tempFolder = mkdtempSync(path.join(tmpdir(), 'lmi-bench-'));
const home = path.join(tempFolder, 'home');
const peerFolder = path.join(root, 'tests/load/peers/platformatic');
if (!existsSync(path.join(peerFolder, 'node_modules'))) {
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'], {
    cwd: peerFolder,
    env: toolEnvironment(),
    stdio: 'inherit',
  });
}

const program = (env) =>
  startPinned(node, [...nodeArguments, main, 'start'], {
    // Requests are counted, and never refused.
    env: { LMI_HOME: home, HOST: '127.0.0.1', LMI_LOG: 'error', LMI_ADDRESS_LIMIT: '10000000', ...env },
    pattern: /serving on (http:\S+)/,
  });
const rows = [];
const add = (what, target, figure, held) =>
  rows.push(`| ${what} | ${target} | ${figure} | ${held ? 'yes' : '**no**'} |`);
const note = (text) => process.stderr.write(`${text}\n`);

/** Draws by rank, the n-th with weight 1/n, from a fixed seed. */
function zipf(values, count) {
  let sum = 0;
  const upTo = values.map((_, rank) => (sum += 1 / (rank + 1)));
  let seed = 42;
  return Array.from({ length: count }, () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    const at = (seed / 2_147_483_648) * sum;
    return values[upTo.findIndex((limit) => limit > at)];
  });
}

/** A fixed shuffle: neighbours in code order share pages and would flatter a cold read. */
function shuffled(values) {
  const mixed = [...values];
  let seed = 20_261;
  for (let i = mixed.length - 1; i > 0; i--) {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    const j = seed % (i + 1);
    [mixed[i], mixed[j]] = [mixed[j], mixed[i]];
  }
  return mixed;
}

try {
  note('loading …');
  const first = await importAll();
  add(
    'import of all bundled data into an empty database',
    '≤ 30 s',
    `${first.seconds.toFixed(1)} s`,
    first.seconds <= 30,
  );
  add('memory while importing', '≤ 500 MB', `${first.highMb.toFixed(0)} MB`, first.highMb <= 500);
  const second = await importAll();
  const datasets = (first.text.match(/^[a-z\d-]+ +published /gm) ?? []).length;
  const unchanged = (second.text.match(/^[a-z\d-]+ +unchanged /gm) ?? []).length;
  add(
    'second import of the same editions',
    'changes nothing',
    `${unchanged} of ${datasets} datasets unchanged, ${second.seconds.toFixed(1)} s`,
    datasets > 0 && unchanged === datasets,
  );

  const againStarted = Date.now();
  let server = await program({ PORT: String(BASE_PORT) });
  const base = `http://127.0.0.1:${BASE_PORT}`;
  await (await fetch(`${base}/api/v1/ashe/estimatePay?soc=2136`)).text();
  const againSeconds = (Date.now() - againStarted) / 1000;
  add(
    'start with the data loaded, to the first answer',
    '≤ 2 s',
    `${againSeconds.toFixed(2)} s`,
    againSeconds <= 2,
  );
  const idle = memoryOf(server.pid);
  add('resident after the first answer', '≤ 250 MB', `${idle.now.toFixed(0)} MB`, idle.now <= 250);

  const groups = readGroups();
  const payPaths = shuffled(groups.soc2010.map((code) => `/api/v1/ashe/estimatePay?soc=${code}`));
  const example = await (await fetch(`${base}/api/v1/ashe/estimatePay?soc=2136`)).text();
  const bytesFile = path.join(tempFolder, 'bytes.json');
  writeFileSync(bytesFile, example);

  // Warm against a bare express route, in turns.
  note('warm …');
  const bare = await startPinned(
    node,
    [path.join(root, 'tests/load/peers/express.cjs'), String(BASE_PORT + 1), bytesFile],
    { pattern: /listening/ },
  );
  const bareBase = `http://127.0.0.1:${BASE_PORT + 1}`;
  for (const path of payPaths) await (await fetch(`${base}${path}`)).arrayBuffer();
  wrk(bareBase, payPaths, { seconds: 2, tempFolder });
  wrk(base, payPaths, { seconds: 2, tempFolder });
  const warm = [];
  const plain = [];
  let errors = 0;
  for (let round = 0; round < ROUNDS; round++) {
    plain.push(wrk(bareBase, payPaths, { tempFolder }).rate);
    const ours = wrk(base, payPaths, { tempFolder });
    errors += ours.errors;
    warm.push(ours.rate);
  }
  await bare.stop();
  const ratio = median(warm) / median(plain);
  add(
    `\`estimatePay\` warm, all ${payPaths.length} occupations, requests/s (bare express with the same bytes: ${withSpread(plain)})`,
    '≥ 0.6 × bare express',
    `${withSpread(warm)} = **${ratio.toFixed(2)} ×**, ${errors} errors`,
    ratio >= 0.6 && errors === 0,
  );

  note('search …');
  const keystrokes = shuffled(readKeystrokes());
  const search = keystrokes.map((text) => `/api/v1/soc/search?q=${encodeURIComponent(text)}`);
  wrk(base, search, { seconds: 2, tempFolder });
  const searchWarm = rounds(() => wrk(base, search, { tempFolder }).rate);
  add(
    `\`soc/search\`, ${search.length} different keystrokes one after the other, over and over, requests/s`,
    '≥ 2,000',
    withSpread(searchWarm),
    median(searchWarm) >= 2000,
  );
  const typed = zipf(search, 20_000);
  wrk(base, typed, { seconds: 2, tempFolder });
  const searchTyped = rounds(() => wrk(base, typed, { tempFolder }).rate);
  add(
    '`soc/search`, the same keystrokes drawn Zipf-like (some are typed far more often), requests/s',
    '≥ 2,000',
    withSpread(searchTyped),
    median(searchTyped) >= 2000,
  );
  const loaded = memoryOf(server.pid);
  add('resident after this load', '(no target)', `${loaded.now.toFixed(0)} MB`, true);
  await server.stop();

  // Cold: every cache off.
  note('cold …');
  server = await program({ PORT: String(BASE_PORT), LMI_CACHE_MB: '0' });
  wrk(base, payPaths, { seconds: 2, tempFolder });
  const peer = await startPinned(
    node,
    [path.join(peerFolder, 'server.cjs'), path.join(home, 'lmi.db'), String(BASE_PORT + 2)],
    { pattern: /listening/ },
  );
  const release = await currentRelease(base);
  const crosswalk = query("SELECT soc2010, soc2020 FROM soc_crosswalk WHERE sex = 'all'");
  const socId = query("SELECT release_id AS id FROM release_pointer WHERE dataset = 'soc'")[0].id;
  const peerCells = (socs) =>
    `/payCell/?fields=soc&fields=year&fields=mean&fields=jobsThousand&where.releaseId.eq=${release}&where.classification.eq=soc2020&where.soc.in=${socs.join()}` +
    '&where.measure.eq=weekly-pay&where.area.eq=K02000001&where.age.eq=all&where.sex.eq=all&where.workingPattern.eq=all';
  const peerQuery = (soc) =>
    `/payCell/?fields=year&fields=mean&where.releaseId.eq=${release}&where.classification.eq=soc2020&where.soc.eq=${soc}&where.measure.eq=weekly-pay` +
    '&where.area.eq=K02000001&where.age.eq=all&where.sex.eq=all&where.workingPattern.eq=all';
  const peerPaths = shuffled(groups.soc2020.map(peerQuery));
  const peerBase = `http://127.0.0.1:${BASE_PORT + 2}`;
  const peerAnswer = await (await fetch(`${peerBase}${peerPaths[0]}`)).json();
  if (!Array.isArray(peerAnswer) || peerAnswer.length === 0)
    throw new Error(`the peer does not answer: ${JSON.stringify(peerAnswer)}`);
  const ownPaths = shuffled(groups.soc2020.map((code) => `/api/v1/ashe/estimatePay?soc=${code}`));
  wrk(peerBase, peerPaths, { seconds: 2, tempFolder });
  const cold = [];
  const coldSame = [];
  const generated = [];
  for (let round = 0; round < ROUNDS; round++) {
    generated.push(wrk(peerBase, peerPaths, { tempFolder }).rate);
    cold.push(wrk(base, payPaths, { tempFolder }).rate);
    coldSame.push(wrk(base, ownPaths, { tempFolder }).rate);
  }
  // What the same answer takes from the generated API: which release serves, the groups that a SOC 2010 group went to,
  // and the series of those groups.
  const threeQuestions = groups.soc2010.flatMap((code) => [
    '/releasePointer/ashe',
    `/socCrosswalk/?fields=soc2020&fields=shareOf2020&where.releaseId.eq=${socId}&where.sex.eq=all&where.soc2010.eq=${code}`,
    peerCells(crosswalk.filter((pair) => pair.soc2010 === code).map((pair) => pair.soc2020)),
  ]);
  for (const path of threeQuestions.slice(0, 3)) {
    const answer = await (await fetch(`${peerBase}${path}`)).json();
    if (answer.statusCode || answer.length === 0)
      throw new Error(`the peer does not answer ${path}: ${JSON.stringify(answer)}`);
  }
  const sameAnswer = rounds(() => wrk(peerBase, threeQuestions, { tempFolder }).rate / 3);
  await peer.stop();
  add(
    '`estimatePay` cold (caches off), SOC 2010 codes crossed over, requests/s',
    '≥ 1,500',
    withSpread(cold),
    median(cold) >= 1500,
  );
  const answerRatio = median(cold) / median(sameAnswer);
  add(
    `the same against Platformatic's generated API on the same file, which takes three requests for that answer (answers/s: ${withSpread(sameAnswer)})`,
    '≥ 2 × the peer',
    `**${answerRatio.toFixed(1)} ×**`,
    answerRatio >= 2,
  );
  const peerRatio = median(coldSame) / median(generated);
  add(
    `\`estimatePay\` cold, codes as the table has them, requests/s (one request to Platformatic's API, the raw rows of one series: ${withSpread(generated)})`,
    '≥ 2 × the peer',
    `${withSpread(coldSame)} = **${peerRatio.toFixed(1)} ×**`,
    peerRatio >= 2,
  );
  const searchCold = rounds(() => wrk(base, search, { tempFolder }).rate);
  add('`soc/search` with caches off, requests/s', '(no target)', withSpread(searchCold), true);
  const profiles = shuffled(groups.soc2020.map((code) => `/api/v2/occupations/${code}/profile`));
  wrk(base, profiles, { connections: 4, seconds: 2, tempFolder });
  const profile = rounds(() => wrk(base, profiles, { connections: 4, tempFolder }).p95);
  add('profile cold, p95 in ms (4 connections)', '≤ 30', withSpread(profile, 1), median(profile) <= 30);
  await server.stop();

  note('search in process …');
  const inProcess = JSON.parse(
    execFileSync(
      'taskset',
      ['-c', '0', node, path.join(root, 'tests/load/search-in-process.cjs'), path.join(home, 'lmi.db')],
      { encoding: 'utf8', maxBuffer: 1 << 24 },
    ),
  );
  add(
    `search in process over the whole index (${inProcess.entries.toLocaleString('en-GB')} entries, ${inProcess.queries.toLocaleString('en-GB')} keystrokes), p99 in ms`,
    '≤ 5',
    inProcess.p99.toFixed(2),
    inProcess.p99 <= 5,
  );
  const { perSecond, codedPerSecond, titles, buildMs } = inProcess;
  add('the same keystrokes, each second', '≥ 3,000', perSecond.toFixed(0), perSecond >= 3000);
  add(
    `job titles coded in process (${titles.toLocaleString('en-GB')}, half of them as adverts print them), each second`,
    '≥ 1,000',
    codedPerSecond.toFixed(0),
    codedPerSecond >= 1000,
  );
  add(
    'search index and models built from the release, in ms',
    '≤ 3,000',
    buildMs.toFixed(0),
    buildMs <= 3000,
  );

  const table = ['| what | target | measured | held |', '| --- | --- | --- | --- |', ...rows].join('\n');
  const machine = `${cpus().length} cores (${cpus()[0].model.trim()}), ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${execFileSync(node, ['-v'], { encoding: 'utf8' }).trim()}`;
  const section = `${machine}. Server on one core, wrk on the other, 32 keep-alive connections unless said, 4 s a round, median of ${ROUNDS} rounds (lowest–highest).\n\n${table}`;
  process.stdout.write(`${section}\n`);
  if (ROUNDS >= 5) writeSection(path.join(root, 'docs/performance.md'), 'embedded', section);
} finally {
  stopAll();
  rmSync(tempFolder, { recursive: true, force: true });
}

/** Runs the import to its end. @returns its time, its highest resident memory and what it wrote. */
async function importAll() {
  const started = Date.now();
  const child = spawn('taskset', ['-c', '0', node, ...nodeArgumentsOf('import'), main, 'import', '--all'], {
    env: { ...allocatorSettings, ...process.env, LMI_HOME: home, LMI_SOURCES: '', LMI_LOG: 'error' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let text = '';
  child.stdout.on('data', (chunk) => (text += chunk));
  let highMb = 0;
  const poll = setInterval(() => {
    if (child.exitCode === null && existsSync(`/proc/${child.pid}/status`))
      highMb = Math.max(highMb, memoryOf(child.pid).high);
  }, 50);
  const code = await new Promise((resolve) => child.once('exit', resolve));
  clearInterval(poll);
  if (code !== 0) throw new Error(`the import failed:\n${text}`);
  return { seconds: (Date.now() - started) / 1000, highMb, text };
}

function rounds(measure) {
  return Array.from({ length: ROUNDS }, measure);
}

/** Unit-group codes of both classifications and job titles, read from the database that is served. */
function query(sql) {
  const script =
    `const D=require(require.resolve('better-sqlite3',{paths:[${JSON.stringify(path.join(root, 'packages/data'))}]}));` +
    `process.stdout.write(JSON.stringify(new D(process.argv[1],{readonly:true}).prepare(process.argv[2]).all()))`;
  return JSON.parse(
    execFileSync(node, ['-e', script, path.join(home, 'lmi.db'), sql], {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    }),
  );
}

function readGroups() {
  const groups = query("SELECT classification, code FROM soc_group WHERE level = 'unit'");
  const of = (classification) => groups.filter((g) => g.classification === classification).map((g) => g.code);
  return { soc2010: of('soc2010'), soc2020: of('soc2020') };
}

/** What a person types for every twentieth job title: its first three letters and each further pair, to the end. */
function readKeystrokes() {
  const titles = query('SELECT DISTINCT natural_title AS title FROM soc_index_entry').map((row) => row.title);
  const typed = new Set();
  for (let i = 0; i < titles.length; i += 40) {
    for (let n = 3; n <= titles[i].length; n += 2) typed.add(titles[i].slice(0, n).toLowerCase());
  }
  return [...typed];
}

async function currentRelease(base) {
  const { releases } = await (await fetch(`${base}/api/v2/datasets/ashe/releases`)).json();
  const version = releases.find((r) => r.current).version;
  return query(`SELECT id FROM dataset_release WHERE version = '${version.replaceAll("'", '')}'`)[0].id;
}
