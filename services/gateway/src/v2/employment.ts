import type { EmploymentObservation, GetReplacementDemandReply } from '@lmi/contracts';
import { z } from 'zod';
import type { Route } from '../http/route';
import { cardAnswers, cellAnswer, versionsOf, type Cards } from './cells';
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

export const employmentObservation = z
  .object({
    year: z.number().int(),
    code: z.string().optional().meta({ description: 'Category of the breakdown.' }),
    name: z.string().optional(),
    secondCode: z.string().optional().meta({ description: 'Category of the second breakdown.' }),
    secondName: z.string().optional(),
    cell,
  })
  .meta({ id: 'EmploymentObservation' });

export const replacementDemand = z
  .object({
    startYear: z.number().int(),
    endYear: z.number().int(),
    startEmployment: cell.optional(),
    endEmployment: cell.optional(),
    netChange: cell.optional(),
    replacementDemand: cell
      .optional()
      .meta({ description: 'Jobs to be filled over the whole period because people leave the occupation.' }),
    totalRequirement: cell.optional(),
    annualRate: cell.optional().meta({ description: 'Per cent of start-year employment a year.' }),
  })
  .meta({ id: 'ReplacementDemand' });

export function employmentObservationAnswers(
  observations: readonly EmploymentObservation[],
  cards: Cards,
): z.output<typeof employmentObservation>[] {
  return observations.map((row) => ({
    year: row.year,
    code: row.code || undefined,
    name: row.name || undefined,
    secondCode: row.secondCode || undefined,
    secondName: row.secondName || undefined,
    cell: cellAnswer(row.cell!, cards),
  }));
}

const replacementCells = [
  'startEmployment',
  'endEmployment',
  'netChange',
  'replacementDemand',
  'totalRequirement',
  'annualRate',
] as const;

export function replacementVersions(reply: GetReplacementDemandReply): string[] {
  return versionsOf(replacementCells.map((name) => reply[name]));
}

export function replacementAnswer(
  reply: GetReplacementDemandReply,
  cards: Cards,
): z.output<typeof replacementDemand> {
  const answer: z.output<typeof replacementDemand> = { startYear: reply.startYear, endYear: reply.endYear };
  for (const name of replacementCells) {
    const found = reply[name];
    if (found) answer[name] = cellAnswer(found, cards);
  }
  return answer;
}

export const employmentRoutes: readonly Route[] = [
  defineRoute({
    path: '/api/v2/employment',
    operationId: 'getEmployment',
    tag: 'v2',
    summary: 'Employment, observed and projected',
    description:
      'People in one occupation by year; years after the last observed one are marked as projected.',
    params: none,
    query: z
      .strictObject({
        occupation,
        classification,
        area,
        breakdown: breakdownParameter(['area', 'sex', 'working-status', 'qualification', 'industry']),
        ...years,
        fallBack,
      })
      .superRefine(checkYears),
    reply: z
      .object({ observations: z.array(employmentObservation), releases: releaseCards })
      .meta({ id: 'EmploymentReply' }),
    examples: [
      '/api/v2/employment?occupation=2134&minYear=2024&maxYear=2035',
      '/api/v2/employment?occupation=2134&breakdown=industry&year=2024',
    ],
    async run({ query }, { clients, context, releases }) {
      const { observations } = await clients.employment.getEmployment(
        {
          occupation: query.occupation,
          classification: query.classification,
          area: query.area,
          breakdown: query.breakdown ?? '',
          ...yearSpan(query),
          fallBack: query.fallBack,
        },
        context,
      );
      const versions = versionsOf(observations.map((row) => row.cell));
      const cards = await releases.describe(versions);
      return {
        body: {
          observations: employmentObservationAnswers(observations, cards),
          releases: cardAnswers(cards),
        },
        releases: versions,
      };
    },
  }),
  defineRoute({
    path: '/api/v2/employment/replacement-demand',
    operationId: 'getReplacementDemand',
    tag: 'v2',
    summary: 'Jobs to be filled over the projection period',
    description: 'Growth or decline, and the jobs that open because people leave the occupation.',
    params: none,
    query: z.strictObject({ occupation, classification, area, fallBack }),
    reply: replacementDemand.extend({ releases: releaseCards }).meta({ id: 'ReplacementDemandReply' }),
    examples: ['/api/v2/employment/replacement-demand?occupation=2134'],
    async run({ query }, { clients, context, releases }) {
      const reply = await clients.employment.getReplacementDemand(query, context);
      const versions = replacementVersions(reply);
      const cards = await releases.describe(versions);
      return {
        body: { ...replacementAnswer(reply, cards), releases: cardAnswers(cards) },
        releases: versions,
      };
    },
  }),
];
