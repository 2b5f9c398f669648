/** Dataset `soc`: the occupation classifications, the coding index and the way from SOC 2010 to SOC 2020. */
import {
  checkThat,
  countRows,
  rowCount,
  rowCountNotFallen,
  type DatasetImporter,
  type ImportContext,
  type ReconciliationCell,
  type SourceFile,
} from '@lmi/importing';
import { LmiError, type CheckRecord, type Reader } from '@lmi/kit';
import { crosswalkColumns, crosswalkRows, readDualCoding } from './soc-crosswalk';
import { groupColumns, groupRows, readSoc2010Groups, readSoc2020Groups, type SocGroup } from './soc-groups';
import { indexColumns, indexRows, readCodingIndex } from './soc-index';
import { pickFile, refuseOtherEdition, seededSample } from './sources';

const patterns = {
  index: /^soc2020volume2.*codingindex.*\.xlsx$/i,
  volume1: /^soc2020volume1.*\.xlsx$/i,
  soc2010: /^soc2010_groups\.csv$/i,
  dualWorkbook: /^ONS_SOC2010_SOC2020\.xlsx$/i,
  dualCsv: /^soc2010_soc2020_dual_coded\.csv$/i,
};

const tables = {
  soc_group: groupColumns,
  soc_index_entry: indexColumns,
  soc_crosswalk: crosswalkColumns,
};

/**
 * The edition is the month of the index version ("2025-12" is version 13): ONS reissues the index about twice a year,
 * while the structure of both classifications and the dual-coded relationship stand still. Only the index is
 * therefore required; parts whose file is not given are taken over from the published release.
 */
export const socImporter: DatasetImporter = {
  card: {
    id: 'soc',
    title: 'Standard Occupational Classification 2020 and 2010',
    publisher: 'Office for National Statistics',
    licence: 'OGL-UK-3.0',
    licenceUrl: 'https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/',
    attribution: 'Source: Office for National Statistics licensed under the Open Government Licence v.3.0',
    sourceUrl:
      'https://www.ons.gov.uk/methodology/classificationsandstandards/standardoccupationalclassificationsoc/soc2020',
    cadence: 'irregular, about twice a year',
    description:
      'The groups that all figures about occupations are sorted into, the job titles that belong to each group, and ' +
      'the shares by which each group of the 2010 classification went over to the 2020 one.',
    caveats: [
      'A job title can belong to several groups; a qualifying term or the industry tells them apart.',
      'Titles in natural word order are made by machine from the inverted index titles and are sometimes odd.',
      'The shares between the classifications come from samples and leave out very small flows.',
      'SOC 2010 groups have codes and titles only.',
    ],
    dependsOn: [],
    derived: false,
  },
  version: 1,
  tables,
  withheld: { soc_group: ['description', 'entry_routes', 'tasks'] },
  defaultFolders: ['soc'],

  accepts: ({ name }) => Object.values(patterns).some((pattern) => pattern.test(name)),

  async open(files, edition) {
    const indexFile = pickFile(
      files,
      patterns.index,
      'the SOC 2020 coding index (soc2020volume2…codingindex….xlsx)',
    );
    if (!indexFile) throw missingFile('the SOC 2020 coding index (soc2020volume2…codingindex….xlsx)', files);
    const volume1 = pickFile(files, patterns.volume1, 'SOC 2020 volume 1');
    const soc2010File = pickFile(files, patterns.soc2010, 'the SOC 2010 groups');
    const dualFile =
      pickFile(files, patterns.dualWorkbook, 'the dual-coded relationship') ??
      pickFile(files, patterns.dualCsv, 'the dual-coded relationship');
    const soc2020 = volume1 ? await readSoc2020Groups(volume1) : undefined;
    const soc2010 = soc2010File ? await readSoc2010Groups(soc2010File) : undefined;
    const dual = dualFile ? await readDualCoding(dualFile) : undefined;
    // Last: it takes seconds, and a fault in a small file is told at once.
    const index = await readCodingIndex(indexFile);
    refuseOtherEdition(indexFile, index.edition, edition);
    return {
      edition: index.edition,
      async load(context) {
        context.rowsRead(
          index.entries.length + (soc2020?.length ?? 0) + (soc2010?.length ?? 0) + (dual?.length ?? 0),
        );
        const { sink } = context;
        await sink.insert('soc_group', groupColumns, groupRows([...(soc2020 ?? []), ...(soc2010 ?? [])]));
        if (!soc2020 || !soc2010) {
          await sink.carryForward('soc_group', ['classification', 'code']);
          const lacking = soc2020 ? ('soc2010' as const) : ('soc2020' as const);
          const wanted = soc2020 ? 'soc2010_groups.csv' : 'SOC 2020 volume 1 (soc2020volume1….xlsx)';
          await requireCarried(context, 'soc_group', `classification = '${lacking}'`, wanted, files);
        }
        context.progress(0.1);
        if (dual) await sink.insert('soc_crosswalk', crosswalkColumns, crosswalkRows(dual));
        else {
          await sink.carryForward('soc_crosswalk', ['soc2010', 'soc2020', 'sex']);
          await requireCarried(context, 'soc_crosswalk', '1 = 1', 'ONS_SOC2010_SOC2020.xlsx', files);
        }
        context.progress(0.2);
        await sink.insert('soc_index_entry', indexColumns, indexRows(index.entries));
        context.progress(1);
      },
    };
  },

  check: checkSoc,

  /** Counts do not apply to titles: a cell is 1 where the API serves the title of the source, else 0. */
  async reconcile(files, sample, seed) {
    const volume1 = pickFile(files, patterns.volume1, 'SOC 2020 volume 1');
    if (!volume1) throw missingFile('SOC 2020 volume 1 (soc2020volume1….xlsx)', files);
    return seededSample(await readSoc2020Groups(volume1), sample, seed).map(titleCell);
  },
};

function titleCell({ code, title }: SocGroup): ReconciliationCell {
  return {
    place: `soc_group soc2020 ${code}, title "${title}"`,
    path: `/api/v2/occupations/${code}`,
    pick(body) {
      const served = body as { code?: unknown; title?: unknown };
      if (typeof served?.title !== 'string') return undefined;
      return { value: served.code === code && served.title === title ? 1 : 0, marks: [] };
    },
    expected: { value: 1, marks: [] },
  };
}

function missingFile(wanted: string, files: readonly SourceFile[]): LmiError {
  const found = files.map(({ name }) => name).join(', ') || 'none';
  return new LmiError('invalid-argument', `missing file: ${wanted}; files found for soc: ${found}`, {
    field: 'from',
  });
}

/** Rows carried over stand in for a file that was not given; without a published release there are none. */
async function requireCarried(
  { sink }: ImportContext,
  table: string,
  where: string,
  wanted: string,
  files: readonly SourceFile[],
): Promise<void> {
  if ((await countRows(sink.reader, sink.releaseId, table, where)) === 0) throw missingFile(wanted, files);
}

async function checkSoc(reader: Reader, releaseId: number): Promise<CheckRecord[]> {
  const groups = (classification: string, level: string, exactly: number): Promise<CheckRecord> =>
    rowCount(reader, releaseId, 'soc_group', {
      exactly,
      where: `classification = '${classification}' AND level = '${level}'`,
      name: `${classification}: number of ${level} groups`,
    });
  const none = async (name: string, sql: string): Promise<CheckRecord> => {
    const found = await reader.all<{ code: string }>(`${sql} LIMIT 10`, [releaseId, releaseId]);
    const codes = found.map(({ code }) => code).join(', ');
    return checkThat(name, found.length === 0, found.length === 0 ? 'none' : `found: ${codes}`);
  };
  const unknownIn = (table: string, column: string, classification: string): Promise<CheckRecord> =>
    none(
      `${table}: no ${column} code that is not in the classification`,
      `SELECT DISTINCT ${column} AS code FROM ${table} WHERE release_id = ? AND ${column} IS NOT NULL AND ${column} NOT IN ` +
        `(SELECT code FROM soc_group WHERE release_id = ? AND classification = '${classification}')`,
    );
  const uncovered = (classification: string, table: string, column: string): Promise<CheckRecord> =>
    none(
      `${classification}: no unit group without a row in ${table}`,
      `SELECT code FROM soc_group WHERE release_id = ? AND classification = '${classification}' AND level = 'unit' ` +
        `AND code NOT IN (SELECT ${column} FROM ${table} WHERE release_id = ? AND ${column} IS NOT NULL)`,
    );
  return [
    await groups('soc2020', 'major', 9),
    await groups('soc2020', 'sub-major', 26),
    await groups('soc2020', 'minor', 104),
    await groups('soc2020', 'unit', 412),
    await groups('soc2010', 'major', 9),
    await groups('soc2010', 'sub-major', 25),
    await groups('soc2010', 'minor', 90),
    await groups('soc2010', 'unit', 369),
    await orphans(reader, releaseId),
    await rowCount(reader, releaseId, 'soc_index_entry', { atLeast: 32_000 }),
    await rowCountNotFallen(reader, releaseId, 'soc', 'soc_index_entry', 5),
    await unknownIn('soc_index_entry', 'soc2020', 'soc2020'),
    await unknownIn('soc_index_entry', 'soc2010', 'soc2010'),
    await uncovered('soc2020', 'soc_index_entry', 'soc2020'),
    await none(
      'soc_index_entry: no reference to a title without codes',
      'SELECT see_reference AS code FROM soc_index_entry WHERE release_id = ? AND see_reference IS NOT NULL ' +
        "AND see_codes IS NULL AND see_reference NOT LIKE '%notes%' AND release_id = ?",
    ),
    await unknownIn('soc_crosswalk', 'soc2010', 'soc2010'),
    await unknownIn('soc_crosswalk', 'soc2020', 'soc2020'),
    await uncovered('soc2010', 'soc_crosswalk', 'soc2010'),
    await uncovered('soc2020', 'soc_crosswalk', 'soc2020'),
    await sharesAddUp(reader, releaseId, 'soc2010', 'share_of_2010'),
    await sharesAddUp(reader, releaseId, 'soc2020', 'share_of_2020'),
  ];
}

/** Every group of two digits or more lies in the group that its code begins with. */
async function orphans(reader: Reader, releaseId: number): Promise<CheckRecord> {
  const groups = await reader.all<{ classification: string; code: string }>(
    'SELECT classification, code FROM soc_group WHERE release_id = ?',
    [releaseId],
  );
  const known = new Set(groups.map(({ classification, code }) => `${classification} ${code}`));
  const lost = groups.filter(
    ({ classification, code }) => code.length > 1 && !known.has(`${classification} ${code.slice(0, -1)}`),
  );
  const codes = lost.slice(0, 10).map(({ classification, code }) => `${classification} ${code}`);
  return checkThat('soc_group: no group without its parent', lost.length === 0, codes.join(', ') || 'none');
}

async function sharesAddUp(
  reader: Reader,
  releaseId: number,
  by: 'soc2010' | 'soc2020',
  share: string,
): Promise<CheckRecord> {
  const sums = await reader.all<{ code: string; sex: string; total: number }>(
    `SELECT ${by} AS code, sex, SUM(${share}) AS total FROM soc_crosswalk WHERE release_id = ? GROUP BY ${by}, sex`,
    [releaseId],
  );
  const off = sums.filter(({ total }) => Math.abs(total - 1) > 1e-9);
  const shown = off.slice(0, 10).map(({ code, sex, total }) => `${code} ${sex}: ${total}`);
  const detail = off.length === 0 ? `${sums.length} sums are 1` : shown.join(', ');
  return checkThat(
    `soc_crosswalk: ${share} adds up to 1 per ${by} and sex`,
    sums.length > 0 && off.length === 0,
    detail,
  );
}
