import type { ServerResponse } from 'node:http';

/** That something is on its way out, from a day on, until a day, and what takes its place. */
export interface Deprecation {
  /** Day since which it should not be used. */
  readonly since: string;
  /** Day after which it may be gone: at least a year later. */
  readonly sunset?: string;
  /** Address of what to use in its place. */
  readonly successor?: string;
}

/** Page for clients that have to change something. */
const EXPLAINED = '/compatibility';

/** The addresses of 2013, without a version. */
export const beforeV1: Deprecation = { since: '2026-11-01', sunset: '2028-01-01' };

/** `Deprecation` (RFC 9745) and `Sunset` (RFC 8594), names and values in turn. */
export function deprecationHeaders({ since, sunset, successor }: Deprecation): string[] {
  const links = [`<${EXPLAINED}>; rel="deprecation"`];
  if (successor) links.push(`<${successor}>; rel="successor-version"`);
  return [
    'Deprecation',
    `@${Date.parse(since) / 1000}`,
    ...(sunset ? ['Sunset', new Date(sunset).toUTCString()] : []),
    'Link',
    links.join(', '),
  ];
}

const NOTED = Symbol('deprecated');
type Response = ServerResponse & { [NOTED]?: readonly string[] };

/** The address that was asked is on its way out, whatever answers there. */
export function noteDeprecation(response: Response, deprecation: Deprecation): void {
  response[NOTED] = deprecationHeaders(deprecation);
}

export function notedDeprecation(response: Response): readonly string[] {
  return response[NOTED] ?? [];
}
