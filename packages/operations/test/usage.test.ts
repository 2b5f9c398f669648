import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openSqlite } from '@lmi/data';
import { startMariadb } from '@lmi/data/testing';
import type { Database } from '@lmi/kit';
import { openMysql } from '../../data/src/open';
import {
  firstDay,
  listRecords,
  LogUsage,
  putRecords,
  readUsageReport,
  SYSTEM_NUMBERS,
  SystemCount,
  SystemNumbers,
  UsageCounter,
  usageCsv,
} from '../src';

const at = (time: string) => Date.parse(`${time}Z`);
const query = { endpoint: '/api/v2/pay', datasets: ['ashe', 'soc'], outcome: 'gateway', system: 7 } as const;

describe('the count of systems', () => {
  it.each([10, 1_000, 20_000, 100_000])('is near the truth for %d systems', (count) => {
    const numbers = new SystemNumbers();
    const systems = new SystemCount();
    for (let i = 0; i < count; i++)
      systems.add(numbers.of(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, '2026-11-30'));
    expect(Math.abs(systems.estimate - count)).toBeLessThanOrEqual(Math.max(1, count * 0.02));
  });

  it('gives an address another number each day, the same all day', () => {
    const numbers = new SystemNumbers();
    const days = Array.from({ length: 20 }, (_, i) => `2026-11-${10 + i}`);
    const drawn = days.map((day) => [numbers.of('10.0.0.1', day), numbers.of('10.0.0.1', day)]);
    for (const [first, again] of drawn) expect(again).toBe(first);
    expect(new Set(drawn.map(([first]) => first)).size).toBeGreaterThan(15);
    for (const [number] of drawn) expect(number).toBeLessThan(SYSTEM_NUMBERS);
  });

  it('survives being written down, and counts a system of two processes once', () => {
    const one = new SystemCount();
    one.add(1);
    one.add(2);
    const two = new SystemCount(one.toString());
    two.add(2);
    two.add(3);
    one.merge(two);
    expect(one.estimate).toBe(3);
  });
});

it('counts whole months', () => {
  expect(firstDay('2026-11-30', 1)).toBe('2026-11-01');
  expect(firstDay('2026-01-15', 3)).toBe('2025-11-01');
});

describe.each(['sqlite', 'mysql'] as const)('usage on %s', (engine) => {
  let db: Database;
  let stop: () => Promise<unknown>;
  beforeAll(async () => {
    if (engine === 'mysql') {
      const server = await startMariadb();
      db = await openMysql({ primaryUrl: server.migratorUrl });
      stop = () => server.stop();
    } else {
      const home = mkdtempSync(path.join(tmpdir(), 'lmi-usage-'));
      db = await openSqlite({ file: path.join(home, 'lmi.db') });
      stop = async () => rmSync(home, { recursive: true, force: true });
    }
    await db.migrate();
  });
  afterAll(async () => {
    await db?.close();
    await stop?.();
  });

  it('adds up by day, hour, endpoint and dataset, over processes and restarts', async () => {
    const first = new UsageCounter();
    first.add({ at: at('2026-10-31T23:59:00'), ...query });
    first.add({ at: at('2026-11-02T09:10:00'), ...query });
    first.add({ at: at('2026-11-02T09:50:00'), ...query, outcome: 'entrance', system: 8 });
    await first.flush(db);
    const second = new UsageCounter();
    second.add({
      at: at('2026-11-02T10:00:00'),
      ...query,
      endpoint: '/api/v1/soc/search',
      datasets: ['soc'],
    });
    second.add({
      at: at('2026-11-02T10:01:00'),
      ...query,
      outcome: 'failed',
      datasets: [],
      system: undefined,
    });
    second.add({ at: at('2026-11-02T10:02:00'), ...query, endpoint: '/livez' });
    await Promise.all([second.flush(db), first.flush(db)]);
    await second.flush(db);

    const report = await readUsageReport(db, '2026-11-01', '2026-11-03');
    expect(report).toMatchObject({
      queries: 4,
      fromEntrance: 1,
      failed: 1,
      mostSystems: 2,
      meanSystems: 2,
      byMonth: [{ month: '2026-11', queries: 4, meanSystems: 2, medianSystems: 2, mostSystems: 2 }],
      endpoints: [
        { name: '/api/v2/pay', queries: 3 },
        { name: '/api/v1/soc/search', queries: 1 },
      ],
      datasets: [
        { name: 'soc', queries: 3 },
        { name: 'ashe', queries: 2 },
      ],
      days: [
        { day: '2026-11-01', queries: 0, systems: 0 },
        { day: '2026-11-02', queries: 4, systems: 2 },
        { day: '2026-11-03', queries: 0, systems: 0 },
      ],
    });
    expect(report.hours[9]).toBe(2);
    expect(report.hours[10]).toBe(2);
    const both = await readUsageReport(db, '2026-10-01', '2026-11-03');
    expect(both.byMonth).toMatchObject([
      { month: '2026-10', queries: 1, meanSystems: 1, mostSystems: 1 },
      { month: '2026-11', queries: 4, meanSystems: 2, mostSystems: 2 },
    ]);
    // The mean of two days with queries, rounded; the days without count for none.
    expect(both).toMatchObject({ queries: 5, meanSystems: 2, mostSystems: 2 });
    expect(usageCsv(both)).toContain('mean systems a day,2026-10,1\n');
    expect(usageCsv(report)).toContain('endpoint,/api/v2/pay,3\n');
  });

  it('keeps what cannot be stored until it can', async () => {
    const counter = new UsageCounter();
    counter.add({ at: at('2026-09-01T10:00:00'), ...query });
    const gone = { ...db, withLock: () => Promise.reject(new Error('gone')) } as unknown as Database;
    await expect(counter.flush(gone)).rejects.toThrow('gone');
    counter.add({ at: at('2026-09-01T11:00:00'), ...query });
    await counter.flush(db);
    expect((await readUsageReport(db, '2026-09-01', '2026-09-01')).queries).toBe(2);
  });

  const total = async (day: string) => (await readUsageReport(db, day, day)).queries;
  const position = (offset: number) => ({ head: 'f1', offset, done: '' });

  it('counts each line of a log once, whatever becomes of its reader', async () => {
    const event = { at: at('2026-08-01T10:00:00'), ...query };
    const first = new LogUsage(db, 'pod-1');
    expect(await first.open()).toBeUndefined();
    first.add(event);
    expect(await first.store(position(100))).toEqual(position(100));
    // Killed before it stores this one, which the next reader finds again.
    first.add(event);
    const second = new LogUsage(db, 'pod-1');
    expect(await second.open()).toMatchObject(position(100));
    second.add(event);
    await second.store(position(200));
    expect(await total('2026-08-01')).toBe(2);
    // Not killed, but hung: what it has counted is counted already, and it goes on where the other one is.
    expect(await first.store(position(200))).toMatchObject(position(200));
    first.add(event);
    expect(await second.store(position(200))).toMatchObject(position(200));
    await first.store(position(300));
    second.add(event);
    expect(await second.store(position(290))).toMatchObject(position(300));
    expect(await total('2026-08-01')).toBe(3);
    // Another nginx has a log of its own.
    const other = new LogUsage(db, 'pod-2');
    expect(await other.open()).toBeUndefined();
    other.add(event);
    await other.store(position(100));
    expect(await total('2026-08-01')).toBe(4);
  });

  it('stores once what it was not told to be stored, and later what could not be', async () => {
    const event = { at: at('2026-08-02T10:00:00'), ...query };
    let fault: 'none' | 'before' | 'after' = 'none';
    const shaky = Object.assign(Object.create(db) as Database, {
      read: db.read.bind(db),
      withLock: db.withLock.bind(db),
      write: async <T>(work: Parameters<Database['write']>[0]) => {
        if (fault === 'before') throw new Error('gone');
        const done = (await db.write(work)) as T;
        if (fault === 'after') throw new Error('no answer');
        return done;
      },
    });
    const usage = new LogUsage(shaky, 'pod-3');
    await usage.open();
    fault = 'after';
    usage.add(event);
    await expect(usage.store(position(100))).rejects.toThrow('no answer');
    fault = 'before';
    usage.add(event);
    await expect(usage.store(position(200))).rejects.toThrow('gone');
    fault = 'none';
    usage.add(event);
    expect(await usage.store(position(300))).toEqual(position(300));
    expect(await total('2026-08-02')).toBe(3);
  });

  it('reads again what a database lacks that was brought back to an older state', async () => {
    const event = { at: at('2026-08-03T10:00:00'), ...query };
    const usage = new LogUsage(db, 'pod-4');
    await usage.open();
    usage.add(event);
    await usage.store(position(100));
    const before = (await listRecords(db, 'log-position', 'pod-4')).filter(({ name }) => name === 'pod-4');
    usage.add(event);
    await usage.store(position(200));
    await putRecords(db, before);
    usage.add(event);
    expect(await usage.store(position(300))).toMatchObject(position(100));
  });

  it('forgets the logs of pods that are gone', async () => {
    const old = { ...position(1), day: '2026-01-01' };
    await putRecords(db, [{ kind: 'log-position', name: 'pod-old', body: JSON.stringify(old) }]);
    await new LogUsage(db, 'pod-5').open();
    const names = (await listRecords(db, 'log-position', '')).map(({ name }) => name);
    expect(names).not.toContain('pod-old');
    expect(names).toContain('pod-1');
  });
});
