import { scaleLinear } from 'd3-scale';
import { renderPage } from '../layout';
import type { PageAnswer } from '../page';
import { render } from '../templates';

/** What the status page shows; the gateway makes it from what it sees. */
export interface StatusFacts {
  /** One sentence on how all is, and whether that is well. */
  readonly summary: string;
  readonly well: boolean;
  /** ISO 8601: when it was seen. */
  readonly at: string;
  /** Where the history could not be read now: when it was, or "". */
  readonly historyAt: string;
  readonly targets: readonly {
    readonly name: string;
    readonly processes: readonly {
      readonly name: string;
      readonly state: string;
      readonly version: string;
      readonly load: string;
      readonly rate: string;
      readonly mean: string;
      readonly memory: string;
    }[];
    /** 90 days, oldest first: part of the looks at which it was there; null without any. */
    readonly days: readonly { readonly day: string; readonly up: number | null }[];
    readonly uptime: string;
  }[];
  readonly burns: readonly {
    readonly window: string;
    readonly requests: string;
    readonly availability: string;
    readonly latency: string;
  }[];
  readonly incidents: readonly {
    readonly text: string;
    readonly opened: string;
    readonly closed: string | null;
  }[];
}

const DAY_WIDTH = 7;

export function statusPage(facts: StatusFacts): PageAnswer {
  const targets = facts.targets.map((target) => ({
    ...target,
    bars: target.days.map(({ day, up }, at) => ({
      x: at * DAY_WIDTH,
      fill: up === null ? '#b1b4b6' : up >= 0.999 ? '#00703c' : up >= 0.99 ? '#f47738' : '#d4351c',
      title: up === null ? `${day}: no record` : `${day}: ${(up * 100).toFixed(2)} %`,
    })),
    barsWidth: target.days.length * DAY_WIDTH,
  }));
  return {
    text: renderPage({
      title: 'Status',
      description: 'How the service is now, and how it was over the last 90 days.',
      path: '/status',
      main: render('pages/status.njk', { ...facts, targets }),
      alternates: [
        { type: 'application/json', href: '/status.json', title: 'Status as JSON' },
        { type: 'application/atom+xml', href: '/status.atom', title: 'Incidents' },
      ],
    }),
  };
}

interface Counted {
  readonly name: string;
  readonly queries: number;
}

export interface UsageFacts {
  readonly title: string;
  readonly from: string;
  readonly to: string;
  readonly queries: number;
  readonly fromEntrance: number;
  readonly failed: number;
  readonly meanSystems: number;
  readonly mostSystems: number;
  readonly medianSystems: number;
  readonly byMonth: readonly {
    readonly month: string;
    readonly queries: number;
    readonly meanSystems: number;
    readonly mostSystems: number;
  }[];
  readonly days: readonly { readonly day: string; readonly queries: number; readonly systems: number }[];
  readonly endpoints: readonly Counted[];
  readonly datasets: readonly Counted[];
  readonly hours: readonly number[];
  /** Months that there are reports of, newest first. */
  readonly months: readonly string[];
  /** Parameters of this period: "months=3" or "month=2026-11". */
  readonly query: string;
}

const CHART = { width: 720, height: 160 };

/** Columns of a chart: where each stands and how high it is. */
function columns(values: readonly { readonly label: string; readonly value: number }[]) {
  const top = Math.max(1, ...values.map(({ value }) => value));
  const y = scaleLinear([0, top], [0, CHART.height]).nice();
  const step = CHART.width / Math.max(1, values.length);
  return {
    ...CHART,
    top: y.domain()[1]!,
    columns: values.map(({ label, value }, at) => ({
      x: (at * step).toFixed(2),
      width: Math.max(1, step - 1).toFixed(2),
      y: (CHART.height - y(value)).toFixed(2),
      height: y(value).toFixed(2),
      title: `${label}: ${value.toLocaleString('en-GB')}`,
    })),
    first: values[0]?.label ?? '',
    last: values.at(-1)?.label ?? '',
  };
}

export function usagePage(facts: UsageFacts): PageAnswer {
  const share = (list: readonly Counted[]) =>
    list.map(({ name, queries }) => ({
      name,
      queries: queries.toLocaleString('en-GB'),
      percent: facts.queries > 0 ? `${((queries / facts.queries) * 100).toFixed(1)} %` : '',
    }));
  const number = (value: number) => value.toLocaleString('en-GB');
  return {
    text: renderPage({
      title: facts.title,
      description:
        'How the service is used: queries by endpoint, dataset, day and hour. No personal data is kept.',
      path: '/reports/usage',
      main: render('pages/usage.njk', {
        ...facts,
        queriesText: number(facts.queries),
        entranceText:
          facts.queries > 0 ? `${((facts.fromEntrance / facts.queries) * 100).toFixed(0)} %` : '0 %',
        failedText: number(facts.failed),
        mostText: number(facts.mostSystems),
        medianText: number(facts.medianSystems),
        meanText: number(facts.meanSystems),
        byMonth: facts.byMonth.map(({ month, queries, meanSystems, mostSystems }) => ({
          month,
          queries: number(queries),
          mean: number(meanSystems),
          most: number(mostSystems),
        })),
        perDay: columns(facts.days.map(({ day, queries }) => ({ label: day, value: queries }))),
        systemsPerDay: columns(facts.days.map(({ day, systems }) => ({ label: day, value: systems }))),
        perHour: columns(
          facts.hours.map((value, hour) => ({ label: `${String(hour).padStart(2, '0')}:00`, value })),
        ),
        endpoints: share(facts.endpoints),
        datasets: share(facts.datasets),
      }),
      breadcrumbs: [{ text: 'Status', href: '/status' }],
      alternates: [
        { type: 'text/csv', href: `/reports/usage.csv?${facts.query}`, title: 'Report as CSV' },
        { type: 'application/json', href: `/reports/usage.json?${facts.query}`, title: 'Report as JSON' },
      ],
    }),
  };
}
