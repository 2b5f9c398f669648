import { createLog } from '@lmi/kit';
import type { GatewayDependencies } from '../src/gateway';
import { GatewayService } from '../src/server';
import { createFakeServices, type FakeState } from './fake-services';

export interface RunningGateway {
  readonly base: string;
  readonly port: number;
  readonly state: FakeState;
  readonly service: GatewayService;
  /** GET of a path. */
  get(path: string, init?: RequestInit): Promise<Response>;
  /** POST of a JSON value. */
  post(path: string, body: unknown): Promise<{ status: number; headers: Headers; body: unknown }>;
  json(path: string): Promise<{ status: number; headers: Headers; body: unknown }>;
  close(): Promise<void>;
}

/** A gateway over the fake services on a free port, ready. */
export async function runGateway(
  options: Partial<Pick<GatewayDependencies, 'cacheMb' | 'releasePollMs' | 'limits'>> = {},
): Promise<RunningGateway> {
  const { calls, state } = createFakeServices();
  const service = new GatewayService({
    calls,
    log: createLog('silent'),
    cacheMb: options.cacheMb ?? 8,
    releasePollMs: options.releasePollMs ?? 20,
    limits: options.limits,
    keyPollMs: 20,
  });
  const port = await service.listen('127.0.0.1', 0);
  const base = `http://127.0.0.1:${port}`;
  const get = (path: string, init?: RequestInit) => fetch(base + path, init);
  while (!(await get('/readyz')).ok) await new Promise((resolve) => setTimeout(resolve, 5));
  return {
    base,
    port,
    state,
    service,
    get,
    async json(path) {
      const response = await get(path);
      return { status: response.status, headers: response.headers, body: (await response.json()) as unknown };
    },
    async post(path, body) {
      const response = await get(path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { status: response.status, headers: response.headers, body: (await response.json()) as unknown };
    },
    close: () => service.close(),
  };
}
