import type { PayObservation } from '@lmi/contracts';
import { z } from 'zod';
import type { Outcome, Route, Work } from '../http/route';
import { cardAnswers, cellAnswer, type Cards } from './cells';
import { defineRoute, none } from './define';
import {
  area,
  breakdownParameter,
  cell,
  checkYears,
  classification,
  fallBack,
  occupation,
  releaseCards,
  years,
  yearSpan,
} from './schemas';

const statisticNames = [
  'mean',
  'median',
  ...(['p10', 'p20', 'p25', 'p30', 'p40', 'p60', 'p70', 'p75', 'p80', 'p90'] as const),
  'jobs',
  'mean-change',
  'median-change',
] as const;

const statistics = z
  .string()
  .default('mean,median')
  .transform((text) => [...new Set(text.split(',').map((name) => name.trim()))])
  .pipe(z.array(z.enum(statisticNames)))
  .meta({ description: `Comma list of ${statisticNames.join(', ')}.`, example: 'median,p25,p75' });

const age = z
  .enum(['all', '18-21', '22-29', '30-39', '40-49', '50-59', '60+', '60 '])
  .default('all')
  // A plus sign that was not percent-encoded arrives as a space.
  .transform((text) => (text === '60 ' ? '60+' : text))
  .meta({
    description: 'Age band.',
    override: { enum: ['all', '18-21', '22-29', '30-39', '40-49', '50-59', '60+'] },
  });

const measureNames = ['weekly-pay', 'hourly-pay', 'annual-pay', 'weekly-hours'] as const;

const figureParameters = {
  occupation,
  classification,
  statistics,
  sex: z.enum(['all', 'male', 'female']).default('all'),
  workingPattern: z.enum(['all', 'full-time', 'part-time']).default('all'),
  area,
  age,
  breakdown: breakdownParameter(['sex', 'working-pattern', 'area', 'age']),
  ...years,
  fallBack,
};

const payQuery = z
  .strictObject({ measure: z.enum(measureNames).default('weekly-pay'), ...figureParameters })
  .superRefine(checkYears);

const hoursQuery = z.strictObject(figureParameters).superRefine(checkYears);

export const payObservation = z
  .object({
    year: z.number().int(),
    statistic: z.string(),
    sex: z.string(),
    workingPattern: z.string(),
    area: z.string(),
    age: z.string(),
    cell,
  })
  .meta({ id: 'PayObservation' });

const payReply = z
  .object({ measure: z.enum(measureNames), observations: z.array(payObservation), releases: releaseCards })
  .meta({ id: 'PayReply' });

export function payObservationAnswers(
  observations: readonly PayObservation[],
  cards: Cards,
): z.output<typeof payObservation>[] {
  return observations.map((row) => ({
    year: row.year,
    statistic: row.statistic,
    sex: row.sex,
    workingPattern: row.workingPattern,
    area: row.area,
    age: row.age,
    cell: cellAnswer(row.cell!, cards),
  }));
}

async function answerPay(
  query: z.output<typeof payQuery>,
  { clients, context, releases }: Work,
): Promise<Outcome & { body: z.output<typeof payReply> }> {
  const reply = await clients.pay.getPay(
    {
      occupation: query.occupation,
      classification: query.classification,
      measure: query.measure,
      statistics: query.statistics,
      sex: query.sex,
      workingPattern: query.workingPattern,
      area: query.area,
      age: query.age,
      breakdown: query.breakdown ?? '',
      ...yearSpan(query),
      fallBack: query.fallBack,
    },
    context,
  );
  const cards = await releases.describe(reply.releases);
  return {
    body: {
      measure: query.measure,
      observations: payObservationAnswers(reply.observations, cards),
      releases: cardAnswers(cards),
    },
    releases: reply.releases,
  };
}

export const payRoutes: readonly Route[] = [
  defineRoute({
    path: '/api/v2/pay',
    operationId: 'getPay',
    tag: 'v2',
    summary: 'Pay of employees',
    description: 'Pay of one occupation by year, with percentiles, and by sex, working pattern, area or age.',
    params: none,
    query: payQuery,
    reply: payReply,
    examples: [
      '/api/v2/pay?occupation=2134',
      '/api/v2/pay?occupation=2134&measure=annual-pay&statistics=median,p25,p75&year=2025',
      '/api/v2/pay?occupation=2134&breakdown=area&year=2025&statistics=median',
      '/api/v2/pay?occupation=2134&breakdown=sex,working-pattern&year=2025&statistics=median',
    ],
    run: ({ query }, work) => answerPay(query, work),
  }),
  defineRoute({
    path: '/api/v2/hours',
    operationId: 'getHours',
    tag: 'v2',
    summary: 'Weekly hours of employees',
    description: 'Weekly hours of one occupation by year, with the parameters of /api/v2/pay.',
    params: none,
    query: hoursQuery,
    reply: payReply,
    examples: ['/api/v2/hours?occupation=2134&breakdown=working-pattern'],
    run: ({ query }, work) => answerPay({ ...query, measure: 'weekly-hours' }, work),
  }),
];
