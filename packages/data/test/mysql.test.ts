import type { Reader } from '@lmi/kit';
import {
  databaseConformance,
  referenceConformance,
  releaseConformance,
  apiKeyConformance,
  schemaConformance,
} from '../conformance';
import type { FreshDatabase } from '../conformance';
import { openDatabase, openMysql, readMigrations } from '../src';
import { startMariadb, type Mariadb } from '../testing';

let server: Mariadb;
let count = 0;

beforeAll(async () => {
  server = await startMariadb();
});
afterAll(() => server?.stop());

const fresh: FreshDatabase = async ({ migrated } = { migrated: true }) => {
  const { writerUrl, migratorUrl } = await server.createDatabase(`d${count++}`);
  const open = () => openMysql({ primaryUrl: writerUrl });
  const openAsMigrator = () => openMysql({ primaryUrl: migratorUrl });
  if (migrated) {
    const db = await openAsMigrator();
    await db.migrate();
    await db.close();
  }
  return { open, openAsMigrator, address: { url: writerUrl } };
};

databaseConformance('MariaDB', fresh);
releaseConformance('MariaDB', fresh);
referenceConformance('MariaDB', fresh);
apiKeyConformance('MariaDB', fresh);
schemaConformance('MariaDB', fresh);

describe('MariaDB', () => {
  const select = 'SELECT COUNT(*) AS n FROM area';

  it('gives each user no more rights than its work needs', async () => {
    const { readerUrl, writerUrl, migratorUrl } = await server.createDatabase('rights');
    const [reader, writer, migrator] = await Promise.all(
      [readerUrl, writerUrl, migratorUrl].map((url) => openDatabase({ url })),
    );
    await expect(writer!.migrate()).rejects.toThrow(/CREATE command denied/);
    expect(await migrator!.migrate()).toHaveLength(readMigrations('mysql').length);
    expect(await reader!.migrate()).toEqual([]);
    expect(await reader!.read((on) => on.get(select))).toEqual({ n: 0 });
    await expect(reader!.write((on) => on.run('DELETE FROM area'))).rejects.toThrow(/DELETE command denied/);
    await expect(writer!.write((on) => on.run('DROP TABLE area'))).rejects.toThrow(/DROP command denied/);
    await Promise.all([reader, writer, migrator].map((db) => db!.close()));
  });

  it('reads from the replica, and from the primary when the replica is away', async () => {
    const [first, second] = [await fresh(), await fresh()];
    const replica = await second.open();
    await replica.write((writer) =>
      writer.run(`INSERT INTO area (release_id, code, name, type) VALUES (1, 'a', 'n', 't')`),
    );
    const both = await openMysql({ primaryUrl: first.address.url!, replicaUrls: [second.address.url!] });
    expect(await both.read((reader) => reader.get(select))).toEqual({ n: 1 });
    expect(await both.write((writer) => writer.get(select))).toEqual({ n: 0 });

    const dead = await openMysql({
      primaryUrl: first.address.url!,
      replicaUrls: ['mysql://nobody@127.0.0.1:1/none'],
    });
    expect(await dead.read((reader) => reader.get(select))).toEqual({ n: 0 });
    await expect(dead.read((reader) => reader.get('SELECT wrong'))).rejects.toThrow(/Unknown column/);
    await Promise.all([both, dead, replica].map((db) => db.close()));
  });

  it('reads once more when the server has closed the connection, and rolls a write back', async () => {
    const db = await (await fresh()).open();
    const kill = async (reader: Reader) => {
      const row = await reader.get('SELECT CONNECTION_ID() AS id');
      await reader.all(`KILL CONNECTION ${row?.id}`);
    };
    let runs = 0;
    const answer = db.read(async (reader) => {
      if (runs++ === 0) await kill(reader);
      return reader.get(select);
    });
    expect(await answer).toEqual({ n: 0 });
    expect(runs).toBe(2);

    const lost = db.write(async (writer) => {
      await writer.run(`INSERT INTO area (release_id, code, name, type) VALUES (1, 'a', 'n', 't')`);
      await kill(writer);
    });
    await expect(lost).rejects.toMatchObject({ code: 'unavailable' });
    expect(await db.write((writer) => writer.get(select))).toEqual({ n: 0 });
    await db.close();
  });

  it('says that a server that is not there cannot be reached, without its password', async () => {
    const db = await openMysql({ primaryUrl: 'mysql://someone:secret@127.0.0.1:1/none' });
    const failure = await db.read((reader) => reader.get('SELECT 1')).catch((error: Error) => error);
    expect(failure).toMatchObject({ code: 'unavailable', message: expect.stringMatching(/ECONNREFUSED/) });
    expect((failure as Error).message).not.toMatch(/secret/);
    await expect(openMysql({ primaryUrl: 'secret' })).rejects.toMatchObject({
      code: 'invalid-argument',
      field: 'url',
    });
    await db.close();
  });

  it('says that there is no room when a table is full', async () => {
    const migrator = await (await fresh()).openAsMigrator();
    const filling = migrator.write(async (writer) => {
      await writer.run('SET SESSION max_heap_table_size = 16384');
      await writer.run('CREATE TABLE small (a INT, b VARCHAR(255)) ENGINE = MEMORY');
      await writer.insert(
        'small',
        ['a', 'b'],
        Array.from({ length: 5000 }, (_, i) => [i, 'x'.repeat(200)]),
      );
    });
    await expect(filling).rejects.toMatchObject({
      code: 'resource-exhausted',
      message: expect.stringMatching(/is full. Nothing was changed/),
    });
    await migrator.close();
  });
});
