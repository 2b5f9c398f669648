import type { Database, Lifecycle, Log } from '@lmi/kit';
import { attributes, Series, spans, tracer, type Metrics } from '@lmi/kit/observe';
import {
  answeredByEntrance,
  EntranceLog,
  LogUsage,
  type EntranceLine,
  type UsageEvent,
  type UsageOutcome,
} from '@lmi/operations';

const READ_EVERY_MS = 1_000;
const STORE_EVERY_MS = 5_000;
const MOST_PATHS = 20_000;
/** Requests that wait for the name of a release's dataset. */
const MOST_WAITING = 50_000;

export interface EntranceOptions {
  readonly file: string;
  /** Of the log, in the database: one for each nginx. */
  readonly name: string;
  readonly db: Database;
  readonly metrics: Metrics | undefined;
}

/**
 * Follows the log of an nginx: counts all queries, those that its cache answered among them, gives its metrics, and makes its
 * span of each request that is traced. Goes on where the process before it was. Waits for a database that is not there yet.
 */
export async function followEntrance(
  options: EntranceOptions,
  lifecycle: Lifecycle,
  log: Log,
): Promise<void> {
  const { file, name, db, metrics } = options;
  // A worker without this setting does not pay for the gateway's routes.
  const { routeOf } = await import('@lmi/gateway');
  const usage = new LogUsage(db, name);
  const counted = new EntranceCounts();
  const routes = new Map<string, string>();
  const datasets = datasetNames(db);
  let waiting: (Omit<UsageEvent, 'datasets'> & { readonly releases: string })[] = [];

  const onLine = (line: EntranceLine): void => {
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
    const event = {
      at,
      endpoint,
      outcome: outcomeOf(line),
      system: a === undefined ? undefined : Number(a) * 2_500 + Number(b) * 50 + Number(c),
    };
    // A release that was published since they were read last: they are read again before anything is stored.
    if (datasets.knows(line.releases) || waiting.length >= MOST_WAITING)
      usage.add({ ...event, datasets: datasets.of(line.releases) });
    else waiting.push({ ...event, releases: line.releases });
    if (line.flags === '01') addSpan(line, at);
  };
  const onLost = (): void => log.warn({ file }, 'the log of nginx was renewed twice before it was read');

  let entrance: EntranceLog | undefined;
  if (metrics) {
    counted.show(metrics);
    metrics.read('entranceBehind', () => [{ labels: {}, value: entrance?.behind ?? 0 }]);
  }

  let stored = 0;
  let failing = false;
  const read = async (atEnd: boolean): Promise<void> => {
    try {
      if (!entrance) {
        await datasets.refresh();
        entrance = new EntranceLog({ file, position: await usage.open(), onLine, onLost });
      }
      const position = await entrance.read(atEnd);
      if (!position || (!atEnd && Date.now() - stored < STORE_EVERY_MS)) return;
      await datasets.refresh();
      for (const { releases, ...event } of waiting) usage.add({ ...event, datasets: datasets.of(releases) });
      waiting = [];
      entrance.position = await usage.store(position);
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
  }, READ_EVERY_MS);
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
    spanId: line.request_id.slice(0, 16),
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
  private readonly seconds = new Series();

  add({ cache, status, seconds }: EntranceLine): void {
    const key = `${cache} ${Math.floor(status / 100)}xx`;
    this.requests.set(key, (this.requests.get(key) ?? 0) + 1);
    this.seconds.add(seconds);
  }

  show(metrics: Metrics): void {
    metrics.read('entranceRequests', () =>
      [...this.requests].map(([key, value]) => {
        const [cache = '', status_class = ''] = key.split(' ');
        return { labels: { cache: cache || 'NONE', status_class }, value };
      }),
    );
    metrics.readHistogram('entranceSeconds', () => [
      { labels: {}, counts: this.seconds.counts, sum: this.seconds.sum },
    ]);
  }
}

/** Datasets of the releases that an answer names. */
function datasetNames(db: Database) {
  let byVersion = new Map<string, string>();
  const known = new Map<string, readonly string[]>();
  const refresh = async (): Promise<void> => {
    const rows = await db.read((reader) =>
      reader.all<{ version: string; dataset: string }>('SELECT version, dataset FROM dataset_release'),
    );
    if (rows.length !== byVersion.size) known.clear();
    byVersion = new Map(rows.map(({ version, dataset }) => [version, dataset]));
  };
  return {
    refresh,
    knows: (releases: string): boolean =>
      releases === '' ||
      known.has(releases) ||
      releases.split(', ').every((version) => byVersion.has(version)),
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
