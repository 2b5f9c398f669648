import type { Database } from '@lmi/kit';
import { changeRecord, forgetRecords, listRecords, putRecords, type OperationsRecord } from './records';
import type { Passed, ProcessSight, Sight } from './observer';

/** A day (UTC) of one target: how many looks there were, and at how many it was there. */
export interface TargetDay {
  readonly looks: number;
  readonly up: number;
}

/** A day as it is stored, or five minutes of it. */
export interface StatusSpan extends Passed {
  readonly targets: Readonly<Record<string, TargetDay>>;
}

export interface Incident {
  /** Time of its beginning and rule: "2026-11-30T10:00:00.000Z target-gone pay". */
  readonly id: string;
  readonly rule: IncidentRule;
  /** The target, or the objective. */
  readonly about: string;
  readonly text: string;
  /** ISO 8601. */
  readonly openedAt: string;
  /** ISO 8601; null while it lasts. */
  readonly closedAt: string | null;
}

export const incidentRules = ['target-gone', 'target-not-whole', 'availability', 'latency'] as const;
export type IncidentRule = (typeof incidentRules)[number];

export const objectives = {
  /** Part of the requests that may fail, or be slower than 300 ms. */
  availability: 0.001,
  latency: 0.01,
} as const;

/** A finding must last so many looks before it is an incident, and be gone as many before that is over. */
const LASTING_LOOKS = 2;
/** So few requests say nothing of a rate. */
const FEWEST_REQUESTS = 20;
const FAST_BURN = 14.4;
const SLOT_MS = 5 * 60_000;
const SLOTS_KEPT_MS = 3 * 24 * 3_600_000 + SLOT_MS;
const DAYS_KEPT_MS = 91 * 24 * 3_600_000;

const none: StatusSpan = { requests: 0, failed: 0, slow: 0, targets: {} };

function added(
  before: StatusSpan | undefined,
  passed: Passed,
  targets: Readonly<Record<string, TargetDay>>,
): StatusSpan {
  const from = before ?? none;
  const sum = { ...from.targets };
  for (const [target, { looks, up }] of Object.entries(targets)) {
    const known = sum[target];
    sum[target] = { looks: (known?.looks ?? 0) + looks, up: (known?.up ?? 0) + up };
  }
  return {
    requests: from.requests + passed.requests,
    failed: from.failed + passed.failed,
    slow: from.slow + passed.slow,
    targets: sum,
  };
}

/** Processes by target. */
export function byTarget(processes: readonly ProcessSight[]): Map<string, ProcessSight[]> {
  const groups = new Map<string, ProcessSight[]>();
  for (const process of processes) {
    const group = groups.get(process.target);
    if (group) group.push(process);
    else groups.set(process.target, [process]);
  }
  return groups;
}

const serves = ({ state }: ProcessSight): boolean => state === 'up' || state === 'draining';

/**
 * Keeps what is seen: 90 days by day, three days by five minutes, and incidents, which open and close by rule. One
 * process of a cluster does so.
 */
export class StatusHistory {
  private open: Incident[] | undefined;
  private readonly streaks = new Map<string, { bad: number; good: number; text: string }>();
  private recent: { readonly at: number; readonly passed: Passed }[] = [];
  private swept = '';

  constructor(private readonly db: Database) {}

  async record(sight: Sight): Promise<void> {
    const at = Date.parse(sight.at);
    const targets: Record<string, TargetDay> = {};
    for (const [target, processes] of byTarget(sight.processes))
      targets[target] = { looks: 1, up: processes.some(serves) ? 1 : 0 };
    const day = sight.at.slice(0, 10);
    const slot = new Date(Math.floor(at / SLOT_MS) * SLOT_MS).toISOString();
    const change = (before: StatusSpan | undefined) => added(before, sight.passed, targets);
    await this.db.write((writer) => changeRecord<StatusSpan>(writer, 'status-day', day, change));
    await this.db.write((writer) => changeRecord<StatusSpan>(writer, 'status-slot', slot, change));
    await this.judge(sight, at);
    if (this.swept !== day) {
      this.swept = day;
      await forgetRecords(this.db, 'status-slot', new Date(at - SLOTS_KEPT_MS).toISOString());
      await forgetRecords(this.db, 'status-day', new Date(at - DAYS_KEPT_MS).toISOString());
      await forgetRecords(this.db, 'incident', new Date(at - DAYS_KEPT_MS).toISOString());
    }
  }

  /** Opens what has been wrong for long enough and closes what has been right again. */
  private async judge(sight: Sight, at: number): Promise<void> {
    const open = (this.open ??= incidentsOf(await listRecords(this.db, 'incident', '')).filter(
      ({ closedAt }) => closedAt === null,
    ));
    const found = this.findings(sight, at);
    const keys = new Set([...found.keys(), ...open.map(({ rule, about }) => `${rule} ${about}`)]);
    const changed: Incident[] = [];
    for (const key of keys) {
      const text = found.get(key);
      const streak = this.streaks.get(key) ?? { bad: 0, good: 0, text: '' };
      if (text === undefined) Object.assign(streak, { bad: 0, good: streak.good + 1 });
      else Object.assign(streak, { bad: streak.bad + 1, good: 0, text });
      this.streaks.set(key, streak);
      const [rule, about] = key.split(' ') as [IncidentRule, string];
      const present: Incident | undefined = open.find(
        (incident) => incident.rule === rule && incident.about === about,
      );
      if (!present && streak.bad >= LASTING_LOOKS) {
        const opened: Incident = {
          id: `${sight.at} ${key}`,
          rule,
          about,
          text: streak.text,
          openedAt: sight.at,
          closedAt: null,
        };
        open.push(opened);
        changed.push(opened);
      } else if (present && streak.good >= LASTING_LOOKS) {
        open.splice(open.indexOf(present), 1);
        changed.push({ ...present, closedAt: sight.at });
        this.streaks.delete(key);
      }
    }
    for (const key of this.streaks.keys()) if (!keys.has(key)) this.streaks.delete(key);
    await putRecords(
      this.db,
      changed.map((incident) => ({ kind: 'incident', name: incident.id, body: JSON.stringify(incident) })),
    );
  }

  private findings(sight: Sight, at: number): Map<string, string> {
    const found = new Map<string, string>();
    for (const [target, processes] of byTarget(sight.processes)) {
      const serving = processes.filter(serves).length;
      if (serving === 0) found.set(`target-gone ${target}`, `No process of ${target} answers.`);
      else if (serving < processes.length)
        found.set(
          `target-not-whole ${target}`,
          `${processes.length - serving} of ${processes.length} processes of ${target} do not answer; the others serve.`,
        );
    }
    this.recent = [...this.recent.filter((each) => at - each.at < SLOT_MS), { at, passed: sight.passed }];
    const sum = this.recent.reduce((total, { passed }) => added(total, passed, {}), none);
    if (sum.requests >= FEWEST_REQUESTS) {
      const percent = (part: number) => `${((part / sum.requests) * 100).toFixed(1)} %`;
      if (sum.failed / sum.requests > FAST_BURN * objectives.availability)
        found.set('availability requests', `${percent(sum.failed)} of requests fail.`);
      if (sum.slow / sum.requests > FAST_BURN * objectives.latency)
        found.set('latency requests', `${percent(sum.slow)} of requests take longer than 300 ms.`);
    }
    return found;
  }
}

export function incidentsOf(records: readonly OperationsRecord[]): Incident[] {
  return records.map(({ body }) => JSON.parse(body) as Incident);
}

export interface Burn {
  /** "5 minutes", "1 hour", "6 hours", "3 days". */
  readonly window: string;
  readonly requests: number;
  /** How many times as fast as allowed the budget was spent; null without requests. */
  readonly availability: number | null;
  readonly latency: number | null;
}

export interface StatusHistoryView {
  readonly days: readonly { readonly day: string; readonly span: StatusSpan }[];
  readonly burns: readonly Burn[];
  /** Newest first. */
  readonly incidents: readonly Incident[];
}

const WINDOWS = [
  ['5 minutes', 5 * 60_000],
  ['1 hour', 3_600_000],
  ['6 hours', 6 * 3_600_000],
  ['3 days', 3 * 24 * 3_600_000],
] as const;

/** What pages show, from the records as they are stored. */
export function historyView(records: readonly OperationsRecord[], now: number): StatusHistoryView {
  const of = (kind: OperationsRecord['kind']) => records.filter((record) => record.kind === kind);
  const slots = of('status-slot').map(({ name, body }) => ({
    at: Date.parse(name),
    span: JSON.parse(body) as StatusSpan,
  }));
  return {
    days: of('status-day').map(({ name, body }) => ({ day: name, span: JSON.parse(body) as StatusSpan })),
    burns: WINDOWS.map(([window, ms]) => {
      // A slot counts with all of it.
      const { requests, failed, slow } = slots
        .filter(({ at }) => at > now - ms - SLOT_MS)
        .reduce((total, { span }) => added(total, span, {}), none);
      const burn = (part: number, budget: number) => (requests > 0 ? part / requests / budget : null);
      return {
        window,
        requests,
        availability: burn(failed, objectives.availability),
        latency: burn(slow, objectives.latency),
      };
    }),
    incidents: incidentsOf(of('incident')).sort((a, b) => (a.openedAt < b.openedAt ? 1 : -1)),
  };
}
