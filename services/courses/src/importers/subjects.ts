/** Dataset `subjects`: the Common Aggregation Hierarchy of higher education subjects, and HECoS subjects within it. */
import {
  checkThat,
  expectMatch,
  expectText,
  layoutError,
  noDuplicates,
  readCsv,
  rowCount,
  rowCountNotFallen,
  UniqueKeys,
  type DatasetImporter,
  type SourceFile,
} from '@lmi/importing';
import { LmiError, type SqlValue } from '@lmi/kit';
import { hecosColumns, subjectColumns } from '../tables';

const mapping = 'HECoS_CAH_Mappings.csv';
const labels = 'cah_codes_english_welsh.csv';
const log = 'CAH_Change_Log.csv';
const mappingColumns = [
  'HECoS_Code',
  'HECoS_Label',
  'CAH3_Code',
  'CAH3_Label',
  'CAH2_Code',
  'CAH2_Label',
  'CAH1_Code',
  'CAH1_Label',
];

const sentence = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

interface Subjects {
  readonly edition: string;
  readonly rows: number;
  readonly subjects: SqlValue[][];
  readonly hecos: SqlValue[][];
}

async function readFiles(files: readonly SourceFile[]): Promise<Subjects> {
  const file = files.find(({ name }) => name === mapping);
  if (!file) throw new LmiError('invalid-argument', `missing file: ${mapping}`, { field: 'from' });
  const table = await readCsv(file, { columns: mappingColumns });
  const welsh = await readWelsh(files.find(({ name }) => name === labels));
  const found = new Map<string, { level: number; name: string; row: number }>();
  const keys = new UniqueKeys((row) => table.place(row, 'HECoS_Code'));
  const hecos = table.rows.map((values, row): SqlValue[] => {
    const code = expectMatch(
      values[0],
      /^\d{6}$/,
      () => table.place(row, 'HECoS_Code'),
      'a HECoS code of 6 digits',
    );
    keys.add(code, row);
    for (const level of [3, 2, 1]) {
      const at = 2 + (3 - level) * 2;
      const pattern = new RegExp(`^\\d{2}(-\\d{2}){${level - 1}}$`);
      const cah = expectMatch(
        values[at],
        pattern,
        () => table.place(row, `CAH${level}_Code`),
        `a CAH code of level ${level}`,
      );
      const name = expectText(values[at + 1], () => table.place(row, `CAH${level}_Label`), 'a label');
      const known = found.get(cah);
      if (known && known.name !== name) {
        throw layoutError(
          table.place(row, `CAH${level}_Label`),
          `${cah} is "${name}", but "${known.name}" in line ${table.line(known.row)}`,
        );
      }
      if (!known) found.set(cah, { level, name, row });
      if (level > 1 && !cah.startsWith(values[at + 2] ?? '?')) {
        throw layoutError(table.place(row, `CAH${level}_Code`), `${cah} does not lie in ${values[at + 2]!}`);
      }
    }
    return [code, sentence(values[1]!.trim()), `CAH${values[2]!}`];
  });
  const subjects = [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, { level, name }]): SqlValue[] => {
      const other = welsh.get(`CAH${code}`);
      // The list with Welsh labels is of an older version: a code whose English label changed is another subject.
      const same = other && other.english.toLowerCase() === name.toLowerCase();
      return [`CAH${code}`, level, sentence(name), same ? other.welsh : null];
    });
  return {
    edition: await editionOf(files.find(({ name }) => name === log)),
    rows: table.rows.length,
    subjects,
    hecos,
  };
}

async function readWelsh(
  file: SourceFile | undefined,
): Promise<ReadonlyMap<string, { english: string; welsh: string }>> {
  if (!file) return new Map();
  const table = await readCsv(file, { columns: ['code', 'english_label', 'level', 'welsh_label'] });
  return new Map(table.rows.map(([code, english, , welsh]) => [code!, { english: english!, welsh: welsh! }]));
}

/** The date of the newest change, which the mapping itself does not tell. */
async function editionOf(file: SourceFile | undefined): Promise<string> {
  if (!file) return 'undated';
  const table = await readCsv(file, {
    columns: ['Date_of_Latest_Change', 'Current_CAH_Code'],
    allowExtra: true,
  });
  return table.rows.reduce((newest, [date]) => (date! > newest ? date! : newest), '');
}

export const subjectsImporter: DatasetImporter = {
  card: {
    id: 'subjects',
    title: 'Higher education subjects: Common Aggregation Hierarchy and HECoS',
    publisher: 'HESA (Jisc)',
    licence: 'CC-BY-4.0',
    licenceUrl: 'https://creativecommons.org/licenses/by/4.0/',
    attribution:
      'HECoS and CAH. Credit: HESA (www.hesa.ac.uk), licensed under CC BY 4.0; labels capitalised.',
    sourceUrl: 'https://www.hesa.ac.uk/support/documentation/hecos/cah',
    cadence: 'irregular',
    description:
      'Subjects in three levels, from 21 broad ones to some 170, and the subject codes of courses (HECoS) that lie in each.',
    caveats: [
      'Welsh labels are of an older version and are left out where the English label has changed since.',
    ],
    dependsOn: [],
    derived: false,
  },
  version: 1,
  tables: { subject: subjectColumns, hecos_subject: hecosColumns },
  withheld: {},
  defaultFolders: ['subject-codes'],
  accepts: ({ name }) => [mapping, labels, log].includes(name),

  async open(files, edition) {
    const found = await readFiles(files);
    if (edition !== undefined && edition !== found.edition) {
      throw new LmiError(
        'invalid-argument',
        `wrong edition: the files are of ${found.edition}, asked was ${edition}`,
        {
          field: 'edition',
          validValues: [found.edition],
        },
      );
    }
    return {
      edition: found.edition,
      async load(context) {
        context.rowsRead(found.rows);
        await context.sink.insert('subject', subjectColumns, found.subjects);
        await context.sink.insert('hecos_subject', hecosColumns, found.hecos);
        context.progress(1);
      },
    };
  },

  async check(reader, releaseId) {
    const orphans = await reader.all<{ hecos: string }>(
      `SELECT hecos FROM hecos_subject WHERE release_id = ? AND subject NOT IN
         (SELECT code FROM subject WHERE release_id = ? AND level = 3) LIMIT 5`,
      [releaseId, releaseId],
    );
    return [
      await rowCount(reader, releaseId, 'subject', {
        atLeast: 20,
        where: 'level = 3',
        name: 'subject: level 3',
      }),
      await rowCountNotFallen(reader, releaseId, 'subjects', 'subject', 10),
      await noDuplicates(reader, releaseId, 'hecos_subject', ['hecos']),
      checkThat(
        'hecos_subject: every code lies in a subject',
        orphans.length === 0,
        `${orphans.length} without`,
      ),
    ];
  },
};
