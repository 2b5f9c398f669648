import type { Occupation } from '@lmi/contracts';
import { z } from 'zod';
import type { Route } from '../http/route';
import { cardAnswers, versionsOf, type Cards } from './cells';
import { defineRoute, none } from './define';
import { cursorAfter, offsetOf, pageQuery } from './paging';
import { classification, occupationCode, releaseCards, textOrigin } from './schemas';

const related = z
  .object({
    code: z.string(),
    title: z.string(),
    share: z.number().optional().meta({ description: 'Share of the people of this occupation, 0 to 1.' }),
  })
  .meta({ id: 'RelatedOccupation' });

export const occupationDetails = z
  .object({
    code: z.string(),
    classification: z.string(),
    title: z.string(),
    level: z.string().meta({ description: 'major, sub-major, minor or unit.' }),
    description: z.string(),
    entryRoutes: z.string(),
    tasks: z.array(z.string()),
    jobTitles: z.array(z.string()),
    crosswalk: z
      .array(related)
      .meta({ description: 'Codes of the other classification, largest share first.' }),
    parents: z.array(related).meta({ description: 'Groups above, widest first.' }),
    textSource: z
      .string()
      .meta({ description: 'official: the classification; plain-english: words of this project.' }),
    source: textOrigin,
  })
  .meta({ id: 'OccupationDetails' });

export function occupationDetailsAnswer(from: Occupation, cards: Cards): z.output<typeof occupationDetails> {
  const card = cards.get(from.release);
  return {
    code: from.code,
    classification: from.classification,
    title: from.title,
    level: from.level,
    description: from.description,
    entryRoutes: from.entryRoutes,
    tasks: from.tasks,
    jobTitles: from.jobTitles,
    crosswalk: from.crosswalk.map(({ code, title, share }) => ({ code, title, share })),
    parents: from.parents.map(({ code, title }) => ({ code, title })),
    textSource: from.textSource,
    source: { dataset: card?.dataset ?? '', release: from.release, licence: card?.licence ?? '' },
  };
}

const LONGEST_QUERY = 200;
/** The engine ranks no further. */
const MOST_HITS = 30;

/** More than there are: they come in pages to those who ask for smaller ones. */
const MOST_AREAS = 1_000;

const areaTypes = [
  'country',
  'nation',
  'region',
  'county',
  'district',
  'combined-authority',
  'lep',
  'lsip',
  'mca',
] as const;

export function reasonOf(reason: string): 'synonym' | 'spelling' | undefined {
  return reason === 'synonym' || reason === 'spelling' ? reason : undefined;
}

export const occupationRoutes: readonly Route[] = [
  defineRoute({
    path: '/api/v2/occupations',
    operationId: 'searchOccupations',
    tag: 'v2',
    summary: 'Occupations that fit some words',
    description: 'Best first. Understands beginnings of words, plurals, slips of the pen and job titles.',
    params: none,
    query: z.strictObject({
      q: z
        .string()
        .trim()
        .min(1, 'expected some words of a job title')
        .max(LONGEST_QUERY)
        .meta({ description: 'Words of a job title.', example: 'plumber' }),
      ...pageQuery(MOST_HITS, 20),
      classification,
    }),
    reply: z
      .object({
        hits: z.array(
          z.object({
            code: z.string(),
            classification: z.string(),
            title: z.string(),
            level: z.string(),
            matchedTitle: z.string().meta({ description: 'The job title that fits best.' }),
            score: z.number(),
            reason: z
              .enum(['synonym', 'spelling'])
              .optional()
              .meta({ description: 'Set where the words did not match as they were typed.' }),
          }),
        ),
        nextCursor: z.string().optional().meta({ description: 'Absent on the last page.' }),
        releases: releaseCards,
      })
      .meta({ id: 'SearchReply' }),
    examples: ['/api/v2/occupations?q=plumber&limit=5'],
    async run({ query }, { clients, context, releases }) {
      const reply = await clients.occupations.searchOccupations(
        { query: query.q, classification: query.classification, limit: MOST_HITS },
        context,
      );
      const versions = versionsOf([reply, { release: reply.linkRelease }]);
      const cards = await releases.describe(versions);
      const offset = offsetOf(query.cursor, reply.release);
      const nextCursor = cursorAfter(offset + query.limit, reply.hits.length, reply.release);
      const hits = reply.hits
        .slice(offset, offset + query.limit)
        .flatMap(({ occupation, matchedTitle, score, reason }) =>
          occupation
            ? [
                {
                  code: occupation.code,
                  classification: occupation.classification,
                  title: occupation.title,
                  level: occupation.level,
                  matchedTitle,
                  score,
                  reason: reasonOf(reason),
                },
              ]
            : [],
        );
      return { body: { hits, nextCursor, releases: cardAnswers(cards) }, releases: versions };
    },
  }),
  defineRoute({
    path: '/api/v2/occupations/{code}',
    operationId: 'getOccupation',
    tag: 'v2',
    summary: 'One occupation',
    description: 'Description, tasks, ways in, job titles, and its place in both classifications.',
    params: z.object({ code: occupationCode }),
    query: z.strictObject({ classification }),
    reply: occupationDetails
      .extend({
        indexTitles: z.array(z.string()).meta({ description: 'Titles of the coding index, inverted.' }),
        releases: releaseCards,
      })
      .meta({ id: 'OccupationReply' }),
    examples: ['/api/v2/occupations/2134'],
    async run({ params, query }, { clients, context, releases }) {
      const found = await clients.occupations.getOccupation(
        { code: params.code, classification: query.classification },
        context,
      );
      const versions = versionsOf([found]);
      const cards = await releases.describe(versions);
      return {
        body: {
          ...occupationDetailsAnswer(found, cards),
          indexTitles: found.indexTitles,
          releases: cardAnswers(cards),
        },
        releases: versions,
      };
    },
  }),
  defineRoute({
    path: '/api/v2/areas',
    operationId: 'listAreas',
    tag: 'v2',
    summary: 'Areas with their codes',
    description:
      'Office for National Statistics codes; areas of the projections keep the codes of their source.',
    params: none,
    query: z.strictObject({ type: z.enum(areaTypes).optional(), ...pageQuery(MOST_AREAS, MOST_AREAS) }),
    reply: z
      .object({
        areas: z.array(
          z.object({
            code: z.string(),
            name: z.string(),
            type: z.string(),
            parent: z.string().optional(),
          }),
        ),
        total: z.number().int().meta({ description: 'Over all pages.' }),
        nextCursor: z.string().optional().meta({ description: 'Absent on the last page.' }),
        releases: releaseCards,
      })
      .meta({ id: 'AreasReply' }),
    examples: ['/api/v2/areas?type=region'],
    async run({ query }, { clients, context, releases }) {
      const reply = await clients.occupations.listAreas({ type: query.type ?? '' }, context);
      const versions = versionsOf([reply]);
      const cards = await releases.describe(versions);
      const offset = offsetOf(query.cursor, reply.release);
      const total = reply.areas.length;
      const areas = reply.areas
        .slice(offset, offset + query.limit)
        .map(({ parent, ...rest }) => ({ ...rest, parent: parent || undefined }));
      const nextCursor = cursorAfter(offset + query.limit, total, reply.release);
      return { body: { areas, total, nextCursor, releases: cardAnswers(cards) }, releases: versions };
    },
  }),
];
