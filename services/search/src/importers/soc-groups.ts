/** SOC 2020 groups with their texts (volume 1) and SOC 2010 groups (codes and titles). */
import {
  expectHeader,
  expectMatch,
  expectOneOf,
  expectText,
  layoutError,
  plainText,
  readCsv,
  readWorkbook,
  UniqueKeys,
  type CellValue,
  type SourceFile,
} from '@lmi/importing';
import type { OccupationRecord, SqlValue } from '@lmi/kit';

export interface SocGroup {
  readonly classification: 'soc2020' | 'soc2010';
  readonly code: string;
  readonly level: OccupationRecord['level'];
  readonly title: string;
  /** One per item; null where the source has none. */
  readonly relatedTitles: readonly string[] | null;
  readonly description: string | null;
  readonly entryRoutes: string | null;
  readonly tasks: readonly string[] | null;
}

export const groupColumns = [
  'classification',
  'code',
  'level',
  'title',
  'related_titles',
  'description',
  'entry_routes',
  'tasks',
] as const;

/** Rows of soc_group in the order of `groupColumns`; lists are joined by line ends. */
export function* groupRows(groups: readonly SocGroup[]): Generator<SqlValue[]> {
  for (const group of groups) {
    yield [
      group.classification,
      group.code,
      group.level,
      group.title,
      group.relatedTitles?.join('\n') ?? null,
      group.description,
      group.entryRoutes,
      group.tasks?.join('\n') ?? null,
    ];
  }
}

const levels = ['major', 'sub-major', 'minor', 'unit'] as const;

const volumeHeader = [
  'SOC 2020 Major Group',
  'SOC 2020 Sub-Major Group',
  'SOC 2020 Minor Group',
  'SOC 2020 Unit Group',
  'SOC 2020 Group Title',
  'Groups Classified Within Sub-Groups',
  'Group Description',
  'Typical Entry Routes And Associated Qualifications',
  'Tasks',
  'Related Job Titles',
];
const title = 4;

/**
 * Reads volume 1. Each row is one group; the column that holds its code tells the level.
 * @throws LmiError invalid-argument naming sheet and cell for another layout, a duplicate or a wrong code.
 */
export async function readSoc2020Groups(file: SourceFile): Promise<SocGroup[]> {
  const book = await readWorkbook(file, { sheets: ['SOC2020 descriptions'] });
  const sheet = book.sheet('SOC2020 descriptions');
  expectHeader(sheet, 0, volumeHeader);
  const codes = new UniqueKeys((row) => sheet.place(row, 0));
  const groups: SocGroup[] = [];
  for (let row = 1; row < sheet.rows.length; row++) {
    const cells = sheet.rows[row]!.map((cell) => (plainText(cell) === '<blank>' ? null : cell));
    if (cells.every((cell) => cell === null)) continue;
    const filled = levels.map((_, at) => at).filter((at) => plainText(cells[at]) !== '');
    const level = filled[0];
    if (level === undefined || filled.length > 1) {
      throw layoutError(
        sheet.place(row, level ?? 0),
        'expected a code in exactly one of the four group columns',
      );
    }
    const pattern = new RegExp(`^[1-9]\\d{${level}}$`);
    const place = (at: number) => () => sheet.place(row, at);
    const code = expectMatch(
      cells[level],
      pattern,
      place(level),
      `a ${levels[level]} group code of ${level + 1} digits`,
    );
    codes.add(code, row);
    groups.push({
      classification: 'soc2020',
      code,
      level: levels[level]!,
      title: expectText(cells[title], place(title), 'a group title'),
      relatedTitles: items(cells[9], place(9)),
      description: paragraphs(cells[6]),
      entryRoutes: paragraphs(cells[7]),
      tasks: items(cells[8], place(8)),
    });
  }
  return groups;
}

function paragraphs(value: CellValue | undefined): string | null {
  const lines = String(value ?? '')
    .split(/\r?\n/)
    .map(plainText)
    .filter(Boolean);
  return lines.length > 0 ? lines.join('\n') : null;
}

/** Items begin with "~"; a line without it goes on with the item above. */
function items(value: CellValue | undefined, place: () => string): string[] | null {
  const text = plainText(value);
  if (text === '') return null;
  if (!text.startsWith('~'))
    throw layoutError(place, `found "${text.slice(0, 40)}", expected items that begin with ~`);
  return text.split('~').map(plainText).filter(Boolean);
}

/**
 * Reads the SOC 2010 codes and titles. The source prints the two upper levels in capitals and minor groups in
 * title case; all are brought to sentence case, as unit groups have it.
 * @throws LmiError invalid-argument naming the line for another layout, a duplicate or a wrong code.
 */
export async function readSoc2010Groups(file: SourceFile): Promise<SocGroup[]> {
  const table = await readCsv(file, { columns: ['level', 'code', 'title'] });
  const codes = new UniqueKeys((row) => table.place(row));
  return table.rows.map((values, row) => {
    const level = expectOneOf(values[0], levels, () => table.place(row, 'level')) as SocGroup['level'];
    const pattern = new RegExp(`^[1-9]\\d{${levels.indexOf(level)}}$`);
    const code = expectMatch(values[1], pattern, () => table.place(row, 'code'), `a ${level} group code`);
    codes.add(code, row);
    const text = expectText(values[2], () => table.place(row, 'title'), 'a group title');
    return {
      classification: 'soc2010',
      code,
      level,
      title: level === 'unit' ? text : sentenceCase(text),
      relatedTitles: null,
      description: null,
      entryRoutes: null,
      tasks: null,
    };
  });
}

/** Words in capitals are kept in a title that is not all capitals: they are abbreviations. */
export function sentenceCase(text: string): string {
  const shouted = text === text.toUpperCase();
  const lower = text.replace(/[A-Za-z]+/g, (word) =>
    !shouted && word.length > 1 && word === word.toUpperCase() ? word : word.toLowerCase(),
  );
  return lower.charAt(0).toUpperCase() + lower.slice(1);
}
