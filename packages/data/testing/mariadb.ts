import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createConnection, type Connection } from 'mysql2/promise';
import { splitStatements } from '../src/migrate';

/** Addresses of one database for the four users of infra/database/users.sql. */
export interface MariadbDatabase {
  readonly readerUrl: string;
  readonly writerUrl: string;
  readonly migratorUrl: string;
  readonly counterUrl: string;
}

/** One running server. */
export interface MariadbServer {
  readonly port: number;
  /** Process id, for tests that kill the server or make it hang. */
  readonly pid: number;
  /** Runs one statement as the administrator, by the socket. */
  administer(sql: string): Promise<readonly Record<string, unknown>[]>;
  /** Ends the process. @param signal SIGTERM, an orderly end, unless told. */
  halt(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port with the same data. */
  start(): Promise<void>;
}

/** Servers of one test file's own, with a database named "lmi". */
export interface Mariadb extends MariadbDatabase {
  readonly primary: MariadbServer;
  /** Each follows the primary. */
  readonly replicas: readonly MariadbServer[];
  /** The same addresses on the given replica; they may not have what the primary has until a moment later. */
  onReplica(index: number): MariadbDatabase;
  /** A further empty database for the same users. */
  createDatabase(name: string): Promise<MariadbDatabase>;
  /** Ends all servers and removes their files. */
  stop(): Promise<void>;
}

export interface MariadbOptions {
  readonly replicas?: number;
  /** Memory for data of each server; 64 MB unless told. */
  readonly memoryMb?: number;
}

const startLimitMs = 20_000;
const infra = path.join(__dirname, '../../../infra/database');
const roles = ['reader', 'writer', 'migrator', 'counter'] as const;

/**
 * Starts the machine's mariadbd on a free loopback port in a temporary folder, with the settings and users of
 * infra/database, and as many replicas as are asked for.
 * @throws Error that names the package to install when there is no mariadbd.
 */
export async function startMariadb({ replicas = 0, memoryMb = 64 }: MariadbOptions = {}): Promise<Mariadb> {
  const folder = mkdtempSync(path.join(tmpdir(), 'lmi-mariadb-'));
  const servers: LocalServer[] = [];
  const stop = async () => {
    await Promise.all(servers.map((server) => server.halt()));
    rmSync(folder, { recursive: true, force: true });
  };
  const make = async (index: number) => {
    const server = await LocalServer.install(path.join(folder, String(index)), index + 1, memoryMb);
    servers.push(server);
    await server.start();
    return server;
  };
  try {
    const [primary, ...followers] = await Promise.all(
      Array.from({ length: replicas + 1 }, (_, i) => make(i)),
    );
    const values = {
      LMI_READER_PASSWORD: password(),
      LMI_WRITER_PASSWORD: password(),
      LMI_MIGRATOR_PASSWORD: password(),
      LMI_COUNTER_PASSWORD: password(),
      LMI_REPLICATION_PASSWORD: password(),
      LMI_PRIMARY_HOST: '127.0.0.1',
      LMI_PRIMARY_PORT: String(primary!.port),
    };
    const addresses = (name: string, { port }: MariadbServer): MariadbDatabase => {
      const [readerUrl, writerUrl, migratorUrl, counterUrl] = roles.map((role) => {
        const secret = values[`LMI_${role.toUpperCase() as Uppercase<typeof role>}_PASSWORD`];
        return `mysql://lmi_${role}:${secret}@127.0.0.1:${port}/${name}`;
      });
      return {
        readerUrl: readerUrl!,
        writerUrl: writerUrl!,
        migratorUrl: migratorUrl!,
        counterUrl: counterUrl!,
      };
    };
    const createDatabase = async (name: string): Promise<MariadbDatabase> => {
      await primary!.apply('users.sql', { LMI_DATABASE: name, ...values });
      return addresses(name, primary!);
    };
    if (followers.length > 0) await primary!.apply('replication.sql', { LMI_DATABASE: 'lmi', ...values });
    await Promise.all(followers.map((follower) => follower.apply('follow.sql', values)));
    return {
      ...(await createDatabase('lmi')),
      primary: primary!,
      replicas: followers,
      onReplica: (index) => addresses('lmi', followers[index]!),
      createDatabase,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

class LocalServer implements MariadbServer {
  #child: ChildProcess | undefined;
  #root: Connection | undefined;

  private constructor(
    private readonly folder: string,
    readonly port: number,
  ) {}

  /** The first server has the id 1 and is the primary. */
  static async install(folder: string, serverId: number, memoryMb: number): Promise<LocalServer> {
    mkdirSync(path.join(folder, 'tmp'), { recursive: true });
    await promisify(execFile)(find('mariadb-install-db'), [
      '--no-defaults',
      `--user=${userInfo().username}`,
      `--datadir=${folder}/data`,
      // A server that starts sweeps its temporary folder: two that share one take each other's tables.
      `--tmpdir=${folder}/tmp`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
    ]);
    const port = await freePort();
    writeFileSync(path.join(folder, 'my.cnf'), settings(folder, port, serverId, memoryMb));
    return new LocalServer(folder, port);
  }

  get pid(): number {
    return this.#child!.pid!;
  }

  async start(): Promise<void> {
    const args = [`--defaults-file=${this.folder}/my.cnf`, `--user=${userInfo().username}`];
    const child = spawn(find('mariadbd'), args, { stdio: 'ignore' });
    this.#child = child;
    const killWithUs = () => child.kill('SIGKILL');
    process.once('exit', killWithUs);
    child.once('exit', () => process.removeListener('exit', killWithUs));
    this.#root = await connectAsRoot(this.folder, child);
  }

  async administer(sql: string): Promise<readonly Record<string, unknown>[]> {
    const [rows] = await this.#root!.query(sql);
    return Array.isArray(rows) ? (rows as Record<string, unknown>[]) : [];
  }

  /** Runs a file of infra/database. */
  async apply(file: string, values: Record<string, string>): Promise<void> {
    const sql = readFileSync(path.join(infra, file), 'utf8').replace(
      /\$\{(\w+)\}/g,
      (_, key: string) => values[key] ?? '',
    );
    for (const statement of splitStatements(sql)) await this.administer(statement);
  }

  async halt(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.#root?.destroy();
    if (this.#child) await stopProcess(this.#child, signal);
  }
}

function find(name: string): string {
  const folders = [
    ...(process.env.PATH ?? '').split(path.delimiter),
    '/usr/sbin',
    '/usr/local/sbin',
    '/usr/local/bin',
  ];
  const found = folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
  if (!found) {
    throw new Error(
      `${name} is not installed. These tests need MariaDB 10.11 or later: apt-get install mariadb-server`,
    );
  }
  return found;
}

/** Small pools and no waiting for the disk: the data lives as long as the test. */
function settings(folder: string, port: number, serverId: number, memoryMb: number): string {
  return `!include ${infra}/server.cnf
${serverId === 1 ? '' : `!include ${infra}/replica.cnf`}
[mariadbd]
server-id=${serverId}
datadir=${folder}/data
socket=${folder}/socket
pid-file=${folder}/pid
log-error=${folder}/error.log
tmpdir=${folder}/tmp
port=${port}
bind-address=127.0.0.1
performance-schema=OFF
innodb-buffer-pool-size=${memoryMb}M
innodb-log-file-size=64M
innodb-flush-log-at-trx-commit=2
`;
}

async function connectAsRoot(folder: string, child: ChildProcess): Promise<Connection> {
  const until = Date.now() + startLimitMs;
  for (;;) {
    try {
      const connection = await createConnection({ socketPath: `${folder}/socket`, user: 'root' });
      connection.on('error', () => undefined);
      return connection;
    } catch (error) {
      if (child.exitCode !== null || Date.now() > until) {
        const log = existsSync(`${folder}/error.log`) ? readFileSync(`${folder}/error.log`, 'utf8') : '';
        throw new Error(`mariadbd did not start:\n${log}`, { cause: error });
      }
      await sleep(50);
    }
  }
}

async function stopProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  // One that was stopped takes no other signal until it goes on.
  child.kill('SIGCONT');
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await exited;
  clearTimeout(timer);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function password(): string {
  return randomBytes(12).toString('hex');
}
