import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openSqlite } from '@lmi/data';
import type { Database } from '@lmi/kit';
import {
  historyView,
  listRecords,
  Observer,
  StatusHistory,
  statusTargets,
  type OperationsRecord,
  type ProcessState,
} from '../src';

const state = (more: Partial<ProcessState>): ProcessState => ({
  target: 'pay',
  version: '1',
  instance: 'a',
  started: '2026-11-30T09:00:00.000Z',
  draining: false,
  ready: true,
  memoryMb: 100,
  cpuSeconds: 0,
  requests: 0,
  failed: 0,
  slow: 0,
  seconds: 0,
  ...more,
});

let now = Date.parse('2026-11-30T10:00:00Z');
let answers: Record<string, ProcessState | undefined>;
const listed = [
  { target: 'gateway', address: 'g1' },
  { target: 'pay', address: 'p1' },
  { target: 'pay', address: 'p2' },
];
const observer = () =>
  new Observer(
    async () => listed,
    async (address) => answers[address],
    () => now,
  );

beforeEach(() => {
  now = Date.parse('2026-11-30T10:00:00Z');
  answers = { g1: state({ target: 'gateway', instance: 'g' }), p1: state({}), p2: state({ instance: 'b' }) };
});

describe('a look', () => {
  it('tells what happened between two, also over a restart, and who is down', async () => {
    const looking = observer();
    answers.g1 = state({
      target: 'gateway',
      instance: 'g',
      requests: 100,
      failed: 5,
      seconds: 10,
      cpuSeconds: 1,
    });
    expect((await looking.look()).passed).toEqual({ requests: 0, failed: 0, slow: 0 });
    now += 10_000;
    answers.g1 = state({
      target: 'gateway',
      instance: 'g',
      requests: 300,
      failed: 6,
      slow: 1,
      seconds: 12,
      cpuSeconds: 6,
    });
    answers.p2 = undefined;
    const second = await looking.look();
    expect(second.passed).toEqual({ requests: 200, failed: 1, slow: 1 });
    expect(second.processes).toMatchObject([
      { address: 'g1', state: 'up', load: 0.5, requestsPerSecond: 20, meanMs: 10 },
      { address: 'p1', state: 'up' },
      { address: 'p2', state: 'down', load: null },
    ]);
    now += 10_000;
    answers.g1 = state({ target: 'gateway', instance: 'anew', requests: 7, draining: true });
    const third = await looking.look();
    expect(third.passed).toEqual({ requests: 7, failed: 0, slow: 0 });
    expect(third.processes[0]).toMatchObject({ state: 'draining', load: null });
  });

  it('takes what is no state of ours for down', async () => {
    answers.p1 = { hello: 1 } as never;
    expect((await observer().look()).processes[1]).toMatchObject({ state: 'down' });
  });

  it('knows names that lead to several addresses, and to none', async () => {
    const list = statusTargets('pay=pay.local:9090,worker=gone.local:9090', async (name) => {
      if (name === 'pay.local') return ['10.0.0.1', 'fe80::1'];
      throw new Error('not found');
    });
    expect(await list()).toEqual([
      { target: 'pay', address: '10.0.0.1:9090' },
      { target: 'pay', address: '[fe80::1]:9090' },
      { target: 'worker', address: 'gone.local:9090' },
    ]);
  });
});

describe('the history', () => {
  const home = mkdtempSync(path.join(tmpdir(), 'lmi-status-'));
  let db: Database;
  beforeAll(async () => {
    db = await openSqlite({ file: path.join(home, 'lmi.db') });
    await db.migrate();
  });
  afterAll(async () => {
    await db.close();
    rmSync(home, { recursive: true, force: true });
  });
  const all = async (): Promise<OperationsRecord[]> =>
    (
      await Promise.all(
        (['status-day', 'status-slot', 'incident'] as const).map((kind) => listRecords(db, kind, '')),
      )
    ).flat();

  it('opens an incident after two looks, closes it after two, and goes on with it in another process', async () => {
    const looking = observer();
    let history = new StatusHistory(db);
    const look = async () => {
      await history.record(await looking.look());
      now += 10_000;
      return historyView(await all(), now).incidents;
    };
    expect(await look()).toEqual([]);
    answers.p1 = undefined;
    answers.p2 = undefined;
    expect(await look()).toEqual([]);
    expect(await look()).toMatchObject([{ rule: 'target-gone', about: 'pay', closedAt: null }]);
    history = new StatusHistory(db);
    answers.p1 = state({});
    await look();
    expect(await look()).toMatchObject([
      { rule: 'target-not-whole', closedAt: null },
      { rule: 'target-gone', closedAt: expect.any(String) },
    ]);
    answers.p2 = state({ instance: 'b' });
    await look();
    const incidents = await look();
    expect(incidents).toHaveLength(2);
    expect(incidents.filter(({ closedAt }) => closedAt === null)).toEqual([]);
    const view = historyView(await all(), now);
    expect(view.days).toMatchObject([
      { day: '2026-11-30', span: { targets: { pay: { looks: 7, up: 5 }, gateway: { up: 7 } } } },
    ]);
  });

  it('says how fast the budget burns, and that requests fail', async () => {
    now = Date.parse('2026-11-30T12:00:00Z');
    const looking = observer();
    const history = new StatusHistory(db);
    for (let requests = 0; requests <= 3_000; requests += 1_000) {
      answers.g1 = state({
        target: 'gateway',
        instance: 'g',
        requests,
        failed: requests / 50,
        slow: requests / 100,
      });
      await history.record(await looking.look());
      now += 10_000;
    }
    const view = historyView(await all(), now);
    expect(view.burns[0]).toMatchObject({ window: '5 minutes', requests: 3_000 });
    expect(view.burns[0]!.availability).toBeCloseTo(20);
    expect(view.burns[0]!.latency).toBeCloseTo(1);
    expect(view.incidents[0]).toMatchObject({
      rule: 'availability',
      text: '2.0 % of requests fail.',
      closedAt: null,
    });
  });

  it('forgets what is older than 90 days, and five minutes older than three', async () => {
    now = Date.parse('2027-03-15T10:00:00Z');
    await new StatusHistory(db).record(await observer().look());
    const left = await all();
    expect(left.filter(({ kind }) => kind === 'status-day').map(({ name }) => name)).toEqual(['2027-03-15']);
    expect(left.filter(({ kind }) => kind === 'status-slot')).toHaveLength(1);
  });
});
