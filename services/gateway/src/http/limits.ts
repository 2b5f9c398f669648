import { hash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isIPv6, type Socket } from 'node:net';
import type { Limits, Standing } from '@lmi/kit';
import proxyAddress from 'proxy-addr';
import { keyOf, type ApiKeyWatch } from '../api-keys';
import type { Answer } from './answer';
import { problemAnswer, type Family } from './errors';
import { countedOf, note, secondsOf, type Policy } from './limit-headers';
import { problem, type Problem } from './problem';

export interface LimitSettings {
  readonly limits: Limits;
  /** Requests in a window from one address. */
  readonly perAddress: number;
  /** Requests in a window with one key, where the key has no limit of its own. */
  readonly perKey: number;
  /** Addresses of our own proxies, as proxy-addr takes them: only they may say for whom they ask. */
  readonly trustedProxies: readonly string[];
  /** Secret that addresses are hashed with; empty: a random one, for a process that counts alone. */
  readonly salt: string;
}

const TRUSTED = Symbol('trusted');
type Peer = Socket & { [TRUSTED]?: boolean };

/** Probes of whoever runs the service, and files that cost next to nothing. */
const FREE = /^\/(?:livez|readyz|metrics|assets\/.*)(?:\?|$)/;

/** The original API, also as its clients of before v1 and with slashes too many write it. */
const V1 = /^\/+api\/+(?!v2\/)/;

/** Where nginx answers a limited request of the original API with 503: from a gateway, it would ask the next one. */
const V1_REFUSAL_AT_ENTRANCE = '/refused-v1';

const UNKNOWN_KEY = Symbol('unknown key');
type Response = ServerResponse & { [UNKNOWN_KEY]?: true };

/** Counts requests by client and says so in the headers of every answer. */
export class RequestLimits {
  private readonly address: Policy;
  private readonly keyPolicies = new Map<number, Policy>();
  private readonly trusts: (address: string, hop: number) => boolean;
  private readonly salt: string;

  constructor(
    private readonly settings: LimitSettings,
    private readonly keys: Pick<ApiKeyWatch, 'find' | 'known'>,
  ) {
    this.address = this.policy('address', settings.perAddress, 'IP');
    this.trusts = proxyAddress.compile([...settings.trustedProxies]);
    this.salt = settings.salt || randomBytes(16).toString('base64url');
  }

  /** Counts the request, nearly always at once. @returns whether it may be answered. */
  admit(request: IncomingMessage, response: ServerResponse): boolean | Promise<boolean> {
    if (FREE.test(request.url!)) return true;
    const family: Family = V1.test(request.url!) ? 'v1' : 'v2';
    const shown = keyOf(request, family);
    const key = shown === undefined ? undefined : this.keys.find(shown);
    // The original knew no wrong key: there it counts as none.
    const unknown = shown !== undefined && !key && family === 'v2' && this.keys.known;
    if (unknown) (response as Response)[UNKNOWN_KEY] = true;
    const policy = key ? this.keyPolicy(key.perMinute || this.settings.perKey) : this.address;
    const client = key ? `k:${key.id}` : this.clientOf(request);
    const standing = this.settings.limits.take(client, policy.limit);
    return standing instanceof Promise
      ? standing.then((known) => note(response, client, policy, known) && !unknown)
      : note(response, client, policy, standing) && !unknown;
  }

  /**
   * Counts one more question that came with an admitted request.
   * @returns why it may not be answered; undefined when it may.
   */
  async admitMore(response: ServerResponse): Promise<Problem | undefined> {
    const counted = countedOf(response);
    if (!counted) return undefined;
    const { client, policy } = counted;
    const standing = await this.settings.limits.take(client, policy.limit);
    return note(response, client, policy, standing) ? undefined : tooMany(policy, standing);
  }

  /**
   * The answer to a request that was not admitted, in the words of its family.
   * @param script whether it goes out as a script, with status 200.
   */
  refusal(family: Family, request: IncomingMessage, response: ServerResponse, script: boolean): Answer {
    const { policy, standing } = countedOf(response)!;
    if (standing.allowed && (response as Response)[UNKNOWN_KEY]) {
      const trouble = problem(
        'unknown-key',
        'The key is unknown or was revoked. No key is needed: leave it out.',
      );
      return problemAnswer(family, trouble, undefined, ['WWW-Authenticate', 'Bearer realm="LMI for All"']);
    }
    const seconds = String(secondsOf(standing));
    const headers = ['Retry-After', seconds];
    if (family === 'v2') {
      return problemAnswer(family, tooMany(policy, standing), undefined, headers);
    }
    // In the words of the software that the original ran behind, with the status that its clients know for it.
    const detail = `Request quota per ${policy.per} exceeded (${policy.limit} reqs / ${policy.windowSeconds / 60} mins). Please wait before making new requests.`;
    const refused = problemAnswer(family, problem('resource-exhausted', detail), undefined, headers);
    if (script || !this.isTrusted(request)) return { ...refused, status: 503 };
    const redirect = ['X-Accel-Redirect', V1_REFUSAL_AT_ENTRANCE, 'X-Refusal', detail];
    return { ...refused, headers: [...refused.headers, ...redirect] };
  }

  private keyPolicy(limit: number): Policy {
    let policy = this.keyPolicies.get(limit);
    if (!policy) this.keyPolicies.set(limit, (policy = this.policy('key', limit, 'key')));
    return policy;
  }

  private policy(name: string, limit: number, per: string): Policy {
    const windowSeconds = this.settings.limits.windowMs / 1000;
    return { name, limit, per, windowSeconds, header: `"${name}";q=${limit};w=${windowSeconds}` };
  }

  /** A text that stands for the client's address, and from which it cannot be found without the salt. */
  private clientOf(request: IncomingMessage): string {
    return `a:${hash('sha256', `${this.salt} ${networkOf(this.addressOf(request))}`, 'base64url').slice(0, 22)}`;
  }

  private addressOf(request: IncomingMessage): string {
    const peer = request.socket.remoteAddress ?? '';
    const asked = request.headers['x-forwarded-for'] as string | undefined;
    if (asked === undefined || !this.isTrusted(request)) return peer;
    try {
      return asked.includes(',') ? proxyAddress(request, this.trusts) : asked.trim();
    } catch {
      return peer;
    }
  }

  private isTrusted(request: IncomingMessage): boolean {
    const socket = request.socket as Peer;
    return (socket[TRUSTED] ??= socket.remoteAddress !== undefined && this.trusts(socket.remoteAddress, 0));
  }
}

function tooMany(policy: Policy, standing: Standing): Problem {
  const { limit, windowSeconds, name } = policy;
  const detail = `More than ${limit} requests in ${windowSeconds} s by one ${name}; the next is free in ${secondsOf(standing)} s.`;
  return problem('resource-exhausted', detail);
}

/** Of IPv6 the first half, which a household or school has whole; IPv4 written as IPv6 is IPv4. */
function networkOf(address: string): string {
  if (!isIPv6(address)) return address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return mapped;
  const [head = '', tail] = address.toLowerCase().split('%')[0]!.split('::', 2);
  const groups = head === '' ? [] : head.split(':');
  const after = tail ? tail.split(':').length : 0;
  while (tail !== undefined && groups.length + after < 8) groups.push('0');
  return [...groups, ...(tail ? tail.split(':') : [])]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
