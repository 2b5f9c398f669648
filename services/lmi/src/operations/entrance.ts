import type { Database, Lifecycle, Log } from '@lmi/kit';
import { attributes, SECONDS_BUCKETS, spans, tracer, type Metrics } from '@lmi/kit/observe';
import {
  answeredByEntrance,
  changeRecord,
  EntranceLog,
  listRecords,
  UsageCounter,
  type EntranceLine,
  type LogPosition,
  type UsageOutcome,
} from '@lmi/operations';

const READ_EVERY_MS = 1_000;
const STORE_EVERY_MS = 5_000;
const MOST_PATHS = 20_000;

/** What is remembered of the log between two starts. */
const POSITION = ['log-position', 'entrance'] as const;

/**
 * Follows the log of nginx: counts all queries, those that its cache answered among them, gives its metrics, and makes its
 * span of each request that is traced. Goes on where the process before it was; what that one counted and had not stored
 * is counted again, so that nothing is lost when it was killed.
 */
export async function followEntrance(
  file: string,
  db: Database,
  metrics: Metrics | undefined,
  lifecycle: Lifecycle,
  log: Log,
): Promise<void> {
  // A worker without this setting does not pay for the gateway's routes.
  const { routeOf } = await import('@lmi/gateway');
  const counter = new UsageCounter();
  const counted = new EntranceCounts();
  const routes = new Map<string, string>();
  const datasets = await datasetNames(db);

  const take = (line: EntranceLine): void => {
    counted.add(line);
    const key = `${line.method} ${line.path}`;
    let endpoint = routes.get(key);
    if (endpoint === undefined) {
      endpoint = routeOf(line.path);
      if (routes.size >= MOST_PATHS) routes.clear();
      routes.set(key, endpoint);
    }
    const at = line.end * 1000;
    const [, a, b, c] = /^(\d\d)(\d\d)(\d\d)$/.exec(line.system) ?? [];
    counter.add({
      at,
      endpoint,
      datasets: datasets.of(line.releases),
      outcome: outcomeOf(line),
      system: a === undefined ? undefined : Number(a) * 2_500 + Number(b) * 50 + Number(c),
    });
    if (line.flags === '01') addSpan(line, at);
  };

  const last = (await listRecords(db, POSITION[0], POSITION[1]))[0];
  const entrance = new EntranceLog(file, last && (JSON.parse(last.body) as LogPosition), take);
  if (metrics) {
    counted.show(metrics);
    metrics.read('entranceBehind', () => [{ labels: {}, value: entrance.behind }]);
  }

  let stored = 0;
  let failing = false;
  const read = async (store: boolean): Promise<void> => {
    try {
      const position = await entrance.read();
      if (!store && Date.now() - stored < STORE_EVERY_MS) return;
      await datasets.refresh();
      await counter.flush(db);
      if (position) await changeRecord<LogPosition>(db, POSITION[0], POSITION[1], () => position);
      stored = Date.now();
      failing = false;
    } catch (error) {
      if (!failing) log.warn({ err: error }, 'the log of nginx could not be counted');
      failing = true;
    }
  };
  let reading = read(false);
  const timer = setInterval(() => {
    reading = reading.then(() => read(false));
  }, READ_EVERY_MS).unref();
  lifecycle.add('entrance log', async () => {
    clearInterval(timer);
    await reading;
    await read(true);
  });
}

function outcomeOf(line: EntranceLine): UsageOutcome {
  if (line.status >= 500) return 'failed';
  if (line.status >= 400) return 'refused';
  return answeredByEntrance(line) ? 'entrance' : 'gateway';
}

function addSpan(line: EntranceLine, end: number): void {
  const span = tracer()?.start(spans.entrance(line.method), {
    kind: 'server',
    parent: line.parent_id === '' ? '' : `00-${line.trace_id}-${line.parent_id}-01`,
    traceId: line.trace_id,
    spanId: line.span_id,
    startedAt: end - line.seconds * 1000,
    attributes: {
      [attributes.method]: line.method,
      [attributes.path]: line.path,
      [attributes.status]: line.status,
      ...(line.cache === '' ? {} : { [attributes.entranceCache]: line.cache }),
    },
  });
  if (line.status >= 500) span?.fail(line.status);
  span?.end(end);
}

/** Plain numbers, since nginx may answer tens of thousands of requests a second. */
class EntranceCounts {
  private readonly requests = new Map<string, number>();
  private readonly counts: number[] = Array.from({ length: SECONDS_BUCKETS.length + 1 }, () => 0);
  private sum = 0;

  add({ cache, status, seconds }: EntranceLine): void {
    const key = `${cache} ${Math.floor(status / 100)}xx`;
    this.requests.set(key, (this.requests.get(key) ?? 0) + 1);
    let i = 0;
    while (i < SECONDS_BUCKETS.length && seconds > SECONDS_BUCKETS[i]!) i += 1;
    this.counts[i]! += 1;
    this.sum += seconds;
  }

  show(metrics: Metrics): void {
    metrics.read('entranceRequests', () =>
      [...this.requests].map(([key, value]) => {
        const [cache = '', status_class = ''] = key.split(' ');
        return { labels: { cache: cache || 'NONE', status_class }, value };
      }),
    );
    metrics.readHistogram('entranceSeconds', () => [{ labels: {}, counts: this.counts, sum: this.sum }]);
  }
}

/** Datasets of the releases that an answer names. */
async function datasetNames(db: Database) {
  let byVersion = new Map<string, string>();
  const known = new Map<string, readonly string[]>();
  const refresh = async (): Promise<void> => {
    const rows = await db.read((reader) =>
      reader.all<{ version: string; dataset: string }>('SELECT version, dataset FROM dataset_release'),
    );
    if (rows.length !== byVersion.size) known.clear();
    byVersion = new Map(rows.map(({ version, dataset }) => [version, dataset]));
  };
  await refresh();
  return {
    refresh,
    of(releases: string): readonly string[] {
      if (releases === '') return [];
      let found = known.get(releases);
      if (!found) {
        found = [...new Set(releases.split(', ').flatMap((version) => byVersion.get(version) ?? []))];
        if (known.size >= MOST_PATHS) known.clear();
        known.set(releases, found);
      }
      return found;
    },
  };
}
