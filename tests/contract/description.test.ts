import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openApiDocument } from '@lmi/gateway';
import { breakingChanges, shapeOf, type Description } from './breaking';

const file = path.resolve(__dirname, '../../docs/api/released.json');
const present = JSON.parse(JSON.stringify(openApiDocument())) as Description;

test('nothing that clients of the last released description rely on is gone or another', () => {
  // A release of a new version of the API: LMI_RELEASE_DESCRIPTION=1 writes the description that later ones must keep.
  if (process.env.LMI_RELEASE_DESCRIPTION === '1') writeFileSync(file, JSON.stringify(shapeOf(present)));
  expect(existsSync(file)).toBe(true);
  const released = JSON.parse(readFileSync(file, 'utf8')) as Description;
  expect(Object.keys(released.paths ?? {}).length).toBeGreaterThan(70);
  expect(breakingChanges(released, present)).toEqual([]);
});

describe('a change is found that', () => {
  const base: Description = {
    paths: {
      '/pay': {
        get: {
          parameters: [
            { name: 'soc', in: 'query', required: true, schema: { type: 'string' } },
            { name: 'sex', in: 'query', schema: { type: 'string', enum: ['all', 'male', 'female'] } },
            { name: 'year', in: 'query', schema: { type: 'integer', minimum: 1990, maximum: 2100 } },
          ],
          responses: {
            '200': {
              content: {
                'application/json': { schema: { $ref: '#/components/schemas/Reply' } },
                'text/csv': { schema: { type: 'string' } },
              },
            },
          },
        },
        post: {
          requestBody: {
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  required: ['soc'],
                  properties: { soc: { type: 'string' }, sex: { type: 'string' } },
                },
              },
            },
          },
          responses: {
            '200': { content: { 'application/json': { schema: { $ref: '#/components/schemas/Reply' } } } },
          },
        },
      },
    },
    components: {
      schemas: {
        Reply: {
          type: 'object',
          required: ['cells'],
          properties: {
            cells: {
              type: 'array',
              items: {
                type: 'object',
                required: ['value', 'unit'],
                properties: {
                  value: { anyOf: [{ type: 'number' }, { type: 'null' }] },
                  unit: { type: 'string' },
                },
              },
            },
          },
        },
      },
    },
  };

  // Each is a mistake that the comparison must not let through: [what, where in the description, the new value].
  const mistakes: readonly [string, string, unknown, RegExp][] = [
    ['removes a path', 'paths./pay', undefined, /GET \/pay: is gone/],
    ['removes a method', 'paths./pay.post', undefined, /POST \/pay: is gone/],
    ['removes a parameter', 'paths./pay.get.parameters.1', { name: 'other', in: 'query' }, /\?sex: is gone/],
    ['makes a parameter required', 'paths./pay.get.parameters.1.required', true, /\?sex: must be sent now/],
    [
      'removes a value',
      'paths./pay.get.parameters.1.schema.enum',
      ['all', 'male'],
      /the value female is gone/,
    ],
    ['limits values', 'paths./pay.get.parameters.0.schema.enum', ['2136'], /only some values/],
    [
      'narrows the type of a parameter',
      'paths./pay.get.parameters.0.schema.type',
      'integer',
      /string is not accepted/,
    ],
    ['raises a minimum', 'paths./pay.get.parameters.2.schema.minimum', 2000, /the minimum rose/],
    ['lowers a maximum', 'paths./pay.get.parameters.2.schema.maximum', 2020, /the maximum fell/],
    ['asks for a pattern', 'paths./pay.get.parameters.0.schema.pattern', '^\\d{4}$', /another pattern/],
    [
      'asks for more in a body',
      'paths./pay.post.requestBody.content.application/json.schema.required',
      ['soc', 'sex'],
      /body\.sex: must be sent now/,
    ],
    [
      'removes a field of a body',
      'paths./pay.post.requestBody.content.application/json.schema.properties.sex',
      undefined,
      /body\.sex: is gone/,
    ],
    ['removes a format', 'paths./pay.get.responses.200.content.text/csv', undefined, /text\/csv: is gone/],
    [
      'removes a field of an answer',
      'components.schemas.Reply.properties.cells.items.properties.unit',
      undefined,
      /unit: is gone/,
    ],
    [
      'makes a field optional',
      'components.schemas.Reply.properties.cells.items.required',
      ['value'],
      /unit: may be missing now/,
    ],
    [
      'changes a type',
      'components.schemas.Reply.properties.cells.items.properties.unit.type',
      'number',
      /unit: may be number now/,
    ],
    [
      'adds null',
      'components.schemas.Reply.properties.cells.items.properties.unit',
      { anyOf: [{ type: 'string' }, { type: 'null' }] },
      /unit: may be null now/,
    ],
  ];

  const changed = (place: string, value: unknown): Description => {
    const copy = structuredClone(base);
    const keys = place.split('.');
    let at = copy as unknown as Record<string, unknown>;
    for (const key of keys.slice(0, -1)) at = at[key] as Record<string, unknown>;
    if (value === undefined) Reflect.deleteProperty(at, keys.at(-1)!);
    else at[keys.at(-1)!] = value;
    return copy;
  };

  test.each(mistakes)('%s', (_, place, value, message) => {
    const found = breakingChanges(base, changed(place, value));
    expect(found.join('\n')).toMatch(message);
  });

  test('while what is new, or accepted beside what was, breaks nobody', () => {
    expect(breakingChanges(base, base)).toEqual([]);
    expect(breakingChanges(base, changed('paths./new', { get: {} }))).toEqual([]);
    expect(
      breakingChanges(base, changed('paths./pay.get.parameters.3', { name: 'area', in: 'query' })),
    ).toEqual([]);
    expect(
      breakingChanges(base, changed('components.schemas.Reply.properties.total', { type: 'integer' })),
    ).toEqual([]);
    expect(
      breakingChanges(
        base,
        changed('paths./pay.get.parameters.1.schema.enum', ['all', 'male', 'female', 'other']),
      ),
    ).toEqual([]);
  });
});
