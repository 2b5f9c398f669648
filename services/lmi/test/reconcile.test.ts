import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ReconciliationCell } from '@lmi/importing';
import { reconcileThroughApi } from '../src/releases/reconcile';

let server: Server;
let answer: (response: ServerResponse, asked: number) => void;
let asked = 0;
let address: string;

beforeAll(async () => {
  server = createServer((_, response) => answer(response, (asked += 1)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
beforeEach(() => (asked = 0));
afterAll(() => new Promise((resolve) => server.close(resolve)));

const json = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

const cell = (value: number | null, marks: readonly string[] = []): ReconciliationCell => ({
  place: 'sheet All, D17',
  path: '/cell',
  pick: (body) => body as { value: number; marks: string[] },
  expected: { value, marks },
});

describe('reconciliation through the API', () => {
  it('tells values and marks that are not the source\u2019s', async () => {
    answer = (response) => json(response, 200, { value: 5, marks: ['reliable'] });
    const cells = [cell(5, ['reliable']), cell(6), cell(null), cell(5, ['unreliable'])];
    const { compared, differences } = await reconcileThroughApi(cells, address);
    expect(compared).toBe(4);
    expect(differences).toHaveLength(3);
    expect(asked).toBe(1);
  });

  it('waits for its turn where requests are limited, and asks again when an answer was lost', async () => {
    answer = (response, n) => {
      if (n === 1) json(response, 429, {});
      else if (n === 2) response.destroy();
      else json(response, 200, { value: 5, marks: [] });
    };
    expect(await reconcileThroughApi([cell(5)], address)).toEqual({ compared: 1, differences: [] });
    expect(asked).toBe(3);
  });

  it('says that nobody answers, and stops when it is told to', async () => {
    answer = (response) => void response.destroy();
    await expect(reconcileThroughApi([cell(5)], address)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(reconcileThroughApi([cell(5)], address, AbortSignal.abort())).rejects.toThrow('aborted');
  });
});
