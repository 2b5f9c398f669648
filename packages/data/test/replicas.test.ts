import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { inTime, type Database, type Log, type Reader } from '@lmi/kit';
import { openDatabase, startHeartbeat, type Heartbeat } from '../src';
import { startMariadb, type Mariadb, type MariadbServer } from '../testing';

/** Server ids, as testing gives them. */
const [primaryId, firstId, secondId] = [1, 2, 3];
const lagLimitMs = 1_000;
const beatMs = 200;

let servers: Mariadb;
let writer: Database;
let db: Database;
let heartbeat: Heartbeat;
let changes: { replica: string; state?: string }[];
const stopped = new Set<MariadbServer>();

const log = {
  info: (change: { replica: string }) => changes.push({ ...change, state: 'serving' }),
  warn: (change: { replica: string; state: string }) => changes.push(change),
} as unknown as Log;

const open = (limit = lagLimitMs) =>
  openDatabase({
    url: servers.readerUrl,
    replicaUrl: [servers.onReplica(0), servers.onReplica(1)].map(({ readerUrl }) => readerUrl).join(','),
    replicaLagMs: limit,
    log,
  });

const serverId = async (reader: Reader) => (await reader.get<{ id: number }>('SELECT @@server_id AS id'))!.id;
/** Ids of the servers that answer twenty reads. */
const answering = async (from = db) => {
  const ids = await Promise.all(Array.from({ length: 20 }, () => from.read(serverId)));
  return [...new Set(ids)].sort();
};
/** A busy machine may make a server look hung for a moment, so that others answer. */
const settlesOn = (ids: readonly number[], from = db) =>
  until(async () => JSON.stringify(await answering(from)) === JSON.stringify(ids));
const states = () => db.replicas().map(({ state }) => state);

async function until(condition: () => boolean | Promise<boolean>, limitMs = 8_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`not within ${limitMs} ms; ${JSON.stringify(db.replicas())}`);
    await sleep(20);
  }
}

/** Until every replica has the primary's heartbeat: who only begins to look cannot know for how long it lacked it. */
async function level(): Promise<void> {
  const beats = () =>
    Promise.all(
      [servers.primary, ...servers.replicas].map(async (server) => {
        const [row] = await server.administer('SELECT beat_at FROM lmi.replication_heartbeat');
        return row?.beat_at;
      }),
    );
  await until(async () => new Set(await beats()).size === 1);
}

/** The signal reaches a server's threads one after the other: until then some still answer. */
async function hang(server: MariadbServer): Promise<void> {
  process.kill(server.pid, 'SIGSTOP');
  stopped.add(server);
  const tasks = `/proc/${server.pid}/task`;
  const isStopped = (task: string) => / \(.*\) T /.test(readFileSync(`${tasks}/${task}/stat`, 'utf8'));
  await until(() => readdirSync(tasks).every(isStopped));
}

function goOn(server: MariadbServer): void {
  process.kill(server.pid, 'SIGCONT');
  stopped.delete(server);
}

beforeAll(async () => {
  servers = await startMariadb({ replicas: 2 });
  const migrator = await openDatabase({ url: servers.migratorUrl });
  await migrator.migrate();
  await migrator.close();
  writer = await openDatabase({ url: servers.writerUrl });
  heartbeat = startHeartbeat(writer, undefined, beatMs);
  const arrived = `SELECT COUNT(*) AS n FROM lmi.replication_heartbeat`;
  for (const replica of servers.replicas) {
    while ((await replica.administer(arrived).catch(() => []))[0]?.n !== 1) await sleep(20);
  }
});

beforeEach(async () => {
  changes = [];
  db = await open();
});

afterEach(async () => {
  for (const server of [...stopped]) goOn(server);
  await db.close();
});

afterAll(async () => {
  await heartbeat?.stop();
  await writer?.close();
  await servers?.stop();
});

it('spreads reads over the replicas, each read on one of them', async () => {
  await settlesOn([firstId, secondId]);
  const both = await db.read(async (reader) => [await serverId(reader), await serverId(reader)]);
  expect(new Set(both).size).toBe(1);
  expect(states()).toEqual(['serving', 'serving']);
  for (const { address, lagMs } of db.replicas()) {
    expect(address).toMatch(/^127\.0\.0\.1:\d+\/lmi$/);
    expect(lagMs).toBeLessThan(lagLimitMs);
  }
  expect(changes.filter(({ state }) => state === 'lagging')).toEqual([]);
  expect(writer.replicas()).toEqual([]);
  expect(await writer.read(serverId)).toBe(primaryId);
});

it('leaves a replica out while it lags, whoever is new included, and takes it back when it has caught up', async () => {
  const [first] = servers.replicas;
  await db.read(serverId);
  await first!.administer('STOP SLAVE SQL_THREAD');
  await until(() => states()[0] === 'lagging');
  expect(db.replicas()[0]!.lagMs).toBeGreaterThanOrEqual(lagLimitMs);
  expect(await answering()).not.toContain(firstId);
  await settlesOn([secondId]);

  const fresh = await open();
  expect(await answering(fresh)).not.toContain(firstId);
  await settlesOn([secondId], fresh);
  await fresh.close();

  await first!.administer('START SLAVE SQL_THREAD');
  await until(() => states()[0] === 'serving');
  await settlesOn([firstId, secondId]);
  const ofFirst = changes.filter(({ replica }) => replica === db.replicas()[0]!.address);
  // Once from each of the two that watched it.
  expect(ofFirst.filter(({ state }) => state === 'lagging')).toHaveLength(2);
  expect(ofFirst.at(-1)).toMatchObject({ state: 'serving' });
});

it('reads from the primary while all replicas lag, and from them when it is gone too', async () => {
  await db.read(serverId);
  for (const replica of servers.replicas) await replica.administer('STOP SLAVE SQL_THREAD');
  await until(() => states().every((state) => state === 'lagging'));
  await settlesOn([primaryId]);
  await hang(servers.primary);
  expect(await inTime(1_500, db.read(serverId))).not.toBe(primaryId);
  goOn(servers.primary);
  for (const replica of servers.replicas) await replica.administer('START SLAVE SQL_THREAD');
  await until(() => states().every((state) => state === 'serving'));
});

it('keeps replicas that agree when nobody beats and when the primary is gone', async () => {
  await heartbeat.stop();
  await level();
  await db.read(serverId);
  await servers.primary.halt('SIGKILL');
  await sleep(lagLimitMs + 1_500);
  await settlesOn([firstId, secondId]);
  await expect(writer.write(serverId)).rejects.toMatchObject({ code: 'unavailable' });
  await servers.primary.start();
  await sleep(lagLimitMs + 500);
  await settlesOn([firstId, secondId]);
  heartbeat = startHeartbeat(writer, undefined, beatMs);
  const beat = () =>
    db.read((reader) => reader.get<{ at: string }>('SELECT beat_at AS at FROM replication_heartbeat'));
  const before = await beat();
  await until(async () => (await beat())!.at > before!.at);
  expect(changes.filter(({ state }) => state === 'lagging')).toEqual([]);
});

it('loses no read when a replica is killed, and takes it back when it is there again', async () => {
  const [first] = servers.replicas;
  let failures = 0;
  let ended = false;
  const load = async () => {
    while (!ended) await db.read(serverId).catch(() => failures++);
  };
  const readers = Array.from({ length: 8 }, load);
  try {
    await sleep(200);
    await first!.halt('SIGKILL');
    await until(() => states()[0] === 'gone');
    await settlesOn([secondId]);
    await first!.start();
    await until(() => states()[0] === 'serving');
  } finally {
    // Readers of a closed database would read on without a pause, and nothing else run.
    ended = true;
  }
  await Promise.all(readers);
  expect(failures).toBe(0);
  await settlesOn([firstId, secondId]);
});

it('loses no read when a replica hangs, ends each in little more than half a second, and takes it back', async () => {
  const [first] = servers.replicas;
  await answering();
  let ended = false;
  let reads = 0;
  const load = async () => {
    while (!ended) {
      await inTime(1_500, db.read(serverId));
      reads++;
    }
  };
  // More than the pools hold: some of them wait for a connection.
  const readers = Array.from({ length: 64 }, load);
  try {
    await sleep(100);
    await hang(first!);
    await until(() => states()[0] === 'gone', 2_000);
    await sleep(200);
    await settlesOn([secondId]);
    goOn(first!);
    await until(() => states()[0] === 'serving');
  } finally {
    ended = true;
  }
  await Promise.all(readers);
  expect(reads).toBeGreaterThan(readers.length);
  await settlesOn([firstId, secondId]);
});

it('asks the primary when every replica hangs, and leaves alone a slow statement of a server that answers', async () => {
  await answering();
  await Promise.all(servers.replicas.map(hang));
  expect(await inTime(1_500, db.read(serverId))).toBe(primaryId);
  expect(await answering()).toEqual([primaryId]);
  expect(states()).toEqual(['gone', 'gone']);
  servers.replicas.forEach(goOn);
  await until(() => states().every((state) => state === 'serving'));

  const before = db.statements;
  const slow = await db.read(async (reader) => {
    await reader.get('SELECT SLEEP(1.2)');
    return serverId(reader);
  });
  expect([firstId, secondId]).toContain(slow);
  expect(db.statements - before).toBe(2);
});

it('ends the statements of a server that is given up: a load that others share does not wait for ever', async () => {
  await answering();
  await Promise.all(servers.replicas.map(hang));
  const statements: Promise<unknown>[] = [];
  const id = await db.read((reader) => {
    statements.push(serverId(reader));
    return statements.at(-1) as Promise<number>;
  });
  expect(id).toBe(primaryId);
  const ends = await Promise.all(
    statements.map((statement) =>
      statement.then(
        () => 'answered',
        (error: { code?: string }) => error.code,
      ),
    ),
  );
  expect(ends.at(-1)).toBe('answered');
  expect(ends.slice(0, -1).length).toBeGreaterThan(0);
  expect(new Set(ends.slice(0, -1))).toEqual(new Set(['unavailable']));
  servers.replicas.forEach(goOn);
  await until(() => states().every((state) => state === 'serving'));
});

it('gives up a connection that is taken but never answered', async () => {
  const mute = await new Promise<Server>((resolve) => {
    const server = createServer(() => undefined).listen(0, '127.0.0.1', () => resolve(server));
  });
  const { port } = mute.address() as { port: number };
  const one = await openDatabase({
    url: servers.readerUrl,
    replicaUrl: `mysql://lmi_reader:secret@127.0.0.1:${port}/lmi`,
    log,
  });
  expect(await inTime(1_500, one.read(serverId))).toBe(primaryId);
  expect(one.replicas()).toEqual([{ address: `127.0.0.1:${port}/lmi`, state: 'gone', lagMs: null }]);
  expect(JSON.stringify(changes)).not.toMatch(/secret/);
  await one.close();
  mute.close();
});
