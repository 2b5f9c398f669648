import { readFileSync } from 'node:fs';
import { experimental, Metadata, status } from '@grpc/grpc-js';

type ResolverClass = Parameters<typeof experimental.registerResolver>[1];
type Listener = ConstructorParameters<ResolverClass>[1];

/** How soon a change of the file is noticed. */
export const PEERS_POLL_MS = 250;

/**
 * Resolves `file:///path`: one `host:port` a line, re-read while a channel uses it. Replicas come and go without a
 * restart of their callers, as behind a DNS name, on a machine that has no DNS of its own. A file that cannot be read
 * or is empty leaves the last addresses in place.
 */
class PeersFile implements experimental.Resolver {
  private readonly path: string;
  private timer: NodeJS.Timeout | undefined;
  private known: string | undefined;

  constructor(
    target: experimental.GrpcUri,
    private readonly listener: Listener,
  ) {
    this.path = `/${target.path}`;
  }

  static getDefaultAuthority(): string {
    return 'localhost';
  }

  updateResolution(): void {
    if (this.timer) return;
    process.nextTick(() => this.timer && this.read());
    this.timer = setInterval(() => this.read(), PEERS_POLL_MS);
    this.timer.unref();
  }

  destroy(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.known = undefined;
  }

  private read(): void {
    let text = '';
    let reason = 'names no address';
    try {
      text = readFileSync(this.path, 'utf8');
    } catch (error) {
      reason = `cannot be read: ${(error as Error).message}`;
    }
    if (text === this.known) return;
    const endpoints = text.split(/\s+/).flatMap((line) => {
      const address = experimental.splitHostPort(line);
      return address?.port === undefined ? [] : [{ addresses: [{ host: address.host, port: address.port }] }];
    });
    if (endpoints.length > 0) {
      this.known = text;
      this.listener(experimental.statusOrFromValue(endpoints), {}, null, '');
    } else if (this.known === undefined) {
      const details = `peers file ${this.path} ${reason}`;
      const error = { code: status.UNAVAILABLE, details, metadata: new Metadata() };
      this.listener(experimental.statusOrFromError(error), {}, null, '');
    }
  }
}

/** Makes `file:///path` an address that channels of this process understand. */
export function registerPeersFile(): void {
  experimental.registerResolver('file', PeersFile as ResolverClass);
}
