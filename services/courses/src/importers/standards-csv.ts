/**
 * Reads the CSV export of the apprenticeship search of Skills England. Its first line is a note with the date, the header
 * stands below. Columns with the names and addresses of people are never read, and neither are the descriptions.
 */
import {
  expectMatch,
  expectNumberOrMarker,
  expectText,
  layoutError,
  readCsv,
  type SourceFile,
} from '@lmi/importing';
import type { ProgrammeRecord } from './programmes';

export const standardsName = /apprenticeship.*\.csv$/i;

const columns = [
  'Programme Type',
  'Name',
  'Reference',
  'Version Number',
  'Status',
  'Approved for Delivery Date',
  'Route',
  'Level',
  'Maximum Funding (£)',
  'Typical Duration',
  'LARS code for providers only',
  'SSA2 code',
  'Job Titles',
] as const;

const noNumber: ReadonlySet<string> = new Set(['', '0', 'N/A']);

export interface StandardsFile {
  /** ISO date of the note in the first line; '' when there is none. */
  readonly edition: string;
  readonly programmes: readonly ProgrammeRecord[];
}

export async function readStandardsCsv(file: SourceFile): Promise<StandardsFile> {
  const content = (await file.read()).toString('utf8').replace(/^\uFEFF/, '');
  const headerAt = content.split(/\r?\n/, 5).findIndex((line) => /(^|,)"?Reference"?(,|$)/.test(line));
  if (headerAt < 0) {
    throw layoutError(
      `${file.name}, line 1`,
      'no header with the column Reference in the first five lines',
      columns,
    );
  }
  const lines = content.split(/\r?\n/);
  const note = lines.slice(0, headerAt).join(' ');
  const table = await readCsv(
    { ...file, read: async () => Buffer.from(lines.slice(headerAt).join('\n')) },
    { columns, allowExtra: true },
  );
  const programmes = table.rows.flatMap((values, row): ProgrammeRecord[] => {
    const value = (column: (typeof columns)[number]): string => values[columns.indexOf(column)]!.trim();
    const place = (column: (typeof columns)[number]) => () =>
      `${file.name}, line ${table.line(row) + headerAt}, column ${column}`;
    // Units of learning stand in the export beside whole programmes.
    const type = value('Programme Type');
    if (!/apprenticeship/i.test(type) || /unit/i.test(type)) return [];
    const number = (column: (typeof columns)[number]): number | null =>
      expectNumberOrMarker(value(column).replace(/[£,]/g, ''), noNumber, place(column)).value;
    return [
      {
        id: expectMatch(
          value('Reference'),
          /^(ST|FA|AU)\d{4}$/,
          place('Reference'),
          'a reference such as ST0499',
        ),
        kind: 'standard',
        title: expectText(value('Name'), place('Name'), 'a name'),
        level: Number(expectMatch(value('Level'), /^[2-8]$/, place('Level'), 'a level from 2 to 8')),
        status: expectText(value('Status'), place('Status'), 'a status'),
        route: value('Route') || null,
        sector: value('SSA2 code') || null,
        starts: isoDate(value('Approved for Delivery Date'), place('Approved for Delivery Date')),
        ends: null,
        months: number('Typical Duration'),
        funding: number('Maximum Funding (£)'),
        version: value('Version Number') || null,
        lars: value('LARS code for providers only').replace(/^0$/, '') || null,
        jobTitles: value('Job Titles')
          .split(';')
          .map((title) => title.trim())
          .filter((title) => title !== ''),
        soc2020: null,
        place: `${file.name}, line ${table.line(row) + headerAt}`,
      },
    ];
  });
  if (programmes.length === 0) throw layoutError(file.name, 'no apprenticeship in the file');
  return { edition: isoDateIn(note), programmes };
}

const britishDate = /(\d{1,2})\/(\d{1,2})\/(\d{4})/;

function isoDateIn(text: string): string {
  const iso = /\d{4}-\d{2}-\d{2}/.exec(text)?.[0];
  if (iso) return iso;
  const [, day, month, year] = britishDate.exec(text) ?? [];
  return day ? `${year}-${month!.padStart(2, '0')}-${day.padStart(2, '0')}` : '';
}

function isoDate(text: string, place: () => string): string | null {
  if (text === '') return null;
  const found = isoDateIn(text);
  if (found === '') throw layoutError(place, `found "${text}", expected a date`);
  return found;
}
