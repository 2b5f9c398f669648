import fc from 'fast-check';
import { z } from 'zod';
import { methodOf } from '../src/http/route';
import { routes } from '../src/routes';
import { errorReply } from '../src/v1/common';
import { problemReply } from '../src/v2/schemas';
import { runGateway, type RunningGateway } from '../testing/running-gateway';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await runGateway();
});
afterAll(() => gateway.close());

const names = [...new Set(routes.flatMap((route) => Object.keys(route.document.query.shape)))];
const text = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom(
    '2136',
    '2134',
    '21',
    'true',
    'all',
    'region:11|gender:2',
    'age:',
    ':',
    '%',
    '%E0',
    '60+',
    'f',
  ),
  fc.integer().map(String),
);
const query = fc
  .array(fc.tuple(fc.oneof(fc.constantFrom(...names, 'filters', '__proto__', ''), text), text), {
    maxLength: 6,
  })
  .map((pairs) =>
    pairs
      .map(
        ([name, value]) =>
          `${encodeURIComponent(name.replace(/\p{Surrogate}/gu, ''))}=${encodeURIComponent(value.replace(/\p{Surrogate}/gu, ''))}`,
      )
      .join('&'),
  );
// Bytes that a client may put into an address without encoding them.
const rawQuery = fc.string({ unit: fc.constantFrom(...'&=%?;,|:+soc2136filters{}[]"\'<>()'), maxLength: 30 });

const reading = routes.filter((route) => methodOf(route) === 'GET');
const asking = routes.filter((route) => methodOf(route) === 'POST');

test.each(reading.map((route) => [route.path, route.family] as const))(
  '%s answers any parameters with JSON and never fails',
  async (path, family) => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(query, rawQuery), text, async (parameters, value) => {
        const place = path.replace(
          /\{\w+\}/g,
          encodeURIComponent(value.replace(/\p{Surrogate}/gu, '')) || 'x',
        );
        const response = await gateway.get(`${place}?${parameters}`);
        const body = await response.text();
        expect(response.status).toBeLessThan(500);
        if (response.headers.get('content-type')!.startsWith('application/javascript')) return;
        const parsed = JSON.parse(body) as { error?: string; type?: string };
        if (response.status >= 400) {
          expect(typeof (family === 'v1' ? parsed.error : (parsed.type ?? parsed.error))).toBe('string');
        }
      }),
      { numRuns: 60, seed: 20260101 },
    );
  },
);

test.each(asking.map(({ path }) => [path]))('%s answers any body with JSON and never fails', async (path) => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.json({ maxDepth: 3 }), text), async (body) => {
      const response = await gateway.get(path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body,
      });
      const parsed = JSON.parse(await response.text()) as { type?: string };
      expect(response.status).toBeLessThan(500);
      if (response.status >= 400) expect(typeof parsed.type).toBe('string');
    }),
    { numRuns: 60, seed: 20260101 },
  );
});

/** The parts of a JSON schema that our requests are made of. */
interface RequestSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly RequestSchema[];
  readonly properties?: Readonly<Record<string, RequestSchema>>;
  readonly required?: readonly string[];
  readonly items?: RequestSchema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly example?: unknown;
}

const codes = fc.constantFrom(
  '2134',
  '2136',
  '5315',
  '21',
  'all',
  'K02000001',
  'E12000007',
  '2024',
  'ashe',
  '/api/v2/pay?occupation=2134',
);

/** Values as a schema wants them, at its edges, and now and then something else. */
function valuesOf(schema: RequestSchema, depth = 0): fc.Arbitrary<unknown> {
  const proper = (): fc.Arbitrary<unknown> => {
    if (schema.enum) return fc.constantFrom(...schema.enum);
    if (schema.const !== undefined) return fc.constant(schema.const);
    if (schema.anyOf) return fc.oneof(...schema.anyOf.map((each) => valuesOf(each, depth + 1)));
    switch ([schema.type].flat()[0]) {
      case 'integer':
      case 'number':
        return fc.integer({
          min: Math.ceil(Math.max(schema.minimum ?? -5, -1e6)),
          max: Math.floor(Math.min(schema.maximum ?? 3_000, 1e6)),
        });
      case 'boolean':
        return fc.boolean();
      case 'array':
        return fc.array(valuesOf(schema.items ?? {}, depth + 1), {
          maxLength: Math.min(schema.maxItems ?? 4, 4),
        });
      case 'object': {
        const members = Object.entries(schema.properties ?? {}).map(
          ([name, inner]) => [name, valuesOf(inner, depth + 1)] as const,
        );
        return fc.record(Object.fromEntries(members), { requiredKeys: [...(schema.required ?? [])] });
      }
      default: {
        const texts = [codes, text, ...(schema.example === undefined ? [] : [fc.constant(schema.example)])];
        return fc.oneof(
          ...(schema.pattern ? [...texts, fc.stringMatching(new RegExp(schema.pattern))] : texts),
        );
      }
    }
  };
  const wrong = fc.oneof(text, fc.constantFrom(null, -1, 1e9, '', [], {}));
  return depth > 6 ? wrong : fc.oneof({ weight: 9, arbitrary: proper() }, { weight: 1, arbitrary: wrong });
}

const schemaOf = (schema: z.ZodType) =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' }) as RequestSchema;

const sane = (value: unknown) =>
  encodeURIComponent(
    (typeof value === 'object' ? JSON.stringify(value) : String(value)).replace(/\p{Surrogate}/gu, ''),
  );

/** What an answer must be, whatever was asked: of its schema, or a problem of its family's. */
async function expectAsDescribed(route: (typeof routes)[number], response: Response): Promise<void> {
  const body = await response.text();
  expect(response.status).toBeLessThan(500);
  if (!/json/.test(response.headers.get('content-type')!)) return;
  const parsed = JSON.parse(body) as object;
  const { error, data } =
    response.status === 200
      ? z.union([route.document.reply, errorReply]).safeParse(parsed)
      : z.union([problemReply, errorReply]).safeParse(parsed);
  expect(error?.issues).toBeUndefined();
  if (response.status === 200) expect(parsed).toEqual(data);
}

/** Requests of each operation in a run; with those above and the POST bodies some 12,000 in all. */
const GENERATED = 60;

test.each(routes.map((route) => [methodOf(route), route.path, route] as const))(
  '%s %s answers as described to what its description allows, and a little more',
  async (method, path, route) => {
    const { params, query: parameters, body } = route.document;
    const asked = fc.record({
      inPath: valuesOf({ ...schemaOf(params), required: Object.keys(params.shape) }),
      inQuery: valuesOf(schemaOf(parameters)),
      body: body ? valuesOf(schemaOf(body)) : fc.constant(undefined),
    });
    await fc.assert(
      fc.asyncProperty(asked, async (parts) => {
        const values = (parts.inPath ?? {}) as Record<string, unknown>;
        const place = path.replace(/\{(\w+)\}/g, (_, name: string) => sane(values[name] ?? 'x') || 'x');
        const pairs = typeof parts.inQuery === 'object' ? Object.entries(parts.inQuery ?? {}) : [];
        const url = `${place}?${pairs.map(([name, value]) => `${name}=${sane(value)}`).join('&')}`;
        const response = await gateway.get(url, {
          method,
          ...(body && {
            body: JSON.stringify(parts.body ?? null),
            headers: { 'Content-Type': 'application/json' },
          }),
        });
        await expectAsDescribed(route, response);
      }),
      { numRuns: GENERATED, seed: 20260102 },
    );
  },
);
