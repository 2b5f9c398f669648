/** The OpenAPI description, as far as the explorer shows it. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly description?: string;
  readonly example?: unknown;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly required?: readonly string[];
}

interface Content {
  readonly schema?: Schema;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

interface OperationObject {
  readonly operationId: string;
  readonly tags?: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly deprecated?: boolean;
  readonly parameters?: readonly {
    readonly in: string;
    readonly name: string;
    readonly required?: boolean;
    readonly description?: string;
    readonly schema?: Schema;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly content?: Readonly<Record<string, Content>> }>
  >;
  readonly 'x-example-calls'?: readonly string[];
}

export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly description: string;
  /** All that are valid, where they can be listed. */
  readonly values: readonly string[];
  readonly standard: string;
  readonly example: string;
  /** "whole number, 1 to 30". */
  readonly kind: string;
}

export interface Field {
  readonly name: string;
  readonly kind: string;
  readonly description: string;
  /** Depth below the answer, from 0. */
  readonly depth: number;
}

export interface Operation {
  readonly id: string;
  readonly method: 'get' | 'post';
  readonly path: string;
  readonly version: string;
  readonly topic: string;
  readonly summary: string;
  readonly description: string;
  readonly deprecated: boolean;
  readonly parameters: readonly Parameter[];
  readonly body: string | undefined;
  readonly examples: readonly string[];
  readonly formats: readonly string[];
  readonly responses: readonly { readonly status: string; readonly description: string }[];
  readonly fields: readonly Field[];
}

/** Fields of an answer are listed so deep: below, cells and cards repeat. */
const DEEPEST = 3;
const MOST_FIELDS = 120;

export function operationsOf(document: OpenApi): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    (['get', 'post'] as const).flatMap((method) => {
      const found = methods[method];
      return found ? [operation(document, path, method, found)] : [];
    }),
  );
}

function operation(
  document: OpenApi,
  path: string,
  method: 'get' | 'post',
  from: OperationObject,
): Operation {
  const success = from.responses['200'];
  const body = from.requestBody?.content['application/json'];
  const example = Object.values(body?.examples ?? {})[0]?.value;
  const [, , version = '', topic = ''] = path.split('/');
  return {
    id: from.operationId,
    method,
    path,
    version,
    // A file stands with what it is of.
    topic: topic.split('.')[0]!,
    summary: from.summary,
    description: from.description ?? '',
    deprecated: from.deprecated ?? false,
    parameters: (from.parameters ?? [])
      .filter(({ in: where }) => where === 'path' || where === 'query')
      .map((each) => parameter(document, each)),
    body: body ? JSON.stringify(example ?? {}, undefined, 2) : undefined,
    examples: from['x-example-calls'] ?? [],
    formats: Object.keys(success?.content ?? {}),
    responses: Object.entries(from.responses).map(([status, { description }]) => ({ status, description })),
    fields: fieldsOf(document, success?.content?.['application/json']?.schema),
  };
}

function resolved(document: OpenApi, schema: Schema): Schema {
  const name = schema.$ref?.split('/').at(-1);
  const found = name ? document.components?.schemas?.[name] : undefined;
  return found ? { ...found, ...(schema.description ? { description: schema.description } : {}) } : schema;
}

function parameter(document: OpenApi, from: NonNullable<OperationObject['parameters']>[number]): Parameter {
  const schema = resolved(document, from.schema ?? {});
  const values = (schema.enum ?? []).map(String);
  return {
    name: from.name,
    in: from.in,
    required: from.required ?? false,
    description: from.description ?? schema.description ?? '',
    values,
    standard: schema.default === undefined ? '' : String(schema.default),
    example: schema.example === undefined ? '' : String(schema.example),
    kind: kindOf(document, schema),
  };
}

/** JavaScript's own bounds of whole numbers say nothing. */
const meant = (bound: number | undefined) => bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER;

function kindOf(document: OpenApi, schema: Schema): string {
  if (schema.enum) return 'one of a list';
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) {
    const kinds = new Set(choices.map((each) => kindOf(document, resolved(document, each))));
    return [...kinds].join(' or ');
  }
  const types = ([] as string[]).concat(schema.type ?? []);
  if (types.length > 1) return types.map((type) => kindOf(document, { ...schema, type })).join(' or ');
  switch (types[0]) {
    case 'integer':
    case 'number': {
      const bounds = [
        meant(schema.minimum) && `from ${schema.minimum}`,
        meant(schema.maximum) && `to ${schema.maximum}`,
      ].filter(Boolean);
      return [types[0] === 'integer' ? 'whole number' : 'number', ...bounds].join(' ');
    }
    case 'array':
      return schema.items ? `list of ${kindOf(document, resolved(document, schema.items))}` : 'list';
    case 'object':
      return 'object';
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'null';
    default:
      return 'text';
  }
}

function fieldsOf(document: OpenApi, schema: Schema | undefined): Field[] {
  const fields: Field[] = [];
  const visit = (from: Schema, depth: number) => {
    const here = resolved(document, from);
    if (here.items) {
      visit(here.items, depth);
      return;
    }
    for (const choice of here.anyOf ?? here.oneOf ?? []) visit(choice, depth);
    for (const [name, property] of Object.entries(here.properties ?? {})) {
      if (fields.length >= MOST_FIELDS) return;
      const found = resolved(document, property);

      fields.push({
        name,
        kind: kindOf(document, found),
        description: found.description ?? found.items?.description ?? '',
        depth,
      });
      if (depth + 1 < DEEPEST) visit(found, depth + 1);
    }
  };
  if (schema) visit(schema, 0);
  return fields;
}
