import type { GetPayReply, PayObservation } from '@lmi/contracts';
import { z } from 'zod';
import type { Outcome, Route, Work } from '../http/route';
import { findByInside, genders, industries, qualifications, regions, type Code, type Filter } from './codes';
import {
  callbackParameter,
  defineV1Route,
  isNoData,
  readCode,
  readSoc,
  readYear,
  releasesOf,
  socParameter,
} from './common';
import { filterRoutes, findFilter } from './filter-routes';

const UNITED_KINGDOM = 'K02000001';
const NO_RATES = 'There is not enough data for unemployment rates of this selection.';
const NO_PAY = 'There is not enough data for weekly pay of this selection.';

/** Bands of the survey, open at both ends as clients know them. */
const ageBands: readonly Code[] = [
  { code: 1, name: 'Under 16', inside: '00-15' },
  { code: 2, name: '16 to 24', inside: '16-24' },
  { code: 3, name: '25 to 34', inside: '25-34' },
  { code: 4, name: '35 to 49', inside: '35-49' },
  { code: 5, name: '50 to 64', inside: '50-64' },
  { code: 6, name: '65 and over', inside: '65+' },
];

const filterNames = ['gender', 'industry', 'qualification', 'region', 'ageband'] as const;
type FilterName = (typeof filterNames)[number];

const filters: readonly (Filter & { readonly name: FilterName })[] = [
  { name: 'gender', description: 'Gender', codes: genders },
  { name: 'industry', description: 'Industry', codes: industries },
  { name: 'qualification', description: 'Highest qualification', codes: qualifications },
  { name: 'region', description: 'Region', codes: regions },
  { name: 'ageband', description: 'Age band', codes: ageBands },
];

/** A question by filters; equal for all spellings of a request. */
export interface LfsSelection {
  readonly soc: string;
  readonly minYear: number | undefined;
  readonly maxYear: number | undefined;
  readonly area: string;
  readonly sex: string;
  readonly age: string;
  /** Why there can be no figure. */
  readonly error: string | undefined;
}

/**
 * `filterBy=gender:1|ageband:2,3|`: filters with `|` between, codes with `,`. Unknown names are left out, as the original did.
 * @throws LmiError invalid-argument when the SOC code is missing or unreadable.
 */
export function readLfsSelection(query: URLSearchParams, noData = NO_RATES): LfsSelection {
  const selection = {
    soc: readSoc(query),
    minYear: readYear(query, 'minYear'),
    maxYear: readYear(query, 'maxYear'),
    area: UNITED_KINGDOM,
    sex: 'all',
    age: 'all',
    error: undefined as string | undefined,
  };
  for (const part of query.getAll('filterBy').join('|').split('|')) {
    const [name, text = ''] = part.split(/[:=]/, 2).map((piece) => piece.trim());
    const filter = filters.find((entry) => entry.name === name?.toLowerCase());
    const codes = text.split(',').filter((code) => code.trim() !== '');
    if (!filter || codes.length === 0) continue;
    // A rate over several categories needs their sizes, and no source has rates by industry or qualification.
    if (codes.length > 1 || filter.name === 'industry' || filter.name === 'qualification') {
      selection.error ??= noData;
      continue;
    }
    try {
      const { inside } = readCode(filter.name, filter.codes, codes[0]!);
      if (filter.name === 'gender') selection.sex = inside;
      else if (filter.name === 'region') selection.area = inside;
      else selection.age = inside;
    } catch (error) {
      if (!isNoData(error)) throw error;
      selection.error ??= error.message;
    }
  }
  if ((selection.minYear ?? 0) > (selection.maxYear ?? 9999)) selection.error ??= noData;
  return selection;
}

function noData(soc: string, error: string): Outcome {
  return { body: { soc: Number(soc), error }, releases: [] };
}

async function answerUnemployment(selection: LfsSelection, { clients, context }: Work): Promise<Outcome> {
  const { soc, error, ...asked } = selection;
  if (error !== undefined) return noData(soc, error);
  try {
    const { observations } = await clients.employment.getUnemployment(
      { ...asked, occupation: soc, classification: '', fallBack: false },
      context,
    );
    const years = observations
      .flatMap(({ year, rate }) =>
        rate?.value === undefined ? [] : [{ year, unemprate: Math.round(rate.value * 100) / 100 }],
      )
      .sort((a, b) => a.year - b.year);
    const releases = releasesOf(observations.map(({ rate }) => rate));
    return { body: { soc: Number(soc), ...(years.length > 0 ? { years } : { error: NO_RATES }) }, releases };
  } catch (thrown) {
    if (isNoData(thrown)) return noData(soc, thrown.message);
    throw thrown;
  }
}

/** Breakdowns of weekly pay that its source has. */
const payBreakdowns = {
  gender: { codes: genders, inside: 'sex', category: (row: PayObservation) => row.sex },
  region: { codes: regions, inside: 'area', category: (row: PayObservation) => row.area },
} as const;

interface YearPay {
  year: number;
  weekpay: number;
}

/** Whole pounds by year, ascending; withheld years are left out. */
export function weeklyPay(observations: readonly PayObservation[]): YearPay[] {
  return observations
    .flatMap(({ year, cell }) =>
      cell?.value === undefined ? [] : [{ year, weekpay: Math.round(cell.value) }],
    )
    .sort((a, b) => a.year - b.year);
}

/** Pay of employees: the survey of employers has taken the place of the labour force survey's. */
async function askPay(
  selection: LfsSelection,
  breakdown: string,
  { clients, context }: Work,
): Promise<GetPayReply> {
  const { soc, minYear, maxYear, area, sex } = selection;
  return clients.pay.getPay(
    {
      occupation: soc,
      classification: '',
      measure: 'weekly-pay',
      statistics: ['mean'],
      sex,
      workingPattern: 'all',
      area,
      age: 'all',
      breakdown,
      minYear,
      maxYear,
      fallBack: false,
      compact: true,
    },
    context,
  );
}

/** The survey of pay has other age bands. */
function readPay(query: URLSearchParams): LfsSelection {
  const selection = readLfsSelection(query, NO_PAY);
  return selection.age === 'all' ? selection : { ...selection, error: selection.error ?? NO_PAY };
}

async function answerPay(
  selection: LfsSelection,
  breakdown: string,
  more: Record<string, unknown>,
  bodyOf: (observations: readonly PayObservation[]) => Record<string, readonly unknown[]>,
  work: Work,
): Promise<Outcome> {
  const head = { soc: Number(selection.soc), ...more };
  if (selection.error !== undefined) return { body: { ...head, error: selection.error }, releases: [] };
  try {
    const { observations, releases } = await askPay(selection, breakdown, work);
    const body = bodyOf(observations);
    const found = Object.values(body).some((items) => items.length > 0);
    return {
      body: { ...head, ...(found ? body : { error: NO_PAY }) },
      releases,
    };
  } catch (error) {
    if (isNoData(error)) return { body: { ...head, error: error.message }, releases: [] };
    throw error;
  }
}

const selectionQuery = z.object({
  ...socParameter,
  minYear: z.string().optional().meta({ description: 'First year; the whole period without it.' }),
  maxYear: z.string().optional().meta({ description: 'Last year, included.' }),
  filterBy: z.string().optional().meta({
    description: 'name:code, several with | between; names: gender, region, ageband.',
    example: 'gender:1|region:2',
  }),
  ...callbackParameter,
});

const yearPay = z.object({ year: z.number().int(), weekpay: z.number().int() });

export const lfsRoutes: readonly Route[] = [
  defineV1Route({
    path: '/api/v1/lfs/unemployment',
    operationId: 'v1LfsUnemployment',
    summary: 'Unemployment rate of people by their last occupation',
    description:
      'Per cent, by year. Without enough data, as until a source is loaded: status 200 with `error` in place of `years`.',
    query: selectionQuery,
    reply: z
      .object({
        soc: z.number().int(),
        years: z.array(z.object({ year: z.number().int(), unemprate: z.number() })).optional(),
        error: z.string().optional(),
      })
      .meta({ id: 'V1Unemployment' }),
    examples: [
      '/api/v1/lfs/unemployment?soc=2136&minYear=2020',
      '/api/v1/lfs/unemployment?soc=2136&filterBy=gender:1|region:1',
    ],
    read: ({ query }) => readLfsSelection(query),
    run: (selection, work) => answerUnemployment(selection, work),
  }),
  defineV1Route({
    path: '/api/v1/lfs/weeklypay',
    operationId: 'v1LfsWeeklyPay',
    summary: 'Mean weekly pay of employees by year',
    description: 'Whole pounds a week, of the survey of hours and earnings. Kept for the oldest clients.',
    query: selectionQuery,
    reply: z
      .object({ soc: z.number().int(), years: z.array(yearPay).optional(), error: z.string().optional() })
      .meta({ id: 'V1WeeklyPay' }),
    examples: ['/api/v1/lfs/weeklypay?soc=2136&minYear=2024'],
    read: ({ query }) => readPay(query),
    run: (selection, work) => answerPay(selection, '', {}, (rows) => ({ years: weeklyPay(rows) }), work),
  }),
  defineV1Route({
    path: '/api/v1/lfs/weeklypay/breakdown/{by}',
    operationId: 'v1LfsWeeklyPayBreakdown',
    summary: 'Mean weekly pay of employees by year and category',
    description: 'By gender or region; the other filters have no figures.',
    params: z.object({ by: z.enum(filterNames) }),
    query: selectionQuery,
    reply: z
      .object({
        soc: z.number().int(),
        breakdownBy: z.enum(filterNames),
        series: z
          .array(z.object({ breakCode: z.number().int(), breakName: z.string(), years: z.array(yearPay) }))
          .optional(),
        error: z.string().optional(),
      })
      .meta({ id: 'V1WeeklyPayBreakdown' }),
    examples: ['/api/v1/lfs/weeklypay/breakdown/gender?soc=2136'],
    read: ({ params, query }) => ({ by: findFilter(filters, params.by!).name, ...readPay(query) }),
    run({ by, ...selection }, work) {
      const head = { breakdownBy: by };
      if (by !== 'gender' && by !== 'region') {
        return { body: { soc: Number(selection.soc), ...head, error: NO_PAY }, releases: [] };
      }
      const { codes, inside, category } = payBreakdowns[by];
      const bodyOf = (rows: readonly PayObservation[]) => ({
        series: codes.flatMap(({ code, name, inside: wanted }) => {
          const years = weeklyPay(
            rows.filter((row) => findByInside(codes, category(row))?.inside === wanted),
          );
          return years.length > 0 ? [{ breakCode: code, breakName: name, years }] : [];
        }),
      });
      return answerPay(selection, inside, head, bodyOf, work);
    },
  }),
  ...filterRoutes({
    family: 'lfs',
    what: 'filter',
    of: 'unemployment',
    names: filterNames,
    filters: filters,
    example: 'ageband',
  }),
];
