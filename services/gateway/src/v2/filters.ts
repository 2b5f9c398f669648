/** What can be asked of each route of figures: made from the schemas that read its parameters. */
import { z } from 'zod';
import { figureRows } from '../formats/figures';
import { joined, type Answer } from '../http/answer';
import type { Route, Work } from '../http/route';
import { cardAnswers, versionsOf } from './cells';
import { defineRoute, none } from './define';
import { releaseCards } from './schemas';

const filter = z
  .object({
    dimension: z.string().meta({ description: 'Name of the parameter.' }),
    description: z.string(),
    required: z.boolean(),
    multiple: z.boolean().meta({ description: 'Whether it takes several values, by comma.' }),
    default: z.string().optional(),
    values: z
      .array(z.object({ value: z.string(), label: z.string() }))
      .optional()
      .meta({ description: 'All that it accepts; absent where a list or a pattern says so.' }),
    listedAt: z.string().optional().meta({ description: 'Address that lists the values.' }),
    pattern: z.string().optional().meta({ description: 'Form of the values where no list has them.' }),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
  })
  .meta({ id: 'Filter' });

const reply = z
  .object({
    path: z.string().meta({ description: 'The route that takes the filters.' }),
    filters: z.array(filter),
    periods: z.array(z.string()).meta({ description: 'Years and other periods with figures for everybody.' }),
    releases: releaseCards,
  })
  .meta({ id: 'FiltersReply' });

/** What a JSON schema says of one parameter. */
interface ParameterSchema {
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** Lists of the service that hold the values of parameters of these names. */
const lists: Readonly<Record<string, string>> = {
  occupation: '/api/v2/occupations?q=',
  subject: '/api/v2/courses/subjects',
};

/** Routes of figures by occupation take the areas that it is split into; others have lists of their own. */
const WHOLE = 'K02000001';
const AREA_TYPES = ['country', 'nation', 'region'];

const listed = /(?:Comma list of|Some of|each category of) ([\w-]+(?:, [\w-]+)+)/;

function labelOf(value: string): string {
  const words = value
    .replaceAll('-', ' ')
    .replace(/^soc(\d+)$/, 'SOC $1')
    .replace(/^p(\d\d)$/, 'percentile $1');
  return /^[a-z]/.test(words) ? words.charAt(0).toUpperCase() + words.slice(1) : words;
}

async function filtersOf(route: Route, areas: readonly { code: string; name: string }[]) {
  const { query } = route.document;
  const schema = z.toJSONSchema(query, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const meta = z.globalRegistry.get(zodSchema as unknown as z.ZodType) as
        { override?: object } | undefined;
      if (meta?.override) Object.assign(jsonSchema, meta.override);
    },
  });
  const properties = (schema.properties ?? {}) as Record<string, ParameterSchema>;
  return Object.entries(properties).map(([dimension, parameter]): z.output<typeof filter> => {
    const description = parameter.description ?? '';
    const names = parameter.enum?.map(String) ?? listed.exec(description)?.[1]?.split(', ');
    const values =
      dimension === 'area' && parameter.default === WHOLE
        ? areas.map(({ code, name }) => ({ value: code, label: name }))
        : names?.map((value) => ({ value, label: labelOf(value) }));
    return {
      dimension,
      description,
      required: (schema.required ?? []).includes(dimension),
      multiple: parameter.enum === undefined && names !== undefined,
      default: parameter.default === undefined ? undefined : String(parameter.default),
      values,
      listedAt: dimension === 'area' ? '/api/v2/areas' : lists[dimension],
      pattern: parameter.pattern,
      minimum: parameter.minimum,
      maximum: parameter.maximum,
    };
  });
}

export function bodyOf(answer: Answer): unknown {
  return JSON.parse(Buffer.from(joined(answer.body), 'latin1').toString('utf8')) as unknown;
}

/** Periods of the route's figures of everybody; none where it has no such question. */
async function periodsOf(route: Route, work: Work): Promise<{ periods: string[]; releases: string[] }> {
  const isByOccupation = Object.hasOwn(route.document.query.shape, 'occupation');
  const pins = work.context.pins?.length ? `dataVersion=${work.context.pins.join(',')}` : '';
  const answer = await work.ask(`${route.path}?${isByOccupation ? 'occupation=all&' : ''}${pins}`);
  if (answer.status !== 200) return { periods: [], releases: [] };
  const rows = figureRows(bodyOf(answer));
  return {
    periods: [...new Set(rows.map(({ cell }) => cell.period))].sort(),
    releases: versionsOf(rows.map(({ cell }) => ({ release: cell.source.release }))),
  };
}

/** A route beside each of those given: the same shape for all. */
export function filterRoutes(figureRoutes: readonly Route[]): readonly Route[] {
  return figureRoutes.map((route) =>
    defineRoute({
      path: `${route.path}/filters`,
      operationId: `${route.document.operationId}Filters`,
      tag: 'v2',
      summary: `What can be asked of ${route.path}`,
      description:
        'Each parameter with its valid values and their labels, its default, and the periods that have figures.',
      params: none,
      query: none,
      reply,
      examples: [`${route.path}/filters`],
      async run(_asked, work) {
        const [areaReplies, { periods, releases }] = await Promise.all([
          Promise.all(
            AREA_TYPES.map((type) =>
              work.clients.occupations.listAreas({ type }, work.context).catch(() => undefined),
            ),
          ),
          periodsOf(route, work),
        ]);
        const areas = areaReplies.flatMap((found) => found?.areas ?? []);
        const versions = [...releases, ...versionsOf(areaReplies.slice(0, 1))];
        const cards = await work.releases.describe(versions);
        return {
          body: {
            path: route.path,
            filters: await filtersOf(route, areas),
            periods,
            releases: cardAnswers(cards),
          },
          releases: [...new Set(versions)],
        };
      },
    }),
  );
}
