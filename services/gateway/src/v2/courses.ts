import type {
  Course,
  CourseDetails,
  CourseOutcome,
  GetDestinationsReply,
  OccupationShare,
  SubjectEarnings,
  SubjectShare,
} from '@lmi/contracts';
import { z } from 'zod';
import type { Route } from '../http/route';
import { cardAnswers, cellAnswer, type Cards } from './cells';
import { defineRoute, none } from './define';
import { pageQuery } from './paging';
import { cell, classification, occupationCode, releaseCards } from './schemas';

const subject = z
  .object({
    code: z
      .string()
      .meta({ description: 'Code of the Common Aggregation Hierarchy; shorter ones are wider.' }),
    name: z.string(),
    level: z.number().int().meta({ description: '1 (widest) to 3.' }),
  })
  .meta({ id: 'Subject' });

const course = z
  .object({
    id: z.string(),
    name: z.string().meta({ description: 'Official title, or the subjects where no source at hand has it.' }),
    nameSource: z.string().meta({ description: 'official or subject.' }),
    award: z.string().optional(),
    provider: z.object({ ukprn: z.string(), name: z.string() }),
    mode: z.string().meta({ description: 'full-time, part-time or both.' }),
    subjects: z.array(subject),
  })
  .meta({ id: 'Course' });

function courseAnswer(from: Course): z.output<typeof course> {
  return {
    id: from.id,
    name: from.name,
    nameSource: from.nameSource,
    award: from.award || undefined,
    provider: { ukprn: from.provider, name: from.providerName },
    mode: from.mode,
    subjects: from.subjects.map(({ code, name, level }) => ({ code, name, level })),
  };
}

const outcome = z
  .object({
    kind: z.string().meta({
      description:
        'employment, job-types, salary-15-months, earnings-3-years, earnings-5-years, continuation or entry.',
    }),
    subject: z.string().optional().meta({
      description: 'The figures are of all courses in this subject at the provider; absent: of the course.',
    }),
    subjectName: z.string().optional(),
    population: z.number().optional().meta({ description: 'People the figures rest on.' }),
    responseRate: z.number().optional().meta({ description: 'Per cent.' }),
    items: z.array(z.object({ item: z.string(), cell })),
  })
  .meta({ id: 'CourseOutcome' });

function outcomeAnswer(from: CourseOutcome, cards: Cards): z.output<typeof outcome> {
  return {
    kind: from.kind,
    subject: from.subject || undefined,
    subjectName: from.subjectName || undefined,
    population: from.population,
    responseRate: from.responseRate,
    items: from.items.map(({ item, cell: figure }) => ({ item, cell: cellAnswer(figure!, cards) })),
  };
}

const courseDetails = course
  .extend({
    locations: z.array(
      z.object({ name: z.string(), latitude: z.number().optional(), longitude: z.number().optional() }),
    ),
    hecos: z.array(z.string()).meta({ description: 'Subject codes of HECoS.' }),
    ucas: z.array(z.string()).meta({ description: 'Course identifiers that UCAS gives.' }),
    outcomes: z.array(outcome),
    releases: releaseCards,
  })
  .meta({ id: 'CourseDetails' });

function courseDetailsAnswer(from: CourseDetails, cards: Cards): z.output<typeof courseDetails> {
  return {
    ...courseAnswer(from.course!),
    locations: from.locations.map(({ name, latitude, longitude }) => ({ name, latitude, longitude })),
    hecos: from.hecos,
    ucas: from.ucas,
    outcomes: from.outcomes.map((entry) => outcomeAnswer(entry, cards)),
    releases: cardAnswers(cards),
  };
}

export const subjectShare = z
  .object({
    subject,
    share: cell.meta({
      description: 'Per cent of the graduates in the occupation group who studied the subject.',
    }),
    rate: cell.meta({
      description: 'Per cent of the graduates of the subject who work in the occupation group.',
    }),
  })
  .meta({ id: 'SubjectShare' });

export function subjectShareAnswers(
  from: readonly SubjectShare[],
  cards: Cards,
): z.output<typeof subjectShare>[] {
  return from.map(({ subject: of, share, rate }) => ({
    subject: { code: of!.code, name: of!.name, level: of!.level },
    share: cellAnswer(share!, cards),
    rate: cellAnswer(rate!, cards),
  }));
}

const occupationShare = z
  .object({
    code: z.string(),
    classification: z.string(),
    title: z.string(),
    share: cell.meta({
      description: 'Per cent of the graduates of the subject who work in the occupation group.',
    }),
  })
  .meta({ id: 'OccupationShare' });

function occupationShareAnswer(from: OccupationShare, cards: Cards): z.output<typeof occupationShare> {
  return {
    code: from.code,
    classification: from.classification,
    title: from.title,
    share: cellAnswer(from.share!, cards),
  };
}

const subjectEarnings = z
  .object({
    measure: z.string().meta({ description: 'salary-15-months, earnings-3-years or earnings-5-years.' }),
    mode: z.string(),
    level: z.string().meta({ description: 'first-degree or other.' }),
    population: z.number().optional(),
    lowerQuartile: cell,
    median: cell,
    upperQuartile: cell,
  })
  .meta({
    id: 'SubjectEarnings',
    description: 'Of leavers in the United Kingdom. The source names no years: the period is the edition’s.',
  });

function subjectEarningsAnswer(from: SubjectEarnings, cards: Cards): z.output<typeof subjectEarnings> {
  return {
    measure: from.measure,
    mode: from.mode,
    level: from.level,
    population: from.population,
    lowerQuartile: cellAnswer(from.lowerQuartile!, cards),
    median: cellAnswer(from.median!, cards),
    upperQuartile: cellAnswer(from.upperQuartile!, cards),
  };
}

const destinations = z
  .object({
    answered: z.string().optional().meta({
      description: 'The occupation group, or the subjects, that the figures are of; absent without figures.',
    }),
    answeredName: z.string().optional(),
    classification: z.string().optional(),
    period: z.string().optional().meta({ description: 'Years of leaving that were pooled.' }),
    people: z.number().meta({ description: 'Respondents behind the shares.' }),
    coverage: z.number().optional().meta({
      description:
        'For an occupation: part of the country’s graduates, 0 to 1, whose subject has a job list; the others cannot show.',
    }),
    subjects: z.array(subjectShare).meta({ description: 'For an occupation: largest share first.' }),
    occupations: z.array(occupationShare).meta({ description: 'For a subject: largest share first.' }),
    earnings: z.array(subjectEarnings).meta({ description: 'For a subject.' }),
  })
  .meta({ id: 'Destinations' });

function destinationsAnswer(from: GetDestinationsReply, cards: Cards): z.output<typeof destinations> {
  return {
    answered: from.answered || undefined,
    answeredName: from.answeredName || undefined,
    classification: from.classification || undefined,
    period: from.period || undefined,
    people: Math.round(from.people),
    coverage: from.coverage > 0 ? from.coverage : undefined,
    subjects: subjectShareAnswers(from.subjects, cards),
    occupations: from.occupations.map((share) => occupationShareAnswer(share, cards)),
    earnings: from.earnings.map((row) => subjectEarningsAnswer(row, cards)),
  };
}

const LONGEST_QUERY = 200;
const MOST_ROWS = 100;

/** Parameters of lists that come in pages. */
export const paging = pageQuery(MOST_ROWS, 20);

export const words = z.string().trim().max(LONGEST_QUERY).default('');

/** What a list says beside its rows. */
export const pageReply = {
  total: z.number().int().meta({ description: 'Over all pages.' }),
  nextCursor: z.string().optional().meta({ description: 'Absent on the last page.' }),
  releases: releaseCards,
};

const subjectParameter = z
  .string()
  .regex(/^(?:CAH)?\d{2}(?:-\d{2}){0,2}$/i, 'expected a subject code such as CAH10 or CAH10-01-02')
  .meta({ description: 'Subject code of the Common Aggregation Hierarchy.', example: 'CAH10-01-02' });

export const courseRoutes: readonly Route[] = [
  defineRoute({
    path: '/api/v2/courses',
    operationId: 'findCourses',
    tag: 'v2',
    summary: 'Higher education courses',
    description:
      'By words of title, subject and provider, by provider, subject, mode, or by an occupation: courses in the subjects that its graduates studied most, which is modelled.',
    params: none,
    query: z.strictObject({
      q: words.meta({ description: 'Words of title, subject and provider.', example: 'civil engineering' }),
      provider: z
        .string()
        .regex(/^\d{8}$/, 'expected a provider number (UKPRN) of 8 digits')
        .optional(),
      subject: subjectParameter.optional(),
      mode: z.enum(['full-time', 'part-time', 'both']).optional(),
      occupation: occupationCode.optional(),
      classification,
      ...paging,
    }),
    reply: z.object({ courses: z.array(course), ...pageReply }).meta({ id: 'CoursesReply' }),
    examples: ['/api/v2/courses?q=civil+engineering&limit=5', '/api/v2/courses?occupation=2134&limit=5'],
    async run({ query }, { clients, context, releases }) {
      const reply = await clients.courses.findCourses(
        {
          query: query.q,
          provider: query.provider ?? '',
          subject: query.subject ?? '',
          mode: query.mode ?? '',
          occupation: query.occupation ?? '',
          classification: query.classification,
          limit: query.limit,
          cursor: query.cursor,
        },
        context,
      );
      const cards = await releases.describe(reply.releases);
      return {
        body: {
          courses: reply.courses.map(courseAnswer),
          total: reply.total,
          nextCursor: reply.nextCursor || undefined,
          releases: cardAnswers(cards),
        },
        releases: reply.releases,
      };
    },
  }),
  defineRoute({
    path: '/api/v2/courses/destinations',
    operationId: 'getDestinations',
    tag: 'v2',
    summary: 'What graduates of a subject do, or what those in an occupation studied',
    description:
      'Give an occupation or a subject. Shares are pooled from the job lists at hand and modelled; what no list supports is an empty list. For a subject also pay and earnings of its leavers.',
    params: none,
    query: z.strictObject({
      occupation: occupationCode.optional(),
      subject: subjectParameter.optional(),
      classification,
      level: z.coerce
        .number()
        .int()
        .min(1)
        .max(3)
        .default(2)
        .meta({ description: 'Level of the subjects answered for an occupation.' }),
    }),
    reply: destinations.extend({ releases: releaseCards }).meta({ id: 'DestinationsReply' }),
    examples: [
      '/api/v2/courses/destinations?occupation=2134',
      '/api/v2/courses/destinations?subject=CAH10-01-02',
    ],
    async run({ query }, { clients, context, releases }) {
      const reply = await clients.courses.getDestinations(
        {
          occupation: query.occupation ?? '',
          subjects: query.subject === undefined ? [] : [query.subject],
          classification: query.classification,
          level: query.level,
        },
        context,
      );
      const cards = await releases.describe(reply.releases);
      return {
        body: { ...destinationsAnswer(reply, cards), releases: cardAnswers(cards) },
        releases: reply.releases,
      };
    },
  }),
  defineRoute({
    path: '/api/v2/courses/subjects',
    operationId: 'listSubjects',
    tag: 'v2',
    summary: 'Subjects of higher education',
    description: 'The Common Aggregation Hierarchy.',
    params: none,
    query: z.strictObject({ level: z.coerce.number().int().min(1).max(3).optional() }),
    reply: z.object({ subjects: z.array(subject), releases: releaseCards }).meta({ id: 'SubjectsReply' }),
    examples: ['/api/v2/courses/subjects?level=1'],
    async run({ query }, { clients, context, releases }) {
      const reply = await clients.courses.listSubjects(
        { level: query.level ?? 0, withDestinations: false },
        context,
      );
      const cards = await releases.describe([reply.release]);
      const subjects = reply.subjects.map(({ code, name, level }) => ({ code, name, level }));
      return { body: { subjects, releases: cardAnswers(cards) }, releases: [reply.release] };
    },
  }),
  defineRoute({
    path: '/api/v2/courses/{id}',
    operationId: 'getCourse',
    tag: 'v2',
    summary: 'One course with all its figures',
    description:
      'Work and study after 15 months, kinds of job, pay and later earnings, continuation, and what students came with. Small courses have the figures of their subject at the provider, marked coarser.',
    params: z.object({
      id: z.string().regex(/^\d{8}-[123]-.{1,64}$/, 'expected an id as /api/v2/courses lists them'),
    }),
    query: none,
    reply: courseDetails,
    examples: ['/api/v2/courses/10007762-1-13MCHENG'],
    async run({ params }, { clients, context, releases }) {
      const reply = await clients.courses.getCourse({ id: params.id }, context);
      const cards = await releases.describe(reply.releases);
      return { body: courseDetailsAnswer(reply, cards), releases: reply.releases };
    },
  }),
];
