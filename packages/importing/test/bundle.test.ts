import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { SqlValue } from '@lmi/kit';
import { readBundle, writeBundle, type BundleRelease } from '../src';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lmi-bundle-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const release: BundleRelease = {
  dataset: 'ashe',
  edition: '2025',
  checksum: 'c'.repeat(64),
  importerVersion: 1,
  sources: [{ name: 'table14.zip', sha256: 'a'.repeat(64), bytes: 12 }],
  withheld: {},
  licence: 'OGL-UK-3.0',
  attribution: 'Source: Office for National Statistics licensed under the Open Government Licence v.3.0',
  counts: { rowsRead: 3, rowsRejected: 0, valuesSuppressed: 1, valuesMarked: 1 },
};
const columns = ['soc', 'year', 'median', 'note', 'markers'];
const rows: SqlValue[][] = [
  ['5315', 2024, 614.2, 'said "so", twice\nover two lines', ''],
  ['1111', 2024, null, null, 'median=x'],
  ['1111', 2021, 0.1, 'plain', ''],
];
const sorted = [rows[2], rows[1], rows[0]];

async function collect(from: AsyncIterable<SqlValue[]>): Promise<SqlValue[][]> {
  const found: SqlValue[][] = [];
  for await (const row of from) found.push(row);
  return found;
}

describe('the extract', () => {
  it('gives back values, nulls and empty text, in key order, with what release.json says', async () => {
    await writeBundle(folder, release, { pay_cell: { columns, rows } });
    const bundle = await readBundle(folder);
    expect(bundle.release).toEqual(release);
    expect(bundle.tables).toEqual({
      pay_cell: {
        columns: { soc: 'text', year: 'number', median: 'number', note: 'text-or-null', markers: 'text' },
        rows: 3,
      },
    });
    expect(await collect(bundle.rows('pay_cell'))).toEqual(sorted);
    expect(() => collect(bundle.rows('pay'))).rejects.toThrow('has no table pay; it has: pay_cell');
  });

  it('writes equal bytes for equal rows in any order, and quotes only where needed', async () => {
    await writeBundle(join(folder, 'a'), release, { pay_cell: { columns, rows } });
    await writeBundle(join(folder, 'b'), release, { pay_cell: { columns, rows: [...rows].reverse() } });
    const first = await readFile(join(folder, 'a/pay_cell.csv.gz'));
    expect(first.equals(await readFile(join(folder, 'b/pay_cell.csv.gz')))).toBe(true);
    expect(gunzipSync(first).toString()).toBe(
      'soc,year,median,note,markers\n1111,2021,0.1,plain,\n1111,2024,,,median=x\n' +
        '5315,2024,614.2,"said ""so"", twice\nover two lines",\n',
    );
  });

  it('reads a plain table too', async () => {
    await writeBundle(folder, release, { pay_cell: { columns, rows } });
    const text = gunzipSync(await readFile(join(folder, 'pay_cell.csv.gz')));
    await rm(join(folder, 'pay_cell.csv.gz'));
    await writeFile(join(folder, 'pay_cell.csv'), text);
    expect(await collect((await readBundle(folder)).rows('pay_cell'))).toEqual(sorted);
  });

  it('cuts large tables into pieces without losing rows or text with line ends', async () => {
    const many = Array.from({ length: 30_000 }, (_, index): SqlValue[] => [
      String(index).padStart(6, '0'),
      index,
      index / 7,
      index % 3 === 0 ? `line one\n"line" two of ${index}` : 'x'.repeat(index % 90),
      '',
    ]);
    const all = many.map((row) => (row[3] === '' ? [...row.slice(0, 3), 'y', ''] : row));
    await writeBundle(folder, release, { pay_cell: { columns, rows: all } });
    expect(await collect((await readBundle(folder)).rows('pay_cell'))).toEqual(all);
  });

  it('refuses columns that CSV cannot hold', async () => {
    const table = (values: SqlValue[]) => ({ t: { columns: ['a'], rows: values.map((value) => [value]) } });
    await expect(writeBundle(folder, release, table(['', null]))).rejects.toThrow("t.a holds '' and null");
    await expect(writeBundle(folder, release, table(['1', 1]))).rejects.toThrow('t.a holds numbers and text');
  });

  it('names what is damaged', async () => {
    await expect(readBundle(folder)).rejects.toThrow('release.json is missing or damaged');
    await writeBundle(folder, release, { pay_cell: { columns, rows } });
    const path = join(folder, 'pay_cell.csv.gz');
    const whole = await readFile(path);
    const fail = async (content: Buffer | string, plain = false): Promise<unknown> => {
      await rm(path, { force: true });
      await writeFile(plain ? path.slice(0, -3) : path, content);
      return collect((await readBundle(folder)).rows('pay_cell')).catch((error: Error) => error.message);
    };
    expect(await fail(whole.subarray(0, whole.length - 20))).toContain(
      'pay_cell.csv is damaged: it cannot be unpacked',
    );
    const text = gunzipSync(whole).toString();
    expect(await fail(text.replace('614.2', 'many'), true)).toContain(
      'row 3, column median: "many" is not a number',
    );
    expect(await fail(text.replace('soc,year', 'year,soc'), true)).toContain('its columns are year,soc');
    expect(await fail(text.slice(0, text.indexOf('5315')), true)).toContain(
      'it has 2 rows, release.json says 3',
    );
    await rm(path.slice(0, -3));
    expect(
      await collect((await readBundle(folder)).rows('pay_cell')).catch((e: Error) => e.message),
    ).toContain('neither it nor its .gz can be read');
  });
});
