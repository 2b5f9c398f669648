import { Agent, request } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { z } from 'zod';
import { methodOf } from '../src/http/route';
import { routes } from '../src/routes';
import { errorReply } from '../src/v1/common';
import { problemReply } from '../src/v2/schemas';
import { runGateway, type RunningGateway } from '../testing/running-gateway';

/** Requests of each operation in either way; over all operations more than 20,000 in a run. */
const RUNS = 110;

let gateway: RunningGateway;
const agent = new Agent({ keepAlive: true });
beforeAll(async () => {
  gateway = await runGateway();
});
afterAll(async () => {
  agent.destroy();
  await gateway.close();
});

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/** As fetch does it, in half the time. */
const ask = (path: string, method = 'GET', body?: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { pathname, search } = new URL(path, gateway.base);
    const headers = body === undefined ? {} : { 'Content-Type': 'application/json' };
    request({ port: gateway.port, agent, method, path: pathname + search, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode!,
          type: response.headers['content-type']!,
          text: Buffer.concat(chunks).toString(),
        }),
      );
    })
      .on('error', reject)
      .end(body);
  });

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
        const answer = await ask(`${place}?${parameters}`);
        expect(answer.status).toBeLessThan(500);
        if (answer.type.startsWith('application/javascript')) return;
        const parsed = JSON.parse(answer.text) as { error?: string; type?: string };
        if (answer.status >= 400) {
          expect(typeof (family === 'v1' ? parsed.error : (parsed.type ?? parsed.error))).toBe('string');
        }
      }),
      { numRuns: RUNS, seed: 20260101 },
    );
  },
);

test.each(asking.map(({ path }) => [path]))('%s answers any body with JSON and never fails', async (path) => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(fc.json({ maxDepth: 3 }), text), async (body) => {
      const answer = await ask(path, 'POST', body);
      const parsed = JSON.parse(answer.text) as { type?: string };
      expect(answer.status).toBeLessThan(500);
      if (answer.status >= 400) expect(typeof parsed.type).toBe('string');
    }),
    { numRuns: RUNS, seed: 20260101 },
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
function expectAsDescribed(reply: z.ZodType, { status, type, text: body }: Answer): void {
  expect(status).toBeLessThan(500);
  if (!/json/.test(type)) return;
  const parsed = JSON.parse(body) as object;
  const { error, data } = (status === 200 ? reply : trouble).safeParse(parsed);
  expect(error?.issues).toBeUndefined();
  if (status === 200 && !isDeepStrictEqual(parsed, data)) expect(parsed).toEqual(data);
}
const trouble = z.union([problemReply, errorReply]);

test.each(routes.map((route) => [methodOf(route), route.path, route] as const))(
  '%s %s answers as described to what its description allows, and a little more',
  async (method, path, route) => {
    const { params, query: parameters, body } = route.document;
    const reply = z.union([route.document.reply, errorReply]);
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
        const answer = await ask(url, method, body ? JSON.stringify(parts.body ?? null) : undefined);
        expectAsDescribed(reply, answer);
      }),
      { numRuns: RUNS, seed: 20260102 },
    );
  },
);
