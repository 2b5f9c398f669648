import { LmiError } from '@lmi/kit';
import type { SourceFile } from '@lmi/importing';
import { utils, write } from '@e965/xlsx';
import { readLabourDemand } from '../src/importers/labour-demand';
import { importerOf, openPublishedHouse, type House } from './house';

/** The layout of the publisher's workbook, header in row 5; the numbers are invented. */
const table = (): (string | number | null)[][] => [
  ['Table 3: Labour demand volumes by region and occupation'],
  ['This worksheet contains one table.'],
  ['Source: Office for National Statistics, Textkernel'],
  [null],
  ['Region', 'SOC 4 digit code', 'SOC 4 digit label', 'Nov-23', 'Dec-23', ...monthsOf2024],
  [
    'London',
    2134,
    'Programmers and software development professionals',
    80,
    85,
    ...monthsOf2024.map((_, at) => 100 + at),
  ],
  [
    'London',
    2135,
    'Cyber security professionals',
    10,
    10,
    ...monthsOf2024.map((_, at) => (at === 1 ? 'x' : 20)),
  ],
  ['London', 2136, 'IT quality and testing professionals', 10, 10, ...monthsOf2024.map(() => 5)],
  ['London', 'Unknown', 'Unknown', 900, 900, ...monthsOf2024.map(() => 900)],
  [
    'Scotland',
    2134,
    'Programmers and software development professionals',
    40,
    40,
    ...monthsOf2024.map(() => 44),
  ],
  [
    'Elsewhere',
    2134,
    'Programmers and software development professionals',
    1,
    1,
    ...monthsOf2024.map(() => 1),
  ],
];
const monthsOf2024 = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'].map(
  (month) => `${month}-24`,
);

function workbook(rows: (string | number | null)[][], sheet = 'Table 3'): SourceFile {
  const book = utils.book_new();
  utils.book_append_sheet(book, utils.aoa_to_sheet([['Cover']]), 'Cover sheet');
  utils.book_append_sheet(book, utils.aoa_to_sheet(rows), sheet);
  utils.book_append_sheet(book, utils.aoa_to_sheet([['never read']]), 'Table 5');
  const name = 'labourdemandbyoccupation.xlsx';
  return { name, path: name, read: async () => write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer };
}

describe('reading', () => {
  it('gives the adverts of each region, occupation and month', async () => {
    const { periods, rows } = await readLabourDemand(workbook(table()));
    expect([periods[0], periods.at(-1), periods.length]).toEqual(['2023-11', '2024-12', 14]);
    expect(rows[0]).toMatchObject({ region: 'London', soc: '2134' });
    expect(rows[1]!.adverts.slice(0, 5)).toEqual([10, 10, 20, null, 20]);
    expect(rows[3]!.soc).toBe('unknown');
  });

  it('reads months that a spreadsheet turned into dates', async () => {
    const rows = table();
    rows[4]![3] = 45_231;
    rows[4]![4] = 45_261;
    expect((await readLabourDemand(workbook(rows))).periods.slice(0, 3)).toEqual([
      '2023-11',
      '2023-12',
      '2024-01',
    ]);
  });

  it.each<[string, (rows: (string | number | null)[][]) => void, RegExp]>([
    ['a changed header', (rows) => (rows[4]![1] = 'SOC'), /cell B5: changed header/],
    ['a header elsewhere', (rows) => rows.splice(3, 1), /cell A5: changed header/],
    [
      'a month left out',
      (rows) => rows.forEach((row) => row.splice(5, 1)),
      /cell F5: found 2024-02 after 2023-12/,
    ],
    ['a month that is none', (rows) => (rows[4]![5] = 'Q1 24'), /cell F5.*Jan-17/],
    ['a shifted column', (rows) => rows.slice(5).forEach((row) => row.splice(3, 0, null)), /cell D6/],
    ['a code that is none', (rows) => (rows[5]![1] = 21), /cell B6.*unit group/],
    ['another marker', (rows) => (rows[5]![6] = '..'), /cell G6/],
    ['a negative number', (rows) => (rows[5]![6] = -3), /cell G6.*negative/],
    ['a row twice', (rows) => rows.push([...rows[5]!]), /duplicate/],
    ['no rows', (rows) => rows.splice(5), /no rows/],
  ])('refuses %s', async (_, damage, message) => {
    const rows = table();
    damage(rows);
    const error: unknown = await readLabourDemand(workbook(rows)).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(LmiError);
    expect((error as LmiError).message).toMatch(message);
  });

  it('needs its sheet', async () => {
    await expect(readLabourDemand(workbook(table(), 'Table 4'))).rejects.toThrow(
      /no sheet for table 3.*Table 4/,
    );
  });
});

describe('serving', () => {
  let house: House;
  beforeAll(async () => {
    house = await openPublishedHouse();
    await house.publish(importerOf('labour-demand'), [workbook(table())]);
  });
  afterAll(() => house.close());

  const london = { area: 'E12000007', classification: 'soc2020', from: '2024-11', to: '2024-12' };

  it('answers regions and nations by month', async () => {
    const { frequency, observations } = await house.trends({ ...london, occupation: '2134' });
    expect(frequency).toBe('month');
    expect(
      observations.map(({ period, adverts, change }) => [period, adverts!.value, change?.value]),
    ).toEqual([
      ['2024-11', 110, expect.closeTo(37.5, 9)],
      ['2024-12', 111, expect.closeTo((111 / 85 - 1) * 100, 9)],
    ]);
    expect(observations[0]!.adverts).toMatchObject({
      unit: 'adverts',
      table: 'Table 3',
      marks: [],
      release: expect.stringMatching(/^labour-demand-2024-12-/),
    });
    expect(
      (await house.trends({ occupation: '2134', area: 'S92000003', from: '2024' })).observations,
    ).toHaveLength(12);
  });

  it('gives the newest periods alone when no more is asked, with the change on the year all the same', async () => {
    const { observations } = await house.trends({ ...london, occupation: '2134', latest: 1 });
    expect(observations.map(({ period, change }) => [period, change?.value])).toEqual([
      ['2024-12', expect.closeTo((111 / 85 - 1) * 100, 9)],
    ]);
  });

  it('gives no sum with a withheld part, and says that there is none', async () => {
    const { observations } = await house.trends({
      ...london,
      occupation: '213',
      from: '2024-01',
      to: '2024-03',
    });
    expect(observations.map(({ adverts }) => [adverts!.value, adverts!.marks])).toEqual([
      [125, []],
      [undefined, ['not-available']],
      [127, []],
    ]);
  });

  it('leaves England and totals to the other dataset, and names what it left out', async () => {
    const england = await house.trends({ occupation: '2134', from: '2025-11' });
    expect(england.observations[0]!.adverts!.release).toMatch(/^vacancy-counts-/);
    expect((await house.trends({ occupation: 'all', area: 'E12000007', from: '2022' })).frequency).toBe(
      'year',
    );
    expect(house.rejections.map(({ reason }) => reason)).toContain('Elsewhere: not in the list of areas');
  });

  it('can be read back cell by cell', async () => {
    const cells = await importerOf('labour-demand').reconcile!([workbook(table())], 3, 1);
    expect(cells.map(({ path }) => path)).toEqual(
      expect.arrayContaining([expect.stringMatching(/area=(E12000007|S92000003)&from=20\d\d-\d\d&/)]),
    );
  });
});
