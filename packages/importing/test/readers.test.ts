import { utils, write } from '@e965/xlsx';
import {
  cellAddress,
  expectHeader,
  expectNumber,
  expectNumberOrMarker,
  expectOneOf,
  expectTitle,
  readCsv,
  readWorkbook,
  UniqueKeys,
  type CellValue,
} from '../src';
import { cutShort, editCsv, editWorkbook, setCell, shiftColumn, sourceFile } from '../testing';

const cells: CellValue[][] = [
  ['Table 14.7a   Annual pay - Gross, 2024'],
  [null],
  ['Description', 'Code', '(thousand)', 'Median\r\n'],
  ['All employees', null, 27882, 31602.5],
  ['Plumbers ', '5315', 33, 'x'],
];

function workbook(name = 'table.xlsx', bookType: 'xlsx' | 'biff8' = 'xlsx') {
  const book = utils.book_new();
  utils.book_append_sheet(book, utils.aoa_to_sheet(cells), 'All');
  utils.book_append_sheet(book, utils.aoa_to_sheet([['note']]), 'Notes');
  return sourceFile(name, write(book, { type: 'buffer', bookType, compression: true }) as Buffer);
}

describe.each([
  ['table.xlsx', 'xlsx'],
  ['table.xls', 'biff8'],
] as const)('readWorkbook on %s', (name, bookType) => {
  it('gives raw cells and places', async () => {
    const book = await readWorkbook(workbook(name, bookType));
    expect(book.sheetNames).toEqual(['All', 'Notes']);
    const sheet = book.sheet('All');
    expect(sheet.at(3, 3)).toBe(31602.5);
    expect(sheet.at(4, 0)).toBe('Plumbers ');
    expect(sheet.at(4, 1)).toBe('5315');
    expect(sheet.at(3, 1)).toBeNull();
    expect(sheet.at(99, 99)).toBeNull();
    expect(sheet.place(16, 3)).toBe(`${name}, sheet All, cell D17`);
    expect(cellAddress(0, 27)).toBe('AB1');
  });

  it('names the sheets that are there when one is missing', async () => {
    const book = await readWorkbook(workbook(name, bookType));
    expect(() => book.sheet('Male')).toThrow(`${name} has no sheet "Male"; its sheets are: All, Notes`);
  });

  it.each([0.05, 0.3, 0.6])('refuses a file cut short to %d', async (part) => {
    await expect(readWorkbook(cutShort(workbook(name, bookType), part))).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining(name),
    });
  });
});

describe('readWorkbook', () => {
  it('refuses text that only has the name of a workbook', async () => {
    await expect(readWorkbook(sourceFile('error.xlsx', '<html>Not found</html>'))).rejects.toMatchObject({
      message: 'error.xlsx is not an Excel workbook (.xlsx or .xls)',
    });
  });
});

describe('expectations', () => {
  it('accept a header with line breaks and name a moved or changed one', async () => {
    const expected = ['Description', 'Code', '(thousand)', 'Median'];
    const good = (await readWorkbook(workbook())).sheet('All');
    expect(() => expectHeader(good, 2, expected)).not.toThrow();
    const shifted = (await readWorkbook(await editWorkbook(workbook(), 'All', shiftColumn(2)))).sheet('All');
    expect(() => expectHeader(shifted, 2, expected)).toThrow(
      'table.xlsx, sheet All, cell C3: changed header: found "", expected "(thousand)"; it stands in D3',
    );
    const renamed = (await readWorkbook(await editWorkbook(workbook(), 'All', setCell(2, 3, 'Mean')))).sheet(
      'All',
    );
    expect(() => expectHeader(renamed, 2, expected)).toThrow(
      'cell D3: changed header: found "Mean", expected "Median"',
    );
  });

  it('read the edition from a title and refuse another table', async () => {
    const sheet = (await readWorkbook(workbook())).sheet('All');
    expect(expectTitle(sheet, 0, 0, /Table 14\.7a .*, (\d{4})/, 'Table 14.7a')[1]).toBe('2024');
    expect(() => expectTitle(sheet, 0, 0, /Table 15/, 'Table 15')).toThrow('cell A1: wrong workbook');
  });

  it('tell numbers from markers and refuse anything else', () => {
    const markers = new Set(['x', '..', ':', '-']);
    expect(expectNumberOrMarker(614.2, markers, 'D5')).toEqual({ value: 614.2, marker: '' });
    expect(expectNumberOrMarker('-1.5', markers, 'D5')).toEqual({ value: -1.5, marker: '' });
    expect(expectNumberOrMarker(' x ', markers, 'D5')).toEqual({ value: null, marker: 'x' });
    expect(() => expectNumberOrMarker(null, markers, 'D5')).toThrow(
      'D5: found "", expected a number or x, .., :, -',
    );
    expect(expectNumberOrMarker(null, new Set(['']), 'D5')).toEqual({ value: null, marker: '' });
    expect(() => expectNumberOrMarker('Plumbers', markers, () => 'cell D17')).toThrow(
      'cell D17: found "Plumbers"',
    );
    expect(() => expectNumber('12,5', 'E6')).toThrow('E6');
    expect(expectNumber('0', 'E6')).toBe(0);
    expect(() => expectOneOf('c', ['a', 'b'], 'line 3')).toThrow('line 3: found "c", expected one of: a, b');
  });

  it('name both places of a duplicate', () => {
    const keys = new UniqueKeys((row) => `line ${row}`);
    keys.add('2136', 4);
    expect(() => keys.add('2136', 9)).toThrow('line 9: duplicate of line 4: 2136');
  });
});

describe('readCsv', () => {
  const columns = ['code', 'title', 'people'];
  const text =
    '\uFEFFcode,title,people\n1111,"Chief, executives",10\n2231,"Nurses\nand others",20\n5315,Plumbers,\n';
  const file = sourceFile('groups.csv', text);

  it('gives values in the asked order with their lines', async () => {
    const table = await readCsv(file, { columns });
    expect(table.rows).toEqual([
      ['1111', 'Chief, executives', '10'],
      ['2231', 'Nurses\nand others', '20'],
      ['5315', 'Plumbers', ''],
    ]);
    expect([0, 1, 2].map((row) => table.line(row))).toEqual([2, 3, 5]);
    expect(table.place(2, 'people')).toBe('groups.csv, line 5, column people');
  });

  it('reports missing, extra and reordered columns', async () => {
    await expect(readCsv(file, { columns: ['code', 'name', 'people'] })).rejects.toMatchObject({
      code: 'invalid-argument',
      message:
        'groups.csv, line 1: changed header (missing: name; not expected: title). ' +
        'Found: code, title, people. Expected: code, name, people',
    });
    await expect(readCsv(file, { columns: ['code', 'title'] })).rejects.toThrow('not expected: people');
    await expect(readCsv(file, { columns: ['title', 'code', 'people'] })).rejects.toThrow('order');
    const picked = await readCsv(file, { columns: ['people', 'code'], allowExtra: true });
    expect(picked.rows[0]).toEqual(['10', '1111']);
    await expect(readCsv(await editCsv(file, shiftColumn(1)), { columns })).rejects.toThrow('changed header');
  });

  it('rejects ragged rows and broken quotes with their line', async () => {
    await expect(readCsv(sourceFile('r.csv', 'a,b\n1,2\n3\n'), { columns: ['a', 'b'] })).rejects.toThrow(
      'r.csv, line 3: the row has 1 values',
    );
    await expect(readCsv(sourceFile('q.csv', 'a,b\n1,"2\n'), { columns: ['a', 'b'] })).rejects.toThrow(
      'q.csv, line',
    );
    await expect(readCsv(sourceFile('empty.csv', ''), { columns: ['a'] })).rejects.toThrow(
      'empty.csv is empty',
    );
  });
});
