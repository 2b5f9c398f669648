/** What every ASHE file is read into, whatever its layout: rows of pay_cell with the place each came from. */
import type { SqlValue } from '@lmi/kit';
import { valueColumns, type Measure, type Population } from '../codes';
import { revisedMarker } from '../markers';

/** Markers of ASHE tables; '' is an empty cell, which the change columns have where no change is worked out. */
export const asheMarkers: ReadonlySet<string> = new Set(['', 'x', '..', ':', '-']);
/** Markers of the quality tables; "." stands where no coefficient could be worked out. */
export const cvMarkers: ReadonlySet<string> = new Set(['', 'x', '..', ':', '-', '.']);

export interface PayRow {
  /** "all" or 1 to 4 digits. */
  readonly soc: string;
  readonly area: string;
  readonly age: string;
  readonly population: Population;
  /** One per value column of pay_cell: a number, or null with the source's marker in `markers`. */
  readonly values: readonly (number | null)[];
  /** `column=marker` pairs joined by ';', for withheld values. */
  readonly markers: string;
  readonly cvMedian: number | null;
  readonly cvMean: number | null;
  /** Where the row stands: "file, sheet, cell" or "file, line". */
  readonly place: string;
}

/** All rows of one file and one measure. */
export interface PayBlock {
  readonly file: string;
  /** "workbook" is an official Table 14 workbook; "table14" its tidy form; the rest are tidy extracts. */
  readonly layout: 'workbook' | 'table14' | 'extract' | 'table3' | 'regions' | 'table20';
  readonly classification: 'soc2010' | 'soc2020';
  readonly year: number;
  readonly edition: 'provisional' | 'revised';
  readonly measure: Measure;
  readonly rows: readonly PayRow[];
}

/** One row of pay_cell in the order of `payCellColumns`. */
export function toSqlRow(block: PayBlock, row: PayRow): SqlValue[] {
  return [
    block.classification,
    row.soc,
    block.measure,
    row.area,
    row.age,
    row.population.sex,
    row.population.workingPattern,
    block.year,
    ...row.values,
    row.cvMedian,
    row.cvMean,
    // Provisional is the rule, so only the exception takes room.
    block.edition === 'revised' ? [row.markers, revisedMarker].filter(Boolean).join(';') : row.markers,
  ];
}

/** `column=marker` pairs of a row; an empty marker of a withheld value is written "?". */
export function markersText(pairs: readonly (readonly [column: string, marker: string])[]): string {
  return pairs.map(([column, marker]) => `${column}=${marker === '' ? '?' : marker}`).join(';');
}

/**
 * Collects one row's values. Empty cells of a row whose number of jobs carries a marker are withheld for the same
 * reason, so they need no marker of their own.
 */
export class RowValues {
  readonly values: (number | null)[] = new Array<number | null>(valueColumns.length).fill(null);
  readonly #markers: [string, string][] = [];

  set(column: number, value: number | null, marker: string, keepEmpty: boolean): void {
    this.values[column] = value;
    if (value === null && (marker !== '' || keepEmpty)) this.#markers.push([valueColumns[column]!, marker]);
  }

  get markers(): string {
    return markersText(this.#markers);
  }
}
