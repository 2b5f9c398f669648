/** Reads .xlsx and .xls workbooks as raw cells: numbers stay numbers, text stays as written. */
import { LmiError } from '@lmi/kit';
import type * as xlsxModule from '@e965/xlsx';
import type { CellObject, WorkSheet } from '@e965/xlsx';
import type { SourceFile } from './dataset';
import { verifyArchive } from './sources';

/** Loaded with the first workbook: its code pages would cost every start a quarter of a second and 25 MB. */
function xlsx(): typeof xlsxModule {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  return require('@e965/xlsx') as typeof xlsxModule;
}

export type CellValue = string | number | null;

export interface Sheet {
  /** Workbook file name, for messages. */
  readonly file: string;
  readonly name: string;
  /** Raw values from cell A1 on; absent cells are null, rows may be shorter than the widest one. */
  readonly rows: readonly (readonly CellValue[])[];
  /** Value at zero-based row and column; null outside the sheet. */
  at(row: number, column: number): CellValue;
  /** "Table 14.xlsx, sheet All, cell D17" for zero-based row and column. */
  place(row: number, column: number): string;
  /**
   * Fill pattern of a cell ("solid", "lightGray"), '' without one: some tables say by shading what a number is worth.
   * Always '' unless the workbook was opened with `patterns`.
   */
  pattern(row: number, column: number): string;
}

export interface Workbook {
  readonly file: string;
  readonly sheetNames: readonly string[];
  /** @throws LmiError invalid-argument naming the workbook and its sheets. */
  sheet(name: string): Sheet;
}

/** Spreadsheet address of a zero-based row and column: (16, 3) is "D17". */
export function cellAddress(row: number, column: number): string {
  return xlsx().utils.encode_cell({ r: row, c: column });
}

/**
 * Opens a workbook. `sheets` names the only sheets to be parsed: others are listed but cannot be read.
 * @throws LmiError invalid-argument when the file is no workbook, damaged or cut short.
 */
export async function readWorkbook(
  file: SourceFile,
  options: { readonly sheets?: readonly string[]; readonly patterns?: boolean } = {},
): Promise<Workbook> {
  const content = await file.read();
  const unreadable = (why: string, cause?: unknown): LmiError =>
    new LmiError('invalid-argument', `${file.name} ${why}`, { field: file.name, cause });
  // The library also takes text, HTML and CSV for workbooks: a saved error page would become a sheet.
  const zipped = content.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004';
  const compound = content.subarray(0, 4).toString('hex') === 'd0cf11e0';
  if (!zipped && !compound) throw unreadable('is not an Excel workbook (.xlsx or .xls)');
  if (zipped) verifyArchive(file.name, content);
  let parsed;
  try {
    parsed = xlsx().read(content, {
      type: 'buffer',
      dense: true,
      cellFormula: false,
      cellHTML: false,
      cellText: false,
      cellStyles: options.patterns ?? false,
      ...(options.sheets ? { sheets: [...options.sheets] } : {}),
    });
  } catch (cause) {
    throw unreadable('is damaged or cut short: it cannot be read as a workbook', cause);
  }
  const sheetNames = parsed.SheetNames;
  const opened = new Map<string, Sheet>();
  return {
    file: file.name,
    sheetNames,
    sheet(name) {
      const kept = opened.get(name);
      if (kept) return kept;
      const source = parsed.Sheets[name];
      if (!source) {
        throw unreadable(`has no sheet "${name}"; its sheets are: ${sheetNames.join(', ')}`);
      }
      const sheet = toSheet(file.name, name, source);
      opened.set(name, sheet);
      return sheet;
    },
  };
}

function toSheet(file: string, name: string, source: WorkSheet): Sheet {
  const data = (source['!data'] ?? []) as (readonly (CellObject | undefined)[] | undefined)[];
  const rows: CellValue[][] = [];
  for (let row = 0; row < data.length; row++) {
    const cells = data[row] ?? [];
    const values: CellValue[] = new Array<CellValue>(cells.length);
    for (let column = 0; column < cells.length; column++) values[column] = valueOf(cells[column]);
    rows.push(values);
  }
  return {
    file,
    name,
    rows,
    at: (row, column) => rows[row]?.[column] ?? null,
    place: (row, column) => `${file}, sheet ${name}, cell ${cellAddress(row, column)}`,
    pattern: (row, column) =>
      (data[row]?.[column]?.s as { patternType?: string } | undefined)?.patternType ?? '',
  };
}

/** Error cells (#N/A) become their text, so that a typed column refuses them instead of taking their number. */
function valueOf(cell: CellObject | undefined): CellValue {
  if (cell?.v === undefined || cell.t === 'z') return null;
  if (cell.t === 'e') return cell.w ?? `#ERROR ${String(cell.v)}`;
  if (typeof cell.v === 'number' || typeof cell.v === 'string') return cell.v;
  return String(cell.v);
}
