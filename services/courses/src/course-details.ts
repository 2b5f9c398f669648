/** One course with all its figures as cells. */
import type { Cell, CourseDetails, CourseOutcome } from '@lmi/contracts';
import type { Reader } from '@lmi/kit';
import { courseAnswer, type Subjects } from './catalogue';
import { marksOfOutcome, marksOfReason } from './marks';
import { outcomeKinds, type OutcomeKind } from './outcome-kinds';
import { readOutcomeRefs } from './outcome-refs';
import {
  readLocations,
  readOutcomes,
  readProvider,
  type CourseRow,
  type OutcomeRow,
  type Serving,
} from './queries';
import { separator, splitList } from './tables';

/** Kinds that this copy of the dataset lacks are listed too, as not available. */
export async function courseDetails(
  reader: Reader,
  release: Serving,
  row: CourseRow,
  subjects: Subjects,
): Promise<CourseDetails> {
  const refs = readOutcomeRefs(row.outcomes);
  const found = await readOutcomes(
    reader,
    release.id,
    refs.flatMap(({ outcomes }) => outcomes),
  );
  const byNumber = new Map(found.map((outcome) => [outcome.outcome, outcome]));
  const edition = newestPeriod(found);
  const outcomes = outcomeKinds.flatMap((kind): CourseOutcome[] => {
    const own = refs.find((candidate) => candidate.kind === kind.kind);
    const withFigures = (own?.outcomes ?? []).flatMap((number) => byNumber.get(number) ?? []);
    if (withFigures.length > 0)
      return withFigures.map((outcome) => figuresOf(kind, outcome, release, subjects));
    return [withoutFigures(kind, own?.reasons[0], release, edition)];
  });
  const provider = await readProvider(reader, release.id, row.provider);
  const places = await readLocations(reader, release.id, row.ukprn, splitList(row.locations));
  return {
    course: courseAnswer(row, subjects, provider?.name),
    locations: places.map(({ name, latitude, longitude }) => ({
      name,
      latitude: latitude ?? undefined,
      longitude: longitude ?? undefined,
    })),
    hecos: splitList(row.hecos),
    ucas: splitList(row.ucas),
    outcomes,
    releases: [release.version, subjects.version],
  };
}

function newestPeriod(outcomes: readonly OutcomeRow[]): string {
  return outcomes.reduce((newest, { period }) => (period > newest ? period : newest), '');
}

function figuresOf(
  kind: OutcomeKind,
  outcome: OutcomeRow,
  release: Serving,
  subjects: Subjects,
): CourseOutcome {
  const figures = outcome.figures.split(separator);
  const marks = marksOfOutcome(outcome);
  return {
    kind: kind.kind,
    subject: outcome.subject,
    subjectName: outcome.subject === '' ? '' : subjects.get(outcome.subject).name,
    population: outcome.population ?? undefined,
    responseRate: outcome.responseRate ?? undefined,
    items: kind.items.map(([field, item], index) => {
      const text = figures[index] ?? '';
      const known = text !== '';
      const cell: Cell = {
        ...(known ? { value: Number(text) } : {}),
        unit: kind.unit,
        period: outcome.period || yearOf(release),
        marks: known ? marks : [...marks, 'not-available'],
        asked: undefined,
        answered: undefined,
        release: release.version,
        table: `${kind.entity}.${field}`,
      };
      return { item, cell };
    }),
  };
}

function withoutFigures(
  kind: OutcomeKind,
  reason: string | undefined,
  release: Serving,
  period: string,
): CourseOutcome {
  // Without any row of this kind the copy of the dataset lacks the file, which is no statement about the course.
  const marks = reason === undefined ? ['not-available'] : marksOfReason(reason);
  return {
    kind: kind.kind,
    subject: '',
    subjectName: '',
    population: undefined,
    responseRate: undefined,
    items: kind.items.map(([field, item]) => ({
      item,
      cell: {
        unit: kind.unit,
        period: period || yearOf(release),
        marks,
        asked: undefined,
        answered: undefined,
        release: release.version,
        table: reason === undefined ? 'not in this copy of the dataset' : `${kind.entity}.${field}`,
      },
    })),
  };
}

/** The year in a release's version, where figures tell none. */
function yearOf({ version }: Serving): string {
  return /\b(?:19|20)\d{2}\b/.exec(version)?.[0] ?? '';
}
