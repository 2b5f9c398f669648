/**
 * Employment by unit group of SOC 2020 and industry section, United Kingdom: the Annual Population Survey ad hoc table.
 * The official workbook has one sheet per year; a tidy CSV conversion of it is read where only that is at hand.
 */
import {
  occupationLevel,
  checkThat,
  codesKnown,
  expectMatch,
  expectNumberOrMarker,
  expectTitle,
  layoutError,
  noDuplicates,
  plainText,
  readCsv,
  readWorkbook,
  rowCount,
  rowCountNotFallen,
  UniqueKeys,
  type DatasetImporter,
  type ReconciliationCell,
  type Sheet,
  type SourceFile,
} from '@lmi/importing';
import { LmiError } from '@lmi/kit';
import { employmentCellColumns, sections, wholeCode } from '../codes';
import { marksOfEmploymentMarker } from '../marks';
import { cellOf, employmentPath, seededSample } from './sampling';

const workbookName = /^employmentby4digitsoc1digitindustryatosuk(\d{4})(\d{4})final\.xlsx$/;
const tidyName = /^employment_soc4_by_industry_section_uk_(\d{4})_(\d{4})\.csv$/;
const tidyColumns = ['year', 'soc2020', 'title', 'sic_section', 'sic_section_title', 'employment'] as const;

const markers: ReadonlySet<string> = new Set(['*', '-']);
/** The pattern of cells that the workbook calls shaded: "based on a small sample size". */
const shading = 'lightGray';
export const shadedMarker = 'shaded';

const titleRow = 1;
const periodRow = 2;
const sectionRow = 7;
const firstDataRow = 8;
const groupColumn = 1;
const firstSectionColumn = 2;

export interface EmploymentCell {
  /** SOC 2020 unit group, or "all" for the table's own total row. */
  readonly soc: string;
  readonly year: number;
  readonly section: string;
  /** People; null where the source prints `*`. */
  readonly employment: number | null;
  /** `*`, `-`, "shaded" or ''. */
  readonly marker: string;
  readonly place: () => string;
}

/** `-` says that nobody was found: a number, 0, that is marked. */
function figure(value: number | null, marker: string): number | null {
  return marker === '-' ? 0 : value;
}

/** Reads the official workbook. @throws LmiError invalid-argument naming file, sheet and cell. */
export async function readEmploymentWorkbook(file: SourceFile): Promise<EmploymentCell[]> {
  const [, first, last] = workbookName.exec(file.name) ?? [];
  const workbook = await readWorkbook(file, { patterns: true });
  const cells: EmploymentCell[] = [];
  for (let year = Number(first); year <= Number(last); year += 1) {
    readYear(workbook.sheet(String(year)), year, cells);
  }
  return cells;
}

function readYear(sheet: Sheet, year: number, cells: EmploymentCell[]): void {
  expectTitle(
    sheet,
    titleRow,
    0,
    /^Annual Population Survey, filtered for industry sections A-S$/,
    'the APS table A-S',
  );
  expectTitle(
    sheet,
    periodRow,
    0,
    new RegExp(`^January-December ${year}$`),
    `the period January-December ${year}`,
  );
  sections.forEach((section, index) => {
    const column = firstSectionColumn + index;
    const found = plainText(sheet.at(sectionRow, column));
    if (!new RegExp(`^\\d+ ${section} `).test(found)) {
      throw layoutError(
        sheet.place(sectionRow, column),
        `changed header: found "${found}", expected industry section ${section}`,
        sections,
      );
    }
  });
  const seen = new UniqueKeys((row) => sheet.place(row, groupColumn));
  for (let row = firstDataRow; ; row += 1) {
    const label = plainText(sheet.at(row, groupColumn));
    const soc =
      label === 'Total'
        ? wholeCode
        : expectMatch(
            label,
            /^\d{4} /,
            () => sheet.place(row, groupColumn),
            'a unit group ("1111 Chief executives …") or "Total" after the last one',
          ).slice(0, 4);
    seen.add(soc, row);
    sections.forEach((section, index) => {
      const column = firstSectionColumn + index;
      const place = (): string => sheet.place(row, column);
      const read = expectNumberOrMarker(sheet.at(row, column), markers, place);
      const shaded = read.value !== null && sheet.pattern(row, column) === shading;
      cells.push({
        soc,
        year,
        section,
        employment: figure(read.value, read.marker),
        marker: shaded ? shadedMarker : read.marker,
        place,
      });
    });
    if (soc === wholeCode) return;
  }
}

/** Reads the tidy conversion, which has neither shading nor the row of totals. */
export async function readEmploymentCsv(file: SourceFile): Promise<EmploymentCell[]> {
  const table = await readCsv(file, { columns: tidyColumns });
  const seen = new UniqueKeys((row) => table.place(row));
  return table.rows.map(([year, soc, , section, , employment], row) => {
    const place = (column: string) => () => table.place(row, column);
    expectMatch(year, /^20\d\d$/, place('year'), 'a year');
    expectMatch(soc, /^\d{4}$/, place('soc2020'), 'a unit group of 4 digits');
    expectMatch(section, /^[A-S]$/, place('sic_section'), 'a section from A to S');
    seen.add(`${year}/${soc}/${section}`, row);
    const read = expectNumberOrMarker(employment, markers, place('employment'));
    return {
      soc: soc!,
      year: Number(year),
      section: section!,
      employment: figure(read.value, read.marker),
      marker: read.marker,
      place: place('employment'),
    };
  });
}

const keyOf = (cell: EmploymentCell): string => `${cell.year}/${cell.soc}/${cell.section}`;

/** The conversion must say what the workbook says: a difference means that one of the two is not what it claims. */
function requireEqual(workbook: readonly EmploymentCell[], tidy: readonly EmploymentCell[]): void {
  const published = new Map(workbook.map((cell) => [keyOf(cell), cell]));
  for (const cell of tidy) {
    const official = published.get(keyOf(cell));
    if (official?.employment === cell.employment) continue;
    throw layoutError(
      cell.place,
      `differs from the official workbook: found ${cell.employment ?? cell.marker}, ` +
        (official
          ? `${official.place()} has ${official.employment ?? official.marker}`
          : 'which has no such cell'),
    );
  }
}

async function readFiles(files: readonly SourceFile[]): Promise<EmploymentCell[]> {
  const workbook = files.find(({ name }) => workbookName.test(name));
  const tidy = files.find(({ name }) => tidyName.test(name));
  if (!workbook && !tidy) {
    throw new LmiError(
      'invalid-argument',
      'missing file: expected the workbook employmentby4digitsoc1digitindustryatosuk20212024final.xlsx of the APS ' +
        'ad hoc table, or its conversion employment_soc4_by_industry_section_uk_2021_2024.csv',
      { field: 'from' },
    );
  }
  const converted = tidy ? await readEmploymentCsv(tidy) : [];
  if (!workbook) return converted;
  const official = await readEmploymentWorkbook(workbook);
  requireEqual(official, converted);
  return official;
}

export const employmentImporter: DatasetImporter = {
  card: {
    id: 'employment',
    title: 'Employment by occupation and industry section',
    publisher: 'Office for National Statistics',
    licence: 'OGL-UK-3.0',
    licenceUrl: 'https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/',
    attribution: 'Source: Office for National Statistics licensed under the Open Government Licence v.3.0',
    sourceUrl: 'https://www.ons.gov.uk/employmentandlabourmarket/peopleinwork/employmentandemployeetypes',
    cadence: 'yearly',
    description:
      'People in work in the United Kingdom by the occupation of their main job (412 unit groups of SOC 2020) and the ' +
      'industry section of that job (A to S), estimated from the Annual Population Survey for each calendar year.',
    caveats: [
      'Cells with too small a sample are withheld, so the sum of a unit group over industries is a lower bound.',
      'Occupations recorded from April 2021 to 2022 suffered from a coding error, which later years do not have.',
      'The survey lost its accreditation as official statistics in October 2024: the figures are in development.',
      'Weights differ between years of the table; small changes from year to year are mostly sampling error.',
    ],
    gaps: [
      { what: 'years before 2021 by 4-digit occupation', why: 'the table begins with SOC 2020' },
      {
        what: 'unit groups of few people by industry',
        why: 'the sample is too small: the producer withholds them',
      },
    ],
    dependsOn: ['soc'],
    derived: false,
  },
  version: 1,
  tables: { employment_cell: employmentCellColumns },
  figures: [
    {
      figure: 'employment',
      table: 'employment_cell',
      value: 'employment',
      level: `${occupationLevel('soc')} || CASE WHEN section = 'all' THEN '' ELSE ', industry' END`,
      period: 'year',
      marker: 'marker',
      marksOf: marksOfEmploymentMarker,
    },
  ],
  withheld: {},
  defaultFolders: ['employment'],
  accepts: ({ name }) => workbookName.test(name) || tidyName.test(name),

  async open(files, edition) {
    const cells = await readFiles(files);
    const years = cells.map(({ year }) => year);
    const found = String(years.reduce((a, b) => Math.max(a, b), 0));
    if (edition !== undefined && edition !== found) {
      throw new LmiError(
        'invalid-argument',
        `wrong edition: the files are of ${found}, asked was ${edition}`,
        {
          field: 'edition',
          validValues: [found],
        },
      );
    }
    return {
      edition: found,
      async load(context) {
        context.rowsRead(cells.length);
        context.count(
          cells.filter(({ employment }) => employment === null).length,
          cells.filter(({ marker }) => marker !== '').length,
        );
        await context.sink.insert(
          'employment_cell',
          employmentCellColumns,
          cells.map((cell) => [cell.soc, cell.year, cell.section, cell.employment, cell.marker]),
        );
        context.progress(1);
      },
    };
  },

  async check(reader, releaseId) {
    const sums = await reader.all<{
      section: string;
      year: number;
      parent: number | null;
      children: number;
      withheld: number;
    }>(
      `SELECT section, year, SUM(CASE WHEN soc = 'all' THEN employment END) AS parent,
         SUM(CASE WHEN soc <> 'all' THEN employment ELSE 0 END) AS children,
         SUM(CASE WHEN soc <> 'all' AND employment IS NULL THEN 1 ELSE 0 END) AS withheld
       FROM employment_cell WHERE release_id = ? GROUP BY section, year ORDER BY year, section`,
      [releaseId],
    );
    const totals = sums.filter((row) => row.parent !== null);
    const off = totals.filter(({ parent, children, withheld }) => {
      const missing = parent! - children;
      return missing < -rounding || missing > rounding + withheld * largestWithheldCell;
    });
    return [
      await rowCount(reader, releaseId, 'employment_cell', { atLeast: 1 }),
      await rowCountNotFallen(reader, releaseId, 'employment', 'employment_cell', 5),
      await noDuplicates(reader, releaseId, 'employment_cell', ['soc', 'year', 'section']),
      await codesKnown(reader, releaseId, 'employment_cell', 'soc', {
        classification: 'soc2020',
        also: [wholeCode],
      }),
      checkThat(
        'employment_cell: unit groups add up to the total row but for what is withheld',
        off.length === 0,
        off.length === 0
          ? `${totals.length} section totals`
          : off.map(({ section, year }) => `${section} ${year}`).join(', '),
      ),
    ];
  },

  async reconcile(files, sample, seed): Promise<ReconciliationCell[]> {
    const cells = await readFiles(files.filter((file) => employmentImporter.accepts(file)));
    return seededSample(cells, sample, seed).map((cell) => ({
      place: cell.place(),
      path: employmentPath({
        occupation: cell.soc,
        classification: 'soc2020',
        area: 'K02000001',
        breakdown: 'industry',
        minYear: cell.year,
        maxYear: cell.year,
      }),
      pick: cellOf(cell.year, cell.section),
      expected: { value: cell.employment, marks: marksOfEmploymentMarker(cell.marker) },
    }));
  },
};

/** More people than a cell with too small a sample stands for, on average over a section. */
const largestWithheldCell = 1_000;

/** Each cell is rounded on its own; 412 of them may be off by half a person each. */
const rounding = 250;
