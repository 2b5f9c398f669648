/** Dataset `courses`: higher education courses with the figures of their students and leavers (Discover Uni). */
import {
  checkThat,
  noDuplicates,
  publishedRelease,
  rowCount,
  rowCountNotFallen,
  valuesWithin,
  type DatasetImporter,
  type ReconciliationCell,
  type SourceFile,
} from '@lmi/importing';
import { LmiError, type CheckRecord, type Reader, type SqlValue } from '@lmi/kit';
import { marksOfOutcome, marksOfReason, smallSample } from '../marks';
import { outcomeKinds } from '../outcome-kinds';
import { writeOutcomeRefs, type OutcomeRefs } from '../outcome-refs';
import {
  courseColumns,
  earningsColumns,
  locationColumns,
  outcomeColumns,
  providerColumns,
  separator,
  subjectLevel,
} from '../tables';
import { isDiscoverUniCsv, readDiscoverUniCsv } from './discover-uni-csv';
import { readDiscoverUniXml } from './discover-uni-xml';
import { courseId, type CourseRecord, type DiscoverUni, type OutcomeRecord } from './records';
import { seededSample, served, type ServedCell } from './sampling';

const xmlName = /^kis.*\.xml$/i;

/** The CSV set where it is whole; else the XML. */
async function readFiles(files: readonly SourceFile[]): Promise<DiscoverUni> {
  const sets = files.filter(({ name }) => isDiscoverUniCsv(name));
  const xml = files.filter(({ name }) => xmlName.test(name));
  if (sets.length === 0 && xml.length > 0) {
    if (xml.length > 1) {
      throw new LmiError(
        'invalid-argument',
        `several files of the dataset: ${xml.map(({ path }) => path).join(', ')}`,
        {
          field: 'from',
        },
      );
    }
    return readDiscoverUniXml(xml[0]!);
  }
  return readDiscoverUniCsv(sets);
}

/** Gives equal figures of a provider one number. */
class OutcomeTable {
  readonly rows: SqlValue[][] = [];
  readonly #numbers = new Map<string, number>();
  withheld = 0;
  marked = 0;

  refs(course: CourseRecord): string {
    const refs: OutcomeRefs[] = [];
    for (const { kind } of outcomeKinds) {
      const own = course.outcomes.filter((outcome) => outcome.kind === kind);
      if (own.length === 0) continue;
      const withFigures = own.filter(({ aggregation }) => aggregation !== '');
      const outcomes = [...new Set(withFigures.map((outcome) => this.#number(course, outcome)))];
      const reasons = [
        ...new Set(own.filter(({ aggregation }) => aggregation === '').map(({ reason }) => reason)),
      ].sort();
      this.withheld += reasons.length;
      this.marked +=
        reasons.length + withFigures.filter((outcome) => marksOfOutcome(outcome).length > 0).length;
      refs.push({ kind, outcomes, reasons });
    }
    return writeOutcomeRefs(refs);
  }

  #number(course: CourseRecord, outcome: OutcomeRecord): number {
    const values: SqlValue[] = [
      outcome.kind,
      outcome.subject,
      outcome.aggregation,
      outcome.period,
      outcome.population,
      outcome.responseRate,
      outcome.figures.map((figure) => figure ?? '').join(separator),
    ];
    const key = `${course.provider} ${values.join('|')}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.rows.length + 1;
    this.rows.push([number, ...values]);
    this.#numbers.set(key, number);
    return number;
  }
}

export const coursesImporter: DatasetImporter = {
  card: {
    id: 'courses',
    title: 'Discover Uni: higher education courses and their outcomes',
    publisher: 'HESA (Jisc) for the higher education funding and regulatory bodies of the United Kingdom',
    licence: 'CC-BY-4.0',
    licenceUrl: 'https://creativecommons.org/licenses/by/4.0/',
    attribution:
      'Discover Uni dataset. Credit: HESA (www.hesa.ac.uk), licensed under CC BY 4.0; layout changed, figures not.',
    sourceUrl: 'https://www.hesa.ac.uk/support/tools-and-downloads/unistats',
    cadence: 'yearly',
    description:
      'Undergraduate courses on offer in the United Kingdom with subject, mode, place and UCAS codes, and per course what is ' +
      'known of its students and leavers: work and study after 15 months, kind of jobs, pay after 15 months, earnings after ' +
      'three and five years, continuation, and what students came with. Also pay and earnings of leavers by subject and area.',
    caveats: [
      'A course with too few students or answers has the figures of its subject at the same provider, of two years, or of both; such figures are marked coarser.',
      'Percentages rest on survey answers and are rounded by the source; few people behind a figure are marked.',
      'A copy of the dataset may lack titles, earnings after three and five years, continuation and entry: they are then not available.',
      'City regions of the national earnings tables have no statistical code and are not loaded.',
    ],
    gaps: [
      {
        what: 'titles, awards, earnings after three and five years, continuation and entry by course',
        why: 'not in the copy of the dataset at hand; read from the official archive or its XML when that is imported',
      },
    ],
    dependsOn: ['subjects'],
    derived: false,
  },
  version: 1,
  tables: {
    course_provider: providerColumns,
    course_location: locationColumns,
    course: courseColumns,
    course_outcome: outcomeColumns,
    subject_earnings: earningsColumns,
  },
  // Courses share groups of figures, and those without any are not rows here: the summary of the import counts them.
  figures: [
    {
      figure: 'outcomes of courses, groups of figures',
      table: 'course_outcome',
      value: 'figures',
      level: "kind || CASE WHEN subject = '' THEN ', course' ELSE ', subject at the provider' END",
      period: 'period',
      marker: `aggregation || CASE WHEN population < ${smallSample} THEN ' few' ELSE '' END`,
      marksOf: (marker) =>
        marksOfOutcome({
          aggregation: marker.slice(0, 2),
          population: marker.endsWith('few') ? 0 : null,
        }),
    },
    {
      figure: 'earnings by subject and area, median',
      table: 'subject_earnings',
      value: 'median',
      level: `measure || ', ' || ${subjectLevel}`,
      period: "''",
      marker: `CASE WHEN population < ${smallSample} THEN 'few' ELSE '' END`,
      marksOf: (marker) => (marker === 'few' ? ['small-sample'] : []),
    },
  ],
  withheld: {},
  defaultFolders: ['discover-uni'],
  accepts: ({ name }) => isDiscoverUniCsv(name) || xmlName.test(name),

  async open(files, edition) {
    const dataset = await readFiles(files);
    if (edition !== undefined && dataset.edition !== '' && edition !== dataset.edition) {
      throw new LmiError(
        'invalid-argument',
        `wrong edition: the files are of ${dataset.edition}, asked was ${edition}`,
        { field: 'edition', validValues: [dataset.edition] },
      );
    }
    const found = dataset.edition || edition;
    if (!found) {
      throw new LmiError(
        'invalid-argument',
        'the file does not tell its edition: name it, for example --edition 2019',
        {
          field: 'edition',
        },
      );
    }
    return {
      edition: found,
      async load(context) {
        context.rowsRead(dataset.rows);
        const outcomes = new OutcomeTable();
        const rows = [...dataset.courses]
          .sort((a, b) => (courseId(a) < courseId(b) ? -1 : 1))
          .map((course): SqlValue[] => [
            courseId(course),
            course.provider,
            course.ukprn,
            course.mode,
            course.title,
            course.award,
            course.level,
            course.subjects.join(separator),
            course.hecos.join(separator),
            course.ucas.join(separator),
            [...new Set(course.locations)].join(separator),
            outcomes.refs(course),
          ]);
        const { sink } = context;
        await sink.insert(
          'course_provider',
          providerColumns,
          dataset.providers.map(({ provider, name, country }) => [provider, name, country]),
        );
        await sink.insert(
          'course_location',
          locationColumns,
          dataset.locations.map((place) => [
            place.ukprn,
            place.location,
            place.name,
            place.latitude,
            place.longitude,
          ]),
        );
        await sink.insert('course', courseColumns, rows);
        context.progress(0.7);
        await sink.insert('course_outcome', outcomeColumns, outcomes.rows);
        await sink.insert(
          'subject_earnings',
          earningsColumns,
          dataset.earnings.map((row) => [
            row.subject,
            row.mode,
            row.level,
            row.measure,
            row.area,
            row.lower,
            row.median,
            row.upper,
            row.population,
          ]),
        );
        context.count(outcomes.withheld, outcomes.marked);
        context.progress(1);
      },
    };
  },

  async check(reader, releaseId) {
    return [
      await rowCount(reader, releaseId, 'course', { atLeast: 1 }),
      await rowCountNotFallen(reader, releaseId, 'courses', 'course', 20),
      await noDuplicates(reader, releaseId, 'course_outcome', ['kind', 'outcome']),
      await providersKnown(reader, releaseId),
      await subjectsKnown(reader, releaseId),
      await quartilesInOrder(reader, releaseId),
      await outcomesUsed(reader, releaseId),
      ...((await hasRows(reader, releaseId, 'course_outcome'))
        ? [await valuesWithin(reader, releaseId, 'course_outcome', 'population', 0, 1_000_000)]
        : []),
    ];
  },

  async reconcile(files, sample, seed): Promise<ReconciliationCell[]> {
    const dataset = await readFiles(files.filter((file) => coursesImporter.accepts(file)));
    const figures = dataset.courses.flatMap((course) =>
      course.outcomes.map((outcome) => ({ course, outcome })),
    );
    return seededSample(figures, sample, seed).map(({ course, outcome }, index): ReconciliationCell => {
      const kind = outcomeKinds.find((candidate) => candidate.kind === outcome.kind)!;
      const at = index % kind.items.length;
      const item = kind.items[at]![1];
      const value = outcome.aggregation === '' ? null : outcome.figures[at]!;
      return {
        place: `${kind.entity}, course ${courseId(course)}, ${kind.items[at]![0]}`,
        path: `/api/v2/courses/${encodeURIComponent(courseId(course))}`,
        pick(body) {
          const { outcomes } = body as {
            outcomes?: { kind: string; subject?: string; items: { item: string; cell: ServedCell }[] }[];
          };
          const groups = (outcomes ?? []).filter(
            (group) => group.kind === outcome.kind && (group.subject ?? '') === outcome.subject,
          );
          // Two years of a course and one year of it can stand side by side: the value tells which is meant.
          const cells = groups.flatMap(({ items }) => items.filter((entry) => entry.item === item));
          return served((cells.find(({ cell }) => (cell.value ?? null) === value) ?? cells[0])?.cell);
        },
        expected: {
          value,
          marks: outcome.aggregation === '' ? marksOfReason(outcome.reason) : marksOfOutcome(outcome),
        },
      };
    });
  },
};

async function hasRows(reader: Reader, releaseId: number, table: string): Promise<boolean> {
  return (
    (await reader.get(`SELECT 1 AS one FROM ${table} WHERE release_id = ? LIMIT 1`, [releaseId])) !==
    undefined
  );
}

async function providersKnown(reader: Reader, releaseId: number): Promise<CheckRecord> {
  const unknown = await reader.all<{ provider: string }>(
    `SELECT DISTINCT provider FROM course WHERE release_id = ? AND provider NOT IN
       (SELECT provider FROM course_provider WHERE release_id = ?)`,
    [releaseId, releaseId],
  );
  const detail =
    unknown.length === 0 ? 'all known' : `unknown: ${unknown.map(({ provider }) => provider).join(', ')}`;
  return checkThat('course: every provider is in the list', unknown.length === 0, detail);
}

async function subjectsKnown(reader: Reader, releaseId: number): Promise<CheckRecord> {
  const name = 'course: every subject is in the hierarchy';
  const subjects = await publishedRelease(reader, 'subjects');
  if (subjects === undefined)
    return checkThat(name, false, 'no release of dataset subjects is published: import it first');
  const known = new Set(
    (await reader.all<{ code: string }>('SELECT code FROM subject WHERE release_id = ?', [subjects])).map(
      ({ code }) => code,
    ),
  );
  const found = await reader.all<{ subjects: string }>(
    'SELECT DISTINCT subjects FROM course WHERE release_id = ?',
    [releaseId],
  );
  const unknown = new Set(
    found.flatMap(({ subjects }) => subjects.split(separator)).filter((code) => !known.has(code)),
  );
  const detail =
    unknown.size === 0 ? 'all known' : `${unknown.size} unknown: ${[...unknown].slice(0, 10).join(', ')}`;
  return checkThat(name, unknown.size === 0, detail);
}

async function quartilesInOrder(reader: Reader, releaseId: number): Promise<CheckRecord> {
  const off = await reader.all<{ subject: string }>(
    `SELECT subject FROM subject_earnings WHERE release_id = ?
       AND (lower_quartile > median OR median > upper_quartile) LIMIT 5`,
    [releaseId],
  );
  return checkThat(
    'subject_earnings: quartiles in order',
    off.length === 0,
    off.length === 0 ? 'all are' : `not for ${off.map(({ subject }) => subject).join(', ')}`,
  );
}

async function outcomesUsed(reader: Reader, releaseId: number): Promise<CheckRecord> {
  const row = await reader.get<{ n: number; least: number | null; most: number | null }>(
    'SELECT COUNT(*) AS n, MIN(outcome) AS least, MAX(outcome) AS most FROM course_outcome WHERE release_id = ?',
    [releaseId],
  );
  const n = row?.n ?? 0;
  const passed = n === 0 || (row!.least === 1 && row!.most === n);
  return checkThat('course_outcome: numbered without a gap', passed, `${n} groups of figures`);
}
