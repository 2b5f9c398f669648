/** The dual-coded relationship: how people of each SOC 2010 unit group were coded to SOC 2020. */
import {
  expectHeader,
  expectNumber,
  layoutError,
  plainText,
  readCsv,
  readWorkbook,
  type SourceFile,
} from '@lmi/importing';
import type { SqlValue } from '@lmi/kit';
import { buildCrosswalk, type DualCodedRow } from '@lmi/statistics';

export const crosswalkColumns = [
  'soc2010',
  'soc2020',
  'sex',
  'people',
  'share_of_2010',
  'share_of_2020',
] as const;

const sheetHeader = [
  'SOC2010',
  'SOC2020',
  'men_lfs_base_2010',
  'men_lfs_perc_2020',
  'men_census_base_2010',
  'men_census_perc_2020',
  'women_lfs_base_2010',
  'women_lfs_perc_2020',
  'women_census_base_2010',
  'women_census_perc_2020',
];

const csvColumns = [
  'soc2010',
  'soc2010_title',
  'soc2020',
  'soc2020_title',
  'men_lfs_sample',
  'men_lfs_share',
  'men_census_sample',
  'men_census_share',
  'women_lfs_sample',
  'women_lfs_share',
  'women_census_sample',
  'women_census_share',
];

/**
 * Reads the workbook, or the tidy CSV conversion of it.
 * @throws LmiError invalid-argument naming the place for another layout, a wrong code, a share outside 0 to 1 or a
 * pair that comes twice.
 */
export async function readDualCoding(file: SourceFile): Promise<DualCodedRow[]> {
  const found = /\.csv$/i.test(file.name) ? await fromCsv(file) : await fromWorkbook(file);
  const seen = new Map<string, string>();
  for (const { row, place } of found) {
    const key = `${row.soc2010} to ${row.soc2020}`;
    const first = seen.get(key);
    if (first) throw layoutError(place, `duplicate of ${first}: ${key}`);
    seen.set(key, place);
    for (const share of [row.menLfsShare, row.menCensusShare, row.womenLfsShare, row.womenCensusShare]) {
      if (share < 0 || share > 1) throw layoutError(place, `found ${share}, expected a share from 0 to 1`);
    }
  }
  return found.map(({ row }) => row);
}

interface PlacedRow {
  readonly row: DualCodedRow;
  readonly place: string;
}

/** A SOC 2010 group comes first with its sample sizes ("Total sample"), its SOC 2020 groups follow with shares. */
async function fromWorkbook(file: SourceFile): Promise<PlacedRow[]> {
  const book = await readWorkbook(file);
  const sheet = book.sheet(book.sheetNames[0]!);
  expectHeader(sheet, 0, sheetHeader);
  const rows: PlacedRow[] = [];
  let group: { code: string; row: number } | undefined;
  const samples = [2, 4, 6, 8] as const;
  const shares = [3, 5, 7, 9] as const;
  for (let row = 1; row < sheet.rows.length; row++) {
    const cells = sheet.rows[row]!;
    if (cells.every((cell) => plainText(cell) === '')) continue;
    if (plainText(cells[0]) !== '') {
      const code = codeBefore(plainText(cells[0]), sheet.place(row, 0));
      if (plainText(cells[1]) !== 'Total sample') {
        throw layoutError(sheet.place(row, 1), `found "${plainText(cells[1])}", expected "Total sample"`);
      }
      for (const at of samples) expectNumber(cells[at], () => sheet.place(row, at));
      group = { code, row };
      continue;
    }
    if (!group) throw layoutError(sheet.place(row, 0), 'a SOC 2020 group without a SOC 2010 group above it');
    const soc2020 = codeBefore(plainText(cells[1]), sheet.place(row, 1));
    const total = sheet.rows[group.row]!;
    const sample = (at: number): number => expectNumber(total[at], () => sheet.place(group!.row, at));
    const share = (at: number): number => expectNumber(cells[at], () => sheet.place(row, at));
    rows.push({
      place: sheet.place(row, 1),
      row: {
        soc2010: group.code,
        soc2020,
        menLfsSample: sample(samples[0]),
        menLfsShare: share(shares[0]),
        menCensusSample: sample(samples[1]),
        menCensusShare: share(shares[1]),
        womenLfsSample: sample(samples[2]),
        womenLfsShare: share(shares[2]),
        womenCensusSample: sample(samples[3]),
        womenCensusShare: share(shares[3]),
      },
    });
  }
  return rows;
}

async function fromCsv(file: SourceFile): Promise<PlacedRow[]> {
  const table = await readCsv(file, { columns: csvColumns });
  return table.rows.map((values, row) => {
    const figure = (name: string): number =>
      expectNumber(values[csvColumns.indexOf(name)], () => table.place(row, name));
    return {
      place: table.place(row),
      row: {
        soc2010: unitCode(values[0]!, table.place(row, 'soc2010')),
        soc2020: unitCode(values[2]!, table.place(row, 'soc2020')),
        menLfsSample: figure('men_lfs_sample'),
        menLfsShare: figure('men_lfs_share'),
        menCensusSample: figure('men_census_sample'),
        menCensusShare: figure('men_census_share'),
        womenLfsSample: figure('women_lfs_sample'),
        womenLfsShare: figure('women_lfs_share'),
        womenCensusSample: figure('women_census_sample'),
        womenCensusShare: figure('women_census_share'),
      },
    };
  });
}

function codeBefore(text: string, place: string): string {
  return unitCode(/^(.*?):/.exec(text)?.[1] ?? text, place);
}

function unitCode(text: string, place: string): string {
  if (!/^[1-9]\d{3}$/.test(text))
    throw layoutError(place, `unknown code: found "${text}", expected a unit group`);
  return text;
}

/** Rows of soc_crosswalk in the order of `crosswalkColumns`, for both sexes together and each. */
export function* crosswalkRows(rows: readonly DualCodedRow[]): Generator<SqlValue[]> {
  for (const [sex, pairs] of Object.entries(buildCrosswalk(rows))) {
    for (const pair of pairs) {
      yield [pair.soc2010, pair.soc2020, sex, pair.people, pair.shareOf2010, pair.shareOf2020];
    }
  }
}
