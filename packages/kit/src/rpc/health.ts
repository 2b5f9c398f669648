import * as grpc from '@grpc/grpc-js';
import { HealthImplementation, service } from 'grpc-health-check';

const path = '/grpc.health.v1.Health/Check';
const { requestSerialize, responseDeserialize } = service.Check!;

/** grpc.health.v1 of one server. The empty name stands for the whole process. */
export class Health {
  private readonly names = [''];
  private readonly implementation = new HealthImplementation();

  constructor(server: grpc.Server) {
    this.implementation.addToServer(server);
  }

  add(fullName: string): void {
    this.names.push(fullName);
  }

  set(serving: boolean): void {
    for (const name of this.names) this.implementation.setStatus(name, serving ? 'SERVING' : 'NOT_SERVING');
  }
}

/**
 * Asks a server for its health, for probes and start-up waits.
 * @param address host:port. @returns false as well when nothing answers within the limit.
 */
export async function isServing(address: string, limitMs: number): Promise<boolean> {
  const client = new grpc.Client(address, grpc.credentials.createInsecure(), { 'grpc.enable_retries': 0 });
  try {
    const reply = await new Promise<unknown>((resolve) => {
      client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        { service: '' },
        { deadline: Date.now() + limitMs },
        (_error, value) => resolve(value),
      );
    });
    return (reply as { status?: string } | undefined)?.status === 'SERVING';
  } finally {
    client.close();
  }
}
