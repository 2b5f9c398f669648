import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createReleaseStore, openSqlite } from '@lmi/data';
import { readCsv, type DatasetImporter } from '@lmi/importing';
import { LmiError, type Database, type ReleaseStore } from '@lmi/kit';
import { derivedFrom, importEach, importWithDerived } from '../src/releases/import-all';
import { importDataset, type ImportEnvironment, type ImportOptions } from '../src/releases/import-dataset';

const columns = ['soc2020', 'description', 'tasks', 'entry'];
const card = {
  id: 'lines',
  title: 'Lines',
  publisher: 'Test',
  licence: 'CC0-1.0',
  licenceUrl: 'https://creativecommons.org/publicdomain/zero/1.0/',
  attribution: 'none',
  sourceUrl: 'https://example.org/',
  cadence: 'irregular',
  description: 'Lines of text.',
  caveats: [],
  dependsOn: [],
  derived: false,
};

/** A small dataset on a real table: the file's name holds its edition, the word "boom" breaks the load half-way. */
const lines: DatasetImporter = {
  card,
  version: 1,
  tables: { plain_occupation: columns },
  withheld: {},
  defaultFolders: [],
  accepts: ({ name }) => name.startsWith('lines-'),
  async open(files, edition) {
    const file = files[0];
    if (!file)
      throw new LmiError('invalid-argument', 'no file lines-<edition>.csv was found', { field: 'from' });
    const found = /lines-(\w+)\.csv/.exec(file.name)?.[1] ?? '';
    if (edition !== undefined && edition !== found) {
      throw new LmiError('invalid-argument', `${file.name} is edition ${found}, not ${edition}`, {
        field: 'edition',
      });
    }
    const table = await readCsv(file, { columns });
    return {
      edition: found,
      async load(context) {
        const rows = [];
        for (const row of table.rows) {
          context.rowsRead(1);
          rows.push(row);
          if (row.includes('boom')) {
            await context.sink.insert('plain_occupation', columns, rows);
            throw new Error('half-way');
          }
        }
        await context.sink.insert('plain_occupation', columns, rows);
      },
    };
  },
  async check(reader, releaseId) {
    const row = await reader.get<{ n: number }>(
      'SELECT COUNT(*) AS n FROM plain_occupation WHERE release_id = ?',
      [releaseId],
    );
    return [{ name: 'rows', passed: (row?.n ?? 0) >= 2, detail: `${row?.n ?? 0} rows, at least 2 expected` }];
  },
};

const derived: DatasetImporter = {
  ...lines,
  card: { ...card, id: 'lengths', dependsOn: ['lines'], derived: true },
  tables: { area: ['code', 'name', 'type', 'parent'] },
  accepts: () => false,
  open: () => Promise.reject(new Error('derived')),
  async derive({ sink }) {
    await sink.insert('area', ['code', 'name', 'type', 'parent'], [['X', 'x', 'country', null]]);
    return { edition: '2025' };
  },
  check: async () => [{ name: 'any', passed: true, detail: '' }],
};

describe('importing a dataset', () => {
  let folder: string;
  let db: Database;
  let releases: ReleaseStore;
  let env: ImportEnvironment;

  const open = async (maxPages?: number) => {
    db = await openSqlite({ file: path.join(folder, 'lmi.db'), ...(maxPages ? { maxPages } : {}) });
    await db.migrate();
    releases = createReleaseStore(db);
    env = { db, releases, dataFolder: path.join(folder, 'data'), sourcesFolder: '' };
  };
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'lmi-import-'));
    await open();
  });
  afterEach(async () => {
    await db.close();
    rmSync(folder, { recursive: true, force: true });
  });

  let files = 0;
  const source = (edition: string, rows: readonly string[]): string => {
    const at = path.join(folder, `source-${files++}`);
    mkdirSync(at);
    writeFileSync(
      path.join(at, `lines-${edition}.csv`),
      `${columns.join(',')}\n${rows.map((r) => `${r}\n`).join('')}`,
    );
    return at;
  };
  const run = (from: string, more: Partial<ImportOptions> = {}) =>
    importDataset(lines, env, { from, publish: true, progress: () => undefined, ...more });
  const serving = () => db.read((reader) => releases.current(reader, 'lines'));
  const rowsByRelease = () =>
    db.read((reader) =>
      reader.all(
        'SELECT release_id, COUNT(*) AS n FROM plain_occupation GROUP BY release_id ORDER BY release_id',
      ),
    );

  it('stages, checks and publishes, and tells what it did', async () => {
    const done: number[] = [];
    const summary = await run(source('2024', ['1111,a,b,c', '1112,d,e,f']), {
      progress: (d) => done.push(d),
    });
    expect(summary).toMatchObject({
      outcome: 'published',
      edition: '2024',
      rowsRead: 2,
      rowsLoaded: 2,
      rowsRejected: 0,
    });
    expect((await serving())?.version).toBe(summary.version);
    expect(done.at(-1)).toBe(1);
  });

  it('recognises the same edition and changes nothing', async () => {
    const from = source('2024', ['1111,a,b,c', '1112,d,e,f']);
    const first = await run(from);
    const before = await rowsByRelease();
    const again = await run(from);
    expect(again).toMatchObject({ outcome: 'unchanged', version: first.version });
    expect(await rowsByRelease()).toEqual(before);
    expect(await releases.list('lines')).toHaveLength(1);
  });

  it.each([
    ['a file that is not there', async () => run(path.join(folder, 'nowhere')), /nowhere/],
    [
      'a folder without the file',
      async () => run(mkdtempSync(path.join(folder, 'empty-'))),
      /no file lines-/,
    ],
    [
      'another edition than asked',
      async () => run(source('2023', ['1111,a,b,c', '1112,d,e,f']), { edition: '2024' }),
      /edition 2023, not 2024/,
    ],
    ['an error half-way', async () => run(source('2025', ['1111,a,b,c', '1112,boom,e,f'])), /half-way/],
    ['a failed acceptance check', async () => run(source('2025', ['1111,a,b,c'])), /at least 2 expected/],
  ])('leaves the old release serving and nothing behind after %s', async (_name, attempt, message) => {
    const old = await run(source('2024', ['1111,a,b,c', '1112,d,e,f']));
    const before = await rowsByRelease();
    await expect(attempt()).rejects.toThrow(message);
    expect((await serving())?.version).toBe(old.version);
    expect(await rowsByRelease()).toEqual(before);
  });

  it('leaves the old release serving when the disk is full', async () => {
    const old = await run(source('2024', ['1111,a,b,c', '1112,d,e,f']));
    await db.close();
    await open(120);
    const before = await rowsByRelease();
    const big = Array.from({ length: 2_000 }, (_, i) => `${1000 + i},${'x'.repeat(400)},b,c`);
    await expect(run(source('2025', big))).rejects.toMatchObject({
      code: 'resource-exhausted',
      message: /disk is full/,
    });
    expect((await serving())?.version).toBe(old.version);
    expect(await rowsByRelease()).toEqual(before);
    const small = await run(source('2026', ['1111,a,b,c', '1112,d,e,f']));
    expect(small.outcome).toBe('published');
  });

  it('leaves alone what nobody asked for again: a rollback, and what serves in a newer edition', async () => {
    const rows = ['1111,a,b,c', '1112,d,e,f'];
    const [older, newer] = [source('2024', rows), source('2025', rows)];
    await run(older);
    await run(newer);
    const back = await releases.rollback('lines');
    const again = await run(newer, { onlyNew: true });
    expect(again).toMatchObject({ outcome: 'unchanged', version: back.version });
    expect((await serving())?.version).toBe(back.version);
    expect(await run(source('2023', rows), { onlyNew: true })).toMatchObject({ outcome: 'unchanged' });
    expect(await run(source('2026', rows), { onlyNew: true })).toMatchObject({ outcome: 'published' });
    expect(await run(newer)).toMatchObject({ outcome: 'published', edition: '2025' });
  });

  it('stops where it is when it is aborted, and leaves nothing behind', async () => {
    const old = await run(source('2024', ['1111,a,b,c', '1112,d,e,f']));
    const before = await rowsByRelease();
    const aborting = new AbortController();
    const loading: DatasetImporter = {
      ...lines,
      async open(files, edition) {
        const opened = await lines.open(files, edition);
        return {
          ...opened,
          async load(context) {
            await opened.load(context);
            aborting.abort();
            context.rowsRead(1);
          },
        };
      },
    };
    const from = source('2025', ['1111,a,b,c', '1112,d,e,f']);
    const options = { from, publish: true, signal: aborting.signal };
    const silent = { start: () => undefined, update: () => undefined, end: () => undefined };
    await expect(importEach([loading, derived], env, options, silent)).rejects.toThrow('aborted');
    expect((await serving())?.version).toBe(old.version);
    expect(await rowsByRelease()).toEqual(before);
    expect(await releases.list('lengths')).toEqual([]);
  });

  it('computes what follows from a dataset also when an earlier import was cut short before it did', async () => {
    const silent = { start: () => undefined, update: () => undefined, end: () => undefined };
    const options = { publish: true, from: source('2024', ['1111,a,b,c', '1112,d,e,f']) };
    await run(options.from);
    const outcomes = async () =>
      (await importWithDerived(lines, [lines, derived], env, options, silent)).map((r) => r.summary?.outcome);
    expect(await outcomes()).toEqual(['unchanged', 'published']);
    expect(await outcomes()).toEqual(['unchanged', 'unchanged']);
    const lacking = { ...derived, card: { ...derived.card, dependsOn: ['lines', 'missing'] } };
    const results = await importWithDerived(lines, [lines, lacking], env, options, silent);
    expect(results.map(({ dataset }) => dataset)).toEqual(['lines']);
  });

  it('stops after the checks when asked not to publish', async () => {
    const summary = await run(source('2024', ['1111,a,b,c', '1112,d,e,f']), { publish: false });
    expect(summary.outcome).toBe('checked');
    expect(await serving()).toBeUndefined();
    expect((await run(source('2024', ['1111,a,b,c', '1112,d,e,f']))).outcome).toBe('published');
  });

  it('computes derived datasets from the releases that serve, and again only when they moved', async () => {
    const silent = { start: () => undefined, update: () => undefined, end: () => undefined };
    const options = { publish: true, from: source('2024', ['1111,a,b,c', '1112,d,e,f']) };
    const first = await importEach([lines, derived], env, options, silent);
    expect(first.map((r) => r.summary?.outcome)).toEqual(['published', 'published']);
    expect((await releases.list('lengths'))[0]?.inputs).toEqual([first[0]?.summary?.version]);
    const again = await importEach([lines, derived], env, options, silent);
    expect(again.map((r) => r.summary?.outcome)).toEqual(['unchanged', 'unchanged']);
    expect(derivedFrom('lines', [lines, derived]).map((i) => i.card.id)).toEqual(['lengths']);
  });

  it('goes on with other datasets after one failed', async () => {
    const failing: DatasetImporter = { ...lines, card: { ...card, id: 'broken' }, accepts: () => false };
    const silent = { start: () => undefined, update: () => undefined, end: () => undefined };
    const results = await importEach(
      [failing, lines],
      env,
      { publish: true, from: source('2024', ['1111,a,b,c', '1112,d,e,f']) },
      silent,
    );
    expect(results.map((r) => [r.dataset, r.error !== undefined])).toEqual([
      ['broken', true],
      ['lines', false],
    ]);
  });
});
