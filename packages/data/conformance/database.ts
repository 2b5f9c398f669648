import { LmiError, type Database, type SqlValue } from '@lmi/kit';
import { applyMigrations, readMigrations } from '../src/migrate';
import { startChild } from './child';
import { opener, type FreshDatabase, type TestDatabase } from './target';

const areaColumns = ['release_id', 'code', 'name', 'type', 'parent'];

/** What every database adapter must do. Registers its tests with jest under the given name. */
export function databaseConformance(name: string, fresh: FreshDatabase): void {
  describe(`database conformance: ${name}`, () => {
    const { keep, closeAll } = opener();
    let target: TestDatabase;
    let db: Database;

    beforeEach(async () => {
      target = await fresh();
      db = await keep(target.open());
    });
    afterEach(closeAll);

    const addAreas = (rows: readonly (readonly SqlValue[])[], to = db) =>
      to.write((writer) => writer.insert('area', areaColumns, rows));
    /** Enough for the fast way of loading, if the engine has one. */
    const manyAreas = (prefix: string): SqlValue[][] =>
      Array.from({ length: 1500 }, (_, i) => [1, `${prefix}${i}`, 'n', 't', null]);
    const codes = async (sql: string, params: SqlValue[] = []) =>
      (await db.read((reader) => reader.all<{ code: string }>(sql, params))).map(({ code }) => code);

    it('tells the columns of a table, their kinds and the key in its order', async () => {
      expect(await db.columns('area_indicator')).toEqual([
        { name: 'release_id', isNumber: true, key: 1 },
        { name: 'area', isNumber: false, key: 2 },
        { name: 'indicator', isNumber: false, key: 3 },
        { name: 'period', isNumber: false, key: 4 },
        ...['value', 'people', 'lower_limit', 'upper_limit'].map((column) => ({
          name: column,
          isNumber: true,
          key: 0,
        })),
        { name: 'marker', isNumber: false, key: 0 },
      ]);
      expect(await db.columns('nothing')).toEqual([]);
    });

    describe('text', () => {
      it.each([
        ['case', ['abc', 'ABC', 'Abc']],
        ['trailing spaces', ['abc', 'abc ', 'abc  ']],
        ['accents', ['e', 'é', 'e\u0301', 'ё']],
        ['nothing and a space', ['', ' ']],
      ])('keeps keys apart that differ in %s', async (_, keys) => {
        await addAreas(keys.map((key) => [1, key, 'n', 't', null]));
        for (const key of keys) {
          expect(await codes('SELECT code FROM area WHERE release_id = 1 AND code = ?', [key])).toEqual([
            key,
          ]);
        }
        expect(await codes('SELECT DISTINCT code FROM area')).toHaveLength(keys.length);
      });

      it('sorts by bytes', async () => {
        const keys = ['b', 'B', 'a', 'Z', 'é', 'z', '10', '9', 'ﬀ', '😀', 'a ', 'a-b', 'ab', '~'];
        await addAreas(keys.map((key) => [1, key, key, 't', null]));
        const byBytes = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        expect(await codes('SELECT code FROM area WHERE release_id = 1 ORDER BY code')).toEqual(byBytes);
        expect(await codes('SELECT code FROM area ORDER BY name DESC')).toEqual(byBytes.reverse());
      });

      it.each([0, 1500])('gives back long and odd text as it was, before %i plain ones', async (plain) => {
        const texts = [
          'x'.repeat(60_000),
          'Cymru — 日本語 😀 é\u0301',
          `quotes ' " \` and \\ back\\'slash; -- no comment /* nor this */ ? :a $1 %_`,
          'line\nfeed\r\ttab',
          '\\N',
          '\\',
          '\\\t\\\n\\0\0\b\x1a',
          '\n',
          'NULL',
          '',
          ...Array.from({ length: plain }, (_, i) => `plain ${i}`),
        ];
        await db.write((writer) =>
          writer.insert(
            'soc_group',
            ['release_id', 'classification', 'code', 'level', 'title', 'description'],
            texts.map((text, i) => [1, 'soc2020', String(i).padStart(4, '0'), 'unit', 't', text]),
          ),
        );
        const rows = await db.read((reader) => reader.all('SELECT description FROM soc_group ORDER BY code'));
        expect(rows.map((row) => row.description)).toEqual(texts);
        const found = await db.read((reader) =>
          reader.get('SELECT code FROM soc_group WHERE description = ?', [texts[2]!]),
        );
        expect(found).toEqual({ code: '0002' });
      });
    });

    describe('numbers', () => {
      const doubles = [
        15.65,
        1e15 + 0.5,
        0.1 + 0.2,
        1 / 3,
        100,
        -0.07,
        123456789012345680,
        1e-300,
        5e-324,
        Number.MAX_VALUE,
        1e21,
        0,
        null,
      ];
      const store = (how: 'insert' | 'insert of many' | 'run') =>
        db.write(async (writer) => {
          const columns = ['release_id', 'soc', 'year', 'section', 'employment', 'marker'];
          const rows = doubles.map((value, i) => [1, '1111', i, 'A', value, '']);
          const others = Array.from({ length: 1500 }, (_, i) => [2, '1111', i, 'A', i / 3, '']);
          if (how === 'insert') return writer.insert('employment_cell', columns, rows);
          if (how === 'insert of many') {
            return (await writer.insert('employment_cell', columns, [...rows, ...others])) - others.length;
          }
          for (const row of rows) {
            await writer.run(
              `INSERT INTO employment_cell (${columns.join(', ')}) VALUES (?, ?, ?, ?, ?, ?)`,
              row,
            );
          }
          return rows.length;
        });

      it.each(['insert', 'insert of many', 'run'] as const)(
        'gives doubles back to the last bit after %s',
        async (how) => {
          expect(await store(how)).toBe(doubles.length);
          const rows = await db.read((reader) =>
            reader.all('SELECT employment FROM employment_cell WHERE release_id = 1 ORDER BY year'),
          );
          expect(rows.map((row) => row.employment)).toEqual(doubles);
        },
      );

      it('gives counts, sums and extremes as numbers and the extreme of nothing as null', async () => {
        await store('insert');
        const row = await db.read((reader) =>
          reader.get(
            `SELECT COUNT(*) AS n, COUNT(employment) AS known, SUM(year) AS years, MAX(year) AS top,
               MIN(marker) AS marker, SUM(employment) AS sum FROM employment_cell WHERE year BETWEEN ? AND ?`,
            [3, 4],
          ),
        );
        expect(row).toEqual({ n: 2, known: 2, years: 7, top: 4, marker: '', sum: 1 / 3 + 100 });
        expect(
          await db.read((reader) =>
            reader.get('SELECT MAX(year) AS top FROM employment_cell WHERE soc = ?', ['none']),
          ),
        ).toEqual({ top: null });
      });
    });

    describe('reads', () => {
      it('sorts null first, and last when the order is turned', async () => {
        await addAreas([
          [1, 'a', 'n', 't', 'P'],
          [1, 'b', 'n', 't', null],
          [1, 'c', 'n', 't', ''],
        ]);
        expect(await codes('SELECT code FROM area ORDER BY parent, code')).toEqual(['b', 'c', 'a']);
        expect(await codes('SELECT code FROM area ORDER BY parent DESC, code')).toEqual(['a', 'c', 'b']);
        expect(await codes('SELECT code FROM area WHERE parent IS NULL')).toEqual(['b']);
        expect(await codes('SELECT code FROM area WHERE parent = ?', [null])).toEqual([]);
      });

      it('cuts pages at their edges', async () => {
        const keys = Array.from({ length: 25 }, (_, i) => String(i).padStart(2, '0'));
        await addAreas([...keys].reverse().map((key) => [1, key, 'n', 't', null]));
        const page = (limit: number, offset: number) =>
          codes('SELECT code FROM area WHERE release_id = ? ORDER BY code LIMIT ? OFFSET ?', [
            1,
            limit,
            offset,
          ]);
        expect(await page(10, 0)).toEqual(keys.slice(0, 10));
        expect(await page(10, 20)).toEqual(keys.slice(20));
        expect(await page(25, 0)).toEqual(keys);
        expect(await page(1, 24)).toEqual(['24']);
        expect(await page(10, 25)).toEqual([]);
        expect(await page(0, 0)).toEqual([]);
        expect(
          await codes('SELECT code FROM area WHERE release_id = 1 AND code > ? ORDER BY code LIMIT 2', [
            '10',
          ]),
        ).toEqual(['11', '12']);
      });

      it('reads names in double quotes and joins text with ||', async () => {
        await addAreas([[1, 'a', 'Leeds', 'district', null]]);
        const sql = `SELECT "code" || '-' || name AS "joinedName" FROM area`;
        expect(await db.read((reader) => reader.get(sql))).toEqual({ joinedName: 'a-Leeds' });
      });

      it('gives undefined for no row, and counts statements', async () => {
        const before = db.statements;
        expect(
          await db.read((reader) => reader.get('SELECT * FROM area WHERE code = ?', ['x'])),
        ).toBeUndefined();
        expect(await db.read((reader) => reader.all('SELECT * FROM area'))).toEqual([]);
        expect(db.statements - before).toBe(2);
      });

      it('refuses to work once closed', async () => {
        await db.close();
        await db.close();
        const work = { code: 'unavailable' };
        await expect(db.read((reader) => reader.get('SELECT 1'))).rejects.toMatchObject(work);
        await expect(db.write((writer) => writer.get('SELECT 1'))).rejects.toMatchObject(work);
      });
    });

    describe('writes', () => {
      it('keeps all or nothing, and passes the error on', async () => {
        const error = new Error('half way');
        const failing = db.write(async (writer) => {
          await writer.run(`INSERT INTO area (release_id, code, name, type) VALUES (1, 'a', 'n', 't')`);
          await writer.insert('area', areaColumns, [[1, 'b', 'n', 't', null]]);
          expect(await writer.get('SELECT COUNT(*) AS n FROM area')).toEqual({ n: 2 });
          throw error;
        });
        await expect(failing).rejects.toBe(error);
        expect(await codes('SELECT code FROM area')).toEqual([]);
        await addAreas([[1, 'c', 'n', 't', null]]);
        expect(await codes('SELECT code FROM area')).toEqual(['c']);
      });

      it('shows nothing to others before the end', async () => {
        const other = await keep(target.open());
        const seen = () => other.read((reader) => reader.get('SELECT COUNT(*) AS n FROM area'));
        await db.write(async (writer) => {
          await writer.insert('area', areaColumns, [[1, 'a', 'n', 't', null]]);
          expect(await seen()).toEqual({ n: 0 });
        });
        expect(await seen()).toEqual({ n: 1 });
      });

      it('runs writes that are asked for together one after the other or side by side, none lost', async () => {
        const other = await keep(target.open());
        await Promise.all(
          Array.from({ length: 20 }, (_, i) => addAreas([[1, `k${i}`, 'n', 't', null]], i % 2 ? db : other)),
        );
        expect(await codes('SELECT code FROM area')).toHaveLength(20);
      });

      it('inserts what iterables give, across chunks', async () => {
        const rows = Array.from({ length: 2503 }, (_, i): SqlValue[] => [
          1,
          `k${i}`,
          'n',
          't',
          i % 2 ? null : 'p',
        ]);
        expect(await addAreas(rows.slice(0, 1000))).toBe(1000);
        async function* later() {
          yield* rows.slice(1000);
        }
        expect(await db.write((writer) => writer.insert('area', areaColumns, later()))).toBe(1503);
        expect(await addAreas([])).toBe(0);
        expect(
          await db.read((reader) => reader.get('SELECT COUNT(*) AS n, COUNT(parent) AS p FROM area')),
        ).toEqual({
          n: 2503,
          p: 1252,
        });
      });

      it.each([40, 3000])('names the doubled key among %i rows and keeps nothing', async (length) => {
        const rows = Array.from({ length }, (_, i): SqlValue[] => [
          7,
          `k${i % (length - 1)}`,
          'n',
          't',
          null,
        ]);
        const failure = await addAreas(rows).catch((error: unknown) => error);
        expect(failure).toBeInstanceOf(LmiError);
        expect(failure).toMatchObject({ code: 'conflict', message: expect.stringMatching(/same key.*k0/) });
        expect(await codes('SELECT code FROM area')).toEqual([]);
      });

      it.each([
        ['too short', [1, 'a', 'n', 't']],
        ['too long', [1, 'a', 'n', 't', null, null]],
        ['with NaN', [NaN, 'a', 'n', 't', null]],
        ['with infinity', [Infinity, 'a', 'n', 't', null]],
        ['with null in a key', [1, null, 'n', 't', null]],
        ['with text for a number', ['one', 'a', 'n', 't', null]],
      ])('refuses a row %s, alone and among many', async (_, row) => {
        await expect(addAreas([row])).rejects.toThrow();
        await expect(addAreas([...manyAreas('x'), row, ...manyAreas('y')])).rejects.toThrow();
        expect(await codes('SELECT code FROM area')).toEqual([]);
      });

      it('passes on what the source of the rows throws, closes it, and keeps nothing', async () => {
        const error = new LmiError('invalid-argument', 'line 1501');
        let closed = 0;
        async function* source(count: number) {
          try {
            yield* manyAreas('x').slice(0, count);
            throw error;
          } finally {
            closed++;
          }
        }
        for (const count of [0, 10, 1000, 1500]) {
          const failing = db.write((writer) => writer.insert('area', areaColumns, source(count)));
          await expect(failing).rejects.toBe(error);
        }
        expect(closed).toBe(4);
        expect(await codes('SELECT code FROM area')).toEqual([]);
      });

      it('refuses names that are not plain', async () => {
        const insert = (table: string, column: string) =>
          db.write((writer) => writer.insert(table, [column], [['x']]));
        await expect(insert('area; DROP TABLE area', 'code')).rejects.toMatchObject({ code: 'internal' });
        await expect(insert('area', 'code) VALUES (1) --')).rejects.toMatchObject({ code: 'internal' });
      });

      it('counts the rows that a statement found, changed or not', async () => {
        await addAreas(['a', 'b', 'c'].map((code) => [1, code, 'n', 't', null]));
        const run = (sql: string) => db.write((writer) => writer.run(sql));
        expect(await run(`UPDATE area SET name = 'n' WHERE code < 'c'`)).toEqual({ changes: 2 });
        expect(await run(`DELETE FROM area WHERE release_id = 1 LIMIT 2`)).toEqual({ changes: 2 });
        expect(await run(`DELETE FROM area WHERE release_id = 9`)).toEqual({ changes: 0 });
      });
    });

    describe('locks', () => {
      it('lets one at a time in, across connections', async () => {
        const other = await keep(target.open());
        let inside = 0;
        let most = 0;
        const enter = (by: Database) =>
          by.withLock('one', 10_000, async () => {
            most = Math.max(most, ++inside);
            await new Promise((resolve) => setTimeout(resolve, 5));
            inside--;
          });
        await Promise.all([db, other, db, other, db, other].map(enter));
        expect(most).toBe(1);
      });

      it('gives up after the time asked for, lets other names in, and is free after an error', async () => {
        const other = await keep(target.open());
        await db.withLock('held', 0, async () => {
          const started = Date.now();
          await expect(other.withLock('held', 150, async () => 1)).rejects.toMatchObject({
            code: 'conflict',
          });
          expect(Date.now() - started).toBeGreaterThanOrEqual(140);
          await expect(other.withLock('free', 0, async () => 2)).resolves.toBe(2);
        });
        const failing = db.withLock('held', 0, () => Promise.reject(new Error('inside')));
        await expect(failing).rejects.toThrow('inside');
        await expect(other.withLock('held', 0, async () => 3)).resolves.toBe(3);
        await expect(other.withLock('n'.repeat(100), 0, async () => 4)).resolves.toBe(4);
      });

      it('is free when its owner has crashed', async () => {
        const child = startChild(target.address, 'lock', 'owned');
        try {
          await child.reached('held');
          await expect(db.withLock('owned', 50, async () => 1)).rejects.toMatchObject({ code: 'conflict' });
        } finally {
          await child.kill();
        }
        await expect(db.withLock('owned', 2000, async () => 2)).resolves.toBe(2);
      });
    });

    describe('migrations', () => {
      it('are applied once, whoever is first', async () => {
        const empty = await fresh({ migrated: false });
        const all = readMigrations(db.engine).map((migration) => migration.name);
        const openers = await Promise.all([1, 2, 3].map(() => keep(empty.openAsMigrator())));
        const applied = await Promise.all(openers.map((one) => one.migrate()));
        expect(applied.flat().sort()).toEqual(all);
        expect(await openers[0]!.migrate()).toEqual([]);
        const importer = await keep(empty.open());
        expect(await importer.migrate()).toEqual([]);
      });

      it('are refused when an applied file was changed or is unknown', async () => {
        const migrations = readMigrations(db.engine);
        const changed = migrations.map((migration, i) =>
          i === 1 ? { ...migration, checksum: 'other' } : migration,
        );
        await expect(applyMigrations(db, changed)).rejects.toThrow(/0002_\w+\.sql was changed/);
        await expect(applyMigrations(db, migrations.slice(1))).rejects.toThrow(
          /0001_releases\.sql, which this/,
        );
      });

      it('leave a database without tables in a state that says what to do', async () => {
        const empty = await fresh({ migrated: false });
        const reading = (await keep(empty.open())).read((reader) => reader.all('SELECT * FROM area'));
        await expect(reading).rejects.toMatchObject({
          code: 'unavailable',
          message: expect.stringMatching(/migrations/),
        });
      });
    });
  });
}
