import { LmiError } from '../errors';
import type { Cache, CacheKey } from '../ports/cache';
import type { CallContext, Calls, Client, Handlers, ServiceDefinition } from '../ports/calls';
import type { Database, Reader, Row, SqlValue, Writer } from '../ports/database';
import type { JobContext, JobHandler, JobOptions, Jobs } from '../ports/jobs';
import { attributes, spans, type MetricKey } from '../telemetry';
import type { Metrics, Reading } from './metrics';
import type { Series } from './series';
import { currentSpan, inSpan, type SpanOptions } from './tracer';

/**
 * Decorators over the ports: each counts and times what goes through, and makes spans inside traces that are sampled.
 * Adapters and handlers know nothing of it.
 */
export interface PortObservation {
  readonly metrics: Metrics | undefined;
}

const codeOf = (error: unknown): string => (error instanceof LmiError ? error.code : 'internal');

/** Calls answered since the start. */
export interface CallTotals {
  requests: number;
  failed: number;
  seconds: number;
}

const FAULTS = new Set(['internal', 'unavailable', 'deadline-exceeded']);

/** How long something took, by how it ended. */
class Timed {
  private readonly byCode = new Map<string, Series>();

  constructor(
    private readonly metrics: Metrics | undefined,
    private readonly key: MetricKey,
    private readonly labelsOf: (code: string) => Readonly<Record<string, string>>,
    private readonly totals?: CallTotals,
  ) {}

  add(code: string, seconds: number): void {
    const { totals } = this;
    if (totals) {
      totals.requests += 1;
      totals.seconds += seconds;
      if (FAULTS.has(code)) totals.failed += 1;
    }
    if (!this.metrics) return;
    let series = this.byCode.get(code);
    if (!series) this.byCode.set(code, (series = this.metrics.series(this.key, this.labelsOf(code))));
    series.add(seconds);
  }

  /** Counts the work when it settles, beside whoever waits for it. */
  watch<T>(began: number, work: Promise<T>): Promise<T> {
    work.then(
      () => this.add('ok', (performance.now() - began) / 1000),
      (error: unknown) => this.add(codeOf(error), (performance.now() - began) / 1000),
    );
    return work;
  }
}

type Method = (request: never, context: CallContext) => Promise<unknown>;

/** The methods of a service, each timed, and inside a span where the request is traced. */
function observedMethods(
  definition: ServiceDefinition,
  methods: Readonly<Record<string, Method>>,
  key: 'rpcServerSeconds' | 'rpcClientSeconds',
  metrics: Metrics | undefined,
  totals?: CallTotals,
): Record<string, Method> {
  const observed: Record<string, Method> = {};
  for (const [name, { name: rpc }] of Object.entries(definition.methods)) {
    const path = `${definition.fullName}/${rpc}`;
    const method = methods[name]!;
    const kind = key === 'rpcServerSeconds' ? 'server' : 'client';
    const described = { [attributes.rpcSystem]: 'grpc', [attributes.rpcMethod]: path };
    const timed = new Timed(metrics, key, (code) => ({ rpc_method: path, code }), totals);
    observed[name] = (request, context) => {
      const began = performance.now();
      const parent = kind === 'server' ? context.traceparent : undefined;
      // Nearly all: nothing is made for them but one look at the clock before and one after.
      if (parent === undefined && currentSpan() === undefined)
        return timed.watch(began, method(request, context));
      const options: SpanOptions = { kind, parent, attributes: described };
      return timed.watch(
        began,
        inSpan(
          () => spans.call(path),
          options,
          () => method(request, context),
        ),
      );
    };
  }
  return observed;
}

export function observedHandlers<D extends ServiceDefinition>(
  definition: D,
  handlers: Handlers<D>,
  { metrics }: PortObservation,
  totals?: CallTotals,
): Handlers<D> {
  const methods = handlers as unknown as Record<string, Method>;
  return observedMethods(definition, methods, 'rpcServerSeconds', metrics, totals) as unknown as Handlers<D>;
}

export function observedCalls(calls: Calls, { metrics }: PortObservation): Calls {
  return {
    client<D extends ServiceDefinition>(definition: D): Client<D> {
      const methods = calls.client(definition) as unknown as Record<string, Method>;
      return observedMethods(definition, methods, 'rpcClientSeconds', metrics) as unknown as Client<D>;
    },
    close: () => calls.close(),
  };
}

const STATEMENT = /^\s*(\w+)(?:[\s\S]*?\b(?:FROM|INTO|UPDATE|JOIN|TABLE)\s+([\w.]+))?/i;
/** SQL texts are written in the code, so that there are few of them. */
const MOST_KNOWN = 2_000;

/** First word and first table of a statement. */
function describeStatement(sql: string): { readonly operation: string; readonly table: string } {
  const [, operation = '', table = ''] = STATEMENT.exec(sql) ?? [];
  const updated = /^update$/i.test(operation) ? (/^\s*UPDATE\s+([\w.]+)/i.exec(sql)?.[1] ?? '') : table;
  return { operation: operation.toUpperCase(), table: updated };
}

const systems = { sqlite: 'sqlite', mysql: 'mariadb' } as const;

interface Statement {
  readonly operation: string;
  readonly table: string;
  readonly text: string;
  readonly timed: Timed;
}

/** Statements on one database, each timed, and inside a span where the request is traced. */
class Statements {
  private readonly known = new Map<string, Statement>();
  private readonly byOperation = new Map<string, Timed>();

  constructor(
    private readonly engine: Database['engine'],
    private readonly metrics: Metrics | undefined,
  ) {}

  run<T>(sql: string, work: () => Promise<T>): Promise<T> {
    const { timed, table, operation, text } = this.of(sql);
    const began = performance.now();
    if (currentSpan() === undefined) return timed.watch(began, work());
    const options: SpanOptions = {
      kind: 'client',
      attributes: {
        [attributes.dbSystem]: systems[this.engine],
        [attributes.dbOperation]: operation,
        // Values are parameters, so that the text holds none.
        [attributes.dbQuery]: text,
      },
    };
    return timed.watch(
      began,
      inSpan(() => spans.statement(operation, table), options, work),
    );
  }

  private of(sql: string): Statement {
    let found = this.known.get(sql);
    if (!found) {
      const { operation, table } = describeStatement(sql);
      let timed = this.byOperation.get(operation);
      if (!timed) {
        timed = new Timed(this.metrics, 'sqlSeconds', (outcome) => ({
          db_operation_name: operation,
          outcome,
        }));
        this.byOperation.set(operation, timed);
      }
      const text = sql.replace(/\s+/g, ' ').trim();
      found = { operation, table, text, timed };
      if (this.known.size < MOST_KNOWN) this.known.set(sql, found);
    }
    return found;
  }
}

export function observedDatabase(db: Database, { metrics }: PortObservation): Database {
  const statements = new Statements(db.engine, metrics);
  const statement = <T>(sql: string, work: () => Promise<T>): Promise<T> => statements.run(sql, work);
  const observedReader = (reader: Reader): Reader => ({
    all: <T extends object = Row>(sql: string, params?: readonly SqlValue[]) =>
      statement(sql, () => reader.all<T>(sql, params)),
    get: <T extends object = Row>(sql: string, params?: readonly SqlValue[]) =>
      statement(sql, () => reader.get<T>(sql, params)),
  });
  const observedWriter = (writer: Writer): Writer => ({
    ...observedReader(writer),
    run: (sql, params) => statement(sql, () => writer.run(sql, params)),
    insert: (table, columns, rows) =>
      statement(`INSERT INTO ${table}`, () => writer.insert(table, columns, rows)),
  });
  return {
    engine: db.engine,
    read: (work) => db.read((reader) => work(observedReader(reader))),
    write: (work) =>
      inSpan(
        () => spans.transaction,
        { attributes: { [attributes.dbSystem]: systems[db.engine] } },
        () => db.write((writer) => work(observedWriter(writer))),
      ),
    withLock: (name, waitMs, work) => db.withLock(name, waitMs, work),
    migrate: () => db.migrate(),
    columns: (table) => db.columns(table),
    replicas: () => db.replicas(),
    get statements() {
      return db.statements;
    },
    close: () => db.close(),
  };
}

export function observedCache(
  cache: Cache & { readonly connected?: boolean },
  { metrics }: PortObservation,
): Cache {
  if (cache.connected !== undefined)
    metrics?.read('cacheConnected', () => [{ labels: {}, value: cache.connected ? 1 : 0 }]);
  const lookups = (outcome: string) => metrics?.total('cacheLookups', { outcome });
  const [hits, misses, failures] = [lookups('hit'), lookups('miss'), lookups('failed')];
  const count = (total: { value: number } | undefined): void => {
    if (total) total.value += 1;
  };
  return {
    through<T extends object>(key: CacheKey, load: () => Promise<T>): Promise<T> {
      let hit = true;
      const loading = (): Promise<T> => {
        hit = false;
        return load();
      };
      const counted = (found: Promise<T>): Promise<T> => {
        if (metrics)
          found.then(
            () => count(hit ? hits : misses),
            () => count(failures),
          );
        return found;
      };
      if (currentSpan() === undefined) return counted(cache.through(key, loading));
      return inSpan(
        () => spans.cache,
        { attributes: { [attributes.cacheName]: String(key[0]) } },
        async (span) => {
          const value = await counted(cache.through(key, loading));
          span?.set(attributes.cacheOutcome, hit ? 'hit' : 'miss');
          return value;
        },
      );
    },
    clear: () => cache.clear(),
    close: () => cache.close(),
  };
}

/** How often at the most the queue is asked how it is. */
const QUEUE_LOOK_MS = 5_000;

/**
 * Jobs are few: each begins a trace unless whoever asked for it was traced.
 * @param watch whether this process tells how the queue is: one that works, not one that only asks for jobs.
 */
export function observedJobs(jobs: Jobs, { metrics }: PortObservation, watch: boolean): Jobs {
  if (metrics && watch) watchQueue(jobs, metrics);
  return {
    ...jobs,
    register<P>(name: string, handler: JobHandler<P>): void {
      const timed = new Timed(metrics, 'jobSeconds', (outcome) => ({ job: name, outcome }));
      jobs.register<P>(name, async (payload, job) => {
        const began = performance.now();
        let outcome = 'done';
        try {
          return await inSpan(
            () => spans.jobProcess(name),
            jobOptions(name, job),
            () => handler(payload, job),
          );
        } catch (error) {
          outcome = codeOf(error);
          throw error;
        } finally {
          timed.add(outcome, (performance.now() - began) / 1000);
        }
      });
    },
    run<P>(name: string, payload: P, options: JobOptions): Promise<unknown> {
      return inSpan(
        () => spans.jobAdd(name),
        {
          kind: 'producer',
          attributes: { [attributes.messagingOperation]: 'add', [attributes.job]: name },
        },
        (span) => jobs.run(name, payload, span ? { ...options, traceparent: span.traceparent } : options),
      );
    },
  };
}

function jobOptions(name: string, { traceparent }: JobContext): SpanOptions {
  return {
    kind: 'consumer',
    parent: traceparent,
    root: true,
    attributes: { [attributes.messagingOperation]: 'process', [attributes.job]: name },
  };
}

interface QueueLook {
  readonly counts: Reading;
  readonly oldest: number;
  readonly reachable: number;
}

function watchQueue(jobs: Jobs, metrics: Metrics): void {
  const states = ['running', 'waiting', 'paused', 'scheduled', 'failed'];
  const ask = async (): Promise<QueueLook> => {
    const [listed, dead] = await Promise.all([jobs.list(), jobs.deadJobs()]);
    const counts = states.map((state) => ({
      labels: { state },
      value: state === 'failed' ? dead.length : listed.filter((job) => job.state === state).length,
    }));
    const waiting = listed.filter(({ state }) => state === 'waiting').map(({ at }) => Date.parse(at));
    const oldest = waiting.length > 0 ? (Date.now() - Math.min(...waiting)) / 1000 : 0;
    return { counts, oldest, reachable: 1 };
  };
  let known: QueueLook = { counts: [], oldest: 0, reachable: 0 };
  let asked = 0;
  let asking: Promise<QueueLook> | undefined;
  const look = (): Promise<QueueLook> => {
    if (!asking && Date.now() - asked < QUEUE_LOOK_MS) return Promise.resolve(known);
    asking ??= ask()
      .catch(() => ({ ...known, reachable: 0 }))
      .then((found) => {
        asked = Date.now();
        asking = undefined;
        return (known = found);
      });
    return asking;
  };
  metrics.read('queueJobs', async () => (await look()).counts);
  metrics.read('queueOldest', async () => [{ labels: {}, value: (await look()).oldest }]);
  metrics.read('queueReachable', async () => [{ labels: {}, value: (await look()).reachable }]);
}

/** Gauges of the read replicas, as the database port knows them. */
export function watchReplicas(db: Database, metrics: Metrics): void {
  const read = (value: (replica: ReturnType<Database['replicas']>[number]) => number | null) => () =>
    db.replicas().flatMap((replica) => {
      const found = value(replica);
      return found === null ? [] : [{ labels: { replica: replica.address }, value: found }];
    });
  metrics.read(
    'replicaLag',
    read(({ lagMs }) => (lagMs === null ? null : lagMs / 1000)),
  );
  metrics.read(
    'replicaServing',
    read(({ state }) => (state === 'serving' ? 1 : 0)),
  );
}
