/** Reads tidy CSV files strictly: a header that is not the expected one is an error, not a guess. */
import { LmiError } from '@lmi/kit';
import { CsvError, parse } from 'csv-parse/sync';
import type { SourceFile } from './dataset';

export interface CsvTable {
  readonly file: string;
  /** The asked columns, in the asked order; extra ones, where allowed, are left out. */
  readonly columns: readonly string[];
  /** Values as text in the order of `columns`. */
  readonly rows: readonly (readonly string[])[];
  /** Line of a row (by its index) in the file; the header is line 1. */
  line(row: number): number;
  /** "areas.csv, line 17, column name". */
  place(row: number, column?: string): string;
}

export interface CsvOptions {
  readonly columns: readonly string[];
  /** Accept further columns and another order. Default: the header must be exactly `columns`. */
  readonly allowExtra?: boolean;
  /** Values are parted by tabs and quotation marks are plain characters, as in the text files of O*NET. */
  readonly tabs?: boolean;
}

/**
 * Reads a UTF-8 CSV file with a header.
 * @throws LmiError invalid-argument naming the file and the changed header, or the line of a row that has not the
 * header's number of values or is not well formed.
 */
export async function readCsv(file: SourceFile, options: CsvOptions): Promise<CsvTable> {
  const { header, records, lines } = parseCsv(file.name, await file.read(), options.tabs ?? false);
  const wanted = options.columns;
  const missing = wanted.filter((column) => !header.includes(column));
  const extra = header.filter((column) => !wanted.includes(column));
  const exact = header.length === wanted.length && wanted.every((column, index) => header[index] === column);
  if (missing.length > 0 || (!exact && !options.allowExtra)) {
    const what = [
      missing.length > 0 ? `missing: ${missing.join(', ')}` : '',
      extra.length > 0 ? `not expected: ${extra.join(', ')}` : '',
      missing.length + extra.length === 0 ? 'the order or number of columns differs' : '',
    ];
    throw new LmiError(
      'invalid-argument',
      `${file.name}, line 1: changed header (${what.filter(Boolean).join('; ')}). ` +
        `Found: ${header.join(', ')}. Expected: ${wanted.join(', ')}`,
      { field: file.name, validValues: wanted },
    );
  }
  const at = wanted.map((column) => header.indexOf(column));
  return {
    file: file.name,
    columns: wanted,
    rows: exact ? records : records.map((record) => at.map((index) => record[index] ?? '')),
    line: (row) => lines[row] ?? 0,
    place: (row, column) => `${file.name}, line ${lines[row] ?? 0}${column ? `, column ${column}` : ''}`,
  };
}

function parseCsv(
  file: string,
  content: Buffer,
  tabs: boolean,
): { header: string[]; records: string[][]; lines: number[] } {
  const records: string[][] = [];
  const lines: number[] = [];
  let line = 1;
  const keep = (record: string[], { lines: last }: { lines: number }): null => {
    // The parser tells the last line of a record; the next one starts below it.
    records.push(record);
    lines.push(line);
    line = last + 1;
    return null;
  };
  try {
    const dialect = tabs ? { delimiter: '\t', quote: false as const } : {};
    parse(content, { bom: true, skip_empty_lines: true, on_record: keep as never, ...dialect });
  } catch (cause) {
    const why = cause instanceof CsvError ? describe(cause) : 'not readable as CSV';
    throw new LmiError('invalid-argument', `${file}, ${why}`, { field: file, cause });
  }
  const header = records.shift();
  lines.shift();
  if (!header) throw new LmiError('invalid-argument', `${file} is empty`, { field: file });
  return { header: header.map((name) => name.trim()), records, lines };
}

function describe(error: CsvError): string {
  const line = `line ${String(error['lines'])}`;
  if (error.code !== 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH') return `${line}: ${error.message}`;
  const found = error['record'] as unknown[] | undefined;
  return `${line}: the row has ${found?.length ?? 'another number of'} values, the header has another number`;
}
