import type { Element, ElementRating, GetOccupationSkillsReply, OccupationLink } from '@lmi/contracts';
import { z } from 'zod';
import type { Route } from '../http/route';
import { cardAnswers, cellAnswer, versionsOf, type Cards } from './cells';
import { defineRoute, none } from './define';
import { cell, classification, occupationCode, releaseCards } from './schemas';

const DOMAINS = ['skills', 'abilities', 'knowledge', 'activities', 'interests'] as const;
/** Unit groups of SOC 2020. */
const MOST_MATCHES = 412;

const domain = z
  .string()
  .optional()
  .transform((text) => (text === undefined ? [] : [...new Set(text.split(',').map((name) => name.trim()))]))
  .pipe(z.array(z.enum(DOMAINS)))
  .meta({ description: `Comma list of ${DOMAINS.join(', ')}; all without it.`, example: 'skills,knowledge' });

const element = z
  .object({
    id: z.string().meta({ description: 'Id in the content model of O*NET.' }),
    name: z.string(),
    domain: z.enum(DOMAINS),
  })
  .meta({ id: 'SkillElement', description: 'Something that occupations are rated on.' });

export const skillRating = z
  .object({
    element,
    importance: cell
      .optional()
      .meta({ description: '1 to 5; for interests how far the work is of that kind, 1 to 7.' }),
    level: cell.optional().meta({ description: 'Level needed, 0 to 7. Interests have none.' }),
  })
  .meta({ id: 'SkillRating' });

const link = z
  .object({
    code: z.string(),
    title: z.string(),
    weight: z.number().meta({ description: '0 to 1.' }),
    marks: z.array(z.string()),
    titlesInCommon: z.number().meta({
      description:
        'Job titles that both classifications know; one that several occupations share counts in part.',
    }),
  })
  .meta({
    id: 'OccupationLink',
    description: 'A way into another classification, worked out by this project.',
  });

const onetLink = link.extend({
  rated: z.boolean().meta({ description: 'Whether O*NET rates the occupation.' }),
});

function elementAnswer({ id, name, domain: of }: Element): z.output<typeof element> {
  return { id, name, domain: of as (typeof DOMAINS)[number] };
}

function ratingAnswers(ratings: readonly ElementRating[], cards: Cards): z.output<typeof skillRating>[] {
  return ratings.flatMap(({ element: of, importance, level }) =>
    of
      ? [
          {
            element: elementAnswer(of),
            importance: importance && cellAnswer(importance, cards),
            level: level && cellAnswer(level, cards),
          },
        ]
      : [],
  );
}

function linkAnswer({ code, title, weight, marks, titles }: OccupationLink): z.output<typeof link> {
  return { code, title, weight, marks, titlesInCommon: titles };
}

/** Versions behind the answer for one occupation. */
export function skillVersions(reply: GetOccupationSkillsReply): string[] {
  return versionsOf([
    ...reply.ratings.map(({ importance }) => importance),
    { release: reply.linkRelease },
    { release: reply.escoRelease },
  ]);
}

const escoPart = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('ok'),
    skillGroups: z.array(
      z.object({ code: z.string(), name: z.string(), share: cell }).meta({ id: 'SkillGroupShare' }),
    ),
  }),
  z.object({ status: z.literal('not-available'), detail: z.string() }),
]);

/** What a profile shows of each domain. */
const PROFILE_COUNTS = { skills: 5, knowledge: 3, interests: 3 } as const;

/** What the profile asks of the ratings: no more than it shows. */
export const profileSkillsAsked = {
  domains: Object.keys(PROFILE_COUNTS),
  ratingsOnly: true,
  mostImportant: Math.max(...Object.values(PROFILE_COUNTS)),
};

export const profileSkills = {
  ratings: z.array(z.object({ element, importance: cell })).meta({
    description: 'The most important skills, knowledge and interests; /skills has all with their levels.',
  }),
};

/** The most important elements of each domain, for the profile of an occupation. */
export function profileSkillsAnswer(
  { ratings }: GetOccupationSkillsReply,
  cards: Cards,
): { ratings: { element: z.output<typeof element>; importance: z.output<typeof cell> }[] } {
  const shown = Object.entries(PROFILE_COUNTS).flatMap(([of, count]) =>
    ratings
      .filter((rating) => rating.element?.domain === of && rating.importance?.value !== undefined)
      .sort((a, b) => b.importance!.value! - a.importance!.value!)
      .slice(0, count),
  );
  return {
    ratings: shown.map((rating) => ({
      element: elementAnswer(rating.element!),
      importance: cellAnswer(rating.importance!, cards),
    })),
  };
}

const LOWEST = 1;
const HIGHEST = 5;
const MOST_RATINGS = 200;

/** "2.A.1.a:5,2.A.1.b:3.5": element ids with ratings. */
function ratingList(kind: 'like' | 'can', description: string) {
  return z
    .string()
    .optional()
    .transform((text, context) => {
      const ratings = (text ?? '').split(',').filter((part) => part.trim() !== '');
      if (ratings.length > MOST_RATINGS) {
        context.addIssue({ code: 'custom', message: `expected at most ${MOST_RATINGS} ratings` });
        return z.NEVER;
      }
      const read = ratings.map((part) => /^\s*([\w.]{3,16}):(\d(?:\.\d+)?)\s*$/.exec(part));
      const wrong = read.findIndex(
        (found) => !found || Number(found[2]) < LOWEST || Number(found[2]) > HIGHEST,
      );
      if (wrong >= 0) {
        context.addIssue({
          code: 'custom',
          message: `"${ratings[wrong]!.slice(0, 40)}" is no rating; expected an element and ${LOWEST} to ${HIGHEST}, such as 2.A.1.a:5`,
        });
        return z.NEVER;
      }
      return read.map((found) => ({ element: found![1]!, kind, value: Number(found![2]), weight: 1 }));
    })
    .meta({ description, example: kind === 'like' ? '1.B.1.c:5,2.A.1.c:4' : '2.A.1.c:5,2.A.1.e:2' });
}

const matchQuery = z
  .strictObject({
    like: ratingList(
      'like',
      'How much of each element the work should have: element ids of /api/v2/skills with 1 (none) to 5 (very much).',
    ),
    can: ratingList('can', 'How well each is mastered: element ids with 1 (not at all) to 5 (very well).'),
    classification,
    limit: z.coerce.number().int().min(1).max(MOST_MATCHES).default(20),
    reasons: z.coerce
      .number()
      .int()
      .min(0)
      .max(20)
      .default(5)
      .meta({ description: 'Elements named per occupation, those that speak most for and against it.' }),
  })
  .superRefine(({ like, can }, context) => {
    if (like.length + can.length === 0) {
      context.addIssue({ code: 'custom', path: ['like'], message: 'give ratings by like, can or both' });
    }
  });

export const skillRoutes: readonly Route[] = [
  defineRoute({
    path: '/api/v2/skills',
    operationId: 'listSkills',
    tag: 'v2',
    summary: 'What occupations are rated on',
    description:
      'Skills, abilities, fields of knowledge, work activities and interests with their ids. Only domains that are loaded.',
    params: none,
    query: z.strictObject({ domain }),
    reply: z
      .object({
        elements: z.array(
          element.extend({ edition: z.string().meta({ description: 'Edition of the ratings.' }) }),
        ),
        releases: releaseCards,
      })
      .meta({ id: 'SkillsReply' }),
    examples: ['/api/v2/skills?domain=interests'],
    async run({ query }, { clients, context, releases }) {
      const reply = await clients.occupations.listElements({ domains: query.domain }, context);
      const versions = versionsOf([reply]);
      const cards = await releases.describe(versions);
      const elements = reply.elements.map((one) => ({ ...elementAnswer(one), edition: one.edition }));
      return { body: { elements, releases: cardAnswers(cards) }, releases: versions };
    },
  }),
  defineRoute({
    path: '/api/v2/skills/match',
    operationId: 'matchSkills',
    tag: 'v2',
    summary: 'Occupations that fit what somebody likes and can',
    description:
      'Best first, each with the elements that speak most for and against it. The score is a fit from 0 to 1, not a chance of success. Method: docs/methods/skills.md.',
    params: none,
    query: matchQuery,
    reply: z
      .object({
        matches: z.array(
          z.object({
            code: z.string(),
            title: z.string(),
            score: z.number().meta({ description: 'Mean fit of the ratings, 0 to 1.' }),
            compared: z.number().int().meta({ description: 'Ratings that could be compared.' }),
            marks: z.array(z.string()),
            reasons: z.array(
              z.object({
                element,
                kind: z.enum(['like', 'can']),
                yours: z.number(),
                theirs: z.number().meta({ description: 'What the occupation has or needs, 1 to 5.' }),
                fit: z.number().meta({ description: '0 to 1.' }),
              }),
            ),
          }),
        ),
        unrated: z.array(z.string()).meta({ description: 'Unit groups without ratings.' }),
        releases: releaseCards,
      })
      .meta({ id: 'SkillsMatchReply' }),
    examples: ['/api/v2/skills/match?like=1.B.1.c:5,2.A.1.c:4&can=2.A.1.c:5,2.A.1.e:2&limit=5'],
    async run({ query }, { clients, context, releases }) {
      const reply = await clients.occupations.matchOccupations(
        {
          ratings: [...query.like, ...query.can],
          classification: query.classification,
          limit: query.limit,
          reasons: query.reasons,
        },
        context,
      );
      const versions = versionsOf([reply]);
      const cards = await releases.describe(versions);
      const matches = reply.matches.map(({ code, title, score, compared, reasons }) => ({
        code,
        title,
        score,
        compared,
        marks: ['modelled'],
        reasons: reasons.flatMap(({ element: of, kind, yours, theirs, fit }) =>
          of ? [{ element: elementAnswer(of), kind: kind as 'like' | 'can', yours, theirs, fit }] : [],
        ),
      }));
      return {
        body: { matches, unrated: reply.unrated, releases: cardAnswers(cards) },
        releases: versions,
      };
    },
  }),
  defineRoute({
    path: '/api/v2/occupations/{code}/skills',
    operationId: 'getOccupationSkills',
    tag: 'v2',
    summary: 'Skills, knowledge and interests of one occupation',
    description:
      'Means over the linked O*NET occupations, weighted by the links and marked modelled; the ESCO groups beside them. No official link exists: the weights show how each was made.',
    params: z.object({ code: occupationCode }),
    query: z.strictObject({ domain, classification }),
    reply: z
      .object({
        code: z.string(),
        classification: z.string(),
        ratings: z.array(skillRating),
        onet: z.object({
          coverage: z
            .number()
            .meta({ description: 'Part of the weight of the links whose occupations are rated, 0 to 1.' }),
          links: z.array(onetLink),
        }),
        esco: z.object({ occupationGroups: z.array(link), skills: escoPart }),
        releases: releaseCards,
      })
      .meta({ id: 'OccupationSkillsReply' }),
    examples: ['/api/v2/occupations/2134/skills', '/api/v2/occupations/2134/skills?domain=interests'],
    async run({ params, query }, { clients, context, releases }) {
      const reply = await clients.occupations.getOccupationSkills(
        { code: params.code, classification: query.classification, domains: query.domain },
        context,
      );
      const versions = skillVersions(reply);
      const cards = await releases.describe(versions);
      const skillGroups = reply.escoSkillGroups.map(({ code, name, share }) => ({
        code,
        name,
        share: cellAnswer(share!, cards),
      }));
      return {
        body: {
          code: params.code,
          classification: query.classification,
          ratings: ratingAnswers(reply.ratings, cards),
          onet: {
            coverage: reply.coverage,
            links: reply.onetLinks.map((one) => ({ ...linkAnswer(one), rated: one.rated })),
          },
          esco: {
            occupationGroups: reply.escoGroups.map(linkAnswer),
            skills:
              skillGroups.length > 0
                ? { status: 'ok' as const, skillGroups }
                : {
                    status: 'not-available' as const,
                    detail: 'The relations of ESCO between occupations and skills are not loaded.',
                  },
          },
          releases: cardAnswers(cards),
        },
        releases: versions,
      };
    },
  }),
  defineRoute({
    path: '/api/v2/onet/{code}',
    operationId: 'getOnetOccupation',
    tag: 'v2',
    summary: 'One O*NET occupation as its source rates it',
    description:
      'Values with their sampling error. Values that the source recommends to suppress are marked unreliable; levels of what is not relevant are not applicable.',
    params: z.object({
      code: z
        .string()
        .regex(/^\d{2}-\d{4}\.\d{2}$/, 'expected an O*NET-SOC code such as 11-1011.00')
        .meta({ description: 'O*NET-SOC code.', example: '11-1011.00' }),
    }),
    query: z.strictObject({ domain }),
    reply: z
      .object({ code: z.string(), title: z.string(), ratings: z.array(skillRating), releases: releaseCards })
      .meta({ id: 'OnetOccupationReply' }),
    examples: ['/api/v2/onet/11-1011.00'],
    async run({ params, query }, { clients, context, releases }) {
      const reply = await clients.occupations.getOnetRatings(
        { code: params.code, domains: query.domain },
        context,
      );
      const versions = versionsOf([reply]);
      const cards = await releases.describe(versions);
      return {
        body: {
          code: reply.code,
          title: reply.title,
          ratings: ratingAnswers(reply.ratings, cards),
          releases: cardAnswers(cards),
        },
        releases: versions,
      };
    },
  }),
];
