// `npm run bench -- sweep`: every unit group of both classifications on every v1 endpoint that takes an occupation, three times
// over, on one process with the bundled data. Written to docs/performance.md between its markers.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { nodeArguments, nodeBinary, prepare } from '../../scripts/prepare.mjs';
import { root, startPinned, stopAll, writeSection } from './measure.mjs';

const AT_ONCE = 4;
const PASSES = ['first time (cold)', 'second time (warm)', 'third time (warm)'];

prepare();
const units = (classification) =>
  gunzipSync(readFileSync(path.join(root, 'data/soc/soc_group.csv.gz')))
    .toString()
    .split('\n')
    .flatMap((line) => new RegExp(`^${classification},(\\d{4}),`).exec(line)?.[1] ?? []);
const codes = [...new Set([...units('soc2010'), ...units('soc2020')])];

const home = mkdtempSync(path.join(tmpdir(), 'lmi-sweep-'));
try {
  const server = await startPinned(
    nodeBinary(),
    [...nodeArguments, path.join(root, 'services/lmi/dist/main.js'), 'start'],
    {
      env: { LMI_HOME: home, PORT: '0', LMI_ADDRESS_LIMIT: '0' },
      pattern: /serving on http:\/\/localhost:(\d+)/,
      pinned: false,
    },
  );
  const base = `http://127.0.0.1:${server.match()[1]}`;
  const { paths } = await (await fetch(`${base}/api/v2/openapi.json`)).json();
  const endpoints = Object.entries(paths).flatMap(([name, { get }]) => {
    if (
      !name.startsWith('/api/v1/') ||
      (!/\{(?:soc|code)\}/.test(name) && !get.parameters.some((p) => p.name === 'soc' && p.required))
    )
      return [];
    const example = get['x-example-calls'].find((call) => /(?:soc=|\/)\d{4}(?![\d-])/.test(call));
    return example ? [(code) => example.replace(/((?:soc=|\/))\d{4}(?![\d-])/, `$1${code}`)] : [];
  });
  const urls = endpoints.flatMap((of) => codes.map(of));
  const rows = [];
  for (const pass of PASSES) {
    const times = [];
    let failed = 0;
    let next = 0;
    const worker = async () => {
      while (next < urls.length) {
        const url = urls[next++];
        const began = performance.now();
        const response = await fetch(base + url);
        const text = await response.text();
        times.push(performance.now() - began);
        if (response.status >= 500) failed += 1;
        JSON.parse(text);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    times.sort((a, b) => a - b);
    const at = (share) => times[Math.floor(share * (times.length - 1))].toFixed(1);
    rows.push(
      `| ${pass} | ${urls.length.toLocaleString('en-GB')} | ${failed} | ${at(0.5)} | ${at(0.99)} | ${at(1)} |`,
    );
  }
  await server.stop();
  const text = [
    `${cpus().length} cores (${cpus()[0].model.trim()}), client included, ${AT_ONCE} requests at once: ${codes.length} unit groups on ${endpoints.length} endpoints. Target: no 5xx, p99 ≤ 50 ms warm.`,
    '',
    '| pass | requests | 5xx | p50 ms | p99 ms | slowest ms |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
  process.stdout.write(`${text}\n`);
  writeSection(path.join(root, 'docs/performance.md'), 'sweep', text);
} finally {
  stopAll();
  rmSync(home, { recursive: true, force: true });
}
