import type { Database, SqlValue } from '@lmi/kit';
import { createReleaseStore, releaseWatcher, type DataReleaseStore } from '../src';
import { startChild } from './child';
import { passing, publishRows, request, stageRows } from './publish';
import { opener, type FreshDatabase, type TestDatabase } from './target';

const dataset = 'areas';
const tables = ['area'];
const header = ['code', 'name', 'type', 'parent'];
/** Rows that name their edition, so that a mixture of two releases is seen. */
const areas = (edition: string, count = 3) => ({
  area: [header, ...Array.from({ length: count }, (_, i): SqlValue[] => [`c${i}`, edition, 't', null])],
});
/** What an operation may take that moves or copies rows inside the database. */
const FEW_STATEMENTS = 30;
const summary = { rowsRead: 1, rowsRejected: 0, valuesSuppressed: 0, valuesMarked: 0 };

/** What the release store must do on every engine. Registers its tests with jest under the given name. */
export function releaseConformance(name: string, fresh: FreshDatabase): void {
  describe(`release conformance: ${name}`, () => {
    const { keep, closeAll } = opener();
    let target: TestDatabase;
    let db: Database;
    let store: DataReleaseStore;

    beforeEach(async () => {
      target = await fresh();
      db = await keep(target.open());
      store = createReleaseStore(db);
    });
    afterEach(closeAll);

    const another = async () => {
      const other = await keep(target.open());
      return { db: other, store: createReleaseStore(other) };
    };
    const publish = (edition: string, on = store) => publishRows(on, dataset, edition, areas(edition));
    const served = (from = db) =>
      from.read(async (reader) => {
        const current = await createReleaseStore(from).current(reader, dataset);
        if (!current) return undefined;
        const rows = await reader.all<{ name: string }>('SELECT name FROM area WHERE release_id = ?', [
          current.id,
        ]);
        return { version: current.version, names: rows.map((row) => row.name) };
      });
    const rowsOf = async (id: number) =>
      (await db.read((reader) => reader.get('SELECT COUNT(*) AS n FROM area WHERE release_id = ?', [id])))?.n;
    const events = async () =>
      (await db.read((reader) => reader.all('SELECT event FROM release_event ORDER BY id'))).map(
        ({ event }) => event,
      );

    describe('from stage to publication', () => {
      it('takes each step and keeps what is known of it', async () => {
        const staged = await store.stage(
          { ...request(dataset, '2025', tables), inputs: ['soc-1'] },
          async (sink) => {
            await sink.insert('area', header, areas('2025').area.slice(1));
            expect(
              await sink.reader.get('SELECT COUNT(*) AS n FROM area WHERE release_id = ?', [sink.releaseId]),
            ).toEqual({
              n: 3,
            });
            return { rowsRead: 5, rowsRejected: 2, valuesSuppressed: 4, valuesMarked: 6 };
          },
        );
        const { checksum, sources } = request(dataset, '2025', tables);
        expect(staged).toEqual({
          id: staged.id,
          dataset,
          version: `areas-2025-${checksum.slice(0, 8)}`,
          edition: '2025',
          state: 'staged',
          checksum,
          sources,
          checks: [],
          inputs: ['soc-1'],
          quality: [],
          rowsRead: 5,
          rowsLoaded: 3,
          rowsRejected: 2,
          valuesSuppressed: 4,
          valuesMarked: 6,
          stagedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
          publishedAt: null,
          current: false,
        });
        expect(await served()).toBeUndefined();
        await expect(store.publish(dataset, staged.version)).rejects.toMatchObject({ code: 'conflict' });

        const quality = [
          { figure: 'names', level: 'area', cells: 3, withheld: 1, marks: { modelled: 2 }, from: '', to: '' },
        ];
        const checked = await store.recordChecks(staged, passing, tables, quality);
        expect(checked).toMatchObject({ state: 'checked', checks: passing, quality });
        expect(await store.recordChecks(staged, passing, tables)).toEqual(checked);
        const published = await store.publish(dataset, staged.version);
        expect(published).toMatchObject({ state: 'published', current: true });
        expect(await served()).toEqual({ version: staged.version, names: ['2025', '2025', '2025'] });
        expect(await store.find(dataset, staged.version)).toEqual(published);
        expect(await store.findByChecksum(dataset, checksum)).toEqual(published);
        expect(await store.list(dataset)).toEqual([published]);
        expect(await store.list()).toEqual([published]);
        expect(await store.list('soc')).toEqual([]);
        expect(await store.list(['soc', dataset])).toEqual([published]);
        expect(await store.list([])).toEqual([]);
        expect(await store.find('soc', staged.version)).toBeUndefined();
        expect(await events()).toEqual(['staged', 'checked', 'published']);
      });

      it('reads every pointer at once, as they stand at each statement', async () => {
        const set = () => db.read((reader) => store.currentSet(reader));
        expect(await set()).toEqual(new Map());
        const versions = [await publish('2025.1'), await publish('b_2')];
        const pointers = async () => [...(await set())].map(([id, { version }]) => [id, version]);
        expect(await pointers()).toEqual([[dataset, versions[1]]]);
        await store.rollback(dataset);
        expect(await pointers()).toEqual([[dataset, versions[0]]]);
        expect((await set()).get(dataset)).toEqual(await db.read((reader) => store.current(reader, dataset)));
      });

      it.each(['2025,2026', 'first half', 'a/b'])(
        'refuses the edition "%s", which no address can hold',
        async (edition) => {
          const failing = stageRows(store, dataset, edition, areas('a'));
          await expect(failing).rejects.toMatchObject({ code: 'invalid-argument', field: 'edition' });
          expect(await store.list()).toEqual([]);
        },
      );

      it('leaves nothing of a filling that fails', async () => {
        await publish('a');
        const failing = store.stage(request(dataset, 'b', tables), async (sink) => {
          await sink.insert('area', header, areas('b', 3000).area.slice(1));
          throw new Error('the workbook is damaged');
        });
        await expect(failing).rejects.toThrow('the workbook is damaged');
        expect(await store.list(dataset)).toHaveLength(1);
        expect(await db.read((reader) => reader.get('SELECT COUNT(*) AS n FROM area'))).toEqual({ n: 3 });
        expect((await served())?.names).toEqual(['a', 'a', 'a']);
      });

      it('drops the rows of a release that fails a check, and takes the same content again', async () => {
        const staged = await stageRows(store, dataset, 'a', areas('a'));
        const checks = [...passing, { name: 'total', passed: false, detail: '3 is not 4' }];
        expect(await store.recordChecks(staged, checks, tables)).toMatchObject({ state: 'retired', checks });
        expect(await rowsOf(staged.id)).toBe(0);
        await expect(store.publish(dataset, staged.version)).rejects.toMatchObject({ code: 'conflict' });
        expect(await store.findByChecksum(dataset, staged.checksum)).toBeUndefined();
        expect(await publish('a')).toBe(staged.version);
        expect((await served())?.names).toEqual(['a', 'a', 'a']);
        expect(await store.list(dataset)).toHaveLength(1);
      });

      it('goes on serving a published release whose later check fails', async () => {
        const version = await publish('a');
        const release = await store.find(dataset, version);
        const checks = [{ name: 'against-api', passed: false, detail: 'one cell differs' }];
        expect(await store.recordChecks(release!, checks, tables)).toMatchObject({
          state: 'published',
          checks,
        });
        expect((await served())?.names).toEqual(['a', 'a', 'a']);
      });

      it('does not take content twice, publish what is unknown, or move a pointer that is there', async () => {
        const version = await publish('a');
        await expect(stageRows(store, dataset, 'a', areas('a'))).rejects.toMatchObject({ code: 'conflict' });
        await expect(store.publish(dataset, 'areas-b-00000000')).rejects.toMatchObject({ code: 'not-found' });
        const before = await store.find(dataset, version);
        expect(await store.publish(dataset, version)).toEqual(before);
        expect(await events()).toEqual(['staged', 'checked', 'published']);
      });

      it('refuses tables of another dataset', async () => {
        const failing = store.stage(request(dataset, 'a', tables), async (sink) => {
          await sink.insert('soc_group', ['code'], [['1']]);
          return summary;
        });
        await expect(failing).rejects.toMatchObject({
          code: 'internal',
          message: expect.stringMatching(/soc_group/),
        });
      });
    });

    describe('carrying forward', () => {
      const columns = ['soc', 'year', 'section', 'employment', 'marker'];
      const stageYears = (edition: string, rows: SqlValue[][], key?: readonly string[]) => {
        let carried = 0;
        return store
          .stage(request('employment', edition, ['employment_cell']), async (sink) => {
            await sink.insert('employment_cell', columns, rows);
            if (key) carried = await sink.carryForward('employment_cell', key);
            return summary;
          })
          .then(async (staged) => {
            await store.recordChecks(staged, passing, ['employment_cell']);
            await store.publish('employment', staged.version);
            const kept = await db.read((reader) =>
              reader.all(
                'SELECT soc, year, employment FROM employment_cell WHERE release_id = ? ORDER BY soc, year, section',
                [staged.id],
              ),
            );
            return { carried, loaded: staged.rowsLoaded, kept: kept.map((row) => Object.values(row)) };
          });
      };

      it('copies what was not staged, by whole key or by part of it', async () => {
        const first = await stageYears(
          'a',
          [
            ['1', 2023, 'A', 1, ''],
            ['1', 2024, 'A', 2, ''],
            ['2', 2024, 'A', null, '*'],
          ],
          ['year'],
        );
        expect(first).toMatchObject({ carried: 0, loaded: 3 });
        expect(await stageYears('b', [['1', 2024, 'A', 20, '']], ['year'])).toEqual({
          carried: 1,
          loaded: 2,
          kept: [
            ['1', 2023, 1],
            ['1', 2024, 20],
          ],
        });
        expect(await stageYears('c', [['2', 2024, 'A', 5, '']], ['soc', 'year', 'section'])).toEqual({
          carried: 2,
          loaded: 3,
          kept: [
            ['1', 2023, 1],
            ['1', 2024, 20],
            ['2', 2024, 5],
          ],
        });
      });

      it('copies a long series in the database, not row by row', async () => {
        const rows = Array.from({ length: 50_000 }, (_, i): SqlValue[] => [
          String(i % 5000),
          2000 + Math.floor(i / 5000),
          'A',
          i,
          '',
        ]);
        await stageYears('a', rows);
        const before = db.statements;
        expect(await stageYears('b', [['1', 2030, 'A', 1, '']], ['year'])).toMatchObject({ carried: 50_000 });
        expect(db.statements - before).toBeLessThan(FEW_STATEMENTS);
      });
    });

    describe('going back', () => {
      it('serves the release published before, whatever its size, and forward again', async () => {
        await expect(store.rollback(dataset)).rejects.toMatchObject({ code: 'not-found' });
        const a = await publish('a');
        await expect(store.rollback(dataset)).rejects.toMatchObject({ code: 'not-found' });
        const b = await publishRows(store, dataset, 'b', areas('b', 20_000));
        const c = await publishRows(store, dataset, 'c', areas('c', 20_000));

        const before = db.statements;
        expect(await store.rollback(dataset)).toMatchObject({ version: b, current: true });
        expect(db.statements - before).toBeLessThan(FEW_STATEMENTS);
        expect(await store.rollback(dataset)).toMatchObject({ version: a });
        await expect(store.rollback(dataset)).rejects.toMatchObject({ code: 'not-found' });
        expect((await served())?.names).toEqual(['a', 'a', 'a']);

        await store.publish(dataset, c);
        expect((await served())?.version).toBe(c);
        expect((await store.rollback(dataset)).version).toBe(b);
        expect((await events()).slice(-4)).toEqual([
          'rolled-back',
          'rolled-back',
          'published',
          'rolled-back',
        ]);
      });
    });

    describe('side by side', () => {
      it('lets one of two publications win, cleanly', async () => {
        const other = await another();
        for (let round = 0; round < 5; round++) {
          const versions: string[] = [];
          for (const side of ['x', 'y']) {
            const staged = await stageRows(store, dataset, `${side}${round}`, areas(`${side}${round}`));
            await store.recordChecks(staged, passing, tables);
            versions.push(staged.version);
          }
          await Promise.all([
            store.publish(dataset, versions[0]!),
            other.store.publish(dataset, versions[1]!),
          ]);
          const now = await served();
          expect(versions).toContain(now?.version);
          const edition = now!.version.split('-')[1];
          expect(now?.names).toEqual([edition, edition, edition]);
          const two = (await store.list(dataset)).slice(0, 2);
          expect(two.map(({ state }) => state)).toEqual(['published', 'published']);
          expect(two.filter(({ current }) => current)).toHaveLength(1);
          expect(two[0]!.publishedAt).not.toBe(two[1]!.publishedAt);
          expect((await store.rollback(dataset)).version).toBe(
            versions.find((version) => version !== now?.version),
          );
        }
      });

      it('never shows a reader a pointer without its rows, through 50 publications and sweeps', async () => {
        const other = await another();
        await publish('e0', other.store);
        let publishing = true;
        const seen = new Set<string>();
        const reading = (async () => {
          while (publishing) {
            const now = await served();
            const edition = now!.version.split('-')[1]!;
            expect(now?.names).toEqual([edition, edition, edition]);
            seen.add(edition);
            await new Promise(setImmediate);
          }
        })();
        for (let i = 1; i <= 50; i++) {
          await publish(`e${i}`, other.store);
          await other.store.sweep(dataset, tables, 3);
        }
        publishing = false;
        await reading;
        expect(seen.size).toBeGreaterThan(5);
        expect((await served())?.names).toEqual(['e50', 'e50', 'e50']);
      });

      it('tells a watcher of each move, and keeps the last set when the database is away', async () => {
        const other = await another();
        await publish('a', other.store);
        const changes: string[] = [];
        const watcher = await releaseWatcher(db, createReleaseStore(db), 10, (set) =>
          changes.push(set.get(dataset)!.version),
        );
        try {
          const a = watcher.current().get(dataset)!.version;
          const b = await publish('b', other.store);
          while (changes.length < 1) await new Promise((resolve) => setTimeout(resolve, 5));
          await other.store.rollback(dataset);
          while (changes.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
          expect(changes).toEqual([b, a]);
          expect((await watcher.refresh()).get(dataset)?.version).toBe(a);
          await db.close();
          await new Promise((resolve) => setTimeout(resolve, 30));
          expect(watcher.current().get(dataset)?.version).toBe(a);
          await expect(watcher.refresh()).rejects.toMatchObject({ code: 'unavailable' });
        } finally {
          watcher.stop();
        }
      });
    });

    describe('crashes', () => {
      it('leaves nothing of a staging whose process was killed, and stages again', async () => {
        await publish('a');
        const child = startChild(target.address, 'stage');
        try {
          await child.reached('staging');
          expect((await served())?.names).toEqual(['a', 'a', 'a']);
        } finally {
          await child.kill();
        }
        expect((await served())?.names).toEqual(['a', 'a', 'a']);
        await publish('b');
        expect((await served())?.names).toEqual(['b', 'b', 'b']);
        expect((await store.list(dataset)).map(({ edition }) => edition)).toEqual(['b', 'a']);
        expect((await store.list([dataset], 'current')).map(({ edition }) => edition)).toEqual(['b']);
        expect(await db.read((reader) => reader.get('SELECT COUNT(*) AS n FROM area'))).toEqual({ n: 6 });
      });
    });

    describe('sweeping', () => {
      it('keeps the newest, the one that serves and the one before it', async () => {
        for (const edition of ['a', 'b', 'c', 'd', 'e']) {
          await publishRows(store, dataset, edition, areas(edition, edition === 'a' ? 12_001 : 3));
        }
        await store.rollback(dataset);
        await store.rollback(dataset);
        const swept = await store.sweep(dataset, tables, 1);
        expect(swept.map((version) => version.split('-')[1]).sort()).toEqual(['a', 'd']);
        const states = (await store.list(dataset)).map(({ edition, state, current }) => [
          edition,
          state,
          current,
        ]);
        expect(states).toEqual([
          ['e', 'published', false],
          ['d', 'retired', false],
          ['c', 'published', true],
          ['b', 'published', false],
          ['a', 'retired', false],
        ]);
        expect(await db.read((reader) => reader.get('SELECT COUNT(*) AS n FROM area'))).toEqual({ n: 9 });
        expect(await store.sweep(dataset, tables, 1)).toEqual([]);
        expect((await store.rollback(dataset)).edition).toBe('b');
      });

      it('finishes a sweep that was stopped, and clears staging that was left behind', async () => {
        await publish('a');
        const b = await publish('b');
        const left = await stageRows(store, dataset, 'left', areas('left'));
        const fresh = await stageRows(store, dataset, 'fresh', areas('fresh'));
        await publish('c');
        await db.write(async (writer) => {
          await writer.run(`UPDATE dataset_release SET state = 'retired' WHERE version = ?`, [b]);
          await writer.run('UPDATE dataset_release SET staged_at = ? WHERE id = ?', [
            '2020-01-01T00:00:00.000Z',
            left.id,
          ]);
        });
        expect(await store.sweep(dataset, tables, 5)).toEqual([left.version]);
        expect(await rowsOf(left.id)).toBe(0);
        expect(await rowsOf(fresh.id)).toBe(3);
        expect(
          await db.read((reader) => reader.get(`SELECT COUNT(*) AS n FROM area WHERE name = 'b'`)),
        ).toEqual({ n: 0 });
      });
    });
  });
}
