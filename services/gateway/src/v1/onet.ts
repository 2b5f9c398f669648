import type { ElementRating, GetOnetRatingsReply, OccupationMatch } from '@lmi/contracts';
import { invalidArgument, notFound } from '@lmi/kit';
import { z } from 'zod';
import type { Outcome, Route, Work } from '../http/route';
import { callbackParameter, defineV1Route, isNoData, readText } from './common';

const MOST_CODES = 100;
const MOST_RESULTS = 20;

/** In the order of the four weights of `reversematch`. */
const DOMAINS = ['skills', 'abilities', 'interests', 'knowledge'] as const;
type Domain = (typeof DOMAINS)[number];

const HEAVIEST = 1_000;
const FULL_WEIGHT = 100;

interface V1Element {
  readonly id: string;
  readonly name: string;
  readonly value: number;
}

interface V1Scale {
  readonly id: string;
  readonly elements: readonly V1Element[];
}

/** "11-1011.00"; the two last digits may be left out. @throws LmiError not-found for what is no code of O*NET. */
export function readOnetCode(text: string): string {
  const found = /^(\d{2}-\d{4})(?:\.(\d{2}))?$/.exec(text.trim());
  if (!found) throw notFound('There is no such O*NET code; they look like 11-1011.00.', 'onetcode');
  return `${found[1]!}.${found[2] ?? '00'}`;
}

/** @throws LmiError invalid-argument */
function readSocParameter(text: string): string {
  const soc = text.trim();
  if (/^[1-9]\d{0,3}$/.test(soc)) return soc;
  throw invalidArgument('soc', 'Please give a SOC code of one to four digits, for example 2136.');
}

/** Values that the source gives without reserve: v1 has no place for a mark. */
function valuesOf(ratings: readonly ElementRating[], scale: 'importance' | 'level'): V1Element[] {
  return ratings.flatMap(({ element, ...cells }) => {
    const cell = cells[scale];
    const sound = cell?.value !== undefined && !cell.marks.includes('unreliable');
    return element && sound ? [{ id: element.id, name: element.name, value: cell.value! }] : [];
  });
}

/** Level before importance, high-points before interests: clients take scales by their place. */
export function scalesOf(domain: Domain, { ratings, highPoints }: GetOnetRatingsReply): V1Scale[] {
  const scales: V1Scale[] =
    domain === 'interests'
      ? [
          { id: 'IH', elements: highPoints.map(({ id, name, value }) => ({ id, name, value })) },
          { id: 'OI', elements: valuesOf(ratings, 'importance') },
        ]
      : [
          { id: 'LV', elements: valuesOf(ratings, 'level') },
          { id: 'IM', elements: valuesOf(ratings, 'importance') },
        ];
  return scales.some(({ elements }) => elements.length > 0) ? scales : [];
}

function domainRoute(domain: Domain, example: string): Route {
  return defineV1Route({
    path: `/api/v1/o-net/${domain}/{onetcode}`,
    operationId: `v1Onet${domain[0]!.toUpperCase()}${domain.slice(1)}`,
    summary: `O*NET ${domain} of an O*NET occupation`,
    description:
      domain === 'interests'
        ? 'Scale IH (high-points) first, then OI (occupational interests). Empty when the occupation is not rated.'
        : 'Scale LV (level, 0 to 7) first, then IM (importance, 1 to 5). Values that the source recommends to suppress are left out. Empty when the occupation is not rated.',
    params: z.object({ onetcode: z.string().meta({ description: 'O*NET-SOC code.', example }) }),
    query: z.object(callbackParameter),
    reply: z
      .object({
        onetcode: z.string(),
        scales: z.array(
          z.object({
            id: z.string(),
            [domain]: z.array(z.object({ id: z.string(), name: z.string(), value: z.number() })),
          }),
        ),
      })
      .meta({ id: `V1Onet${domain[0]!.toUpperCase()}${domain.slice(1)}` }),
    examples: [`/api/v1/o-net/${domain}/${example}`],
    read: ({ params }) => readOnetCode(params.onetcode!),
    async run(code, { clients, context }) {
      try {
        const reply = await clients.occupations.getOnetRatings({ code, domains: [domain] }, context);
        const scales = scalesOf(domain, reply).map(({ id, elements }) => ({ id, [domain]: elements }));
        return { body: { onetcode: code, scales }, releases: [reply.release] };
      } catch (error) {
        if (!isNoData(error)) throw error;
        return { body: { onetcode: code, scales: [] }, releases: [] };
      }
    },
  });
}

const socCodes = z.array(z.object({ soc: z.number().int(), title: z.string() }));

const linkRoutes: readonly Route[] = [
  defineV1Route({
    path: '/api/v1/o-net/soc2onet/{soc}',
    operationId: 'v1Soc2Onet',
    summary: 'O*NET occupations that stand for a SOC occupation',
    description: 'Closest first. Links are worked out by this project: docs/methods/skills.md.',
    params: z.object({ soc: z.string().meta({ description: 'SOC 2010 code.', example: '8211' }) }),
    query: z.object(callbackParameter),
    reply: z
      .object({
        soc: z.number().int(),
        onetCodes: z.array(z.object({ code: z.string(), title: z.string() })),
      })
      .meta({ id: 'V1SocToOnet' }),
    examples: ['/api/v1/o-net/soc2onet/8211'],
    read: ({ params }) => readSocParameter(params.soc!),
    async run(soc, { clients, context }) {
      try {
        const asked = { codes: [soc], classification: '', fromOnet: false };
        const { links, release } = await clients.occupations.listOnetLinks(asked, context);
        const onetCodes = (links[0]?.links ?? []).map(({ code, title }) => ({ code, title }));
        return { body: { soc: Number(soc), onetCodes }, releases: [release] };
      } catch (error) {
        if (!isNoData(error)) throw error;
        return { body: { soc: Number(soc), onetCodes: [] }, releases: [] };
      }
    },
  }),
  defineV1Route({
    path: '/api/v1/o-net/onet2soc',
    operationId: 'v1Onet2Soc',
    summary: 'SOC occupations that O*NET occupations stand for',
    description:
      'Closest first, for each code in the order asked. What is no code of O*NET has no occupations.',
    query: z.object({
      onetCodes: z
        .string()
        .meta({ description: 'O*NET-SOC codes, by commas.', example: '11-1011.00,13-1151.00' }),
      ...callbackParameter,
    }),
    reply: z.array(z.object({ onetCode: z.string(), socCodes })).meta({ id: 'V1OnetToSoc' }),
    examples: ['/api/v1/o-net/onet2soc?onetCodes=11-1011.00,13-1151.00'],
    read({ query }) {
      const codes = query.getAll('onetCodes').join(',').split(',');
      const asked = codes.map((code) => code.trim()).filter((code) => code !== '');
      if (asked.length === 0) {
        throw invalidArgument('onetCodes', 'Please give O*NET codes, for example onetCodes=11-1011.00.');
      }
      return asked.slice(0, MOST_CODES);
    },
    async run(codes, { clients, context }) {
      const asked = { codes, classification: 'soc2010', fromOnet: true };
      const { links, release } = await clients.occupations.listOnetLinks(asked, context);
      const body = links.map(({ code, links: found }) => ({
        onetCode: code,
        socCodes: found.map((link) => ({ soc: Number(link.code), title: link.title })),
      }));
      return { body, releases: [release] };
    },
  }),
];

interface Selection {
  readonly weights: readonly number[];
  readonly selected: Readonly<Record<Domain, readonly string[]>>;
}

/** Weights that are left out or cannot be read count in full. */
export function readSelection(query: URLSearchParams): Selection {
  const weights = (readText(query, 'weights') ?? '').split(',');
  const list = (name: string): string[] => {
    const ids = query.getAll(name).join(',').split(',');
    return [...new Set(ids.map((id) => id.trim()).filter((id) => id !== ''))];
  };
  return {
    weights: DOMAINS.map((_, at) => {
      const text = weights[at]?.trim() ?? '';
      return /^\d+(?:\.\d+)?$/.test(text) ? Math.min(HEAVIEST, Number(text)) : FULL_WEIGHT;
    }),
    selected: {
      skills: list('skills'),
      abilities: list('abilities'),
      interests: list('interests'),
      knowledge: list('knowledge'),
    },
  };
}

async function reverseMatch({ weights, selected }: Selection, { clients, context }: Work): Promise<Outcome> {
  const { elements, release } = await clients.occupations.listElements({ domains: [...DOMAINS] }, context);
  const names = new Map(elements.map(({ id, name, domain }) => [`${domain} ${id}`, name]));
  const selection: Partial<Record<Domain, Record<string, string>>> = {};
  const ratings = DOMAINS.flatMap((domain, at) => {
    const known = selected[domain].filter((id) => names.has(`${domain} ${id}`));
    if (known.length === 0) return [];
    selection[domain] = Object.fromEntries(known.map((id) => [id, names.get(`${domain} ${id}`)!]));
    // The weight of a domain is shared by what is selected of it.
    const weight = weights[at]! / known.length;
    return weight > 0 ? known.map((element) => ({ element, kind: 'like', value: 5, weight })) : [];
  });
  if (ratings.length === 0) return { body: { selection, results: [] }, releases: [release] };
  const asked = { ratings, classification: 'soc2010', limit: MOST_RESULTS, reasons: 0 };
  const reply = await clients.occupations.matchOccupations(asked, context);
  return {
    body: { selection, results: reply.matches.map(resultOf) },
    releases: [...new Set([release, reply.release])],
  };
}

function resultOf({ code, title, score }: OccupationMatch): {
  title: string;
  likely_soc_codes: number[];
  score: number;
} {
  return { title, likely_soc_codes: [Number(code)], score: Math.round(score * 1e4) / 1e4 };
}

const elementList = (name: Domain) =>
  z
    .string()
    .optional()
    .meta({ description: `Ids of ${name}, by commas.` });

const reverseMatchRoute = defineV1Route({
  path: '/api/v1/o-net/reversematch',
  operationId: 'v1OnetReverseMatch',
  summary: 'Occupations that need what is selected',
  description: `At most ${MOST_RESULTS}, best first.`,
  query: z.object({
    weights: z.string().optional().meta({
      description: 'Weights of skills, abilities, interests and knowledge, by commas.',
      example: '100,100,100,100',
    }),
    skills: elementList('skills'),
    abilities: elementList('abilities'),
    interests: elementList('interests'),
    knowledge: elementList('knowledge'),
    ...callbackParameter,
  }),
  reply: z
    .object({
      selection: z.record(z.string(), z.record(z.string(), z.string())),
      results: z.array(
        z.object({ title: z.string(), likely_soc_codes: z.array(z.number().int()), score: z.number() }),
      ),
    })
    .meta({ id: 'V1ReverseMatch' }),
  examples: ['/api/v1/o-net/reversematch?weights=100,100,100,100&skills=2.A.1.c,2.A.1.d'],
  read: ({ query }) => readSelection(query),
  run: (selection, work) => reverseMatch(selection, work),
});

/**
 * The ten skills of the first API, for science, technology and mathematics. Two were indices of its makers: `mean`, here
 * the mean of the others that have a score, and `principal`, whose weights were not published.
 */
const shortNames: readonly {
  readonly shortname: string;
  readonly element: string;
  readonly description: string;
}[] = [
  {
    shortname: 'mathreason',
    element: '1.A.1.c.1',
    description: 'Seeing how a problem is to be solved by mathematics',
  },
  { shortname: 'programming', element: '2.B.3.e', description: 'Writing computer programs' },
  {
    shortname: 'techdesign',
    element: '2.B.3.b',
    description: 'Making or changing equipment and technology for users',
  },
  { shortname: 'mean', element: '', description: 'Mean of the other skills of this list that have a score' },
  { shortname: 'numbers', element: '1.A.1.c.2', description: 'Reckoning quickly and rightly' },
  { shortname: 'science', element: '2.A.1.f', description: 'Using the rules and methods of science' },
  { shortname: 'maths', element: '2.A.1.e', description: 'Using mathematics to solve problems' },
  {
    shortname: 'principal',
    element: '',
    description: 'A combined index of the first API; its weights were not published, so it has no score',
  },
  { shortname: 'ordering', element: '1.A.1.b.6', description: 'Putting things in an order by a rule' },
  { shortname: 'dedreason', element: '1.A.1.b.4', description: 'Applying general rules to a case' },
];

/** Scores from 0 to 1: where the value lies on its scale. Highest first, ranked from 1. */
export function shortScores(
  ratings: readonly ElementRating[],
  scale: 'importance' | 'level',
): { name: string; score: number; rank: number }[] {
  const scores = shortNames.flatMap(({ shortname, element }) => {
    const value = ratings.find((rating) => rating.element?.id === element)?.[scale]?.value;
    if (value === undefined) return [];
    return [{ name: shortname, score: scale === 'importance' ? (value - 1) / 4 : value / 7 }];
  });
  if (scores.length === 0) return [];
  scores.push({ name: 'mean', score: scores.reduce((sum, { score }) => sum + score, 0) / scores.length });
  return scores
    .sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1))
    .map(({ name, score }, at) => ({ name, score: Math.round(score * 1e4) / 1e4, rank: at + 1 }));
}

function shortRoute(infotype: 'importance' | 'levels'): Route {
  const scale = infotype === 'levels' ? 'level' : 'importance';
  return defineV1Route({
    path: `/api/v1/onet/${infotype}/{soc}`,
    operationId: `v1Onet${infotype === 'levels' ? 'Levels' : 'Importance'}`,
    summary: `${infotype === 'levels' ? 'Level' : 'Importance'} of skills of science and mathematics in a SOC occupation`,
    description: 'Of the first API. Scores from 0 to 1, highest first; skills without a figure are left out.',
    params: z.object({ soc: z.string().meta({ description: 'SOC 2010 code.', example: '2136' }) }),
    query: z.object(callbackParameter),
    reply: z
      .object({
        infotype: z.string(),
        soc: z.number().int(),
        skills: z.array(z.object({ name: z.string(), score: z.number(), rank: z.number().int() })),
      })
      .meta({ id: `V1Onet${infotype === 'levels' ? 'Levels' : 'Importance'}OfSoc` }),
    examples: [`/api/v1/onet/${infotype}/2136`],
    read: ({ params }) => readSocParameter(params.soc!),
    async run(soc, { clients, context }) {
      const answer = (ratings: readonly ElementRating[]) => ({
        infotype,
        soc: Number(soc),
        skills: shortScores(ratings, scale),
      });
      try {
        const asked = { code: soc, classification: '', domains: ['skills', 'abilities'], ratingsOnly: true };
        const { ratings } = await clients.occupations.getOccupationSkills(asked, context);
        const versions = new Set(ratings.flatMap(({ importance }) => importance?.release || []));
        return { body: answer(ratings), releases: [...versions] };
      } catch (error) {
        if (!isNoData(error)) throw error;
        return { body: answer([]), releases: [] };
      }
    },
  });
}

export const onetRoutes: readonly Route[] = [
  ...linkRoutes,
  reverseMatchRoute,
  domainRoute('skills', '11-1011.00'),
  domainRoute('abilities', '11-1011.00'),
  domainRoute('interests', '11-1011.00'),
  domainRoute('knowledge', '11-1011.00'),
  shortRoute('importance'),
  shortRoute('levels'),
  defineV1Route({
    path: '/api/v1/onet/skills',
    operationId: 'v1OnetShortNames',
    summary: 'The skills of the first API',
    description: 'Names that onet/importance and onet/levels use.',
    query: z.object(callbackParameter),
    reply: z.array(z.object({ shortname: z.string(), description: z.string() })),
    examples: ['/api/v1/onet/skills'],
    read: () => 'names',
    run: () => ({
      body: shortNames.map(({ shortname, description }) => ({ shortname, description })),
      releases: [],
    }),
  }),
];
