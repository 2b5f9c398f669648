import type {
  Advert,
  AdvertSource,
  Cell,
  GetTrendsReply,
  GetTrendsRequest,
  TrendObservation,
} from '@lmi/contracts';
import { z } from 'zod';
import type { Route } from '../http/route';
import { cardAnswers, cellAnswer, versionsOf, type Cards } from './cells';
import { defineRoute, none } from './define';
import { cursorAfter, offsetOf, pageQuery } from './paging';
import { cell, classification, fallBack, occupation, occupationCode, releaseCards } from './schemas';

const ENGLAND = 'E92000001';
const KINGDOM = 'K02000001';

const areaOfAdverts = z
  .string()
  .regex(/^[A-Za-z0-9_-]{2,40}$/, 'expected an area code; /api/v2/areas lists them')
  .default(ENGLAND)
  .meta({
    description:
      'Area code; England without it. Occupations are counted for England alone; local areas, districts, regions and nations have totals.',
  });

function period(description: string) {
  return z
    .string()
    .regex(/^\d{4}(?:-(?:0[1-9]|1[0-2]|Q[1-4]))?$/, 'expected a year or month such as 2024 or 2024-01')
    .optional()
    .meta({ description });
}

const periods = { from: period('First year or month.'), to: period('Last year or month, included.') };

export const trendObservation = z
  .object({
    period: z
      .string()
      .meta({ description: 'A month (2024-01), or a year where the source counts once a year.' }),
    adverts: cell,
    change: cell.optional().meta({ description: 'Per cent against the same period a year before.' }),
    per100Jobs: cell.optional().meta({ description: 'New adverts of twelve months for each 100 jobs.' }),
  })
  .meta({ id: 'VacancyTrendObservation' });

const surveyObservation = z
  .object({
    period: z.string().meta({
      description: 'A month (the middle one of three), a quarter (2024-Q4) or a year.',
    }),
    vacancies: cell,
    change: cell.optional().meta({ description: 'Per cent against the same period a year before.' }),
  })
  .meta({ id: 'VacancySurveyObservation' });

export function trendAnswers(
  observations: readonly TrendObservation[],
  cards: Cards,
): z.output<typeof trendObservation>[] {
  const optional = (from: Cell | undefined) => from && cellAnswer(from, cards);
  return observations.map((row) => ({
    period: row.period,
    adverts: cellAnswer(row.adverts!, cards),
    change: optional(row.change),
    per100Jobs: optional(row.per100Jobs),
  }));
}

export function trendVersions(observations: readonly TrendObservation[]): string[] {
  return versionsOf(observations.map(({ adverts }) => adverts));
}

/** Months of a profile: the latest and all since the same month a year before. */
const PROFILE_MONTHS = 13;

export const profileTrend = { frequency: z.enum(['month', 'year']), observations: z.array(trendObservation) };

/** Occupations are counted for England alone: it stands for the United Kingdom here, and each cell says so. */
export function profileTrendAsked(asked: {
  readonly occupation: string;
  readonly classification: string;
  readonly area: string;
}): Partial<GetTrendsRequest> {
  const { occupation: code, classification: list, area } = asked;
  return {
    occupation: code,
    classification: list,
    area: area === KINGDOM ? ENGLAND : area,
    fallBack: true,
    latest: PROFILE_MONTHS,
  };
}

export function profileTrendAnswer({ frequency, observations }: GetTrendsReply, cards: Cards) {
  return {
    frequency: frequencyOf(frequency),
    observations: trendAnswers(observations, cards),
  };
}

function frequencyOf(text: string): 'month' | 'year' {
  return text === 'year' ? 'year' : 'month';
}

/** What a cursor of adverts is of: they open and close from one page to the next. */
const ADVERTS = 'adverts';

const advert = z
  .object({
    id: z.number().int(),
    source: z.string().meta({ description: 'sample, dfe-apprenticeships, adzuna or reed.' }),
    sample: z.boolean().meta({ description: 'Made up by this project: no such job exists.' }),
    title: z.string(),
    summary: z.string(),
    employer: z.string(),
    link: z.string(),
    posted: z.string().nullable(),
    closes: z.string().nullable(),
    place: z.string(),
    outcode: z.string().nullable().meta({ description: 'Outward postcode.' }),
    district: z.string().nullable().meta({ description: 'ONS code, where it is known.' }),
    latitude: z.number().nullable(),
    longitude: z.number().nullable(),
    miles: z.number().optional().meta({ description: 'From the location asked for.' }),
    occupation: z
      .object({ soc2020: z.string(), soc2010: z.string() })
      .nullable()
      .meta({ description: 'null when the title could not be coded with enough confidence.' }),
    confidence: z
      .number()
      .nullable()
      .meta({ description: '0 to 1, of the best occupation found, kept or not.' }),
    salary: z.object({ min: z.number(), max: z.number(), unit: z.string() }).nullable(),
  })
  .meta({ id: 'Advert' });

function advertAnswer(from: Advert): z.output<typeof advert> {
  const { salaryMin: min, salaryMax: max } = from;
  return {
    id: from.id,
    source: from.source,
    sample: from.sample,
    title: from.title,
    summary: from.summary,
    employer: from.employer,
    link: from.link,
    posted: from.posted || null,
    closes: from.closes || null,
    place: from.place,
    outcode: from.outcode || null,
    district: from.district || null,
    latitude: from.latitude ?? null,
    longitude: from.longitude ?? null,
    miles: from.distance === undefined ? undefined : Math.round(from.distance * 10) / 10,
    occupation: from.soc2020 === '' ? null : { soc2020: from.soc2020, soc2010: from.soc2010 },
    confidence: from.confidence ?? null,
    salary: min === undefined || max === undefined ? null : { min, max, unit: from.salaryUnit },
  };
}

const advertSource = z
  .object({
    source: z.string(),
    state: z.enum(['answered', 'stale', 'unavailable', 'budget']).meta({
      description:
        'stale: an earlier answer; unavailable: left out; budget: no calls to it are left for now.',
    }),
    adverts: z.number().int(),
    attribution: z.string(),
  })
  .meta({ id: 'AdvertSource' });

function sourceAnswer({ source, state, adverts, attribution }: AdvertSource): z.output<typeof advertSource> {
  return { source, state: state as z.output<typeof advertSource>['state'], adverts, attribution };
}

export const vacancyRoutes: readonly Route[] = [
  defineRoute({
    path: '/api/v2/vacancies/trends',
    operationId: 'getVacancyTrends',
    tag: 'v2',
    summary: 'Online job adverts over time',
    description:
      'Adverts by month with the change on the year: by occupation in England, and of all occupations in local areas; by year in districts, regions and nations, in units of the publisher. Adverts are not jobs.',
    params: none,
    query: z.strictObject({
      occupation: occupation.default('all'),
      classification,
      area: areaOfAdverts,
      ...periods,
      fallBack,
    }),
    reply: z
      .object({
        frequency: z.enum(['month', 'year']),
        observations: z.array(trendObservation),
        releases: releaseCards,
      })
      .meta({ id: 'VacancyTrendsReply' }),
    examples: [
      '/api/v2/vacancies/trends?occupation=2134&from=2024-01',
      '/api/v2/vacancies/trends?area=E92000001&from=2025',
    ],
    async run({ query }, { clients, context, releases }) {
      const { frequency, observations } = await clients.vacancies.getTrends(
        { ...query, from: query.from ?? '', to: query.to ?? '' },
        context,
      );
      const versions = trendVersions(observations);
      const cards = await releases.describe(versions);
      return {
        body: {
          frequency: frequencyOf(frequency),
          observations: trendAnswers(observations, cards),
          releases: cardAnswers(cards),
        },
        releases: versions,
      };
    },
  }),
  defineRoute({
    path: '/api/v2/vacancies/survey',
    operationId: 'getVacancySurvey',
    tag: 'v2',
    summary: 'Vacancies that employers report',
    description:
      'The Vacancy Survey of the United Kingdom, of the series that have been imported; not available before.',
    params: none,
    query: z.strictObject({
      series: z
        .string()
        .regex(/^[A-Z0-9]{4}$/, 'expected a series id of four characters such as AP2Y')
        .optional()
        .meta({ description: 'Series id of the publisher; all without it.', example: 'AP2Y' }),
      ...periods,
    }),
    reply: z
      .object({
        series: z.array(
          z.object({ series: z.string(), title: z.string(), observations: z.array(surveyObservation) }),
        ),
        releases: releaseCards,
      })
      .meta({ id: 'VacancySurveyReply' }),
    examples: ['/api/v2/vacancies/survey'],
    async run({ query }, { clients, context, releases }) {
      const { series } = await clients.vacancies.getSurvey(
        { series: query.series ?? '', from: query.from ?? '', to: query.to ?? '' },
        context,
      );
      const versions = trendVersions(series.flatMap(({ observations }) => observations));
      const cards = await releases.describe(versions);
      return {
        body: {
          series: series.map((found) => ({
            series: found.series,
            title: found.title,
            observations: trendAnswers(found.observations, cards).map((row) => ({
              period: row.period,
              vacancies: row.adverts,
              change: row.change,
            })),
          })),
          releases: cardAnswers(cards),
        },
        releases: versions,
      };
    },
  }),
  defineRoute({
    path: '/api/v2/vacancies/adverts',
    operationId: 'searchAdverts',
    tag: 'v2',
    summary: 'Adverts that are open now',
    description:
      'Nearest first where a location is given, else newest first. While no source of real adverts is set up, the answer holds made-up adverts, each marked `sample`. Attributions of the sources must be shown with their adverts.',
    params: none,
    query: z.strictObject({
      keywords: z
        .string()
        .max(200)
        .default('')
        .meta({ description: 'Words of the title or employer; all must be met.', example: 'plumber' }),
      occupation: occupationCode.optional(),
      classification,
      location: z
        .string()
        .max(100)
        .default('')
        .meta({ description: 'Postcode, outward postcode, town or district.', example: 'BR1 3NN' }),
      radius: z.coerce
        .number()
        .min(0.1)
        .max(100)
        .default(10)
        .meta({ description: 'Miles around the location.' }),
      offset: z.coerce
        .number()
        .int()
        .min(0)
        .max(2000)
        .default(0)
        .meta({ description: 'Adverts to leave out; a cursor leads further.' }),
      ...pageQuery(100, 50),
    }),
    reply: z
      .object({
        sample: z.boolean().meta({ description: 'Whether the answer holds made-up adverts.' }),
        total: z.number().int().meta({ description: 'Adverts that match, over all pages.' }),
        offset: z.number().int(),
        limit: z.number().int(),
        nextCursor: z.string().optional().meta({ description: 'Absent on the last page.' }),
        position: z.object({ latitude: z.number(), longitude: z.number() }).optional(),
        radius: z.number().optional().meta({ description: 'Miles that were searched.' }),
        adverts: z.array(advert),
        sources: z.array(advertSource),
        releases: releaseCards,
      })
      .meta({ id: 'AdvertsReply' }),
    examples: [
      '/api/v2/vacancies/adverts?keywords=plumber&limit=5',
      '/api/v2/vacancies/adverts?location=BR1%203NN&radius=20&limit=5',
    ],
    async run({ query }, { clients, context, releases }) {
      const { cursor, ...asked } = query;
      const offset = cursor === '' ? query.offset : offsetOf(cursor, ADVERTS);
      const reply = await clients.vacancies.searchAdverts(
        { ...asked, offset, occupation: query.occupation ?? '' },
        context,
      );
      const cards = await releases.describe(reply.releases);
      const { latitude, longitude } = reply;
      const placed = latitude !== undefined && longitude !== undefined;
      return {
        body: {
          sample: reply.sample,
          total: reply.total,
          offset,
          limit: query.limit,
          nextCursor: cursorAfter(offset + query.limit, reply.total, ADVERTS),
          ...(placed ? { position: { latitude, longitude }, radius: reply.radius } : {}),
          adverts: reply.adverts.map(advertAnswer),
          sources: reply.sources.map(sourceAnswer),
          releases: cardAnswers(cards),
        },
        releases: reply.releases,
        // Adverts open and close while releases stay.
        volatile: true,
      };
    },
  }),
];
