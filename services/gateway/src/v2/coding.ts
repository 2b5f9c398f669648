import type { TitleCoding, TitleToCode } from '@lmi/contracts';
import { LmiError } from '@lmi/kit';
import { employerSectors } from '@lmi/occupations';
import { z } from 'zod';
import type { Route } from '../http/route';
import { cardAnswers, versionsOf } from './cells';
import { defineRoute, none } from './define';
import { reasonOf } from './occupations';
import { classification, releaseCards } from './schemas';

const LONGEST_QUERY = 200;
const LONGEST_TITLE = 300;
const LONGEST_DESCRIPTION = 5_000;
const MOST_SUGGESTIONS = 30;
const MOST_TITLES = 1_000;
const MOST_CHOICES = 5;
/** Titles that take the time of one other question. */
const TITLES_A_REQUEST = 10;
/** A thousand titles with a description each of what a description says in its first lines. */
export const BATCH_BYTES = 2_000_000;

const title = z.string().trim().min(1, 'expected a job title').max(LONGEST_TITLE).meta({
  description: 'Job title as it is written; the noise of adverts does no harm.',
  example: 'Senior Java Developer – London – £60k – hybrid',
});
const surroundings = {
  description: z
    .string()
    .max(LONGEST_DESCRIPTION)
    .optional()
    .meta({ description: 'What the job consists of; its first lines are read.' }),
  industry: z
    .string()
    .max(LONGEST_QUERY)
    .optional()
    .meta({ description: 'What the employer does, in words.', example: 'software house' }),
  sector: z.enum(employerSectors).optional().meta({ description: 'Kind of employer.' }),
};
const choices = z.coerce
  .number()
  .int()
  .min(1)
  .max(MOST_CHOICES)
  .default(MOST_CHOICES)
  .meta({ description: 'How many codes to give, the best first.' });

const choice = z
  .object({
    code: z.string().meta({ description: 'Unit group of SOC 2020.' }),
    title: z.string(),
    probability: z
      .number()
      .meta({ description: 'That the code is right, 0 to 1; /accuracy says how well these are calibrated.' }),
    matchedEntry: z.string().optional().meta({
      description:
        'Entry of the coding index that speaks for it; where none shares words with the title, the one nearest in meaning by word vectors. Absent where there is none of either.',
    }),
  })
  .meta({ id: 'CodeChoice' });

const coding = z
  .object({
    code: z.string().optional().meta({ description: 'Absent where no code is given.' }),
    title: z.string().optional(),
    probability: z.number().optional(),
    matchedEntry: z.string().optional(),
    rule: z.enum(['entry', 'words', 'synonym', 'spelling', 'model']).optional().meta({
      description:
        'entry: the index has the title; words: the best entry shares words; synonym: an everyday phrase was put in the words of the index; spelling: a slip was put right; model: no entry shares words; titles with words of like letters, kind or meaning are of this group.',
    }),
    changes: z.array(z.string()).meta({ description: 'Words that were read as others.' }),
    work: z.string().meta({ description: 'The part of the title that was coded.' }),
    refused: z
      .enum(['no-work-named', 'unknown-words', 'too-vague'])
      .optional()
      .meta({ description: 'Why no code is given. The next-best codes may still be listed.' }),
    ambiguous: z.boolean().meta({
      description:
        'Another code is nearly as likely as the first (at least 0.4 of its probability), or the title is too vague for a code.',
    }),
    question: z
      .string()
      .optional()
      .meta({ description: 'What would settle it; the choices are its answers.' }),
    choices: z.array(choice).meta({ description: 'Best first, the answer itself included.' }),
  })
  .meta({ id: 'Coding' });

interface Asked {
  readonly title: string;
  readonly description?: string | undefined;
  readonly industry?: string | undefined;
  readonly sector?: string | undefined;
}

function messageOf({ title: name, description = '', industry = '', sector = '' }: Asked): TitleToCode {
  return { title: name, description, industry, sector };
}

function ruleOf(rule: string): z.output<typeof coding>['rule'] {
  return coding.shape.rule.safeParse(rule || undefined).data;
}

function codingAnswer(from: TitleCoding): z.output<typeof coding> {
  const all = from.choices.map(({ code, title: name, probability, matchedTitle }) => ({
    code,
    title: name,
    probability,
    matchedEntry: matchedTitle || undefined,
  }));
  return {
    ...(from.refused === '' ? all[0] : undefined),
    rule: ruleOf(from.rule),
    changes: from.changes,
    work: from.work,
    refused: coding.shape.refused.safeParse(from.refused || undefined).data,
    ambiguous: from.ambiguous,
    question: from.question || undefined,
    choices: all,
  };
}

export const codingRoutes: readonly Route[] = [
  defineRoute({
    path: '/api/v2/occupations/suggest',
    operationId: 'suggestOccupations',
    tag: 'v2',
    summary: 'Job titles while they are typed',
    description:
      'For each keystroke: job titles that begin so, or that hold the words, each with its occupation.',
    params: none,
    query: z.strictObject({
      q: z.string().max(LONGEST_QUERY).meta({
        description: 'What has been typed so far; nothing is suggested for nothing.',
        example: 'plum',
      }),
      limit: z.coerce.number().int().min(1).max(MOST_SUGGESTIONS).default(8),
      classification,
    }),
    reply: z
      .object({
        suggestions: z.array(
          z.object({
            jobTitle: z.string().meta({ description: 'Entry of the coding index.' }),
            code: z.string(),
            title: z.string(),
            reason: z.enum(['synonym', 'spelling']).optional(),
          }),
        ),
        releases: releaseCards,
      })
      .meta({ id: 'SuggestReply' }),
    examples: ['/api/v2/occupations/suggest?q=plum'],
    async run({ query }, { clients, context, releases }) {
      if (query.q.trim() === '') return { body: { suggestions: [], releases: [] }, releases: [] };
      const reply = await clients.occupations.searchOccupations(
        { query: query.q, classification: query.classification, limit: query.limit },
        context,
      );
      const versions = versionsOf([reply, { release: reply.linkRelease }]);
      const cards = await releases.describe(versions);
      const suggestions = reply.hits.flatMap(({ occupation, matchedTitle, reason }) =>
        occupation
          ? [
              {
                jobTitle: matchedTitle,
                code: occupation.code,
                title: occupation.title,
                reason: reasonOf(reason),
              },
            ]
          : [],
      );
      return { body: { suggestions, releases: cardAnswers(cards) }, releases: versions };
    },
  }),
  defineRoute({
    path: '/api/v2/occupations/code',
    operationId: 'codeTitle',
    tag: 'v2',
    summary: 'The occupation code of one job title',
    description:
      'The SOC 2020 unit group with a calibrated probability, the entry and the rule behind it, the next-best codes, and a refusal where the title does not say enough.',
    params: none,
    query: z.strictObject({ title, ...surroundings, choices }),
    reply: coding.extend({ releases: releaseCards }).meta({ id: 'CodingReply' }),
    examples: [
      '/api/v2/occupations/code?title=Plumber%20-%20Leeds%20-%20%C2%A335k',
      '/api/v2/occupations/code?title=engineer&industry=railway',
    ],
    async run({ query: { choices: most, ...asked } }, { clients, context, releases }) {
      const reply = await clients.occupations.codeTitles(
        { titles: [messageOf(asked)], choices: most },
        context,
      );
      const versions = versionsOf([reply, { release: reply.linkRelease }]);
      const cards = await releases.describe(versions);
      return {
        body: { ...codingAnswer(reply.codings[0]!), releases: cardAnswers(cards) },
        releases: versions,
      };
    },
  }),
  defineRoute({
    path: '/api/v2/occupations/code',
    operationId: 'codeTitles',
    tag: 'v2',
    summary: `The occupation codes of up to ${MOST_TITLES.toLocaleString('en-GB')} job titles`,
    description: `As for one title, in the order asked; \`id\` comes back as it was sent. Each ${TITLES_A_REQUEST} titles count as a request of your limit.`,
    params: none,
    query: none,
    body: z
      .strictObject({
        items: z
          .array(
            z.strictObject({
              id: z.string().max(100).optional().meta({ description: "The caller's own." }),
              title,
              ...surroundings,
            }),
          )
          .min(1)
          .max(MOST_TITLES),
        choices: choices.optional(),
      })
      .meta({ id: 'TitlesToCode' }),
    bodies: [
      {
        items: [
          { id: '1', title: 'HGV driver' },
          { id: '2', title: 'Registered Manager', industry: "children's home" },
        ],
        choices: 2,
      },
    ],
    bodyLimit: BATCH_BYTES,
    reply: z
      .object({ items: z.array(coding.extend({ id: z.string().optional() })), releases: releaseCards })
      .meta({ id: 'CodingsReply' }),
    examples: ['/api/v2/occupations/code'],
    async run({ body: { items, choices: most } }, { clients, context, releases, admit }) {
      for (let counted = TITLES_A_REQUEST; counted < items.length; counted += TITLES_A_REQUEST) {
        const refused = await admit();
        if (refused) throw new LmiError('resource-exhausted', refused.detail);
      }
      const reply = await clients.occupations.codeTitles(
        { titles: items.map(messageOf), choices: most ?? MOST_CHOICES },
        context,
      );
      const versions = versionsOf([reply, { release: reply.linkRelease }]);
      const cards = await releases.describe(versions);
      return {
        body: {
          items: reply.codings.map((one, at) => ({ id: items[at]!.id, ...codingAnswer(one) })),
          releases: cardAnswers(cards),
        },
        releases: versions,
      };
    },
  }),
];
