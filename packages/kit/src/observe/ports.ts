import { LmiError } from '../errors';
import type { Cache, CacheKey } from '../ports/cache';
import type { CallContext, Calls, Client, Handlers, ServiceDefinition } from '../ports/calls';
import type { Database, Reader, Row, SqlValue, Writer } from '../ports/database';
import type { JobContext, JobHandler, JobOptions, Jobs } from '../ports/jobs';
import { attributes, spans } from '../telemetry';
import type { Metrics, Reading } from './metrics';
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
    observed[name] = async (request, context) => {
      const began = performance.now();
      let code = 'ok';
      try {
        const parent = kind === 'server' ? context.traceparent : undefined;
        if (parent === undefined && currentSpan() === undefined) return await method(request, context);
        const options: SpanOptions = { kind, parent, attributes: described };
        return await inSpan(
          () => spans.call(path),
          options,
          () => method(request, context),
        );
      } catch (error) {
        code = codeOf(error);
        throw error;
      } finally {
        const seconds = (performance.now() - began) / 1000;
        metrics?.observe(key, { rpc_method: path, code }, seconds);
        if (totals) {
          totals.requests += 1;
          totals.seconds += seconds;
          if (FAULTS.has(code)) totals.failed += 1;
        }
      }
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
const known = new Map<string, { readonly operation: string; readonly table: string }>();
const MOST_KNOWN = 2_000;

/** First word and first table of a statement. */
export function describeStatement(sql: string): { readonly operation: string; readonly table: string } {
  let found = known.get(sql);
  if (!found) {
    const [, operation = '', table = ''] = STATEMENT.exec(sql) ?? [];
    const updated = /^update$/i.test(operation) ? (/^\s*UPDATE\s+([\w.]+)/i.exec(sql)?.[1] ?? '') : table;
    found = { operation: operation.toUpperCase(), table: updated };
    if (known.size < MOST_KNOWN) known.set(sql, found);
  }
  return found;
}

const systems = { sqlite: 'sqlite', mysql: 'mariadb' } as const;

export function observedDatabase(db: Database, { metrics }: PortObservation): Database {
  const statement = async <T>(sql: string, work: () => Promise<T>): Promise<T> => {
    const { operation, table } = describeStatement(sql);
    const began = performance.now();
    let outcome = 'ok';
    try {
      return await inSpan(() => spans.statement(operation, table), optionsOf(sql, operation), work);
    } catch (error) {
      outcome = codeOf(error);
      throw error;
    } finally {
      const labels = { db_operation_name: operation, outcome };
      metrics?.observe('sqlSeconds', labels, (performance.now() - began) / 1000);
    }
  };
  // Values are parameters, so that the text holds none.
  const optionsOf = (sql: string, operation: string): SpanOptions =>
    currentSpan() === undefined
      ? {}
      : {
          kind: 'client',
          attributes: {
            [attributes.dbSystem]: systems[db.engine],
            [attributes.dbOperation]: operation,
            [attributes.dbQuery]: sql.replace(/\s+/g, ' ').trim(),
          },
        };
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
  return {
    through<T extends object>(key: CacheKey, load: () => Promise<T>): Promise<T> {
      let outcome = 'hit';
      const loading = (): Promise<T> => {
        outcome = 'miss';
        return load();
      };
      if (currentSpan() === undefined) {
        const found = cache.through(key, loading);
        if (metrics)
          void found.then(
            () => metrics.count('cacheLookups', { outcome }),
            () => metrics.count('cacheLookups', { outcome: 'failed' }),
          );
        return found;
      }
      return inSpan(
        () => spans.cache,
        { attributes: { [attributes.cacheName]: String(key[0]) } },
        async (span) => {
          const value = await cache.through(key, loading);
          span?.set(attributes.cacheOutcome, outcome);
          metrics?.count('cacheLookups', { outcome });
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
          metrics?.observe('jobSeconds', { job: name, outcome }, (performance.now() - began) / 1000);
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
