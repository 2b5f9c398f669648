import { Counter, Gauge, Registry, type Histogram, collectDefaultMetrics } from 'prom-client';
import { Series } from './series';
import {
  JOB_BUCKETS,
  metrics as definitions,
  SECONDS_BUCKETS,
  type MetricDefinition,
  type MetricKey,
} from '../telemetry';

type Labels = Readonly<Record<string, string>>;

/** Values of one metric as they are now: labels and number. */
export type Reading = readonly { readonly labels: Labels; readonly value: number }[];

/** A histogram that somebody else counts: for paths on which a lookup by labels would cost too much. */
export interface HistogramReading {
  readonly labels: Labels;
  /** Observations up to each bound and not up to the one before; one more for those beyond the last. */
  readonly counts: readonly number[];
  readonly sum: number;
}

/** The metrics of one process, by the definitions in telemetry.ts. */
export interface Metrics {
  /** Adds to a counter or sets a gauge. */
  count(key: MetricKey, labels: Labels, by?: number): void;
  /** A histogram with these labels, to be held and added to. */
  series(key: MetricKey, labels: Labels): Series;
  /** The same of a counter. */
  total(key: MetricKey, labels: Labels): { value: number };
  /** Asks for the values when they are read; a gauge or a counter that is kept elsewhere. */
  read(key: MetricKey, values: () => Reading | Promise<Reading>): void;
  readHistogram(key: MetricKey, values: () => readonly HistogramReading[]): void;
  /** In the text format of Prometheus. */
  text(): Promise<string>;
  readonly contentType: string;
}

export interface ProcessIdentity {
  readonly target: string;
  readonly version: string;
}

export function createMetrics({ target, version }: ProcessIdentity): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const made = new Map<MetricKey, Counter | Gauge>();
  const held = new Map<MetricKey, { readonly labels: Labels; readonly series: Series }[]>();
  const totals = new Map<MetricKey, { readonly labels: Labels; value: number }[]>();
  const configuration = (definition: MetricDefinition) => ({
    name: definition.name,
    help: definition.help,
    labelNames: [...definition.labels],
    registers: [registry],
  });
  const find = (key: MetricKey): Counter | Gauge => {
    let found = made.get(key);
    if (found) return found;
    const definition: MetricDefinition = definitions[key];
    if (definition.type === 'counter') found = new Counter(configuration(definition));
    else found = new Gauge(configuration(definition));
    made.set(key, found);
    return found;
  };

  const metrics: Metrics = {
    contentType: registry.contentType,
    count(key, labels, by = 1) {
      (find(key) as Counter).inc(labels, by);
    },
    series(key, labels) {
      let all = held.get(key);
      if (!all) {
        const made: { readonly labels: Labels; readonly series: Series }[] = (all = []);
        held.set(key, made);
        metrics.readHistogram(key, () =>
          made.map(({ labels, series: { counts, sum } }) => ({ labels, counts, sum })),
        );
      }
      const series = new Series(boundsOf(key));
      all.push({ labels, series });
      return series;
    },
    total(key, labels) {
      let all = totals.get(key);
      if (!all) {
        totals.set(key, (all = []));
        metrics.read(key, () => totals.get(key)!);
      }
      const total = { labels, value: 0 };
      all.push(total);
      return total;
    },
    read(key, values) {
      const definition: MetricDefinition = definitions[key];
      const set = async (collected: Counter | Gauge): Promise<void> => {
        collected.reset();
        for (const { labels, value } of await values()) {
          if (collected instanceof Gauge) collected.set(labels, value);
          else collected.inc(labels, value);
        }
      };
      if (definition.type === 'counter')
        new Counter({
          ...configuration(definition),
          async collect(this: Counter) {
            await set(this);
          },
        });
      else
        new Gauge({
          ...configuration(definition),
          async collect(this: Gauge) {
            await set(this);
          },
        });
    },
    readHistogram(key, values) {
      const { name, help } = definitions[key];
      // What the registry asks of a metric, without its way of counting.
      const collected = {
        name,
        help,
        type: 'histogram',
        get: async () => ({
          name,
          help,
          type: 'histogram',
          values: values().flatMap((reading) => histogramValues(name, boundsOf(key), reading)),
        }),
      };
      registry.registerMetric(collected as unknown as Histogram);
    },
    text: () => registry.metrics(),
  };
  metrics.read('targetInfo', () => [{ labels: { target, version }, value: 1 }]);
  return metrics;
}

const boundsOf = (key: MetricKey): readonly number[] =>
  key === 'jobSeconds' ? JOB_BUCKETS : SECONDS_BUCKETS;

function histogramValues(name: string, bounds: readonly number[], { labels, counts, sum }: HistogramReading) {
  let total = 0;
  const buckets = [...bounds.map(String), '+Inf'].map((le, i) => {
    total += counts[i] ?? 0;
    return { metricName: `${name}_bucket`, labels: { le, ...labels }, value: total };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: total },
  ];
}
