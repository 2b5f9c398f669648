import { randomBytes, randomInt } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { invalidArgument, LmiError } from '@lmi/kit';
import { inspect, isRunning, type ProcessRecord } from './processes';

/** What is remembered of a cluster between commands. */
export interface ClusterState {
  /** By process name; kept when the process is stopped, so that it comes back at the same address. */
  ports: Record<string, number>;
  /** The same of the ports for operators. */
  operationsPorts?: Record<string, number>;
  /** Wanted number of processes by target, and of read replicas under "replica". */
  replicas: Record<string, number>;
  processes: ProcessRecord[];
  /** Of one address, at the gateways; nginx takes a multiple of it. */
  requestsPerMinute?: number;
  /** Whether users and replication are set up. */
  databaseReady: boolean;
}

export interface Secrets {
  readonly reader: string;
  readonly writer: string;
  readonly migrator: string;
  /** Of who counts usage beside an nginx; here a worker does. */
  readonly counter: string;
  readonly replication: string;
  readonly cache: string;
  readonly queue: string;
  readonly limits: string;
  /** Salt of the numbers of client systems. */
  readonly systems: string;
}

/** A socket's path may be no longer than 107 characters; the longest of ours is in the folder itself. */
const LONGEST_HOME = 107 - '/replica-32.sock'.length;

/** The folder of one cluster: state, secrets, data, logs. All of it belongs to the user who runs it alone. */
export class ClusterHome {
  constructor(readonly folder: string) {
    if (folder.length > LONGEST_HOME) {
      throw invalidArgument(
        'home',
        `the cluster's folder may have at most ${LONGEST_HOME} characters: ${folder}`,
      );
    }
    // The servers' configuration files hold the path; their syntaxes differ in what they allow.
    if (/[^\w/.@+-]/.test(folder)) {
      throw invalidArgument(
        'home',
        `the cluster's folder may have letters, digits and / . _ @ + - only: ${folder}`,
      );
    }
  }

  get exists(): boolean {
    return existsSync(this.path('state.json'));
  }

  path(...parts: string[]): string {
    return path.join(this.folder, ...parts);
  }

  logFile(name: string): string {
    return this.path('logs', `${name}.log`);
  }

  create(): void {
    mkdirSync(this.path('logs'), { recursive: true });
    chmodSync(this.folder, 0o700);
  }

  readState(): ClusterState {
    if (!this.exists) return { ports: {}, replicas: {}, processes: [], databaseReady: false };
    return JSON.parse(readFileSync(this.path('state.json'), 'utf8')) as ClusterState;
  }

  writeState(state: ClusterState): void {
    this.write('state.json', JSON.stringify(state, undefined, 2));
  }

  /** Made on the first call, readable by the owner alone. */
  secrets(): Secrets {
    const file = this.path('secrets.json');
    const known = existsSync(file)
      ? (JSON.parse(readFileSync(file, 'utf8')) as Partial<Record<string, string>>)
      : {};
    const names = [
      ...['reader', 'writer', 'migrator', 'counter', 'replication'],
      ...['cache', 'queue', 'limits', 'systems'],
    ];
    // A cluster of an older version lacks some.
    if (names.some((name) => known[name] === undefined)) {
      for (const name of names) known[name] ??= randomBytes(18).toString('hex');
      this.write('secrets.json', JSON.stringify(known));
    }
    return known as unknown as Secrets;
  }

  /** Replaces a file in one step: readers see the old text or the new. */
  write(name: string, text: string): void {
    const file = this.path(name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, text, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }

  /** The same unless the file holds the text already. @returns whether it was written. */
  replace(name: string, text: string): boolean {
    if (existsSync(this.path(name)) && readFileSync(this.path(name), 'utf8') === text) return false;
    this.write(name, text);
    return true;
  }

  /** The port of a process: the remembered one, else a free one. */
  async portOf(name: string, state: ClusterState): Promise<number> {
    return (state.ports[name] ??= await freePort(portsOf(state)));
  }

  /** The same of its port for operators. */
  async operationsPortOf(name: string, state: ClusterState): Promise<number> {
    const ports = (state.operationsPorts ??= {});
    return (ports[name] ??= await freePort(portsOf(state)));
  }

  /** Runs the work while no other command works on this cluster. @throws LmiError conflict naming the other's pid. */
  async exclusively<T>(work: () => Promise<T>): Promise<T> {
    const file = this.path('lock.json');
    const own = { pid: process.pid, started: inspect(process.pid)?.started ?? 0 };
    try {
      writeFileSync(file, JSON.stringify(own), { flag: 'wx', mode: 0o600 });
    } catch (cause) {
      const other = JSON.parse(readFileSync(file, 'utf8')) as typeof own;
      if (isRunning(other)) {
        throw new LmiError(
          'conflict',
          `another command (pid ${other.pid}) works on the cluster in ${this.folder}`,
          { cause },
        );
      }
      writeFileSync(file, JSON.stringify(own), { mode: 0o600 });
    }
    try {
      return await work();
    } finally {
      rmSync(file, { force: true });
    }
  }

  /** Removes what a cluster made; what else lies in the folder stays, and the folder with it. */
  purge(): void {
    for (const name of [
      'state.json',
      'secrets.json',
      'logs',
      'peers',
      'nginx',
      'prometheus',
      'redis',
      'primary',
      'primary.sock',
      ...(existsSync(this.folder) ? readdirSync(this.folder) : []).filter((name) => /^replica-\d/.test(name)),
    ]) {
      rmSync(this.path(name), { recursive: true, force: true });
    }
    if (existsSync(this.folder) && readdirSync(this.folder).every((name) => name === 'lock.json')) {
      rmSync(this.path('lock.json'), { force: true });
      rmdirSync(this.folder);
    }
  }
}

/**
 * Below the range from which the system gives ports to outgoing connections: there, one of them could take a port
 * while the process that listens on it is restarted.
 */
const FIRST_PORT = 20_000;
const PORTS = 12_000;

function portsOf(state: ClusterState): number[] {
  return [...Object.values(state.ports), ...Object.values(state.operationsPorts ?? {})];
}

async function freePort(taken: readonly number[]): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + randomInt(PORTS);
    if (taken.includes(port)) continue;
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!free) continue;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }
}
