import type { EmploymentObservation } from '@lmi/contracts';
import { z } from 'zod';
import type { Outcome, Route, Work } from '../http/route';
import { findByInside, wfFilters, type Code } from './codes';
import {
  callbackParameter,
  defineV1Route,
  isNoData,
  readSoc,
  readYear,
  releasesOf,
  socParameter,
} from './common';
import { filterRoutes, findFilter } from './filter-routes';

const UNITED_KINGDOM = 'K02000001';

/** Word for word as clients know it. */
export const SMALL_SAMPLE_NOTE = 'Small sample size. Data may be inaccurate.';
const SMALL_SAMPLE = 10_000;

const NO_DATA = 'There is not enough data for employment figures of this occupation.';

/** The contract's names of the original's breakdowns. */
const breakdownsInside: Readonly<Record<string, string>> = {
  region: 'area',
  gender: 'sex',
  status: 'working-status',
  qualification: 'qualification',
  industry: 'industry',
};

export interface YearsAsked {
  readonly soc: string;
  readonly minYear: number | undefined;
  readonly maxYear: number | undefined;
}

export function readYears(query: URLSearchParams): YearsAsked {
  return { soc: readSoc(query), minYear: readYear(query, 'minYear'), maxYear: readYear(query, 'maxYear') };
}

export interface YearlyEmployment {
  year: number;
  employment: number;
}

/** People by year, ascending, whole numbers; withheld years are left out. */
export function predictedEmployment(observations: readonly EmploymentObservation[]): YearlyEmployment[] {
  return observations
    .flatMap(({ year, cell }) =>
      cell?.value === undefined ? [] : [{ year, employment: Math.round(cell.value) }],
    )
    .sort((a, b) => a.year - b.year);
}

export interface CategoryEmployment {
  code: number;
  name: string;
  employment: number;
  note?: string;
}

/** People by year and category, both ascending; figures under 10,000 or on a small sample carry the note. */
export function predictedBreakdown(
  observations: readonly EmploymentObservation[],
  codes: readonly Code[],
): { year: number; breakdown: CategoryEmployment[] }[] {
  const byYear = new Map<number, CategoryEmployment[]>();
  for (const { year, code, cell } of observations) {
    const known = findByInside(codes, code);
    if (!known || cell?.value === undefined) continue;
    const employment = Math.round(cell.value);
    const item: CategoryEmployment = { code: known.code, name: known.name, employment };
    if (employment < SMALL_SAMPLE || cell.marks.includes('small-sample')) item.note = SMALL_SAMPLE_NOTE;
    const items = byYear.get(year);
    if (items) items.push(item);
    else byYear.set(year, [item]);
  }
  return [...byYear]
    .sort(([a], [b]) => a - b)
    .map(([year, breakdown]) => ({ year, breakdown: breakdown.sort((a, b) => a.code - b.code) }));
}

/** The note on top of an answer: categories without a figure in any year. Undefined when there are none. */
export function missingNote(
  years: readonly { breakdown: readonly CategoryEmployment[] }[],
  codes: readonly Code[],
): string | undefined {
  if (years.length === 0) return undefined;
  const present = new Set(years.flatMap(({ breakdown }) => breakdown.map(({ code }) => code)));
  const missing = codes.filter(({ code }) => !present.has(code)).map(({ name }) => name);
  return missing.length > 0 ? `No figures are available for: ${missing.join(', ')}.` : undefined;
}

/** Asks for the years, and says "no data" with status 200 and an empty list. */
async function answerYears(
  asked: YearsAsked,
  breakdown: string,
  more: Record<string, unknown>,
  bodyOf: (observations: readonly EmploymentObservation[]) => Record<string, unknown>,
  { clients, context }: Work,
): Promise<Outcome> {
  const soc = Number(asked.soc);
  const empty = { soc, ...more, predictedEmployment: [] };
  if ((asked.minYear ?? 0) > (asked.maxYear ?? Infinity)) return { body: empty, releases: [] };
  try {
    const { observations } = await clients.employment.getEmployment(
      {
        occupation: asked.soc,
        classification: '',
        area: UNITED_KINGDOM,
        breakdown,
        minYear: asked.minYear,
        maxYear: asked.maxYear,
        fallBack: false,
        compact: true,
      },
      context,
    );
    const releases = releasesOf(observations.map((row) => row.cell));
    return { body: { soc, ...more, ...bodyOf(observations) }, releases };
  } catch (error) {
    if (isNoData(error)) return { body: { ...empty, error: error.message }, releases: [] };
    throw error;
  }
}

const yearsQuery = z.object({
  ...socParameter,
  minYear: z.string().optional().meta({ description: 'First year; the whole period without it.' }),
  maxYear: z.string().optional().meta({ description: 'Last year, included.' }),
  ...callbackParameter,
});

const filterNames = ['region', 'gender', 'status', 'qualification', 'industry'] as const;

export const wfRoutes: readonly Route[] = [
  defineV1Route({
    path: '/api/v1/wf/predict',
    operationId: 'v1WfPredict',
    summary: 'Employment by year, observed and projected',
    description: 'People. Years are ascending; withheld years are left out.',
    query: yearsQuery,
    reply: z
      .object({
        soc: z.number().int(),
        predictedEmployment: z.array(z.object({ year: z.number().int(), employment: z.number().int() })),
        error: z.string().optional(),
      })
      .meta({ id: 'V1Predict' }),
    examples: ['/api/v1/wf/predict?soc=2136&minYear=2024&maxYear=2030'],
    read: ({ query }) => readYears(query),
    run: (asked, work) =>
      answerYears(asked, '', {}, (rows) => ({ predictedEmployment: predictedEmployment(rows) }), work),
  }),
  defineV1Route({
    path: '/api/v1/wf/predict/breakdown/{filter}',
    operationId: 'v1WfPredictBreakdown',
    summary: 'Employment by year and category',
    description: 'People. Figures under 10,000 carry a note.',
    params: z.object({ filter: z.enum(filterNames) }),
    query: yearsQuery,
    reply: z
      .object({
        soc: z.number().int(),
        breakdown: z.enum(filterNames),
        note: z.string().optional(),
        predictedEmployment: z.array(
          z.object({
            year: z.number().int(),
            breakdown: z.array(
              z.object({
                code: z.number().int(),
                name: z.string(),
                employment: z.number().int(),
                note: z.string().optional(),
              }),
            ),
          }),
        ),
        error: z.string().optional(),
      })
      .meta({ id: 'V1PredictBreakdown' }),
    examples: [
      '/api/v1/wf/predict/breakdown/region?soc=2136',
      '/api/v1/wf/predict/breakdown/industry?soc=2136&minYear=2024&maxYear=2024',
    ],
    read: ({ params, query }) => ({
      filter: findFilter(wfFilters, params.filter!).name,
      ...readYears(query),
    }),
    run({ filter, ...asked }, work) {
      const { codes } = findFilter(wfFilters, filter);
      const bodyOf = (rows: readonly EmploymentObservation[]) => {
        const years = predictedBreakdown(rows, codes);
        const note = missingNote(years, codes);
        return { ...(note === undefined ? {} : { note }), predictedEmployment: years };
      };
      return answerYears(asked, breakdownsInside[filter]!, { breakdown: filter }, bodyOf, work);
    },
  }),
  defineV1Route({
    path: '/api/v1/wf/replacement_demand',
    operationId: 'v1WfReplacementDemand',
    summary: 'Jobs to be filled because people leave the occupation',
    description: '`rate` is a number of jobs over the whole period.',
    query: z.object({ ...socParameter, ...callbackParameter }),
    reply: z
      .object({
        soc: z.number().int(),
        start_year: z.number().int().optional(),
        end_year: z.number().int().optional(),
        rate: z.number().optional(),
        error: z.string().optional(),
      })
      .meta({ id: 'V1ReplacementDemand' }),
    examples: ['/api/v1/wf/replacement_demand?soc=2136'],
    read: ({ query }) => readSoc(query),
    async run(soc, { clients, context }) {
      const request = { occupation: soc, classification: '', area: UNITED_KINGDOM, fallBack: false };
      try {
        const reply = await clients.employment.getReplacementDemand(request, context);
        const releases = releasesOf([reply.replacementDemand]);
        const jobs = reply.replacementDemand?.value;
        if (jobs === undefined) return { body: { soc: Number(soc), error: NO_DATA }, releases };
        const { startYear, endYear } = reply;
        return {
          body: { soc: Number(soc), start_year: startYear, end_year: endYear, rate: Math.round(jobs) },
          releases,
        };
      } catch (error) {
        if (isNoData(error)) return { body: { soc: Number(soc), error: error.message }, releases: [] };
        throw error;
      }
    },
  }),
  ...filterRoutes({
    family: 'wf',
    what: 'breakdown',
    of: 'employment',
    names: filterNames,
    filters: wfFilters,
    example: 'region',
  }),
];
