import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, freePorts, run, Running, Volumes } from './running';

/**
 * The scripts of the ConfigMap on servers that run: what a pod does first, after a lost disk, beside a new replica, and what the
 * CronJobs do. One story, since each step needs the one before.
 */
const volumes = new Volumes();
const files = volumes.config('database');
const passwords = {
  LMI_ROOT_PASSWORD: 'root1',
  LMI_READER_PASSWORD: 'reader1',
  LMI_WRITER_PASSWORD: 'writer1',
  LMI_MIGRATOR_PASSWORD: 'migrator1',
  LMI_COUNTER_PASSWORD: 'counter1',
  LMI_REPLICATION_PASSWORD: 'replication1',
};
let ports: Record<string, number>;
const servers = new Map<string, Running>();

const hosts = (...names: string[]) => names.map((name) => `127.0.0.1:${ports[name]}`).join(' ');
const environment = (name: string): Record<string, string> => ({
  ...passwords,
  LMI_SERVER_NAME: name,
  LMI_PRIMARY_HOST: '127.0.0.1',
  LMI_PRIMARY_PORT: String(ports['primary-0']),
  LMI_REPLICA_HOSTS: hosts('replica-0', 'replica-1'),
  LMI_DATABASE_FILES: files,
  LMI_DATA_FOLDER: volumes.empty(`data-${name}`),
  LMI_RUN_FOLDER: volumes.empty(`run-${name}`),
  LMI_PORT: String(ports[name]),
  LMI_BIND_ADDRESS: '127.0.0.1',
  LMI_BUFFER_POOL: '32M',
});

function start(name: string, changed: Record<string, string> = {}): void {
  const role = name.split('-')[0]!;
  const server = new Running(['sh', path.join(files, 'start.sh'), role], {
    ...environment(name),
    ...changed,
  });
  servers.set(name, server);
}

async function stop(name: string): Promise<number | null> {
  const server = servers.get(name)!;
  servers.delete(name);
  return server.stop();
}

/** The disk of a pod that comes back elsewhere. */
function loseDisk(name: string): void {
  for (const kind of ['data', 'run'])
    rmSync(path.join(volumes.folder, `${kind}-${name}`), { recursive: true });
}

const probe = (name: string, what: string) =>
  run(['sh', path.join(files, 'probe.sh'), what], environment(name));
const ready = (name: string) => eventually(`${name} is ready`, () => probe(name, 'ready'));

async function sql(name: string, statement: string): Promise<string> {
  const admin = `--defaults-file=${path.join(volumes.folder, `run-${name}`, 'admin.cnf')}`;
  return (
    await run(['mariadb', admin, '--batch', '--skip-column-names', `--execute=${statement}`], {})
  ).trim();
}

async function as(user: string, password: string, name: string, statement: string): Promise<string> {
  const address = ['--protocol=tcp', '--host=127.0.0.1', `--port=${ports[name]}`, `--user=${user}`];
  const words = [
    'mariadb',
    '--no-defaults',
    ...address,
    `--password=${password}`,
    '--batch',
    '--skip-column-names',
  ];
  return (await run([...words, `--execute=${statement}`, 'lmi'], {})).trim();
}

const followed = (name: string, rows: string) =>
  eventually(`${name} has ${rows} rows`, async () =>
    (await as('lmi_reader', 'reader1', name, 'SELECT COUNT(*) FROM fact')) === rows ? true : undefined,
  );
const write = (values: string) =>
  as('lmi_writer', 'writer1', 'primary-0', `INSERT INTO fact VALUES ${values}`);

beforeAll(async () => {
  const names = ['primary-0', 'replica-0', 'replica-1'];
  const free = await freePorts(names.length);
  ports = Object.fromEntries(names.map((name, i) => [name, free[i]!]));
});

afterAll(async () => {
  await Promise.all([...servers.values()].map((server) => server.stop()));
  rmSync(volumes.folder, { recursive: true, force: true });
});

it('a primary begins empty, with the users and no more; a replica started beside it follows', async () => {
  start('replica-0');
  start('primary-0');
  await ready('primary-0');
  await as('lmi_migrator', 'migrator1', 'primary-0', 'CREATE TABLE fact (id INT PRIMARY KEY, value TEXT)');
  await write("(1, 'a'), (2, 'b')");
  await ready('replica-0');
  await followed('replica-0', '2');
  expect(await sql('primary-0', "SELECT CONCAT(User, '@', Host) FROM mysql.user ORDER BY User")).toBe(
    [
      'lmi_counter@%',
      'lmi_migrator@%',
      'lmi_reader@%',
      'lmi_replication@%',
      'lmi_writer@%',
      'mariadb.sys@localhost',
      'root@localhost',
    ].join('\n'),
  );
  await expect(as('lmi_reader', 'reader1', 'primary-0', 'DELETE FROM fact')).rejects.toThrow(/denied/);
  await expect(as('lmi_writer', 'writer1', 'replica-0', 'DELETE FROM fact')).rejects.toThrow(/read-only/);
  await expect(as('root', 'root1', 'primary-0', 'SELECT 1')).rejects.toThrow(/denied/);
});

it('a replica that is added copies the primary while it serves', async () => {
  await write("(3, 'c')");
  start('replica-1');
  await ready('replica-1');
  await followed('replica-1', '3');
  await write("(4, 'd')");
  await followed('replica-1', '4');
  expect(await sql('replica-1', 'SELECT @@server_id')).toBe('3');
});

it('a replica that comes back with its disk goes on where it was', async () => {
  expect(await stop('replica-0')).toBe(0);
  await write("(5, 'e')");
  start('replica-0');
  await ready('replica-0');
  await followed('replica-0', '5');
  expect(servers.get('replica-0')!.said).not.toContain('copying');
});

it('a primary whose disk is lost copies the replica that knows most, and the others follow it again', async () => {
  await followed('replica-1', '5');
  await stop('replica-0');
  await write("(6, 'f')");
  await followed('replica-1', '6');
  await stop('primary-0');
  loseDisk('primary-0');
  start('replica-0');
  await ready('replica-0');
  start('primary-0');
  await ready('primary-0');
  expect(servers.get('primary-0')!.said).toContain(`copying ${hosts('replica-1')}`);
  await write("(7, 'g')");
  await followed('replica-1', '7');
  // What was copied from it is followed without a copy, and nobody follows a primary that is still being filled.
  expect(servers.get('replica-1')!.said.match(/copying/g)).toHaveLength(1);
  const [filling] = servers.get('primary-0')!.said.split('start.sh: copied');
  expect(filling).not.toContain('binlog_dump');
  // It lacks what the new primary has no log of: the container ends, and the next one copies.
  expect(
    await Promise.race([servers.get('replica-0')!.ended, sleep(30_000, 'too late', { ref: false })]),
  ).toBe(0);
  start('replica-0');
  await ready('replica-0');
  expect(servers.get('replica-0')!.said).toContain('copying');
  await followed('replica-0', '7');
});

it('a replica that is refused for a while follows again, and copies nothing', async () => {
  const position = await sql('replica-1', 'SELECT @@gtid_slave_pos');
  const beyond = position.replace(/\d+$/, (last) => String(Number(last) + 1_000));
  await sql('replica-1', `STOP SLAVE; SET GLOBAL gtid_slave_pos = '${beyond}'; START SLAVE`);
  await eventually('replica-1 is refused', async () =>
    servers.get('replica-1')!.said.includes('Got fatal error 1236') ? true : undefined,
  );
  // Only the reason goes. To start again is left to start.sh, which may just have done so.
  await eventually('the reason is gone', async () => {
    await sql('replica-1', `STOP SLAVE; SET GLOBAL gtid_slave_pos = '${position}'`);
    return true;
  });
  await write("(8, 'h')");
  await followed('replica-1', '8');
  expect(servers.get('replica-1')!.said.match(/copying/g)).toHaveLength(1);
});

it('a replica whose disk is lost while there is no primary copies the other one', async () => {
  await stop('primary-0');
  await stop('replica-0');
  loseDisk('replica-0');
  start('replica-0');
  await ready('replica-0');
  await followed('replica-0', '8');
  start('primary-0');
  await ready('primary-0');
  await write("(9, 'i')");
  await followed('replica-0', '9');
});

it('a backup of a replica is restored in one step, on all servers, and what served before is kept aside', async () => {
  const env = {
    ...passwords,
    LMI_BACKUP_HOSTS: hosts('replica-0', 'primary-0'),
    LMI_PRIMARY_HOST: '127.0.0.1',
    LMI_PRIMARY_PORT: String(ports['primary-0']),
    LMI_BACKUP_FOLDER: volumes.empty('backups'),
    LMI_TMP_FOLDER: volumes.empty('tmp'),
    LMI_BACKUPS_KEPT: '1',
  };
  const backup = () => run(['sh', path.join(files, 'backup.sh')], env);
  const backups = () => readdirSync(path.join(volumes.folder, 'backups'));
  expect(await backup()).toContain(`backup of ${hosts('replica-0')}`);
  const [first] = backups();
  await eventually('a second backup takes the place of the first', async () => {
    await backup();
    return backups().length === 1 && backups()[0] !== first ? true : undefined;
  });

  await as(
    'lmi_migrator',
    'migrator1',
    'primary-0',
    'CREATE TABLE mistake (id INT); DELETE FROM fact WHERE id > 1',
  );
  await followed('replica-1', '1');
  await run(['sh', path.join(files, 'restore.sh')], env);
  for (const name of ['primary-0', 'replica-0', 'replica-1']) await followed(name, '9');
  expect(await sql('primary-0', 'SHOW TABLES FROM lmi; SELECT COUNT(*) FROM lmi_before.fact')).toBe(
    'fact\n1',
  );

  // A backup that broke off is refused before anything is touched.
  await run(
    [
      'sh',
      '-c',
      `cd ${env.LMI_BACKUP_FOLDER} && gzip -dc ${backups()[0]} | head -n 20 | gzip -c > broken.sql.gz`,
    ],
    env,
  );
  await expect(run(['sh', path.join(files, 'restore.sh'), 'broken.sql.gz'], env)).rejects.toThrow(
    /not whole/,
  );
  await followed('primary-0', '9');
});

it('a changed password takes effect with a restart', async () => {
  await stop('primary-0');
  start('primary-0', { LMI_READER_PASSWORD: 'reader2' });
  await ready('primary-0');
  expect(await as('lmi_reader', 'reader2', 'primary-0', 'SELECT COUNT(*) FROM fact')).toBe('9');
  await expect(as('lmi_reader', 'reader1', 'primary-0', 'SELECT 1')).rejects.toThrow(/denied/);
});

it('refuses a password that would not stand in SQL as it is, and a role that there is not', async () => {
  const env = { ...environment('replica-9'), LMI_REPLICA_HOSTS: '' };
  await expect(
    run(['sh', path.join(files, 'start.sh'), 'replica'], { ...env, LMI_ROOT_PASSWORD: "a'b" }),
  ).rejects.toThrow(/letters and digits/);
  await expect(run(['sh', path.join(files, 'start.sh'), 'leader'], env)).rejects.toThrow(/no such role/);
});
