/** Dataset `employment-estimates`: employment and replacement demand by 4-digit occupation, worked out from margins. */
import {
  checkThat,
  childrenAddUp,
  codesKnown,
  noDuplicates,
  occupationLevel,
  rowCount,
  type DatasetImporter,
} from '@lmi/importing';
import type { CheckRecord, Reader, SqlValue } from '@lmi/kit';
import { sortMarks, type Mark } from '@lmi/statistics';
import { employmentEstimateColumns, replacementEstimateColumns, wholeCode } from '../codes';
import { computeEstimates, replacementEstimates, type EstimateRow } from '../model/estimates';
import { estimateRule, withheldEstimates } from '../model/disclosure';
import { readInputs } from '../model/read-inputs';

/** Published figures stay as published, and what has no figure says why already. */
function hidden({ employment, marks }: EstimateRow): readonly Mark[] {
  return employment === null || !marks.includes('modelled') ? marks : sortMarks([...marks, 'confidential']);
}

/** Marks of one figure in one text column. */
export function marksText(marks: readonly string[]): string {
  return marks.join(',');
}

export const employmentEstimatesImporter: DatasetImporter = {
  card: {
    id: 'employment-estimates',
    title: 'Employment estimates by occupation to 2035',
    publisher:
      'This project, from figures of the Office for National Statistics and the Skills Imperative 2035',
    licence: 'OGL-UK-3.0',
    licenceUrl: 'https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/',
    attribution:
      'Estimates of this project. Contains Office for National Statistics data and Skills Imperative 2035 projections ' +
      'licensed under the Open Government Licence v.3.0',
    sourceUrl: 'docs/methods/employment.md',
    cadence: 'irregular',
    description:
      'People in work in the United Kingdom by 4-digit occupation for each year to 2035, split by region, sex, working ' +
      'status, qualification and industry. Only margins are published; the cells are fitted to them.',
    caveats: [
      'Within a sub-major group all unit groups grow at the same rate and have the same regional and qualification mix.',
      'Projected growth is that of England; the United Kingdom is moved by it.',
      'Northern Ireland has no figures by occupation in any source: its share of all employment is taken out.',
      'The self-employed are what employment has above employee jobs, two sources that count differently.',
      'Estimates under 1,000 people are withheld, those from 1,000 to 10,000 are marked as small samples.',
    ],
    gaps: [
      { what: 'Northern Ireland', why: 'no source has it by occupation' },
      { what: 'figures under 1,000 people, and those that would give one away', why: 'too weak to be told' },
      { what: 'two breakdowns at once', why: 'the margins that are published do not support it' },
    ],
    dependsOn: ['soc', 'areas', 'ashe', 'employment', 'projections', 'aps'],
    derived: true,
  },
  version: 2,
  tables: {
    employment_estimate: employmentEstimateColumns,
    replacement_estimate: replacementEstimateColumns,
  },
  figures: [
    {
      figure: 'employment',
      table: 'employment_estimate',
      value: `CASE WHEN marks LIKE '%confidential%' THEN NULL ELSE employment END`,
      level: `${occupationLevel('soc')} || CASE WHEN dimension = 'all' THEN '' ELSE ', ' || dimension END`,
      period: 'year',
      marker: `marks || CASE WHEN marks LIKE '%modelled%' AND marks NOT LIKE '%confidential%'
        AND employment > 0 AND employment < ${estimateRule.noteBelow} THEN ',small-sample' ELSE '' END`,
      marksOf: (marker) => [...new Set(marker.split(',').filter((mark) => mark !== ''))],
    },
    {
      figure: 'replacement demand',
      table: 'replacement_estimate',
      value: 'replacement_demand',
      level: occupationLevel('soc'),
      period: `start_year || '/' || end_year`,
      marker: `''`,
      marksOf: () => ['modelled', 'projected'],
    },
  ],
  withheld: {},
  workings: ['replacement_estimate'],
  defaultFolders: [],
  accepts: () => false,
  open() {
    throw new Error('employment-estimates is computed from published releases and reads no files');
  },

  async derive(context) {
    const inputs = await readInputs(context.sink.reader);
    context.progress(0.1);
    const { rows, totals } = computeEstimates(inputs);
    context.progress(0.3);
    const confidential = withheldEstimates(rows);
    context.progress(0.6);
    let loaded = 0;
    let withheld = 0;
    let marked = 0;
    const values = function* (): Generator<SqlValue[]> {
      for (const row of rows) {
        loaded += 1;
        const marks = confidential.has(`${row.soc}/${row.dimension}/${row.code}`) ? hidden(row) : row.marks;
        withheld += row.employment === null || marks.includes('confidential') ? 1 : 0;
        marked += marks.length > 0 ? 1 : 0;
        yield rowValues({ ...row, marks });
      }
    };
    await context.sink.insert('employment_estimate', employmentEstimateColumns, values());
    context.rowsRead(loaded);
    context.count(withheld, marked);
    await context.sink.insert(
      'replacement_estimate',
      replacementEstimateColumns,
      replacementEstimates(inputs, totals).map((row): SqlValue[] => [
        row.soc,
        row.startYear,
        row.endYear,
        row.startEmployment,
        row.endEmployment,
        row.replacementDemand,
        row.annualRate,
      ]),
    );
    context.progress(1);
    return { edition: String(totals.lastBaseYear) };
  },

  check: async (reader, releaseId) => [
    await rowCount(reader, releaseId, 'employment_estimate', { atLeast: 1 }),
    await rowCount(reader, releaseId, 'replacement_estimate', { atLeast: 1 }),
    await noDuplicates(reader, releaseId, 'employment_estimate', ['soc', 'dimension', 'code', 'year']),
    await codesKnown(reader, releaseId, 'employment_estimate', 'soc', {
      classification: 'soc2020',
      also: [wholeCode],
    }),
    await addsUp(reader, releaseId, 'sex'),
    await addsUp(reader, releaseId, 'qualification'),
    await addsUp(reader, releaseId, 'working-status'),
    await addsUp(reader, releaseId, 'industry', "p.marks LIKE '%projected%'"),
    await selfEmployedShare(reader, releaseId),
  ],
};

function rowValues(row: EstimateRow): SqlValue[] {
  return [row.soc, row.dimension, row.code, row.year, row.employment, marksText(row.marks)];
}

/** The parts of every occupation and year add up to its total. */
async function addsUp(
  reader: Reader,
  releaseId: number,
  dimension: string,
  where = '1 = 1',
): Promise<CheckRecord> {
  const sums = await reader.all<{ soc: string; year: number; parent: number; children: number }>(
    `SELECT t.soc AS soc, t.year AS year, t.employment AS parent, SUM(p.employment) AS children
     FROM employment_estimate t JOIN employment_estimate p
       ON p.release_id = t.release_id AND p.soc = t.soc AND p.year = t.year AND p.dimension = ?
     WHERE t.release_id = ? AND t.dimension = 'total' AND t.employment IS NOT NULL AND ${where}
     GROUP BY t.soc, t.year, t.employment`,
    [dimension, releaseId],
  );
  return childrenAddUp(
    `employment_estimate: ${dimension} adds up to the total`,
    sums.map(({ soc, year, parent, children }) => ({ place: `${soc} ${year}`, parent, children })),
    { absolute: 0, relative: 1e-9 },
  );
}

/** The difference of two surveys is used only while it looks like self-employment does. */
const plausibleSelfEmployed = { least: 0.08, most: 0.2 };

async function selfEmployedShare(reader: Reader, releaseId: number): Promise<CheckRecord> {
  const row = await reader.get<{ share: number | null }>(
    `SELECT SUM(CASE WHEN code = '3' THEN employment ELSE 0 END) / SUM(employment) AS share
     FROM employment_estimate WHERE release_id = ? AND soc = ? AND dimension = 'working-status'`,
    [releaseId, wholeCode],
  );
  const share = row?.share ?? 0;
  const { least, most } = plausibleSelfEmployed;
  return checkThat(
    'employment_estimate: share of the self-employed is plausible',
    share >= least && share <= most,
    `${(share * 100).toFixed(1)} %, expected ${least * 100} to ${most * 100} %`,
  );
}
