/** Dataset `plain-english`: the project's own short descriptions of the SOC 2020 unit groups. */
import {
  checkThat,
  expectMatch,
  expectText,
  layoutError,
  publishedRelease,
  readCsv,
  rowCount,
  UniqueKeys,
  type DatasetImporter,
} from '@lmi/importing';
import { LmiError, type SqlValue } from '@lmi/kit';
import { pickFile, refuseOtherEdition } from './sources';

const columns = ['soc2020', 'description', 'tasks', 'entry'] as const;
const pattern = /^plain_occupation\.csv$/i;

/** The texts describe SOC 2020 as it stands; they are revised in place, and the checksum tells versions apart. */
const edition = 'soc2020';

/** Tasks are three short phrases joined by "|" in the file and by line ends in the table. */
const tasksPerOccupation = 3;

export const plainEnglishImporter: DatasetImporter = {
  card: {
    id: 'plain-english',
    title: 'Occupations in plain English',
    publisher: 'LMI for All, revived',
    licence: 'CC0-1.0',
    licenceUrl: 'https://creativecommons.org/publicdomain/zero/1.0/',
    attribution: 'Plain-English occupation summaries by LMI for All, revived (CC0 1.0)',
    sourceUrl: 'data/plain-english/plain_occupation.csv',
    cadence: 'irregular',
    description:
      'One line, three tasks and one line on entry for each unit group of SOC 2020, in our own words, served until ' +
      'the official descriptions are imported.',
    caveats: [
      'These are summaries by this project, not official descriptions.',
      'Entry routes are general guidance and name no particular course or qualification.',
    ],
    dependsOn: ['soc'],
    derived: false,
  },
  version: 1,
  tables: { plain_occupation: columns },
  withheld: {},
  defaultFolders: [],

  accepts: ({ name }) => pattern.test(name),

  async open(files, asked) {
    const file = pickFile(files, pattern, 'the plain-English summaries');
    if (!file) {
      throw new LmiError('invalid-argument', 'missing file: plain_occupation.csv', { field: 'from' });
    }
    refuseOtherEdition(file, edition, asked);
    const table = await readCsv(file, { columns });
    const codes = new UniqueKeys((row) => table.place(row));
    const rows = table.rows.map(([soc, description, tasks, entry], row): SqlValue[] => {
      const place = (column: string) => () => table.place(row, column);
      const code = expectMatch(soc, /^[1-9]\d{3}$/, place('soc2020'), 'a SOC 2020 unit group');
      codes.add(code, row);
      const phrases = tasks!.split('|').map((phrase) => phrase.trim());
      if (phrases.length !== tasksPerOccupation || phrases.includes('')) {
        throw layoutError(
          place('tasks'),
          `found "${tasks!}", expected ${tasksPerOccupation} phrases joined by |`,
        );
      }
      return [
        code,
        expectText(description, place('description')),
        phrases.join('\n'),
        expectText(entry, place('entry')),
      ];
    });
    return {
      edition,
      async load(context) {
        context.rowsRead(rows.length);
        await context.sink.insert('plain_occupation', columns, rows);
        context.progress(1);
      },
    };
  },

  async check(reader, releaseId) {
    const soc = await publishedRelease(reader, 'soc');
    const name = 'plain_occupation: every SOC 2020 unit group exactly once';
    if (soc === undefined)
      return [checkThat(name, false, 'no release of dataset soc is published: import it first')];
    const missing = await reader.all<{ code: string }>(
      "SELECT code FROM soc_group WHERE release_id = ? AND classification = 'soc2020' AND level = 'unit' AND code NOT IN " +
        '(SELECT soc2020 FROM plain_occupation WHERE release_id = ?)',
      [soc, releaseId],
    );
    const unknown = await reader.all<{ code: string }>(
      'SELECT soc2020 AS code FROM plain_occupation WHERE release_id = ? AND soc2020 NOT IN ' +
        "(SELECT code FROM soc_group WHERE release_id = ? AND classification = 'soc2020' AND level = 'unit')",
      [releaseId, soc],
    );
    const list = (rows: readonly { code: string }[]): string =>
      rows
        .slice(0, 10)
        .map(({ code }) => code)
        .join(', ') || 'none';
    return [
      await rowCount(reader, releaseId, 'plain_occupation', { exactly: 412 }),
      checkThat(
        name,
        missing.length + unknown.length === 0,
        `missing: ${list(missing)}; unknown: ${list(unknown)}`,
      ),
    ];
  },
};
