import type { Advert } from '@lmi/contracts';
import { z } from 'zod';
import type { Route } from '../http/route';
import { callbackParameter, defineV1Route, isNoData, readText } from './common';

const DEFAULT_LIMIT = 50;
const MOST = 100;
const DEFAULT_MILES = 10;

/** How long an advert was shown that told no closing day: the original's own period. */
const SHOWN_DAYS = 30;
const DAY_MS = 86_400_000;

const vacancy = z.object({
  id: z.number().int(),
  title: z.string(),
  summary: z.string(),
  company: z.string(),
  activedate: z.object({ start: z.string(), end: z.string() }),
  location: z.object({
    location: z.string(),
    city: z.string(),
    area: z.string(),
    postcode: z.string(),
    country: z.string(),
  }),
  link: z.string(),
  sample: z.literal(true).optional().meta({ description: 'On made-up adverts only.' }),
});

/** One advert in the original's shape. Dates are always there: clients parse them. */
export function vacancyAnswer(from: Advert, now: number): z.output<typeof vacancy> {
  const seconds = (ms: number): string => new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
  const start = from.posted || seconds(now);
  return {
    id: from.id,
    title: from.title,
    summary: from.summary,
    company: from.employer,
    activedate: { start, end: from.closes || seconds(Date.parse(start) + SHOWN_DAYS * DAY_MS) },
    location: { location: from.place, city: '', area: '', postcode: from.outcode, country: '' },
    link: from.link,
    ...(from.sample ? { sample: true as const } : {}),
  };
}

/** A number within bounds; what cannot be read is left out, as the original did. */
function readNumber(text: string | undefined, least: number, most: number, otherwise: number): number {
  const number = /^\d+(?:\.\d+)?/.exec(text ?? '')?.[0];
  return number === undefined ? otherwise : Math.min(most, Math.max(least, Number(number)));
}

export const vacancyRoutes: readonly Route[] = [
  defineV1Route({
    path: '/api/v1/vacancies/search',
    operationId: 'v1VacanciesSearch',
    summary: 'Adverts that are open now',
    description:
      'Nearest first where a place is given, else newest first. An unknown place or occupation gives an empty list. Made-up adverts, given while no source of real ones is set up, say so in their summary and carry `sample`.',
    query: z.object({
      keywords: z.string().optional().meta({ description: 'Words of the title or employer.' }),
      soc: z.string().optional().meta({ description: 'SOC 2010 code, or one that exists only in SOC 2020.' }),
      location: z
        .string()
        .optional()
        .meta({ description: 'Postcode, outward part or place; also as postcode.' }),
      postcode: z.string().optional(),
      radius: z
        .string()
        .optional()
        .meta({ description: `Miles; ${DEFAULT_MILES} without it.` }),
      limit: z
        .string()
        .optional()
        .meta({ description: `At most ${MOST}; ${DEFAULT_LIMIT} without it.` }),
      ...callbackParameter,
    }),
    reply: z.array(vacancy).meta({ id: 'V1Vacancies' }),
    examples: [
      '/api/v1/vacancies/search?keywords=plumber&limit=5',
      '/api/v1/vacancies/search?location=BR1&radius=10',
    ],
    read: ({ query }) => ({
      keywords: (readText(query, 'keywords') ?? '').slice(0, 200),
      soc: /^[1-9]\d{0,3}$/.exec(readText(query, 'soc') ?? '')?.[0] ?? '',
      location: (readText(query, 'location') ?? readText(query, 'postcode') ?? '').slice(0, 100),
      radius: readNumber(readText(query, 'radius'), 0.1, 100, DEFAULT_MILES),
      limit: Math.floor(readNumber(readText(query, 'limit'), 1, MOST, DEFAULT_LIMIT)),
    }),
    async run({ keywords, soc, location, radius, limit }, { clients, context }) {
      try {
        const reply = await clients.vacancies.searchAdverts(
          { keywords, occupation: soc, classification: '', location, radius, offset: 0, limit },
          context,
        );
        const now = Date.now();
        return {
          body: reply.adverts.map((advert) => vacancyAnswer(advert, now)),
          releases: reply.releases,
          // Adverts open and close while releases stay.
          volatile: true,
        };
      } catch (error) {
        if (isNoData(error)) return { body: [], releases: [], volatile: true };
        throw error;
      }
    },
  }),
];
