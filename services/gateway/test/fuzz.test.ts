import fc from 'fast-check';
import { methodOf } from '../src/http/route';
import { routes } from '../src/routes';
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
