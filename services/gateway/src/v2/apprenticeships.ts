import type { Apprenticeship } from '@lmi/contracts';
import { marks, type Mark } from '@lmi/statistics';
import { z } from 'zod';
import type { Route } from '../http/route';
import { cardAnswers } from './cells';
import { pageReply, paging, words } from './courses';
import { defineRoute, none } from './define';
import { classification, occupationCode } from './schemas';

export const apprenticeship = z
  .object({
    id: z.string(),
    kind: z.string().meta({ description: 'standard or framework.' }),
    title: z.string(),
    level: z.number().int(),
    status: z.string(),
    route: z.string().optional(),
    sectorSubjectArea: z.string().optional(),
    starts: z.string().optional(),
    ends: z.string().optional(),
    months: z.number().optional(),
    fundingLimit: z.number().optional().meta({ description: 'Pounds.' }),
    jobTitles: z.array(z.string()),
    occupations: z
      .array(
        z.object({
          code: z.string().meta({ description: 'SOC 2020 unit group.' }),
          title: z.string(),
          weight: z.number().meta({ description: '0 to 1; the weights of one apprenticeship add up to 1.' }),
          marks: z
            .array(z.enum(marks.map(({ mark }) => mark)))
            .meta({ description: 'modelled: linked by its names; none: the publisher’s own code.' }),
        }),
      )
      .meta({ description: 'Empty where neither the publisher nor the names say it.' }),
  })
  .meta({ id: 'Apprenticeship' });

export function apprenticeshipAnswer(from: Apprenticeship): z.output<typeof apprenticeship> {
  return {
    id: from.id,
    kind: from.kind,
    title: from.title,
    level: from.level,
    status: from.status,
    route: from.route || undefined,
    sectorSubjectArea: from.sector || undefined,
    starts: from.starts || undefined,
    ends: from.ends || undefined,
    months: from.months,
    fundingLimit: from.funding,
    jobTitles: from.jobTitles,
    occupations: from.occupations.map(({ code, title, weight, marks: given }) => ({
      code,
      title,
      weight,
      marks: given as Mark[],
    })),
  };
}

export const apprenticeshipRoutes: readonly Route[] = [
  defineRoute({
    path: '/api/v2/apprenticeships',
    operationId: 'findApprenticeships',
    tag: 'v2',
    summary: 'Apprenticeships and the occupations they lead to',
    description: 'By words of title and job titles, by occupation (most relevant first), or by code.',
    params: none,
    query: z.strictObject({
      q: words.meta({ description: 'Words of title and job titles.', example: 'plumbing' }),
      occupation: occupationCode.optional(),
      classification,
      id: z.string().trim().max(32).default('').meta({ description: 'One programme by its code.' }),
      ...paging,
    }),
    reply: z
      .object({ apprenticeships: z.array(apprenticeship), ...pageReply })
      .meta({ id: 'ApprenticeshipsReply' }),
    examples: ['/api/v2/apprenticeships?q=plumbing', '/api/v2/apprenticeships?occupation=5315'],
    async run({ query }, { clients, context, releases }) {
      const reply = await clients.courses.findApprenticeships(
        {
          query: query.q,
          occupation: query.occupation ?? '',
          classification: query.classification,
          id: query.id,
          limit: query.limit,
          cursor: query.cursor,
        },
        context,
      );
      const cards = await releases.describe(reply.releases);
      return {
        body: {
          apprenticeships: reply.apprenticeships.map(apprenticeshipAnswer),
          total: reply.total,
          nextCursor: reply.nextCursor || undefined,
          releases: cardAnswers(cards),
        },
        releases: reply.releases,
      };
    },
  }),
];
