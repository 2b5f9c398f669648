/** The crosswalks of the US Bureau of Labor Statistics that lead from ISCO-08 to the occupations of O*NET. */
import {
  expectHeader,
  expectMatch,
  plainText,
  readWorkbook,
  type Sheet,
  type SourceFile,
} from '@lmi/importing';

/** Codes of the target classification by code of the source classification. */
export type Correspondence = ReadonlyMap<string, readonly string[]>;

const usSoc = /^\d{2}-\d{4}$/;

/** @throws LmiError invalid-argument naming sheet and cell for another layout or a wrong code. */
export async function readIscoToUsSoc(file: SourceFile): Promise<Correspondence> {
  const name = 'ISCO-08 to 2010 SOC';
  const sheet = (await readWorkbook(file, { sheets: [name] })).sheet(name);
  const columns = ['ISCO-08 Code', 'ISCO-08 Title EN', 'part', '2010 SOC Code', '2010 SOC Title'];
  return readPairs(sheet, 6, columns, {
    from: 0,
    to: 3,
    fromPattern: /^\d{3,4}$/,
    what: 'an ISCO-08 unit group',
  });
}

/** @throws LmiError invalid-argument naming sheet and cell for another layout or a wrong code. */
export async function readUsSoc2010To2018(file: SourceFile): Promise<Correspondence> {
  const name = 'Sorted by 2010';
  const sheet = (await readWorkbook(file, { sheets: [name] })).sheet(name);
  const columns = ['2010 SOC Code', '2010 SOC Title', '2018 SOC Code', '2018 SOC Title'];
  return readPairs(sheet, 8, columns, { from: 0, to: 2, fromPattern: usSoc, what: 'a SOC 2010 code' });
}

function readPairs(
  sheet: Sheet,
  header: number,
  columns: readonly string[],
  { from, to, fromPattern, what }: { from: number; to: number; fromPattern: RegExp; what: string },
): Correspondence {
  expectHeader(sheet, header, columns);
  const pairs = new Map<string, string[]>();
  for (let row = header + 1; row < sheet.rows.length; row++) {
    const cells = sheet.rows[row]!;
    if (plainText(cells[from]) === '' && plainText(cells[to]) === '') continue;
    const source = expectMatch(cells[from], fromPattern, () => sheet.place(row, from), what);
    const target = expectMatch(cells[to], usSoc, () => sheet.place(row, to), 'a US SOC code like 11-1011');
    // The workbook prints codes of the armed forces with and without their leading zero.
    const key = /^\d+$/.test(source) ? source.padStart(4, '0') : source;
    const targets = pairs.get(key);
    if (!targets) pairs.set(key, [target]);
    else if (!targets.includes(target)) targets.push(target);
  }
  return pairs;
}
