// `npm test`: installs what the tests run against, prepares the clone, and runs every check. The last line counts
// checks: "N passed, N failed".
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import jestConfig from '../jest.config.cjs';
import { nodeBinary, prepare, root, toolEnvironment } from './prepare.mjs';

/** The servers and the browser that tests run as themselves, with the Debian package that has each. */
const servers = [
  { command: 'mariadbd', package: 'mariadb-server' },
  { command: 'mariadb-install-db', package: 'mariadb-server' },
  { command: 'redis-server', package: 'redis-server' },
  { command: 'nginx', package: 'nginx' },
  { command: 'chromium', package: 'chromium' },
  { command: 'prometheus', package: 'prometheus' },
  { command: 'promtool', package: 'prometheus' },
];

function find(command) {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.some((folder) => existsSync(path.join(folder, command)));
}

function installServers() {
  const missing = [...new Set(servers.filter((s) => !find(s.command)).map((s) => s.package))];
  if (missing.length === 0) return;
  const canInstall = find('apt-get') && process.getuid?.() === 0;
  if (!canInstall) {
    throw new Error(
      `tests need ${missing.join(', ')}: install them (Debian: apt-get install ${missing.join(' ')})`,
    );
  }
  process.stderr.write(`Installing ${missing.join(', ')} …\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  spawnSync('apt-get', ['update', '-qq'], { stdio: ['ignore', 2, 2], env });
  const result = spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing], {
    stdio: ['ignore', 2, 2],
    env,
  });
  if (result.status !== 0) throw new Error(`could not install ${missing.join(', ')}`);
}

/** Requests are timed there: on two cores nothing else may run beside it. */
const alone = '/tests/resilience/';

const env = () => ({ ...toolEnvironment(), FORCE_COLOR: '0' });
const bin = (name) => path.join(root, 'node_modules', '.bin', name);
const results = [];

function check(name, command, args) {
  process.stdout.write(`\n== ${name}\n`);
  const started = Date.now();
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: env() });
  results.push({ name, passed: status === 0 });
  process.stdout.write(
    `== ${name}: ${status === 0 ? 'passed' : 'FAILED'} (${((Date.now() - started) / 1000).toFixed(1)} s)\n`,
  );
  return status === 0;
}

/** Suites that lost a race beside others are run once more, alone, and named; more than these have another reason. */
const MOST_SECOND_RUNS = 3;

/** @param again whether suites ran beside each other, so that one that failed is to be run alone. */
function jest(name, args, again = false) {
  const report = runJest(name, args);
  const lost = report.testResults.filter(({ status }) => status === 'failed').map((suite) => suite.name);
  if (!again || lost.length === 0 || lost.length > MOST_SECOND_RUNS) {
    count(name, report);
    return;
  }
  count(name, { passed: true, testResults: report.testResults.filter(({ status }) => status !== 'failed') });
  for (const suite of lost) process.stdout.write(`once more, alone: ${path.relative(root, suite)}\n`);
  count(name, runJest(name, ['--maxWorkers=1', '--runTestsByPath', ...lost]));
}

/** @returns jest's report, without results when it wrote none, and whether it ended well. */
function runJest(name, args) {
  const file = path.join(root, '.lmi', `jest-${name}.json`);
  mkdirSync(path.dirname(file), { recursive: true });
  rmSync(file, { force: true });
  const passed = check(name, nodeBinary(), [
    bin('../jest/bin/jest.js'),
    '--json',
    `--outputFile=${file}`,
    ...args,
  ]);
  results.pop();
  const { testResults } = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { testResults: [] };
  return { passed, testResults };
}

/** Counts each test; one that was skipped, a suite that could not run, and a run that ended badly count as failed. */
function count(name, { passed, testResults }) {
  const before = results.filter((result) => !result.passed).length;
  for (const { status, assertionResults } of testResults) {
    for (const test of assertionResults) {
      results.push({ name, passed: test.status === 'passed' });
      if (['pending', 'todo'].includes(test.status)) process.stdout.write(`skipped: ${test.fullName}\n`);
    }
    if (status === 'failed' && assertionResults.every((test) => test.status === 'passed'))
      results.push({ name, passed: false });
  }
  const failed = results.filter((result) => !result.passed).length - before;
  if (failed === 0 && (!passed || testResults.length === 0))
    results.push({ name: `${name} (did not run)`, passed: false });
}

try {
  installServers();
  prepare();
  const only = process.argv.slice(2);
  if (only.length > 0) jest('tests', only);
  else {
    check('lint', bin('eslint'), ['.']);
    check('format', bin('prettier'), ['--check', '--log-level', 'warn', '.']);
    check('types of tests', bin('tsc'), ['-p', 'tsconfig.tests.json']);
    check('contracts', bin('buf'), ['lint', 'packages/contracts']);
    check('accuracy of coding', nodeBinary(), ['packages/occupations/evaluation/run.mjs', '--check']);
    // A pattern on the command line takes the place of the configured ones.
    const others = [...jestConfig.testPathIgnorePatterns, alone];
    jest(
      'tests',
      others.map((pattern) => `--testPathIgnorePatterns=${pattern}`),
      true,
    );
    jest('resilience', ['--maxWorkers=1', alone]);
  }
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  results.push({ name: 'preparation', passed: false });
}
const failed = results.filter((result) => !result.passed);
for (const name of new Set(failed.map((result) => result.name))) process.stdout.write(`failed: ${name}\n`);
process.stdout.write(`${results.length - failed.length} passed, ${failed.length} failed\n`);
process.exit(failed.length > 0 || results.length === 0 ? 1 : 0);
