import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { userInfo } from 'node:os';
import { pipeline } from 'node:stream/promises';
import { environmentWith, LmiError } from '@lmi/kit';
import type { ClusterHome, ClusterState, Secrets } from './home';
import { infraFile, LOOPBACK } from './layout';
import type { ProcessSpec } from './processes';
import { fillIn, findProgram, run } from './programs';

export type DatabaseUser = 'reader' | 'writer' | 'migrator';

const DATABASE = 'lmi';
const DEFAULT_DATABASE_REPLICAS = 1;
/** A replica applies a load in about the time that the primary took for it. */
const CATCH_UP_LIMIT_SECONDS = 120;

/** replica-1, replica-2 … as many as are wanted. */
export function replicaNames({ replicas }: ClusterState): string[] {
  return Array.from(
    { length: replicas.replica ?? DEFAULT_DATABASE_REPLICAS },
    (_, index) => `replica-${index + 1}`,
  );
}

export function isReplica(name: string): boolean {
  return /^replica-\d+$/.test(name);
}

export function databaseUrl(user: DatabaseUser, secrets: Secrets, port: number): string {
  return `mysql://lmi_${user}:${secrets[user]}@${LOOPBACK}:${port}/${DATABASE}`;
}

/** Makes the data folder if there is none, and says how the server is started: the primary or a replica, by its name. */
export async function databaseSpec(home: ClusterHome, name: string, port: number): Promise<ProcessSpec> {
  const user = userInfo().username;
  const folder = home.path(name);
  const number = isReplica(name) ? Number(name.replace('replica-', '')) : 0;
  if (!existsSync(`${folder}/data`)) {
    mkdirSync(`${folder}/tmp`, { recursive: true });
    rmSync(`${folder}/data.new`, { recursive: true, force: true });
    // Administration is by the socket, for the user who runs the cluster; nobody can sign in as administrator by port.
    await run('mariadb-install-db', [
      '--no-defaults',
      `--user=${user}`,
      `--datadir=${folder}/data.new`,
      // A server that starts sweeps its temporary folder: two that share one take each other's tables.
      `--tmpdir=${folder}/tmp`,
      '--auth-root-authentication-method=socket',
      `--auth-root-socket-user=${user}`,
      '--skip-test-db',
    ]);
    renameSync(`${folder}/data.new`, `${folder}/data`);
  }
  home.write(
    `${name}/my.cnf`,
    [
      `!include ${infraFile('database', 'server.cnf')}`,
      ...(number > 0 ? [`!include ${infraFile('database', 'replica.cnf')}`] : []),
      '[mariadbd]',
      `server-id=${number + 1}`,
      `datadir=${folder}/data`,
      `tmpdir=${folder}/tmp`,
      `socket=${home.path(`${name}.sock`)}`,
      `pid-file=${folder}/pid`,
      `port=${port}`,
      `bind-address=${LOOPBACK}`,
      'innodb-buffer-pool-size=128M',
      'innodb-log-file-size=64M',
      // Everything can be loaded again: a power cut may cost the last second.
      'innodb-flush-log-at-trx-commit=2',
      'sync-binlog=0',
      'performance-schema=OFF',
      '',
    ].join('\n'),
  );
  return {
    name,
    target: number > 0 ? 'replica' : name,
    port,
    command: findProgram('mariadbd'),
    args: [`--defaults-file=${folder}/my.cnf`, `--user=${user}`],
    env: environmentWith({}),
    logFile: home.logFile(name),
    isReady: async () => {
      try {
        return (await sql(home, name, 'SELECT 1')).trim() === '1';
      } catch {
        return false;
      }
    },
  };
}

/** Creates the database and its users on the primary. May run again. */
export async function prepareDatabase(home: ClusterHome, primaryPort: number): Promise<void> {
  const values = settingsOf(home, primaryPort);
  await sql(home, 'primary', fillIn(infraFile('database', 'users.sql'), values));
  await sql(home, 'primary', fillIn(infraFile('database', 'replication.sql'), values));
}

/** Makes the replicas that do not follow the primary yet copies of it that do, and waits until they have what it has. */
export async function followPrimary(
  home: ClusterHome,
  primaryPort: number,
  replicas: readonly string[],
): Promise<void> {
  const settings = settingsOf(home, primaryPort);
  for (const name of replicas) {
    if ((await sql(home, name, 'SHOW SLAVE STATUS')).includes('lmi_replication')) continue;
    await sql(home, name, `SET sql_log_bin = 0;\n${fillIn(infraFile('database', 'users.sql'), settings)}`);
    await copyPrimary(home, name);
    await sql(home, name, fillIn(infraFile('database', 'follow.sql'), settings));
    await catchUp(home, [name]);
  }
}

/** Its log reaches back a week only, and to replay that takes a replica as long as the primary took to write it. */
async function copyPrimary(home: ClusterHome, name: string): Promise<void> {
  const parts = ['--single-transaction', '--master-data=1', '--gtid', '--databases', DATABASE];
  const dump = spawn(findProgram('mariadb-dump'), ['--no-defaults', ...place(home, 'primary'), ...parts]);
  const load = spawn(findProgram('mariadb'), [
    '--no-defaults',
    ...place(home, name),
    '--init-command=SET sql_log_bin = 0',
  ]);
  let said = '';
  for (const { stderr } of [dump, load]) stderr.on('data', (text: Buffer) => (said += text.toString()));
  const codes = Promise.all([dump, load].map(async (child) => (await once(child, 'close'))[0] as number));
  await pipeline(dump.stdout, load.stdin).catch(() => undefined);
  if ((await codes).some((code) => code !== 0)) {
    throw new LmiError('unavailable', `${name} could not be made a copy of the primary: ${said.trim()}`);
  }
}

function settingsOf(home: ClusterHome, primaryPort: number): Readonly<Record<string, string>> {
  const secrets = home.secrets();
  return {
    LMI_DATABASE: DATABASE,
    LMI_READER_PASSWORD: secrets.reader,
    LMI_WRITER_PASSWORD: secrets.writer,
    LMI_MIGRATOR_PASSWORD: secrets.migrator,
    LMI_COUNTER_PASSWORD: secrets.counter,
    LMI_REPLICATION_PASSWORD: secrets.replication,
    LMI_PRIMARY_HOST: LOOPBACK,
    LMI_PRIMARY_PORT: String(primaryPort),
  };
}

/** Waits until the replicas have what the primary has now. @throws LmiError unavailable when it takes too long. */
export async function catchUp(home: ClusterHome, replicas: readonly string[]): Promise<void> {
  const position = (await sql(home, 'primary', 'SELECT @@gtid_binlog_pos')).trim();
  if (position === '') return;
  await Promise.all(
    replicas.map(async (name) => {
      const wait = `SELECT MASTER_GTID_WAIT('${position}', ${CATCH_UP_LIMIT_SECONDS})`;
      if ((await sql(home, name, wait)).trim() !== '0') {
        throw new LmiError('unavailable', `${name} did not catch up; see ${home.logFile(name)}`);
      }
    }),
  );
}

/** How far a replica's heartbeat is behind the primary's, in milliseconds; undefined when one of them has none. */
export async function lagOf(home: ClusterHome, name: string): Promise<number | undefined> {
  const beat = async (server: string) =>
    Date.parse((await sql(home, server, `SELECT beat_at FROM ${DATABASE}.replication_heartbeat`)).trim());
  try {
    const lag = (await beat('primary')) - (await beat(name));
    return Number.isNaN(lag) ? undefined : Math.max(0, lag);
  } catch {
    return undefined;
  }
}

/** Datasets that have a published release. */
export async function publishedDatasets(home: ClusterHome): Promise<string[]> {
  const names = await sql(home, 'primary', `SELECT dataset FROM ${DATABASE}.release_pointer`);
  return names.split('\n').filter((name) => name !== '');
}

function sql(home: ClusterHome, name: string, text: string): Promise<string> {
  return run(
    'mariadb',
    ['--no-defaults', ...place(home, name), '--batch', '--skip-column-names', '--connect-timeout=2'],
    text,
  );
}

/** Administration is by the socket. */
function place(home: ClusterHome, name: string): string[] {
  return [`--socket=${home.path(`${name}.sock`)}`, `--user=${userInfo().username}`];
}
