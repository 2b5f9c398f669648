import type { ServerResponse } from 'node:http';
import type { Standing } from '@lmi/kit';

/** A limit by name, as `RateLimit-Policy` shows it. */
export interface Policy {
  readonly name: string;
  readonly limit: number;
  readonly header: string;
  readonly windowSeconds: number;
  /** How the original named what it counted by. */
  readonly per: string;
}

/** What a request counted against, kept with its response until the head is written. */
interface Counted {
  readonly client: string;
  readonly policy: Policy;
  readonly standing: Standing;
}

const COUNTED = Symbol('counted');
type Response = ServerResponse & { [COUNTED]?: Counted };

/** Keeps how the request stands with its response. @returns whether it may be answered. */
export function note(response: Response, client: string, policy: Policy, standing: Standing): boolean {
  response[COUNTED] = { client, policy, standing };
  return standing.allowed;
}

export function countedOf(response: Response): Counted | undefined {
  return response[COUNTED];
}

/** Headers that say how the request's client stands; none for what is not counted. */
export function limitHeaders(response: Response): readonly string[] {
  const counted = response[COUNTED];
  if (!counted) return [];
  const { policy, standing } = counted;
  const seconds = Math.min(secondsOf(standing), policy.windowSeconds);
  const value = `"${policy.name}";r=${standing.remaining};t=${seconds}`;
  return ['RateLimit-Policy', policy.header, 'RateLimit', value];
}

export function secondsOf({ resetMs }: Standing): number {
  return Math.max(1, Math.ceil(resetMs / 1000));
}
