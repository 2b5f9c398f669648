/** Handlers of lmi.courses.v1.CourseService. */
import type {
  Cell,
  CourseServiceDefinition,
  FindApprenticeshipsReply,
  FindCoursesReply,
  GetDestinationsReply,
  SubjectEarnings,
} from '@lmi/contracts';
import {
  createReleaseLister,
  createTableHandlers,
  type DatasetImporter,
  type ServiceDependencies,
} from '@lmi/importing';
import {
  invalidArgument,
  LmiError,
  notFound,
  type CallContext,
  type Handlers,
  type Reader,
  type Reference,
} from '@lmi/kit';
import { Apprenticeships } from './apprenticeships';
import { CourseCatalogue, CourseCounts, Subjects } from './catalogue';
import { courseDetails } from './course-details';
import { Destinations, noDestinations, readLevel } from './destinations';
import { keepNewest } from './kept';
import { smallSample } from './marks';
import { earningsMeasures } from './outcome-kinds';
import { nextCursor, readPage } from './paging';
import { modes, readMode, readOccupation, readSubject, type Occupation } from './question';
import {
  countCourses,
  readCourse,
  readEarnings,
  servingReleases,
  type Serving,
  type ServingReleases,
} from './queries';
import { unitedKingdom } from './tables';

/** Subjects that count as an occupation's own when its courses are asked for: per cent of its graduates. */
const leastSubjectShare = 5;
/** Apprenticeships and subjects in a profile: the routes of their own have all of them. */
const profileApprenticeships = 5;
const profileSubjects = 3;

function must(serving: Serving | undefined, dataset: string): Serving {
  if (serving) return serving;
  throw new LmiError('not-available', `No release of dataset ${dataset} is published.`, { field: dataset });
}

export function createHandlers(
  { db, releases, cache, reference }: ServiceDependencies,
  importers: readonly DatasetImporter[],
): Handlers<typeof CourseServiceDefinition> {
  const lister = createReleaseLister(importers, { releases });
  const keptSubjects = keepNewest<Subjects>();
  const keptCatalogue = keepNewest<CourseCatalogue>();
  const keptCounts = keepNewest<CourseCounts>();
  const keptDestinations = keepNewest<Destinations>();
  const keptApprenticeships = keepNewest<Apprenticeships>();

  interface Question {
    readonly reader: Reader;
    readonly serving: ServingReleases;
    readonly known: Reference;
  }

  const ask = <T>({ pins }: CallContext, work: (question: Question) => Promise<T>): Promise<T> =>
    db.read(async (reader) => {
      const { releases: set, reference: known } = await reference.read(reader, pins);
      return work({ reader, serving: servingReleases(set), known });
    });
  const subjectsOf = ({ reader, serving }: Question): Promise<Subjects> => {
    const release = must(serving.subjects, 'subjects');
    return keptSubjects(release.version, () => Subjects.read(reader, release));
  };
  const catalogueOf = async (question: Question): Promise<CourseCatalogue> => {
    const release = must(question.serving.courses, 'courses');
    const subjects = await subjectsOf(question);
    return keptCatalogue(`${release.version} ${subjects.version}`, () =>
      CourseCatalogue.read(question.reader, release, subjects),
    );
  };
  const destinationsOf = ({ reader, serving }: Question): Promise<Destinations> => {
    const release = must(serving.destinations, 'graduate-destinations');
    const { courses } = serving;
    return keptDestinations(`${release.version} ${courses?.version ?? ''}`, () =>
      Destinations.read(reader, release, courses),
    );
  };
  const apprenticeshipsOf = ({ reader, serving }: Question): Promise<Apprenticeships> => {
    const release = must(serving.apprenticeships, 'apprenticeships');
    return keptApprenticeships(release.version, () => Apprenticeships.read(reader, release));
  };

  /** Subjects that an occupation's graduates studied most, narrow ones where there are any. */
  const subjectsOfOccupation = async (
    question: Question,
    occupation: Occupation,
  ): Promise<ReadonlyMap<string, number>> => {
    const destinations = await destinationsOf(question);
    const subjects = await subjectsOf(question);
    const weights = new Map<string, number>();
    for (const level of [3, 2]) {
      for (const { subject, share } of destinations.ofOccupation(occupation, level, subjects, question.known)
        .subjects) {
        if (share!.value! >= leastSubjectShare) weights.set(subject!.code, share!.value!);
      }
      if (weights.size > 0) break;
    }
    return weights;
  };

  /** How many courses there are in an occupation's subjects, without the list of them. */
  const countOf = async (question: Question, occupation: Occupation): Promise<number> => {
    const { courses } = question.serving;
    if (!courses) return 0;
    const weights = await subjectsOfOccupation(question, occupation);
    if (weights.size === 0) return 0;
    const counts = await keptCounts(
      courses.version,
      async () => new CourseCounts(await countCourses(question.reader, courses.id)),
    );
    return counts.in(weights.keys());
  };

  const findApprenticeships = async (
    question: Question,
    asked: { query: string; id: string; occupation: Occupation | undefined; limit: number; cursor: string },
  ): Promise<FindApprenticeshipsReply> => {
    const catalogue = await apprenticeshipsOf(question);
    const page = readPage(asked.cursor, asked.limit, catalogue.version);
    const found = catalogue.find(asked, question.known);
    return {
      apprenticeships: found
        .slice(page.offset, page.offset + page.limit)
        .map((programme) => catalogue.answer(programme, question.known)),
      total: found.length,
      nextCursor: nextCursor(page, found.length, catalogue.version),
      releases: [catalogue.version, question.known.socVersion],
    };
  };

  return {
    async findCourses(request, context) {
      return ask(context, async (question): Promise<FindCoursesReply> => {
        const catalogue = await catalogueOf(question);
        const page = readPage(request.cursor, request.limit, catalogue.version);
        const provider = request.provider.trim();
        if (provider !== '' && !catalogue.hasProvider(provider)) {
          throw notFound(`provider: there is no provider "${provider}" in the published courses`, 'provider');
        }
        const subject = request.subject === '' ? '' : readSubject(request.subject);
        if (subject !== '' && !catalogue.subjects.find(subject)) {
          throw notFound(`subject: there is no subject "${subject}"`, 'subject');
        }
        const filter = { query: request.query, provider, subject, mode: readMode(request.mode) };
        const occupation =
          request.occupation === ''
            ? undefined
            : readOccupation(request.occupation, request.classification, question.known);
        const { destinations } = question.serving;
        const found = catalogue.find(
          occupation ? { ...filter, subjects: await subjectsOfOccupation(question, occupation) } : filter,
        );
        return {
          courses: found
            .slice(page.offset, page.offset + page.limit)
            .map((course) => catalogue.answer(course)),
          total: found.length,
          nextCursor: nextCursor(page, found.length, catalogue.version),
          releases: [
            catalogue.version,
            catalogue.subjects.version,
            ...(occupation && destinations ? [destinations.version] : []),
          ],
        };
      });
    },

    async getCourse({ id }, context) {
      return ask(context, async (question) => {
        const release = must(question.serving.courses, 'courses');
        const subjects = await subjectsOf(question);
        const row = await readCourse(question.reader, release.id, id.trim());
        if (!row) throw notFound(`id: there is no course "${id}" in the published release`, 'id');
        return cache.through(['course', release.version, subjects.version, row.id], () =>
          courseDetails(question.reader, release, row, subjects),
        );
      });
    },

    async getDestinations(request, context) {
      return ask(context, async (question): Promise<GetDestinationsReply> => {
        if ((request.occupation === '') === (request.subjects.length === 0)) {
          throw invalidArgument('occupation', 'occupation, subject: give exactly one of the two', [
            'occupation',
            'subject',
          ]);
        }
        const destinations = await destinationsOf(question);
        const subjects = await subjectsOf(question);
        if (request.occupation !== '') {
          const occupation = readOccupation(request.occupation, request.classification, question.known);
          const reply = destinations.ofOccupation(
            occupation,
            readLevel(request.level),
            subjects,
            question.known,
          );
          return { ...reply, releases: [...reply.releases, subjects.version, question.known.socVersion] };
        }
        const codes = request.subjects.map(readSubject);
        const unknown = codes.find((code) => !subjects.find(code));
        if (unknown) throw notFound(`subject: there is no subject "${unknown}"`, 'subject');
        const classification = request.classification === 'soc2010' ? 'soc2010' : 'soc2020';
        const reply = destinations.ofSubjects(codes, classification, question.known);
        const first = codes[0]!;
        const earnings = codes.length === 1 ? await earningsOf(question, first) : [];
        const names =
          reply.answered === '' ? [] : reply.answered.split(',').map((code) => subjects.get(code).name);
        return {
          ...reply,
          answeredName: names.join(', '),
          earnings,
          releases: [
            ...reply.releases,
            subjects.version,
            question.known.socVersion,
            ...(earnings.length > 0 && question.serving.courses ? [question.serving.courses.version] : []),
          ],
        };
      });
    },

    async listSubjects({ level, withDestinations }, context) {
      return ask(context, async (question) => {
        const subjects = await subjectsOf(question);
        const destinations = withDestinations ? await destinationsOf(question) : undefined;
        return {
          subjects: subjects
            .all()
            .filter(
              (subject) =>
                (level === 0 || subject.level === level) && (destinations?.has(subject.code) ?? true),
            )
            .map((subject) => ({ ...subject, people: destinations?.peopleOf(subject.code) ?? 0 })),
          release: subjects.version,
        };
      });
    },

    async findApprenticeships(request, context) {
      return ask(context, async (question) =>
        findApprenticeships(question, {
          ...request,
          id: request.id.trim(),
          occupation:
            request.occupation === ''
              ? undefined
              : readOccupation(request.occupation, request.classification, question.known),
        }),
      );
    },

    async getLearning(request, context) {
      return ask(context, async (question) => {
        const occupation = readOccupation(request.occupation, request.classification, question.known);
        const { destinations: served } = question.serving;
        const subjects = await subjectsOf(question);
        const destinations = served
          ? (await destinationsOf(question)).ofOccupation(occupation, 3, subjects, question.known)
          : noDestinations;
        const apprenticeships = await findApprenticeships(question, {
          query: '',
          id: '',
          occupation,
          limit: profileApprenticeships,
          cursor: '',
        });
        const courses = served ? await countOf(question, occupation) : 0;
        return {
          destinations: {
            ...destinations,
            subjects: destinations.subjects.slice(0, profileSubjects),
          },
          courses,
          apprenticeships,
        };
      });
    },

    listReleases: (request) => lister(request),
    ...createTableHandlers(importers, { db, releases }),
  };
}

/** National pay and earnings of a subject's leavers. */
async function earningsOf(
  { reader, serving }: { reader: Reader; serving: ServingReleases },
  subject: string,
): Promise<SubjectEarnings[]> {
  const { courses } = serving;
  if (!courses) return [];
  const rows = await readEarnings(reader, courses.id, subject, unitedKingdom);
  const order = (measure: string): number => earningsMeasures.findIndex((known) => known === measure);
  return rows
    .sort((a, b) => order(a.measure) - order(b.measure) || (a.level + a.mode < b.level + b.mode ? -1 : 1))
    .map((row): SubjectEarnings => {
      const cell = (value: number | null): Cell => ({
        ...(value === null ? {} : { value }),
        unit: 'GBP/year',
        period: /\d{4}/.exec(courses.version)?.[0] ?? '',
        marks: [
          ...(row.population !== null && row.population < smallSample ? ['small-sample'] : []),
          ...(value === null ? ['not-available'] : []),
        ],
        asked: undefined,
        answered: undefined,
        release: courses.version,
        table:
          row.measure === 'salary-15-months'
            ? 'GOSECSAL'
            : row.measure === 'earnings-3-years'
              ? 'LEO3SEC'
              : 'LEO5SEC',
      });
      return {
        measure: row.measure,
        mode: modes[row.mode] ?? row.mode,
        level: row.level === '03' ? 'first-degree' : 'other',
        population: row.population ?? undefined,
        lowerQuartile: cell(row.lower),
        median: cell(row.median),
        upperQuartile: cell(row.upper),
      };
    });
}
