import { join } from 'node:path';
import { findSources, type SourceFile } from '@lmi/importing';
import {
  cutShort,
  duplicateRow,
  editWorkbook,
  memoryStage,
  officialSources,
  replaceFile,
  setCell,
  shiftColumn,
  sourceFile,
} from '@lmi/importing/testing';
import { onetImporter } from '../../src/skills/importers';
import { compareEditions } from '../../src/skills/importers/onet';
import { fixturesOf, layouts, officialFilesOf } from './official';

const madeUp = (): Promise<SourceFile[]> => findSources(join(__dirname, '../fixtures/made-up/onet'));

function fileOf(files: readonly SourceFile[], name: string): SourceFile {
  return files.find((file) => file.name === name)!;
}

async function editText(file: SourceFile, edit: (text: string) => string): Promise<SourceFile> {
  const text = (await file.read()).toString('utf8');
  return { ...sourceFile(file.path, edit(text)), path: file.path };
}

async function loaded(files: readonly SourceFile[]) {
  const stage = memoryStage();
  const sources = await onetImporter.open(files, undefined);
  await sources.load(stage.context);
  return { stage, edition: sources.edition };
}

describe.each(layouts)('the onet importer on the %s', (_layout, filesOf) => {
  it('reads skills and knowledge of one edition and interests of another', async () => {
    const { stage, edition } = await loaded(await filesOf(onetImporter));
    expect(edition).toBe('30.2');
    const editions = await stage.reader.all<{ domain: string; edition: string; n: number }>(
      'SELECT domain, edition, COUNT(*) AS n FROM onet_element GROUP BY domain, edition ORDER BY domain',
    );
    expect(editions.map((row) => ({ ...row }))).toEqual([
      { domain: 'interests', edition: '30.2', n: 9 },
      { domain: 'knowledge', edition: '29.0', n: 33 },
      { domain: 'skills', edition: '29.0', n: 35 },
    ]);
    expect(
      await stage.reader.get(
        "SELECT * FROM onet_rating WHERE onet_soc = '11-1011.00' AND element = '2.A.1.a'",
      ),
    ).toMatchObject({
      importance: 4.12,
      importance_error: 0.125,
      importance_marker: '',
      level: 4.62,
      level_error: 0.183,
      answers: 8,
      source: 'Analyst',
      period: '2023-08',
    });
    expect(
      await stage.reader.get(
        "SELECT value, period FROM onet_interest WHERE onet_soc = '11-1011.00' AND element = '1.B.1.a'",
      ),
    ).toMatchObject({ value: 1.26, period: '2026-02' });
    stage.close();
  });

  it('keeps what the source recommends to suppress and what is not relevant apart', async () => {
    const { stage } = await loaded(await filesOf(onetImporter));
    const rows = await stage.reader.all<{ marker: string }>(
      'SELECT DISTINCT level_marker AS marker FROM onet_rating ORDER BY level_marker',
    );
    expect(rows.map(({ marker }) => marker)).toEqual(expect.arrayContaining(['', 'R', 'S']));
    expect(stage.totals.suppressed).toBeGreaterThan(0);
    expect(stage.totals.marked).toBeGreaterThan(stage.totals.suppressed);
    stage.close();
  });
});

describe('the onet importer', () => {
  // On the small files only: damaging and reading back the whole workbooks takes minutes.
  it('names the place of each damage', async () => {
    const files = await fixturesOf(onetImporter);
    const open = (changed: SourceFile) => onetImporter.open(replaceFile(files, changed), undefined);
    const skills = fileOf(files, 'Skills.xlsx');
    const interests = fileOf(files, 'Interests.txt');
    const edited = (...edits: Parameters<typeof editWorkbook>[2][]) =>
      editWorkbook(skills, 'Skills', ...edits);
    await expect(open(await edited(shiftColumn(4)))).rejects.toThrow(
      'Skills.xlsx, sheet Skills, cell E1: changed header: found "", expected "Scale ID"',
    );
    await expect(open(await edited(setCell(2, 6, 7.5)))).rejects.toThrow(
      'cell G3: found 7.5, expected 0 to 7 on scale LV',
    );
    await expect(open(await edited(setCell(1, 0, '11-1011')))).rejects.toThrow('cell A2: found "11-1011"');
    await expect(open(await edited(setCell(1, 11, 'maybe')))).rejects.toThrow('cell L2: found "maybe"');
    await expect(open(await edited(duplicateRow(1)))).rejects.toThrow('duplicate of Skills.xlsx');
    await expect(open(cutShort(skills))).rejects.toThrow('Skills.xlsx is damaged or cut short');
    await expect(
      open(await editText(interests, (text) => text.replace('Data Value', 'Value'))),
    ).rejects.toThrow('Interests.txt, line 1: changed header (missing: Data Value');
    await expect(
      open(await editText(interests, (text) => text.replace('\t1.26\t', '\t9\t'))),
    ).rejects.toThrow('Interests.txt, line 2, column Data Value: found 9, expected 1 to 7 on scale OI');
  });

  it('takes abilities from the text layout and keeps the rest of the release before', async () => {
    const { stage } = await loaded(await fixturesOf(onetImporter));
    const before = stage.inserted['onet_rating']!;
    const next = stage.next();
    await (await onetImporter.open(await madeUp(), undefined)).load(next.context);
    const counts = await next.reader.all<{ domain: string; n: number }>(
      'SELECT e.domain AS domain, COUNT(*) AS n FROM onet_rating r JOIN onet_element e ON e.id = r.element AND ' +
        'e.release_id = r.release_id WHERE r.release_id = 2 GROUP BY e.domain ORDER BY e.domain',
    );
    expect(counts.map(({ domain, n }) => [domain, n])).toEqual([
      ['abilities', 104],
      ['knowledge', (before / 68) * 33],
      ['skills', (before / 68) * 35],
    ]);
    expect(
      await next.reader.get(
        "SELECT importance_marker AS suppressed, level_marker AS level FROM onet_rating WHERE element = '1.A.1.a.1'",
      ),
    ).toMatchObject({ suppressed: 'S', level: 'S' });
    expect(
      (await onetImporter.check(next.reader, 2)).filter(({ passed }) => !passed).map(({ name }) => name),
    ).toEqual(
      // A few occupations only; everything else holds.
      ['onet_occupation: row count', 'onet_rating: row count', 'onet_interest: row count'],
    );
    stage.close();
  });

  it('asks for the read-me, the files and the edition that were named', async () => {
    const files = await fixturesOf(onetImporter);
    await expect(onetImporter.open([], undefined)).rejects.toThrow('missing files: one at least of Skills');
    await expect(onetImporter.open(files, '29.0')).rejects.toThrow('is edition 30.2, asked for 29.0');
    const skills = fileOf(files, 'Skills.xlsx');
    await expect(
      onetImporter.open([{ ...skills, path: 'downloads/Skills.xlsx' }], undefined),
    ).rejects.toThrow('downloads/Skills.xlsx: its edition is not known');
  });

  it('takes the newest of two editions; 30.10 comes after 30.9', async () => {
    const old = (await fixturesOf(onetImporter)).map((file) => ({
      ...file,
      path: file.path.replace('db_30_2_text', 'db_28_1_text'),
    }));
    const renamed = await editText(fileOf(old, 'Interests.txt'), (text) =>
      text.replace('\t1.26\t', '\t1.99\t'),
    );
    const older = [renamed, await editText(fileOf(old, 'Read Me.txt'), () => 'O*NET 28.1 Database')].map(
      (file) => ({
        ...file,
        path: `db_28_1_text/${file.name}`,
      }),
    );
    const { stage, edition } = await loaded([...older, ...(await fixturesOf(onetImporter))]);
    expect(edition).toBe('30.2');
    expect(await stage.reader.get('SELECT value FROM onet_interest WHERE value = 1.99')).toBeUndefined();
    expect(['30.10', '29.0', '30.9'].sort(compareEditions)).toEqual(['29.0', '30.9', '30.10']);
    stage.close();
  });

  it('reconciles values and flags with what the files say', async () => {
    const cells = await onetImporter.reconcile!(await fixturesOf(onetImporter), 400, 7);
    expect(cells).toHaveLength(400);
    expect(cells.map(({ path }) => path)).toContainEqual(expect.stringMatching(/^\/api\/v2\/onet\/\d\d-/));
    expect(cells).toContainEqual(
      expect.objectContaining({ expected: { value: null, marks: ['not-applicable'] } }),
    );
    const cell = cells.find(({ place, expected }) => place.includes('scale LV') && expected.value !== null)!;
    const [, element] = / (\d\.[\w.]+), scale/.exec(cell.place)!;
    const level = { value: cell.expected.value, marks: [] };
    expect(cell.pick({ ratings: [{ element: { id: element }, level }] })).toEqual(level);
  });
});

if (officialSources) {
  describe('the official O*NET files', () => {
    it('pass every check', async () => {
      const { stage } = await loaded(await officialFilesOf(onetImporter));
      expect((await onetImporter.check(stage.reader, 1)).filter(({ passed }) => !passed)).toEqual([]);
      expect(stage.inserted).toMatchObject({ onet_rating: 59_772, onet_interest: 8_307 });
      stage.close();
    });
  });
}
