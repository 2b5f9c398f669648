import { join } from 'node:path';
import { findSources, type SourceFile } from '@lmi/importing';
import {
  editCsv,
  memoryStage,
  officialSources,
  replaceFile,
  replaceText,
  setCell,
  shiftColumn,
} from '@lmi/importing/testing';
import { escoImporter } from '../../src/skills/importers';
import { fixturesOf, layouts, officialFilesOf } from './official';

const relations = (): Promise<SourceFile[]> =>
  findSources(join(__dirname, '../fixtures/made-up/esco-skills'));

async function loaded(files: readonly SourceFile[]) {
  const stage = memoryStage();
  const sources = await escoImporter.open(files, undefined);
  await sources.load(stage.context);
  return { stage, edition: sources.edition };
}

describe.each(layouts)('the esco-skills importer on the %s', (_layout, filesOf) => {
  it('reads groups of occupations and of skills; fields of knowledge by their ISCED-F code', async () => {
    const { stage, edition } = await loaded(await filesOf(escoImporter));
    expect(edition).toBe('1.1.1');
    expect(await stage.reader.get("SELECT name FROM esco_group WHERE isco08 = '7126'")).toMatchObject({
      name: 'Plumbers and pipe fitters',
    });
    const parents = await stage.reader.all<{ code: string; parent: string }>(
      "SELECT code, parent FROM esco_skill_group WHERE code IN ('S1.2', 'S1', 'S', 'K061', 'K06') ORDER BY code",
    );
    expect(parents.map(({ code, parent }) => `${code} in ${parent}`)).toEqual([
      'K06 in K',
      'K061 in K06',
      'S in ',
      'S1 in S',
      'S1.2 in S1',
    ]);
    stage.close();
  });
});

describe('the esco-skills importer', () => {
  it('counts relations by occupation group and skill group, where they are given', async () => {
    const { stage } = await loaded([...(await fixturesOf(escoImporter)), ...(await relations())]);
    const rows = await stage.reader.all<Record<string, unknown>>(
      'SELECT isco08, skill_group, essential, optional FROM esco_share ORDER BY isco08, skill_group',
    );
    expect(rows.map((row) => ({ ...row }))).toEqual([
      { isco08: '2512', skill_group: 'S1.1', essential: 1, optional: 1 },
      { isco08: '2512', skill_group: 'S1.2', essential: 1, optional: 0 },
      { isco08: '7126', skill_group: 'S8.7', essential: 1, optional: 1 },
    ]);
    stage.close();
  });

  it('names the place of each damage', async () => {
    const files = [...(await fixturesOf(escoImporter)), ...(await relations())];
    const file = (name: string) => files.find((one) => one.name === name)!;
    const open = (changed: SourceFile) => escoImporter.open(replaceFile(files, changed), undefined);
    await expect(open(await editCsv(file('occupation_groups.csv'), shiftColumn(3)))).rejects.toThrow(
      'occupation_groups.csv, line 1: changed header',
    );
    await expect(open(await editCsv(file('skill_groups.csv'), replaceText('S8.7', 'Q-7')))).rejects.toThrow(
      'found "Q-7", expected a skill group code like S1.2.3',
    );
    await expect(open(await editCsv(file('skill_hierarchy.csv'), setCell(1, 1, 'key_0')))).rejects.toThrow(
      'skill_hierarchy.csv, line 2: found "key_0", which skill_groups.csv does not hold',
    );
    const stray = await editCsv(file('occupation_to_skill_relations.csv'), setCell(1, 1, 'occupation_0'));
    await expect(open(stray)).rejects.toThrow('"occupation_0" lies in no ISCO-08 group');
    await expect(
      open(await editCsv(file('model_info.csv'), replaceText('ESCO v', 'Other '))),
    ).rejects.toThrow('model_info.csv');
    await expect(
      escoImporter.open(
        files.filter(({ name }) => name !== 'skill_groups.csv'),
        undefined,
      ),
    ).rejects.toThrow('missing file: skill_groups.csv');
  });
});

if (officialSources) {
  test('the official groups pass every check', async () => {
    const { stage } = await loaded(await officialFilesOf(escoImporter));
    expect((await escoImporter.check(stage.reader, 1)).filter(({ passed }) => !passed)).toEqual([]);
    expect(stage.inserted).toEqual({ esco_group: 436, esco_skill_group: 640 });
    stage.close();
  });
}
