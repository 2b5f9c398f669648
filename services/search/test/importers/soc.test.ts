import { findSources, type SourceFile } from '@lmi/importing';
import {
  cutShort,
  duplicateRow,
  editCsv,
  editWorkbook,
  memoryStage,
  officialSources,
  replaceFile,
  replaceText,
  setCell,
  shiftColumn,
  sourceFile,
  zipOf,
  type MemoryStage,
  type RowEdit,
} from '@lmi/importing/testing';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { socImporter } from '../../src/importers';
import { fixturesOf, layouts, officialFilesOf } from './official';

const indexSheet = 'SOC2020 coding index';

async function load(files: readonly SourceFile[], stage = memoryStage()): Promise<MemoryStage> {
  const sources = await socImporter.open(files, undefined);
  await sources.load(stage.context);
  return stage;
}

const named = (files: readonly SourceFile[], part: string): SourceFile =>
  files.find(({ name }) => name.includes(part))!;

describe('the soc importer', () => {
  let files: SourceFile[];
  let stage: MemoryStage;
  beforeAll(async () => {
    files = await fixturesOf(socImporter);
    stage = await load(files);
  });
  afterAll(() => stage.close());

  const entry = (where: string) =>
    stage.reader.get(
      `SELECT soc2020, soc2020_ext, soc2010, isco08, title, natural_title, add_qualifier, see_reference, see_codes
       FROM soc_index_entry WHERE ${where} ORDER BY seq`,
    );
  const group = (classification: string, code: string) =>
    stage.reader.get<Record<string, string | null>>(
      'SELECT * FROM soc_group WHERE classification = ? AND code = ?',
      [classification, code],
    );

  it('reads the edition from the newest version of the index', async () => {
    expect((await socImporter.open(files, undefined)).edition).toBe('2025-12');
    expect((await socImporter.open(files, '2025-12')).edition).toBe('2025-12');
    await expect(socImporter.open(files, '2026-08')).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringMatching(/wrong edition: .*codingindex.* is edition 2025-12, asked for 2026-08/),
    });
  });

  it('keeps titles, qualifiers and all codes of an entry, leading zeros included', async () => {
    expect(await entry("title = 'Plumber'")).toMatchObject({
      soc2020: '5315',
      soc2010: '5314',
      see_codes: null,
    });
    expect(await entry("soc2020 = '1161' OR soc2020 = '3311'")).toMatchObject({
      isco08: expect.stringMatching(/^0[13]10$/),
    });
    expect(await entry("title = 'Engineer' AND soc2020 = '2122'")).toMatchObject({
      add_qualifier: expect.stringMatching(/^professional/),
      soc2020_ext: expect.stringMatching(/^2122\/\d\d$/),
    });
  });

  it('resolves references to codes: by title, by qualifier, by the head of longer titles, through a reference', async () => {
    const codesOf = async (where: string): Promise<string[]> =>
      String((await entry(where))?.['see_codes'])
        .split(',')
        .sort();
    const codesIn = async (where: string): Promise<string[]> =>
      (
        await stage.reader.all<{ soc2020: string }>(
          `SELECT DISTINCT soc2020 FROM soc_index_entry WHERE soc2020 IS NOT NULL AND ${where} ORDER BY soc2020`,
        )
      ).map(({ soc2020 }) => soc2020);
    expect(await codesOf("see_reference = 'see Adviser'")).toEqual(await codesIn("title = 'Adviser'"));
    expect(await codesOf("title = 'Engineer, chartered'")).toEqual(
      await codesIn("title = 'Engineer' AND add_qualifier LIKE '%professional%'"),
    );
    expect(await codesOf("see_reference = 'see Tier'")).toEqual(await codesIn("title LIKE 'Tier, %'"));
    expect(await codesOf("title = 'Chargehand'")).toEqual(await codesIn("title = 'Foreman'"));
  });

  it('gives a cross-reference no code of its own, and one to the notes none at all', async () => {
    const none = { soc2020: null, soc2020_ext: null, soc2010: null, isco08: null };
    expect(await entry("see_reference = 'see Adviser'")).toMatchObject(none);
    expect(await entry("title = 'Foreman, assistant'")).toMatchObject({ ...none, see_codes: null });
    expect(await entry("title = 'Foreman, factory'")).toMatchObject({
      soc2020: '8160',
      soc2010: null,
      see_codes: null,
    });
  });

  it('keeps the texts of groups as lists and paragraphs, and no <blank>', async () => {
    expect(await group('soc2020', '5315')).toMatchObject({
      level: 'unit',
      description: 'What 5315 is.\nSecond paragraph.',
      entry_routes: 'How people enter 5315.',
      tasks: 'first task of 5315\nsecond task of 5315',
      related_titles: expect.stringContaining('Plumber'),
    });
    expect(await group('soc2020', '5')).toMatchObject({ level: 'major', tasks: null, related_titles: null });
  });

  it('writes SOC 2010 titles in sentence case', async () => {
    expect(await group('soc2010', '2')).toMatchObject({ title: 'Professional occupations', level: 'major' });
    expect(await group('soc2010', '213')).toMatchObject({
      title: 'Information technology and telecommunications professionals',
    });
    expect(await group('soc2010', '2135')).toMatchObject({
      title: 'IT business analysts, architects and systems designers',
    });
  });

  it('shares out each SOC 2010 group for both sexes and each', async () => {
    const sexes = await stage.reader.all('SELECT DISTINCT sex FROM soc_crosswalk ORDER BY sex');
    expect(sexes).toMatchObject([{ sex: 'all' }, { sex: 'female' }, { sex: 'male' }]);
    const [sum] = await stage.reader.all<{ off: number }>(
      'SELECT MAX(ABS(total - 1)) AS off FROM (SELECT SUM(share_of_2010) AS total FROM soc_crosswalk GROUP BY soc2010, sex)',
    );
    expect(sum!.off).toBeLessThan(1e-9);
  });

  it('reads the dual coding from the CSV conversion where the workbook is absent', async () => {
    const fromCsv = await load(files.filter(({ name }) => name !== 'ONS_SOC2010_SOC2020.xlsx'));
    const all = 'SELECT soc2010, soc2020, sex, people FROM soc_crosswalk ORDER BY 1, 2, 3';
    expect(await fromCsv.reader.all(all)).toEqual(await stage.reader.all(all));
    fromCsv.close();
  });

  it('takes parts that were not given from the published release, and names them where there is none', async () => {
    const index = named(files, 'codingindex');
    await expect(load([index])).rejects.toThrow('missing file: SOC 2020 volume 1');
    await expect(load(files.filter(({ name }) => !name.startsWith('soc2010_groups')))).rejects.toThrow(
      'missing file: soc2010_groups.csv',
    );
    await expect(load(files.filter(({ name }) => !/dual|ONS_/.test(name)))).rejects.toThrow(
      'missing file: ONS_SOC2010_SOC2020.xlsx',
    );
    await expect(load(files.filter(({ name }) => !name.includes('codingindex')))).rejects.toThrow(
      'missing file: the SOC 2020 coding index',
    );
    const first = await load(files);
    const second = await load([index], first.next());
    const count = (release: number) =>
      first.reader.all(
        `SELECT (SELECT COUNT(*) FROM soc_group WHERE release_id = ${release}) AS groups_,
        (SELECT COUNT(*) FROM soc_crosswalk WHERE release_id = ${release}) AS pairs`,
      );
    expect(await count(second.releaseId)).toEqual(await count(first.releaseId));
    first.close();
  });

  it('refuses two editions at once', async () => {
    const index = named(files, 'codingindex');
    const later = { ...index, name: 'soc2020volume2thecodingindexexcel20260827v2.xlsx', path: 'later.xlsx' };
    await expect(socImporter.open([...files, later], undefined)).rejects.toThrow('several files for');
  });

  it('expects the served title to be the title of volume 1', async () => {
    const cells = await socImporter.reconcile!(files, 5, 42);
    expect(cells).toHaveLength(5);
    expect(await socImporter.reconcile!(files, 5, 42)).toMatchObject(cells.map(({ place }) => ({ place })));
    const cell = (await socImporter.reconcile!(files, 2000, 1)).find(({ path }) => path.endsWith('/5315'))!;
    expect(cell.expected.value).toBe(1);
    const title = (await group('soc2020', '5315'))!['title'];
    expect(cell.pick({ code: '5315', title })).toEqual({ value: 1, marks: [] });
    expect(cell.pick({ code: '5315', title: 'Welders' })?.value).toBe(0);
    expect(cell.pick({ error: 'none' })).toBeUndefined();
  });

  it('is carried as an archive too, and says so when the archive is cut short', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lmi-soc-'));
    const archive = await zipOf('soc.zip', files);
    await writeFile(join(folder, 'soc.zip'), await archive.read());
    const whole = await findSources(join(folder, 'soc.zip'));
    expect((await socImporter.open(whole, undefined)).edition).toBe('2025-12');
    await writeFile(join(folder, 'soc.zip'), await cutShort(archive).read());
    await expect(findSources(join(folder, 'soc.zip'))).rejects.toThrow('soc.zip is damaged or cut short');
    await rm(folder, { recursive: true });
  });
});

/** The whole index takes seconds to rewrite: the official file gets the first three. */
const indexDamage: [string, string, RowEdit, RegExp][] = [
  [
    'a shifted column',
    indexSheet,
    shiftColumn(5),
    /cell F1: changed header: found "", expected "SOC_2010"; it stands in G1/,
  ],
  ['an unknown code', indexSheet, setCell(3, 6, 'ABCD'), /cell G4: unknown code: found "ABCD"/],
  ['a repeated row', indexSheet, duplicateRow(2), /duplicate of .*cell A3/],
  [
    'a shifted column below the header',
    indexSheet,
    shiftColumn(5, 1),
    /cell G2: unknown code|cell H2: unknown code/,
  ],
  [
    'a changed header',
    indexSheet,
    setCell(0, 6, 'SOC_2030'),
    /cell G1: changed header: found "SOC_2030", expected "SOC_2020"/,
  ],
  ['a lost row', indexSheet, (rows) => rows.splice(2, 1), /entries, but sheet FILE SPEC announces/],
  [
    'another edition in the title',
    'INFO',
    replaceText('Version 13 Of', 'Version 14 Of'),
    /wrong edition: the title says version 14/,
  ],
];

describe.each(layouts)('damaged copies of the soc %s', (layout, filesOf) => {
  let files: SourceFile[];
  beforeAll(async () => {
    files = await filesOf(socImporter);
  });

  const openWith = (changed: SourceFile) => socImporter.open(replaceFile(files, changed), undefined);
  const refused = (message: RegExp) => ({
    code: 'invalid-argument',
    message: expect.stringMatching(message),
  });

  it.each(layout === 'fixtures' ? indexDamage : indexDamage.slice(0, 3))(
    'of the index: %s',
    async (_name, sheet, edit, message) => {
      const damaged = await editWorkbook(named(files, 'codingindex'), sheet, edit);
      await expect(openWith(damaged)).rejects.toMatchObject(refused(message));
    },
  );

  it('cut short: each workbook', async () => {
    for (const file of files.filter(({ name }) => name.endsWith('.xlsx'))) {
      await expect(openWith(cutShort(file))).rejects.toMatchObject(refused(/\.xlsx is damaged or cut short/));
    }
  });

  it('another workbook under the name', async () => {
    const volume1 = named(files, 'volume1');
    const index = named(files, 'codingindex');
    await expect(openWith({ ...volume1, name: index.name })).rejects.toMatchObject(refused(/has no sheet/));
    await expect(openWith(sourceFile(index.name, '<html></html>'))).rejects.toMatchObject(
      refused(/is not an Excel workbook/),
    );
  });

  const volumeSheet = 'SOC2020 descriptions';
  it.each<[string, RowEdit, RegExp]>([
    [
      'a shifted column',
      shiftColumn(3),
      /cell D1: changed header: found "", expected "SOC 2020 Unit Group"; it stands in E1/,
    ],
    [
      'a changed header',
      setCell(0, 8, 'Duties'),
      /cell I1: changed header: found "Duties", expected "Tasks"/,
    ],
    ['an unknown code', setCell(1, 0, '1x'), /cell A2: found "1x", expected a major group code/],
    ['a code in two columns', setCell(1, 1, 11), /exactly one of the four group columns/],
    ['a repeated row', duplicateRow(4), /duplicate of /],
    ['a list without marks', setCell(4, 8, 'does things'), /expected items that begin with ~/],
  ])('of volume 1: %s', async (_name, edit, message) => {
    const damaged = await editWorkbook(named(files, 'volume1'), volumeSheet, edit);
    await expect(openWith(damaged)).rejects.toMatchObject(refused(message));
  });

  it.each<[string, RowEdit, RegExp]>([
    ['a shifted column', shiftColumn(2), /cell C1: changed header: found "", expected "men_lfs_base_2010"/],
    ['a shifted column below the header', shiftColumn(2, 1), /cell C\d+: found "", expected a number/],
    ['an unknown code', setCell(1, 0, 'Officials'), /cell A2: unknown code: found "Officials"/],
    ['a share above 1', setCell(2, 3, 99.5), /found 99.5, expected a share from 0 to 1/],
    ['a repeated row', (rows) => rows.splice(3, 0, [...rows[2]!]), /duplicate of .*cell B3/],
    ['a text in a share', setCell(2, 3, 'x'), /cell D3: found "x", expected a number/],
  ])('of the dual coding: %s', async (_name, edit, message) => {
    const file = named(files, 'ONS_SOC2010_SOC2020');
    await expect(openWith(await editWorkbook(file, 'Sheet1', edit))).rejects.toMatchObject(refused(message));
  });

  it.each<[string, RowEdit, RegExp]>([
    ['a shifted column', shiftColumn(1), /soc2010_groups.csv, line 1: changed header/],
    ['a changed header', setCell(0, 2, 'name'), /changed header \(missing: title; not expected: name\)/],
    ['an unknown level', setCell(1, 0, 'tiny'), /line 2, column level: found "tiny", expected one of/],
    [
      'a code of another level',
      setCell(1, 1, '11'),
      /line 2, column code: found "11", expected a major group code/,
    ],
    ['a repeated row', duplicateRow(3), /duplicate of soc2010_groups.csv, line 4/],
  ])('of the SOC 2010 groups: %s', async (_name, edit, message) => {
    const file = named(files, 'soc2010_groups');
    await expect(openWith(await editCsv(file, edit))).rejects.toMatchObject(refused(message));
  });

  it('of the dual coding as CSV', async () => {
    const others = files.filter(({ name }) => !name.startsWith('ONS_'));
    const csv = named(files, 'dual_coded');
    const open = async (edit: RowEdit) =>
      socImporter.open(replaceFile(others, await editCsv(csv, edit)), undefined);
    await expect(open(setCell(1, 0, '999'))).rejects.toMatchObject(
      refused(/line 2, column soc2010: unknown code/),
    );
    await expect(open(setCell(1, 5, ''))).rejects.toMatchObject(
      refused(/line 2, column men_lfs_share: found ""/),
    );
    await expect(open(duplicateRow(1))).rejects.toMatchObject(refused(/duplicate of .*line 2/));
  });
});

it('finds unknown codes and lost groups in its acceptance checks', async () => {
  const files = await fixturesOf(socImporter);
  const edit: RowEdit = (rows) => {
    // One unit group is taken out of volume 1: the index and the crosswalk still name it.
    rows.splice(
      rows.findIndex((row) => String(row[3]) === '5315'),
      1,
    );
  };
  const stage = await load(
    replaceFile(files, await editWorkbook(named(files, 'volume1'), 'SOC2020 descriptions', edit)),
  );
  const failed = (await socImporter.check(stage.reader, stage.releaseId)).filter(({ passed }) => !passed);
  expect(failed).toContainEqual({
    name: 'soc_index_entry: no soc2020 code that is not in the classification',
    passed: false,
    detail: 'found: 5315',
  });
  stage.close();
});

// The whole official files are read only where they are at hand.
if (officialSources) {
  describe('the official soc files', () => {
    let stage: MemoryStage;
    beforeAll(async () => {
      stage = await load(await officialFilesOf(socImporter));
    });
    afterAll(() => stage.close());

    it('pass every acceptance check: 9, 26, 104 and 412 groups, 369 SOC 2010 units, shares that add up to 1', async () => {
      const checks = await socImporter.check(stage.reader, stage.releaseId);
      expect(checks.filter(({ passed }) => !passed)).toEqual([]);
      expect(checks).toHaveLength(21);
    });

    it('hold 32,376 entries, 231 of them cross-references', async () => {
      expect(stage.inserted).toMatchObject({ soc_group: 551 + 493, soc_index_entry: 32_376 });
      const [counts] = await stage.reader.all(
        `SELECT COUNT(*) AS refs, SUM(see_codes IS NOT NULL) AS resolved, SUM(see_reference LIKE '%notes%') AS notes
         FROM soc_index_entry WHERE soc2020 IS NULL`,
      );
      expect(counts).toEqual({ refs: 231, resolved: 199, notes: 32 });
    });

    it('have texts for every unit group', async () => {
      const [counts] = await stage.reader.all(
        `SELECT COUNT(description) AS d, COUNT(tasks) AS t, COUNT(entry_routes) AS e, SUM(description LIKE '%<blank>%') AS b
         FROM soc_group WHERE classification = 'soc2020' AND level = 'unit'`,
      );
      expect(counts).toEqual({ d: 412, t: 412, e: 412, b: 0 });
    });

    it('give 551 titles to compare with the API', async () => {
      const files = await officialFilesOf(socImporter);
      expect(await socImporter.reconcile!(files, 2000, 1)).toHaveLength(551);
    });
  });
}
