import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  databaseConformance,
  referenceConformance,
  releaseConformance,
  apiKeyConformance,
  schemaConformance,
} from '../conformance';
import { publishRows, stageRows } from '../conformance/publish';
import { startChild } from '../conformance/child';
import type { FreshDatabase } from '../conformance';
import { createReleaseStore, openSqlite, readMigrations } from '../src';

let folder: string;
let count = 0;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lmi-sqlite-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const newFile = () => path.join(folder, `${count++}`, 'lmi.db');

const fresh: FreshDatabase = async ({ migrated } = { migrated: true }) => {
  const file = newFile();
  const open = () => openSqlite({ file });
  if (migrated) {
    const db = await open();
    await db.migrate();
    await db.close();
  }
  return { open, openAsMigrator: open, address: { file } };
};

databaseConformance('SQLite', fresh);
releaseConformance('SQLite', fresh);
referenceConformance('SQLite', fresh);
apiKeyConformance('SQLite', fresh);
schemaConformance('SQLite', fresh);

describe('SQLite', () => {
  const areas = (edition: string, rows: number) => ({
    area: [
      ['code', 'name', 'type', 'parent'],
      ...Array.from({ length: rows }, (_, i) => [`c${i}`, edition, 'district', null]),
    ],
  });

  it('says that the disk is full, changes nothing, and goes on when there is room', async () => {
    const file = newFile();
    const small = await openSqlite({ file, maxPages: 200 });
    await small.migrate();
    const store = createReleaseStore(small);
    const version = await publishRows(store, 'areas', 'old', areas('old', 100));
    const filling = stageRows(store, 'areas', 'new', areas('new', 100_000));
    await expect(filling).rejects.toMatchObject({
      code: 'resource-exhausted',
      message: expect.stringMatching(/disk .* is full. Nothing was changed/),
    });
    const served = await small.read(async (reader) => {
      const current = await store.current(reader, 'areas');
      return { current, rows: await reader.get('SELECT COUNT(*) AS n FROM area') };
    });
    expect(served).toEqual({ current: { id: expect.any(Number), version }, rows: { n: 100 } });
    expect(await store.list()).toHaveLength(1);
    await publishRows(store, 'areas', 'next', areas('next', 100));
    await small.close();

    const roomy = await openSqlite({ file });
    await publishRows(createReleaseStore(roomy), 'areas', 'new', areas('new', 100_000));
    await roomy.close();
  });

  it('keeps nothing that is written after a full disk has ended the transaction', async () => {
    const db = await openSqlite({ file: newFile(), maxPages: 200 });
    await db.migrate();
    const columns = ['release_id', 'code', 'name', 'type'];
    const stubborn = db.write(async (writer) => {
      const rows = Array.from({ length: 100_000 }, (_, i) => [1, `c${i}`, 'n', 't']);
      await writer.insert('area', columns, rows).catch(() => 0);
      await writer.insert('area', columns, [[2, 'late', 'n', 't']]);
    });
    await expect(stubborn).rejects.toMatchObject({ code: 'resource-exhausted' });
    expect(await db.read((reader) => reader.all('SELECT * FROM area'))).toEqual([]);
    await db.close();
  });

  it('answers reads while a long load runs', async () => {
    const db = await openSqlite({ file: newFile() });
    await db.migrate();
    let reads = 0;
    let loading = true;
    const load = stageRows(createReleaseStore(db), 'areas', 'a', areas('a', 100_000)).finally(
      () => (loading = false),
    );
    while (loading) {
      await db.read((reader) => reader.get('SELECT COUNT(*) AS n FROM release_pointer'));
      reads++;
      await new Promise(setImmediate);
    }
    await load;
    expect(reads).toBeGreaterThan(50);
    await db.close();
  });

  it('can be made and migrated by several processes at once', async () => {
    const file = newFile();
    const all = readMigrations('sqlite').length;
    const children = [1, 2, 3].map(() => startChild({ file }, 'migrate'));
    const applied = await Promise.all(children.map((child) => child.reached(`applied ${all}`, 'applied 0')));
    await Promise.all(children.map((child) => child.kill()));
    expect(applied.sort()).toEqual(['applied 0', 'applied 0', `applied ${all}`]);
  });

  it('waits for the write of another process without holding up its own, and gives up after a time', async () => {
    const file = newFile();
    const db = await openSqlite({ file });
    await db.migrate();
    const other = await openSqlite({ file, busyMs: 100 });
    await db.write(async (writer) => {
      await writer.run(`INSERT INTO area (release_id, code, name, type) VALUES (1, 'a', 'n', 't')`);
      const blocked = other.write((late) => late.run('DELETE FROM area'));
      await expect(blocked).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringMatching(/busy/),
      });
    });
    expect((await other.write((late) => late.run('DELETE FROM area'))).changes).toBe(1);
    await Promise.all([db.close(), other.close()]);
  });

  it('refuses a database in memory and one that is no database', async () => {
    await expect(openSqlite({ file: ':memory:' })).rejects.toMatchObject({
      code: 'invalid-argument',
      field: 'file',
    });
    await expect(openSqlite({ file: folder })).rejects.toMatchObject({ code: 'unavailable' });
  });
});
