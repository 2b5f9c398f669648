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

function jest(name, args) {
  let report = runJest(name, args);
  if (!report) return;
  const lost = report.testResults.filter((suite) => suite.status === 'failed').map((suite) => suite.name);
  if (lost.length > 0 && lost.length <= MOST_SECOND_RUNS) {
    count(name, { ...report, testResults: report.testResults.filter((suite) => suite.status !== 'failed') });
    for (const suite of lost) process.stdout.write(`once more, alone: ${path.relative(root, suite)}\n`);
    report = runJest(name, ['--maxWorkers=1', '--runTestsByPath', ...lost]);
    if (!report) return;
  }
  count(name, report);
}

/** @returns jest's report; undefined, and a failed check, when there is none. */
function runJest(name, args) {
  const file = path.join(root, '.lmi', `jest-${name}.json`);
  mkdirSync(path.dirname(file), { recursive: true });
  rmSync(file, { force: true });
  check(name, nodeBinary(), [bin('../jest/bin/jest.js'), '--json', `--outputFile=${file}`, ...args]);
  results.pop();
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
  results.push({ name: `${name} (did not run)`, passed: false });
  return undefined;
}

/** Counts each test; a suite that could not run counts as one that failed, and so does a skipped test. */
function count(name, { testResults }) {
  for (const { status, assertionResults } of testResults) {
    const failed = assertionResults.filter((test) => test.status !== 'passed');
    for (const test of assertionResults) results.push({ name, passed: test.status === 'passed' });
    if (status === 'failed' && failed.length === 0) results.push({ name, passed: false });
    for (const test of failed) {
      if (test.status === 'pending' || test.status === 'todo')
        process.stdout.write(`skipped: ${test.fullName}\n`);
    }
  }
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
