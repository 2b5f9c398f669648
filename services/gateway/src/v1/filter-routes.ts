import { notFound } from '@lmi/kit';
import { z } from 'zod';
import type { Route } from '../http/route';
import type { Filter } from './codes';
import { callbackParameter, defineV1Route, errorReply } from './common';

/** @throws LmiError not-found naming the valid ones. */
export function findFilter<F extends Filter>(filters: readonly F[], name: string): F {
  const filter = filters.find((entry) => entry.name === name);
  if (filter) return filter;
  const names = filters.map((entry) => entry.name);
  throw notFound(`There is no filter ${name}; valid are ${names.join(', ')}.`, 'name');
}

interface FilterRoutes {
  /** "wf", as in the address. */
  readonly family: string;
  /** What its filters are called in the description, and of what they are. */
  readonly what: string;
  readonly of: string;
  readonly names: readonly [string, ...string[]];
  readonly filters: readonly Filter[];
  /** The name of one filter in the example. */
  readonly example: string;
}

/** The three addresses at which a family of the original tells the codes of its filters. */
export function filterRoutes({ family, what, of, names, filters, example }: FilterRoutes): Route[] {
  const base = `/api/v1/${family}/filters`;
  const id = `V1${family[0]!.toUpperCase()}${family.slice(1)}Filter`;
  const operationId = `v${id.slice(1)}`;
  const info = z
    .object({
      name: z.string(),
      description: z.string(),
      coding: z.array(z.object({ code: z.number().int(), description: z.string() })),
    })
    .meta({ id });
  const infoOf = ({ name, description, codes }: Filter): z.infer<typeof info> => ({
    name,
    description,
    coding: codes.map((code) => ({ code: code.code, description: code.name })),
  });
  return [
    defineV1Route({
      path: base,
      operationId: `${operationId}s`,
      summary: `Names of the ${what}s of ${of}`,
      description: `Codes of each: ${family}/filters/info/{name}.`,
      query: z.object(callbackParameter),
      reply: z.array(z.string()),
      examples: [base],
      read: () => 'names',
      run: () => ({ body: filters.map(({ name }) => name), releases: [] }),
    }),
    defineV1Route({
      path: `${base}/all`,
      operationId: `${operationId}sAll`,
      summary: `The ${what}s of ${of} with their codes`,
      description: 'In code order.',
      query: z.object(callbackParameter),
      reply: z.array(info),
      examples: [`${base}/all`],
      read: () => 'all',
      run: () => ({ body: filters.map(infoOf), releases: [] }),
    }),
    defineV1Route({
      path: `${base}/info/{name}`,
      operationId: `${operationId}Info`,
      summary: `One ${what} of ${of} with its codes`,
      description: 'In code order.',
      params: z.object({ name: z.enum(names) }),
      query: z.object(callbackParameter),
      reply: z.union([info, errorReply]),
      examples: [`${base}/info/${example}`],
      read: ({ params }) => findFilter(filters, params.name!).name,
      run: (name) => ({ body: infoOf(findFilter(filters, name)), releases: [] }),
    }),
  ];
}
