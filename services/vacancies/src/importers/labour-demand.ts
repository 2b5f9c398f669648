/** Dataset `labour-demand`: online job adverts by region, occupation and month, from the workbook of the ONS. */
import {
  areasKnown,
  codesKnown,
  expectHeader,
  expectMatch,
  expectNumberOrMarker,
  expectText,
  layoutError,
  noDuplicates,
  plainText,
  readWorkbook,
  rowCount,
  rowCountNotFallen,
  UniqueKeys,
  type CellValue,
  type DatasetImporter,
  type Sheet,
  type SourceFile,
} from '@lmi/importing';
import { LmiError, type SqlValue } from '@lmi/kit';
import { unitedKingdom } from '../codes';
import { AreaNames } from './area-names';
import { unknownOccupation } from './count-files';
import { pickFile, seededSample } from './files';
import { vacancyCountColumns } from './vacancy-counts';

const fileName = /^labourdemandbyoccupation.*\.xlsx$/i;
const what = 'the workbook "Labour demand by occupation" (labourdemandbyoccupation.xlsx)';

/** "Table 3", "3" or "Table_3": regions by unit group and month. Other tables are not opened: they are very large. */
const sheetName = /^(?:table[ _]?)?3$/i;
const headerRow = 4;
const labels = ['Region', 'SOC 4 digit code', 'SOC 4 digit label'] as const;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const withheld: ReadonlySet<string> = new Set(['x', '[x]']);

export interface LabourDemandRow {
  /** As printed. */
  readonly region: string;
  readonly soc: string;
  /** Adverts by month, in the order of the periods; null where withheld. */
  readonly adverts: readonly (number | null)[];
  readonly row: number;
}

export interface LabourDemand {
  /** "2017-01" and so on, ascending without gaps. */
  readonly periods: readonly string[];
  readonly rows: readonly LabourDemandRow[];
  place(row: number, period: number): string;
}

/** @throws LmiError invalid-argument naming file, sheet and cell. */
export async function readLabourDemand(file: SourceFile): Promise<LabourDemand> {
  const { sheetNames } = await readWorkbook(file, { sheets: [] });
  const names = sheetNames.filter((name) => sheetName.test(name.trim()));
  if (names.length !== 1) {
    throw layoutError(file.name, `no sheet for table 3; its sheets are: ${sheetNames.join(', ')}`);
  }
  const sheet = (await readWorkbook(file, { sheets: names })).sheet(names[0]!);
  expectHeader(sheet, headerRow, labels);
  const periods = readPeriods(sheet);
  const keys = new UniqueKeys((row) => sheet.place(row, 1));
  const rows: LabourDemandRow[] = [];
  for (let row = headerRow + 1; row < sheet.rows.length; row += 1) {
    const region = plainText(sheet.at(row, 0));
    if (region === '') continue;
    const code = expectText(sheet.at(row, 1), () => sheet.place(row, 1), 'a unit group or "Unknown"');
    const soc =
      code === 'Unknown'
        ? unknownOccupation
        : expectMatch(code, /^[1-9]\d{3}$/, () => sheet.place(row, 1), 'a unit group or "Unknown"');
    keys.add(`${region}/${soc}`, row);
    const adverts = periods.map((_, index) => {
      const column = labels.length + index;
      const place = (): string => sheet.place(row, column);
      const { value } = expectNumberOrMarker(sheet.at(row, column), withheld, place);
      if (value !== null && value < 0)
        throw layoutError(place, `found ${value}, expected no negative number`);
      return value;
    });
    rows.push({ region, soc, adverts, row });
  }
  if (rows.length === 0) throw layoutError(sheet.place(headerRow + 1, 0), 'no rows below the header');
  return { periods, rows, place: (row, period) => sheet.place(row, labels.length + period) };
}

function readPeriods(sheet: Sheet): string[] {
  const cells = sheet.rows[headerRow]!.slice(labels.length);
  const periods: string[] = [];
  for (const [index, cell] of cells.entries()) {
    if (plainText(cell) === '') break;
    const place = (): string => sheet.place(headerRow, labels.length + index);
    const period = monthOf(cell, place);
    const before = periods.at(-1);
    if (before !== undefined && period !== monthAfter(before)) {
      throw layoutError(place, `found ${period} after ${before}, expected ${monthAfter(before)}`);
    }
    periods.push(period);
  }
  if (periods.length === 0)
    throw layoutError(sheet.place(headerRow, labels.length), 'no months in the header');
  return periods;
}

/** "Jan-17", or the date that a spreadsheet makes of it. */
function monthOf(cell: CellValue, place: () => string): string {
  if (typeof cell === 'number') {
    // Days since 30 December 1899.
    const date = new Date(Math.round((cell - 25_569) * 86_400_000));
    if (date.getUTCFullYear() >= 2000 && date.getUTCFullYear() < 2100) return date.toISOString().slice(0, 7);
  }
  const [, name, year] = /^([A-Z][a-z]{2})-(\d\d)$/.exec(plainText(cell)) ?? [];
  const month = months.indexOf(name ?? '');
  if (month < 0) throw layoutError(place, `found "${plainText(cell)}", expected a month such as "Jan-17"`);
  return `20${year}-${String(month + 1).padStart(2, '0')}`;
}

function monthAfter(period: string): string {
  const [year, month] = period.split('-').map(Number) as [number, number];
  return month === 12 ? `${year + 1}-01` : `${year}-${String(month + 1).padStart(2, '0')}`;
}

function codeOf(region: string, names: AreaNames): string | undefined {
  if (/^(UK|United Kingdom)$/i.test(region)) return unitedKingdom;
  return names.regionOrNation(region)?.code;
}

export const labourDemandImporter: DatasetImporter = {
  card: {
    id: 'labour-demand',
    title: 'Online job adverts by region, occupation and month',
    publisher: 'Office for National Statistics',
    licence: 'OGL-UK-3.0',
    licenceUrl: 'https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/',
    attribution:
      'Source: Office for National Statistics (Textkernel) licensed under the Open Government Licence v.3.0',
    sourceUrl:
      'https://www.ons.gov.uk/employmentandlabourmarket/peopleinwork/employmentandemployeetypes/datasets/labourdemandvolumesbystandardoccupationclassificationsoc2020uk',
    cadence: 'monthly',
    description:
      'New online job adverts of each month by SOC 2020 unit group in the regions of England and the other nations, from ' +
      'January 2017.',
    caveats: [
      'Adverts are not jobs: one job may be advertised often or not at all, and one advert may stand for many jobs.',
      'Small numbers are withheld by the publisher; a wider group with a withheld part has no figure.',
      'Occupations and places are read from the text of adverts by machine.',
    ],
    gaps: [
      {
        what: 'Adverts by occupation in districts',
        why: 'The workbook has them by quarter in a table of millions of cells, which is not read.',
      },
    ],
    dependsOn: ['soc', 'areas'],
    derived: false,
  },
  version: 1,
  tables: { vacancy_count: vacancyCountColumns },
  withheld: {},
  optional: true,
  defaultFolders: ['vacancies'],
  accepts: ({ name }) => fileName.test(name),

  async open(files, asked) {
    const { periods, rows, place } = await readLabourDemand(pickFile(files, fileName, what));
    const edition = periods.at(-1)!;
    if (asked !== undefined && asked !== edition) {
      throw new LmiError(
        'invalid-argument',
        `wrong edition: the workbook is of ${edition}, asked was ${asked}`,
        { field: 'edition', validValues: [edition] },
      );
    }
    return {
      edition,
      async load(context) {
        const names = await AreaNames.read(context.sink.reader);
        context.rowsRead(rows.length);
        const refused = new Set<string>();
        const loaded = function* (): Generator<SqlValue[]> {
          for (const { region, soc, adverts, row } of rows) {
            const area = codeOf(region, names);
            if (area === undefined) {
              if (!refused.has(region)) {
                const [file, ...rest] = place(row, 0).split(', ');
                const reason = `${region}: not in the list of areas`;
                context.reject({ file: file!, place: rest.join(', '), reason });
                refused.add(region);
              }
              continue;
            }
            for (const [index, value] of adverts.entries()) yield [area, soc, periods[index]!, value, null];
          }
        };
        const none = rows.reduce(
          (sum, { adverts }) => sum + adverts.filter((value) => value === null).length,
          0,
        );
        context.count(none, none);
        await context.sink.insert('vacancy_count', vacancyCountColumns, loaded());
        context.progress(1);
      },
    };
  },

  async check(reader, releaseId) {
    return [
      await rowCount(reader, releaseId, 'vacancy_count', { atLeast: 1 }),
      await rowCountNotFallen(reader, releaseId, 'labour-demand', 'vacancy_count', 5),
      await noDuplicates(reader, releaseId, 'vacancy_count', ['area', 'soc', 'period']),
      await codesKnown(reader, releaseId, 'vacancy_count', 'soc', {
        classification: 'soc2020',
        also: [unknownOccupation],
      }),
      await areasKnown(reader, releaseId, 'vacancy_count', 'area'),
    ];
  },

  figures: [
    {
      figure: 'adverts',
      table: 'vacancy_count',
      value: 'adverts',
      level: "'unit group, region or nation'",
      period: 'period',
      marker: "''",
      marksOf: (_, isWithheld) => (isWithheld ? ['not-available'] : []),
    },
  ],

  async reconcile(files, sample, seed) {
    const { periods, rows, place } = await readLabourDemand(pickFile(files, fileName, what));
    const served = rows.filter(({ soc, region }) => soc !== unknownOccupation && regionCodes[region]);
    return seededSample(served, sample, seed).map(({ region, soc, adverts, row }, index) => {
      const column = index % periods.length;
      const period = periods[column]!;
      const value = adverts[column]!;
      const area = regionCodes[region]!;
      return {
        place: place(row, column),
        path: `/api/v2/vacancies/trends?occupation=${soc}&area=${area}&from=${period}&to=${period}&fallBack=false`,
        pick(body) {
          const { observations } = body as {
            observations?: { period: string; adverts: { value: number | null; marks: string[] } }[];
          };
          return observations?.find((found) => found.period === period)?.adverts;
        },
        expected: { value, marks: value === null ? ['not-available'] : [] },
      };
    });
  },
};

/** Regions whose names leave no doubt, for reading figures back without the database. */
const regionCodes: Readonly<Record<string, string>> = {
  'North East': 'E12000001',
  'North West': 'E12000002',
  'East Midlands': 'E12000004',
  'West Midlands': 'E12000005',
  London: 'E12000007',
  'South East': 'E12000008',
  'South West': 'E12000009',
  Wales: 'W92000004',
  Scotland: 'S92000003',
  'Northern Ireland': 'N92000002',
};
