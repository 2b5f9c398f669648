import { invalidArgument, LmiError } from '@lmi/kit';
import { z } from 'zod';
import type { Outcome, Route, RouteDocument, RouteRequest, Work } from '../http/route';
import type { Code } from './codes';

/** The last value that is not blank: clients add parameters again to a URL that already has them. */
export function readText(query: URLSearchParams, name: string): string | undefined {
  return query
    .getAll(name)
    .map((text) => text.trim())
    .findLast((text) => text !== '');
}

/** The number that a text begins with (`age=23coarse=false` means 23). */
export function readLeadingNumber(text: string | undefined): number | undefined {
  const digits = /^\d{1,9}/.exec(text ?? '')?.[0];
  return digits === undefined ? undefined : Number(digits);
}

/**
 * The occupation asked for: 1 to 4 digits.
 * @throws LmiError invalid-argument when it is missing or not a number.
 */
export function readSoc(query: URLSearchParams): string {
  const soc = readText(query, 'soc');
  if (soc === undefined) throw invalidArgument('soc', 'Please give a SOC code, for example soc=2136.');
  if (!/^[1-9]\d{0,3}$/.test(soc)) {
    throw invalidArgument('soc', 'Please give a SOC code of one to four digits, for example soc=2136.');
  }
  return soc;
}

/** A year of four digits; what cannot be read is left out, as the original did. */
export function readYear(query: URLSearchParams, name: string): number | undefined {
  const year = /^\d{4}(?!\d)/.exec(readText(query, name) ?? '')?.[0];
  return year === undefined ? undefined : Number(year);
}

export function readFlag(query: URLSearchParams, name: string): boolean {
  return /^(?:true|1|yes)/i.test(readText(query, name) ?? '');
}

/** `filters=region:11|gender:2`, also with `,` or `;` between, `=` for `:`, or repeated. Names in lower case. */
export function readFilters(query: URLSearchParams): ReadonlyMap<string, string> {
  const filters = new Map<string, string>();
  for (const part of query.getAll('filters').join('|').split(/[|,;]/)) {
    const at = part.search(/[:=]/);
    if (at < 0) continue;
    const value = part.slice(at + 1).trim();
    if (value !== '') filters.set(part.slice(0, at).trim().toLowerCase(), value);
  }
  return filters;
}

/** The code inside for the original's number. @throws LmiError invalid-argument naming the valid ones. */
export function readCode(filter: string, codes: readonly Code[], text: string): Code {
  const number = readLeadingNumber(text);
  const found = codes.find((code) => code.code === number);
  if (found) return found;
  const valid = codes.map((code) => String(code.code));
  throw invalidArgument(filter, `There is no ${filter} ${text}; valid are ${valid.join(', ')}.`, valid);
}

/** Whether an error means that there are no figures, as opposed to a failure to get them. */
export function isNoData(error: unknown): error is LmiError {
  return (
    error instanceof LmiError &&
    (error.code === 'not-found' || error.code === 'not-available' || error.code === 'invalid-argument')
  );
}

/** Versions of the releases behind some cells. */
export function releasesOf(cells: Iterable<{ readonly release: string } | undefined>): string[] {
  const versions = new Set<string>();
  for (const cell of cells) if (cell?.release) versions.add(cell.release);
  return [...versions];
}

interface V1Definition<T> extends Omit<RouteDocument, 'tag' | 'params'> {
  readonly path: string;
  readonly params?: z.ZodObject;
  /** Reads leniently what was asked; equal values must mean equal answers. @throws LmiError invalid-argument */
  read(request: RouteRequest): T;
  run(asked: T, work: Work): Promise<Outcome> | Outcome;
}

/** A route of the original API. Its zod schemas describe it; reading is lenient and does not use them. */
export function defineV1Route<T>({ path, read, run, params, ...document }: V1Definition<T>): Route {
  return {
    family: 'v1',
    path,
    document: { ...document, tag: 'v1', params: params ?? z.object({}) },
    prepare(request) {
      const asked = read(request);
      return { key: `${path} ${JSON.stringify(asked)}`, run: async (work) => run(asked, work) };
    },
  };
}

/** For the description: the parameter that every v1 route takes beside its own. */
export const callbackParameter = {
  callback: z.string().optional().meta({ description: 'JSONP: name of the function to call.' }),
};

export const socParameter = {
  soc: z
    .string()
    .meta({ description: 'SOC 2010 code, or one that exists only in SOC 2020.', example: '2136' }),
};

export const errorReply = z
  .object({ error: z.string() })
  .meta({ id: 'V1Error', description: 'There are no figures, or the request failed; the text says why.' });
