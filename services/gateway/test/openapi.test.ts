import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import type { Router } from 'express';
import { createLog } from '@lmi/kit';
import { createGateway, openApiDocument } from '../src';
import { methodOf } from '../src/http/route';
import { routes } from '../src/routes';
import { createFakeServices } from '../testing/fake-services';
import { runGateway, type RunningGateway } from '../testing/running-gateway';

const committed = join(__dirname, '../../../docs/api/openapi.json');

/** Answers of the original and its pages that are not part of the described API. */
const undescribed = ['/mcp', '/livez', '/readyz', '/{*path}'];

test('the description is the router', () => {
  const { calls } = createFakeServices();
  const app = createGateway({ calls, log: createLog('silent'), cacheMb: 0, releasePollMs: 1e6 });
  const { stack } = app.router as unknown as Router;
  const routed = new Set(stack.flatMap((layer) => (layer.route ? [layer.route.path] : [])));
  for (const path of undescribed) expect(routed.delete(path)).toBe(true);
  const described = Object.keys(openApiDocument().paths ?? {}).map((path) =>
    path.replace(/\{(\w+)\}/g, ':$1'),
  );
  expect(described.sort()).toEqual([...routed].sort());
});

test('the committed description is the present one; write it again with `npm run lmi -- openapi`', () => {
  const text = readFileSync(committed, 'utf8');
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
});

test('operation ids are unique and every route has an example', () => {
  const ids = routes.map((route) => route.document.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const route of routes) {
    expect(route.document.examples.length).toBeGreaterThan(0);
    if (methodOf(route) === 'POST') expect(route.document.bodies?.length).toBeGreaterThan(0);
  }
});

describe('examples', () => {
  let gateway: RunningGateway;
  beforeAll(async () => {
    gateway = await runGateway();
  });
  afterAll(() => gateway.close());

  const calls = routes.flatMap((route) => {
    const { examples, bodies = [undefined] } = route.document;
    return examples.flatMap((path) => bodies.map((sent) => [methodOf(route), path, route, sent] as const));
  });
  test.each(calls)('%s %s answers as described', async (method, path, route, sent) => {
    const { status, body } = method === 'GET' ? await gateway.json(path) : await gateway.post(path, sent);
    expect(status).toBe(200);
    const read = route.document.reply.parse(body);
    // Nothing in the answer that the description leaves out.
    expect(read).toEqual(body);
  });

  test('the served description is the same document', async () => {
    expect((await gateway.json('/api/v2/openapi.json')).body).toEqual(
      JSON.parse(JSON.stringify(openApiDocument())),
    );
  });
});

interface Described {
  readonly description?: string;
  readonly 'x-rate-limit'?: string;
  readonly 'x-cache'?: string;
  readonly responses: Readonly<
    Record<string, { headers?: object; content?: Record<string, { schema?: object; example?: unknown }> }>
  >;
}

describe('the description of every operation', () => {
  const { paths = {} } = JSON.parse(JSON.stringify(openApiDocument())) as {
    paths?: Record<string, Record<string, Described & { operationId: string }>>;
  };
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => [`${method} ${path}`, operation] as const),
  );

  // A new operation gets its example by `npm run examples -- <address of a program with the bundled data>`.
  test.each(operations)('has text, example answer, errors, limits and cache rule: %s', (name, operation) => {
    expect(operation.description!.length).toBeGreaterThan(10);
    expect(operation['x-rate-limit']).toMatch(/3,000 a minute/);
    expect(operation['x-cache']).toMatch(/./);
    const { responses } = operation;
    expect(responses).toHaveProperty(name.includes('/api/v1/') ? '503' : '429');
    expect(responses['200']!.headers).toHaveProperty('RateLimit');
    expect(responses['200']!.headers).toHaveProperty('Cache-Control');
    const examples = ['200', '404'].flatMap((status) => Object.values(responses[status]?.content ?? {}));
    expect(examples.some(({ example }) => example !== undefined)).toBe(true);
    const route = routes.find(({ document }) => document.operationId === operation.operationId);
    const [{ example }] = Object.values(responses['200']!.content!) as [{ example?: unknown }];
    if (route && example !== undefined) expect(route.document.reply.parse(example)).toEqual(example);
  });

  test('has no finding of the linter', async () => {
    const config = await createConfig({ extends: ['recommended-strict'] });
    const source = JSON.stringify(openApiDocument());
    const problems = await lintFromString({ source, config, absoluteRef: 'openapi.json' });
    expect(problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual(
      [],
    );
  });
});
