import type { SkillsShortage } from '@lmi/contracts';
import { invalidArgument } from '@lmi/kit';
import { z } from 'zod';
import type { Outcome, Route, Work } from '../http/route';
import { findByCode, regions, type Code } from './codes';
import { callbackParameter, defineV1Route, isNoData, readCode, readFlag, releasesOf } from './common';

const UNITED_KINGDOM = 'K02000001';
const ENGLAND = 'E92000001';
const NO_DATA = 'There is not enough data for skills shortages of this occupation. Try coarse=true.';

function readPathSoc(text: string): string {
  const soc = text.trim();
  if (/^[1-9]\d{0,3}$/.test(soc)) return soc;
  throw invalidArgument('soc', 'Please give a SOC code of one to four digits, for example 2136.');
}

/** Two decimals: the clients print one. */
const rounded = (value: number): number => Math.round(value * 100) / 100;

export interface EssFigures {
  percentSSV: number;
  percentHTF: number;
  percentHTFisSSV: number;
  reliability: number;
}

/** Undefined where the share of hard-to-fill vacancies is not known. */
export function essFigures(found: SkillsShortage): EssFigures | undefined {
  const hard = found.percentHardToFill?.value;
  const short = found.percentSkillShortage?.value;
  if (hard === undefined || short === undefined) return undefined;
  return {
    percentSSV: rounded(short),
    percentHTF: rounded(hard),
    // Without any hard-to-fill vacancy none is so for want of skills.
    percentHTFisSSV: rounded(found.percentHardToFillForSkills?.value ?? 0),
    reliability: found.reliability,
  };
}

/** The newest year with both shares. */
export function newest(
  observations: readonly SkillsShortage[],
): { readonly found: SkillsShortage; readonly figures: EssFigures } | undefined {
  for (const found of [...observations].sort((a, b) => b.year - a.year)) {
    const figures = essFigures(found);
    if (figures) return { found, figures };
  }
  return undefined;
}

/** What the figures are of, where it is not just what was asked. */
export function coarserNote({
  year,
  occupation,
  title,
  percentHardToFill,
}: SkillsShortage): string | undefined {
  const marks = percentHardToFill?.marks ?? [];
  if (!marks.includes('coarser') && !marks.includes('imputed')) return undefined;
  const area = percentHardToFill?.answered?.area;
  const where =
    area === percentHardToFill?.asked?.area ? '' : area === ENGLAND ? ' in England' : ' of a wider area';
  return `Figures of the wider group ${occupation}, ${title}${where}, Employer Skills Survey ${year}.`;
}

async function answer(
  { soc, region, coarse }: { soc: string; region: Code | undefined; coarse: boolean },
  { clients, context }: Work,
): Promise<Outcome> {
  const place = region ? { region: { name: region.name, code: region.code } } : {};
  const head = { soc: Number(soc), ...place };
  try {
    const { observations } = await clients.employment.getSkillsShortages(
      { occupation: soc, classification: '', area: region?.inside ?? UNITED_KINGDOM, fallBack: coarse },
      context,
    );
    const releases = releasesOf(observations.map(({ percentHardToFill }) => percentHardToFill));
    const latest = newest(observations);
    if (!latest) return { body: { ...head, error: NO_DATA }, releases };
    const note = coarserNote(latest.found);
    return {
      body: { ...head, ...latest.figures, year: latest.found.year, ...(note === undefined ? {} : { note }) },
      releases,
    };
  } catch (error) {
    if (isNoData(error)) return { body: { ...head, error: error.message }, releases: [] };
    throw error;
  }
}

const figuresReply = {
  percentSSV: z.number().optional(),
  percentHTF: z.number().optional(),
  percentHTFisSSV: z.number().optional(),
  reliability: z.number().int().optional().meta({ description: '1 to 3; 3 rests on the most employers.' }),
  year: z.number().int().optional(),
  note: z.string().optional().meta({ description: 'What the figures are of, where that is wider.' }),
  error: z.string().optional(),
};

const coarseQuery = z.object({
  coarse: z
    .string()
    .optional()
    .meta({ description: 'true: answer for a wider group where there is no figure.' }),
  ...callbackParameter,
});
const socParam = z.string().meta({ description: 'SOC 2010 code.', example: '2136' });
const regionParam = z
  .string()
  .meta({ description: 'Number of the region; ess/regions lists them.', example: '1' });

export const essRoutes: readonly Route[] = [
  defineV1Route({
    path: '/api/v1/ess/uk/{soc}',
    operationId: 'v1EssUk',
    summary: 'Vacancies that are hard to fill, or so for want of skills',
    description: 'Per cent of vacancies. Without enough data: status 200 with `error`.',
    params: z.object({ soc: socParam }),
    query: coarseQuery,
    reply: z.object({ soc: z.number().int(), ...figuresReply }).meta({ id: 'V1Ess' }),
    examples: ['/api/v1/ess/uk/2136?coarse=true'],
    read: ({ params, query }) => ({
      soc: readPathSoc(params.soc!),
      region: undefined,
      coarse: readFlag(query, 'coarse'),
    }),
    run: answer,
  }),
  defineV1Route({
    path: '/api/v1/ess/region/{region}/{soc}',
    operationId: 'v1EssRegion',
    summary: 'Vacancies of a region that are hard to fill, or so for want of skills',
    description: 'As ess/uk. England only.',
    params: z.object({ region: regionParam, soc: socParam }),
    query: coarseQuery,
    reply: z
      .object({
        soc: z.number().int(),
        region: z.object({ name: z.string(), code: z.number().int() }),
        ...figuresReply,
      })
      .meta({ id: 'V1EssRegion' }),
    examples: ['/api/v1/ess/region/1/2136?coarse=true'],
    read: ({ params, query }) => ({
      soc: readPathSoc(params.soc!),
      region: readCode('region', regions, params.region!.trim()),
      coarse: readFlag(query, 'coarse'),
    }),
    run: answer,
  }),
  defineV1Route({
    path: '/api/v1/ess/regions',
    operationId: 'v1EssRegions',
    summary: 'Regions with their numbers',
    description: 'A map from name to number.',
    query: z.object(callbackParameter),
    reply: z.record(z.string(), z.number().int()),
    examples: ['/api/v1/ess/regions'],
    read: () => 'all',
    run: () => ({
      body: Object.fromEntries(regions.map(({ name, code }) => [name, code])),
      releases: [],
    }),
  }),
  defineV1Route({
    path: '/api/v1/ess/regions/ranksocs/{region}',
    operationId: 'v1EssRankSocs',
    summary: 'Occupations of a region, hardest to fill first',
    description:
      'Major groups, with codes of one digit, until the survey’s series by unit group is loaded. Empty without data.',
    params: z.object({ region: regionParam }),
    query: z.object(callbackParameter),
    reply: z
      .array(
        z.object({
          soc: z.number().int(),
          percentHTF: z.number(),
          percentSSV: z.number(),
          percentHTFisSSV: z.number(),
          reliability: z.number().int(),
        }),
      )
      .meta({ id: 'V1EssRanks' }),
    examples: ['/api/v1/ess/regions/ranksocs/1'],
    read: ({ params }) => readCode('region', regions, params.region!.trim()).code,
    async run(region, { clients, context }) {
      const area = findByCode(regions, region)!.inside;
      const { observations } = await clients.employment.rankSkillsShortages({ area }, context);
      return {
        body: observations.flatMap((found) => {
          const figures = essFigures(found);
          return figures ? [{ soc: Number(found.occupation), ...figures }] : [];
        }),
        releases: releasesOf(observations.map(({ percentHardToFill }) => percentHardToFill)),
      };
    },
  }),
];
