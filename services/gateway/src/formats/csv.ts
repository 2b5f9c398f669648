import { stringify } from 'csv-stringify/sync';
import { figureRows, plainRows, type FigureRow, type Scalar } from './figures';

/** Between the marks of one figure. */
export const MARK_SEPARATOR = ';';

/** Columns of every figure, after those that say what it is of. */
const figureColumns: readonly (readonly [string, (row: FigureRow) => Scalar | undefined])[] = [
  ['value', ({ cell }) => cell.value],
  ['unit', ({ cell }) => cell.unit],
  ['period', ({ cell }) => cell.period],
  ['marks', ({ cell }) => cell.marks.join(MARK_SEPARATOR)],
  ['cv', ({ cell }) => cell.cv],
  ['lower', ({ cell }) => cell.lower],
  ['upper', ({ cell }) => cell.upper],
  ['askedOccupation', ({ cell }) => cell.asked?.occupation],
  ['askedClassification', ({ cell }) => cell.asked?.classification],
  ['askedArea', ({ cell }) => cell.asked?.area],
  ['answeredOccupation', ({ cell }) => cell.answered?.occupation],
  ['answeredClassification', ({ cell }) => cell.answered?.classification],
  ['answeredArea', ({ cell }) => cell.answered?.area],
  ['sourceDataset', ({ cell }) => cell.source.dataset],
  ['sourceRelease', ({ cell }) => cell.source.release],
  ['sourceLicence', ({ cell }) => cell.source.licence],
  ['sourceTable', ({ cell }) => cell.source.table],
];

/** Lines of CSV (RFC 4180). A text that a spreadsheet would take for a formula is led by an apostrophe. */
export function csvLines(rows: readonly (readonly (Scalar | undefined)[])[]): string {
  return stringify(rows as (Scalar | undefined)[][], {
    record_delimiter: '\r\n',
    escape_formulas: true,
    cast: {
      number: (value) => ({ value: String(value), escape_formulas: false }),
      boolean: (value) => String(value),
    },
  });
}

/** An answer of v2 as CSV: a row for each figure, or the flat list where it has none. */
export function csvOf(body: unknown): string {
  const figures = figureRows(body);
  const contexts = figures.length > 0 ? figures.map(({ context }) => context) : plainRows(body);
  const names = [...new Set(contexts.flatMap((context) => [...context.keys()]))];
  const plain = contexts.map((context) => names.map((name) => context.get(name)));
  if (figures.length === 0) return csvLines([names, ...plain]);
  return csvLines([
    ['part', 'figure', ...names, ...figureColumns.map(([name]) => name)],
    ...figures.map((row, at) => [
      row.part,
      row.figure,
      ...plain[at]!,
      ...figureColumns.map(([, valueOf]) => valueOf(row)),
    ]),
  ]);
}
