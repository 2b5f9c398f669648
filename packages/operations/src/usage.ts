import type { Database, Writer } from '@lmi/kit';
import { stringify } from 'csv-stringify/sync';
import { changeRecord, listRecords } from './records';
import { SystemCount } from './systems';

/** How a query ended, as the report tells it: who answered it, or that it was refused or failed. */
export type UsageOutcome = 'gateway' | 'entrance' | 'refused' | 'failed';

export interface UsageEvent {
  /** Epoch milliseconds. */
  readonly at: number;
  /** Route template; "other" for what is none. */
  readonly endpoint: string;
  /** Datasets whose figures the answer holds. */
  readonly datasets: readonly string[];
  readonly outcome: UsageOutcome;
  /** The number of the client's system; undefined when it has none. */
  readonly system: number | undefined;
}

/** One day (UTC) as it is stored. */
export interface UsageDay {
  readonly hours: number[];
  readonly endpoints: Record<string, number>;
  readonly datasets: Record<string, number>;
  readonly outcomes: Record<string, number>;
  readonly systems: string;
}

/** What is asked to see how we are, and what is no route of ours. */
const isOwn = (endpoint: string): boolean =>
  /^(?:other|\/livez|\/readyz|\/status.*|\/reports\/.*)$/.test(endpoint);

const emptyDay = () => ({
  hours: Array.from({ length: 24 }, () => 0),
  endpoints: {} as Record<string, number>,
  datasets: {} as Record<string, number>,
  outcomes: {} as Record<string, number>,
  systems: new SystemCount(),
});

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
const addTo = (counts: Record<string, number>, key: string, by = 1): void => {
  counts[key] = (counts[key] ?? 0) + by;
};

/** What was counted, by day, and is not stored. */
export type CountedDays = ReadonlyMap<string, ReturnType<typeof emptyDay>>;

/** Counts queries in memory; `flush` adds what was counted to the days in the database. */
export class UsageCounter {
  private days = new Map<string, ReturnType<typeof emptyDay>>();
  private flushing: Promise<void> | undefined;

  add({ at, endpoint, datasets, outcome, system }: UsageEvent): void {
    if (isOwn(endpoint)) return;
    const day = dayOf(at);
    let counted = this.days.get(day);
    if (!counted) this.days.set(day, (counted = emptyDay()));
    counted.hours[new Date(at).getUTCHours()]! += 1;
    addTo(counted.endpoints, endpoint);
    for (const dataset of datasets) addTo(counted.datasets, dataset);
    addTo(counted.outcomes, outcome);
    if (system !== undefined) counted.systems.add(system);
  }

  /** Begins anew. @returns what was counted since it last did. */
  take(): CountedDays {
    const days = this.days;
    this.days = new Map();
    return days;
  }

  /** What cannot be stored now is kept and stored with the next flush. */
  flush(db: Database): Promise<void> {
    this.flushing ??= this.store(db).finally(() => (this.flushing = undefined));
    return this.flushing;
  }

  private async store(db: Database): Promise<void> {
    const days = this.take();
    if (days.size === 0) return;
    try {
      await addUsage(db, days);
    } catch (error) {
      for (const [day, lost] of days) {
        const again = this.days.get(day);
        this.days.set(day, again ? joined(again, lost) : lost);
      }
      throw error;
    }
  }
}

/**
 * Adds to the days in the database, in one transaction; other processes do so too.
 * @param also is done in it before; where it gives false, nothing is added.
 */
export async function addUsage(
  db: Database,
  days: CountedDays,
  also: (writer: Writer) => Promise<boolean> = async () => true,
): Promise<void> {
  await db.withLock('usage', 5_000, () =>
    db.write(async (writer) => {
      if (!(await also(writer))) return;
      for (const [day, counted] of days)
        await changeRecord<UsageDay>(writer, 'usage-day', day, (before) => merged(before, counted));
    }),
  );
}

function joined(a: ReturnType<typeof emptyDay>, b: ReturnType<typeof emptyDay>): ReturnType<typeof emptyDay> {
  const { systems, ...sum } = merged({ ...a, systems: a.systems.toString() }, b);
  return { ...sum, systems: new SystemCount(systems) };
}

function merged(before: UsageDay | undefined, counted: ReturnType<typeof emptyDay>): UsageDay {
  const sum = (a: Record<string, number> = {}, b: Record<string, number>) => {
    const all = { ...a };
    for (const [key, value] of Object.entries(b)) addTo(all, key, value);
    return all;
  };
  const systems = new SystemCount(before?.systems);
  systems.merge(counted.systems);
  return {
    hours: counted.hours.map((value, hour) => value + (before?.hours[hour] ?? 0)),
    endpoints: sum(before?.endpoints, counted.endpoints),
    datasets: sum(before?.datasets, counted.datasets),
    outcomes: sum(before?.outcomes, counted.outcomes),
    systems: systems.toString(),
  };
}

export interface NamedCount {
  readonly name: string;
  readonly queries: number;
}

/**
 * Different systems a day, over the days on which any asked. Of a month as a whole nobody can say how many there were: systems of
 * different days cannot be told apart.
 */
export interface DailySystems {
  readonly meanSystems: number;
  readonly medianSystems: number;
  /** On the busiest day. */
  readonly mostSystems: number;
}

export interface UsageMonth extends DailySystems {
  /** "2026-11"; the first and the last one of a period may not be whole. */
  readonly month: string;
  readonly queries: number;
}

/** What the report says of a period. */
export interface UsageReport extends DailySystems {
  /** First and last day, "2026-11-01", both in it. */
  readonly from: string;
  readonly to: string;
  readonly queries: number;
  /** Answered by nginx out of its cache. */
  readonly fromEntrance: number;
  readonly failed: number;
  readonly days: readonly { readonly day: string; readonly queries: number; readonly systems: number }[];
  /** Most asked first. */
  readonly endpoints: readonly NamedCount[];
  readonly datasets: readonly NamedCount[];
  /** By hour of the day, UTC. */
  readonly hours: readonly number[];
  /** Oldest first. */
  readonly byMonth: readonly UsageMonth[];
}

function dailySystems(days: UsageReport['days']): DailySystems {
  const active = days
    .map(({ systems }) => systems)
    .filter((n) => n > 0)
    .sort((a, b) => a - b);
  return {
    meanSystems: active.length > 0 ? Math.round(active.reduce((sum, n) => sum + n, 0) / active.length) : 0,
    medianSystems: active[Math.floor(active.length / 2)] ?? 0,
    mostSystems: active.at(-1) ?? 0,
  };
}

/** First day of the period of so many whole months that ends with `to`. */
export function firstDay(to: string, months: number): string {
  const date = new Date(`${to.slice(0, 7)}-01T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() - (months - 1));
  return date.toISOString().slice(0, 10);
}

/** @param documents bodies of usage-day records by day. */
export function usageReport(documents: ReadonlyMap<string, UsageDay>, from: string, to: string): UsageReport {
  const endpoints: Record<string, number> = {};
  const datasets: Record<string, number> = {};
  const outcomes: Record<string, number> = {};
  const hours = Array.from({ length: 24 }, () => 0);
  const days: UsageReport['days'][number][] = [];
  const end = Date.parse(`${to}T00:00:00Z`);
  for (let at = Date.parse(`${from}T00:00:00Z`); at <= end; at += 24 * 3_600_000) {
    const day = dayOf(at);
    const found = documents.get(day);
    if (found) {
      for (const [name, n] of Object.entries(found.endpoints)) addTo(endpoints, name, n);
      for (const [name, n] of Object.entries(found.datasets)) addTo(datasets, name, n);
      for (const [name, n] of Object.entries(found.outcomes)) addTo(outcomes, name, n);
      found.hours.forEach((n, hour) => (hours[hour]! += n));
    }
    days.push({
      day,
      queries: found?.hours.reduce((sum, n) => sum + n, 0) ?? 0,
      systems: found ? new SystemCount(found.systems).estimate : 0,
    });
  }
  const sorted = (counts: Record<string, number>): NamedCount[] =>
    Object.entries(counts)
      .map(([name, queries]) => ({ name, queries }))
      .sort((a, b) => b.queries - a.queries || (a.name < b.name ? -1 : 1));
  const sumOf = (some: UsageReport['days']) => some.reduce((sum, { queries }) => sum + queries, 0);
  const byMonth = [...new Set(days.map(({ day }) => day.slice(0, 7)))].map((month) => {
    const own = days.filter(({ day }) => day.startsWith(month));
    return { month, queries: sumOf(own), ...dailySystems(own) };
  });
  return {
    from,
    to,
    queries: sumOf(days),
    fromEntrance: outcomes.entrance ?? 0,
    failed: outcomes.failed ?? 0,
    days,
    endpoints: sorted(endpoints),
    datasets: sorted(datasets),
    hours,
    byMonth,
    ...dailySystems(days),
  };
}

/** Reads the days of a period and makes the report of it. */
export async function readUsageReport(db: Database, from: string, to: string): Promise<UsageReport> {
  return usageReport(usageDocuments(await listRecords(db, 'usage-day', from)), from, to);
}

export function usageDocuments(
  records: readonly { readonly name: string; readonly body: string }[],
): ReadonlyMap<string, UsageDay> {
  return new Map(records.map(({ name, body }) => [name, JSON.parse(body) as UsageDay]));
}

/** The whole report as one table: what is counted, by what, how often. */
export function usageCsv(report: UsageReport): string {
  const rows: (string | number)[][] = [
    ...report.days.map(({ day, queries }) => ['day', day, queries]),
    ...report.days.map(({ day, systems }) => ['systems', day, systems]),
    ...report.byMonth.map(({ month, queries }) => ['month', month, queries]),
    ...report.byMonth.map(({ month, meanSystems }) => ['mean systems a day', month, meanSystems]),
    ...report.byMonth.map(({ month, mostSystems }) => ['most systems a day', month, mostSystems]),
    ...report.hours.map((queries, hour) => ['hour', `${String(hour).padStart(2, '0')}:00`, queries]),
    ...report.endpoints.map(({ name, queries }) => ['endpoint', name, queries]),
    ...report.datasets.map(({ name, queries }) => ['dataset', name, queries]),
  ];
  return stringify(rows, { header: true, columns: ['by', 'name', 'count'] });
}
