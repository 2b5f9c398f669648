import {
  byTarget,
  firstDay,
  historyView,
  usageCsv,
  usageDocuments,
  usageReport,
  type Incident,
  type OperationsRecord,
  type ProcessSight,
  type Sight,
  type StatusHistoryView,
  type UsageReport,
} from '@lmi/operations';
import { contentSecurityPolicy, statusPage, usagePage, type StatusFacts } from '@lmi/site';
import { answerOf, type Answer } from '../http/answer';
import { problemAnswer } from '../http/errors';
import { problem } from '../http/problem';
import { splitUrl } from '../http/url';

export interface KnownRecords {
  readonly records: readonly OperationsRecord[];
  /** ISO 8601 of the time when they were read. */
  readonly at: string;
  /** Whether that was just now. */
  readonly fresh: boolean;
}

/** Where a gateway has its knowledge of the operation from. */
export interface OperationsSource {
  /** How all processes are now, as this one sees them. */
  sight(): Promise<Sight>;
  /** Days, slots and incidents as last known; empty when they never were. */
  history(): Promise<KnownRecords>;
  /** Days of usage from a day on; as last known. */
  usage(from: string): Promise<KnownRecords>;
}

const DAY_MS = 24 * 3_600_000;
const DAYS_SHOWN = 90;
const INCIDENTS_SHOWN = 50;
const MONTHS_SHOWN = 24;
const MOST_MONTHS = 24;

/** Shown old while no gateway answers: the page that says so must be readable then. */
const NOW = 'public, max-age=5, s-maxage=2, stale-while-revalidate=2, stale-if-error=86400';
const LATER = 'public, max-age=60, s-maxage=30, stale-if-error=86400';

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

const answer = (contentType: string, text: string, cacheControl: string): Answer =>
  answerOf({
    status: 200,
    contentType,
    text,
    cacheControl,
    headers: contentType.startsWith('text/html')
      ? ['Content-Security-Policy', contentSecurityPolicy, 'Referrer-Policy', 'same-origin']
      : [],
  });

export const operationsPaths = [
  '/status',
  '/status.json',
  '/status.atom',
  '/reports/usage',
  '/reports/usage.json',
  '/reports/usage.csv',
] as const;

/** Answers the addresses above. */
export async function operationsAnswer(
  url: string,
  source: OperationsSource,
  publicUrl: string,
): Promise<Answer> {
  const { path, query } = splitUrl(url);
  if (path.startsWith('/reports/')) return usageAnswer(path, new URLSearchParams(query), source);
  const [sight, known] = await Promise.all([source.sight(), source.history()]);
  const view = historyView(known.records, Date.parse(sight.at));
  if (path === '/status.atom')
    return answer('application/atom+xml; charset=utf-8', atomOf(view.incidents, sight.at, publicUrl), NOW);
  if (path === '/status.json') {
    return answer(
      'application/json; charset=utf-8',
      JSON.stringify({
        ...overall(sight, view),
        at: sight.at,
        historyAt: known.at,
        historyFresh: known.fresh,
        processes: sight.processes,
        burns: view.burns,
        incidents: view.incidents.slice(0, INCIDENTS_SHOWN),
        days: view.days,
      }),
      NOW,
    );
  }
  return answer('text/html; charset=utf-8', statusPage(factsOf(sight, view, known)).text, NOW);
}

function overall(
  sight: Sight,
  view: StatusHistoryView,
): { readonly well: boolean; readonly summary: string } {
  const lasting = view.incidents.filter(({ closedAt }) => closedAt === null);
  const absent = [...byTarget(sight.processes)].flatMap(([target, processes]) => {
    const down = processes.filter(({ state }) => state === 'down' || state === 'not ready').length;
    return down > 0 ? [`${down} of ${processes.length} processes of ${target}`] : [];
  });
  if (absent.length > 0) return { well: false, summary: `Not answering now: ${absent.join(', ')}.` };
  if (lasting.length > 0) return { well: false, summary: lasting.map(({ text }) => text).join(' ') };
  return {
    well: true,
    summary:
      sight.processes.length === 1
        ? 'The one process answers.'
        : `All ${sight.processes.length} processes answer.`,
  };
}

function factsOf(sight: Sight, view: StatusHistoryView, known: KnownRecords): StatusFacts {
  const now = Date.parse(sight.at);
  const spans = new Map(view.days.map(({ day, span }) => [day, span]));
  const dates = Array.from({ length: DAYS_SHOWN }, (_, i) => dayOf(now - (DAYS_SHOWN - 1 - i) * DAY_MS));
  const shown = (value: number | null, digits: number) => (value === null ? '-' : value.toFixed(digits));
  const processOf = (process: ProcessSight) => ({
    name: process.address,
    state: process.state,
    version: process.version || '-',
    load: shown(process.load, 2),
    rate: shown(process.requestsPerSecond, 1),
    mean: shown(process.meanMs, 1),
    memory: process.memoryMb > 0 ? String(process.memoryMb) : '-',
  });
  const times = (value: number | null) => (value === null ? '-' : `${value.toFixed(1)} ×`);
  return {
    ...overall(sight, view),
    at: sight.at,
    historyAt: known.fresh ? '' : known.at || 'never',
    targets: [...byTarget(sight.processes)].map(([name, processes]) => {
      const days = dates.map((day) => {
        const of = spans.get(day)?.targets[name];
        return { day, up: of && of.looks > 0 ? of.up / of.looks : null, of };
      });
      const looks = days.reduce((sum, { of }) => sum + (of?.looks ?? 0), 0);
      const up = days.reduce((sum, { of }) => sum + (of?.up ?? 0), 0);
      return {
        name,
        processes: processes.map(processOf),
        days: looks > 0 ? days.map(({ day, up: part }) => ({ day, up: part })) : [],
        uptime: looks > 0 ? `There at ${((up / looks) * 100).toFixed(2)} % of the looks over 90 days` : '',
      };
    }),
    burns: view.burns.map(({ window, requests, availability, latency }) => ({
      window,
      requests: requests.toLocaleString('en-GB'),
      availability: times(availability),
      latency: times(latency),
    })),
    incidents: view.incidents
      .slice(0, INCIDENTS_SHOWN)
      .map(({ text, openedAt, closedAt }) => ({ text, opened: openedAt, closed: closedAt })),
  };
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (c) => escapes[c]!);

function atomOf(incidents: readonly Incident[], now: string, publicUrl: string): string {
  const entries = incidents
    .slice(0, INCIDENTS_SHOWN)
    .map(
      ({ id, text, openedAt, closedAt }) =>
        `<entry><id>urn:lmi:incident:${escaped(encodeURIComponent(id))}</id><title>${escaped(closedAt ? `Over: ${text}` : text)}</title>` +
        `<published>${openedAt}</published><updated>${closedAt ?? openedAt}</updated><link href="${escaped(publicUrl)}/status"/>` +
        `<content type="text">${escaped(`${text} From ${openedAt}${closedAt ? ` to ${closedAt}` : ', lasts'}.`)}</content></entry>`,
    );
  const updated = incidents.reduce((newest, { openedAt, closedAt }) => {
    const at = closedAt ?? openedAt;
    return at > newest ? at : newest;
  }, '');
  return (
    `<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><id>urn:lmi:status</id><title>LMI for All: incidents</title>` +
    `<author><name>LMI for All</name></author><updated>${updated || now}</updated><link rel="self" href="${escaped(publicUrl)}/status.atom"/>${entries.join('')}</feed>`
  );
}

async function usageAnswer(path: string, query: URLSearchParams, source: OperationsSource): Promise<Answer> {
  const today = dayOf(Date.now());
  const month = query.get('month');
  const months = query.get('months') ?? '3';
  const refuse = (field: string, detail: string, validValues?: string[]) =>
    problemAnswer(
      'v2',
      problem('invalid-argument', detail, { field, ...(validValues ? { validValues } : {}) }),
    );
  if (month !== null && !/^\d{4}-(0[1-9]|1[0-2])$/.test(month))
    return refuse('month', 'month is a month such as 2026-11.');
  if (!/^[1-9]\d?$/.test(months) || Number(months) > MOST_MONTHS)
    return refuse('months', `months is a whole number from 1 to ${MOST_MONTHS}.`);
  const from = month === null ? firstDay(today, Number(months)) : `${month}-01`;
  const last = month === null ? today : dayOf(Date.parse(`${nextMonth(month)}-01T00:00:00Z`) - DAY_MS);
  const to = last > today && from <= today ? today : last;
  const start = firstDay(today, MONTHS_SHOWN);
  const { records } = await source.usage(start < from ? start : from);
  const report = usageReport(usageDocuments(records), from, to);
  if (path.endsWith('.json')) return answer('application/json; charset=utf-8', JSON.stringify(report), LATER);
  if (path.endsWith('.csv')) return answer('text/csv; charset=utf-8', usageCsv(report), LATER);
  return answer(
    'text/html; charset=utf-8',
    usagePage({
      ...report,
      title:
        month === null
          ? `Usage, ${months === '1' ? 'this month' : `last ${months} months`}`
          : `Usage in ${month}`,
      months: [...new Set(records.map(({ name }) => name.slice(0, 7)))].sort().reverse(),
      query: month === null ? `months=${months}` : `month=${month}`,
    }).text,
    LATER,
  );
}

/** The page of a report for a file of its own. */
export function usageReportPage(report: UsageReport, title: string): string {
  return usagePage({ ...report, title, months: [], query: 'months=3' }).text;
}

function nextMonth(month: string): string {
  const date = new Date(`${month}-01T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() + 1);
  return date.toISOString().slice(0, 7);
}
