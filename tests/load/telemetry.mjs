// What seeing it run costs: the embedded program plain, with counters and the port for operators, and with traces of 5 % and
// of all requests going to a collector, round by round in turns. Kept answers, and cold ones, where each request is a call
// and statements. Rates depend on what else the machine does: the processor time of a request says more. ROUNDS=1 for a quick look.
import { createServer } from 'node:http';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { nodeArguments, nodeBinary, prepare } from '../../scripts/prepare.mjs';
import {
  median,
  memoryOf,
  need,
  processorOf,
  root,
  startPinned,
  stopAll,
  withSpread,
  wrk,
  writeSection,
} from './measure.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? 5);
/** What is rare, as a traced request is, makes the compiler revise its work for longer than what is not. */
const WARM_UP_SECONDS = 8;
const BASE_PORT = 41_500;
const COLLECTOR_PORT = 41_599;

/** Takes what it gets and forgets it, in a process of its own beside the load generator. */
function collect() {
  createServer((request, response) => {
    request.resume();
    request.on('end', () => response.setHeader('Content-Type', 'application/json').end('{}'));
  }).listen(COLLECTOR_PORT, '127.0.0.1', () => process.send('ready'));
}

/** Unit groups of SOC 2010, from the bundled extract. */
function unitGroups() {
  const text = gunzipSync(readFileSync(path.join(root, 'data/soc/soc_group.csv.gz'))).toString();
  return [...text.matchAll(/^soc2010,(\d{4}),/gm)].map(([, code]) => code);
}

async function measure() {
  need('wrk', 'wrk');
  need('taskset', 'util-linux');
  const main = prepare();
  const tempFolder = mkdtempSync(path.join(tmpdir(), 'lmi-bench-'));
  const collector = fork(fileURLToPath(import.meta.url), ['collector'], { execPath: nodeBinary() });
  await new Promise((resolve) => collector.once('message', resolve));
  const otlp = { LMI_OTLP_URL: `http://127.0.0.1:${COLLECTOR_PORT}` };
  const ways = [
    ['plain', {}],
    ['counters and the port for operators', { LMI_METRICS_PORT: '0', LMI_TRACE_RATIO: '0' }],
    ['the same, 5 % traced and sent', { LMI_METRICS_PORT: '0', LMI_TRACE_RATIO: '0.05', ...otlp }],
    ['the same, all traced and sent', { LMI_METRICS_PORT: '0', LMI_TRACE_RATIO: '1', ...otlp }],
  ];
  const kept = unitGroups().map((code) => `/api/v1/ashe/estimatePay?soc=${code}`);
  const results = ways.map(() => ({ kept: [], cold: [], memory: [], micros: { kept: [], cold: [] } }));
  try {
    for (let round = 0; round < ROUNDS; round++) {
      for (const [at, [name, settings]] of ways.entries()) {
        process.stderr.write(`round ${round + 1}: ${name} …\n`);
        for (const [kind, cacheMb] of [
          ['kept', '32'],
          ['cold', '0'],
        ]) {
          const server = await startPinned(nodeBinary(), [...nodeArguments, main, 'start'], {
            env: {
              LMI_HOME: path.join(tempFolder, 'home'),
              HOST: '127.0.0.1',
              PORT: String(BASE_PORT),
              LMI_LOG: 'error',
              LMI_ADDRESS_LIMIT: '10000000',
              LMI_CACHE_MB: cacheMb,
              ...settings,
            },
            pattern: /serving on (http:\S+)/,
          });
          const base = `http://127.0.0.1:${BASE_PORT}`;
          wrk(base, kept, { seconds: WARM_UP_SECONDS, tempFolder });
          const before = processorOf(server.pid);
          const { rate, requests } = wrk(base, kept, { tempFolder });
          results[at][kind].push(rate);
          results[at].micros[kind].push(((processorOf(server.pid) - before) / requests) * 1e6);
          if (kind === 'kept') results[at].memory.push(memoryOf(server.pid).now);
          await server.stop();
        }
      }
    }
  } finally {
    collector.kill();
    stopAll();
    rmSync(tempFolder, { recursive: true, force: true });
  }
  const rows = ways.map(([name], at) => {
    const { kept: warm, cold, memory, micros } = results[at];
    // Rounds are compared with the plain one of the same round: the machine's moods cancel out.
    const share = (kind) =>
      median(results[at][kind].map((rate, round) => (rate / results[0][kind][round]) * 100));
    const held = at === 2 ? (share('kept') >= 85 && share('cold') >= 85 ? 'yes' : '**no**') : '';
    return `| ${name} | ${withSpread(warm)} | ${share('kept').toFixed(0)} % | ${withSpread(micros.kept)} | ${withSpread(cold)} | ${share('cold').toFixed(0)} % | ${withSpread(micros.cold)} | ${median(memory).toFixed(0)} MB | ${held} |`;
  });
  const section = [
    `${cpus().length} cores (${cpus()[0].model.trim()}), ${(totalmem() / 2 ** 30).toFixed(0)} GiB. \`estimatePay\` of the embedded shape, server on one core, wrk and the collector on the other, 32 connections, 4 s a round after ${WARM_UP_SECONDS} s to warm up, median of ${ROUNDS} rounds (lowest–highest). Processor time of the server, all its threads, for each request in µs. Target: at least 85 % with 5 % traced.`,
    '',
    '| observed by | kept, requests/s | of plain | µs each | cold, requests/s | of plain | µs each | resident | held |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
  process.stdout.write(`${section}\n`);
  if (ROUNDS >= 5) writeSection(path.join(root, 'docs/performance.md'), 'telemetry', section);
}

await (process.argv[2] === 'collector' ? collect() : measure());
