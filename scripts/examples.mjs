// `npm run examples -- http://localhost:8080`: writes the example answers of the API's description anew, from a program
// that serves the bundled data, and then the description. Answers are cut short; a test holds them against their schemas.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { nodeBinary, root, toolEnvironment } from './prepare.mjs';

const base = process.argv[2] ?? 'http://localhost:8080';
const MOST_ITEMS = 2;
const LONGEST_TEXT = 300;

function short(value, inList = false) {
  if (typeof value === 'string')
    return value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}…` : value;
  if (Array.isArray(value)) return value.slice(0, inList ? 1 : MOST_ITEMS).map((item) => short(item, true));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, short(inner, inList)]));
}

const run = (args) => {
  const result = spawnSync(nodeBinary(), args, {
    cwd: root,
    encoding: 'utf8',
    env: toolEnvironment(),
    maxBuffer: 1 << 28,
  });
  if (result.status !== 0) throw new Error(`${args.join(' ')} failed:\n${result.stdout}${result.stderr}`);
  return result.stdout;
};

const main = 'services/lmi/dist/main.js';
const description = JSON.parse(run([main, 'openapi']));
// Examples that name a release name one of the tests' services; here it is the one that serves.
const { datasets } = await (await fetch(`${base}/api/v2/datasets`)).json();
const present = datasets.find(({ id }) => id === 'ashe').version;
/** The first calls of a program that has just started may be given up at their deadline. */
async function ask(url, init, tries = 6) {
  const response = await fetch(url, init);
  return response.status >= 500 && tries > 1 ? ask(url, init, tries - 1) : response;
}

const lines = [];
for (const item of Object.values(description.paths)) {
  for (const [method, operation] of Object.entries(item)) {
    const [written] = operation['x-example-calls'] ?? [];
    if (!written) continue;
    const call = written.replaceAll(/ashe-2025-[\da-f]{8}/g, present);
    const sent =
      operation.requestBody &&
      Object.values(operation.requestBody.content['application/json'].examples)[0].value;
    const response = await ask(base + call, {
      method,
      ...(sent && { body: JSON.stringify(sent), headers: { 'Content-Type': 'application/json' } }),
    });
    const text = await response.text();
    // No file of some figures may be bundled: then the example is how that is said.
    if (!response.ok && response.status !== 404) throw new Error(`${call}: ${response.status} ${text}`);
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    const whole = isJson ? JSON.parse(text) : text;
    // The description of everything would hold itself.
    if (whole.traceId) whole.traceId = '0'.repeat(32);
    const answer = short(whole.openapi ? { openapi: whole.openapi, info: whole.info } : whole);
    lines.push(`  ${operation.operationId}: ${JSON.stringify(JSON.stringify(answer))},`);
  }
}
const file = 'services/gateway/src/example-answers.ts';
writeFileSync(
  path.join(root, file),
  `/** Answers to the first example of each operation, as JSON text, cut short; written by scripts/examples.mjs. */\nexport const exampleAnswers: Readonly<Record<string, string>> = {\n${lines.join('\n')}\n};\n`,
);
const prettier = 'node_modules/prettier/bin/prettier.cjs';
run([prettier, '--write', '--log-level', 'warn', file]);
run(['node_modules/typescript/bin/tsc', '-b']);
writeFileSync(path.join(root, 'docs/api/openapi.json'), run([main, 'openapi']));
run([prettier, '--write', '--log-level', 'warn', 'docs/api/openapi.json']);
