import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { userInfo } from 'node:os';
import { environmentWith, LmiError } from '@lmi/kit';
import type { ClusterHome, Secrets } from './home';
import { infraFile, LOOPBACK } from './layout';
import type { ProcessSpec } from './processes';
import { fillIn, findProgram, run } from './programs';

export type DatabaseRole = 'primary' | 'replica';
export type DatabaseUser = 'reader' | 'writer' | 'migrator';

const DATABASE = 'lmi';
const serverId = { primary: 1, replica: 2 } as const;
/** The replica applies a load in about the time that the primary took for it. */
const CATCH_UP_LIMIT_SECONDS = 120;

export function databaseUrl(user: DatabaseUser, secrets: Secrets, port: number): string {
  return `mysql://lmi_${user}:${secrets[user]}@${LOOPBACK}:${port}/${DATABASE}`;
}

/** Makes the data folder if there is none, and says how the server is started. */
export async function databaseSpec(
  home: ClusterHome,
  role: DatabaseRole,
  port: number,
): Promise<ProcessSpec> {
  const user = userInfo().username;
  const folder = home.path(role);
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
    `${role}/my.cnf`,
    [
      `!include ${infraFile('database', 'server.cnf')}`,
      ...(role === 'replica' ? [`!include ${infraFile('database', 'replica.cnf')}`] : []),
      '[mariadbd]',
      `server-id=${serverId[role]}`,
      `datadir=${folder}/data`,
      `tmpdir=${folder}/tmp`,
      `socket=${home.path(`${role}.sock`)}`,
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
    name: role,
    target: role,
    port,
    command: findProgram('mariadbd'),
    args: [`--defaults-file=${folder}/my.cnf`, `--user=${user}`],
    env: environmentWith({}),
    logFile: home.logFile(role),
    isReady: async () => {
      try {
        return (await sql(home, role, 'SELECT 1')).trim() === '1';
      } catch {
        return false;
      }
    },
  };
}

/** Creates the database and its users on the primary and makes the replica follow it. May run again. */
export async function prepareDatabase(home: ClusterHome, primaryPort: number): Promise<void> {
  const secrets = home.secrets();
  const values = {
    LMI_DATABASE: DATABASE,
    LMI_READER_PASSWORD: secrets.reader,
    LMI_WRITER_PASSWORD: secrets.writer,
    LMI_MIGRATOR_PASSWORD: secrets.migrator,
    LMI_REPLICATION_PASSWORD: secrets.replication,
    LMI_PRIMARY_HOST: LOOPBACK,
    LMI_PRIMARY_PORT: String(primaryPort),
  };
  await sql(home, 'primary', fillIn(infraFile('database', 'users.sql'), values));
  await sql(home, 'primary', fillIn(infraFile('database', 'replication.sql'), values));
  await sql(home, 'replica', `STOP SLAVE;\n${fillIn(infraFile('database', 'follow.sql'), values)}`);
  await catchUp(home);
}

/** Waits until the replica has what the primary has now. @throws LmiError unavailable when it takes too long. */
export async function catchUp(home: ClusterHome): Promise<void> {
  const position = (await sql(home, 'primary', 'SELECT @@gtid_binlog_pos')).trim();
  if (position === '') return;
  const reached = await sql(
    home,
    'replica',
    `SELECT MASTER_GTID_WAIT('${position}', ${CATCH_UP_LIMIT_SECONDS})`,
  );
  if (reached.trim() !== '0') {
    throw new LmiError('unavailable', `the replica did not catch up; see ${home.logFile('replica')}`);
  }
}

/** Datasets that have a published release. */
export async function publishedDatasets(home: ClusterHome): Promise<string[]> {
  const names = await sql(home, 'primary', `SELECT dataset FROM ${DATABASE}.release_pointer`);
  return names.split('\n').filter((name) => name !== '');
}

function sql(home: ClusterHome, role: DatabaseRole, text: string): Promise<string> {
  const place = [`--socket=${home.path(`${role}.sock`)}`, `--user=${userInfo().username}`];
  return run(
    'mariadb',
    ['--no-defaults', ...place, '--batch', '--skip-column-names', '--connect-timeout=2'],
    text,
  );
}
