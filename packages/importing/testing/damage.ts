/** Damaged copies of real files for importer tests: each stands for something that publishers or networks do. */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { read, utils, write } from '@e965/xlsx';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { zipSync } from 'fflate';
import type { SourceFile } from '../src/dataset';
import type { CellValue } from '../src/workbook';

/** Folder of whole official files, or undefined where only the fixtures are at hand. */
export const officialSources: string | undefined = process.env['LMI_SOURCES'] || undefined;

/** A source file in memory. */
export function sourceFile(name: string, content: Buffer | string): SourceFile {
  const bytes = Buffer.isBuffer(content) ? content : Buffer.from(content);
  return { name: basename(name), path: name, read: async () => bytes };
}

/** A source file on disk. */
export function fileOnDisk(...path: string[]): SourceFile {
  const whole = join(...path);
  return { name: basename(whole), path: basename(whole), read: () => readFile(whole) };
}

/** The same files with one (by name) replaced. */
export function replaceFile(files: readonly SourceFile[], changed: SourceFile): SourceFile[] {
  return files.map((file) => (file.name === changed.name ? changed : file));
}

export type RowEdit = (rows: CellValue[][]) => void;

/** Rewrites one sheet of a workbook, in the workbook's own format; other sheets keep their cells. */
export async function editWorkbook(
  file: SourceFile,
  sheet: string,
  ...edits: RowEdit[]
): Promise<SourceFile> {
  const book = read(await file.read(), { type: 'buffer' });
  const source = book.Sheets[sheet];
  if (!source) throw new Error(`${file.name} has no sheet ${sheet}`);
  // From A1 on, as the importers count, and not from the first filled cell.
  const end = utils.decode_range(source['!ref'] ?? 'A1').e;
  const rows = utils.sheet_to_json<CellValue[]>(source, {
    header: 1,
    raw: true,
    defval: null,
    blankrows: true,
    range: { s: { r: 0, c: 0 }, e: end },
  });
  for (const edit of edits) edit(rows);
  book.Sheets[sheet] = utils.aoa_to_sheet(rows);
  const bookType = /\.xls$/i.test(file.name) ? 'biff8' : 'xlsx';
  return {
    ...file,
    read: async () => write(book, { type: 'buffer', bookType }) as Buffer,
  };
}

/** Rewrites the rows of a CSV file, header included as row 0. */
export async function editCsv(file: SourceFile, ...edits: RowEdit[]): Promise<SourceFile> {
  const rows = parse(await file.read(), { bom: true }) as CellValue[][];
  for (const edit of edits) edit(rows);
  return sourceFile(file.path, stringify(rows));
}

/** An empty column pushes all cells from `column` on to the right; header rows above `fromRow` stay. */
export function shiftColumn(column: number, fromRow = 0): RowEdit {
  return (rows) => {
    for (const row of rows.slice(fromRow)) row.splice(column, 0, null);
  };
}

export function setCell(row: number, column: number, value: CellValue): RowEdit {
  return (rows) => {
    rows[row]![column] = value;
  };
}

/** Repeats one row at the end. */
export function duplicateRow(row: number): RowEdit {
  return (rows) => {
    rows.push([...rows[row]!]);
  };
}

/** Replaces text in every cell that holds it: an edition in a title, a code. */
export function replaceText(from: string, to: string): RowEdit {
  return (rows) => {
    for (const row of rows) {
      row.forEach((value, column) => {
        if (typeof value === 'string' && value.includes(from)) row[column] = value.replaceAll(from, to);
      });
    }
  };
}

/** Keeps the leading part of the file, as a broken download does. */
export function cutShort(file: SourceFile, part = 0.6): SourceFile {
  return {
    ...file,
    read: async () => {
      const content = await file.read();
      return content.subarray(0, Math.floor(content.length * part));
    },
  };
}

/** An archive of the files, as publishers offer them. */
export async function zipOf(name: string, files: readonly SourceFile[]): Promise<SourceFile> {
  const entries: Record<string, Uint8Array> = {};
  for (const file of files) entries[file.path] = await file.read();
  return sourceFile(name, Buffer.from(zipSync(entries)));
}
