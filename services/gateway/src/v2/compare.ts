import type { Cell, EmploymentObservation, Occupation, PayObservation } from '@lmi/contracts';
import { invalidArgument, LmiError, notFound } from '@lmi/kit';
import { changeInPercent, type Mark } from '@lmi/statistics';
import { z } from 'zod';
import { isPassing } from '../http/problem';
import type { Route, Work } from '../http/route';
import { cardAnswers, cellAnswer, versionsOf, type Cards } from './cells';
import { defineRoute, none } from './define';
import { answerPart, errorsOf, part, PART_MARGIN_MS, settle, type Part } from './parts';
import { area, cell, classification, releaseCards } from './schemas';

const MOST_CODES = 5;
const KINGDOM = 'K02000001';
const ALL = 'all';

const codes = z
  .string()
  .transform((text) => [...new Set(text.split(',').map((code) => code.trim()))])
  .pipe(
    z
      .array(z.string().regex(/^[1-9]\d{0,3}$/, 'expected occupation codes of 1 to 4 digits'))
      .max(MOST_CODES, `expected at most ${MOST_CODES} codes`),
  )
  .meta({ description: `Comma list of up to ${MOST_CODES} occupation codes.`, example: '2134,2231' });

/** What is compared, in the order that readers ask. */
const figureDescriptions = {
  weeklyPay: 'Median pay a week.',
  annualPay: 'Median pay a year, as its own survey question has it: not weekly pay times 52.',
  weeklyHours: 'Mean paid hours a week.',
  employmentNow: 'People in work in the last observed year.',
  employmentFuture: 'People in work at the end of the projection.',
  employmentChange: 'Change between these two in per cent of the first.',
  openings: 'Jobs to be filled over the period of the projection: growth, and people who leave.',
} as const;
type FigureName = keyof typeof figureDescriptions;
const figureNames = Object.keys(figureDescriptions) as FigureName[];

const figure = part({ cell }).meta({ id: 'ComparedFigure' });
const figures = z
  .object(
    Object.fromEntries(
      figureNames.map((name) => [name, figure.meta({ description: figureDescriptions[name] })]),
    ) as Record<FigureName, typeof figure>,
  )
  .meta({ id: 'ComparedFigures' });

type Figures = Record<FigureName, Part<Cell>>;

function byYear(observations: readonly { year: number; cell?: Cell | undefined }[]): Cell[] {
  return observations.toSorted((a, b) => a.year - b.year).flatMap((row) => row.cell ?? []);
}

/** The newest figure there is: the newest year of all where none has a number. */
function newest(observations: readonly PayObservation[]): Cell {
  const cells = byYear(observations);
  const found = cells.findLast(({ value }) => value !== undefined) ?? cells.at(-1);
  if (!found) throw new LmiError('not-available', 'No year has a figure.');
  return found;
}

function isProjected({ marks }: Cell): boolean {
  return marks.includes('projected');
}

/** First and last of the series as it is projected: the last observed year and the horizon. */
function span(observations: readonly EmploymentObservation[]): { now: Cell; future: Cell } {
  const cells = byYear(observations);
  const now = cells.findLast((one) => !isProjected(one));
  const future = cells.findLast(isProjected);
  if (!now || !future) throw new LmiError('not-available', 'No projection has a figure.');
  return { now, future };
}

/**
 * The change from one cell to another of the same series. It carries the marks of both, and there is none where either
 * has no number, so that it gives nothing away that is withheld.
 */
export function changeCell(now: Cell, future: Cell): Cell {
  const marks = new Set([...now.marks, ...future.marks]);
  const both = now.value !== undefined && future.value !== undefined;
  const value = both ? changeInPercent(now.value!, future.value!) : undefined;
  // Marks on how precise each estimate is say nothing about the change.
  for (const mark of ['reliable', 'reasonable', 'acceptable'] satisfies Mark[]) marks.delete(mark);
  if (value === undefined && both) marks.add('not-applicable' satisfies Mark);
  else if (value !== undefined) marks.add('modelled' satisfies Mark);
  return {
    ...future,
    value,
    cv: undefined,
    lower: undefined,
    upper: undefined,
    unit: 'percent',
    period: `${now.period}/${future.period}`,
    marks: [...marks],
    table: 'method: change over the projection',
  };
}

function derive<T>(from: Part<T>, make: (value: T) => Cell): Part<Cell> {
  if ('error' in from) return from;
  try {
    return { value: make(from.value) };
  } catch (error) {
    if (error instanceof LmiError) return { error };
    throw error;
  }
}

async function figuresOf(
  asked: { occupation: string; classification: string; area: string },
  { clients, context }: Pick<Work, 'clients' | 'context'>,
): Promise<Figures> {
  const request = { ...asked, fallBack: true };
  const pay = (measure: string, statistic: string) =>
    settle(
      clients.pay.getPay(
        { ...request, measure, statistics: [statistic], sex: 'all', workingPattern: 'all', age: 'all' },
        context,
      ),
    );
  const [weekly, annual, hours, employment, demand] = await Promise.all([
    pay('weekly-pay', 'median'),
    pay('annual-pay', 'median'),
    pay('weekly-hours', 'mean'),
    settle(clients.employment.getEmployment(request, context)),
    settle(clients.employment.getReplacementDemand(request, context)),
  ]);
  return {
    weeklyPay: derive(weekly, ({ observations }) => newest(observations)),
    annualPay: derive(annual, ({ observations }) => newest(observations)),
    weeklyHours: derive(hours, ({ observations }) => newest(observations)),
    employmentNow: derive(employment, ({ observations }) => span(observations).now),
    employmentFuture: derive(employment, ({ observations }) => span(observations).future),
    employmentChange: derive(employment, ({ observations }) => {
      const { now, future } = span(observations);
      return changeCell(now, future);
    }),
    openings: derive(demand, ({ totalRequirement }) => {
      if (!totalRequirement) throw new LmiError('not-available', 'No projection has a figure.');
      return totalRequirement;
    }),
  };
}

function figureAnswers(from: Figures, cards: Cards): z.output<typeof figures> {
  return Object.fromEntries(
    figureNames.map((name) => [
      name,
      answerPart(from[name], (value) => ({ cell: cellAnswer(value, cards) })),
    ]),
  ) as z.output<typeof figures>;
}

function cellsOf(from: Figures): Cell[] {
  return figureNames.flatMap((name) => {
    const found = from[name];
    return 'value' in found ? [found.value] : [];
  });
}

export const compareRoutes: readonly Route[] = [
  defineRoute({
    path: '/api/v2/occupations/compare',
    operationId: 'compareOccupations',
    tag: 'v2',
    summary: 'Pay, hours and outlook of a few occupations, beside the UK average',
    description:
      'For each occupation the newest median pay, mean hours, people in work now and at the end of the projection, the change between, and jobs to be filled; the same figures for all occupations of the United Kingdom. It is what the Careerometer shows. A figure that cannot be had says so and does not fail the rest.',
    params: none,
    query: z.strictObject({ codes, area, classification }),
    reply: z
      .object({
        area: z.object({ code: z.string(), name: z.string() }),
        classification: z.string(),
        occupations: z.array(
          z.object({
            code: z.string(),
            title: z.string(),
            level: z.string(),
            description: z.string(),
            parents: z
              .array(z.object({ code: z.string(), title: z.string() }))
              .meta({ description: 'Groups above, widest first: figures may be answered for one of them.' }),
            figures,
          }),
        ),
        average: figures.meta({ description: 'All occupations of the United Kingdom.' }),
        releases: releaseCards,
      })
      .meta({ id: 'CompareReply' }),
    examples: [
      '/api/v2/occupations/compare?codes=2134',
      '/api/v2/occupations/compare?codes=2134,5315&area=E12000007',
    ],
    async run({ query }, { clients, context: whole, releases }) {
      const context = { ...whole, deadline: whole.deadline - PART_MARGIN_MS };
      const { classification: of } = query;
      const work = { clients, context };
      const askedOf = (code: string) => ({ occupation: code, classification: of, area: query.area });
      const [found, occupations, average, areas] = await Promise.all([
        Promise.all(query.codes.map((code) => figuresOf(askedOf(code), work))),
        Promise.all(query.codes.map((code) => occupationOf(code, of, work))),
        figuresOf({ occupation: ALL, classification: of, area: KINGDOM }, work),
        clients.occupations.listAreas({ type: '' }, context),
      ]);
      const place = areas.areas.find(({ code }) => code === query.area);
      if (!place) throw invalidArgument('area', `There is no area ${query.area}; /api/v2/areas lists them.`);
      const versions = versionsOf([...occupations, ...[...found, average].flatMap(cellsOf), areas]);
      const cards = await releases.describe(versions);
      const errors = [...found, average].flatMap((one) => figureNames.flatMap((name) => errorsOf(one[name])));
      return {
        body: {
          area: { code: place.code, name: place.name },
          classification: of,
          occupations: occupations.map((one, index) => ({
            code: one.code,
            title: one.title,
            level: one.level,
            description: one.description,
            parents: one.parents.map(({ code, title }) => ({ code, title })),
            figures: figureAnswers(found[index]!, cards),
          })),
          average: figureAnswers(average, cards),
          releases: cardAnswers(cards),
        },
        releases: versions,
        volatile: errors.some(isPassing),
      };
    },
  }),
];

/** @throws LmiError not-found, that names the parameter here. */
async function occupationOf(
  code: string,
  classification: string,
  { clients, context }: Pick<Work, 'clients' | 'context'>,
): Promise<Occupation> {
  try {
    return await clients.occupations.getOccupation({ code, classification }, context);
  } catch (error) {
    if (error instanceof LmiError && error.code === 'not-found') {
      throw notFound(error.message, 'codes');
    }
    throw error;
  }
}
