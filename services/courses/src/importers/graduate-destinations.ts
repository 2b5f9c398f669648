/**
 * Derived dataset `graduate-destinations`: for each subject, the share of its leavers in each occupation group, from all job
 * lists of courses and subjects at providers. The method is in docs/methods/courses.md.
 */
import { checkThat, publishedRows, rowCount, valuesWithin, type DatasetImporter } from '@lmi/importing';
import type { Classification, SqlValue } from '@lmi/kit';
import { crossGroups } from '../job-groups';
import {
  destinationColumns,
  graduateSubjectColumns,
  splitList,
  subjectLevel,
  unitedKingdom,
} from '../tables';

interface JobRow {
  readonly list: number;
  readonly classification: Classification;
  readonly soc: string;
  readonly subjects: string;
  readonly period: string;
  readonly population: number;
  readonly share: number;
}

export interface PooledSubject {
  people: number;
  readonly lists: Set<number>;
  first: string;
  last: string;
  /** People by classification and group. */
  readonly groups: Record<Classification, Map<string, number>>;
}

/** "CAH10-01-02" with what it lies in: "CAH10-01", "CAH10". */
export function withParents(code: string): string[] {
  const parts = code.split('-');
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('-'));
}

/**
 * Adds the people of every list up: a list of several subjects counts for each in equal parts, and for the wider subjects
 * that they lie in. A list of a wide subject says nothing about the narrower ones.
 */
export function poolLists(
  rows: readonly JobRow[],
  cross: Readonly<Record<Classification, ReadonlyMap<string, ReadonlyMap<string, number>>>>,
): Map<string, PooledSubject> {
  const pooled = new Map<string, PooledSubject>();
  for (const row of rows) {
    const subjects = splitList(row.subjects);
    const weight = row.population / subjects.length;
    for (const subject of subjects) {
      for (const code of withParents(subject)) {
        const entry = pooled.get(code) ?? {
          people: 0,
          lists: new Set<number>(),
          first: row.period.slice(0, 4),
          last: row.period.slice(-2),
          groups: { soc2010: new Map<string, number>(), soc2020: new Map<string, number>() },
        };
        pooled.set(code, entry);
        entry.first = row.period.slice(0, 4) < entry.first ? row.period.slice(0, 4) : entry.first;
        entry.last = row.period.slice(-2) > entry.last ? row.period.slice(-2) : entry.last;
        const people = (weight * row.share) / 100;
        const other: Classification = row.classification === 'soc2010' ? 'soc2020' : 'soc2010';
        add(entry.groups[row.classification], row.soc, people);
        for (const [group, share] of cross[row.classification].get(row.soc) ?? []) {
          add(entry.groups[other], group, people * share);
        }
      }
    }
  }
  // People count once per list and subject, not once per job in it.
  const counted = new Set<string>();
  for (const row of rows) {
    const subjects = splitList(row.subjects);
    for (const [index, subject] of subjects.entries()) {
      if (counted.has(`${row.list} ${index}`)) continue;
      counted.add(`${row.list} ${index}`);
      for (const code of withParents(subject)) {
        const entry = pooled.get(code)!;
        entry.people += row.population / subjects.length;
        entry.lists.add(row.list);
      }
    }
  }
  return pooled;
}

function add(map: Map<string, number>, key: string, value: number): void {
  map.set(key, (map.get(key) ?? 0) + value);
}

export const graduateDestinationsImporter: DatasetImporter = {
  card: {
    id: 'graduate-destinations',
    title: 'Occupations of graduates by subject',
    publisher: 'This project, from the Discover Uni dataset',
    licence: 'CC-BY-4.0',
    licenceUrl: 'https://creativecommons.org/licenses/by/4.0/',
    attribution:
      'Discover Uni dataset. Credit: HESA (www.hesa.ac.uk), licensed under CC BY 4.0; pooled by subject.',
    sourceUrl: 'https://www.hesa.ac.uk/support/tools-and-downloads/unistats',
    cadence: 'yearly',
    description:
      'Share of the leavers of a subject who work in each occupation group 15 months later, pooled over the job lists at hand, ' +
      'in both classifications; and how many graduates the subject has nationally, which weighs subjects against each other.',
    caveats: [
      'Pooled from the lists at hand, which are of few providers: an indication of where graduates go, not a national distribution.',
      'The source prints groups of one to three digits: a unit group is answered by the group that it lies in.',
      'Subjects without a list have no shares of their own; a wider subject answers for them.',
    ],
    gaps: [
      {
        what: 'occupations of graduates by unit group, and of subjects without a job list',
        why: 'the source prints wider groups, and the lists at hand are of one university',
      },
    ],
    dependsOn: ['soc', 'subjects', 'courses', 'graduate-jobs'],
    derived: true,
  },
  version: 1,
  tables: { graduate_subject: graduateSubjectColumns, graduate_destination: destinationColumns },
  figures: [
    {
      figure: 'share of leavers in an occupation group',
      table: 'graduate_destination',
      value: 'share',
      level: `classification || ', ' || ${subjectLevel}`,
      period: "''",
      marker: "''",
      marksOf: () => ['modelled'],
    },
  ],
  withheld: {},
  defaultFolders: [],
  accepts: () => false,
  open: () => Promise.reject(new Error('computed from published releases')),

  async derive(context) {
    const { reader } = context.sink;
    const rows = await publishedRows<JobRow>(
      reader,
      'graduate-jobs',
      'graduate_job',
      'list, classification, soc, subjects, period, population, share',
    );
    const pairs = await publishedRows<{ soc2010: string; soc2020: string; people: number }>(
      reader,
      'soc',
      'soc_crosswalk',
      'soc2010, soc2020, people',
      "sex = 'all'",
    );
    const national = await publishedRows<{ subject: string; graduates: number }>(
      reader,
      'courses',
      'subject_earnings',
      'subject, SUM(population) AS graduates',
      "measure = 'salary-15-months' AND area = ? GROUP BY subject",
      [unitedKingdom],
    );
    const graduates = new Map(national.map(({ subject, graduates: count }) => [subject, count]));
    const pooled = poolLists(rows, {
      soc2010: crossGroups(pairs, 'soc2010'),
      soc2020: crossGroups(pairs, 'soc2020'),
    });
    const subjects: SqlValue[][] = [];
    const destinations: SqlValue[][] = [];
    for (const [subject, { people, lists, first, last, groups }] of [...pooled].sort(([a], [b]) =>
      a < b ? -1 : 1,
    )) {
      subjects.push([subject, graduates.get(subject) ?? null, people, lists.size, `${first}/${last}`]);
      for (const classification of ['soc2010', 'soc2020'] as const) {
        for (const [soc, inGroup] of groups[classification]) {
          destinations.push([classification, subject, soc, (100 * inGroup) / people, inGroup]);
        }
      }
    }
    context.rowsRead(rows.length);
    context.count(0, destinations.length);
    await context.sink.insert('graduate_subject', graduateSubjectColumns, subjects);
    await context.sink.insert('graduate_destination', destinationColumns, destinations);
    context.progress(1);
    return {
      edition: rows.reduce(
        (newest, { period }) => (`20${period.slice(-2)}` > newest ? `20${period.slice(-2)}` : newest),
        '',
      ),
    };
  },

  async check(reader, releaseId) {
    // Ten shares rounded to whole fives; a sum differs in its last bits from engine to engine.
    const sums = await reader.all<{ subject: string; total: number }>(
      `SELECT subject, SUM(share) AS total FROM graduate_destination
       WHERE release_id = ? GROUP BY classification, subject HAVING SUM(share) > 110.001`,
      [releaseId],
    );
    const apart = await reader.all<{ subject: string }>(
      `SELECT subject FROM graduate_destination WHERE release_id = ? GROUP BY subject
       HAVING ABS(SUM(CASE WHEN classification = 'soc2010' THEN people ELSE -people END)) > 0.001 * SUM(people)`,
      [releaseId],
    );
    return [
      await rowCount(reader, releaseId, 'graduate_subject', { atLeast: 1 }),
      await rowCount(reader, releaseId, 'graduate_destination', { atLeast: 1 }),
      await valuesWithin(reader, releaseId, 'graduate_destination', 'share', 0, 110),
      checkThat(
        'graduate_destination: shares of a subject at most 100, give or take rounding',
        sums.length === 0,
        `${sums.length} above 110`,
      ),
      checkThat(
        'graduate_destination: as many people in both classifications',
        apart.length === 0,
        `${apart.length} subjects differ`,
      ),
    ];
  },
};
