import type { GetAreaPeopleReply } from '@lmi/contracts';
import { z } from 'zod';
import type { Route, Work } from '../http/route';
import { cardAnswers, cellAnswer, versionsOf } from './cells';
import { defineRoute, none } from './define';
import { cell, checkYears, releaseCards, years, yearSpan } from './schemas';

const indicators = [
  'unemployment-rate',
  'employment-rate',
  'inactivity-rate',
  'claimant-rate',
  'level-3-qualifications',
  'median-weekly-pay',
] as const;

const areaCode = z
  .string()
  .regex(/^[A-Za-z0-9_-]{2,40}$/, 'expected an area code; /api/v2/areas lists them')
  .meta({ description: 'Area code as /api/v2/areas lists them.', example: 'E08000003' });

const place = z
  .string()
  .regex(/^[A-Za-z0-9_.,\- ]{2,40}$/, 'expected an area code, a postcode, or latitude,longitude')
  .meta({
    description: 'Area code, postcode (whole or outward part) or `latitude,longitude`.',
    example: 'E08000003',
  });

const foundPlace = z
  .object({
    area: z.string(),
    name: z.string(),
    latitude: z.number().optional(),
    longitude: z.number().optional(),
    outcode: z.string().optional().meta({ description: 'Outward postcode whose district the area is.' }),
  })
  .meta({ id: 'FoundPlace' });

const peopleReply = z.object({
  place: foundPlace,
  total: cell,
  groups: z.array(
    z.object({
      code: z.string(),
      name: z.string(),
      people: cell,
      percent: cell.meta({ description: 'Per cent of the total.' }),
    }),
  ),
  releases: releaseCards,
});

async function peopleAnswer(
  reply: GetAreaPeopleReply,
  { releases }: Work,
): Promise<{ body: z.output<typeof peopleReply>; releases: string[] }> {
  const versions = versionsOf([reply.total, reply.place, ...reply.groups.map(({ people }) => people)]);
  const cards = await releases.describe(versions);
  const { area, name, latitude, longitude, outcode } = reply.place!;
  return {
    body: {
      place: { area, name, latitude, longitude, outcode: outcode || undefined },
      total: cellAnswer(reply.total!, cards),
      groups: reply.groups.map(({ code, name: title, people, percent }) => ({
        code,
        name: title,
        people: cellAnswer(people!, cards),
        percent: cellAnswer(percent!, cards),
      })),
      releases: cardAnswers(cards),
    },
    releases: versions,
  };
}

export const areaFigureRoutes: readonly Route[] = [
  defineRoute({
    path: '/api/v2/areas/{code}/indicators',
    operationId: 'getAreaIndicators',
    tag: 'v2',
    summary: 'Labour market indicators of an area',
    description: 'Unemployment, employment, inactivity, claimants, qualifications and median pay, by year.',
    params: z.object({ code: areaCode }),
    query: z
      .strictObject({
        indicators: z
          .string()
          .transform((text) => text.split(',').map((name) => name.trim()))
          .pipe(z.array(z.enum(indicators)))
          .optional()
          .meta({ description: `Some of ${indicators.join(', ')}; all without it.` }),
        ...years,
      })
      .superRefine(checkYears),
    reply: z
      .object({
        area: z.string(),
        name: z.string(),
        observations: z.array(
          z.object({
            indicator: z.enum(indicators),
            name: z.string(),
            cell,
            people: cell
              .optional()
              .meta({ description: 'People behind a rate, where the source gives them.' }),
          }),
        ),
        releases: releaseCards,
      })
      .meta({ id: 'AreaIndicatorsReply' }),
    examples: ['/api/v2/areas/E08000003/indicators?minYear=2022'],
    async run({ params, query }, { clients, context, releases }) {
      const reply = await clients.employment.getAreaIndicators(
        { area: params.code, indicators: query.indicators ?? [], ...yearSpan(query) },
        context,
      );
      const versions = versionsOf(reply.observations.map((row) => row.cell));
      const cards = await releases.describe(versions);
      return {
        body: {
          area: reply.area,
          name: reply.name,
          observations: reply.observations.map((row) => ({
            indicator: row.indicator as (typeof indicators)[number],
            name: row.name,
            cell: cellAnswer(row.cell!, cards),
            people: row.people && cellAnswer(row.people, cards),
          })),
          releases: cardAnswers(cards),
        },
        releases: versions,
      };
    },
  }),
  defineRoute({
    path: '/api/v2/areas/{place}/occupations',
    operationId: 'getResidentOccupations',
    tag: 'v2',
    summary: 'People in work who live in an area, by occupation',
    description:
      'From the census where it is loaded, else from the yearly survey, whose small groups are unreliable.',
    params: z.object({ place }),
    query: none,
    reply: peopleReply
      .extend({ classification: z.string().meta({ description: 'Of the codes: soc2010 or soc2020.' }) })
      .meta({ id: 'ResidentOccupationsReply' }),
    examples: ['/api/v2/areas/E08000003/occupations'],
    async run({ params }, work) {
      const reply = await work.clients.employment.getResidentOccupations(
        { place: params.place },
        work.context,
      );
      const { body, releases } = await peopleAnswer(reply, work);
      return { body: { classification: reply.classification, ...body }, releases };
    },
  }),
  defineRoute({
    path: '/api/v2/areas/{place}/commuting',
    operationId: 'getCommuting',
    tag: 'v2',
    summary: 'People in work who live in an area, by distance to work',
    description: 'Of the census; every band is there and says so when no table is loaded.',
    params: z.object({ place }),
    query: none,
    reply: peopleReply.meta({ id: 'CommutingReply' }),
    examples: ['/api/v2/areas/E08000003/commuting'],
    async run({ params }, work) {
      const reply = await work.clients.employment.getCommuting({ place: params.place }, work.context);
      return peopleAnswer(reply, work);
    },
  }),
];
