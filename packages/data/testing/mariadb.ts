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

/** Addresses of one database for the three users of infra/database/users.sql. */
export interface MariadbDatabase {
  readonly readerUrl: string;
  readonly writerUrl: string;
  readonly migratorUrl: string;
}

/** A server of its own for one test file, with a database named "lmi". */
export interface Mariadb extends MariadbDatabase {
  readonly port: number;
  /** Process id, for tests that kill the server. */
  readonly pid: number;
  /** A further empty database for the same users. */
  createDatabase(name: string): Promise<MariadbDatabase>;
  stop(): Promise<void>;
}

const startLimitMs = 20_000;
const usersFile = path.join(__dirname, '../../../infra/database/users.sql');

/**
 * Starts the machine's mariadbd on a free loopback port in a temporary folder.
 * @throws Error that names the package to install when there is no mariadbd.
 */
export async function startMariadb(): Promise<Mariadb> {
  const server = find('mariadbd');
  const installer = find('mariadb-install-db');
  const folder = mkdtempSync(path.join(tmpdir(), 'lmi-mariadb-'));
  const user = userInfo().username;
  let running: ChildProcess | undefined;
  const end = async () => {
    if (running) await stopProcess(running);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await promisify(execFile)(installer, [
      '--no-defaults',
      `--user=${user}`,
      `--datadir=${folder}/data`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
    ]);
    const port = await freePort();
    writeFileSync(path.join(folder, 'my.cnf'), settings(folder, port));
    mkdirSync(path.join(folder, 'tmp'));
    const child = spawn(server, [`--defaults-file=${folder}/my.cnf`, `--user=${user}`], { stdio: 'ignore' });
    running = child;
    const killWithUs = () => child.kill('SIGKILL');
    process.once('exit', killWithUs);
    child.once('exit', () => process.removeListener('exit', killWithUs));

    const root = await connectAsRoot(folder, child);
    const passwords = {
      LMI_READER_PASSWORD: password(),
      LMI_WRITER_PASSWORD: password(),
      LMI_MIGRATOR_PASSWORD: password(),
    };
    const createDatabase = async (name: string): Promise<MariadbDatabase> => {
      const values: Record<string, string> = { LMI_DATABASE: name, ...passwords };
      const sql = readFileSync(usersFile, 'utf8').replace(
        /\$\{(\w+)\}/g,
        (_, key: string) => values[key] ?? '',
      );
      for (const statement of splitStatements(sql)) await root.query(statement);
      const url = (role: string, secret: string) => `mysql://lmi_${role}:${secret}@127.0.0.1:${port}/${name}`;
      return {
        readerUrl: url('reader', passwords.LMI_READER_PASSWORD),
        writerUrl: url('writer', passwords.LMI_WRITER_PASSWORD),
        migratorUrl: url('migrator', passwords.LMI_MIGRATOR_PASSWORD),
      };
    };
    return {
      ...(await createDatabase('lmi')),
      port,
      pid: child.pid!,
      createDatabase,
      stop: async () => {
        root.destroy();
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
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
function settings(folder: string, port: number): string {
  return `[mariadbd]
datadir=${folder}/data
socket=${folder}/socket
pid-file=${folder}/pid
log-error=${folder}/error.log
tmpdir=${folder}/tmp
port=${port}
bind-address=127.0.0.1
skip-name-resolve
character-set-server=utf8mb4
local-infile=ON
performance-schema=OFF
innodb-buffer-pool-size=64M
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

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
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
