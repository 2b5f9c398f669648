/** Reads the Employer Skills Survey's tables by local enterprise partnership (LEP): 2017 by occupation, 2019 in all. */
import {
  expectNumberOrMarker,
  layoutError,
  plainText,
  readWorkbook,
  type Sheet,
  type SourceFile,
} from '@lmi/importing';
import { england } from '@lmi/contracts';
import { wholeCode } from '../codes';

export const tables2017Name = /^ESS_2017_England_LEP_Standard_Tables.*\.xlsx$/;
export const summary2019Name = /^ESS_2019_LEP_Summary_Tables.*\.xlsx$/;

export interface ShortageRow {
  readonly area: string;
  /** Major group of SOC 2010, or "all". */
  readonly soc: string;
  readonly year: number;
  readonly vacancies: number | null;
  readonly hardToFill: number | null;
  readonly skillShortage: number | null;
  /** Employers asked that had such vacancies: unweighted, from the weighted share of employers that had them. */
  readonly sample: number | null;
  readonly marker: string;
  readonly place: () => string;
}

/** Column headings of 2017 and sheets of 2019, by the code that the list of areas has for the partnership. */
const partnerships: readonly (readonly [code: string, heading2017: string, sheet2019: string])[] = [
  ['BC_LEP', 'Black Country', 'BLACK_COUNTRY'],
  ['BS_LEP', 'Greater Birmingham and Solihull', 'GTR_BIRMINGHAM_AND_SOLIHULL'],
  ['BU_LEP', 'Buckinghamshire Thames Valley', 'BUCKS_THAMES_VALLEY'],
  ['CC_LEP', 'Coast to Capital', 'COAST_TO_CAPITAL'],
  ['CH_LEP', 'Cheshire and Warrington', 'CHESHIRE_AND_WARRINGTON'],
  ['CI_LEP', 'Cornwall and Isles of Scilly', 'CORNWALL_AND_ISLES_OF_SCILLY'],
  ['CP_LEP', 'Greater Cambridge Greater Peterborough', 'GTR_CAMB_AND_GTR_PETERBRO'],
  ['CU_LEP', 'Cumbria', 'CUMBRIA'],
  ['CW_LEP', 'Coventry and Warwickshire', 'COVENTRY_AND_WARWICKSHIRE'],
  ['DN_LEP', 'Derby Derbyshire Nottingham and Nottinghamshire', 'DERBYSHIRE_AND_NOTTS'],
  ['DO_LEP', 'Dorset', 'DORSET'],
  ['GC_LEP', 'Gloucestershire', 'GLOUCESTERSHIRE'],
  ['GM_LEP', 'Greater Manchester', 'GTR_MANCHESTER'],
  ['HE_LEP', 'Hertfordshire', 'HERTFORDSHIRE'],
  ['HS_LEP', 'Heart of the South West', 'HEART_OF_THE_SOUTH_WEST'],
  ['HU_LEP', 'Humber', 'HUMBER'],
  ['LA_LEP', 'Lancashire', 'LANCASHIRE'],
  ['LD_LEP', 'Leeds City Region', 'LEEDS_CITY_REGION'],
  ['LI_LEP', 'Greater Lincolnshire', 'GTR_LINCOLNSHIRE'],
  ['LL_LEP', 'Leicester and Leicestershire', 'LEICESTER_AND_LEICESTERSHIRE'],
  ['LN_LEP', 'London', 'LONDON'],
  ['LV_LEP', 'Liverpool City Region', 'LIVERPOOL_CITY_REGION'],
  ['M3_LEP', 'Enterprise M3', 'ENTERPRISE_M3'],
  ['MA_LEP', 'The Marches', 'THE_MARCHES'],
  ['NA_LEP', 'New Anglia', 'NEW_ANGLIA'],
  ['NO_LEP', 'North Eastern', 'NORTH_EAST_LEP'],
  ['OX_LEP', 'Oxfordshire', 'OXFORDSHIRE'],
  ['SH_LEP', 'Sheffield City Region', 'SHEFFIELD_CITY_REGION'],
  ['SL_LEP', 'Solent', 'SOLENT'],
  ['SM_LEP', 'South East Midlands', 'SOUTH_EAST_MIDLANDS'],
  ['SN_LEP', 'Swindon and Wiltshire', 'SWINDON_AND_WILTSHIRE'],
  ['SO_LEP', 'South East', 'SOUTH_EAST'],
  ['ST_LEP', 'Stoke-on-Trent and Staffordshire', 'STOKE_ON_TRENT_AND_STAFFS'],
  ['TB_LEP', 'Thames Valley Berkshire', 'THAMES_VALLEY_BERKSHIRE'],
  ['TV_LEP', 'Tees Valley', 'TEES_VALLEY'],
  ['WE_LEP', 'West of England', 'WEST_OF_ENGLAND'],
  ['WO_LEP', 'Worcestershire', 'WORCESTERSHIRE'],
  ['YY_LEP', 'York North Yorkshire and East Riding', 'YORK_AND_NORTH_YORKSHIRE'],
];

/** Had been merged into another partnership by 2017: its column is empty in every table. */
const mergedHeading = 'Northamptonshire';

const regions: Readonly<Record<string, string>> = {
  'North East': 'E12000001',
  'North West': 'E12000002',
  'Yorkshire and The Humber': 'E12000003',
  'East Midlands': 'E12000004',
  'West Midlands': 'E12000005',
  'East of England': 'E12000006',
  London: 'E12000007',
  'South East': 'E12000008',
  'South West': 'E12000009',
};

/** Row labels of the occupations, by major group of SOC 2010; the last is not an occupation. */
const groups = {
  '1': 'Managers',
  '2': 'Professionals',
  '3': 'Associate professionals',
  '4': 'Administrative/clerical staff',
  '5': 'Skilled trades occupations',
  '6': 'Caring, leisure and other services staff',
  '7': 'Sales and customer services staff',
  '8': 'Machine operatives',
  '9': 'Elementary staff',
  unclassified: 'Unclassified staff',
} as const;

const titles2017 = {
  T41: 'Summary of vacancy situation (employer base)',
  '19': 'C7. Incidence of vacancies by occupation (employer base)',
  T54: 'C7/C8. Profile of vacancies by occupation (vacancy base)',
  T56: 'C10. Profile of hard-to-fill vacancies by occupation (hard-to-fill vacancy base)',
  T63: 'C11A/C12. Profile of skill-shortage vacancies by occupation - (all skills shortage vacancy base)',
} as const;

const withheld: ReadonlySet<string> = new Set(['**']);

function requireText(sheet: Sheet, row: number, expected: string): void {
  const found = plainText(sheet.at(row, 0));
  if (found !== expected)
    throw layoutError(sheet.place(row, 0), `changed title: found "${found}", expected "${expected}"`);
}

/** The one row with this label in column A, at most `before` rows down. */
function rowOf(sheet: Sheet, label: string): number {
  const row = sheet.rows.findIndex((cells) => plainText(cells[0]) === label);
  if (row < 0) throw layoutError(`${sheet.file}, sheet ${sheet.name}`, `missing row "${label}"`);
  return row;
}

function figure(sheet: Sheet, row: number, column: number): number | null {
  const { value } = expectNumberOrMarker(sheet.at(row, column), withheld, () => sheet.place(row, column));
  if (value !== null && value < 0)
    throw layoutError(sheet.place(row, column), `found ${value}, expected a count`);
  return value;
}

/** Columns of a 2017 table: England and every partnership, none else. */
function columns2017(sheet: Sheet): Map<string, number> {
  const header = 8;
  const codes = new Map<string, string>([
    ['Total', england],
    ...partnerships.map(([c, h]) => [h, c] as const),
  ]);
  const found = new Map<string, number>();
  (sheet.rows[header] ?? []).forEach((cell, column) => {
    const heading = plainText(cell);
    if (heading === '' || heading === mergedHeading) return;
    const code = codes.get(heading);
    if (!code || found.has(code))
      throw layoutError(sheet.place(header, column), `changed header: found "${heading}"`, [...codes.keys()]);
    found.set(code, column);
  });
  const missing = [...codes].filter(([, code]) => !found.has(code)).map(([heading]) => heading);
  if (missing.length > 0)
    throw layoutError(sheet.place(header, 1), `missing headings: ${missing.join(', ')}`);
  return found;
}

/** Vacancies of 2017 by major group: England and the partnerships. @throws LmiError naming file, sheet and cell. */
export async function readTables2017(file: SourceFile): Promise<ShortageRow[]> {
  const names = Object.keys(titles2017) as (keyof typeof titles2017)[];
  const book = await readWorkbook(file, { sheets: names });
  const sheets = Object.fromEntries(names.map((name) => [name, book.sheet(name)])) as Record<
    keyof typeof titles2017,
    Sheet
  >;
  const columns = names.map((name) => {
    requireText(sheets[name], 1, 'Employer Skills Survey (ESS) 2017');
    requireText(sheets[name], 5, titles2017[name]);
    return columns2017(sheets[name]);
  });
  const [columnsAll, columns19, columns54, columns56, columns63] = columns as [
    Map<string, number>,
    Map<string, number>,
    Map<string, number>,
    Map<string, number>,
    Map<string, number>,
  ];
  const rows: ShortageRow[] = [];
  for (const [area, column] of columns54) {
    const read = (sheet: Sheet, label: string, at: Map<string, number>): number | null =>
      figure(sheet, rowOf(sheet, label), at.get(area)!);
    // Employers asked, times the weighted share of those that had such vacancies.
    const sampleOf = (sheet: Sheet, label: string, at: Map<string, number>): number | null => {
      const asked = read(sheet, 'Unweighted row', at);
      const weighted = read(sheet, 'Total', at);
      const having = read(sheet, label, at);
      return asked === null || having === null || !weighted ? null : Math.round((asked * having) / weighted);
    };
    const lines = [[wholeCode, 'Total'], ...Object.entries(groups)] as [string, string][];
    const found = lines.map(([soc, label]): ShortageRow => {
      const vacancies = read(sheets.T54, label, columns54);
      const row = rowOf(sheets.T54, label);
      return {
        area,
        soc,
        year: 2017,
        vacancies,
        hardToFill: read(sheets.T56, label, columns56),
        skillShortage: read(sheets.T63, label, columns63),
        sample:
          soc === wholeCode
            ? sampleOf(sheets.T41, 'Have at least one vacancy', columnsAll)
            : sampleOf(sheets['19'], label, columns19),
        marker: vacancies === null ? '**' : '',
        place: () => sheets.T54.place(row, column),
      };
    });
    requireSums(found);
    rows.push(...found.filter(({ soc }) => soc !== 'unclassified'));
  }
  return rows;
}

/** The groups must add up to the total: a shifted row or column would not. */
function requireSums(rows: readonly ShortageRow[]): void {
  const [whole, ...parts] = rows as [ShortageRow, ...ShortageRow[]];
  for (const member of ['vacancies', 'hardToFill', 'skillShortage'] as const) {
    const total = whole[member];
    if (total === null) continue;
    const sum = parts.reduce((before, row) => before + (row[member] ?? 0), 0);
    // Every figure is rounded to a whole.
    if (Math.abs(sum - total) > parts.length) {
      throw layoutError(whole.place(), `${member}: the occupations add up to ${sum}, the total is ${total}`);
    }
  }
}

export interface Summary2019 {
  readonly rows: readonly ShortageRow[];
  /** Regions that each partnership lies in, as the tables say. */
  readonly regionsOf: ReadonlyMap<string, readonly string[]>;
}

/** All vacancies of 2019 in England, its regions and the partnerships. @throws LmiError naming file, sheet and cell. */
export async function readSummary2019(file: SourceFile): Promise<Summary2019> {
  const book = await readWorkbook(file);
  const rows = new Map<string, ShortageRow>();
  const regionsOf = new Map<string, string[]>();
  for (const [code, , name] of partnerships) {
    const sheet = book.sheet(name);
    requireText(sheet, 1, 'Employer Skills Survey (ESS) 2019');
    requireText(sheet, 3, name);
    requireText(sheet, 5, 'Summary of vacancy situation (employer base)');
    const kinds = (sheet.rows[7] ?? []).map(plainText);
    const first = kinds.indexOf('REGION');
    const last = kinds.indexOf('LEP');
    if (kinds[1] !== 'ENGLAND' || first !== 2 || last <= first)
      throw layoutError(sheet.place(7, 1), `changed header: found "${kinds.slice(0, 5).join(', ')}"`, [
        'ENGLAND',
        'REGION',
        'LEP',
      ]);
    const add = (area: string, column: number): void => {
      const row = shortage2019(sheet, area, column);
      const before = rows.get(area);
      // A region stands on the sheet of every partnership in it.
      if (before && (before.vacancies !== row.vacancies || before.skillShortage !== row.skillShortage))
        throw layoutError(row.place, `${area} has another figure at ${before.place()}`);
      if (!before) rows.set(area, row);
    };
    add(england, 1);
    const found: string[] = [];
    for (let column = first; column < last; column += 1) {
      const heading = plainText(sheet.at(8, column)).replace(/ Total$/, '');
      const region = regions[heading];
      if (!region)
        throw layoutError(
          sheet.place(8, column),
          `found "${heading}", expected a region`,
          Object.keys(regions),
        );
      found.push(region);
      add(region, column);
    }
    regionsOf.set(code, found);
    add(code, last);
  }
  return { rows: [...rows.values()], regionsOf };
}

function shortage2019(sheet: Sheet, area: string, column: number): ShortageRow {
  const at = rowOf(sheet, 'Number of vacancies');
  const read = (label: string) => figure(sheet, rowOf(sheet, label), column);
  const asked = read('Unweighted row');
  const share = read('Establishments with any vacancies');
  const vacancies = read('Number of vacancies');
  return {
    area,
    soc: wholeCode,
    year: 2019,
    vacancies,
    // The summary does not count them.
    hardToFill: null,
    skillShortage: read('Number of skill-shortage vacancies'),
    sample: asked === null || share === null ? null : Math.round(asked * share),
    marker: vacancies === null ? '**' : '',
    place: () => sheet.place(at, column),
  };
}

/** Marker of regions that the tables do not have by occupation: sums over the partnerships that lie in them. */
export const sumMarker = 'sum-of-leps';

/**
 * A partnership that lies in several regions counts in equal parts in each. Of the ways tried (only those that lie in one; all
 * of them whole; equal parts) this comes nearest to the vacancies that the summary of 2019 prints for regions.
 */
export function regionSums(rows: readonly ShortageRow[], regionsOf: Summary2019['regionsOf']): ShortageRow[] {
  const members = ['vacancies', 'hardToFill', 'skillShortage', 'sample'] as const;
  const sums = new Map<string, ShortageRow>();
  for (const row of rows) {
    const found = regionsOf.get(row.area) ?? [];
    if (row.vacancies === null) continue;
    for (const region of found) {
      const key = `${region}/${row.soc}`;
      const sum = (member: (typeof members)[number]) =>
        (sums.get(key)?.[member] ?? 0) + (row[member] ?? 0) / found.length;
      sums.set(key, {
        ...row,
        area: region,
        vacancies: sum('vacancies'),
        hardToFill: sum('hardToFill'),
        skillShortage: sum('skillShortage'),
        sample: sum('sample'),
        marker: sumMarker,
      });
    }
  }
  return [...sums.values()].map((row) => ({
    ...row,
    ...Object.fromEntries(members.map((member) => [member, Math.round(row[member]!)])),
  }));
}
