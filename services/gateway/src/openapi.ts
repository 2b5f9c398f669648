import { z } from 'zod';
import { createDocument, type ZodOpenApiPathsObject, type ZodOpenApiResponsesObject } from 'zod-openapi';
import { downloadPaths } from './http/downloads';
import { mediaTypes } from './http/format';
import { methodOf, type Route } from './http/route';
import { describeUse } from './openapi-use';
import { routes } from './routes';
import { errorReply } from './v1/common';
import { withPins } from './v2/define';
import { problemReply } from './v2/schemas';

function errorsOf({ family, document }: Route): ZodOpenApiResponsesObject {
  if (family === 'v1') {
    return {
      '4XX': {
        description: 'The request cannot be read, or there is no such thing. With a callback: status 200.',
        content: { 'application/json': { schema: errorReply } },
      },
    };
  }
  const content = { 'application/problem+json': { schema: problemReply } };
  return {
    '400': { description: 'A parameter cannot be read; the problem names it.', content },
    ...(document.body && {
      '413': { description: 'The body is too long.', content },
      '415': { description: 'The body is not JSON.', content },
    }),
    ...(!document.body && { '406': { description: 'The answer is not written in the format.', content } }),
    '404': { description: 'There is no such thing, or no source supports the figure.', content },
    '503': { description: 'A service cannot be reached; try again after Retry-After.', content },
    '504': { description: 'The answer took too long.', content },
  };
}

/** Every GET of v2 is written in them as well. */
function otherFormats(route: Route): Record<string, { schema: z.ZodType }> {
  if (route.family === 'v1' || methodOf(route) === 'POST') return {};
  return { [mediaTypes.csv]: { schema: csvText }, [mediaTypes.jsonstat]: { schema: jsonStat } };
}

const csvText = z
  .string()
  .meta({ id: 'Csv', description: 'A row for each figure, or the flat list of an answer without figures.' });

const jsonStat = z
  .looseObject({ version: z.literal('2.0'), class: z.enum(['dataset', 'collection']) })
  .meta({ id: 'JsonStat', description: 'The figures as JSON-stat 2.0; 406 for an answer without figures.' });

const datasetParameter = z.object({
  id: z.string().meta({ description: 'Dataset id; /api/v2/datasets lists them.', example: 'ashe' }),
});

function downloadDocuments(): ZodOpenApiPathsObject {
  const content = { 'application/problem+json': { schema: problemReply } };
  const missing = { description: 'There is no such dataset, or the rows of the release are gone.', content };
  const away = { description: 'A service cannot be reached; try again after Retry-After.', content };
  const atom = {
    description: 'Atom, newest first.',
    content: { 'application/atom+xml': { schema: z.string() } },
  };
  const table = z.string().optional().meta({ description: 'Name of the table; the first without it.' });
  return {
    [downloadPaths.table]: {
      get: {
        operationId: 'downloadTable',
        tags: ['v2'],
        summary: 'A whole table of a dataset',
        description:
          'Every row of the release, in the order of its key. Repr-Digest has the SHA-256 of the whole, which is the ETag too; Range with If-Range goes on where a download broke off.',
        requestParams: { path: datasetParameter, query: withPins(z.object({ table })) },
        responses: {
          '200': { description: 'The whole table.', content: { 'text/csv': { schema: csvText } } },
          '206': { description: 'The range asked for.', content: { 'text/csv': { schema: csvText } } },
          '400': { description: 'A parameter cannot be read; the problem names it.', content },
          '404': missing,
          '416': { description: 'The range is not within the table; Content-Range has its length.' },
          '503': away,
        },
        'x-example-calls': ['/api/v2/datasets/ashe/download.csv'],
      },
    },
    [downloadPaths.feed]: {
      get: {
        operationId: 'followDatasets',
        tags: ['v2'],
        summary: 'Feed of the releases of all datasets',
        description: 'Each entry leads to what changed.',
        responses: { '200': atom, '503': away },
        'x-example-calls': [downloadPaths.feed],
      },
    },
    [downloadPaths.datasetFeed]: {
      get: {
        operationId: 'followDataset',
        tags: ['v2'],
        summary: 'Feed of the releases of one dataset',
        description: 'Each entry leads to what changed.',
        requestParams: { path: datasetParameter },
        responses: { '200': atom, '404': missing, '503': away },
        'x-example-calls': ['/api/v2/datasets/ashe/releases.atom'],
      },
    },
  };
}

/** The OpenAPI 3.1 description of both versions, made from the routes themselves. */
export function openApiDocument(): ReturnType<typeof createDocument> {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) {
    const { operationId, tag, summary, description, params, query, reply, examples } = route.document;
    const { body, bodies = [] } = route.document;
    paths[route.path] = {
      ...paths[route.path],
      [methodOf(route) === 'POST' ? 'post' : 'get']: {
        operationId,
        tags: [tag],
        summary,
        description,
        ...(route.document.deprecated && { deprecated: true }),
        requestParams: { path: params, query: route.family === 'v2' && !body ? withPins(query) : query },
        ...(body && {
          requestBody: {
            required: true,
            content: {
              'application/json': {
                schema: body,
                examples: Object.fromEntries(bodies.map((value, at) => [`example-${at + 1}`, { value }])),
              },
            },
          },
        }),
        responses: {
          '200': {
            description: 'The answer.',
            content: { 'application/json': { schema: reply }, ...otherFormats(route) },
          },
          ...errorsOf(route),
        },
        'x-example-calls': [...examples],
      },
    };
  }
  Object.assign(paths, downloadDocuments());
  paths['/api/v2/openapi.json'] = {
    get: {
      operationId: 'getOpenApi',
      tags: ['v2'],
      summary: 'This description',
      description: 'Both versions of the API in OpenAPI 3.1, made from the program that answers.',
      responses: {
        '200': {
          description: 'OpenAPI 3.1.',
          content: { 'application/json': { schema: z.looseObject({ openapi: z.string() }) } },
        },
      },
      'x-example-calls': ['/api/v2/openapi.json'],
    },
  };
  const document = createDocument({
    openapi: '3.1.0',
    info: {
      title: 'LMI for All',
      version: '2.0.0',
      description:
        'Labour-market information of the United Kingdom: pay, hours, employment, projections and occupations. No key is needed. v1 is the contract of the original service; v2 gives each figure with its marks and source.',
      license: { name: 'MIT (the program); figures carry the licence of their source', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: [
      { name: 'v2', description: 'Figures with unit, period, marks and source. SOC 2020 or SOC 2010.' },
      {
        name: 'v1',
        description:
          'The original contract, for its clients. SOC 2010 codes. Unknown parameters are ignored; `callback` asks for JSONP.',
      },
    ],
    paths,
    security: [{}, { key: [] }, { bearer: [] }],
  });
  return describeUse(document);
}
