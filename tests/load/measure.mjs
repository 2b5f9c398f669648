// Small tools of the benchmarks: pinned processes, wrk on the other core, medians with their spread.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { allocatorSettings } from '../../scripts/prepare.mjs';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const SERVER_CORE = '0';
export const LOAD_CORE = '1';
/** Of Linux, in which it counts processor time; the same on all machines that matter here. */
const TICKS = 100;

export function need(command, debianPackage) {
  if (spawnSync('which', [command]).status !== 0) {
    throw new Error(`${command} is needed: install Debian's ${debianPackage}`);
  }
}

const running = new Set();

/** Ends, by their pids, the processes that a broken run left. */
export function stopAll() {
  for (const child of running) child.kill('SIGKILL');
}

/** Starts a process, on the server core unless told, and waits for a pattern in what it writes. */
export async function startPinned(command, args, { env = {}, pattern, limitMs = 180_000, pinned = true }) {
  const [program, ...rest] = pinned ? ['taskset', '-c', SERVER_CORE, command, ...args] : [command, ...args];
  const child = spawn(program, rest, {
    cwd: root,
    env: { ...allocatorSettings, ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  let text = '';
  child.stdout.on('data', (chunk) => (text += chunk));
  child.stderr.on('data', (chunk) => (text += chunk));
  const until = Date.now() + limitMs;
  while (!pattern.test(text)) {
    if (child.exitCode !== null || Date.now() > until)
      throw new Error(`${command} ${args.join(' ')} did not start:\n${text}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    pid: child.pid,
    text: () => text,
    match: () => pattern.exec(text),
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null) child.kill('SIGTERM');
      else return;
      await gone;
    },
  };
}

/** Resident memory now and at its highest, in MB. */
export function memoryOf(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mb = (name) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) / 1024;
  return { now: mb('VmRSS'), high: mb('VmHWM') };
}

/** Processor time that a process has used, all its threads together, in seconds. */
export function processorOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** wrk over a list of paths, each request the next of them; pinned to the core without servers unless told. @returns requests and how many a second, latencies in ms, errors. */
export function wrk(base, paths, { connections = 32, seconds = 4, tempFolder, pinned = true }) {
  const script = path.join(tempFolder, 'paths.lua');
  writeFileSync(
    script,
    `local paths = {\n${paths.map((p) => JSON.stringify(p)).join(',\n')}\n}\nlocal i = 0\n` +
      'request = function() i = i % #paths + 1; return wrk.format("GET", paths[i]) end\n' +
      'done = function(summary, latency) io.write(string.format("RESULT %d %d %d %d %d %d\\n", summary.requests, summary.duration, ' +
      'summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout, summary.errors.status, ' +
      'latency:percentile(95), latency:percentile(99))) end\n',
  );
  const command = ['wrk', '-t1', `-c${connections}`, `-d${seconds}s`, '--latency', '-s', script, base];
  const [program, ...args] = pinned ? ['taskset', '-c', LOAD_CORE, ...command] : command;
  const output = execFileSync(program, args, { encoding: 'utf8' });
  const [requests, micros, broken, refused, p95, p99] = /RESULT (.*)/.exec(output)[1].split(' ').map(Number);
  return {
    requests,
    rate: requests / (micros / 1e6),
    p95: p95 / 1000,
    p99: p99 / 1000,
    errors: broken + refused,
  };
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** "12,345 (11,900–12,800)" */
export function withSpread(values, digits = 0) {
  const show = (value) =>
    value.toLocaleString('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${show(median(values))} (${show(Math.min(...values))}–${show(Math.max(...values))})`;
}

/** Puts text between `<!-- bench:name -->` and `<!-- /bench:name -->` of a file. */
export function writeSection(file, name, text) {
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const [open, close] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
  const section = `${open}\n${text.trim()}\n${close}`;
  const pattern = new RegExp(`${open}[\\s\\S]*?${close}`);
  writeFileSync(
    file,
    pattern.test(before) ? before.replace(pattern, () => section) : `${before.trimEnd()}\n\n${section}\n`,
  );
}
