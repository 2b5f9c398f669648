// What the cluster answers through nginx: hot keys against plain files, mixed traffic closed and open, with caches taken away one
// after the other, and one hand-written process beside it.
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { median, root, startPinned, withSpread, wrk } from '../measure.mjs';
import { keystrokesOf, mixedTraffic, shuffled } from '../traffic.mjs';
import { freePort } from './bed.mjs';
import { askAll, openLoop } from './open-loop.mjs';

const REQUESTS = 60_000;
const HOT = 50;
const COMPILE_SECONDS = 40;

/** The paths that come most often, with the bytes of their answers. */
async function hotKeys(base, paths) {
  const counts = new Map();
  for (const one of paths) counts.set(one, (counts.get(one) ?? 0) + 1);
  const hot = [...counts].sort((a, b) => b[1] - a[1]).slice(0, HOT);
  const bodies = await Promise.all(
    hot.map(async ([one]) =>
      Buffer.from(
        await (await fetch(`${base}${one}`, { headers: { 'accept-encoding': 'identity' } })).arrayBuffer(),
      ),
    ),
  );
  return { paths: hot.map(([one]) => one), bodies };
}

export async function throughput({ rounds, folder, note, startCluster, node }) {
  const rows = [];
  const figures = { errors: {}, cpu: {} };
  const cluster = await startCluster({});
  const load = (base, paths, seconds, connections = 32) =>
    wrk(base, paths, { seconds, connections, tempFolder: folder, pinned: false });
  let pid;
  /** One measured stretch with the processor time of the servers, µs a request. */
  const measured = (name, base, paths, seconds) => {
    const before = cluster.cpu(pid === undefined ? [] : [pid]);
    const result = load(base, paths, seconds);
    const after = cluster.cpu(pid === undefined ? [] : [pid]);
    const requests = result.rate * seconds;
    const used = Object.fromEntries(
      Object.keys(after).map((target) => [
        target,
        Math.round((after[target] - (before[target] ?? 0)) / requests),
      ]),
    );
    (figures.cpu[name] ??= []).push({ ...used, all: Object.values(used).reduce((a, b) => a + b, 0) });
    (figures[name] ??= []).push({ rate: result.rate, p99: result.p99 });
    figures.errors[name] = (figures.errors[name] ?? 0) + result.errors;
    return result;
  };
  const of = (name, member) => figures[name].map((round) => round[member]);
  const cpuOf = (name) => Math.round(median(figures.cpu[name].map(({ all }) => all)));
  const add = (what, target, figure, held) => rows.push({ what, target, figure, held });
  const addRate = (name, what, least) => {
    const rate = median(of(name, 'rate'));
    const errors = figures.errors[name];
    add(
      what,
      least && `≥ ${least.toLocaleString('en-GB')}`,
      `${withSpread(of(name, 'rate'))}, ${errors} errors, ${cpuOf(name)} µs of processor each`,
      least ? rate >= least && errors === 0 : undefined,
    );
  };

  const keys = cluster.keys();
  const mixed = mixedTraffic(keys, REQUESTS);
  const pay = shuffled(keys.soc2010).map((code) => `/api/v1/ashe/estimatePay?soc=${code}`);
  const different = [...new Set(mixed)];
  figures.paths = { requests: mixed.length, different: different.length };

  note('  hot keys');
  const hot = await hotKeys(cluster.address, mixed);
  const files = await cluster.startFiles(hot.bodies);
  const filePaths = hot.paths.map((_, i) => `/${i}.json`);
  load(cluster.address, hot.paths, 2);
  load(files.address, filePaths, 2);
  for (let round = 0; round < rounds; round++) {
    (figures.files ??= []).push(load(files.address, filePaths, 4).rate);
    measured('hot', cluster.address, hot.paths, 4);
  }
  await files.stop();
  const ratios = of('hot', 'rate').map((rate, i) => rate / figures.files[i]);
  add(
    `hot keys (the ${HOT} most frequent answers of the mixed traffic), requests/s (nginx with the same bytes as plain files: ${withSpread(figures.files)})`,
    '≥ 0.8 × plain files',
    `${withSpread(of('hot', 'rate'))} = **${withSpread(ratios, 2)} ×**, ${figures.errors.hot} errors`,
    median(ratios) >= 0.8 && figures.errors.hot === 0,
  );

  note('  mixed, as served');
  figures.errors.warming = await askAll(cluster.address, different);
  load(cluster.address, mixed, 8);
  for (let round = 0; round < rounds; round++) measured('mixed', cluster.address, mixed, 8);
  addRate(
    'mixed',
    `mixed traffic, closed loop, requests/s (${mixed.length.toLocaleString('en-GB')} requests for ${figures.paths.different.toLocaleString('en-GB')} different answers, over and over)`,
    10_000,
  );
  add('the same, p99 in ms', '≤ 25', withSpread(of('mixed', 'p99'), 1), median(of('mixed', 'p99')) <= 25);

  const openRounds = Math.min(rounds, 3);
  figures.open = [];
  for (let round = 0; round < openRounds; round++) {
    figures.open.push(await openLoop(cluster.address, mixed, { perSecond: 1000, seconds: 60 }));
  }
  const openErrors = figures.open.reduce((sum, { errors }) => sum + errors, 0);
  const openP99 = figures.open.map(({ p99 }) => p99);
  add(
    `mixed traffic, open loop, 1,000/s for 60 s, p99 in ms (${openRounds} times)`,
    '≤ 20',
    `${withSpread(openP99, 1)}, p50 ${withSpread(
      figures.open.map(({ p50 }) => p50),
      1,
    )}, ${openErrors} errors`,
    median(openP99) <= 20 && openErrors === 0,
  );

  note('  nginx cache off');
  const uncached = await cluster.startUncached();
  pid = uncached.pid;
  // Each gateway keeps what it was asked for, and which of the two is asked is chance.
  for (let pass = 0; pass < 4; pass++) figures.errors.warming += await askAll(uncached.address, different);
  load(uncached.address, mixed, 6);
  for (let round = 0; round < rounds; round++) measured('nginxOff', uncached.address, mixed, 6);
  addRate('nginxOff', 'mixed traffic, nginx cache off, requests/s', 8_000);
  load(uncached.address, pay, 2);
  for (let round = 0; round < rounds; round++) measured('nginxOffPay', uncached.address, pay, 4);
  addRate('nginxOffPay', '`estimatePay` over all occupations, nginx cache off, requests/s');

  note('  beside one hand-written process');
  const peer = await startPeer(cluster, node);
  const soc2020 = shuffled(keys.soc2020);
  const soc2010 = shuffled(keys.soc2010);
  const typed = shuffled(keys.titles).slice(0, 400).flatMap(keystrokesOf);
  const kinds = {
    'one pay series': {
      own: soc2020.map((c) => `/api/v1/ashe/estimatePay?soc=${c}`),
      theirs: soc2020.map((c) => `/pay?soc=${c}`),
    },
    'employment by year': {
      own: soc2020.map((c) => `/api/v1/wf/predict?soc=${c}`),
      theirs: soc2020.map((c) => `/employment?soc=${c}`),
    },
    'one occupation': {
      own: soc2010.map((c) => `/api/v1/soc/code/${c}`),
      theirs: soc2010.map((c) => `/occupation?soc=${c}`),
    },
    'search (the peer: titles that begin so)': {
      own: typed.map((text) => `/api/v1/soc/search?q=${encodeURIComponent(text)}`),
      theirs: typed.map((text) => `/search?q=${encodeURIComponent(text)}`),
    },
  };
  figures.peer = {};
  const compare = (way, base) => {
    for (const [kind, { own, theirs }] of Object.entries(kinds)) {
      const found = ((figures.peer[kind] ??= {})[way] = { own: [], theirs: [] });
      load(base, own, 2);
      for (let round = 0; round < rounds; round++) {
        found.theirs.push(load(peer.address, theirs, 2).rate);
        found.own.push(load(base, own, 2).rate);
      }
    }
  };
  compare('served', cluster.address);

  note('  every cache off');
  await cluster.restart({ LMI_CACHE_MB: '0' });
  // Fourteen processes that have just started: until their code is compiled, an answer takes twice the work.
  load(uncached.address, mixed, COMPILE_SECONDS);
  for (let round = 0; round < rounds; round++) measured('allOff', uncached.address, mixed, 6);
  addRate('allOff', 'mixed traffic, every cache off (nginx, gateways, services, Redis), requests/s', 1_500);
  load(uncached.address, pay, 2);
  for (let round = 0; round < rounds; round++) measured('allOffPay', uncached.address, pay, 4);
  addRate('allOffPay', '`estimatePay` over all occupations, every cache off, requests/s');
  compare('allOff', uncached.address);
  await peer.stop();
  for (const [kind, { served, allOff }] of Object.entries(figures.peer)) {
    const ratio = ({ own, theirs }) =>
      withSpread(
        own.map((rate, i) => rate / theirs[i]),
        2,
      );
    add(
      `${kind}: the cluster beside one hand-written express + mysql2 process (${withSpread(allOff.theirs)}/s)`,
      undefined,
      `as served **${ratio(served)} ×**, every cache off **${ratio(allOff)} ×**`,
    );
  }
  await cluster.stop();
  const remark =
    'Two gateways, two of each service, MariaDB with one replica, Redis twice, nginx, and wrk (32 keep-alive connections) share the cores. ' +
    'Mixed traffic: 60 in 100 pay, employment and profile, 25 search keystrokes, 15 other; occupations and titles are drawn Zipf-like over all of them.';
  return { rows, figures, remark };
}

/** The peer has tables of titles and occupations of its own, with the indexes that its statements want. */
async function startPeer(cluster, node) {
  const secret = randomBytes(12).toString('hex');
  const own = (table, indexes) => `CREATE TABLE lmi_peer.${table} (${indexes}) SELECT * FROM lmi.${table}; `;
  cluster.onSocket(
    'primary',
    'CREATE DATABASE lmi_peer; ' +
      own(
        'soc_index_entry',
        'INDEX by_code (release_id, soc2010), INDEX by_title (release_id, natural_title)',
      ) +
      own('soc_group', 'INDEX by_code (release_id, classification, code)') +
      ['pay_cell', 'employment_estimate', 'release_pointer']
        .map((table) => `CREATE VIEW lmi_peer.${table} AS SELECT * FROM lmi.${table}; `)
        .join('') +
      `CREATE USER peer@'127.0.0.1' IDENTIFIED BY '${secret}'; GRANT SELECT ON lmi_peer.* TO peer@'127.0.0.1'`,
  );
  const { processes } = await cluster.status();
  const database = processes.find(({ name }) => name === 'primary').port;
  const port = await freePort();
  const peer = await startPinned(
    node,
    [
      path.join(root, 'tests/load/peers/express-mysql.cjs'),
      `mysql://peer:${secret}@127.0.0.1:${database}/lmi_peer`,
      String(port),
    ],
    { pattern: /listening/, pinned: false },
  );
  return { address: `http://127.0.0.1:${port}`, stop: () => peer.stop() };
}
