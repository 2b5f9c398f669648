/** Dataset `graduate-jobs`: the commonest jobs of the leavers of courses, as groups of the occupation classification. */
import {
  checkThat,
  codesKnown,
  noDuplicates,
  publishedRows,
  rowCount,
  valuesWithin,
  type DatasetImporter,
  type SourceFile,
} from '@lmi/importing';
import { LmiError, type Classification, type SqlValue } from '@lmi/kit';
import { GroupTitles } from '../job-groups';
import { graduateJobColumns, separator } from '../tables';
import { courseLevel } from '../outcome-kinds';
import { readJobListsCsv } from './discover-uni-csv';
import { readJobListsXml } from './discover-uni-xml';
import type { JobListRecord } from './records';

const csvNames = ['COMMON.csv', 'JOBLIST.csv', 'SBJ.csv'];
const xmlName = /\.xml$/i;

/** The CSV files where all are at hand; else every XML extract. */
async function readFiles(files: readonly SourceFile[]): Promise<JobListRecord[]> {
  const [common, list, subjects] = csvNames.map((wanted) => files.find(({ name }) => name === wanted));
  if (common && list && subjects) return readJobListsCsv(common, list, subjects);
  const xml = files.filter(({ name }) => xmlName.test(name));
  if (xml.length === 0) {
    throw new LmiError(
      'invalid-argument',
      `missing file: ${csvNames.join(', ')} of the Discover Uni CSV set, or its XML (kis.xml)`,
      { field: 'from' },
    );
  }
  const lists: JobListRecord[] = [];
  for (const file of xml) lists.push(...(await readJobListsXml(file)));
  return lists;
}

/** A list of a subject at a provider stands with every course of it; a list of a course may be in several extracts. */
function distinctLists(lists: readonly JobListRecord[]): JobListRecord[] {
  const seen = new Map<string, JobListRecord>();
  for (const list of lists) {
    const jobs = list.jobs.map(({ label, percent }) => `${label}=${percent}`).join();
    const of = list.aggregation.endsWith(courseLevel) ? list.course : list.subjects.join();
    const key = [list.provider, of, list.aggregation, list.period, list.population, jobs].join('|');
    if (!seen.has(key)) seen.set(key, list);
  }
  return [...seen.values()];
}

/** First and last year of "2020/21" or "2019/21". */
function lastYear(period: string): string {
  return `20${period.slice(-2)}`;
}

/**
 * The classification whose titles the lists use: the one that knows more of them; SOC 2020 where both know as many, because
 * the survey codes to it since 2021.
 */
function classificationOf(
  lists: readonly JobListRecord[],
  titles: Readonly<Record<Classification, GroupTitles>>,
): Classification {
  const labels = new Set(lists.flatMap(({ jobs }) => jobs.map(({ label }) => label)));
  const known = (classification: Classification): number =>
    [...labels].filter((label) => titles[classification].find(label) !== undefined).length;
  return known('soc2010') > known('soc2020') ? 'soc2010' : 'soc2020';
}

export const graduateJobsImporter: DatasetImporter = {
  card: {
    id: 'graduate-jobs',
    title: 'Discover Uni: common jobs of leavers',
    publisher: 'HESA (Jisc) for the higher education funding and regulatory bodies of the United Kingdom',
    licence: 'CC-BY-4.0',
    licenceUrl: 'https://creativecommons.org/licenses/by/4.0/',
    attribution:
      'Discover Uni dataset. Credit: HESA (www.hesa.ac.uk), licensed under CC BY 4.0; job labels replaced by occupation codes.',
    sourceUrl: 'https://www.hesa.ac.uk/support/tools-and-downloads/unistats',
    cadence: 'yearly',
    description:
      'For courses, or for their subject at the provider, the share of leavers in work 15 months later in each of the occupation ' +
      'groups that the graduate survey prints; labels are matched to the classification by their official titles.',
    caveats: [
      'The extract at hand is of one university and leavers of 2019/20 and 2020/21: shares by subject are a thin sample, not national figures.',
      'Groups are three digits wide for graduate jobs and one or two digits for others; no unit groups are published.',
      'Lists without a year are of the survey that ended in 2017 and are not loaded.',
    ],
    dependsOn: ['soc', 'subjects'],
    derived: false,
  },
  version: 1,
  tables: { graduate_job: graduateJobColumns },
  withheld: {},
  defaultFolders: ['discover-uni'],
  accepts: ({ name }) => csvNames.includes(name) || xmlName.test(name),

  async open(files, edition) {
    const all = await readFiles(files);
    const found = all.reduce(
      (newest, { period }) => (period !== '' && lastYear(period) > newest ? lastYear(period) : newest),
      '',
    );
    if (found === '') {
      throw new LmiError('invalid-argument', 'no list of common jobs with a year in the files', {
        field: 'from',
      });
    }
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
        const { reader } = context.sink;
        const groups = await publishedRows<{ classification: Classification; code: string; title: string }>(
          reader,
          'soc',
          'soc_group',
          'classification, code, title',
        );
        const of = (name: Classification) => groups.filter(({ classification }) => classification === name);
        const titles = {
          soc2020: new GroupTitles('soc2020', of('soc2020')),
          soc2010: new GroupTitles('soc2010', of('soc2010')),
        };
        context.rowsRead(all.reduce((sum, { jobs }) => sum + jobs.length, 0));
        const dated = all.filter((list) => {
          if (list.period !== '') return true;
          const [file, ...rest] = list.place.split(', ');
          context.reject({
            file: file!,
            place: rest.join(', '),
            reason: 'a list without a year: the earlier survey',
          });
          return false;
        });
        const lists = distinctLists(dated);
        const classification = classificationOf(lists, titles);
        const rows: SqlValue[][] = [];
        lists.forEach((list, index) => {
          const shares = new Map<string, number>();
          for (const { label, percent } of list.jobs) {
            const group = titles[classification].find(label);
            if (group === undefined) {
              const [file, ...rest] = list.place.split(', ');
              context.reject({
                file: file!,
                place: rest.join(', '),
                reason: `no group of ${classification} is called "${label}"`,
              });
            } else shares.set(group, (shares.get(group) ?? 0) + percent);
          }
          for (const [soc, share] of shares) {
            rows.push([
              index + 1,
              classification,
              soc,
              list.provider,
              list.subjects.join(separator),
              list.aggregation,
              list.period,
              list.population,
              share,
            ]);
          }
        });
        context.count(0, 0);
        await context.sink.insert('graduate_job', graduateJobColumns, rows);
        context.progress(1);
      },
    };
  },

  async check(reader, releaseId) {
    const over = await reader.all<{ list: number; total: number }>(
      'SELECT list, SUM(share) AS total FROM graduate_job WHERE release_id = ? GROUP BY list HAVING SUM(share) > 110',
      [releaseId],
    );
    const classifications = await reader.all<{ classification: string }>(
      'SELECT DISTINCT classification FROM graduate_job WHERE release_id = ?',
      [releaseId],
    );
    return [
      await rowCount(reader, releaseId, 'graduate_job', { atLeast: 1 }),
      await noDuplicates(reader, releaseId, 'graduate_job', ['list', 'soc']),
      await valuesWithin(reader, releaseId, 'graduate_job', 'share', 0, 110),
      checkThat(
        'graduate_job: shares of a list at most 100, give or take rounding',
        over.length === 0,
        `${over.length} above 110`,
      ),
      ...(await Promise.all(
        classifications.map(({ classification }) =>
          codesKnown(reader, releaseId, 'graduate_job', 'soc', { classification }),
        ),
      )),
    ];
  },
};
