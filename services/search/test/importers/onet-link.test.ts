import { readBundle, type SourceFile } from '@lmi/importing';
import {
  editWorkbook,
  memoryStage,
  officialSources,
  replaceFile,
  setCell,
  shiftColumn,
  sourceFile,
} from '@lmi/importing/testing';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { leastAbroadWeight } from '@lmi/occupations';
import { socImporter } from '../../src/importers';
import { onetImporter, onetLinkImporter } from '../../src/skills/importers';
import { readSources } from '../../src/skills/importers/onet-link';
import {
  commonTitles,
  iscoLinks,
  iscoWeights,
  makeLinks,
  titleKey,
  type Link,
  type OnetTitle,
  type UkTitle,
} from '../../src/skills/importers/link-model';
import { fixturesOf, officialFilesOf } from './official';

/** The link reads files of the classification too. */
async function linkFixtures(): Promise<SourceFile[]> {
  const soc = (await fixturesOf(socImporter)).filter((file) => onetLinkImporter.accepts(file));
  return [...soc, ...(await fixturesOf(onetLinkImporter))];
}

async function rowsOf(files: readonly SourceFile[]) {
  const stage = memoryStage();
  await (await onetLinkImporter.open(files, undefined)).load(stage.context);
  const rows = await stage.reader.all<{ soc2020: string; onet_soc: string; weight: number; titles: number }>(
    'SELECT * FROM onet_link ORDER BY soc2020, weight DESC',
  );
  return { stage, rows };
}

describe('the onet-link importer', () => {
  it('links by titles in common before the way through ISCO-08', async () => {
    const { stage, rows } = await rowsOf(await linkFixtures());
    const plumbers = rows.filter(({ soc2020, weight }) => soc2020 === '5315' && weight > 0);
    expect(plumbers[0]).toMatchObject({ onet_soc: '47-2152.00', titles: expect.any(Number) });
    expect(plumbers[0]!.titles).toBeGreaterThan(0);
    expect(plumbers.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 5);
    expect(plumbers.map(({ onet_soc }) => onet_soc)).toContain('47-2151.00');
    stage.close();
  });

  it('keeps the titles of the occupations with a link worth reading, each once', async () => {
    const { stage, rows } = await rowsOf(await linkFixtures());
    const titles = await stage.reader.all<{ onet_soc: string; title: string }>(
      'SELECT onet_soc, title FROM onet_title',
      [],
    );
    const read = rows.filter(({ weight }) => weight >= leastAbroadWeight).map(({ onet_soc }) => onet_soc);
    expect(new Set(titles.map(({ onet_soc }) => onet_soc))).toEqual(new Set(read));
    expect(titles).toContainEqual({ onet_soc: '47-2152.00', title: 'Pipe Fitter' });
    expect(new Set(titles.map(({ onet_soc, title }) => `${onet_soc} ${title}`)).size).toBe(titles.length);
    stage.close();
  });

  it('lists each occupation that no group keeps once, with weight 0', async () => {
    const { stage, rows } = await rowsOf(await linkFixtures());
    const zero = rows.filter(({ weight }) => weight === 0).map(({ onet_soc }) => onet_soc);
    const linked = new Set(rows.filter(({ weight }) => weight > 0).map(({ onet_soc }) => onet_soc));
    expect(new Set(zero).size).toBe(zero.length);
    expect(zero.filter((code) => linked.has(code))).toEqual([]);
    stage.close();
  });

  it('names the place of each damage', async () => {
    const files = await linkFixtures();
    const file = (name: string) => files.find((one) => one.name === name)!;
    const open = (changed: SourceFile) => onetLinkImporter.open(replaceFile(files, changed), undefined);
    const isco = file('ISCO_SOC_Crosswalk.xls');
    const sheet = 'ISCO-08 to 2010 SOC';
    await expect(open(await editWorkbook(isco, sheet, shiftColumn(1)))).rejects.toThrow(
      'ISCO_SOC_Crosswalk.xls, sheet ISCO-08 to 2010 SOC, cell B7: changed header',
    );
    await expect(open(await editWorkbook(isco, sheet, setCell(7, 3, '111011')))).rejects.toThrow(
      'cell D8: found "111011", expected a US SOC code',
    );
    const titles = sourceFile('Alternate Titles.txt', 'O*NET-SOC Code\tAlternate Title\r\n');
    await expect(open(titles)).rejects.toThrow('Alternate Titles.txt, line 1: changed header');
    await expect(
      onetLinkImporter.open(
        files.filter((one) => one !== isco),
        undefined,
      ),
    ).rejects.toThrow('missing file: ISCO_SOC_Crosswalk.xls');
    await expect(onetLinkImporter.open(files, '2020-01')).rejects.toThrow('asked for 2020-01');
  });
});

/** Titles that exactly one unit group and one O*NET occupation have. */
function* commonTitlesByKey(
  uk: readonly UkTitle[],
  onet: readonly OnetTitle[],
): Generator<{ title: string; soc2020: string; code: string }> {
  const socs = new Map<string, Set<string>>();
  for (const { title, soc2020 } of uk) {
    const key = titleKey(title);
    socs.set(key, (socs.get(key) ?? new Set()).add(soc2020));
  }
  const occupations = new Map<string, Set<string>>();
  for (const { title, code } of onet) {
    const key = titleKey(title);
    occupations.set(key, (occupations.get(key) ?? new Set()).add(code));
  }
  for (const [title, of] of socs) {
    const codes = occupations.get(title);
    if (of.size === 1 && codes?.size === 1) yield { title, soc2020: [...of][0]!, code: [...codes][0]! };
  }
}

describe('the model of the links', () => {
  const uk = (soc2020: string, title: string, isco08: string | null = null) => ({ soc2020, title, isco08 });

  it('knows a title by its words, whatever their order, number and small words', () => {
    expect(titleKey('Clerk, accounts')).toBe(titleKey('Account Clerks'));
    expect(titleKey('Director of Studies (school)')).toBe(titleKey('studies director'));
    expect(titleKey('Boss')).toBe('boss');
    expect(titleKey('C++ programmer')).not.toBe(titleKey('C programmer'));
  });

  it('shares a title out over the occupations that have it on either side', () => {
    const common = commonTitles(
      [uk('1111', 'Chef'), uk('1111', 'Chef'), uk('2222', 'Chef'), uk('2222', 'Baker')],
      [
        { code: 'A', title: 'Chefs' },
        { code: 'B', title: 'Chef' },
        { code: 'B', title: 'Chef' },
      ],
    );
    expect(common.get('1111')!.get('A')).toBeCloseTo(2 / 3 / 2);
    expect(common.get('2222')!.get('B')).toBeCloseTo(1 / 3 / 2);
    const all = [...common.values()].flatMap((codes) => [...codes.values()]);
    expect(all.reduce((sum, n) => sum + n, 0)).toBeCloseTo(1);
  });

  it('goes through ISCO-08 in equal parts, keeping all weight that leads somewhere', () => {
    const groups = iscoLinks([uk('1111', 'x', '2512'), uk('1111', 'y', '2512'), uk('1111', 'z', '7126')]);
    expect(groups.map(({ target, weight }) => [target, weight])).toEqual([
      ['2512', 2 / 3],
      ['7126', 1 / 3],
    ]);
    const weights = iscoWeights(
      groups,
      new Map([
        ['2512', ['15-1132', '15-1133']],
        ['7126', ['47-2152']],
      ]),
      new Map([
        ['15-1132', ['15-1252']],
        ['15-1133', ['15-1252', '15-1253']],
        ['47-2152', ['47-2152']],
      ]),
      ['15-1252.00', '15-1253.00', '47-2152.00', '47-2152.04'],
    );
    const own = weights.get('1111')!;
    expect(own.get('15-1252.00')).toBeCloseTo((2 / 3) * (1 / 2 + 1 / 4));
    expect(own.get('47-2152.04')).toBeCloseTo(1 / 6);
    expect([...own.values()].reduce((sum, n) => sum + n, 0)).toBeCloseTo(1);
  });

  it('trusts titles less that the way through ISCO-08 does not confirm, and drops weak links', () => {
    const links = makeLinks(
      new Map([
        [
          '1111',
          new Map([
            ['A', 1],
            ['B', 1],
            ['C', 0.1],
          ]),
        ],
      ]),
      new Map([
        [
          '1111',
          new Map([
            ['A', 0.5],
            ['D', 0.5],
          ]),
        ],
      ]),
    );
    const weight = (target: string) => links.find((link) => link.target === target)!.weight;
    expect(weight('A')).toBeGreaterThan(3 * weight('B'));
    expect(weight('D')).toBeGreaterThan(weight('B'));
    expect(weight('C')).toBe(0);
    expect(links.reduce((sum, link) => sum + link.weight, 0)).toBeCloseTo(1);
  });
});

if (officialSources) {
  describe('links from the official files', () => {
    /** Titles that one unit group and one O*NET occupation have: half of them make the links, the others ask. */
    it('find the occupation of titles that they were not made from, better than ISCO-08 alone', async () => {
      const files = await officialFilesOf(onetLinkImporter);
      const { uk, onet, codes, isco, usSoc } = await readSources(files, undefined);
      const route = iscoWeights(iscoLinks(uk), isco, usSoc, codes);
      const heldOut = (title: string) => createHash('sha1').update(titleKey(title)).digest()[0]! < 128;
      const asked = [...commonTitlesByKey(uk, onet)].filter(({ title }) => heldOut(title));
      const made = makeLinks(
        commonTitles(
          uk.filter(({ title }) => !heldOut(title)),
          onet,
        ),
        route,
      );
      const share = (links: readonly Link[], among: number): number => {
        const bySoc = new Map<string, string[]>();
        for (const { soc2020, target, weight } of links) {
          if (weight > 0) bySoc.set(soc2020, [...(bySoc.get(soc2020) ?? []), target]);
        }
        const found = asked.filter(({ soc2020, code }) =>
          (bySoc.get(soc2020) ?? []).slice(0, among).includes(code),
        );
        return found.length / asked.length;
      };
      const alone = makeLinks(new Map(), route);
      // docs/methods/skills.md gives these figures.
      expect(asked.length).toBeGreaterThan(1_000);
      expect(share(made, 1)).toBeGreaterThan(0.3);
      expect(share(made, 8)).toBeGreaterThan(0.53);
      expect(share(alone, 1)).toBeLessThan(0.22);
      expect(share(alone, 8)).toBeLessThan(0.5);
    });

    it('pass every check and put the occupation of the same name first', async () => {
      const first = memoryStage();
      const soc = await readBundle(join(__dirname, '../../../../data/soc'));
      const columns = Object.keys(soc.tables['soc_group']!.columns);
      await first.context.sink.insert('soc_group', columns, soc.rows('soc_group'));
      first.publish('soc');
      const onet = first.next();
      await (await onetImporter.open(await officialFilesOf(onetImporter), undefined)).load(onet.context);
      onet.publish('onet');
      const stage = onet.next();
      await (
        await onetLinkImporter.open(await officialFilesOf(onetLinkImporter), undefined)
      ).load(stage.context);
      const checks = await onetLinkImporter.check(stage.reader, stage.releaseId);
      expect(checks.filter(({ passed }) => !passed)).toEqual([]);
      const strongest = async (soc2020: string) =>
        (
          await stage.reader.get<{ code: string }>(
            'SELECT onet_soc AS code FROM onet_link WHERE soc2020 = ? ORDER BY weight DESC LIMIT 1',
            [soc2020],
          )
        )?.code;
      expect(
        await Promise.all(['1111', '2134', '2121', '2221', '5315', '8211', '9263', '2412'].map(strongest)),
      ).toEqual([
        '11-1011.00',
        '15-1252.00',
        '17-2051.00',
        '29-1123.00',
        '47-2152.00',
        '53-3032.00',
        '35-2021.00',
        '23-1011.00',
      ]);
      first.close();
    });
  });
}
