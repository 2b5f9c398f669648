import { hash } from 'node:crypto';
import { invalidArgument, type LmiError } from '@lmi/kit';
import { z } from 'zod';
import type { Outcome, Route, RouteDocument, Work } from '../http/route';

interface V2Definition<
  P extends z.ZodObject,
  Q extends z.ZodObject,
  R extends z.ZodType,
  B extends z.ZodType,
> extends RouteDocument {
  readonly path: string;
  readonly params: P;
  readonly query: Q;
  readonly body?: B;
  readonly reply: R;
  run(
    asked: { params: z.output<P>; query: z.output<Q>; body: z.output<B> },
    work: Work,
  ): Promise<Outcome & { readonly body: z.output<R> }>;
}

/** A route of v2: its schemas read the request, type the answer and describe both in OpenAPI. */
export function defineRoute<
  P extends z.ZodObject,
  Q extends z.ZodObject,
  R extends z.ZodType,
  B extends z.ZodType = z.ZodNever,
>({ path, run, ...document }: V2Definition<P, Q, R, B>): Route {
  const { params, query, body } = document;
  return {
    family: 'v2',
    path,
    document,
    prepare(request) {
      const { [DATA_VERSION]: versions, ...values } = valuesOf(request.query, query);
      const pins = body ? [] : readPins(versions);
      if (body && versions) values[DATA_VERSION] = versions;
      const asked = {
        params: parse(params, request.params),
        query: parse(query, values),
        body: (body ? parseBody(body, request.body) : undefined) as z.output<B>,
      };
      const key = `${path} ${JSON.stringify(asked)}${pins.length > 0 ? ` of ${pins.join()}` : ''}`;
      return {
        pins,
        key: body ? `POST ${path} ${hash('sha256', key, 'base64url')}` : key,
        run: (work) => run(asked, work),
        pageUrl(cursor, ending) {
          const page = new URLSearchParams(request.query);
          page.set('cursor', cursor);
          const place = path.replace(/\{(\w+)\}/g, (_, name: string) =>
            encodeURIComponent(request.params[name] ?? ''),
          );
          return `${place}${ending}?${page}`;
        },
      };
    },
  };
}

const DATA_VERSION = 'dataVersion';
const MOST_PINS = 20;

const pinQuery = z.object({
  [DATA_VERSION]: z
    .string()
    .optional()
    .transform((text) => [...new Set((text ?? '').split(',').filter((version) => version !== ''))].sort())
    .pipe(
      z
        .array(
          z.string().regex(/^[a-z][\w.+-]{1,99}$/, 'expected release versions such as ashe-2025-86199df0'),
        )
        .max(MOST_PINS),
    )
    .meta({
      description:
        'Versions of releases to answer from in place of the present ones, by comma; /api/v2/datasets/{id}/releases lists them. The header Data-Version names those that the answer comes from.',
    }),
});

/** @throws LmiError invalid-argument */
export function readPins(text: string | undefined): readonly string[] {
  return text ? parse(pinQuery, { [DATA_VERSION]: text })[DATA_VERSION] : [];
}

/** The parameters of a GET of v2: its own and the pinned releases. */
export function withPins(query: z.ZodObject): z.ZodObject {
  return query.safeExtend(pinQuery.shape);
}

/** Repeated parameters count as one comma list, which only lists accept; a blank one counts as left out. */
function valuesOf(query: URLSearchParams, schema: z.ZodObject): Record<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of query) {
    if (name === '' || (value === '' && (name === DATA_VERSION || Object.hasOwn(schema.shape, name))))
      continue;
    const before = values.get(name);
    values.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(values);
}

function parse<S extends z.ZodObject>(schema: S, values: Record<string, string>): z.output<S> {
  const result = schema.safeParse(values);
  if (result.success) return result.data;
  throw argumentError(result.error.issues[0]!, schema);
}

/** @throws LmiError invalid-argument whose field is the place in the body, such as `items[2].title`. */
function parseBody<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = deepest(result.error.issues[0]!);
  const strange = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const field = placeOf([...issue.path, ...strange]);
  if (strange.length > 0) throw invalidArgument(field, `${field}: there is no such member here.`);
  const missing = issue.code === 'invalid_type' && issue.input === undefined;
  const message = missing ? `${field}: is required.` : `${field}: ${issue.message}.`;
  throw issue.code === 'invalid_value'
    ? invalidArgument(field, message, issue.values.map(String))
    : invalidArgument(field, message);
}

/** Of a value that is none of several shapes, what keeps it from the one that it comes nearest to. */
function deepest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue;
  const inner = issue.errors.flatMap((issues) => issues.slice(0, 1).map(deepest));
  const [nearest] = inner.sort((a, b) => b.path.length - a.path.length);
  return nearest && nearest.path.length > 0 ? { ...nearest, path: [...issue.path, ...nearest.path] } : issue;
}

function placeOf(path: readonly PropertyKey[]): string {
  return (
    path.reduce<string>(
      (place, part) =>
        typeof part === 'number'
          ? `${place}[${part}]`
          : place === ''
            ? String(part)
            : `${place}.${String(part)}`,
      '',
    ) || 'body'
  );
}

function argumentError(issue: z.core.$ZodIssue, schema: z.ZodObject): LmiError {
  if (issue.code === 'unrecognized_keys') {
    const name = issue.keys[0] ?? '';
    const valid = [...Object.keys(schema.shape), DATA_VERSION];
    return invalidArgument(name, `There is no parameter ${name} here; valid are ${valid.join(', ')}.`, valid);
  }
  const field = String(issue.path[0] ?? '');
  const missing = issue.code === 'invalid_type' && issue.input === undefined;
  const message = missing ? `${field}: the parameter is required.` : `${field}: ${issue.message}.`;
  return issue.code === 'invalid_value'
    ? invalidArgument(field, message, issue.values.map(String))
    : invalidArgument(field, message);
}

/** No parameter at all. */
export const none = z.strictObject({});
