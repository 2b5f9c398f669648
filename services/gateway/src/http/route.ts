import type { Release } from '@lmi/contracts';
import type { CallContext } from '@lmi/kit';
import type { z } from 'zod';
import type { Clients } from '../clients';
import type { ReleaseWatch } from '../releases';
import type { Deprecation } from './deprecation';
import type { Answer, Bytes } from './answer';
import type { Problem } from './problem';
import type { OccupationTexts } from '../v1/occupation-texts';

/** What a route may use while it answers. */
export interface Work {
  readonly clients: Clients;
  readonly context: CallContext;
  readonly releases: ReleaseWatch;
  /** The releases that answer: those that serve now, the pinned ones in their places. Sorted by dataset. */
  readonly serving: readonly Release[];
  readonly occupationTexts: OccupationTexts;
  /** What a GET of an address of v2 answers, within the deadline of this request; never rejects. */
  ask(url: string): Promise<Answer>;
  /**
   * Counts one more question against the limit of who asks, for requests that hold several: the first is counted when
   * the request comes. @returns why it may not be answered; undefined when it may.
   */
  admit(): Promise<Problem | undefined>;
}

export interface RouteRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The JSON value that was sent, for routes with a body. */
  readonly body?: unknown;
}

export interface Outcome {
  /** 200 when left out. */
  readonly status?: number;
  /** The JSON value of the answer. */
  readonly body: unknown;
  /** The bytes of the answer in place of `body`, where they are at hand: see bytesOf. */
  readonly bytes?: Bytes;
  /** Versions of the releases that the figures come from. */
  readonly releases: readonly string[];
  /** The answer can change while the release set stays: it is neither kept nor given an ETag. */
  readonly volatile?: boolean;
}

/** A request that was read and found sound, before any work. */
export interface Prepared {
  /** Equal for all requests with equal answers. */
  readonly key: string;
  /** Versions of releases that the caller wants to be answered from. */
  readonly pins?: readonly string[];
  run(work: Work): Promise<Outcome>;
  /** Address of the page that a cursor leads to. @param ending of the path, such as ".csv". */
  pageUrl?(cursor: string, ending: string): string;
}

/** What the OpenAPI description says of a route. */
export interface RouteDocument {
  readonly operationId: string;
  readonly tag: string;
  readonly summary: string;
  readonly description: string;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  /** Makes the route a POST with a JSON body of this shape. Such a route asks too: it changes nothing. */
  readonly body?: z.ZodType;
  /** Bodies that a reader can try on the first example. */
  readonly bodies?: readonly unknown[];
  /** Most bytes of the body; 64 kB without it. */
  readonly bodyLimit?: number;
  /** Where the route is on its way out: said in headers and in the description. */
  readonly deprecated?: Deprecation;
  readonly reply: z.ZodType;
  /** Calls that a reader can try, as paths; each runs in a test. */
  readonly examples: readonly string[];
}

/** One route of the API: a GET, or a POST where its document has a body. */
export interface Route {
  /** How errors are written: the original's `{"error": …}` or problem+json. */
  readonly family: 'v1' | 'v2';
  /** With parameters in braces, as OpenAPI has them. */
  readonly path: string;
  readonly document: RouteDocument;
  /** @throws LmiError invalid-argument */
  prepare(request: RouteRequest): Prepared;
}

export function methodOf({ document }: Route): 'GET' | 'POST' {
  return document.body ? 'POST' : 'GET';
}

/** What a path answers to, as the Allow header lists it. */
export function allowed(methods: readonly ('GET' | 'POST')[]): string {
  return [
    ...(methods.includes('GET') ? ['GET', 'HEAD'] : []),
    ...(methods.includes('POST') ? ['POST'] : []),
    'OPTIONS',
  ].join(', ');
}
