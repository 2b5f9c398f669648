/** Questions that one GET cannot ask: a tree of conditions over the parameters and columns of a route of figures. */
import { hash } from 'node:crypto';
import { invalidArgument, LmiError } from '@lmi/kit';
import { z } from 'zod';
import { figureRows, type FigureRow, type Scalar } from '../formats/figures';
import type { Route, Work } from '../http/route';
import { cardAnswers } from './cells';
import { defineRoute, none, readPins } from './define';
import { bodyOf } from './filters';
import { cursorAfter, offsetOf } from './paging';
import { cell, releaseCards } from './schemas';

/** Most conditions of one tree, and how deep it may be. */
const MOST_CONDITIONS = 50;
const DEEPEST = 6;
const MOST_VALUES = 100;
/** Most questions that a tree may come to; it is answered from as many GETs. */
export const MOST_CALLS = 100;
const AT_ONCE = 8;
const MOST_ROWS = 1_000;

const scalar = z.union([z.string().max(100), z.number()]).transform(String);

export type Condition =
  | { readonly dimension: string; readonly in: readonly string[] }
  | { readonly and: readonly Condition[] }
  | { readonly or: readonly Condition[] }
  | { readonly not: Condition };

const condition: z.ZodType<Condition> = z
  .lazy(() =>
    z.union([
      z.strictObject({
        dimension: z.string().min(1).max(60),
        in: z.array(scalar).min(1).max(MOST_VALUES),
      }),
      z.strictObject({ and: z.array(condition).min(1).max(MOST_CONDITIONS) }),
      z.strictObject({ or: z.array(condition).min(1).max(MOST_CONDITIONS) }),
      z.strictObject({ not: condition }),
    ]),
  )
  .meta({
    id: 'QueryCondition',
    description: 'A dimension with the values that it may have, or and, or, not of such.',
  });

const dimensionValues = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

const queryReply = z
  .object({
    rows: z.array(
      z.object({
        dimensions: dimensionValues.meta({ description: 'What the figure is of.' }),
        measure: z.string().meta({ description: 'Name of the figure in the answer of the route.' }),
        cell,
      }),
    ),
    total: z.number().int().meta({ description: 'Over all pages.' }),
    nextCursor: z.string().optional(),
    releases: releaseCards,
  })
  .meta({ id: 'QueryReply' });

function sizeOf(tree: Condition, depth = 1): number {
  if (depth > DEEPEST) {
    throw invalidArgument('where', `where: is deeper than ${DEEPEST} levels.`);
  }
  if ('not' in tree) return 1 + sizeOf(tree.not, depth + 1);
  const parts = 'and' in tree ? tree.and : 'or' in tree ? tree.or : [];
  return parts.reduce((size, part) => size + sizeOf(part, depth + 1), 1);
}

/** Values that a dimension may have at most where the tree holds; undefined: any. */
export function possible(tree: Condition, dimension: string): ReadonlySet<string> | undefined {
  if ('dimension' in tree) return tree.dimension === dimension ? new Set(tree.in) : undefined;
  if ('not' in tree) return undefined;
  const parts = ('and' in tree ? tree.and : tree.or).map((part) => possible(part, dimension));
  if ('or' in tree) {
    if (parts.some((part) => part === undefined)) return undefined;
    return new Set(parts.flatMap((part) => [...part!]));
  }
  const known = parts.filter((part) => part !== undefined);
  if (known.length === 0) return undefined;
  return known.reduce((both, part) => new Set([...both].filter((value) => part.has(value))));
}

export function holds(tree: Condition, row: ReadonlyMap<string, Scalar>): boolean {
  if ('dimension' in tree) return tree.in.includes(String(row.get(tree.dimension) ?? ''));
  if ('not' in tree) return !holds(tree.not, row);
  return 'and' in tree
    ? tree.and.every((part) => holds(part, row))
    : tree.or.some((part) => holds(part, row));
}

export function dimensionsOf(tree: Condition): string[] {
  if ('dimension' in tree) return [tree.dimension];
  if ('not' in tree) return dimensionsOf(tree.not);
  return ('and' in tree ? tree.and : tree.or).flatMap(dimensionsOf);
}

/** Parameters that say how to answer, and not what of. */
const MANNERS = ['dataVersion', 'breakdown', 'statistics', 'minYear', 'maxYear', 'fallBack'];

const PERIOD_DIMENSIONS = ['year', 'period'];

/** The questions of the route that together hold every figure that the tree can want. */
function questionsOf(
  route: Route,
  tree: Condition,
  parameters: Readonly<Record<string, string>>,
): URLSearchParams[] {
  const shape = route.document.query.shape;
  // The answer holds every category of a breakdown anyway.
  const split = (parameters.breakdown ?? '')
    .split(',')
    .map((name) => name.trim().replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()));
  let questions: [string, string][][] = [Object.entries(parameters)];
  for (const name of Object.keys(shape)) {
    if (Object.hasOwn(parameters, name) || PERIOD_DIMENSIONS.includes(name) || split.includes(name)) continue;
    const values = possible(tree, name);
    if (values === undefined) continue;
    questions = questions.flatMap((question) =>
      [...values].map((value): [string, string][] => [...question, [name, value]]),
    );
    if (questions.length > MOST_CALLS) {
      throw invalidArgument('where', `where: comes to more than ${MOST_CALLS} questions; name fewer values.`);
    }
  }
  const years = [...(possible(tree, 'year') ?? [])].map(Number).filter(Number.isInteger);
  if (years.length > 0 && Object.hasOwn(shape, 'minYear') && !('minYear' in parameters)) {
    const span: [string, string][] = [
      ['minYear', String(Math.min(...years))],
      ['maxYear', String(Math.max(...years))],
    ];
    questions = questions.map((question) => [...question, ...span]);
  }
  return questions.map((question) => new URLSearchParams(question));
}

interface Found {
  readonly dimensions: ReadonlyMap<string, Scalar>;
  readonly row: FigureRow;
}

/** @param shared parameters of all questions. */
async function answersOf(
  route: Route,
  questions: readonly URLSearchParams[],
  shared: readonly string[],
  work: Work,
): Promise<Found[]> {
  const found: Found[][] = [];
  let next = 0;
  const ask = async () => {
    while (next < questions.length) {
      const at = next++;
      const question = questions[at]!;
      const answer = await work.ask(`${route.path}?${question}`);
      if (answer.status !== 200) throw troubleOf(answer.status, bodyOfProblem(answer.body), question);
      const asked = [...question].filter(([name]) => !MANNERS.includes(name));
      // What the tree fixed stands, though a coarser level may answer: the cell says so. The rest is as the row says.
      const fixed = asked.filter(([name]) => !shared.includes(name));
      found[at] = figureRows(bodyOf(answer)).map((row) => ({
        dimensions: new Map<string, Scalar>([...asked, ...row.context, ...fixed]),
        row,
      }));
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, questions.length) }, ask));
  return found.flat();
}

interface ProblemBody {
  readonly detail: string;
  readonly code: string;
  readonly field?: string;
  readonly validValues?: readonly string[];
}

function bodyOfProblem(body: Parameters<typeof bodyOf>[0]['body']): ProblemBody {
  // A problem is kept without its last brace: its trace id is written behind it.
  const text = Buffer.from(typeof body === 'string' ? body : body.join(''), 'latin1').toString('utf8');
  return JSON.parse(text.endsWith('}') ? text : `${text}}`) as ProblemBody;
}

function troubleOf(
  status: number,
  { code, detail, field, validValues }: ProblemBody,
  question: URLSearchParams,
): LmiError {
  if (status >= 500) return new LmiError(status === 504 ? 'deadline-exceeded' : 'unavailable', detail);
  const known = code === 'not-found' || code === 'not-available' ? code : 'invalid-argument';
  return new LmiError(known, `${detail} (asked: ${question})`, {
    field: field ?? 'where',
    ...(validValues ? { validValues } : {}),
  });
}

/** @param figureRoutes what may be asked. */
export function queryRoutes(figureRoutes: readonly Route[]): readonly Route[] {
  const paths = figureRoutes.map(({ path }) => path.slice('/api/v2/'.length));
  return [
    defineRoute({
      path: '/api/v2/query',
      operationId: 'query',
      tag: 'v2',
      summary: 'Figures by a tree of conditions',
      description: `\`from\` names a route of figures; \`where\` is a tree of and, or and not over its parameters and the members of its rows, which the address with /filters behind it lists. It is answered from at most ${MOST_CALLS} GETs of the route. Parameters that the tree does not fix keep their defaults, or are given in \`parameters\`.`,
      params: none,
      query: none,
      body: z
        .strictObject({
          from: z.enum(paths as [string, ...string[]]),
          where: condition,
          measures: z
            .array(z.string().max(60))
            .max(MOST_VALUES)
            .optional()
            .meta({ description: 'Names of figures to keep; all without it.' }),
          parameters: z.record(z.string().max(60), scalar).default({}).meta({
            description: 'Parameters of the route that hold for the whole question, such as breakdown.',
          }),
          dataVersion: z
            .string()
            .max(2_000)
            .default('')
            .meta({ description: 'As the parameter of every GET.' }),
          limit: z.number().int().min(1).max(MOST_ROWS).default(100),
          cursor: z.string().max(200).default(''),
        })
        .meta({ id: 'Query' }),
      bodies: [
        {
          from: 'pay',
          where: {
            and: [
              { dimension: 'occupation', in: ['2134'] },
              {
                or: [{ dimension: 'sex', in: ['female'] }, { not: { dimension: 'area', in: ['K02000001'] } }],
              },
              { dimension: 'year', in: [2025] },
            ],
          },
          parameters: { breakdown: 'sex,area', statistics: 'median' },
          limit: 5,
        },
      ],
      reply: queryReply,
      examples: ['/api/v2/query'],
      async run({ body }, work) {
        const { from, where, measures, parameters, limit, cursor } = body;
        const route = figureRoutes[paths.indexOf(from)]!;
        if (sizeOf(where) > MOST_CONDITIONS) {
          throw invalidArgument('where', `where: has more than ${MOST_CONDITIONS} conditions.`);
        }
        const strange = Object.keys(parameters).find(
          (name) => !Object.hasOwn(route.document.query.shape, name),
        );
        const valid = Object.keys(route.document.query.shape);
        if (strange !== undefined) {
          throw invalidArgument(
            `parameters.${strange}`,
            `parameters.${strange}: ${from} has no such parameter.`,
            valid,
          );
        }
        const pins = readPins(body.dataVersion);
        const shared = { ...parameters, ...(pins.length > 0 ? { dataVersion: pins.join(',') } : {}) };
        const all = await answersOf(route, questionsOf(route, where, shared), Object.keys(shared), work);
        const columns = new Set([...valid, ...all.flatMap(({ dimensions }) => [...dimensions.keys()])]);
        const unknown = dimensionsOf(where).find((name) => !columns.has(name));
        if (unknown !== undefined) {
          throw invalidArgument('where', `where: ${from} has no dimension ${unknown}.`, [...columns]);
        }
        const rows = all.filter(
          ({ dimensions, row }) => holds(where, dimensions) && (!measures || measures.includes(row.figure)),
        );
        const question = hash('sha1', JSON.stringify([from, where, measures, shared]), 'base64url').slice(
          0,
          12,
        );
        const offset = offsetOf(cursor, question);
        const page = rows.slice(offset, offset + limit);
        const versions = [...new Set(page.map(({ row }) => row.cell.source.release))].filter(Boolean);
        const cards = await work.releases.describe(versions);
        return {
          body: {
            rows: page.map(({ dimensions, row }) => ({
              dimensions: Object.fromEntries(dimensions),
              measure: row.figure,
              cell: row.cell,
            })),
            total: rows.length,
            nextCursor: cursorAfter(offset + limit, rows.length, question),
            releases: cardAnswers(cards),
          },
          releases: versions,
          // Kept with its parts, each of which is kept.
          volatile: true,
        };
      },
    }),
  ];
}
