/**
 * The original's graduates: subjects by occupation, and occupations by subject. It had the survey of leavers of 2011/12 to
 * 2014/15 by unit group; today's source prints occupation groups of one to three digits for courses, so a unit group is
 * answered by the group that it lies in, and there is one year (the last of those pooled). Percentages are whole, as theirs.
 */
import type { GetDestinationsReply } from '@lmi/contracts';
import { z } from 'zod';
import type { Outcome, Route, Work } from '../http/route';
import { callbackParameter, defineV1Route, errorReply, isNoData, readText } from './common';
import { jacsSubjects, principalByCode, principalOf } from './jacs';

const NARROW = 3;

/** The original withheld what rests on fewer answers, and this interface has no marks to say so. */
const LEAST_PEOPLE = 50;

const TOO_FEW = 'There is not enough data on the graduates of this occupation.';

/** "2020/21" of the last leavers in "2019/21". */
export function lastYear(period: string): string {
  const last = Number(period.slice(-2));
  return `20${String(last - 1).padStart(2, '0')}/${period.slice(-2)}`;
}

export interface CoursesOfYear {
  year: string;
  courses: { name: string; percentage: number }[];
}

/** Shares of principal subjects, largest first; those that round to nothing are left out. */
export function coursesByYear({ subjects, period }: GetDestinationsReply): CoursesOfYear[] {
  const shares = new Map<string, { name: string; percentage: number }>();
  for (const { subject, share } of subjects) {
    const principal = principalOf(subject?.code ?? '');
    if (!principal || share?.value === undefined) continue;
    const name = `(${principal.code}) ${principal.name}`;
    shares.set(principal.code, {
      name,
      percentage: (shares.get(principal.code)?.percentage ?? 0) + share.value,
    });
  }
  const courses = [...shares.values()]
    .map(({ name, percentage }) => ({ name, percentage: Math.round(percentage) }))
    .filter(({ percentage }) => percentage > 0)
    .sort((a, b) => b.percentage - a.percentage || (a.name < b.name ? -1 : 1));
  return courses.length === 0 ? [] : [{ year: lastYear(period), courses }];
}

export interface OccupationsOfYear {
  year: string;
  occupations: { soc: number; title: string; percentage: number }[];
}

export function occupationsByYear({ occupations, period }: GetDestinationsReply): OccupationsOfYear[] {
  const items = occupations
    .flatMap(({ code, title, share }) =>
      share?.value === undefined ? [] : [{ soc: Number(code), title, percentage: Math.round(share.value) }],
    )
    .filter(({ percentage }) => percentage > 0);
  return items.length === 0 ? [] : [{ year: lastYear(period), occupations: items }];
}

/** Respondents by subject of level 3, where there are any: the original listed many subjects that had no figures. */
async function narrowSubjects({
  clients,
  context,
}: Work): Promise<{ people: ReadonlyMap<string, number>; release: string }> {
  const { subjects, release } = await clients.courses.listSubjects(
    { level: NARROW, withDestinations: true },
    context,
  );
  return { people: new Map(subjects.map(({ code, people }) => [code, people])), release };
}

function peopleIn(subjects: readonly string[], people: ReadonlyMap<string, number>): number {
  return subjects.reduce((sum, subject) => sum + (people.get(subject) ?? 0), 0);
}

async function orEmpty(empty: unknown, work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    if (isNoData(error)) return { body: empty, releases: [] };
    throw error;
  }
}

export const hesaRoutes: readonly Route[] = [
  defineV1Route({
    path: '/api/v1/hesa/courses/{soc}',
    operationId: 'v1HesaCourses',
    summary: 'What graduates in an occupation studied',
    description:
      'Percentages of the graduates of the occupation group, by principal subject. Modelled from a small sample; the v2 address says how far to trust it.',
    params: z.object({ soc: z.string() }),
    query: z.object(callbackParameter),
    reply: z
      .object({
        soc: z.number().int().nullable(),
        years: z.array(
          z.object({
            year: z.string(),
            courses: z.array(z.object({ name: z.string(), percentage: z.number() })),
          }),
        ),
        error: z.string().optional(),
      })
      .meta({ id: 'V1HesaCourses' }),
    examples: ['/api/v1/hesa/courses/2136'],
    read: ({ params }) => ({ soc: (params['soc'] ?? '').trim() }),
    run: async ({ soc }, { clients, context }) => {
      const number = /^\d{1,9}$/.test(soc) ? Number(soc) : null;
      try {
        const reply = await clients.courses.getDestinations(
          { occupation: soc, subjects: [], classification: '', level: NARROW },
          context,
        );
        const years = reply.people < LEAST_PEOPLE ? [] : coursesByYear(reply);
        const error = years.length === 0 ? { error: TOO_FEW } : {};
        return { body: { soc: number, years, ...error }, releases: reply.releases };
      } catch (error) {
        if (isNoData(error)) return { body: { soc: number, years: [], error: error.message }, releases: [] };
        throw error;
      }
    },
  }),
  defineV1Route({
    path: '/api/v1/hesa/list-courses',
    operationId: 'v1HesaListCourses',
    summary: 'Subjects that have occupations of graduates',
    description: 'JACS principal subjects, by code. Subjects without figures are left out.',
    query: z.object(callbackParameter),
    reply: z.array(z.object({ id: z.string(), name: z.string() })).meta({ id: 'V1HesaSubjects' }),
    examples: ['/api/v1/hesa/list-courses'],
    read: () => ({}),
    run: (_, work) =>
      orEmpty([], async () => {
        const { people, release } = await narrowSubjects(work);
        const body = jacsSubjects
          .filter(({ subjects }) => peopleIn(subjects, people) >= LEAST_PEOPLE)
          .map(({ code, name }) => ({ id: code, name }));
        return { body, releases: [release] };
      }),
  }),
  defineV1Route({
    path: '/api/v1/hesa/occupations',
    operationId: 'v1HesaOccupations',
    summary: 'What graduates of subjects do',
    description:
      'Percentages of the graduates of the subjects by occupation group of SOC 2010, largest first. An empty list where there are no figures.',
    query: z.object({
      courses: z
        .string()
        .optional()
        .meta({ description: 'Principal subjects, comma between.', example: 'H3' }),
      ...callbackParameter,
    }),
    reply: z
      .union([
        z.array(
          z.object({
            year: z.string(),
            occupations: z.array(
              z.object({ soc: z.number().int(), title: z.string(), percentage: z.number() }),
            ),
          }),
        ),
        errorReply,
      ])
      .meta({ id: 'V1HesaOccupations' }),
    examples: ['/api/v1/hesa/occupations?courses=H3'],
    read: ({ query }) => ({
      subjects: (readText(query, 'courses') ?? '')
        .split(',')
        .flatMap((code) => principalByCode(code)?.subjects ?? [])
        .sort(),
    }),
    run: ({ subjects }, work) =>
      orEmpty([], async () => {
        const { people, release } = await narrowSubjects(work);
        const known = subjects.filter((subject) => people.has(subject));
        if (peopleIn(known, people) < LEAST_PEOPLE) return { body: [], releases: [release] };
        const reply = await work.clients.courses.getDestinations(
          { occupation: '', subjects: known, classification: 'soc2010', level: 0 },
          work.context,
        );
        return { body: occupationsByYear(reply), releases: reply.releases };
      }),
  }),
];
