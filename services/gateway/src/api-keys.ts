import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { ApiKey } from '@lmi/contracts';
import type { Log } from '@lmi/kit';
import type { Clients } from './clients';
import type { Family } from './http/errors';
import { newTraceId } from './http/trace';
import { splitUrl } from './http/url';

/** Between two looks at the keys. With a replica of the database that lags, a key is known or gone after 15 s at the latest. */
const POLL_MS = 5_000;
const POLL_DEADLINE_MS = 2_000;

/**
 * Knows the keys that are good now, by asking the service that can read them again and again. While it does not answer,
 * those known before go on being good.
 */
export class ApiKeyWatch {
  private byHash = new Map<string, ApiKey>();
  private revision = '';
  private silent = false;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly clients: Pick<Clients, 'occupations'>,
    private readonly log: Log,
    private readonly pollMs = POLL_MS,
  ) {}

  /** Whether the keys were ever read: before, none can be called unknown. */
  get known(): boolean {
    return this.revision !== '';
  }

  find(key: string): ApiKey | undefined {
    return this.byHash.size === 0 ? undefined : this.byHash.get(hash('sha256', key, 'base64url'));
  }

  start(): void {
    void this.ask().finally(() => {
      if (this.stopped) return;
      this.timer = setTimeout(() => this.start(), this.pollMs);
      this.timer.unref();
    });
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private async ask(): Promise<void> {
    const context = { traceId: newTraceId(), deadline: Date.now() + POLL_DEADLINE_MS };
    try {
      const reply = await this.clients.occupations.listApiKeys({ revision: this.revision }, context);
      this.silent = false;
      if (reply.revision === this.revision) return;
      this.byHash = new Map(reply.keys.map((key) => [key.hash, key]));
      this.revision = reply.revision;
    } catch (error) {
      if (!this.silent) this.log.warn({ err: error }, 'keys could not be read');
      this.silent = true;
    }
  }
}

const BEARER = /^Bearer +(\S+)$/i;
const OWN = /^lmi_/;

/**
 * The key that a request shows. Clients of the original may send one as the header or parameter `api_key`; their
 * `Authorization: Signature` is not ours to check, and no key of this service.
 */
export function keyOf(request: IncomingMessage, family: Family): string | undefined {
  const { headers } = request;
  const key = headers['x-api-key'] ?? headers.api_key ?? BEARER.exec(headers.authorization ?? '')?.[1];
  if (key !== undefined) return String(key).trim();
  if (family === 'v2' || !request.url!.includes('api_key=')) return undefined;
  const text = new URLSearchParams(splitUrl(request.url!).query).get('api_key')?.trim();
  return text && OWN.test(text) ? text : undefined;
}
