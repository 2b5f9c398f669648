import {
  cutShort,
  duplicateRow,
  editCsv,
  editWorkbook,
  officialSources,
  replaceFile,
  replaceText,
  setCell,
  shiftColumn,
  sourceFile,
} from '@lmi/importing/testing';
import { findSources, readBundle, type SourceFile } from '@lmi/importing';
import { LmiError, type SqlValue } from '@lmi/kit';
import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import {
  fixtureFiles,
  importerOf,
  openHouse,
  openPublishedHouse,
  areaTables,
  socTables,
  type House,
} from './house';

let house: House;
let files: SourceFile[];
beforeAll(async () => {
  house = await openPublishedHouse();
  files = await fixtureFiles();
});
afterAll(() => house.close());

const named = (name: string): SourceFile => files.find((file) => file.name === name)!;
const occupations = 'england_online_job_adverts_by_soc2020_2021_2025.csv';
const local = 'online_job_adverts_by_lep_monthly.csv';
const districts = 'ons_online_job_adverts_by_local_authority_2017_2022.xlsx';

async function refusal(id: string, changed: readonly SourceFile[]): Promise<string> {
  const importer = importerOf(id);
  const error: unknown = await importer
    .open(
      changed.filter((file) => importer.accepts(file)),
      undefined,
    )
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
  expect(error).toBeInstanceOf(LmiError);
  expect((error as LmiError).code).toBe('invalid-argument');
  return (error as LmiError).message;
}

describe('outward postcodes', () => {
  const rows = () =>
    house.db.read((reader) =>
      reader.all<{ outcode: string; area: string; district: string | null }>(
        'SELECT outcode, area, district FROM outcode ORDER BY outcode',
      ),
    );

  it('knows the district by its name, by an older name, by a town, and else the county or region', async () => {
    const found = new Map((await rows()).map((row) => [row.outcode, row]));
    expect(found.get('AB10')).toMatchObject({ area: 'S12000033', district: 'S12000033' });
    expect(found.get('BT70')).toMatchObject({ district: 'N09000009' });
    expect(found.get('BR1')).toMatchObject({ area: 'E09000006', district: 'E09000006' });
    expect(found.get('ME14')).toMatchObject({ area: 'E07000110' });
    expect(found.get('TN1')).toMatchObject({ area: 'E10000016', district: null });
    expect(found.get('TN16')).toMatchObject({ area: 'E12000007', district: null });
    expect(found.get('SW1A')).toMatchObject({ area: 'E12000007', district: null });
    expect(found.get('GY1')).toMatchObject({ area: null, district: null });
  });

  it.each<[string, () => Promise<SourceFile>, RegExp]>([
    ['another header', () => editCsv(named('outcodes.csv'), setCell(0, 0, 'code')), /changed header.*code/],
    ['a shifted column', () => editCsv(named('outcodes.csv'), shiftColumn(3, 1)), /outcodes\.csv.*line 2/],
    [
      'a code that is none',
      () => editCsv(named('outcodes.csv'), setCell(2, 0, '123')),
      /line 3.*outward postcode/,
    ],
    ['a place at sea', () => editCsv(named('outcodes.csv'), setCell(1, 3, 12)), /latitude.*49 to 61/],
    ['a row twice', () => editCsv(named('outcodes.csv'), duplicateRow(1)), /duplicate/],
    ['a file cut short', async () => cutShort(named('outcodes.csv'), 0.55), /outcodes\.csv/],
  ])('refuses %s', async (_, damage, message) => {
    expect(await refusal('outcodes', [await damage()])).toMatch(message);
  });
});

describe('counts of adverts', () => {
  it('names what it leaves out', () => {
    expect(house.rejections.map(({ reason }) => reason)).toEqual([
      'lep Unknown: not in the list of areas',
      'region Unknown: not in the list of areas',
    ]);
  });

  it.each<[string, string, () => Promise<SourceFile>, RegExp]>([
    [
      'a metric nobody knows',
      occupations,
      () => editCsv(named(occupations), setCell(1, 3, 'index')),
      /line 2, column metric/,
    ],
    [
      'a month that is none',
      occupations,
      () => editCsv(named(occupations), setCell(4, 0, '2025-13')),
      /line 5, column month/,
    ],
    [
      'a code that is none',
      occupations,
      () => editCsv(named(occupations), setCell(4, 1, '21')),
      /a unit group/,
    ],
    ['a negative number', occupations, () => editCsv(named(occupations), setCell(1, 4, -1)), /not negative/],
    ['text for a number', occupations, () => editCsv(named(occupations), setCell(1, 4, 'x')), /column value/],
    ['a row twice', occupations, () => editCsv(named(occupations), duplicateRow(1)), /duplicate/],
    ['another level', local, () => editCsv(named(local), setCell(1, 0, 'County')), /LEP, LSIP, MCA/],
    ['another date', local, () => editCsv(named(local), setCell(1, 2, '2017-04')), /Apr 17/],
    ['another header', local, () => editCsv(named(local), setCell(0, 3, 'adverts')), /changed header/],
    [
      'another workbook',
      districts,
      () => editWorkbook(named(districts), '1', replaceText('job adverts', 'spend')),
      /sheet 1, cell A1/,
    ],
    [
      'a shifted column',
      districts,
      () => editWorkbook(named(districts), '1', shiftColumn(2, 3)),
      /sheet 1, cell C4/,
    ],
    [
      'a marker for a number',
      districts,
      () => editWorkbook(named(districts), '2', setCell(4, 2, 'x')),
      /sheet 2, cell C5/,
    ],
    ['a damaged workbook', districts, async () => cutShort(named(districts)), /damaged|cut short/],
    [
      'a page instead of a workbook',
      districts,
      async () => sourceFile(districts, '<html>'),
      /not an Excel workbook/,
    ],
  ])('refuses %s', async (_, name, damage, message) => {
    expect(await refusal('vacancy-counts', replaceFile(files, { ...(await damage()), name }))).toMatch(
      message,
    );
  });

  it('needs all three files', async () => {
    expect(
      await refusal(
        'vacancy-counts',
        files.filter(({ name }) => name !== local),
      ),
    ).toMatch(/missing file/);
  });
});

describe('the survey', () => {
  const survey = 'series-160925.csv';
  it.each<[string, (text: string) => string, RegExp]>([
    [
      'another series',
      (text) => text.replace('UK Vacancies (thousands)', 'Claimants'),
      /line 1.*UK Vacancies/,
    ],
    ['a changed head', (text) => text.replace('"CDID"', '"ID"'), /line 2.*CDID/],
    ['a period that is none', (text) => text.replace('2025 MAY', '2025 MAI'), /line 15.*2025 MAI/],
    ['a value that is none', (text) => text.replace('"728"', '"n/a"'), /line 17/],
    ['a period twice', (text) => text.replace('2025 JUN', '2025 MAY'), /duplicate/],
    ['no figures', (text) => text.slice(0, text.indexOf('"2022"')), /no figures/],
    ['an error page', () => '<html>"', /not readable|changed head/],
  ])('refuses %s', async (_, damage, message) => {
    const text = (await named(survey).read()).toString();
    expect(await refusal('vacancy-survey', [sourceFile(survey, damage(text))])).toMatch(message);
  });
});

test('the sample adverts of the project are well formed, many, and said to be made up', async () => {
  const path = join(__dirname, '../../../data/sample-adverts/sample_advert.csv');
  const text = (await readFile(path)).toString();
  const rows = text.trim().split('\n');
  expect(rows.length).toBeGreaterThan(2_000);
  expect(rows.slice(1).every((row) => row.includes('(made up)'))).toBe(true);
  const opened = await importerOf('sample-adverts').open([sourceFile('sample_advert.csv', text)], undefined);
  expect(opened.edition).toBe('sample-1');
  expect(
    await refusal('sample-adverts', [sourceFile('sample_advert.csv', text.replace('(made up)', 'Ltd'))]),
  ).toMatch(/made up/);
});

if (officialSources) {
  test('the whole official files', async () => {
    const whole = await openHouse();
    try {
      const geography = await findSources(join(officialSources!, 'geography'));
      const bundle = await readBundle(join(__dirname, '../../../data/areas'));
      const areas: SqlValue[][] = [];
      for await (const row of bundle.rows('area')) areas.push(row);
      await whole.publishRows('areas', { area: [Object.keys(bundle.tables['area']!.columns), ...areas] });
      await whole.publishRows('soc', socTables);
      await whole.publish(importerOf('outcodes'), geography);
      const known = await whole.db.read((reader) =>
        reader.all<{ n: number; located: number }>(
          'SELECT COUNT(*) AS n, COUNT(district) AS located FROM outcode',
        ),
      );
      expect(known[0]!.n).toBe(2856);
      expect(known[0]!.located).toBeGreaterThan(2000);
      const importer = importerOf('vacancy-counts');
      const counts = await findSources(join(officialSources!, 'vacancies'));
      const opened = await importer.open(
        counts.filter((file) => importer.accepts(file)),
        undefined,
      );
      expect(opened.edition).toBe('2025-11');
      const cells = await importer.reconcile!(counts, 100, 1);
      expect(cells).toHaveLength(100);
      expect(cells[0]!.path).toMatch(/^\/api\/v2\/vacancies\/trends\?occupation=\d{4}&area=E92000001&from=/);
    } finally {
      await whole.close();
    }
  });
} else {
  test('areas of the fixtures are in the list of areas', () => {
    expect(areaTables['area']!.length).toBeGreaterThan(10);
  });
}
