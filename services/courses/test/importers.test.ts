import { join } from 'node:path';
import { findSources, type SourceFile } from '@lmi/importing';
import {
  cutShort,
  duplicateRow,
  editCsv,
  replaceFile,
  replaceText,
  setCell,
  sourceFile,
  zipOf,
} from '@lmi/importing/testing';
import { readDiscoverUniCsv } from '../src/importers/discover-uni-csv';
import { readDiscoverUniXml } from '../src/importers/discover-uni-xml';
import { poolLists } from '../src/importers/graduate-destinations';
import { crossGroups, groupOf, GroupTitles } from '../src/job-groups';
import { fixtures, importerOf, openHouse, type House } from './house';

type Folder = 'csv' | 'csv-whole' | 'xml' | 'subjects' | 'apprenticeships';
const found: Record<string, SourceFile[]> = {};
beforeAll(async () => {
  for (const folder of ['csv', 'csv-whole', 'xml', 'subjects', 'apprenticeships']) {
    found[folder] = await findSources(join(fixtures, folder));
  }
});
const files = (folder: Folder): SourceFile[] => found[folder]!;
const named = (folder: Folder, name: string): SourceFile => files(folder).find((file) => file.name === name)!;
const without = (folder: Folder, name: string): SourceFile[] =>
  files(folder).filter((file) => file.name !== name);

const open = (dataset: string, from: readonly SourceFile[], edition?: string) => {
  const importer = importerOf(dataset);
  return importer.open(
    from.filter((file) => importer.accepts(file)),
    edition,
  );
};
const changed = async (folder: Folder, name: string, ...edits: Parameters<typeof editCsv>[1][]) =>
  replaceFile(files(folder), await editCsv(named(folder, name), ...edits));
const textOf = async (folder: Folder, name: string, from: string | RegExp, to: string) =>
  replaceFile(
    files(folder),
    sourceFile(name, (await named(folder, name).read()).toString('utf8').replace(from, to)),
  );

describe('damaged files are refused before anything is staged, by file, place and reason', () => {
  const cases: readonly [string, string, () => Promise<SourceFile[]>, RegExp][] = [
    ['a missing file', 'courses', async () => without('csv', 'SBJ.csv'), /missing file: SBJ\.csv/],
    [
      'a changed header',
      'courses',
      () => changed('csv', 'JOBTYPE.csv', setCell(0, 14, 'PROFESSIONAL')),
      /JOBTYPE\.csv, line 1: changed header \(missing: PROFMAN/,
    ],
    [
      'a percentage above 100',
      'courses',
      () => changed('csv', 'EMPLOYMENT.csv', setCell(1, 14, '970')),
      /EMPLOYMENT\.csv, line 2, column WORKSTUDY: found "970", expected a percentage/,
    ],
    [
      'a salary of another unit',
      'courses',
      () => changed('csv', 'GOSALARY.csv', setCell(1, 15, '29')),
      /GOSALARY\.csv, line 2, column GOINSTMED: found "29", expected pounds a year/,
    ],
    [
      'an unknown marker',
      'courses',
      () => changed('csv', 'EMPLOYMENT.csv', setCell(1, 14, '*')),
      /column WORKSTUDY: found "\*"/,
    ],
    [
      'an unknown aggregation',
      'courses',
      () => changed('csv', 'JOBTYPE.csv', setCell(1, 9, '35')),
      /JOBTYPE\.csv, line 2, column JOBAGG: found "35"/,
    ],
    [
      'an unknown reason',
      'courses',
      () => changed('csv', 'JOBTYPE.csv', setCell(1, 4, '7')),
      /column JOBUNAVAILREASON: found "7", expected one of: 0, 1, 2/,
    ],
    [
      'a course that is in no list',
      'courses',
      () => changed('csv', 'UCASCOURSEID.csv', setCell(1, 2, 'NOBODY')),
      /UCASCOURSEID\.csv, line 2, column KISCOURSEID: course "NOBODY" is not in SBJ\.csv/,
    ],
    [
      'a subject of another list',
      'courses',
      () => changed('csv', 'SBJ.csv', setCell(1, 4, 'H300')),
      /SBJ\.csv, line 2, column SBJ: found "H300"/,
    ],
    [
      'a subject given twice for earnings',
      'courses',
      () => changed('csv', 'LEO3SEC.csv', duplicateRow(1)),
      /LEO3SEC\.csv, line 119: duplicate of .*line 2/,
    ],
    [
      'a note without a version',
      'courses',
      async () => replaceFile(files('csv'), sourceFile('readme.txt', 'Not this')),
      /readme\.txt, line 1: found no "Version/,
    ],
    ['no file at all', 'courses', async () => [], /missing file: INSTITUTION\.csv/],
    [
      'another kind of XML',
      'courses',
      async () => [sourceFile('kis.xml', '<html><body/></html>')],
      /kis\.xml, line 1: found <html>, expected <KIS>/,
    ],
    [
      'a cut XML',
      'courses',
      async () => [cutShort(named('xml', 'kis.xml'))],
      /kis\.xml, line \d+: (not well-formed XML|cut short)/,
    ],
    [
      'a course without a title',
      'courses',
      () => textOf('xml', 'kis.xml', /<TITLE>[^<]*<\/TITLE>/, ''),
      /kis\.xml, line \d+, TITLE: found ""/,
    ],
    [
      'an unreadable figure in the XML',
      'courses',
      () => textOf('xml', 'kis.xml', /<WORKSTUDY>[^<]*</, '<WORKSTUDY>many<'),
      /kis\.xml, line \d+, WORKSTUDY: found "many"/,
    ],
    [
      'a course given twice in the XML',
      'courses',
      () => textOf('xml', 'kis.xml', '<KISCOURSEID>11BGLSCI<', '<KISCOURSEID>113DANVI<'),
      /duplicate course: 10007762-1-113DANVI/,
    ],
    [
      'no job list',
      'graduate-jobs',
      async () => [named('csv', 'SBJ.csv')],
      /missing file: COMMON\.csv, JOBLIST\.csv/,
    ],
    [
      'a share that is none',
      'graduate-jobs',
      () => changed('csv-whole', 'JOBLIST.csv', setCell(1, 6, 'most')),
      /JOBLIST\.csv, line 2, column PERC: found "most"/,
    ],
    [
      'lists of the earlier survey alone',
      'graduate-jobs',
      () => textOf('xml', 'kis.xml', /<COMAGGYEAR>[^<]*<\/COMAGGYEAR>/g, ''),
      /no list of common jobs with a year/,
    ],
    [
      'a missing mapping',
      'subjects',
      async () => without('subjects', 'HECoS_CAH_Mappings.csv'),
      /missing file: HECoS/,
    ],
    [
      'a subject in the wrong place',
      'subjects',
      () => changed('subjects', 'HECoS_CAH_Mappings.csv', setCell(1, 4, '11-01')),
      /line 2, column CAH3_Code: .* does not lie in 11-01/,
    ],
    [
      'a subject with two names',
      'subjects',
      () => changed('subjects', 'HECoS_CAH_Mappings.csv', setCell(1, 7, 'another name')),
      /CAH1_Label: \d\d is "/,
    ],
    [
      'a HECoS code given twice',
      'subjects',
      () => changed('subjects', 'HECoS_CAH_Mappings.csv', duplicateRow(1)),
      /duplicate of .*line 2/,
    ],
    ['no apprenticeship', 'apprenticeships', async () => [], /missing file: apprenticeship_frameworks/],
    [
      'a cut list of frameworks',
      'apprenticeships',
      async () => [cutShort(named('apprenticeships', 'apprenticeship_frameworks_2.0.json'))],
      /apprenticeship_frameworks_2\.0\.json: not readable as JSON/,
    ],
    [
      'a framework without a level',
      'apprenticeships',
      () => textOf('apprenticeships', 'apprenticeship_frameworks_2.0.json', /"Level": \d/, '"Level": "?"'),
      /framework 1, Level: found "\?"/,
    ],
    [
      'a changed header of the export',
      'apprenticeships',
      () => textOf('apprenticeships', 'apprenticeship-standards.csv', 'Typical Duration', 'Duration'),
      /changed header \(missing: Typical Duration/,
    ],
    [
      'another CSV file',
      'apprenticeships',
      async () => [sourceFile('apprenticeship-standards.csv', 'a,b\n1,2\n')],
      /no header with the column Reference/,
    ],
    [
      'occupations without codes',
      'apprenticeships',
      () => textOf('apprenticeships', 'occupations.json', /"soc": \{[^}]*\}/, '"socs": {}'),
      /occupation 1, soc: missing: ask for it/,
    ],
    [
      'a code of another classification',
      'apprenticeships',
      () => textOf('apprenticeships', 'occupations.json', '5231', '"5231/01"'),
      /occupation 1, soc\.soc2020Code: found "5231\/01"/,
    ],
  ];
  test.each(cases)('%s (%s)', async (_, dataset, make, message) => {
    await expect(make().then((from) => open(dataset, from))).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringMatching(message),
    });
  });

  test.each([
    ['courses', 'csv', '2024-08-01'],
    ['graduate-jobs', 'xml', '2019'],
    ['subjects', 'subjects', '2019-01-01'],
    ['apprenticeships', 'apprenticeships', '2010-01-01'],
  ] as const)('another edition of %s', async (dataset, folder, edition) => {
    await expect(open(dataset, files(folder), edition)).rejects.toMatchObject({ field: 'edition' });
  });
});

describe('the two forms of Discover Uni', () => {
  test('give the same courses', async () => {
    const csv = await readDiscoverUniCsv(files('csv-whole'));
    const xml = await readDiscoverUniXml(named('xml', 'kis.xml'));
    const comparable = (set: typeof csv) =>
      set.courses.map(({ award: _, hecos, ...course }) => ({ ...course, hecos: hecos.slice(0, 1) }));
    expect(comparable(csv)).toEqual(comparable(xml));
    expect(csv.courses[0]).toMatchObject({
      title: '3D Animation and Visualisation',
      level: '03',
      ucas: ['5142'],
    });
    expect(new Set(csv.courses.flatMap(({ outcomes }) => outcomes.map(({ kind }) => kind))).size).toBe(7);
  });

  test('are read out of the official archive', async () => {
    const archive = await zipOf('DiscoverUni.zip', files('csv-whole'));
    const { mkdtemp, rm, writeFile } = await import('node:fs/promises');
    const folder = await mkdtemp(join((await import('node:os')).tmpdir(), 'lmi-zip-'));
    await writeFile(join(folder, 'DiscoverUni.zip'), await archive.read());
    const entries = await findSources(join(folder, 'DiscoverUni.zip'));
    await rm(folder, { recursive: true });
    expect((await open('courses', entries)).edition).toBe('2025-08-04');
  });

  test('an extract that begins with a provider is read', async () => {
    const text = (await named('xml', 'kis.xml').read()).toString('utf8');
    const extract = text.slice(text.indexOf('<INSTITUTION>'), text.indexOf('</KIS>'));
    const found = await readDiscoverUniXml(sourceFile('kis.xml', extract));
    expect(found.courses).toHaveLength(4);
  });

  test('a file without years must be given an edition', async () => {
    const text = (await named('xml', 'kis.xml').read()).toString('utf8');
    const undated = sourceFile('kis.xml', text.replace(/<\w+AGGYEAR>[^<]*<\/\w+AGGYEAR>/g, ''));
    await expect(open('courses', [undated])).rejects.toMatchObject({ field: 'edition' });
    expect((await open('courses', [undated], '2019')).edition).toBe('2019');
  });
});

describe('what is published', () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse();
    for (const dataset of ['soc', 'areas']) await house.publishBundled(dataset);
    await house.publish(importerOf('subjects'), files('subjects'));
  }, 120_000);
  afterAll(() => house.close());
  const rows = (sql: string) => house.db.read((reader) => reader.all<Record<string, unknown>>(sql));

  test('courses of a provider share the figures of their subject', async () => {
    await house.publish(importerOf('courses'), files('csv'));
    const [{ n: courses }] = (await rows('SELECT COUNT(*) AS n FROM course')) as [{ n: number }];
    expect(courses).toBe(40);
    const refs = await rows(
      "SELECT id, outcomes FROM course WHERE outcomes LIKE '%e1 %' OR outcomes LIKE '%e1,%'",
    );
    expect(refs.length).toBeGreaterThan(1);
    expect(house.totals.suppressed).toBeGreaterThan(0);
  });

  test('job labels become groups, and equal lists count once', async () => {
    const read = await house.publish(importerOf('graduate-jobs'), files('csv-whole'));
    expect(read.edition).toBe('2021');
    const stored = await rows('SELECT DISTINCT list, subjects, aggregation FROM graduate_job');
    expect(stored).toHaveLength(5);
    const animation = await rows(
      "SELECT soc, share FROM graduate_job WHERE subjects = 'CAH11-01-06' ORDER BY soc",
    );
    expect(animation).toEqual([
      { soc: '214', share: 55 },
      { soc: '231', share: 5 },
      { soc: '33', share: 5 },
      { soc: '342', share: 15 },
      { soc: '41', share: 5 },
      { soc: '71', share: 15 },
    ]);
    expect(house.rejections).toEqual([]);
  });

  test('the XML gives the same job lists', async () => {
    const before = await rows('SELECT soc, subjects, population, share FROM graduate_job ORDER BY list, soc');
    await house.publish(importerOf('graduate-jobs'), files('xml'));
    const release = (await house.releases.list('graduate-jobs')).find(({ current }) => current)!;
    const after = await rows(
      `SELECT soc, subjects, population, share FROM graduate_job WHERE release_id = ${release.id} ORDER BY list, soc`,
    );
    expect(after).toEqual(before);
  });

  test('destinations have as many people in both classifications', async () => {
    await house.publish(importerOf('graduate-destinations'));
    const sums = await rows(
      `SELECT classification, ROUND(SUM(people), 6) AS people FROM graduate_destination
       WHERE subject = 'CAH11-01-06' GROUP BY classification`,
    );
    expect(sums.map(({ people }) => people)).toEqual([15, 15]);
  });

  test('an apprenticeship has the publisher’s occupation, or one by its name, or none', async () => {
    await house.publish(importerOf('apprenticeships'), files('apprenticeships'));
    const links = async (id: string) =>
      rows(`SELECT soc, method FROM apprenticeship_occupation WHERE id = '${id}' ORDER BY weight DESC`);
    expect(await links('ST0499')).toEqual([{ soc: '5231', method: 'official' }]);
    expect((await links('ST9901'))[0]).toEqual({ soc: '5315', method: 'name' });
    expect(await links('ST9902')).toEqual([]);
    // The maps have no code for it, and its job title says what it is.
    expect((await links('ST9904'))[0]).toEqual({ soc: '5443', method: 'name' });
    expect(await rows("SELECT id FROM apprenticeship WHERE id = 'AU9903' OR id = 'TQ9901'")).toEqual([]);
    const [standard] = await rows("SELECT * FROM apprenticeship WHERE id = 'ST0499'");
    expect(standard).toMatchObject({
      level: 2,
      months: 30,
      funding: 13_000,
      lars: '283',
      starts: '2018-05-24',
    });
    const everything = JSON.stringify(await rows('SELECT * FROM apprenticeship'));
    expect(everything).not.toMatch(/example\.org|A sentence/);
  });

  test('a subject that is in no list stops the release', async () => {
    const odd = await changed('csv', 'SBJ.csv', replaceText('CAH02-05-01', 'CAH99-01-01'));
    await expect(house.publish(importerOf('courses'), odd)).rejects.toThrow(/CAH99-01-01/);
  });
});

describe('groups of the job lists', () => {
  test('divide each classification', () => {
    expect(
      ['1131', '5241', '2121', '3113', '34', '2', '3414'].map((code) => groupOf('soc2020', code)),
    ).toEqual(['1', '5', '212', '31', undefined, undefined, '341']);
    expect([groupOf('soc2020', '2311'), groupOf('soc2010', '2311')]).toEqual(['231', '23']);
  });

  test('titles are found whatever their case and ending; the division decides between equal ones', () => {
    const titles = new GroupTitles('soc2020', [
      { code: '33', title: 'Protective service occupations' },
      { code: '331', title: 'Protective service occupations' },
      { code: '2440', title: 'Business and financial project management professionals' },
      { code: '22', title: 'Health professionals' },
    ]);
    expect(titles.find('PROTECTIVE SERVICE OCCUPATION')).toBe('33');
    expect(titles.find('Business and Financial Project Management Professionals')).toBe('244');
    expect(titles.find('Health professionals')).toBeUndefined();
  });

  test('people are pooled once per list, for each subject and the wider ones', () => {
    const cross = {
      soc2010: new Map(),
      soc2020: crossGroups([{ soc2010: '2136', soc2020: '2134', people: 1 }], 'soc2020'),
    };
    const row = { classification: 'soc2020' as const, period: '2020/21', population: 20, aggregation: '14' };
    const pooled = poolLists(
      [
        { ...row, list: 1, soc: '213', share: 60, subjects: 'CAH11-01-01;CAH16-01-01' },
        { ...row, list: 1, soc: '71', share: 40, subjects: 'CAH11-01-01;CAH16-01-01' },
        { ...row, list: 2, soc: '213', share: 100, subjects: 'CAH11', period: '2019/21' },
      ],
      cross,
    );
    expect(pooled.get('CAH11-01-01')!.people).toBe(10);
    expect(pooled.get('CAH11-01-01')!.groups.soc2020.get('213')).toBe(6);
    expect(pooled.get('CAH11-01-01')!.groups.soc2010.get('213')).toBe(6);
    expect(pooled.get('CAH11')!.people).toBe(30);
    expect(pooled.get('CAH11')!.groups.soc2020.get('213')).toBe(26);
    expect(pooled.get('CAH11')!.first).toBe('2019');
  });
});
