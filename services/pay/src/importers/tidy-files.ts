/** Reads the tidy files: Table 14 with jobs, changes and CVs, and the extracts of 2025 that have figures only. */
import {
  expectMatch,
  expectNumberOrMarker,
  expectOneOf,
  layoutError,
  readCsv,
  UniqueKeys,
  type SourceFile,
} from '@lmi/importing';
import {
  ageBands,
  areas,
  measures,
  measureSources,
  percentiles,
  populations,
  unitedKingdom,
  valueColumns,
  type ValueColumn,
} from '../codes';
import { asheMarkers, cvMarkers, RowValues, type PayBlock, type PayRow } from './pay-rows';

const figures: readonly ValueColumn[] = ['median', 'mean', ...percentiles];

interface TidyLayout {
  readonly layout: Exclude<PayBlock['layout'], 'workbook'>;
  readonly name: RegExp;
  /** Columns before the figures. */
  readonly keys: readonly string[];
  readonly code: string | undefined;
}

const layouts: readonly TidyLayout[] = [
  {
    layout: 'table14',
    name: /^ashe_table14_(\d{4})\.csv$/,
    keys: ['year', 'edition', 'soc', 'table', 'measure', 'sheet', 'code', 'description'],
    code: 'code',
  },
  {
    layout: 'extract',
    name: /^ashe_table14_(\d{4})_extract\.csv$/,
    keys: ['year', 'edition', 'soc', 'measure', 'sheet', 'code', 'description'],
    code: 'code',
  },
  {
    layout: 'table3',
    name: /^ashe_table3_(\d{4})_region_by_major_group_extract\.csv$/,
    keys: ['year', 'edition', 'measure', 'sheet', 'area_code', 'soc2020_major', 'description'],
    code: 'soc2020_major',
  },
  {
    layout: 'regions',
    name: /^ashe_(\d{4})_region_all_occupations_extract\.csv$/,
    keys: ['year', 'edition', 'measure', 'sheet', 'area_code', 'area_name'],
    code: undefined,
  },
  {
    layout: 'table20',
    name: /^ashe_table20_(\d{4})_age_by_major_group_extract\.csv$/,
    keys: ['year', 'edition', 'measure', 'sheet', 'age_band', 'soc2020_major', 'description'],
    code: 'soc2020_major',
  },
];

/** Headers of full Table 14 files; the extracts name their figures as pay_cell does. */
const table14Figures = valueColumns.map((column) => column.replace(/_change$/, '_change_pct'));

export interface TidyName {
  readonly layout: PayBlock['layout'];
  readonly year: number;
}

export function parseTidyName(name: string): TidyName | undefined {
  for (const { layout, name: pattern } of layouts) {
    const match = pattern.exec(name);
    if (match) return { layout, year: Number(match[1]) };
  }
  return undefined;
}

/**
 * Reads one tidy file: one block per measure.
 * @throws LmiError invalid-argument naming file, line and column.
 */
export async function readTidy(file: SourceFile): Promise<PayBlock[]> {
  const { layout, name, keys, code: codeName } = layouts.find((candidate) => candidate.name.test(file.name))!;
  const year = name.exec(file.name)![1]!;
  const full = layout === 'table14';
  const columns = full ? [...keys, ...table14Figures, 'cv_median', 'cv_mean'] : [...keys, ...figures];
  const table = await readCsv(file, { columns });
  const at = (column: string): number => columns.indexOf(column);
  const figureColumns: readonly ValueColumn[] = full ? valueColumns : figures;
  const targets = figureColumns.map((column) => valueColumns.indexOf(column));
  const [yearAt, editionAt, socAt, tableAt, measureAt, sheetAt, areaAt, ageAt, descriptionAt] = [
    'year',
    'edition',
    'soc',
    'table',
    'measure',
    'sheet',
    'area_code',
    'age_band',
    'description',
  ].map(at) as [number, number, number, number, number, number, number, number, number];
  const codeAt = codeName === undefined ? -1 : at(codeName);
  const tidyMeasures = measures.map((measure) => measureSources[measure].tidy);
  const sheetNames = populations.map(({ sheet }) => sheet);
  const codePattern = layout === 'extract' ? /^\d{4}$/ : layout === 'table14' ? /^\d{1,4}$/ : /^\d$/;

  const unique = new UniqueKeys((row) => table.place(row));
  const blocks = new Map<string, { block: Omit<PayBlock, 'rows'>; rows: PayRow[] }>();
  table.rows.forEach((cells, index) => {
    const place = (column: number) => (): string => table.place(index, columns[column]);
    if (codeAt >= 0 && cells[codeAt] === '' && cells[descriptionAt] !== 'All employees') {
      // "Not Classified" and footnotes that came along with the sheet.
      if (cells.slice(keys.length).every((text) => text === '' || text === ':')) return;
    }
    expectOneOf(cells[yearAt], [year], place(yearAt));
    const edition = expectOneOf(cells[editionAt], ['provisional', 'revised'], place(editionAt));
    const classification =
      socAt >= 0 ? expectOneOf(cells[socAt], ['SOC2010', 'SOC2020'], place(socAt)).toLowerCase() : 'soc2020';
    const measureText = expectOneOf(cells[measureAt], tidyMeasures, place(measureAt));
    const measure = measures[tidyMeasures.indexOf(measureText)]!;
    if (tableAt >= 0) {
      expectOneOf(cells[tableAt], [`14.${measureSources[measure].subTable}a`], place(tableAt));
    }
    const sheet = expectOneOf(cells[sheetAt], sheetNames, place(sheetAt));
    const population = populations[sheetNames.indexOf(sheet)]!;
    const soc =
      codeAt < 0 || (layout === 'table14' && cells[codeAt] === '')
        ? 'all'
        : expectMatch(cells[codeAt], codePattern, place(codeAt), 'an occupation code');
    const area = areaAt >= 0 ? expectOneOf(cells[areaAt], areas, place(areaAt)) : unitedKingdom;
    const age = ageAt >= 0 ? expectOneOf(cells[ageAt], ageBands, place(ageAt)) : 'all';
    unique.add([classification, measure, sheet, soc, area, age].join(' '), index);

    const collected = new RowValues();
    targets.forEach((column, offset) => {
      const from = keys.length + offset;
      const { value, marker } = expectNumberOrMarker(cells[from], asheMarkers, place(from));
      collected.set(column, value, marker, !full);
    });
    const cv = (column: string): number | null =>
      full ? expectNumberOrMarker(cells[at(column)], cvMarkers, place(at(column))).value : null;

    const key = [classification, measure].join(' ');
    let entry = blocks.get(key);
    if (!entry) {
      const block = { file: file.name, layout, classification, year: Number(year), edition, measure };
      entry = { block: block as Omit<PayBlock, 'rows'>, rows: [] };
      blocks.set(key, entry);
    } else if (entry.block.edition !== edition) {
      throw layoutError(
        place(editionAt),
        `found "${edition}" in a file that begins as "${entry.block.edition}"`,
      );
    }
    const line = table.line(index);
    entry.rows.push({
      soc,
      area,
      age,
      population,
      values: collected.values,
      markers: collected.markers,
      cvMedian: cv('cv_median'),
      cvMean: cv('cv_mean'),
      place: `${file.name}, line ${line}`,
    });
  });
  if (blocks.size === 0) throw layoutError(file.name, 'the file has no rows');
  return [...blocks.values()].map(({ block, rows }) => ({ ...block, rows }));
}
