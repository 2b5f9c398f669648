/** Reads official ASHE Table 14 workbooks (.xls and .xlsx) and their companions with coefficients of variation. */
import {
  expectHeader,
  expectMatch,
  expectNumberOrMarker,
  layoutError,
  plainText,
  readWorkbook,
  UniqueKeys,
  type Sheet,
  type SourceFile,
} from '@lmi/importing';
import {
  measures,
  measureSources,
  populations,
  unitedKingdom,
  valueColumns,
  type Measure,
  type Population,
} from '../codes';
import { asheMarkers, cvMarkers, RowValues, type PayBlock, type PayRow } from './pay-rows';

const fileName = /^(PROV - )?Occupation SOC(10|20) \(4\) Table 14\.(\d+)([ab])\s+(.+?) (\d{4})( CV)?\.xlsx?$/;
const titleText =
  /^Table 14\.(\d+)([ab]) (Coefficients of variation for )?(.+?)( \(£\))?( -)? For (.+?) ?employee jobs(?:[a-z]|\([a-z]\))?: United Kingdom(?:, (\d{4}))?$/;

const header = [
  'Description',
  'Code',
  '(thousand)',
  'Median',
  'change',
  'Mean',
  'change',
  ...['10', '20', '25', '30', '40', '60', '70', '75', '80', '90'],
];
const headerRow = 4;
const firstDataRow = 5;
const codeColumn = 1;
const firstValueColumn = 2;

/** What the name of a workbook says it is. */
export interface WorkbookName {
  readonly measure: Measure;
  readonly companion: boolean;
  readonly classification: 'soc2010' | 'soc2020';
  readonly year: number;
  readonly edition: 'provisional' | 'revised';
}

/** Undefined for files of another table, or of a sub-table that is not loaded. */
export function parseWorkbookName(name: string): WorkbookName | undefined {
  const match = fileName.exec(name);
  if (!match) return undefined;
  const [, provisional, soc, subTable, variant, , year] = match;
  const measure = measures.find((candidate) => measureSources[candidate].subTable === subTable);
  if (!measure) return undefined;
  return {
    measure,
    companion: variant === 'b',
    classification: soc === '10' ? 'soc2010' : 'soc2020',
    year: Number(year),
    edition: provisional ? 'provisional' : 'revised',
  };
}

/**
 * Reads the values of a Table 14 workbook.
 * @throws LmiError invalid-argument naming file, sheet and cell for another table, year or layout.
 */
export async function readTable14(file: SourceFile, name: WorkbookName): Promise<PayBlock> {
  const rows: PayRow[] = [];
  for (const { sheet, population } of await openSheets(file, name)) {
    for (const { soc, index } of dataRows(sheet)) {
      const collected = new RowValues();
      for (let column = 0; column < valueColumns.length; column += 1) {
        const at = firstValueColumn + column;
        const place = (): string => sheet.place(index, at);
        const { value, marker } = expectNumberOrMarker(sheet.at(index, at), asheMarkers, place);
        collected.set(column, value, marker, false);
      }
      rows.push({
        soc,
        area: unitedKingdom,
        age: 'all',
        population,
        values: collected.values,
        markers: collected.markers,
        cvMedian: null,
        cvMean: null,
        place: sheet.place(index, 0),
      });
    }
  }
  return { file: file.name, layout: 'workbook', ...blockOf(name), rows };
}

export interface Cv {
  readonly median: number | null;
  readonly mean: number | null;
}

/** Reads a companion: coefficients of variation in per cent, by `cvKey` of sheet and code. */
export async function readCompanion(file: SourceFile, name: WorkbookName): Promise<Map<string, Cv>> {
  const found = new Map<string, Cv>();
  for (const { sheet, population } of await openSheets(file, name)) {
    for (const { soc, index } of dataRows(sheet)) {
      const cv = (column: (typeof valueColumns)[number]): number | null => {
        const at = firstValueColumn + valueColumns.indexOf(column);
        return expectNumberOrMarker(sheet.at(index, at), cvMarkers, () => sheet.place(index, at)).value;
      };
      found.set(cvKey(population, soc), { median: cv('median'), mean: cv('mean') });
    }
  }
  return found;
}

export function cvKey(population: Population, soc: string): string {
  return `${population.sheet}|${soc}`;
}

function blockOf(name: WorkbookName): Pick<PayBlock, 'classification' | 'year' | 'edition' | 'measure'> {
  return {
    classification: name.classification,
    year: name.year,
    edition: name.edition,
    measure: name.measure,
  };
}

async function openSheets(
  file: SourceFile,
  name: WorkbookName,
): Promise<{ sheet: Sheet; population: Population }[]> {
  const workbook = await readWorkbook(file, { sheets: populations.map(({ sheet }) => sheet) });
  return populations.map((population) => {
    const sheet = workbook.sheet(population.sheet);
    checkTitle(sheet, name, population);
    checkHeader(sheet);
    return { sheet, population };
  });
}

/** The title must name the table, measure, population and year that the file name and the sheet name promise. */
function checkTitle(sheet: Sheet, name: WorkbookName, population: Population): void {
  const { subTable, title } = measureSources[name.measure];
  const text = plainText((sheet.rows[0] ?? []).map(plainText).filter(Boolean).join(' '));
  const match = titleText.exec(text);
  const expected = `"Table 14.${subTable}${name.companion ? 'b' : 'a'} ${title}" for ${population.sheet}, ${name.year}`;
  const wrong = (): never => {
    throw layoutError(sheet.place(0, 0), `wrong workbook: the title is "${text}", expected ${expected}`);
  };
  if (!match) return wrong();
  const [, table, variant, companion, measureTitle, , , who, year] = match;
  const isCompanion = variant === 'b';
  if (table !== subTable || isCompanion !== name.companion || Boolean(companion) !== name.companion) wrong();
  if (measureTitle !== title || who !== population.sheet.toLowerCase()) wrong();
  // Editions of 2023 print no year in the title; the file name is then all there is.
  if (year !== undefined && Number(year) !== name.year) wrong();
}

function checkHeader(sheet: Sheet): void {
  const percentiles = firstValueColumn + valueColumns.indexOf('p10');
  if (plainText(sheet.at(headerRow - 1, percentiles)) !== 'Percentiles') {
    throw layoutError(
      sheet.place(headerRow - 1, percentiles),
      `changed header: found "${plainText(sheet.at(headerRow - 1, percentiles))}", expected "Percentiles"`,
    );
  }
  expectHeader(sheet, headerRow, header);
}

/** Rows with figures: from "All employees" to the row before "Not Classified", which closes every sheet. */
function* dataRows(sheet: Sheet): Generator<{ soc: string; index: number }> {
  const seen = new UniqueKeys((row) => sheet.place(row, codeColumn));
  for (let index = firstDataRow; index < sheet.rows.length; index += 1) {
    const description = plainText(sheet.at(index, 0));
    if (description === 'Not Classified') return;
    const code = plainText(sheet.at(index, codeColumn));
    const place = (): string => sheet.place(index, codeColumn);
    const soc =
      description === 'All employees' && code === ''
        ? 'all'
        : expectMatch(code, /^\d{1,4}$/, place, 'an occupation code of 1 to 4 digits');
    seen.add(soc, index);
    yield { soc, index };
  }
  throw layoutError(
    sheet.place(sheet.rows.length, 0),
    'the sheet ends before the row "Not Classified": the file is cut short',
  );
}
