import type { GetPayRequest, PayObservation } from '@lmi/contracts';
import { notFound } from '@lmi/kit';
import { z } from 'zod';
import type { Outcome, Route, Work } from '../http/route';
import { ageBands, asheFilters, findByInside, genders, regions, workingPatterns, type Code } from './codes';
import {
  callbackParameter,
  defineV1Route,
  errorReply,
  isNoData,
  readCode,
  readFilters,
  readFlag,
  readLeadingNumber,
  readSoc,
  readText,
  socParameter,
} from './common';

const UNITED_KINGDOM = 'K02000001';
const NO_DATA =
  'There is not enough data for an estimate of this selection. Try coarse=true or fewer filters.';

/** What the original could filter and break down by, and no published source gives today. */
const unsourced = ['qualification', 'industry'];

/** How each breakdown of the original is asked for, and where its category stands in an observation. */
const breakdowns = {
  gender: { codes: genders, inside: 'sex', category: (row: PayObservation) => row.sex },
  region: { codes: regions, inside: 'area', category: (row: PayObservation) => row.area },
  status: {
    codes: workingPatterns,
    inside: 'working-pattern',
    category: (row: PayObservation) => row.workingPattern,
  },
  age: { codes: ageBands, inside: 'age', category: (row: PayObservation) => row.age },
} as const satisfies Record<
  string,
  { codes: readonly Code[]; inside: string; category(row: PayObservation): string }
>;

type BreakdownName = keyof typeof breakdowns;

function isBreakdown(name: string | undefined): name is BreakdownName {
  return name !== undefined && Object.hasOwn(breakdowns, name);
}

/** A question to the pay service; equal for all spellings of a request. */
export interface PaySelection {
  /** The number in the answer: two digits with `coarse`. */
  readonly soc: string;
  readonly sex: string;
  readonly workingPattern: string;
  readonly area: string;
  readonly age: string;
  readonly breakdown: BreakdownName | undefined;
  /** With a breakdown: the one category that a filter of the same name leaves, if any. */
  readonly only: number | undefined;
  /** Why there can be no figure. */
  readonly error: string | undefined;
}

/** The band of an age in years; below 18 or unreadable: all ages. */
function ageBand(text: string | undefined): string | undefined {
  const age = readLeadingNumber(text);
  return ageBands.find((band) => age !== undefined && age >= band.code && age <= band.oldest)?.inside;
}

/** @throws LmiError invalid-argument when the SOC code is missing or unreadable; nothing else is refused. */
export function readPaySelection(query: URLSearchParams): PaySelection {
  const asked = readSoc(query);
  const filters = readFilters(query);
  const breakdown = readText(query, 'breakdown')?.toLowerCase();
  const selection = {
    soc: readFlag(query, 'coarse') ? asked.slice(0, 2) : asked,
    sex: 'all',
    workingPattern: 'all',
    area: UNITED_KINGDOM,
    age: ageBand(readText(query, 'age')) ?? 'all',
    breakdown: isBreakdown(breakdown) ? breakdown : undefined,
    only: undefined as number | undefined,
    error: undefined as string | undefined,
  };
  const without = [breakdown ?? '', ...filters.keys()].find((name) => unsourced.includes(name));
  if (without !== undefined) {
    selection.error = `No published source gives pay or hours by occupation and ${without}.`;
  } else if (breakdown !== undefined && !selection.breakdown) {
    selection.error = `There is no breakdown ${breakdown}; valid are ${Object.keys(breakdowns).join(', ')}.`;
  }
  try {
    for (const [name, text] of filters) {
      if (!isBreakdown(name)) continue;
      if (name === 'age') {
        selection.age = ageBand(text) ?? selection.age;
        continue;
      }
      const code = readCode(name, breakdowns[name].codes, text);
      if (name === selection.breakdown) selection.only = code.code;
      else if (name === 'gender') selection.sex = code.inside;
      else if (name === 'region') selection.area = code.inside;
      else selection.workingPattern = code.inside;
    }
  } catch (error) {
    if (!isNoData(error)) throw error;
    selection.error ??= error.message;
  }
  if (selection.breakdown === 'age') {
    selection.only = findByInside(ageBands, selection.age)?.code;
    selection.age = 'all';
  }
  return selection;
}

function payRequest(
  selection: PaySelection,
  measure: 'weekly-pay' | 'weekly-hours',
  statistics: string[],
): Partial<GetPayRequest> {
  return {
    occupation: selection.soc,
    classification: '',
    measure,
    statistics,
    sex: selection.sex,
    workingPattern: selection.workingPattern,
    area: selection.area,
    age: selection.age,
    breakdown: selection.breakdown ? breakdowns[selection.breakdown].inside : '',
    fallBack: false,
    compact: true,
  };
}

export type SeriesItem = { year: number } & Record<string, unknown>;

/**
 * Observations as the original's `series`: one item a year, ascending; with a breakdown one item a category under
 * it, by code. Figures that are withheld are left out.
 * @param member name of the figure: `estpay` or `hours`
 */
export function seriesOf(
  observations: readonly PayObservation[],
  selection: Pick<PaySelection, 'breakdown' | 'only'>,
  member: string,
  round: (value: number) => number,
): SeriesItem[] {
  const byYear = new Map<number, SeriesItem & { breakdown?: Record<string, number>[] }>();
  for (const row of observations) {
    const value = row.cell?.value;
    if (value === undefined) continue;
    if (!selection.breakdown) {
      byYear.set(row.year, { year: row.year, [member]: round(value) });
      continue;
    }
    const { codes, category } = breakdowns[selection.breakdown];
    const code = findByInside(codes, category(row))?.code;
    if (code === undefined || (selection.only !== undefined && selection.only !== code)) continue;
    const item = byYear.get(row.year) ?? { year: row.year, breakdown: [] };
    item.breakdown!.push({ [selection.breakdown]: code, [member]: round(value) });
    byYear.set(row.year, item);
  }
  for (const { breakdown } of byYear.values()) {
    breakdown?.sort((a, b) => a[selection.breakdown!]! - b[selection.breakdown!]!);
  }
  return [...byYear.values()].sort((a, b) => a.year - b.year);
}

/** Pay as the original rounded it: £ a week, to the nearest ten. */
export function roundPay(value: number): number {
  return Math.round(value / 10) * 10;
}

/**
 * Yearly changes in per cent with one decimal: as published where they are, else between two neighbouring years of
 * the series, unless the later one is marked as a break.
 */
export function annualChanges(observations: readonly PayObservation[]): { year: number; change: number }[] {
  const means = new Map<number, number>();
  for (const row of observations) {
    if (row.statistic === 'mean' && row.cell?.value !== undefined) means.set(row.year, row.cell.value);
  }
  const changes = new Map<number, number>();
  for (const { statistic, year, cell } of observations) {
    if (!cell || cell.value === undefined) continue;
    const before = means.get(year - 1);
    if (statistic === 'mean-change') changes.set(year, cell.value);
    else if (statistic === 'mean' && before && !changes.has(year) && !cell.marks.includes('break')) {
      changes.set(year, (cell.value / before - 1) * 100);
    }
  }
  return [...changes]
    .sort(([a], [b]) => a - b)
    .map(([year, change]) => ({ year, change: Math.round(change * 10) / 10 }));
}

const DECILES = ['10', '20', '30', '40', '60', '70', '80', '90'];

/** Median and deciles of the newest year that has a median; undefined when no year has one. */
export function medianAndDeciles(
  observations: readonly PayObservation[],
): { median: number; deciles: Record<string, number> } | undefined {
  const present = observations.filter((row) => row.cell?.value !== undefined);
  const year = Math.max(...present.filter((row) => row.statistic === 'median').map((row) => row.year));
  if (!Number.isFinite(year)) return undefined;
  const values = new Map(
    present.filter((row) => row.year === year).map((row) => [row.statistic, row.cell!.value!]),
  );
  const deciles: Record<string, number> = {};
  for (const decile of DECILES) {
    const value = values.get(`p${decile}`);
    if (value !== undefined) deciles[decile] = toPence(value);
  }
  return { median: toPence(values.get('median')!), deciles };
}

/** Figures that were crossed over have more digits than they know. */
function toPence(pounds: number): number {
  return Math.round(pounds * 100) / 100;
}

function noData(soc: string, error: string): Outcome {
  return { body: { soc: Number(soc), error }, releases: [] };
}

/** Asks, and says "no data" with status 200: clients that ask several things at once lose all on a failing one. */
async function answerSelection(
  selection: PaySelection,
  { clients, context }: Work,
  measure: 'weekly-pay' | 'weekly-hours',
  statistics: string[],
  bodyOf: (observations: readonly PayObservation[]) => Record<string, readonly unknown[]>,
): Promise<Outcome> {
  if (selection.error !== undefined) return noData(selection.soc, selection.error);
  try {
    const reply = await clients.pay.getPay(payRequest(selection, measure, statistics), context);
    const body = bodyOf(reply.observations);
    const { releases } = reply;
    const found = Object.values(body).some((items) => items.length > 0);
    return { body: { soc: Number(selection.soc), ...(found ? body : { error: NO_DATA }) }, releases };
  } catch (error) {
    if (isNoData(error)) return noData(selection.soc, error.message);
    throw error;
  }
}

const selectionQuery = z.object({
  ...socParameter,
  coarse: z.string().optional().meta({ description: 'true: answer for the two-digit group.' }),
  filters: z.string().optional().meta({
    description: 'name:code, several with | between; names: gender, region, status, age.',
    example: 'region:11|gender:2',
  }),
  age: z.string().optional().meta({ description: 'Age in years; answered for its band.' }),
  breakdown: z.string().optional().meta({ description: 'gender, region, status or age.' }),
  ...callbackParameter,
});

const seriesReply = (member: 'estpay' | 'hours', id: string) => {
  const figure = { [member]: z.number().int() };
  const category = z.object({
    gender: z.number().int().optional(),
    region: z.number().int().optional(),
    status: z.number().int().optional(),
    age: z.number().int().optional(),
    ...figure,
  });
  const whole = z.object({ year: z.number().int(), ...figure });
  const broken = z.object({ year: z.number().int(), breakdown: z.array(category) });
  return z
    .object({
      soc: z.number().int(),
      series: z.array(z.union([whole, broken])).optional(),
      error: z.string().optional(),
    })
    .meta({ id });
};

const codingReply = z
  .object({
    name: z.string(),
    codings: z.array(z.object({ name: z.string(), value: z.number().int() })),
  })
  .meta({ id: 'V1AsheFilter' });

function filterAnswer({ name, codes }: (typeof asheFilters)[number]): z.infer<typeof codingReply> {
  return { name, codings: codes.map((code) => ({ name: code.name, value: code.code })) };
}

export const asheRoutes: readonly Route[] = [
  defineV1Route({
    path: '/api/v1/ashe/estimatePay',
    operationId: 'v1EstimatePay',
    summary: 'Mean weekly pay of employees by year',
    description:
      '£ a week, rounded to ten. Without enough data: status 200 with `error` in place of `series`.',
    query: selectionQuery,
    reply: seriesReply('estpay', 'V1Pay'),
    examples: [
      '/api/v1/ashe/estimatePay?soc=2136',
      '/api/v1/ashe/estimatePay?soc=2136&coarse=true&filters=region:11',
      '/api/v1/ashe/estimatePay?soc=2136&breakdown=gender',
    ],
    read: ({ query }) => readPaySelection(query),
    run: (selection, work) =>
      answerSelection(selection, work, 'weekly-pay', ['mean'], (rows) => ({
        series: seriesOf(rows, selection, 'estpay', roundPay),
      })),
  }),
  defineV1Route({
    path: '/api/v1/ashe/estimateHours',
    operationId: 'v1EstimateHours',
    summary: 'Mean weekly hours of employees by year',
    description: 'Parameters as of estimatePay.',
    query: selectionQuery,
    reply: seriesReply('hours', 'V1Hours'),
    examples: ['/api/v1/ashe/estimateHours?soc=2136'],
    read: ({ query }) => readPaySelection(query),
    run: (selection, work) =>
      answerSelection(selection, work, 'weekly-hours', ['mean'], (rows) => ({
        series: seriesOf(rows, selection, 'hours', Math.round),
      })),
  }),
  defineV1Route({
    path: '/api/v1/ashe/annualChanges',
    operationId: 'v1AnnualChanges',
    summary: 'Yearly changes of mean weekly pay',
    description: 'In per cent against the year before.',
    query: selectionQuery.omit({ breakdown: true }),
    reply: z
      .object({
        soc: z.number().int(),
        annual_changes: z.array(z.object({ year: z.number().int(), change: z.number() })).optional(),
        error: z.string().optional(),
      })
      .meta({ id: 'V1AnnualChanges' }),
    examples: ['/api/v1/ashe/annualChanges?soc=2136&filters=region:11'],
    read({ query }) {
      const whole = new URLSearchParams(query);
      whole.delete('breakdown');
      return readPaySelection(whole);
    },
    run: (selection, work) =>
      answerSelection(selection, work, 'weekly-pay', ['mean', 'mean-change'], (rows) => ({
        annual_changes: annualChanges(rows),
      })),
  }),
  defineV1Route({
    path: '/api/v1/ashe/estimatePayMD',
    operationId: 'v1EstimatePayMD',
    summary: 'Median and deciles of weekly pay in the newest year',
    description: 'Any accessKey is accepted; without one the answer is 403, as it was.',
    query: z.object({
      ...socParameter,
      accessKey: z.string().meta({ description: 'Any text.', example: 'open' }),
      ...callbackParameter,
    }),
    reply: z
      .object({ median: z.number(), deciles: z.record(z.string(), z.number()) })
      .meta({ id: 'V1MedianAndDeciles' }),
    examples: ['/api/v1/ashe/estimatePayMD?soc=2136&accessKey=open'],
    read: ({ query }) => ({
      soc: readSoc(query),
      allowed: readText(query, 'accessKey') !== undefined,
    }),
    async run({ soc, allowed }, { clients, context }) {
      if (!allowed) return { status: 403, body: { error: 'Please give an accessKey.' }, releases: [] };
      const whole = {
        soc,
        sex: 'all',
        workingPattern: 'all',
        area: UNITED_KINGDOM,
        age: 'all',
        breakdown: undefined,
        only: undefined,
        error: undefined,
      };
      const statistics = ['median', ...DECILES.map((decile) => `p${decile}`)];
      const { observations, releases } = await clients.pay.getPay(
        payRequest(whole, 'weekly-pay', statistics),
        context,
      );
      const body = medianAndDeciles(observations);
      if (!body) throw notFound(NO_DATA, 'soc');
      return { body, releases };
    },
  }),
  defineV1Route({
    path: '/api/v1/ashe/filters',
    operationId: 'v1AsheFilters',
    summary: 'Names of the filters of pay and hours',
    description: 'Each is a breakdown too.',
    query: z.object(callbackParameter),
    reply: z.array(z.string()),
    examples: ['/api/v1/ashe/filters'],
    read: () => 'names',
    run: () => ({ body: asheFilters.map(({ name }) => name), releases: [] }),
  }),
  defineV1Route({
    path: '/api/v1/ashe/filters/all',
    operationId: 'v1AsheFiltersAll',
    summary: 'The filters of pay and hours with their codes',
    description: 'The code of an age band is its youngest age.',
    query: z.object(callbackParameter),
    reply: z.array(codingReply),
    examples: ['/api/v1/ashe/filters/all'],
    read: () => 'all',
    run: () => ({ body: asheFilters.map(filterAnswer), releases: [] }),
  }),
  defineV1Route({
    path: '/api/v1/ashe/filter/{name}',
    operationId: 'v1AsheFilter',
    summary: 'One filter of pay and hours with its codes',
    description: 'The code of an age band is its youngest age.',
    params: z.object({ name: z.enum(['gender', 'region', 'status', 'age']) }),
    query: z.object(callbackParameter),
    reply: z.union([codingReply, errorReply]),
    examples: ['/api/v1/ashe/filter/region'],
    read: ({ params }) => findFilter(params.name!).name,
    run: (name) => ({ body: filterAnswer(findFilter(name)), releases: [] }),
  }),
];

function findFilter(name: string): (typeof asheFilters)[number] {
  const filter = asheFilters.find((entry) => entry.name === name);
  if (filter) return filter;
  throw notFound(
    `There is no filter ${name}; valid are ${asheFilters.map((entry) => entry.name).join(', ')}.`,
    'name',
  );
}
