import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { configFiles, objectsOf } from './objects';

/**
 * As in a pod: a user who is in no list of users. Root may become it; anybody else runs the servers as themselves.
 */
const podUser = process.getuid?.() === 0 ? { uid: 64_321, gid: 64_321 } : {};
const PATH = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;

/** A folder that the user of the servers owns, as an emptyDir is by its fsGroup. */
export class Volumes {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'lmi-pods-'));

  constructor() {
    chmodSync(this.folder, 0o755);
  }

  empty(name: string): string {
    const folder = path.join(this.folder, name);
    mkdirSync(folder, { recursive: true });
    if (podUser.uid !== undefined) chownSync(folder, podUser.uid, podUser.gid);
    return folder;
  }

  /** The files of a ConfigMap as rendered for the local overlay, for one pod where they differ between pods. */
  config(
    name: string,
    change: (text: string, file: string) => string = (text) => text,
    pod: string = name,
  ): string {
    const folder = path.join(this.folder, `files-${pod}`);
    mkdirSync(folder, { recursive: true });
    for (const [file, text] of Object.entries(configFiles(objectsOf('local'), name))) {
      writeFileSync(path.join(folder, file), change(text, file));
    }
    return folder;
  }
}

/** A program that runs as the one process of a container would. */
export class Running {
  private output = '';
  private readonly process: ChildProcess;
  readonly ended: Promise<number | null>;

  constructor(command: readonly string[], env: Record<string, string>) {
    const [program, ...args] = command;
    this.process = spawn(program!, args, { env: { PATH, ...env }, cwd: '/', ...podUser });
    for (const stream of [this.process.stdout!, this.process.stderr!])
      stream.on('data', (text: Buffer) => (this.output += text.toString()));
    this.ended = new Promise((resolve) => this.process.on('close', (code) => resolve(code)));
  }

  get said(): string {
    return this.output;
  }

  kill(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  async stop(): Promise<number | null> {
    this.kill('SIGTERM');
    return this.ended;
  }
}

/** Runs a program to its end. @throws Error with what it said when that is not 0. */
export async function run(command: readonly string[], env: Record<string, string>): Promise<string> {
  const running = new Running(command, env);
  const code = await running.ended;
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${String(code)}: ${running.said}`);
  return running.said;
}

export async function eventually<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  seconds = 40,
): Promise<T> {
  const until = Date.now() + seconds * 1_000;
  let last: unknown;
  while (Date.now() < until) {
    const answer = await ask().catch((error: unknown) => {
      last = error;
      return undefined;
    });
    if (answer !== undefined) return answer;
    await sleep(100);
  }
  throw new Error(`${what}: not in ${seconds} s`, { cause: last });
}

export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.once('listening', resolve))));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
