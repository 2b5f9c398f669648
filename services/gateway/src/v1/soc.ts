import { v1Occupation } from '@lmi/contracts';
import { invalidArgument, notFound } from '@lmi/kit';
import { z } from 'zod';
import type { Route } from '../http/route';
import { callbackParameter, defineV1Route, readText, releasesOf } from './common';

/** The original never sent more; clients show all they get. */
export const MOST_HITS = 30;
const LONGEST_QUERY = 200;

/** The words to look for: the operators of the original's query language, as some clients send them, mean nothing here. */
export function searchText(query: string): string {
  const words = query.slice(0, LONGEST_QUERY).split(/\s+/).filter(Boolean);
  const plain = words.filter((word) => word !== 'AND' && word !== 'OR');
  return (plain.length > 0 ? plain : words).join(' ');
}

const occupationReply = z
  .object({
    soc: z.number().int(),
    title: z.string(),
    description: z.string(),
    qualifications: z.string(),
    tasks: z.string(),
    add_titles: z.array(z.string()),
  })
  .meta({ id: 'V1Occupation' });

export const socRoutes: readonly Route[] = [
  defineV1Route({
    path: '/api/v1/soc/search',
    operationId: 'v1SocSearch',
    summary: 'Occupations that fit some words, best first',
    description: `At most ${MOST_HITS} hits. Codes are SOC 2010.`,
    query: z.object({
      q: z.string().meta({ description: 'Words of a job title.', example: 'plumber' }),
      ...callbackParameter,
    }),
    reply: z.array(occupationReply),
    examples: ['/api/v1/soc/search?q=plumber'],
    read({ query }) {
      const text = searchText(readText(query, 'q') ?? '');
      if (text === '') throw invalidArgument('q', 'Please give a string to search for.');
      return text;
    },
    async run(query, { clients, context, releases, occupationTexts }) {
      const request = { query, classification: 'soc2010', limit: MOST_HITS };
      const { bytes, reply } = await occupationTexts.list(releases.set.hash, (whole) =>
        clients.occupations.searchOccupations({ ...request, v1Texts: whole, codesOnly: !whole }, context),
      );
      return { body: undefined, bytes, releases: releasesOf([reply, { release: reply.linkRelease }]) };
    },
  }),
  defineV1Route({
    path: '/api/v1/soc/code/{code}',
    operationId: 'v1SocCode',
    summary: 'One occupation',
    description: 'An unknown code is answered with status 400.',
    params: z.object({ code: z.string().meta({ description: 'SOC 2010 unit group.', example: '2136' }) }),
    query: z.object(callbackParameter),
    reply: occupationReply,
    examples: ['/api/v1/soc/code/2136'],
    read({ params }) {
      const code = params.code!.trim();
      if (!/^[1-9]\d{3}$/.test(code)) throw notFound('There is no such SOC code.', 'code');
      return code;
    },
    async run(code, { clients, context }) {
      // No classification: SOC 2010 as clients send it, else a code that exists in SOC 2020 alone.
      const occupation = await clients.occupations.getOccupation({ code, classification: '' }, context);
      return { body: v1Occupation(occupation), releases: releasesOf([occupation]) };
    },
  }),
];
