import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer } from 'mysql2';
import type { Database, Log, SqlValue } from '@lmi/kit';
import { openMysql } from '../src';
import { startMariadb, type Mariadb } from '../testing';

let server: Mariadb;
let db: Database;

const columns = ['release_id', 'code', 'name', 'type', 'parent'];
const areas = (count: number, row?: SqlValue[]): SqlValue[][] => {
  const rows = Array.from({ length: count }, (_, i): SqlValue[] => [1, `k${i}`, 'n', 't', null]);
  if (row) rows[Math.floor(count / 2)] = row;
  return rows;
};
const insert = (rows: Iterable<SqlValue[]>, to = db) =>
  to.write((writer) => writer.insert('area', columns, rows));
const count = async () => (await db.read((reader) => reader.get('SELECT COUNT(*) AS n FROM area')))!.n;

beforeAll(async () => {
  server = await startMariadb();
  const migrator = await openMysql({ primaryUrl: server.migratorUrl });
  await migrator.migrate();
  await migrator.close();
  db = await openMysql({ primaryUrl: server.writerUrl });
});
afterEach(() => db.write((writer) => writer.run('DELETE FROM area')));
afterAll(async () => {
  await db?.close();
  await server?.stop();
});

it('loads any number of rows with one statement, and few by INSERT', async () => {
  const before = db.statements;
  expect(await insert(areas(5_000))).toBe(5_000);
  expect(db.statements - before).toBe(1);
  const loads = await server.primary.administer(`SHOW GLOBAL STATUS LIKE 'Com_load'`);
  expect(loads).toMatchObject([{ Value: '1' }]);
  await db.write((writer) => writer.run('DELETE FROM area'));
  expect(await insert(areas(10))).toBe(10);
  expect(await server.primary.administer(`SHOW GLOBAL STATUS LIKE 'Com_load'`)).toEqual(loads);
});

it.each([
  ['text that is too long', [1, 'a'.repeat(33), 'n', 't', null], /too long|truncated/i],
  ['a number out of range', [2 ** 40, 'a', 'n', 't', null], /out of range/i],
  ['text for a number', ['one', 'a', 'n', 't', null], /Incorrect integer value: 'one'/],
  ['a fraction for a number', ['1.5x', 'a', 'n', 't', null], /incorrect|truncated/i],
  ['null in a key', [1, null, 'n', 't', null], /null/i],
] as [string, SqlValue[], RegExp][])('refuses %s, as INSERT does', async (_, row, message) => {
  await expect(insert([row])).rejects.toThrow();
  await expect(insert(areas(3_000, row))).rejects.toThrow(message);
  expect(await count()).toBe(0);
});

it('refuses a row whose foreign key is unknown', async () => {
  await server.primary
    .administer(`CREATE TABLE lmi.child (area_release INT NOT NULL, area VARCHAR(32) CHARACTER SET utf8mb4
    COLLATE utf8mb4_nopad_bin NOT NULL, FOREIGN KEY (area_release, area) REFERENCES lmi.area (release_id, code)) ENGINE = InnoDB`);
  try {
    await insert(areas(3_000));
    const children = (last: string) =>
      db.write((writer) =>
        writer.insert(
          'child',
          ['area_release', 'area'],
          [...areas(2_999).map(([release, code]) => [release!, code!]), [1, last]],
        ),
      );
    await expect(children('nowhere')).rejects.toThrow(/foreign key/i);
    expect(await children('k2999')).toBe(3_000);
  } finally {
    await server.primary.administer('DROP TABLE lmi.child');
  }
});

it('takes INSERT where the server allows no loads, and says so once', async () => {
  const warnings: string[] = [];
  const log = { warn: (message: string) => warnings.push(message) } as unknown as Log;
  await server.primary.administer('SET GLOBAL local_infile = OFF');
  const plain = await openMysql({ primaryUrl: server.writerUrl, log });
  try {
    for (const first of [0, 3_000]) {
      const rows = areas(6_000).slice(first, first + 3_000);
      expect(await insert(rows, plain)).toBe(3_000);
    }
    expect(await count()).toBe(6_000);
    expect(warnings).toEqual([expect.stringMatching(/local_infile/)]);
    await expect(insert(areas(3_000), plain)).rejects.toMatchObject({ code: 'conflict' });
  } finally {
    await plain.close();
    await server.primary.administer('SET GLOBAL local_infile = ON');
  }
});

it('takes no more rows from their source than the server takes from it', async () => {
  let taken = 0;
  function* source() {
    for (; taken < 60_000; taken++) yield [1, `k${taken}`, 'x'.repeat(150), 't', null];
  }
  const loading = insert(source());
  while (taken < 2_000) await sleep(1);
  process.kill(server.primary.pid, 'SIGSTOP');
  try {
    for (let before = -1; before !== taken; await sleep(300)) before = taken;
    expect(taken).toBeLessThan(60_000);
  } finally {
    process.kill(server.primary.pid, 'SIGCONT');
  }
  expect(await loading).toBe(60_000);
});

it('keeps nothing when the connection is lost in the middle, and says that the database cannot be reached', async () => {
  const lost = db.write(async (writer) => {
    const id = (await writer.get('SELECT CONNECTION_ID() AS id'))!.id;
    async function* source() {
      for (let i = 0; i < 20_000; i++) {
        if (i === 10_000) await server.primary.administer(`KILL CONNECTION ${id}`);
        yield [1, `k${i}`, 'n', 't', null];
      }
    }
    return writer.insert('area', columns, source());
  });
  await expect(lost).rejects.toMatchObject({ code: 'unavailable' });
  expect(await count()).toBe(0);
});

describe('a server that asks for a file', () => {
  const ok = [0, 0, 0, 2, 0, 0, 0];
  const fileRequest = [0xfb, ...Buffer.from('/etc/passwd')];
  let server: ReturnType<typeof createServer>;
  let url: string;
  /** What the client sent after the request, up to the empty packet that ends it. */
  let sent: Buffer;

  /** Greets as a server does, then speaks packets itself: after INSERT or LOAD it asks for a file of its own choice. */
  beforeAll(async () => {
    server = createServer((connection) => {
      connection.serverHandshake({
        protocolVersion: 10,
        serverVersion: '10.11.0-MariaDB',
        connectionId: 1,
        statusFlags: 2,
        characterSet: 45,
        capabilityFlags: 0xffffff,
        authCallback: (_: unknown, done: (error: null) => void) => {
          done(null);
          setImmediate(() => speak((connection as unknown as { stream: Socket }).stream));
        },
      } as never);
      connection.on('error', () => undefined);
    });
    const listener = (server as unknown as { _server: Server })._server;
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    url = `mysql://u:p@127.0.0.1:${(listener.address() as AddressInfo).port}/lmi`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  function speak(socket: Socket): void {
    const send = (sequence: number, bytes: number[]) =>
      socket.write(Buffer.from([bytes.length, 0, 0, sequence, ...bytes]));
    let collecting = false;
    socket.removeAllListeners('data');
    socket.on('data', (data: Buffer) => {
      if (!collecting && /^(INSERT|LOAD)/.test(data.toString('latin1', 5))) {
        collecting = true;
        sent = Buffer.alloc(0);
        send(1, fileRequest);
      } else if (collecting) {
        sent = Buffer.concat([sent, data]);
        if (!sent.subarray(-4, -1).equals(Buffer.alloc(3))) return;
        collecting = false;
        send(sent.at(-1)! + 1, ok);
      } else send(1, ok);
    });
  }

  it('gets nothing for a statement that loads nothing', async () => {
    const db = await openMysql({ primaryUrl: url });
    await expect(insert(areas(10), db)).rejects.toThrow(/LOCAL INFILE/);
    expect(sent).toHaveLength(4);
    await db.close();
  });

  it('gets the rows of a load and no file', async () => {
    const db = await openMysql({ primaryUrl: url });
    await expect(insert(areas(1_000), db)).rejects.toThrow('area took 0 of 1000 rows');
    expect(sent.toString()).toMatch(/1\tk0\tn\tt\t\\N\n1\tk1\tn/);
    expect(sent.toString()).not.toMatch(/root:/);
    await db.close();
  });
});
