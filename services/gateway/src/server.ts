import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { RequestTotals } from './http/observe';
import { newTraceId } from './http/trace';
import { Gateway, type GatewayDependencies } from './gateway';

/** Longer than the idle time of the proxy in front, so that it never sends on a connection just closed here. */
const KEEP_ALIVE_MS = 75_000;
const IDLE_SWEEP_MS = 25;

export interface GatewayState extends RequestTotals {
  /** Whether each service answered when it was last asked. */
  readonly services: Readonly<Record<string, boolean>>;
  readonly ready: boolean;
}

/** The gateway on a socket. */
export class GatewayService {
  private readonly gateway: Gateway;
  private readonly server: Server;

  constructor(dependencies: GatewayDependencies) {
    this.gateway = new Gateway(dependencies);
    this.server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, noDelay: true }, (request, response) =>
      this.gateway.handle(request, response),
    );
    this.server.on('clientError', refuse);
  }

  /**
   * Listens once the services have told their releases, or have had their time to: what is asked of a gateway just
   * started is not answered as if there were none.
   * @returns the port that was bound; `port` 0 takes a free one.
   */
  async listen(host: string, port: number): Promise<number> {
    await this.gateway.releases.refresh();
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, host, () => {
        this.server.off('error', reject);
        const bound = (this.server.address() as AddressInfo).port;
        this.gateway.publicUrl ||= `http://localhost:${bound}`;
        resolve(bound);
      });
    });
  }

  /** What this gateway knows of itself and of the services. */
  state(): GatewayState {
    const { meter, releases } = this.gateway;
    return { ...meter.totals, services: releases.answering, ready: this.gateway.ready };
  }

  /** Answers "not ready" while it goes on serving, so that callers have time to notice. */
  drain(): void {
    this.gateway.drain();
  }

  /** Takes no new connections, lets the requests in flight finish, and stops following releases. */
  async close(): Promise<void> {
    this.drain();
    this.gateway.stop();
    if (!this.server.listening) return;
    // A kept-alive connection becomes idle only after its request, which may be after the close began.
    const sweep = setInterval(() => this.server.closeIdleConnections(), IDLE_SWEEP_MS);
    await new Promise<void>((resolve, reject) => {
      this.server.close((error) => (error ? reject(error) : resolve()));
    }).finally(() => clearInterval(sweep));
  }
}

/** What is not HTTP at all, such as a raw space in the address, never reaches the application: a JSON 400 here too. */
function refuse(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
  const body = JSON.stringify({ error: 'The request is not well-formed HTTP.' });
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json; charset=UTF-8\r\nContent-Length: ${body.length}\r\n` +
      `Access-Control-Allow-Origin: *\r\nX-Trace-Id: ${newTraceId()}\r\nConnection: close\r\n\r\n${body}`,
  );
}
