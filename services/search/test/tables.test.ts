/** Downloads and comparisons of whole tables, on both engines: equal bytes, pages and differences. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { createReleaseStore, openMysql, openSqlite } from '@lmi/data';
import { startMariadb, type Mariadb } from '@lmi/data/testing';
import { createTableHandlers, type TableHandlers } from '@lmi/importing';
import type { Database, SqlValue } from '@lmi/kit';
import { areasImporter, socImporter } from '../src/importers';

const AREAS = 2_500;
const passing = [{ name: 'rows', passed: true, detail: '' }];

/** Codes that sort by bytes and not by alphabet, a name that a spreadsheet would calculate, one to be quoted. */
function areaRows(edition: string): SqlValue[][] {
  const rows: SqlValue[][] = Array.from({ length: AREAS }, (_, at) => [
    `${at % 2 ? 'é' : 'Z'}${String(at).padStart(5, '0')}`,
    at === 7 ? '=1+1' : `Area "${at}", ${edition}`,
    'district',
    at % 3 ? null : 'K02000001',
  ]);
  return rows;
}

function change(rows: SqlValue[][]): SqlValue[][] {
  const changed = rows.filter((_, at) => at !== 11).map((row) => [...row]);
  changed[100]![1] = 'Renamed';
  return [...changed, ['~last', 'New', 'district', null]];
}

async function publish(db: Database, edition: string, areas: SqlValue[][]): Promise<string> {
  const store = createReleaseStore(db);
  const checksum = createHash('sha256').update(edition).digest('hex');
  const tables = ['area', 'area_membership'];
  const staged = await store.stage(
    { dataset: 'areas', edition, checksum, sources: [], inputs: [], tables },
    async (sink) => {
      await sink.insert('area', ['code', 'name', 'type', 'parent'], areas);
      await sink.insert('area_membership', ['district', 'area', 'type'], [['~last', edition, 'mca']]);
      return { rowsRead: 0, rowsRejected: 0, valuesSuppressed: 0, valuesMarked: 0 };
    },
  );
  await store.recordChecks(staged, passing, tables);
  return (await store.publish('areas', staged.version)).version;
}

interface House {
  readonly db: Database;
  readonly handlers: TableHandlers;
  readonly versions: readonly [string, string];
}

let server: Mariadb;
let folder: string;
const houses: House[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lmi-tables-'));
  server = await startMariadb();
  const migrator = await openMysql({ primaryUrl: server.migratorUrl });
  await migrator.migrate();
  await migrator.close();
  const sqlite = await openSqlite({ file: join(folder, 'lmi.db') });
  await sqlite.migrate();
  for (const db of [sqlite, await openMysql({ primaryUrl: server.writerUrl })]) {
    const base = areaRows('a');
    const versions = [await publish(db, 'one', base), await publish(db, 'two', change(base))] as const;
    const releases = createReleaseStore(db);
    houses.push({
      db,
      versions,
      handlers: createTableHandlers([areasImporter, socImporter], { db, releases }),
    });
  }
}, 60_000);
afterAll(async () => {
  for (const { db } of houses) await db.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function download({ handlers }: House, version: string, offset = 0): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (let at = offset; ;) {
    const { data } = await handlers.readTable({ dataset: 'areas', version, table: 'area', offset: at });
    if (data.length === 0) return Buffer.concat(pieces);
    pieces.push(data);
    at += data.length;
  }
}

test('a table is the same bytes on both engines, from any byte on, and has the checksum told', async () => {
  const texts = [];
  for (const house of houses) {
    const [version] = house.versions;
    const whole = await download(house, version);
    const told = await house.handlers.readTable({ dataset: 'areas', version, table: 'area', offset: 0 });
    expect(told).toMatchObject({
      bytes: whole.length,
      rows: AREAS,
      sha256: createHash('sha256').update(whole).digest('hex'),
    });
    for (const offset of [1, 70_000, whole.length - 1, whole.length]) {
      expect((await download(house, version, offset)).equals(whole.subarray(offset))).toBe(true);
    }
    texts.push(whole.toString('utf8'));
  }
  expect(texts[1]).toBe(texts[0]);
  const [names, ...read] = parse(texts[0]!) as string[][];
  const plain = read.map((values) => values.map((value) => value.replace(/^'(?==)/, '')));
  const options = { record_delimiter: '\r\n', escape_formulas: true };
  expect(stringify([names!, ...plain], options)).toBe(texts[0]);
  const rows = parse(texts[0]!, { columns: true }) as Record<string, string>[];
  expect(rows).toHaveLength(AREAS);
  const codes = rows.map(({ code }) => code!);
  expect(codes).toEqual([...codes].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
  expect(rows.find(({ code }) => code === 'é00007')!.name).toBe("'=1+1");
});

test('changes are found page by page, alike on both engines and for any page size', async () => {
  const found = [];
  for (const { handlers, versions } of houses) {
    for (const limit of [1, 2, 1_000]) {
      const changes = [];
      let cursor = '';
      do {
        const [from, to] = versions;
        const request = { dataset: 'areas', from, to, table: '', cursor, limit };
        const reply = await handlers.compareReleases(request);
        expect(reply.changes.length).toBeLessThanOrEqual(limit);
        changes.push(...reply.changes);
        cursor = reply.nextCursor;
      } while (cursor !== '');
      found.push(changes);
    }
  }
  for (const changes of found) expect(changes).toEqual(found[0]);
  expect(found[0]!.map(({ table, kind, key }) => [table, kind, JSON.parse(key) as object])).toEqual([
    ['area', 'added', { code: '~last' }],
    ['area', 'removed', { code: 'é00011' }],
    ['area', 'changed', { code: 'é00101' }],
    ['area_membership', 'removed', { district: '~last', area: 'one' }],
    ['area_membership', 'added', { district: '~last', area: 'two' }],
  ]);
  expect(JSON.parse(found[0]![2]!.after)).toEqual({ name: 'Renamed' });
});

test("the publisher's sentences are in no column", async () => {
  for (const { handlers } of houses) {
    const { tables } = await handlers.describeTables({ dataset: 'soc' });
    const group = tables.find(({ name }) => name === 'soc_group')!;
    expect(group.columns.slice(0, 2)).toEqual([
      { name: 'classification', number: false, key: true },
      { name: 'code', number: false, key: true },
    ]);
    expect(group.withheld.length).toBeGreaterThan(0);
    for (const column of group.withheld) expect(group.columns.map(({ name }) => name)).not.toContain(column);
  }
});

test.each([
  [{ dataset: 'ashe' }, 'dataset'],
  [{ version: 'areas-none' }, 'dataVersion'],
  [{ table: 'release_pointer' }, 'table'],
])('%j is refused with what is valid', async (wrong, field) => {
  for (const { handlers, versions } of houses) {
    const request = { dataset: 'areas', version: versions[0], table: 'area', offset: 0, ...wrong };
    await expect(handlers.readTable(request)).rejects.toMatchObject({
      code: 'invalid-argument',
      field,
      validValues: expect.arrayContaining([expect.any(String)]),
    });
  }
});

test.each(['x', 'WzUsMV0', 'WzBd'.repeat(3), Buffer.from('[0,{}]').toString('base64url')])(
  'a cursor that was not given out is refused: %s',
  async (cursor) => {
    const [{ handlers, versions }] = houses as [House];
    const [from, to] = versions;
    await expect(
      handlers.compareReleases({ dataset: 'areas', from, to, table: '', cursor, limit: 5 }),
    ).rejects.toMatchObject({ field: 'cursor' });
  },
);

test('rows that were swept are not available', async () => {
  for (const { db, handlers, versions } of houses) {
    await createReleaseStore(db).sweep('areas', ['area', 'area_membership'], 0);
    await publish(db, 'three', areaRows('c'));
    await createReleaseStore(db).sweep('areas', ['area', 'area_membership'], 1);
    await expect(
      handlers.readTable({ dataset: 'areas', version: versions[0], table: 'area', offset: 0 }),
    ).rejects.toMatchObject({ code: 'not-available', field: 'dataVersion' });
  }
});
