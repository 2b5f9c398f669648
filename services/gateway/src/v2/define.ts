import { invalidArgument, type LmiError } from '@lmi/kit';
import { z } from 'zod';
import type { Outcome, Route, RouteDocument, Work } from '../http/route';

interface V2Definition<
  P extends z.ZodObject,
  Q extends z.ZodObject,
  R extends z.ZodType,
> extends RouteDocument {
  readonly path: string;
  readonly params: P;
  readonly query: Q;
  readonly reply: R;
  run(
    asked: { params: z.output<P>; query: z.output<Q> },
    work: Work,
  ): Promise<Outcome & { readonly body: z.output<R> }>;
}

/** A route of v2: its schemas read the request, type the answer and describe both in OpenAPI. */
export function defineRoute<P extends z.ZodObject, Q extends z.ZodObject, R extends z.ZodType>({
  path,
  run,
  ...document
}: V2Definition<P, Q, R>): Route {
  const { params, query } = document;
  return {
    family: 'v2',
    path,
    document,
    prepare(request) {
      const asked = {
        params: parse(params, request.params),
        query: parse(query, valuesOf(request.query, query)),
      };
      return { key: `${path} ${JSON.stringify(asked)}`, run: (work) => run(asked, work) };
    },
  };
}

/** Repeated parameters count as one comma list, which only lists accept; a blank one counts as left out. */
function valuesOf(query: URLSearchParams, schema: z.ZodObject): Record<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of query) {
    if (name === '' || (value === '' && Object.hasOwn(schema.shape, name))) continue;
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

function argumentError(issue: z.core.$ZodIssue, schema: z.ZodObject): LmiError {
  if (issue.code === 'unrecognized_keys') {
    const name = issue.keys[0] ?? '';
    const valid = Object.keys(schema.shape);
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
