import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { LmiError } from '@lmi/kit';

/** A process that outlives the command that started it. */
export interface ProcessRecord {
  /** Unique in the cluster, for example "pay-2". */
  readonly name: string;
  readonly target: string;
  readonly port: number;
  readonly pid: number;
  /** When the process began, in clock ticks since the machine did: a later process with the same pid differs in it. */
  readonly started: number;
}

/** How to start one process, and how to know that it serves. */
export interface ProcessSpec {
  readonly name: string;
  readonly target: string;
  readonly port: number;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
  isReady(): Promise<boolean>;
}

const PAGE_MB = 4096 / 1024 / 1024;
const READY_LIMIT_MS = 30_000;
const READY_POLL_MS = 50;
const STOP_LIMIT_MS = 20_000;
/** Of a log, shown when its process ended early. */
const TAIL_LINES = 20;

export interface ProcessSight {
  /** Stopped in its tracks by a signal. */
  readonly hung: boolean;
  readonly parent: number;
  readonly started: number;
  readonly memoryMb: number;
}

/** What the system says of a process that is there and not a zombie. */
export function inspect(pid: number): ProcessSight | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in brackets and may hold anything, brackets and spaces included.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const state = fields[0]!;
    if (state === 'Z' || state === 'X') return undefined;
    return {
      hung: state === 'T',
      parent: Number(fields[1]),
      started: Number(fields[19]),
      memoryMb: Number(fields[21]) * PAGE_MB,
    };
  } catch {
    return undefined;
  }
}

export function isRunning(record: Pick<ProcessRecord, 'pid' | 'started'>): boolean {
  return inspect(record.pid)?.started === record.started;
}

/** Starts the process in a session of its own, so that Ctrl-C at the terminal does not reach it. */
export async function startDetached(spec: ProcessSpec): Promise<ProcessRecord> {
  const log = openSync(spec.logFile, 'a', 0o600);
  try {
    const child = spawn(spec.command, spec.args, {
      detached: true,
      env: spec.env,
      stdio: ['ignore', log, log],
    });
    await once(child, 'spawn');
    child.unref();
    const started = inspect(child.pid!)?.started;
    if (started === undefined) throw endedEarly(spec);
    return { name: spec.name, target: spec.target, port: spec.port, pid: child.pid!, started };
  } catch (cause) {
    if (cause instanceof LmiError) throw cause;
    throw new LmiError('unavailable', `${spec.name}: ${spec.command} cannot be started`, { cause });
  } finally {
    closeSync(log);
  }
}

/** Waits until it serves. @throws LmiError unavailable with the end of its log when it ends before or takes too long. */
export async function waitUntilReady(
  spec: ProcessSpec,
  record: ProcessRecord,
  limitMs = READY_LIMIT_MS,
): Promise<void> {
  const until = Date.now() + limitMs;
  while (!(await spec.isReady())) {
    if (!isRunning(record)) throw endedEarly(spec);
    if (Date.now() > until)
      throw new LmiError('unavailable', `${spec.name} was not ready within ${limitMs / 1000} s`);
    await sleep(READY_POLL_MS);
  }
}

function endedEarly(spec: ProcessSpec): LmiError {
  return new LmiError(
    'unavailable',
    `${spec.name} ended before it was ready:\n${tail(spec.logFile, TAIL_LINES).join('\n')}`,
  );
}

/** Ends the process if it is still the one that was started: politely, and after the limit by force. */
export async function stopProcess(record: ProcessRecord, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (!isRunning(record)) return;
  signalTo(record.pid, signal);
  // A process that was stopped in its tracks takes no polite request before it goes on.
  signalTo(record.pid, 'SIGCONT');
  const until = Date.now() + STOP_LIMIT_MS;
  while (isRunning(record)) {
    if (Date.now() > until) signalTo(record.pid, 'SIGKILL');
    await sleep(25);
  }
}

export function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Last lines of a text file; none when it is not there. */
export function tail(file: string, count: number): string[] {
  try {
    const all = readFileSync(file, 'utf8').split('\n');
    if (all.at(-1) === '') all.pop();
    return all.slice(-count);
  } catch {
    return [];
  }
}
