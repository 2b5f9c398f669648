import { z } from 'zod';
import type { Route } from '../http/route';
import { cardAnswers, cellAnswer, versionsOf } from './cells';
import { defineRoute, none } from './define';
import {
  area,
  cell,
  checkYears,
  classification,
  fallBack,
  occupation,
  releaseCards,
  years,
  yearSpan,
} from './schemas';

const unemploymentObservation = z
  .object({
    year: z.number().int(),
    rate: cell,
    people: cell.optional().meta({ description: 'Unemployed people, where the source gives them.' }),
  })
  .meta({ id: 'UnemploymentObservation' });

export const unemploymentRoutes: readonly Route[] = [
  defineRoute({
    path: '/api/v2/unemployment',
    operationId: 'getUnemployment',
    tag: 'v2',
    summary: 'Unemployment rate of an area, or of people by their last occupation',
    description:
      'Per cent of economically active people. Where there is no figure by occupation, the rate of the area answers, marked coarser.',
    params: none,
    query: z
      .strictObject({
        occupation: occupation.default('all'),
        classification,
        area,
        sex: z.enum(['all', 'male', 'female']).default('all'),
        age: z
          .string()
          // An unencoded plus sign reads as a space.
          .transform((text) => text.trim().replace(/^(\d\d)$/, '$1+'))
          .pipe(
            z
              .string()
              .regex(/^(?:all|\d\d-\d\d|\d\d\+)$/, 'expected "all" or an age band such as 16-24 or 50+'),
          )
          .default('all')
          .meta({ description: 'Age band of the source.' }),
        ...years,
        fallBack,
      })
      .superRefine(checkYears),
    reply: z
      .object({ observations: z.array(unemploymentObservation), releases: releaseCards })
      .meta({ id: 'UnemploymentReply' }),
    examples: ['/api/v2/unemployment?area=E12000007', '/api/v2/unemployment?occupation=2134&minYear=2020'],
    async run({ query }, { clients, context, releases }) {
      const { occupation: code, classification: list, area: place, sex, age } = query;
      const { observations } = await clients.employment.getUnemployment(
        {
          occupation: code,
          classification: list,
          area: place,
          sex,
          age,
          ...yearSpan(query),
          fallBack: query.fallBack,
        },
        context,
      );
      const versions = versionsOf(observations.map(({ rate }) => rate));
      const cards = await releases.describe(versions);
      return {
        body: {
          observations: observations.map(({ year, rate, people }) => ({
            year,
            rate: cellAnswer(rate!, cards),
            people: people && cellAnswer(people, cards),
          })),
          releases: cardAnswers(cards),
        },
        releases: versions,
      };
    },
  }),
];
