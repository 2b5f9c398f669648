import {
  cutShort,
  duplicateRow,
  editCsv,
  editWorkbook,
  replaceFile,
  replaceText,
  setCell,
  shiftColumn,
  sourceFile,
  zipOf,
} from '@lmi/importing/testing';
import { findSources, type SourceFile } from '@lmi/importing';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { areaTables, fixtureFiles, importerOf, openHouse, socTables, type House } from './house';

let files: SourceFile[];
beforeAll(async () => {
  files = await fixtureFiles();
});

const named = (name: string): SourceFile => files.find((file) => file.name.startsWith(name))!;
const without = (name: string): SourceFile[] => files.filter((file) => !file.name.startsWith(name));
const workbook = 'employmentby4digitsoc1digitindustryatosuk20212024final.xlsx';
const tidy = 'employment_soc4_by_industry_section_uk_2021_2024.csv';
const apsBook = 'aps_t09a_by_area_nomis_2023_04_24_143000.xlsx';
const apsCsv = 'aps_t09a_2015-2021_england_lep_nuts3_nomis_2022_05_18.csv';

const open = (dataset: string, found: readonly SourceFile[], edition?: string) => {
  const importer = importerOf(dataset);
  return importer.open(
    found.filter((file) => importer.accepts(file)),
    edition,
  );
};

describe('damaged files are refused before anything is staged, by file, place and reason', () => {
  const onlyBook = (file: SourceFile): SourceFile[] => replaceFile(without(tidy), file);

  const cases: readonly [string, string, () => Promise<SourceFile[]>, RegExp][] = [
    [
      'a missing workbook and conversion',
      'employment',
      async () => without('employment'),
      /missing file: .*workbook/,
    ],
    [
      'a cut workbook',
      'employment',
      async () => onlyBook(cutShort(named(workbook))),
      /final\.xlsx is damaged or cut short/,
    ],
    [
      'a web page saved as a workbook',
      'employment',
      async () => onlyBook(sourceFile(workbook, '<html>Not found</html>')),
      /is not an Excel workbook/,
    ],
    [
      'another table',
      'employment',
      async () =>
        onlyBook(
          await editWorkbook(named(workbook), '2023', setCell(1, 0, 'Annual Survey of Hours and Earnings')),
        ),
      /sheet 2023, cell A2: wrong workbook/,
    ],
    [
      'another year',
      'employment',
      async () =>
        onlyBook(await editWorkbook(named(workbook), '2024', replaceText('December 2024', 'December 2025'))),
      /sheet 2024, cell A3: .*January-December 2024/,
    ],
    [
      'a shifted column',
      'employment',
      async () => onlyBook(await editWorkbook(named(workbook), '2022', shiftColumn(5, 7))),
      /sheet 2022, cell F8: changed header/,
    ],
    [
      'data shifted below the header',
      'employment',
      async () => onlyBook(await editWorkbook(named(workbook), '2022', shiftColumn(2, 8))),
      /sheet 2022, cell C9: found "", expected a number/,
    ],
    [
      'an unknown marker',
      'employment',
      async () => onlyBook(await editWorkbook(named(workbook), '2021', setCell(9, 4, 'c'))),
      /sheet 2021, cell E10: found "c"/,
    ],
    [
      'a repeated group',
      'employment',
      async () =>
        onlyBook(
          await editWorkbook(
            named(workbook),
            '2021',
            setCell(10, 1, '2134 Programmers and software development professionals'),
          ),
        ),
      /sheet 2021, cell B11: duplicate of .*B9: 2134/,
    ],
    [
      'a conversion that differs',
      'employment',
      async () => replaceFile(files, await editCsv(named(tidy), setCell(3, 5, '1'))),
      /2021_2024\.csv, line 4, column employment: differs from the official workbook/,
    ],
    [
      'a changed header of the conversion',
      'employment',
      async () => [await editCsv(named(tidy), replaceText('sic_section_title', 'section'))],
      /line 1: changed header/,
    ],
    [
      'a repeated line of the conversion',
      'employment',
      async () => [await editCsv(named(tidy), duplicateRow(5))],
      /duplicate of .*line 6/,
    ],
    [
      'a missing file of the projections',
      'projections',
      async () => without('replacement_demand'),
      /missing file: replacement_demand\.csv/,
    ],
    [
      'a code that is not of its level',
      'projections',
      async () =>
        replaceFile(files, await editCsv(named('employment_by_occupation.csv'), setCell(7, 2, '215'))),
      /employment_by_occupation\.csv, line 8, column soc2020: found "215"/,
    ],
    [
      'a figure that its marker withholds',
      'projections',
      async () =>
        replaceFile(
          files,
          await editCsv(named('employment_by_occupation.csv'), setCell(7, 6, 'suppressed_lt_1k')),
        ),
      /line 8, column robustness: .*beside a figure/,
    ],
    [
      'areas that do not add up to England',
      'projections',
      async () =>
        replaceFile(
          files,
          await editCsv(named('employment_by_occupation_england'), (rows) => {
            const row = rows.find(
              ([level, soc, , year]) => level === 'sub-major' && soc === '21' && year === '2024',
            )!;
            row[4] = '1.000';
          }),
        ),
      /sum_of_leps\.csv, line \d+, .*: found 1000 people .* add up to \d+/,
    ],
    [
      'a repeated line of the projections',
      'projections',
      async () => replaceFile(files, await editCsv(named('employment_by_qualification'), duplicateRow(3))),
      /duplicate of .*line 4/,
    ],
    [
      'sections that do not add up',
      'projections',
      async () =>
        replaceFile(
          files,
          await editCsv(named('employment_by_industry'), setCell(1, 1, 'Engineering'), setCell(1, 2, '1999')),
        ),
      /line 2, column year: found "1999"|duplicate/,
    ],
    [
      'areas of different runs',
      'projections',
      async () => replaceFile(files, await editCsv(named('areas.csv'), setCell(4, 6, '28-02-2025'))),
      /areas\.csv, .*areas of different runs: 2024, 2025/,
    ],
    ['a missing export', 'aps', async () => without(apsCsv), /missing file: the Nomis CSV export/],
    [
      'a lost sub-major group',
      'aps',
      async () =>
        replaceFile(
          files,
          await editWorkbook(
            named(apsBook),
            'Data',
            replaceText('Sales Occupations', 'Health Professionals'),
          ),
        ),
      /sheet Data, cell A\d+: missing sub-major groups of SOC 2010: 71/,
    ],
    [
      'a changed title of a group',
      'aps',
      async () =>
        replaceFile(
          files,
          await editWorkbook(named(apsBook), 'Data', replaceText('Sales Occupations', 'Sales')),
        ),
      /changed header: found "T09a:\d+ \(All people - Sales/,
    ],
    [
      'a shifted column of the survey',
      'aps',
      async () => replaceFile(files, await editWorkbook(named(apsBook), 'Data', shiftColumn(1, 8))),
      /sheet Data, cell B9: found ""|cell \w+: found flag/,
    ],
    [
      'a period that is not a calendar year',
      'aps',
      async () =>
        replaceFile(
          files,
          await editCsv(named(apsCsv), replaceText('Jan 2015-Dec 2015', 'Apr 2015-Mar 2016')),
        ),
      /line 4, column 2: found "Apr 2015-Mar 2016"/,
    ],
    [
      'a repeated row of the survey',
      'aps',
      async () =>
        replaceFile(files, await editCsv(named(apsCsv), (rows) => rows.splice(8, 0, [...rows[7]!]))),
      /duplicate of .*line 8/,
    ],
    [
      'head-counts with another header',
      'aps',
      async () =>
        replaceFile(files, await editCsv(named('employment-rate'), replaceText('numerator', 'people'))),
      /employment-rate\.csv, line 1: changed header \(missing: numerator/,
    ],
  ];

  it.each(cases)('%s', async (_, dataset, damage, message) => {
    await expect(open(dataset, await damage())).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringMatching(message) as string,
    });
  });

  it.each(['employment', 'projections', 'aps'])('another edition of %s', async (dataset) => {
    await expect(open(dataset, files, '1999')).rejects.toMatchObject({
      code: 'invalid-argument',
      field: 'edition',
    });
  });

  it('a truncated archive', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'employment-zip-'));
    try {
      const archive = cutShort(await zipOf('employment.zip', files), 0.7);
      await writeFile(join(folder, 'employment.zip'), await archive.read());
      await expect(findSources(folder)).rejects.toMatchObject({ code: 'invalid-argument' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('what is staged', () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse();
    await house.publishRows('soc', socTables);
    await house.publishRows('areas', areaTables);
  });
  afterAll(() => house.close());

  it('keeps every marker of the employment table, the shading too, and refuses nothing', async () => {
    const release = await house.publish(importerOf('employment'), files);
    expect(release.edition).toBe('2024');
    expect(house.rejections).toEqual([]);
    const rows = await house.db.read((reader) =>
      reader.all<{ marker: string; withheld: number; nil: number }>(
        `SELECT marker, SUM(CASE WHEN employment IS NULL THEN 1 ELSE 0 END) AS withheld,
           SUM(CASE WHEN employment = 0 THEN 1 ELSE 0 END) AS nil, COUNT(*) AS n
         FROM employment_cell WHERE release_id = ? AND soc <> 'all' GROUP BY marker ORDER BY marker`,
        [release.id],
      ),
    );
    expect(rows.map(({ marker }) => marker)).toEqual(['', '*', '-', 'shaded']);
    expect(rows.map(({ withheld }) => withheld > 0)).toEqual([false, true, false, false]);
    expect(rows.map(({ nil }) => nil > 0)).toEqual([false, false, true, false]);
    expect(release.valuesSuppressed).toBe(rows[1]!.withheld);
  });

  it('reads the conversion where the workbook is not at hand', async () => {
    const other = await openHouse();
    await other.publishRows('soc', socTables);
    const release = await other.publish(importerOf('employment'), [named(tidy)]);
    await other.close();
    expect(release.rowsRead).toBe(10 * 19 * 4);
  });

  it('has England from the revised areas, and marks what only the first run has', async () => {
    const release = await house.publish(importerOf('projections'), files);
    expect(release.edition).toBe('2035-rev2024');
    const england = await house.db.read((reader) =>
      reader.all<{ soc: string; dimension: string; marker: string }>(
        `SELECT DISTINCT soc, dimension, marker FROM projection_cell
         WHERE release_id = ? AND area = 'E92000001' AND year = 2025 ORDER BY dimension, soc`,
        [release.id],
      ),
    );
    const markerOf = (soc: string, dimension: string) =>
      england.find((row) => row.soc === soc && row.dimension === dimension)!.marker;
    expect(markerOf('21', 'total')).toBe('');
    expect(markerOf('63', 'total')).toBe('first_run');
    expect(markerOf('21', 'sex')).toBe('first_run');
    expect(markerOf('all', 'industry')).toBe('first_run');
    const shown = await house.db.read((reader) =>
      reader.all(
        `SELECT area FROM replacement_cell WHERE release_id = ? AND marker = 'suppressed_lt_1k'
           AND (start_employment IS NOT NULL OR end_employment IS NOT NULL OR replacement_demand IS NOT NULL)`,
        [release.id],
      ),
    );
    expect(shown).toEqual([]);
  });

  it('joins area names to codes, takes the later export, and says which areas it cannot place', async () => {
    const release = await house.publish(importerOf('aps'), files);
    expect(release.edition).toBe('2021');
    expect(house.rejections.map(({ reason }) => reason)).toEqual([
      expect.stringContaining(
        'nuts316:UKC11 Hartlepool and Stockton-on-Tees, 150 rows: areas of type "nuts316"',
      ),
    ]);
    const placed = await house.db.read((reader) =>
      reader.all<{ area: string }>(
        "SELECT DISTINCT area FROM aps_cell WHERE release_id = ? AND soc = '11' ORDER BY area",
        [release.id],
      ),
    );
    const codes = placed.map(({ area }) => area);
    for (const code of [
      'LN_LEP',
      'HU_LEP',
      'GL_LSIP',
      'BH_LSIP',
      'NE_MCA',
      'W06000016',
      'E07000026',
      'E92000001',
    ]) {
      expect(codes).toContain(code);
    }
    const counted = await house.db.read((reader) =>
      reader.all(
        "SELECT area FROM aps_cell WHERE release_id = ? AND soc = 'all' AND year = 2023 AND employment > 0",
        [release.id],
      ),
    );
    expect(counted).toHaveLength(14);
  });

  it('leaves nothing behind when the disk fills, and the old release goes on serving', async () => {
    const prepare = async (maxPages?: number) => {
      const prepared = await openHouse(maxPages === undefined ? {} : { maxPages });
      await prepared.publishRows('soc', socTables);
      await prepared.publishRows('areas', areaTables);
      return { prepared, serving: await prepared.publish(importerOf('employment'), [named(tidy)]) };
    };
    const { prepared: roomy } = await prepare();
    const pages = await roomy.db.read((reader) => reader.get<{ page_count: number }>('PRAGMA page_count'));
    await roomy.close();
    const { prepared: small, serving } = await prepare(pages!.page_count + 5);
    await expect(small.publish(importerOf('projections'), files)).rejects.toMatchObject({
      code: 'resource-exhausted',
    });
    const { current, left } = await small.db.read(async (reader) => ({
      current: await small.releases.current(reader, 'employment'),
      left: await reader.all('SELECT DISTINCT release_id FROM projection_cell'),
    }));
    expect(current!.version).toBe(serving.version);
    expect(left).toEqual([]);
    await small.close();
  });
});
