import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PayServiceDefinition } from '@lmi/contracts';
import { GrpcCalls, GrpcServer, isServing, PEERS_POLL_MS } from '../src/grpc';

const context = (ms = 20_000) => ({ traceId: '0'.repeat(32), deadline: Date.now() + ms });
const folder = mkdtempSync(path.join(tmpdir(), 'lmi-peers-'));
const cleanup: (() => unknown)[] = [];

afterEach(async () => {
  for (const undo of cleanup.splice(0).reverse()) await undo();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A replica that says which one it is. */
async function replica(name: string) {
  const server = new GrpcServer({ address: '127.0.0.1:0' });
  server.register(PayServiceDefinition, {
    getPayParts: async () => ({ parts: [] }),
    getPay: async () => ({
      observations: [
        { year: 0, statistic: name, sex: '', workingPattern: '', area: '', age: '', cell: undefined },
      ],
      releases: [],
    }),
    listReleases: async () => ({ releases: [] }),
    describeTables: async () => ({ tables: [] }),
    readTable: async () => ({ data: Buffer.alloc(0), bytes: 0, rows: 0, sha256: '' }),
    compareReleases: async () => ({ changes: [], nextCursor: '' }),
  });
  const address = `127.0.0.1:${await server.listen()}`;
  cleanup.push(() => server.close());
  return { server, address };
}

function caller(target: string) {
  const calls = new GrpcCalls(() => target);
  cleanup.push(() => calls.close());
  const client = calls.client(PayServiceDefinition);
  return async (ms?: number) => (await client.getPay({}, context(ms))).observations[0]!.statistic;
}

describe('health of a server', () => {
  it('is serving once it listens, not serving while it drains, and calls are answered in both', async () => {
    const { server, address } = await replica('a');
    const call = caller(`ipv4:${address}`);
    expect(await isServing(address, 1_000)).toBe(true);
    server.drain();
    expect(await isServing(address, 1_000)).toBe(false);
    expect(await call()).toBe('a');
  });

  it('is not serving where nothing listens', async () => {
    const { server, address } = await replica('a');
    await server.close();
    expect(await isServing(address, 500)).toBe(false);
  });
});

describe('addresses from a file', () => {
  it('follow the file without a new channel, and outlast its absence', async () => {
    const [a, b] = [await replica('a'), await replica('b')];
    const file = path.join(folder, 'follow');
    writeFileSync(file, `${a.address}\n`);
    const call = caller(`file://${file}`);
    expect(await call()).toBe('a');

    writeFileSync(file, `${b.address}\n`);
    while ((await call()) !== 'b') await sleep(20);

    rmSync(file);
    await sleep(2 * PEERS_POLL_MS);
    expect(await call()).toBe('b');
  });

  it('share calls between all of them, and leave out one that is gone', async () => {
    const [a, b] = [await replica('a'), await replica('b')];
    const file = path.join(folder, 'share');
    writeFileSync(file, `${a.address}\n${b.address}\n`);
    const call = caller(`file://${file}`);
    const several = async () => {
      const names = [];
      for (let i = 0; i < 20; i++) names.push(await call());
      return new Set(names);
    };
    while ((await several()).size < 2) await sleep(20);
    await a.server.close();
    expect(await several()).toEqual(new Set(['b']));
  });

  it('are waited for when the file is not there yet', async () => {
    const { address } = await replica('late');
    const file = path.join(folder, 'late');
    const call = caller(`file://${file}`);
    await expect(call(300)).rejects.toMatchObject({
      code: expect.stringMatching(/unavailable|deadline/) as string,
    });
    writeFileSync(file, address);
    while ((await call().catch(() => undefined)) !== 'late') await sleep(20);
  });
});
