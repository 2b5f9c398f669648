import type { CallContext } from '@lmi/kit';
import type { z } from 'zod';
import type { Clients } from '../clients';
import type { ReleaseWatch } from '../releases';
import type { Bytes } from './answer';
import type { OccupationTexts } from '../v1/occupation-texts';

/** What a route may use while it answers. */
export interface Work {
  readonly clients: Clients;
  readonly context: CallContext;
  readonly releases: ReleaseWatch;
  readonly occupationTexts: OccupationTexts;
}

export interface RouteRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
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
  run(work: Work): Promise<Outcome>;
}

/** What the OpenAPI description says of a route. */
export interface RouteDocument {
  readonly operationId: string;
  readonly tag: string;
  readonly summary: string;
  readonly description: string;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  readonly reply: z.ZodType;
  /** Calls that a reader can try, as paths; each runs in a test. */
  readonly examples: readonly string[];
}

/** One GET route of the API. */
export interface Route {
  /** How errors are written: the original's `{"error": …}` or problem+json. */
  readonly family: 'v1' | 'v2';
  /** With parameters in braces, as OpenAPI has them. */
  readonly path: string;
  readonly document: RouteDocument;
  /** @throws LmiError invalid-argument */
  prepare(request: RouteRequest): Prepared;
}
