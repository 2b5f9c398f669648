/**
 * Apprenticeship programmes of the original. Its description of 2016 names the parameters (exactly one of soc, code and
 * search; an access key, which is ignored here) and a list as the answer, but no recorded answer is known: the fields of a
 * programme, and of a region, are this project's.
 */
import { invalidArgument } from '@lmi/kit';
import { z } from 'zod';
import type { Route } from '../http/route';
import { regions } from './codes';
import { callbackParameter, defineV1Route, errorReply, isNoData, readText } from './common';

/** As many as one answer of the original's text search gave. */
const MOST_PROGRAMMES = 100;

const asked = ['soc', 'code', 'search'] as const;

export const apprenticeshipV1Routes: readonly Route[] = [
  defineV1Route({
    path: '/api/v1/apprenticeships/find',
    operationId: 'v1ApprenticeshipsFind',
    summary: 'Apprenticeship programmes of an occupation, by code or by words',
    description: 'Exactly one of soc, code and search. Most relevant first.',
    query: z.object({
      soc: z.string().optional().meta({ description: 'SOC 2010 code, or one that exists only in SOC 2020.' }),
      code: z.string().optional().meta({ description: 'Programme code, such as 403-2-1 or ST0499.' }),
      search: z.string().optional().meta({ description: 'Words of the title.', example: 'plumbing' }),
      accesskey: z.string().optional().meta({ description: 'Ignored.' }),
      ...callbackParameter,
    }),
    reply: z
      .union([
        z.array(
          z.object({
            code: z.string(),
            title: z.string(),
            level: z.number().int(),
            type: z.string(),
            soc: z.array(z.number().int()).meta({ description: 'SOC 2020 unit groups, most likely first.' }),
          }),
        ),
        errorReply,
      ])
      .meta({ id: 'V1Apprenticeships' }),
    examples: ['/api/v1/apprenticeships/find?search=plumbing'],
    read: ({ query }) => {
      const given = asked.flatMap((name) => {
        const text = readText(query, name);
        return text === undefined ? [] : [{ name, text }];
      });
      if (given.length !== 1) {
        throw invalidArgument('soc', 'Please give exactly one of soc, code and search.', asked);
      }
      return given[0]!;
    },
    run: async ({ name, text }, { clients, context }) => {
      const of = (wanted: string): string => (name === wanted ? text : '');
      try {
        const reply = await clients.courses.findApprenticeships(
          {
            query: of('search'),
            occupation: of('soc'),
            id: of('code'),
            classification: '',
            limit: MOST_PROGRAMMES,
            cursor: '',
          },
          context,
        );
        const body = reply.apprenticeships.map(({ id, title, level, kind, occupations }) => ({
          code: id,
          title,
          level,
          type: kind,
          soc: occupations.map(({ code }) => Number(code)),
        }));
        return { body, releases: reply.releases };
      } catch (error) {
        if (isNoData(error) && error.code !== 'invalid-argument') return { body: [], releases: [] };
        throw error;
      }
    },
  }),
  defineV1Route({
    path: '/api/v1/apprenticeships/regions',
    operationId: 'v1ApprenticeshipsRegions',
    summary: 'Regions and their codes',
    description:
      'The regions of this interface; apprenticeship programmes of today are of England as a whole.',
    query: z.object(callbackParameter),
    reply: z.array(z.object({ code: z.number().int(), name: z.string() })).meta({ id: 'V1Regions' }),
    examples: ['/api/v1/apprenticeships/regions'],
    read: () => ({}),
    run: () => ({ body: regions.map(({ code, name }) => ({ code, name })), releases: [] }),
  }),
];
