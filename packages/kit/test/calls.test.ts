import { PayServiceDefinition } from '@lmi/contracts';
import { InProcessCalls } from '../src';
import { GrpcCalls, GrpcServer } from '../src/grpc';
import { callsConformance } from '../conformance';

callsConformance('in process', async (handlers) => {
  const calls = new InProcessCalls();
  calls.register(PayServiceDefinition, handlers);
  return { calls, stop: () => calls.close() };
});

callsConformance('gRPC', async (handlers) => {
  const server = new GrpcServer({ address: '127.0.0.1:0' });
  server.register(PayServiceDefinition, handlers);
  const port = await server.listen();
  const calls = new GrpcCalls(() => `ipv4:127.0.0.1:${port}`);
  return {
    calls,
    async stop() {
      await calls.close();
      await server.close();
    },
  };
});

const context = () => ({ traceId: '0'.repeat(32), deadline: Date.now() + 20_000 });

describe('gRPC', () => {
  it('does not let the text of an unknown error out, and reports it', async () => {
    const reported: unknown[] = [];
    const server = new GrpcServer({
      address: '127.0.0.1:0',
      onInternalError: (error) => reported.push(error),
    });
    server.register(PayServiceDefinition, {
      getPayParts: async () => ({ parts: [] }),
      getPay: async () => {
        throw new Error('password=hunter2');
      },
      listReleases: async () => ({ releases: [] }),
      describeTables: async () => ({ tables: [] }),
      readTable: async () => ({ data: Buffer.alloc(0), bytes: 0, rows: 0, sha256: '' }),
      compareReleases: async () => ({ changes: [], nextCursor: '' }),
    });
    const port = await server.listen();
    const calls = new GrpcCalls(() => `ipv4:127.0.0.1:${port}`);
    const error = await calls
      .client(PayServiceDefinition)
      .getPay({}, context())
      .catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'internal', message: 'internal error' });
    expect(String(reported[0])).toContain('hunter2');
    await calls.close();
    await server.close();
  });

  it('answers from the other replica when one is gone', async () => {
    const open = async () => {
      const server = new GrpcServer({ address: '127.0.0.1:0' });
      server.register(PayServiceDefinition, {
        getPayParts: async () => ({ parts: [] }),
        getPay: async () => ({ observations: [], releases: [] }),
        listReleases: async () => ({ releases: [] }),
        describeTables: async () => ({ tables: [] }),
        readTable: async () => ({ data: Buffer.alloc(0), bytes: 0, rows: 0, sha256: '' }),
        compareReleases: async () => ({ changes: [], nextCursor: '' }),
      });
      return { server, port: await server.listen() };
    };
    const [a, b] = [await open(), await open()];
    const calls = new GrpcCalls(() => `ipv4:127.0.0.1:${a.port},127.0.0.1:${b.port}`);
    const client = calls.client(PayServiceDefinition);
    for (let i = 0; i < 4; i++) await client.getPay({}, context());
    await a.server.close();
    for (let i = 0; i < 20; i++) await client.getPay({}, context());
    await calls.close();
    await b.server.close();
  });
});
