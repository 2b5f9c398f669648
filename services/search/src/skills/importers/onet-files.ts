/**
 * Files of the O*NET database, in both of its official layouts: tab-separated text (`db_30_2_text`), and workbooks
 * (`db_29_0_excel`), which have two columns more. Missing values are `n/a` in text and empty cells in workbooks.
 */
import {
  expectHeader,
  expectMatch,
  expectNumber,
  expectOneOf,
  expectText,
  layoutError,
  plainText,
  readCsv,
  readWorkbook,
  UniqueKeys,
  type CellValue,
  type Place,
  type SourceFile,
} from '@lmi/importing';
import { elementId, onetCode, scaleLimits, type ScaleId } from '../codes';
import { notRelevant, suppress } from '../marks';

export interface OnetOccupation {
  readonly code: string;
  readonly title: string;
}

/** One element of one occupation on one scale. */
export interface OnetScore {
  readonly occupation: string;
  readonly element: string;
  readonly name: string;
  readonly scale: ScaleId;
  readonly value: number;
  /** Number of people asked; null where the source does not say. */
  readonly answers: number | null;
  readonly standardError: number | null;
  readonly flags: string;
  /** Month of the ratings: "2023-08". */
  readonly period: string;
  /** Who rated: "Incumbent", "Analyst". */
  readonly source: string;
}

const ratingColumns = [
  'O*NET-SOC Code',
  'Element ID',
  'Element Name',
  'Scale ID',
  'Data Value',
  'N',
  'Standard Error',
  'Lower CI Bound',
  'Upper CI Bound',
  'Recommend Suppress',
  'Not Relevant',
  'Date',
  'Domain Source',
];
const ratingWorkbook = withNames(ratingColumns);
const interestColumns = [
  'O*NET-SOC Code',
  'Element ID',
  'Element Name',
  'Scale ID',
  'Data Value',
  'Date',
  'Domain Source',
];
const interestWorkbook = withNames(interestColumns);

/** Workbooks repeat the titles of occupations and scales beside their codes. */
function withNames(columns: readonly string[]): string[] {
  return columns.flatMap((name) =>
    name === 'O*NET-SOC Code' ? [name, 'Title'] : name === 'Scale ID' ? [name, 'Scale Name'] : [name],
  );
}

interface Table {
  readonly rows: readonly (readonly CellValue[])[];
  /** Where the rows begin; 0 for text, whose header is taken off. */
  readonly first: number;
  at(row: readonly CellValue[], column: string): CellValue | undefined;
  place(row: number, column?: string): string;
}

async function readTable(
  file: SourceFile,
  text: readonly string[],
  workbook: readonly string[],
): Promise<Table> {
  if (/\.txt$/i.test(file.name)) {
    const table = await readCsv(file, { columns: text, tabs: true });
    const column = new Map(text.map((name, at) => [name, at]));
    return {
      rows: table.rows,
      first: 0,
      at: (row, name) => row[column.get(name)!],
      place: (row, name) => table.place(row, name),
    };
  }
  const book = await readWorkbook(file);
  const sheet = book.sheet(book.sheetNames[0]!);
  expectHeader(sheet, 0, workbook);
  const column = new Map(workbook.map((name, at) => [name, at]));
  return {
    rows: sheet.rows,
    first: 1,
    at: (row, name) => row[column.get(name)!],
    place: (row, name) => sheet.place(row, name ? column.get(name)! : 0),
  };
}

/** A whole layout: "Read Me.txt" names the edition that the files beside it are of. */
export async function readEdition(readMe: SourceFile): Promise<string | undefined> {
  return /^O\*NET (\d+\.\d+) Database/.exec((await readMe.read()).toString('utf8'))?.[1];
}

/** @throws LmiError invalid-argument naming the line for another layout, a wrong code or one that comes twice. */
export async function readOccupations(file: SourceFile): Promise<OnetOccupation[]> {
  const columns = ['O*NET-SOC Code', 'Title', 'Description'];
  const table = await readTable(file, columns, columns);
  const codes = new UniqueKeys((row) => table.place(row));
  const occupations: OnetOccupation[] = [];
  for (let row = table.first; row < table.rows.length; row++) {
    const cells = table.rows[row]!;
    const place = (column: string) => () => table.place(row, column);
    const code = codeAt(table, cells, place('O*NET-SOC Code'));
    codes.add(code, row);
    occupations.push({ code, title: expectText(table.at(cells, 'Title'), place('Title'), 'a title') });
  }
  return occupations;
}

/**
 * Reads importance and level of skills, abilities, knowledge or work activities.
 * @throws LmiError invalid-argument naming sheet and cell or line for another layout, a value outside its scale, an
 * unknown flag, or an element rated twice.
 */
export async function readRatings(file: SourceFile): Promise<OnetScore[]> {
  const table = await readTable(file, ratingColumns, ratingWorkbook);
  return readScores(table, ['IM', 'LV'], (cells, place) => {
    const answers = optionalNumber(table.at(cells, 'N'), place('N'));
    const error = optionalNumber(table.at(cells, 'Standard Error'), place('Standard Error'));
    const flag = (column: string, mark: string): string => {
      const text = missing(table.at(cells, column)) ? 'N' : plainText(table.at(cells, column));
      return expectOneOf(text, ['N', 'Y'], place(column)) === 'Y' ? mark : '';
    };
    return {
      answers,
      standardError: error,
      flags: flag('Recommend Suppress', suppress) + flag('Not Relevant', notRelevant),
    };
  });
}

/** Reads interests: how far an occupation is of each of the six kinds, and the kinds that it is most of. */
export async function readInterests(file: SourceFile): Promise<OnetScore[]> {
  const table = await readTable(file, interestColumns, interestWorkbook);
  return readScores(table, ['OI', 'IH'], () => ({ answers: null, standardError: null, flags: '' }));
}

type PlaceOf = (column: string) => () => string;

function readScores(
  table: Table,
  scales: readonly ScaleId[],
  more: (
    cells: readonly CellValue[],
    place: PlaceOf,
  ) => Pick<OnetScore, 'answers' | 'standardError' | 'flags'>,
): OnetScore[] {
  const keys = new UniqueKeys((row) => table.place(row));
  const scores: OnetScore[] = [];
  for (let row = table.first; row < table.rows.length; row++) {
    const cells = table.rows[row]!;
    const place: PlaceOf = (column) => () => table.place(row, column);
    const occupation = codeAt(table, cells, place('O*NET-SOC Code'));
    const element = expectMatch(
      table.at(cells, 'Element ID'),
      elementId,
      place('Element ID'),
      'an element id like 2.A.1.a',
    );
    const scale = expectOneOf(table.at(cells, 'Scale ID'), scales, place('Scale ID')) as ScaleId;
    keys.add(`${occupation} ${element} ${scale}`, row);
    const value = expectNumber(table.at(cells, 'Data Value'), place('Data Value'));
    const { least, greatest } = scaleLimits[scale];
    if (value < least || value > greatest) {
      throw layoutError(
        place('Data Value'),
        `found ${value}, expected ${least} to ${greatest} on scale ${scale}`,
      );
    }
    scores.push({
      occupation,
      element,
      name: expectText(table.at(cells, 'Element Name'), place('Element Name'), 'the name of an element'),
      scale,
      value,
      period: monthOf(table.at(cells, 'Date'), place('Date')),
      source: expectText(table.at(cells, 'Domain Source'), place('Domain Source'), 'who rated'),
      ...more(cells, place),
    });
  }
  return scores;
}

function codeAt(table: Table, cells: readonly CellValue[], place: Place): string {
  return expectMatch(table.at(cells, 'O*NET-SOC Code'), onetCode, place, 'an O*NET-SOC code like 11-1011.00');
}

function missing(value: CellValue | undefined): boolean {
  const text = plainText(value);
  return text === '' || text === 'n/a';
}

function optionalNumber(value: CellValue | undefined, place: Place): number | null {
  return missing(value) ? null : expectNumber(value, place);
}

function monthOf(value: CellValue | undefined, place: Place): string {
  const text = expectMatch(value, /^(0[1-9]|1[0-2])\/(19|20)\d\d$/, place, 'a month like 08/2023');
  return `${text.slice(3)}-${text.slice(0, 2)}`;
}
