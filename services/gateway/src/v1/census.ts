import type { GetAreaPeopleReply, PeopleGroup } from '@lmi/contracts';
import { invalidArgument } from '@lmi/kit';
import { z } from 'zod';
import type { Outcome, Route, Work } from '../http/route';
import { callbackParameter, defineV1Route, isNoData, readText, releasesOf } from './common';

const NO_DATA = 'There is not enough data for this area.';

/** @throws LmiError invalid-argument when there is none. */
function readArea(query: URLSearchParams): string {
  const area = readText(query, 'area');
  if (area === undefined) {
    throw invalidArgument('area', 'Please give an area: a postcode, or latitude and longitude.');
  }
  // Spellings of one place are one question.
  return area.toUpperCase().replace(/\s+/g, ' ').slice(0, 100);
}

const small = new Set(['and', 'in', 'of', 'or', 'the', 'to', 'for', 'n.e.c.']);

/** "Corporate Managers and Directors", as the original wrote groups of jobs. */
export function titleCase(text: string): string {
  return text
    .split(' ')
    .map((word, index) =>
      index > 0 && small.has(word.toLowerCase()) ? word : word.slice(0, 1).toUpperCase() + word.slice(1),
    )
    .join(' ');
}

interface GroupItem {
  socGroup: string;
  description: string;
  value: number;
  percentage: number;
}

/** Groups with figures, ascending by code. */
export function groupItems(groups: readonly PeopleGroup[], describe: (name: string) => string): GroupItem[] {
  return groups
    .flatMap(({ code, name, people, percent }) =>
      people?.value === undefined || percent?.value === undefined
        ? []
        : [{ socGroup: code, description: describe(name), value: people.value, percentage: percent.value }],
    )
    .sort((a, b) => (a.socGroup < b.socGroup ? -1 : 1));
}

function areaAnswer({ place }: GetAreaPeopleReply) {
  return {
    latitude: place?.latitude ?? null,
    longitude: place?.longitude ?? null,
    district: place?.name ?? '',
    // Outward postcodes, all that is at hand, are wider than wards.
    ward: '',
  };
}

/** What the figures are, said in words: old clients print the district and expect jobs or a census. */
export function peopleNote({ total, groups }: GetAreaPeopleReply): string {
  const cell = groups.find(({ people }) => people?.value !== undefined)?.people ?? total;
  const whole = cell?.asked?.area === cell?.answered?.area ? 'the district' : 'the wider area around';
  const source = cell?.table.startsWith('Census') ? 'Census' : 'Annual Population Survey';
  return `People in work who live in ${whole}, by occupation, ${source} ${cell?.period ?? ''}.`;
}

async function answer(
  ask: (work: Work) => Promise<GetAreaPeopleReply>,
  bodyOf: (reply: GetAreaPeopleReply) => Record<string, unknown> | undefined,
  work: Work,
): Promise<Outcome> {
  try {
    const reply = await ask(work);
    const releases = releasesOf([reply.total, reply.place, ...reply.groups.map(({ people }) => people)]);
    return { body: bodyOf(reply) ?? { area: areaAnswer(reply), error: NO_DATA }, releases };
  } catch (error) {
    if (isNoData(error)) return { body: { error: error.message }, releases: [] };
    throw error;
  }
}

/** People of an area by occupation: `figuresOf` has the reply and the number of all of them. */
function answerResidents(
  place: string,
  work: Work,
  figuresOf: (reply: GetAreaPeopleReply, total: number) => Record<string, unknown>,
): Promise<Outcome> {
  return answer(
    ({ clients, context }) => clients.employment.getResidentOccupations({ place }, context),
    (reply) =>
      reply.total?.value === undefined
        ? undefined
        : { area: areaAnswer(reply), ...figuresOf(reply, reply.total.value), note: peopleNote(reply) },
    work,
  );
}

const areaQuery = z.object({
  area: z
    .string()
    .meta({ description: 'Postcode, outward postcode or `latitude,longitude`.', example: 'SW1A 1AA' }),
  ...callbackParameter,
});

const areaReply = z
  .object({
    latitude: z.number().nullable(),
    longitude: z.number().nullable(),
    district: z.string(),
    ward: z.string().meta({ description: 'Empty: wards are not known.' }),
  })
  .meta({ id: 'V1CensusArea' });

const groupReply = z
  .object({ socGroup: z.string(), description: z.string(), value: z.number(), percentage: z.number() })
  .meta({ id: 'V1CensusGroup' });

export const censusRoutes: readonly Route[] = [
  defineV1Route({
    path: '/api/v1/census/jobs_breakdown',
    operationId: 'v1CensusJobs',
    summary: 'People in work of an area by occupation',
    description:
      'No open source has jobs by occupation where people work: these are people where they live, and `note` says so. ' +
      'Groups of three digits once the census tables are loaded, of two until then.',
    query: areaQuery,
    reply: z
      .object({
        area: areaReply.optional(),
        totalJobs: z.number().optional(),
        jobsBreakdown: z.array(groupReply).optional(),
        note: z.string().optional(),
        error: z.string().optional(),
      })
      .meta({ id: 'V1CensusJobs' }),
    examples: ['/api/v1/census/jobs_breakdown?area=SW1A+1AA'],
    read: ({ query }) => readArea(query),
    run: (place, work) =>
      answerResidents(place, work, ({ groups }, totalJobs) => ({
        totalJobs,
        jobsBreakdown: groupItems(groups, titleCase),
      })),
  }),
  defineV1Route({
    path: '/api/v1/census/resident_occupations',
    operationId: 'v1CensusResidents',
    summary: 'People in work who live in an area, by occupation',
    description: 'All groups with figures, ascending by code.',
    query: areaQuery,
    reply: z
      .object({
        area: areaReply.optional(),
        totalResidents: z.number().optional(),
        residentOccupations: z.array(groupReply).optional(),
        note: z.string().optional(),
        error: z.string().optional(),
      })
      .meta({ id: 'V1CensusResidents' }),
    examples: ['/api/v1/census/resident_occupations?area=SW1H0DJ'],
    read: ({ query }) => readArea(query),
    run: (place, work) =>
      answerResidents(place, work, ({ groups }, totalResidents) => ({
        totalResidents,
        residentOccupations: groupItems(groups, (name) => name.toUpperCase()),
      })),
  }),
  defineV1Route({
    path: '/api/v1/census/distance',
    operationId: 'v1CensusDistance',
    summary: 'People in work of an area by distance to work',
    description: 'Once the census table is loaded; status 200 with `error` until then.',
    query: areaQuery,
    reply: z
      .object({
        area: areaReply.optional(),
        totalResidents: z.number().optional(),
        distances: z
          .array(z.object({ distance: z.string(), value: z.number(), percentage: z.number() }))
          .optional(),
        error: z.string().optional(),
      })
      .meta({ id: 'V1CensusDistance' }),
    examples: ['/api/v1/census/distance?area=SW1A+1AA'],
    read: ({ query }) => readArea(query),
    run: (place, work) =>
      answer(
        ({ clients, context }) => clients.employment.getCommuting({ place }, context),
        (reply) =>
          reply.total?.value === undefined
            ? undefined
            : {
                area: areaAnswer(reply),
                totalResidents: reply.total.value,
                distances: reply.groups.flatMap(({ name, people, percent }) =>
                  people?.value === undefined || percent?.value === undefined
                    ? []
                    : [{ distance: name, value: people.value, percentage: percent.value }],
                ),
              },
        work,
      ),
  }),
];
