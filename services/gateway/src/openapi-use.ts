/** What the description says of every operation alike: limits, keys, caches, headers. */
import { exampleAnswers } from './example-answers';

interface MediaType {
  example?: unknown;
}

interface Response {
  description?: string;
  headers?: Record<string, unknown>;
  content?: Record<string, MediaType>;
}

interface Operation {
  operationId?: string;
  responses?: Record<string, Response>;
  security?: unknown;
  [extension: `x-${string}`]: unknown;
}

interface Document {
  paths?: Record<string, Record<string, Operation>>;
  components?: Record<string, unknown>;
}

const header = (description: string, type: 'string' | 'integer' = 'string') => ({
  description,
  schema: { type },
});

const headers = {
  RateLimit: header(
    'How the caller stands: r requests are left, more are free in t seconds. Not on answers from a cache.',
  ),
  'RateLimit-Policy': header(
    'The limit that counts: q requests in a window of w seconds, by address or by key.',
  ),
  'Retry-After': header('Seconds to wait before the next request.', 'integer'),
  ETag: header(
    'Changes with the releases that the answer is made from; If-None-Match with it is answered by 304.',
  ),
  'Cache-Control': header('How long the answer may be kept.'),
  Link: header('Licences of the figures (rel="license"), and the next page where there is one (rel="next").'),
  'X-Trace-Id': header('Names this request in reports of faults.'),
};

type HeaderName = keyof typeof headers;

const references = (names: readonly HeaderName[]) =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

const COUNTED: readonly HeaderName[] = ['RateLimit', 'RateLimit-Policy', 'X-Trace-Id'];

const LIMIT =
  'Counts as one request: 3,000 a minute from one address, 30,000 with a key, unless the operator set others.';
const CACHE =
  'Kept by browsers for 60 s and by shared caches for 2 s, then asked for again with its ETag. A new release is served 6 s after its publication.';

const reference = (name: string) => ({ schema: { $ref: `#/components/schemas/${name}` } });

function refusals(isV1: boolean): Record<string, Response> {
  if (isV1) {
    const description = 'Too many requests, as the original said it, or a service cannot be reached.';
    return {
      '503': {
        description,
        headers: references([...COUNTED, 'Retry-After']),
        content: { 'application/json': reference('V1Error') as MediaType },
      },
    };
  }
  const content = { 'application/problem+json': reference('Problem') as MediaType };
  return {
    '401': { description: 'The key is unknown or was revoked. None is needed.', content },
    '429': {
      description: 'Too many requests; the next is free after Retry-After.',
      headers: references([...COUNTED, 'Retry-After']),
      content,
    },
  };
}

/** Whether the example is that no bundled source has the figure. */
function isProblem(value: unknown): boolean {
  const type = (value as { type?: unknown } | undefined)?.type;
  return typeof type === 'string' && type.startsWith('/problems/');
}

/** Completes the document in place: it is the one that was made for this. */
export function describeUse<T extends object>(made: T): T {
  const document = made as Document;
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(item)) {
      const { responses = {}, operationId = '' } = operation;
      const reads = method === 'get';
      for (const [status, response] of Object.entries(responses)) {
        if (!/^[2345]/.test(status)) continue;
        const own: HeaderName[] = status.startsWith('2')
          ? ['Cache-Control', 'Link', ...(reads ? (['ETag'] as const) : [])]
          : status === '503'
            ? ['Retry-After']
            : [];
        response.headers = { ...references([...COUNTED, ...own]), ...response.headers };
      }
      for (const [status, response] of Object.entries(refusals(path.startsWith('/api/v1/')))) {
        responses[status] ??= response;
      }
      const example = exampleAnswers[operationId];
      const value: unknown = example === undefined ? undefined : JSON.parse(example);
      const status = isProblem(value) ? '404' : '200';
      const [media] = Object.values(responses[status]?.content ?? {});
      if (value !== undefined && media) media.example = value;
      operation['x-rate-limit'] = LIMIT;
      operation['x-cache'] = reads ? CACHE : 'Never kept by caches.';
    }
  }
  document.components = {
    ...document.components,
    headers,
    securitySchemes: {
      key: { type: 'apiKey', in: 'header', name: 'X-Api-Key', description: 'Optional: raises the limit.' },
      bearer: { type: 'http', scheme: 'bearer', description: 'The same key in another place.' },
    },
  };
  return made;
}
