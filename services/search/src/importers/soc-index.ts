/**
 * The SOC 2020 coding index (volume 2): job titles as people give them, each with its codes. Rows whose codes are
 * `}}}}` point to other titles ("see Adviser") or to the coding notes; the first kind is resolved here to the
 * SOC 2020 codes of the titles that they name.
 */
import {
  expectHeader,
  expectMatch,
  expectNumber,
  expectText,
  layoutError,
  plainText,
  readWorkbook,
  UniqueKeys,
  type CellValue,
  type Sheet,
  type SourceFile,
} from '@lmi/importing';
import { LmiError, type SqlValue } from '@lmi/kit';

const sheetName = 'SOC2020 coding index';

const header = [
  'UNIQUE ID',
  'RECNO',
  'D',
  'SOC_90',
  'SOC_2000',
  'SOC_2010',
  'SOC_2020',
  'SOC_2020_ext',
  'INDEXOCC',
  'ADD',
  'IND',
  'SEE',
  'ISCO-08 code based on SOC2020',
  'VERSNO',
  'CHANGE',
  'SOC2020_ext_SUG_title',
  'SOC90_unit_group_title',
  'SOC2000_unit_group_title',
  'SOC2010_unit_group_title',
  'SOC2020_unit_group_title',
  'ISCO08_unit_group_title',
  'INDEXOCC-natural_word_order',
] as const;

const column = Object.fromEntries(header.map((title, index) => [title, index])) as Record<
  (typeof header)[number],
  number
>;

export interface IndexEntry {
  /** Record number of the source, from 1. */
  readonly seq: number;
  readonly entryId: string;
  /** Null for a cross-reference. */
  readonly soc2020: string | null;
  readonly soc2020Extended: string | null;
  readonly soc2010: string | null;
  readonly isco08: string | null;
  /** Inverted, as the index prints it: "Manager, sales". */
  readonly title: string;
  readonly naturalTitle: string;
  readonly additional: string | null;
  readonly industry: string | null;
  readonly defaultEntry: string | null;
  /** "see Adviser", "see also notes". */
  readonly see: string | null;
}

export interface CodingIndex {
  /** Month of the newest version that the workbook describes: "2025-12". */
  readonly edition: string;
  readonly entries: readonly IndexEntry[];
}

export const indexColumns = [
  'seq',
  'entry_id',
  'soc2020',
  'soc2020_ext',
  'soc2010',
  'isco08',
  'title',
  'natural_title',
  'add_qualifier',
  'ind_qualifier',
  'default_entry',
  'see_reference',
  'see_codes',
] as const;

/**
 * Reads and checks the whole index workbook.
 * @throws LmiError invalid-argument naming sheet and cell for another layout, a duplicate entry, a wrong code, or
 * fewer rows than the workbook itself announces.
 */
export async function readCodingIndex(file: SourceFile): Promise<CodingIndex> {
  const book = await readWorkbook(file, { sheets: ['INFO', 'FILE SPEC', sheetName] });
  const edition = editionOf(book.sheet('INFO'));
  const announced = announcedRows(book.sheet('FILE SPEC'));
  const sheet = book.sheet(sheetName);
  expectHeader(sheet, 0, header);
  const ids = new UniqueKeys((row) => sheet.place(row, column['UNIQUE ID']));
  const numbers = new UniqueKeys((row) => sheet.place(row, column.RECNO));
  const entries: IndexEntry[] = [];
  for (let row = 1; row < sheet.rows.length; row++) {
    const cells = sheet.rows[row]!;
    if (cells.every((cell) => cell === null)) continue;
    const entry = readEntry(sheet, row, cells);
    ids.add(entry.entryId, row);
    numbers.add(String(entry.seq), row);
    entries.push(entry);
  }
  if (entries.length !== announced) {
    throw new LmiError(
      'invalid-argument',
      `${file.name}, sheet ${sheetName}: ${entries.length} entries, but sheet FILE SPEC announces ${announced}`,
      { field: file.name },
    );
  }
  return { edition, entries };
}

function readEntry(sheet: Sheet, row: number, cells: readonly CellValue[]): IndexEntry {
  const code = (name: (typeof header)[number], pattern: RegExp, what: string): string | null => {
    const at = column[name];
    const value = cells[at];
    // ISCO codes of the armed forces begin with 0 and may come as a number without it.
    const text = typeof value === 'number' ? String(value).padStart(4, '0') : plainText(value);
    if (/^\}+(\/\}+)?$/.test(text)) return null;
    if (!pattern.test(text)) {
      throw layoutError(sheet.place(row, at), `unknown code: found "${text}", expected ${what} or }}}}`);
    }
    return text;
  };
  const optional = (name: (typeof header)[number]): string | null => plainText(cells[column[name]]) || null;
  const place = (name: (typeof header)[number]) => () => sheet.place(row, column[name]);
  const title = expectText(cells[column.INDEXOCC], place('INDEXOCC'), 'a job title');
  const entry: IndexEntry = {
    seq: expectNumber(cells[column.RECNO], place('RECNO')),
    entryId: expectMatch(
      cells[column['UNIQUE ID']],
      /^[a-z]\d[a-z]{2}$/,
      place('UNIQUE ID'),
      'an entry id like a1aa',
    ),
    soc2020: code('SOC_2020', /^[1-9]\d{3}$/, 'a SOC 2020 unit group'),
    soc2020Extended: code('SOC_2020_ext', /^[1-9]\d{3}\/\d{2}$/, 'an extended SOC 2020 code like 1111/01'),
    soc2010: code('SOC_2010', /^[1-9]\d{3}$/, 'a SOC 2010 unit group'),
    isco08: code('ISCO-08 code based on SOC2020', /^\d{4}$/, 'an ISCO-08 unit group'),
    title,
    naturalTitle: plainText(cells[column['INDEXOCC-natural_word_order']]) || title,
    additional: optional('ADD'),
    industry: optional('IND'),
    defaultEntry: optional('D'),
    see: optional('SEE'),
  };
  if (entry.soc2020 === null && entry.see === null) {
    throw layoutError(
      sheet.place(row, column.SEE),
      'an entry without a SOC 2020 code must say where to look',
    );
  }
  return entry;
}

const months = 'january february march april may june july august september october november december'.split(
  ' ',
);

/** The sheet lists every version with its date; the last one is this workbook's. Its title names the same number. */
function editionOf(sheet: Sheet): string {
  let titled: string | undefined;
  let newest: { version: string; month: string } | undefined;
  for (const cells of sheet.rows) {
    const text = cells.map(plainText).join(' ').trim();
    titled ??= /^Version (\d+) Of The Standard Occupational Classification 2020 Index/i.exec(text)?.[1];
    const dated = /^Version (\d+): ?\d{1,2} ([A-Z][a-z]+) (\d{4})/.exec(text);
    const month = months.indexOf(dated?.[2]?.toLowerCase() ?? '') + 1;
    if (dated && month > 0)
      newest = { version: dated[1]!, month: `${dated[3]!}-${String(month).padStart(2, '0')}` };
  }
  if (!titled || !newest) {
    throw layoutError(
      `${sheet.file}, sheet ${sheet.name}`,
      'wrong workbook: expected the title "Version N Of The Standard Occupational Classification 2020 Index" ' +
        'and the dates of its versions',
    );
  }
  if (titled !== newest.version) {
    throw layoutError(
      `${sheet.file}, sheet ${sheet.name}`,
      `wrong edition: the title says version ${titled}, the newest version listed is ${newest.version}`,
    );
  }
  return newest.month;
}

function announcedRows(sheet: Sheet): number {
  for (const cells of sheet.rows) {
    const found = /Number of records in the SOC2020 coding index: ([\d,]+)/.exec(
      cells.map(plainText).join(' '),
    );
    if (found) return Number(found[1]!.replaceAll(',', ''));
  }
  throw layoutError(
    `${sheet.file}, sheet ${sheet.name}`,
    'expected the line "Number of records in the SOC2020 coding index"',
  );
}

/** Rows of soc_index_entry in the order of `indexColumns`. */
export function* indexRows(entries: readonly IndexEntry[]): Generator<SqlValue[]> {
  const resolve = createSeeResolver(entries);
  for (const entry of entries) {
    yield [
      entry.seq,
      entry.entryId,
      entry.soc2020,
      entry.soc2020Extended,
      entry.soc2010,
      entry.isco08,
      entry.title,
      entry.naturalTitle,
      entry.additional,
      entry.industry,
      entry.defaultEntry,
      entry.see,
      entry.see === null ? null : resolve(entry.see).join(',') || null,
    ];
  }
}

/** True for references to the coding notes, which name no title. */
export function refersToNotes(see: string): boolean {
  return /^see (also )?notes\b/i.test(see);
}

/**
 * Resolves references to SOC 2020 codes, those with most entries first. The index writes them in four ways:
 * "see Baler" and "see Presser ( )" name all entries of a title, whatever their qualifiers; "see Engineer
 * (professional)" those with the additional qualifier in brackets; "see also Foreman, room" names the head of
 * longer titles ("Foreman, room, card"); a title that is itself only a reference is followed.
 */
export function createSeeResolver(entries: readonly IndexEntry[]): (see: string) => string[] {
  const byTitle = new Map<string, IndexEntry[]>();
  for (const entry of entries) {
    const key = entry.title.toLowerCase();
    const same = byTitle.get(key);
    if (same) same.push(entry);
    else byTitle.set(key, [entry]);
  }
  const named = (title: string): IndexEntry[] => {
    const exact = byTitle.get(title);
    if (exact) return exact;
    return [...byTitle].filter(([key]) => key.startsWith(`${title},`)).flatMap(([, found]) => found);
  };
  const resolve = (see: string, seen: ReadonlySet<string>): string[] => {
    if (refersToNotes(see)) return [];
    const [, title, qualifier] = /^see (?:also )?(.*?)\s*(?:\((.*)\))?$/i.exec(see) ?? [];
    if (!title || seen.has(see)) return [];
    const wanted = qualifier?.trim().toLowerCase() ?? '';
    const targets = named(title.toLowerCase()).filter(
      ({ additional }) => wanted === '' || (additional ?? '').toLowerCase().includes(wanted),
    );
    const counts = new Map<string, number>();
    for (const { soc2020 } of targets) if (soc2020) counts.set(soc2020, (counts.get(soc2020) ?? 0) + 1);
    if (counts.size === 0) {
      const followed = targets.flatMap((target) =>
        target.see ? resolve(target.see, new Set([...seen, see])) : [],
      );
      return [...new Set(followed)];
    }
    return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([code]) => code);
  };
  return (see) => resolve(see, new Set());
}
