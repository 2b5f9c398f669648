/** Typed columns: what a cell must hold, and errors that name the place where it does not. */
import { LmiError } from '@lmi/kit';
import { cellAddress, type CellValue, type Sheet } from './workbook';

/** Where a value stands; a function where the text would be built for every good cell otherwise. */
export type Place = string | (() => string);

/** An error about the layout of a source file. */
export function layoutError(place: Place, problem: string, validValues?: readonly string[]): LmiError {
  const where = typeof place === 'string' ? place : place();
  return new LmiError('invalid-argument', `${where}: ${problem}`, {
    field: where,
    ...(validValues ? { validValues } : {}),
  });
}

/** Text of a cell with runs of white space, line breaks included, as one space; '' for an empty cell. */
export function plainText(value: CellValue | undefined): string {
  return value === null || value === undefined ? '' : String(value).replace(/\s+/g, ' ').trim();
}

/**
 * The header row of a sheet must hold these texts, white space aside, from `column` on.
 * @throws LmiError invalid-argument naming file, sheet and cell, and where the expected header went.
 */
export function expectHeader(sheet: Sheet, row: number, expected: readonly string[], column = 0): void {
  const found = (sheet.rows[row] ?? []).map(plainText);
  expected.forEach((title, index) => {
    const at = column + index;
    if ((found[at] ?? '') === title) return;
    const elsewhere = found.indexOf(title);
    const moved = elsewhere >= 0 ? `; it stands in ${cellAddress(row, elsewhere)}` : '';
    throw layoutError(
      sheet.place(row, at),
      `changed header: found "${found[at] ?? ''}", expected "${title}"${moved}`,
      expected,
    );
  });
}

/**
 * A cell must match the pattern: the title that tells which table and edition a workbook is.
 * @throws LmiError invalid-argument naming file, sheet and cell.
 */
export function expectTitle(
  sheet: Sheet,
  row: number,
  column: number,
  pattern: RegExp,
  what: string,
): RegExpExecArray {
  const text = plainText(sheet.at(row, column));
  const match = pattern.exec(text);
  if (!match)
    throw layoutError(sheet.place(row, column), `wrong workbook: found "${text}", expected ${what}`);
  return match;
}

export interface NumberOrMarker {
  readonly value: number | null;
  /** The source's marker when it withholds the number, '' for a number or an allowed empty cell. */
  readonly marker: string;
}

const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * A number (or its text, as in CSV) or one of the source's markers; '' among the markers allows an empty cell.
 * @throws LmiError invalid-argument naming the place: the usual sign of a shifted column.
 */
export function expectNumberOrMarker(
  value: CellValue | undefined,
  markers: ReadonlySet<string>,
  place: Place,
): NumberOrMarker {
  if (typeof value === 'number' && Number.isFinite(value)) return { value, marker: '' };
  const text = value === null || value === undefined ? '' : String(value).trim();
  if (markers.has(text)) return { value: null, marker: text };
  if (number.test(text)) return { value: Number(text), marker: '' };
  const known = [...markers].map((marker) => (marker === '' ? 'an empty cell' : marker));
  throw layoutError(
    place,
    `found "${text}", expected a number${known.length ? ` or ${known.join(', ')}` : ''}`,
    known,
  );
}

/** A number. @throws LmiError invalid-argument naming the place. */
export function expectNumber(value: CellValue | undefined, place: Place): number {
  return expectNumberOrMarker(value, none, place).value!;
}

const none: ReadonlySet<string> = new Set();

/** Non-empty text. @throws LmiError invalid-argument naming the place. */
export function expectText(value: CellValue | undefined, place: Place, what = 'text'): string {
  const text = plainText(value);
  if (text === '') throw layoutError(place, `empty, expected ${what}`);
  return text;
}

/** Text that matches a pattern, such as a code. @throws LmiError invalid-argument naming the place. */
export function expectMatch(
  value: CellValue | undefined,
  pattern: RegExp,
  place: Place,
  what: string,
): string {
  const text = plainText(value);
  if (!pattern.test(text)) throw layoutError(place, `found "${text}", expected ${what}`);
  return text;
}

/** One of a set of values. @throws LmiError invalid-argument naming the place and the valid values. */
export function expectOneOf(value: CellValue | undefined, valid: readonly string[], place: Place): string {
  const text = plainText(value);
  if (!valid.includes(text))
    throw layoutError(place, `found "${text}", expected one of: ${valid.join(', ')}`, valid);
  return text;
}

/** Refuses a key that was seen before and names both places. Rows are numbers, so that places cost no memory. */
export class UniqueKeys {
  readonly #rows = new Map<string, number>();
  readonly #placeOf: (row: number) => string;

  constructor(placeOf: (row: number) => string) {
    this.#placeOf = placeOf;
  }

  /** @throws LmiError invalid-argument naming both places. */
  add(key: string, row: number): void {
    const first = this.#rows.get(key);
    if (first !== undefined) {
      throw layoutError(this.#placeOf(row), `duplicate of ${this.#placeOf(first)}: ${key}`);
    }
    this.#rows.set(key, row);
  }

  get size(): number {
    return this.#rows.size;
  }
}
