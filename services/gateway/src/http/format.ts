import Negotiator from 'negotiator';
import { LRUCache } from 'lru-cache';

/** How the figures of v2 are written. */
export type Format = 'json' | 'csv' | 'jsonstat';

export const mediaTypes: Readonly<Record<Format, string>> = {
  json: 'application/json',
  csv: 'text/csv',
  jsonstat: 'application/vnd.json-stat+json',
};

const formats = Object.keys(mediaTypes) as readonly Format[];
const byMediaType = new Map(formats.map((format) => [mediaTypes[format], format]));
/** JSON-stat is asked for by its other names too; problems are JSON. */
const alsoAccepted = new Map<string, Format>([
  ['application/json-stat+json', 'jsonstat'],
  ['application/problem+json', 'json'],
]);

/** Valid values of a request that names another format. */
export const formatNames: readonly string[] = [
  ...byMediaType.keys(),
  '.json',
  '.csv',
  '.jsonstat',
  '.json-stat',
];

const extensions = new Map<string, Format>([
  ['json', 'json'],
  ['csv', 'csv'],
  ['jsonstat', 'jsonstat'],
  ['json-stat', 'jsonstat'],
]);
/** Endings that can only mean a format that there is none of; any other dot is part of a code. */
const otherFormats = new Set([
  'xml',
  'xlsx',
  'xls',
  'ods',
  'html',
  'htm',
  'txt',
  'yaml',
  'parquet',
  'sdmx',
  'px',
  'pdf',
]);

/** A path of v2 whose last part ends in the name of a format. */
const ENDING = /^(\/api\/v2\/.*[^/])\.([a-z-]{3,9})$/;

/** @returns the path without the ending, and its format; 'none' for an ending that names one not written here. */
export function splitFormat(path: string): { readonly path: string; readonly format?: Format | 'none' } {
  const found = path.includes('.') ? ENDING.exec(path) : null;
  if (!found) return { path };
  const format = extensions.get(found[2]!) ?? (otherFormats.has(found[2]!) ? 'none' : undefined);
  return format ? { path: found[1]!, format } : { path };
}

/** Accept headers are few: those of browsers and of libraries. */
const read = new LRUCache<string, Format | 'none'>({ max: 500 });

/** The format that an Accept header asks for; 'none' when it accepts none of them. Costs nothing for JSON. */
export function acceptedFormat(accept: string | undefined): Format | 'none' {
  if (accept === undefined || accept === '*/*' || accept === mediaTypes.json) return 'json';
  let format = read.get(accept);
  if (!format) {
    const names = [...byMediaType.keys(), ...alsoAccepted.keys()];
    const best = new Negotiator({ headers: { accept } }).mediaType(names);
    format = best === undefined ? 'none' : (byMediaType.get(best) ?? alsoAccepted.get(best)!);
    read.set(accept, format);
  }
  return format;
}
