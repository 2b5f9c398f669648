import type { SourceFile } from '@lmi/importing';
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
  type MemoryStage,
} from '@lmi/importing/testing';
import { areasImporter } from '../../src/importers';
import { fixturesOf, layouts, officialFilesOf } from './official';

async function load(files: readonly SourceFile[]): Promise<MemoryStage> {
  const stage = memoryStage();
  await (await areasImporter.open(files, undefined)).load(stage.context);
  return stage;
}

describe.each(layouts)('the areas importer on the %s', (_, filesOf) => {
  let files: SourceFile[];
  let stage: MemoryStage;
  beforeAll(async () => {
    files = await filesOf(areasImporter);
    stage = await load(files);
  });
  afterAll(() => stage.close());

  const area = (code: string) =>
    stage.reader.get('SELECT name, type, parent FROM area WHERE code = ?', [code]);
  const areasOf = async (district: string) =>
    (
      await stage.reader.all<{ area: string }>(
        'SELECT area FROM area_membership WHERE district = ? ORDER BY area',
        [district],
      )
    ).map((row) => row.area);
  const named = (name: string): SourceFile => files.find((file) => file.name.startsWith(name))!;
  const openWith = (changed: SourceFile) => areasImporter.open(replaceFile(files, changed), undefined);
  const refused = (message: RegExp) => ({
    code: 'invalid-argument',
    message: expect.stringMatching(message),
  });

  it('takes the edition from the newest district codes', async () => {
    expect((await areasImporter.open(files, '2025')).edition).toBe('2025');
    await expect(areasImporter.open(files, '2024')).rejects.toMatchObject(
      refused(/wrong edition: LAD_to_combined/),
    );
  });

  it('places areas in areas', async () => {
    expect(await area('K02000001')).toEqual({ name: 'United Kingdom', type: 'country', parent: null });
    expect(await area('W92000004')).toMatchObject({ type: 'nation', parent: 'K02000001' });
    expect(await area('E12000008')).toMatchObject({ name: 'South East', parent: 'E92000001' });
    expect(await area('E08000003')).toMatchObject({
      name: 'Manchester',
      type: 'district',
      parent: 'E12000002',
    });
    expect(await area('W06000015')).toMatchObject({ name: 'Cardiff', parent: 'W92000004' });
    expect(await area('S12000033')).toMatchObject({ parent: 'S92000003' });
    expect(await area('N09000003')).toMatchObject({ name: 'Belfast', parent: 'N92000002' });
    expect(await area('E47000001')).toMatchObject({ type: 'combined-authority', parent: 'E92000001' });
    expect(await area('E10000012')).toMatchObject({ name: 'Essex', type: 'county', parent: 'E92000001' });
  });

  it('places a former district with its successor and a renumbered one with its old code', async () => {
    expect(await area('E07000026')).toMatchObject({ name: 'Allerdale', parent: 'E12000002' });
    expect(await area('E08000038')).toMatchObject({ name: 'Barnsley', parent: 'E12000003' });
  });

  it('leaves out wards and the second England', async () => {
    expect(await area('EN')).toBeUndefined();
    expect(await stage.reader.all("SELECT code FROM area WHERE code LIKE 'E05%'")).toEqual([]);
  });

  it('keeps the codes of the projections and gives skills improvement areas their districts', async () => {
    expect(await area('BC_LEP')).toEqual({ name: 'Black Country', type: 'lep', parent: 'E92000001' });
    expect(await area('DN_LEP')).toMatchObject({ name: expect.stringMatching(/^Derby, Derbyshire/) });
    expect(await areasOf('E08000001')).toEqual(['E47000001', 'GM_LSIP']);
    expect(await areasOf('E06000060')).toEqual(['BU_LSIP']);
  });

  it.each([
    'ons_areas.csv',
    'nuts.json',
    'LSIP_lookup_LAD23.xlsx',
    'LAD_to_combined',
    'LAD11_to',
    'areas.csv',
  ])('names a missing file: %s', async (name) => {
    const others = files.filter((file) => !file.name.startsWith(name));
    await expect(areasImporter.open(others, undefined)).rejects.toMatchObject(
      refused(new RegExp(`^missing file: ${name}.*files found for areas: .*\\.csv`)),
    );
  });

  it('explains damaged copies of the list of areas', async () => {
    const list = named('ons_areas');
    const open = async (edit: Parameters<typeof editCsv>[1]) => openWith(await editCsv(list, edit));
    await expect(open(shiftColumn(1))).rejects.toMatchObject(
      refused(/ons_areas.csv, line 1: changed header/),
    );
    await expect(open(shiftColumn(0, 1))).rejects.toMatchObject(refused(/ons_areas.csv, line 2/));
    await expect(open(setCell(2, 0, 'England'))).rejects.toMatchObject(
      refused(/line 3, column areacd: found "England"/),
    );
    await expect(open(duplicateRow(5))).rejects.toMatchObject(refused(/duplicate of ons_areas.csv, line 6/));
  });

  it('explains damaged copies of the lookups', async () => {
    const lsip = named('LSIP');
    const sheet = 'LA Districts to LSIPs';
    const edited = async (...edits: Parameters<typeof editCsv>[1][]) =>
      openWith(await editWorkbook(lsip, sheet, ...edits));
    await expect(edited(shiftColumn(2))).rejects.toMatchObject(
      refused(/cell C1: changed header: found "", expected "LSIP23CD"/),
    );
    await expect(edited(setCell(1, 3, 'Atlantis'))).rejects.toMatchObject(
      refused(/cell D2: "Atlantis" is not an area of the projections/),
    );
    await expect(edited(setCell(1, 0, 'E06009999'))).rejects.toMatchObject(
      refused(/cell D2: unknown code: district E06009999/),
    );
    await expect(edited(duplicateRow(1))).rejects.toMatchObject(refused(/duplicate of .*cell A2/));
    await expect(openWith(cutShort(lsip))).rejects.toMatchObject(
      refused(/LSIP_lookup_LAD23.xlsx is damaged or cut short/),
    );
    const combined = named('LAD_to_combined');
    await expect(
      openWith(await editCsv(combined, replaceText('CAUTH25CD', 'AUTHORITY'))),
    ).rejects.toMatchObject(refused(/changed header \(missing: CAUTH25CD/));
    await expect(openWith(await editCsv(combined, setCell(1, 2, 'E08000003')))).rejects.toMatchObject(
      refused(/line 2, column CAUTH25CD: found "E08000003"/),
    );
    await expect(openWith(cutShort(named('LAD11')))).rejects.toMatchObject(refused(/damaged or cut short/));
    await expect(openWith(cutShort(named('nuts')))).rejects.toMatchObject(
      refused(/nuts.json: damaged or cut short/),
    );
    await expect(openWith(sourceFile('nuts.json', '{"E06000001":{"code":"UKC1"}}'))).rejects.toMatchObject(
      refused(/nuts.json, district E06000001: unknown code: found "UKC1"/),
    );
    await expect(openWith(await editCsv(named('areas.csv'), setCell(1, 1, 'TTWA')))).rejects.toMatchObject(
      refused(/areas.csv, line 2, column type: found "TTWA", expected one of/),
    );
  });

  it('says when a skills improvement area gets no district', async () => {
    const edit = await editWorkbook(named('LSIP'), 'LA Districts to LSIPs', (rows) => {
      for (let row = rows.length - 1; row > 0; row--) {
        if (String(rows[row]![3]).includes('Buckinghamshire')) rows.splice(row, 1);
      }
    });
    await expect(openWith(edit)).rejects.toMatchObject(refused(/no districts for BU_LSIP Buckinghamshire/));
  });

  it('passes the checks on structure', async () => {
    const checks = await areasImporter.check(stage.reader, stage.releaseId);
    // Fixtures hold a few dozen districts; everything else must hold on them too.
    const failed = checks.filter(({ passed, name }) => !passed && name !== 'area: number of type district');
    expect(failed).toEqual([]);
  });
});

it('finds lost regions in its acceptance checks', async () => {
  const files = await fixturesOf(areasImporter);
  const list = files.find(({ name }) => name === 'ons_areas.csv')!;
  const edited = await editCsv(list, (rows) =>
    rows.splice(
      rows.findIndex((row) => row[0] === 'E12000002'),
      1,
    ),
  );
  const stage = await load(replaceFile(files, edited));
  const failed = (await areasImporter.check(stage.reader, stage.releaseId)).filter(({ passed }) => !passed);
  expect(failed).toContainEqual({
    name: 'area: number of type region',
    passed: false,
    detail: '8 rows, expected 9',
  });
  expect(failed).toContainEqual({
    name: 'area: no parent that is not an area',
    passed: false,
    detail: 'E12000002',
  });
  stage.close();
});

if (officialSources) {
  it('the official area files hold 521 areas and pass every acceptance check', async () => {
    const stage = await load(await officialFilesOf(areasImporter));
    expect(stage.inserted).toEqual({ area: 521, area_membership: 402 });
    const checks = await areasImporter.check(stage.reader, stage.releaseId);
    expect(checks.filter(({ passed }) => !passed)).toEqual([]);
    stage.close();
  });
}
