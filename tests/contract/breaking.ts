/** What of a description a client may rely on. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: Schema;
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Content;
  readonly responses?: Readonly<Record<string, Content>>;
}

export interface Description {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

/** Deeper, nothing of ours differs; it ends schemas that hold themselves. */
const DEEPEST = 24;

/**
 * What would break clients of the released description: paths, methods, parameters, values, formats or fields that are
 * gone, types that are others, and parameters or fields that have to be sent now. What is new breaks nobody.
 */
export function breakingChanges(released: Description, present: Description): string[] {
  const found: string[] = [];
  const solve = (of: Description, schema: Schema | undefined): Schema => {
    let known = schema ?? {};
    for (let hops = 0; known.$ref && hops < DEEPEST; hops++)
      known = of.components?.schemas?.[known.$ref.split('/').at(-1)!] ?? {};
    return known;
  };
  const typesOf = (of: Description, schema: Schema): string[] => {
    const variants = schema.anyOf ?? schema.oneOf;
    if (variants) return variants.flatMap((variant) => typesOf(of, solve(of, variant)));
    return schema.type === undefined ? ['any'] : [schema.type].flat();
  };
  const accepts = (types: readonly string[], type: string) =>
    types.includes(type) || types.includes('any') || (type === 'integer' && types.includes('number'));

  /** Sent by clients: what was accepted must still be. */
  const sent = (place: string, from: Schema, to: Schema, depth = 0): void => {
    const [before, after] = [solve(released, from), solve(present, to)];
    const types = typesOf(present, after);
    for (const type of typesOf(released, before)) {
      if (type === 'any' ? !types.includes('any') : !accepts(types, type))
        found.push(`${place}: ${type} is not accepted any more`);
    }
    const gone = (before.enum ?? []).filter((value) => after.enum && !after.enum.includes(value));
    for (const value of gone) found.push(`${place}: the value ${String(value)} is gone`);
    if (!before.enum && after.enum) found.push(`${place}: only some values are accepted now`);
    if ((after.minimum ?? -Infinity) > (before.minimum ?? -Infinity))
      found.push(`${place}: the minimum rose`);
    if ((after.maximum ?? Infinity) < (before.maximum ?? Infinity)) found.push(`${place}: the maximum fell`);
    if ((after.maxLength ?? Infinity) < (before.maxLength ?? Infinity))
      found.push(`${place}: texts must be shorter`);
    if (after.pattern !== undefined && after.pattern !== before.pattern)
      found.push(`${place}: texts must have another pattern`);
    for (const name of after.required ?? [])
      if (!before.required?.includes(name)) found.push(`${place}.${name}: must be sent now`);
    for (const [name, inner] of Object.entries(before.properties ?? {})) {
      const now = after.properties?.[name];
      if (!now) found.push(`${place}.${name}: is gone`);
      else if (depth < DEEPEST) sent(`${place}.${name}`, inner, now, depth + 1);
    }
    if (before.items && after.items && depth < DEEPEST)
      sent(`${place}[]`, before.items, after.items, depth + 1);
  };

  /** Read by clients: what was there must still be, of the same type. */
  const read = (place: string, from: Schema, to: Schema, depth = 0): void => {
    const [before, after] = [solve(released, from), solve(present, to)];
    const types = typesOf(released, before);
    for (const type of typesOf(present, after)) {
      if (!accepts(types, type)) found.push(`${place}: may be ${type} now`);
    }
    for (const [name, inner] of Object.entries(before.properties ?? {})) {
      const now = after.properties?.[name];
      if (!now) found.push(`${place}.${name}: is gone`);
      else {
        if (before.required?.includes(name) && !after.required?.includes(name))
          found.push(`${place}.${name}: may be missing now`);
        if (depth < DEEPEST) read(`${place}.${name}`, inner, now, depth + 1);
      }
    }
    if (before.items && depth < DEEPEST) {
      if (after.items) read(`${place}[]`, before.items, after.items, depth + 1);
    }
    const variants = before.anyOf ?? before.oneOf ?? [];
    const nowVariants = after.anyOf ?? after.oneOf ?? [];
    for (const [at, variant] of variants.entries())
      if (nowVariants[at] && depth < DEEPEST) read(`${place}|${at}`, variant, nowVariants[at], depth + 1);
  };

  for (const [path, methods] of Object.entries(released.paths ?? {})) {
    for (const [method, before] of Object.entries(methods)) {
      const place = `${method.toUpperCase()} ${path}`;
      const after = present.paths?.[path]?.[method];
      if (!after) {
        found.push(`${place}: is gone`);
        continue;
      }
      const parameterOf = ({ parameters = [] }: Operation, { name, in: where }: Parameter) =>
        parameters.find((parameter) => parameter.name === name && parameter.in === where);
      for (const parameter of before.parameters ?? []) {
        const now = parameterOf(after, parameter);
        if (!now) found.push(`${place} ?${parameter.name}: is gone`);
        else sent(`${place} ?${parameter.name}`, parameter.schema ?? {}, now.schema ?? {});
      }
      for (const parameter of after.parameters ?? [])
        if (parameter.required && !parameterOf(before, parameter)?.required)
          found.push(`${place} ?${parameter.name}: must be sent now`);
      const bodyBefore = before.requestBody?.content?.['application/json']?.schema;
      const bodyAfter = after.requestBody?.content?.['application/json']?.schema;
      if (bodyBefore && bodyAfter) sent(`${place} body`, bodyBefore, bodyAfter);
      for (const [status, response] of Object.entries(before.responses ?? {})) {
        if (!status.startsWith('2')) continue;
        for (const [type, { schema = {} }] of Object.entries(response.content ?? {})) {
          const now = after.responses?.[status]?.content?.[type];
          if (!now) found.push(`${place} ${status} ${type}: is gone`);
          else read(`${place} ${status}`, schema, now.schema ?? {});
        }
      }
    }
  }
  return found;
}

const TEXT_ONLY = new Set(['description', 'summary', 'example', 'examples', 'title', 'tags', 'headers']);

/** The description without what no client relies on, for comparing later ones with. */
export function shapeOf(value: unknown, isNames = false): unknown {
  if (Array.isArray(value)) return value.map((item) => shapeOf(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => isNames || (!TEXT_ONLY.has(key) && !key.startsWith('x-')))
      .map(([key, inner]) => [key, shapeOf(inner, key === 'properties' || key === 'schemas')]),
  );
}
