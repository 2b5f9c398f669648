import { z } from 'zod';
import type { Route } from '../http/route';
import { methodOf } from '../http/route';
import { routes } from '../routes';

interface ToolPlan {
  readonly name: string;
  /** The GET route that answers. */
  readonly operation: string;
  readonly title: string;
  /** What a model should know before it chooses: when to use it, and what not to read into the answer. */
  readonly description: string;
}

const plans: readonly ToolPlan[] = [
  {
    name: 'search_occupations',
    operation: 'searchOccupations',
    title: 'Find occupations',
    description:
      'Finds UK occupations (SOC codes) by the words that people use for jobs. Begin here: the other tools take the code. A score ranks hits; it is no figure.',
  },
  {
    name: 'code_title',
    operation: 'codeTitle',
    title: 'Code a job title',
    description:
      'The occupation code of one job title or advert title, with how sure that is and the runners-up.',
  },
  {
    name: 'occupation',
    operation: 'getOccupation',
    title: 'One occupation',
    description: 'What an occupation is: description, tasks, entry routes, related and wider codes.',
  },
  {
    name: 'occupation_profile',
    operation: 'getProfile',
    title: 'Profile of an occupation',
    description:
      'The main figures of one occupation in one call: pay, hours, employment now and projected, replacement demand, vacancies, skills and courses.',
  },
  {
    name: 'compare_occupations',
    operation: 'compareOccupations',
    title: 'Compare occupations',
    description: 'A few occupations side by side, beside the average of the United Kingdom.',
  },
  {
    name: 'pay',
    operation: 'getPay',
    title: 'Pay',
    description:
      'Pay of employees of an occupation: mean, median or percentiles; weekly, hourly or annual; by year, sex, working pattern, area or age.',
  },
  {
    name: 'hours',
    operation: 'getHours',
    title: 'Hours',
    description: 'Weekly hours of employees of an occupation.',
  },
  {
    name: 'employment',
    operation: 'getEmployment',
    title: 'Employment and projections',
    description:
      'People in work in an occupation, past years and projected ones (marked "projected"), by area, sex, status, qualification or industry.',
  },
  {
    name: 'replacement_demand',
    operation: 'getReplacementDemand',
    title: 'Replacement demand',
    description: 'Openings that arise because people leave an occupation, over the span of the projections.',
  },
  {
    name: 'unemployment',
    operation: 'getUnemployment',
    title: 'Unemployment',
    description: 'Unemployment rate of people whose last job was in an occupation.',
  },
  {
    name: 'vacancy_trends',
    operation: 'getVacancyTrends',
    title: 'Vacancies over time',
    description: 'Online job adverts of an occupation by month or year and area.',
  },
  {
    name: 'skills',
    operation: 'getOccupationSkills',
    title: 'Skills of an occupation',
    description: 'Skills, knowledge, abilities and interests of an occupation, by importance and level.',
  },
  {
    name: 'courses',
    operation: 'findCourses',
    title: 'Courses',
    description: 'Higher-education courses that lead to an occupation, or of a subject.',
  },
  {
    name: 'areas',
    operation: 'listAreas',
    title: 'Areas',
    description: 'Codes of countries, regions and smaller areas, for the parameter "area" of other tools.',
  },
  {
    name: 'datasets',
    operation: 'listDatasets',
    title: 'Datasets',
    description: 'Every dataset with its publisher, licence, edition and the line to cite it by.',
  },
  {
    name: 'quality',
    operation: 'getQuality',
    title: 'Quality report',
    description: 'How many cells of each dataset carry which mark, and what cannot be answered.',
  },
];

export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: { readonly type: 'object' };
  readonly outputSchema: { readonly type: 'object' };
  readonly annotations: {
    readonly readOnlyHint: true;
    readonly idempotentHint: true;
    readonly destructiveHint: false;
    readonly openWorldHint: false;
  };
  /** The address that answers a call. */
  urlOf(values: Readonly<Record<string, unknown>>): string;
}

/** Read-only tools, each over one route: its schemas are theirs. */
export function makeTools(): ReadonlyMap<string, Tool> {
  const tools = new Map<string, Tool>();
  for (const plan of plans) {
    const route = routes.find(
      (candidate) => candidate.document.operationId === plan.operation && methodOf(candidate) === 'GET',
    );
    if (route) tools.set(plan.name, toolOf(plan, route));
  }
  return tools;
}

function toolOf({ name, title, description }: ToolPlan, { path, document }: Route): Tool {
  const shape = { ...document.params.shape, ...document.query.shape };
  return {
    name,
    title,
    description: `${description} Each figure comes with its unit, period, marks and source: repeat them, and never show a withheld figure as zero.`,
    inputSchema: schemaOf(z.strictObject(shape), 'input'),
    outputSchema: schemaOf(document.reply, 'output'),
    annotations: { readOnlyHint: true, idempotentHint: true, destructiveHint: false, openWorldHint: false },
    urlOf(values) {
      const rest = new URLSearchParams();
      const inPath = new Map<string, string>();
      for (const [key, value] of Object.entries(values)) {
        if (value === undefined || value === null) continue;
        const text = Array.isArray(value) ? value.map(String).join(',') : textOf(value);
        if (Object.hasOwn(document.params.shape, key)) inPath.set(key, text);
        else rest.set(key, text);
      }
      const place = path.replace(/\{(\w+)\}/g, (_, key: string) =>
        encodeURIComponent(inPath.get(key) ?? ' '),
      );
      return `${place}?${rest.toString()}`;
    },
  };
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean);
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): { type: 'object' } {
  const made = z.toJSONSchema(schema, {
    io,
    target: 'draft-7',
    unrepresentable: 'any',
    // Notes for the OpenAPI description, which is made from the same schemas.
    override: ({ jsonSchema }) => {
      const noted = jsonSchema as Record<string, unknown>;
      delete noted.override;
      delete noted.param;
      delete noted.id;
    },
  });
  const named = /^#\/definitions\/(.+)$/.exec(made.$ref ?? '')?.[1];
  if (named === undefined) return made as { type: 'object' };
  // A schema with a name of its own is a reference to itself; tools must show an object.
  const { $ref: _, ...rest } = made;
  const definitions = made.definitions as Readonly<Record<string, object>>;
  return { ...rest, ...definitions[named] } as { type: 'object' };
}
