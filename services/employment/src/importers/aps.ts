/** Dataset `aps`: employment by sub-major group of SOC 2010 and area, and head-counts of nations and regions. */
import {
  areasKnown,
  codesKnown,
  noDuplicates,
  occupationLevel,
  publishedRows,
  rowCount,
  rowCountNotFallen,
  type DatasetImporter,
  type ReconciliationCell,
  type SourceFile,
} from '@lmi/importing';
import { LmiError, type SqlValue } from '@lmi/kit';
import { apsCellColumns, wholeCode } from '../codes';
import { marksOfApsMarker } from '../marks';
import { AreaNames, type NamedArea, type ResolvedArea } from './aps-areas';
import {
  apsKey,
  csvName,
  ratesName,
  readApsCsv,
  readApsWorkbook,
  readHeadcounts,
  workbookName,
  type ApsRow,
  type Headcounts,
} from './aps-files';
import { cellOf, employmentPath, seededSample } from './sampling';

interface ApsFiles {
  /** Later exports first: they are revised, and the first figure for a key is kept. */
  readonly tables: readonly ApsRow[];
  readonly headcounts: Headcounts;
}

/** In a name like "…_2022_05_18.csv": when the table was exported. */
const exportDate = (name: string): string => /\d{4}_\d{2}_\d{2}/.exec(name)?.[0] ?? '';

async function readFiles(files: readonly SourceFile[]): Promise<ApsFiles> {
  const one = (matches: (name: string) => boolean, what: string): SourceFile => {
    const file = files.find(({ name }) => matches(name));
    if (file) return file;
    throw new LmiError('invalid-argument', `missing file: ${what}`, { field: 'from' });
  };
  const exports = [
    one(
      (name) => workbookName.test(name),
      'the Nomis workbook of APS table T09a by area (aps_t09a_by_area_nomis_….xlsx)',
    ),
    one((name) => csvName.test(name), 'the Nomis CSV export of APS table T09a (aps_t09a_…_nomis_….csv)'),
  ].sort((a, b) => (exportDate(a.name) > exportDate(b.name) ? -1 : 1));
  const rates = one((name) => name === ratesName, `${ratesName} of Explore Local Statistics`);
  const merged = new Map<string, ApsRow>();
  for (const file of exports) {
    const rows = workbookName.test(file.name) ? await readApsWorkbook(file) : await readApsCsv(file);
    for (const row of rows) if (!merged.has(apsKey(row))) merged.set(apsKey(row), row);
  }
  return { tables: [...merged.values()], headcounts: await readHeadcounts(rates) };
}

function valuesOf(row: ApsRow, { type, code }: ResolvedArea): SqlValue[] {
  return [type, code, row.soc, row.sex, row.workingPattern, row.year, row.employment, row.ci95, row.marker];
}

export const apsImporter: DatasetImporter = {
  card: {
    id: 'aps',
    title: 'Annual Population Survey: employment by occupation group and area',
    publisher: 'Office for National Statistics',
    licence: 'OGL-UK-3.0',
    licenceUrl: 'https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/',
    attribution: 'Source: Office for National Statistics licensed under the Open Government Licence v.3.0',
    sourceUrl: 'https://www.nomisweb.co.uk/datasets/aps210',
    cadence: 'irregular',
    description:
      'People in work who live in an area, by the 25 sub-major groups of SOC 2010, for calendar years 2015 to 2021 with ' +
      'the 95 per cent interval of the survey; and people aged 16 to 64 in work in each nation and region from 2004.',
    caveats: [
      'Small areas rest on few answers: many figures are marked unreliable or are withheld.',
      'Years 2017 to 2021 of all people are of the revised export of 2023, the rest of the export of 2022.',
      'The head-counts of nations and regions are of ages 16 to 64, the figures by occupation of ages 16 and over.',
      'Areas are joined by name; ITL 3 areas have no code in the list of areas and are not loaded.',
      'Areas of different types overlap and must never be added. Northern Ireland is not in the tables by occupation.',
      'The survey lost its accreditation as official statistics in October 2024.',
    ],
    gaps: [
      { what: 'years after 2021', why: 'the export at hand ends there' },
      { what: 'Northern Ireland by occupation', why: 'it is not in the table' },
    ],
    dependsOn: ['soc', 'areas'],
    derived: false,
  },
  version: 1,
  tables: { aps_cell: apsCellColumns },
  figures: [
    {
      figure: 'employment',
      table: 'aps_cell',
      value: 'employment',
      level: `${occupationLevel('soc')} || ', ' || area_type`,
      period: 'year',
      marker: 'marker',
      marksOf: marksOfApsMarker,
    },
  ],
  withheld: {},
  defaultFolders: ['employment', 'area-indicators'],
  accepts: ({ name }) => workbookName.test(name) || csvName.test(name) || name === ratesName,

  async open(files, edition) {
    const { tables, headcounts } = await readFiles(files);
    const found = String(tables.reduce((latest, { year }) => Math.max(latest, year), 0));
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
        const known = await publishedRows<NamedArea & object>(
          context.sink.reader,
          'areas',
          'area',
          'code, name',
        );
        const names = new AreaNames(known);
        context.rowsRead(tables.length + headcounts.rows.length);
        const refused = new Map<string, { reason: string; rows: number; place: string }>();
        const rows: SqlValue[][] = headcounts.rows.map((row) =>
          valuesOf(row, { type: row.area.startsWith('E12') ? 'region' : 'country', code: row.area }),
        );
        const resolved = new Map<string, ReturnType<AreaNames['resolve']>>();
        let withheld = 0;
        let marked = 0;
        for (const row of tables) {
          const area = resolved.get(row.area) ?? names.resolve(row.area);
          resolved.set(row.area, area);
          if ('reason' in area) {
            const refusal = refused.get(row.area) ?? { reason: area.reason, rows: 0, place: row.place() };
            refused.set(row.area, { ...refusal, rows: refusal.rows + 1 });
            continue;
          }
          rows.push(valuesOf(row, area));
          withheld += row.employment === null ? 1 : 0;
          marked += row.marker === '' ? 0 : 1;
        }
        for (const [area, { reason, rows: count, place }] of refused) {
          const [file, ...rest] = place.split(', ');
          context.reject({
            file: file!,
            place: rest.join(', '),
            reason: `${area}, ${count} rows: ${reason}`,
          });
        }
        context.count(withheld, marked);
        await context.sink.insert('aps_cell', apsCellColumns, rows);
        context.progress(1);
      },
    };
  },

  async check(reader, releaseId) {
    const districts = { where: "area_type = 'district'", name: 'aps_cell: districts of Great Britain' };
    return [
      await rowCount(reader, releaseId, 'aps_cell', { atLeast: 1 }),
      await rowCount(reader, releaseId, 'aps_cell', { atLeast: 1, ...districts }),
      await rowCountNotFallen(reader, releaseId, 'aps', 'aps_cell', 5),
      await noDuplicates(reader, releaseId, 'aps_cell', [
        'area_type',
        'area',
        'soc',
        'sex',
        'working_pattern',
        'year',
      ]),
      await codesKnown(reader, releaseId, 'aps_cell', 'soc', {
        classification: 'soc2010',
        also: [wholeCode],
      }),
      await areasKnown(reader, releaseId, 'aps_cell', 'area'),
    ];
  },

  async reconcile(files, sample, seed): Promise<ReconciliationCell[]> {
    const { tables, headcounts } = await readFiles(files.filter((file) => apsImporter.accepts(file)));
    // Names and codes of the file of rates: districts of today, which is what can be resolved without the database.
    const names = new AreaNames(headcounts.areas);
    const served = tables.flatMap((row) => {
      const area = names.resolve(row.area);
      const whole = row.sex === 'all' && row.workingPattern === 'all';
      return whole && !('reason' in area) ? [{ row, code: area.code }] : [];
    });
    return seededSample(served, sample, seed).map(({ row, code }) => ({
      place: row.place(),
      path: employmentPath({
        occupation: row.soc,
        classification: 'soc2010',
        area: code,
        breakdown: '',
        minYear: row.year,
        maxYear: row.year,
      }),
      pick: cellOf(row.year, ''),
      expected: { value: row.employment, marks: marksOfApsMarker(row.marker, row.employment === null) },
    }));
  },
};
