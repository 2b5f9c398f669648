/**
 * Every name that operators see: of spans, attributes, metrics and log fields. Dashboards, alert rules and the signal
 * matrix are checked against this file. Where OpenTelemetry's semantic conventions have a name, it is theirs.
 */

/** Attributes of spans. None holds an address, a query string or a value that a caller sent. */
export const attributes = {
  method: 'http.request.method',
  route: 'http.route',
  status: 'http.response.status_code',
  path: 'url.path',
  error: 'error.type',
  rpcSystem: 'rpc.system.name',
  rpcMethod: 'rpc.method',
  dbSystem: 'db.system.name',
  dbQuery: 'db.query.text',
  dbOperation: 'db.operation.name',
  dbRows: 'db.response.returned_rows',
  messagingSystem: 'messaging.system',
  messagingQueue: 'messaging.destination.name',
  messagingOperation: 'messaging.operation.name',
  /** How a request was answered: see {@link answerOutcomes}. */
  outcome: 'lmi.answer.outcome',
  /** First element of a cache key: what is kept under it. */
  cacheName: 'lmi.cache.name',
  /** "hit" or "miss". */
  cacheOutcome: 'lmi.cache.outcome',
  job: 'lmi.job.name',
  /** As nginx has it: HIT, MISS, EXPIRED, STALE, UPDATING, BYPASS, REVALIDATED; absent where it answers itself. */
  entranceCache: 'lmi.entrance.cache',
} as const;

/** Names of spans; those of requests, calls and jobs are made of the route, the method or the job. */
export const spans = {
  /** HTTP server span of the gateway: method and route template. */
  request: (method: string, route: string) => `${method} ${route}`,
  /** Span of the entrance, made from its log line. */
  entrance: (method: string) => `${method} entrance`,
  /** Both sides of a call, in process too: "lmi.pay.v1.PayService/EstimatePay". */
  call: (path: string) => path.replace(/^\//, ''),
  cache: 'cache through',
  /** One statement: its first word and the table that it names first. */
  statement: (operation: string, table: string) => (table ? `${operation} ${table}` : operation),
  transaction: 'transaction',
  jobAdd: (name: string) => `add ${name}`,
  jobProcess: (name: string) => `process ${name}`,
  jobThread: (name: string) => `run ${name}`,
  command: (name: string) => `lmi ${name}`,
} as const;

/** How the gateway answered: "kept": from its store; "made": by a call; "not-modified": the caller has it already. */
export const answerOutcomes = ['kept', 'made', 'not-modified'] as const;
export type AnswerOutcome = (typeof answerOutcomes)[number];

export interface MetricDefinition {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
}

const metric = <L extends string>(
  type: MetricDefinition['type'],
  name: string,
  labels: readonly L[],
  help: string,
) => ({ name, help, type, labels }) as const;

/** Metrics of our own; each process adds prom-client's of Node itself, see {@link runtimeMetrics}. */
export const metrics = {
  requestSeconds: metric(
    'histogram',
    'http_server_request_duration_seconds',
    ['http_route', 'status_class'],
    'Time from the request to its answer, by route template',
  ),
  activeRequests: metric('gauge', 'http_server_active_requests', [], 'Requests that are being answered'),
  answers: metric(
    'counter',
    'lmi_answers_total',
    ['http_route', 'outcome'],
    'Answers by how they came about: kept, made, not-modified',
  ),
  serviceAnswering: metric(
    'gauge',
    'lmi_service_answering',
    ['service'],
    'Whether the service answered the gateway when last asked for its releases',
  ),
  releaseServed: metric(
    'gauge',
    'lmi_release_served_timestamp_seconds',
    ['dataset'],
    'When the release that this gateway serves was published',
  ),
  releasePublished: metric(
    'gauge',
    'lmi_release_published_timestamp_seconds',
    ['dataset'],
    'When the release that the database points at was published',
  ),
  rpcServerSeconds: metric(
    'histogram',
    'rpc_server_call_duration_seconds',
    ['rpc_method', 'code'],
    'Calls answered by this process',
  ),
  rpcClientSeconds: metric(
    'histogram',
    'rpc_client_call_duration_seconds',
    ['rpc_method', 'code'],
    'Calls made by this process, retries included',
  ),
  sqlSeconds: metric(
    'histogram',
    'db_client_operation_duration_seconds',
    ['db_operation_name', 'outcome'],
    'Statements sent to the database',
  ),
  cacheLookups: metric(
    'counter',
    'lmi_cache_lookups_total',
    ['outcome'],
    'Lookups in the process cache and Redis together: hit, or miss when the value was loaded',
  ),
  cacheConnected: metric('gauge', 'lmi_cache_connected', [], 'Whether the cache server takes part now'),
  replicaLag: metric(
    'gauge',
    'lmi_database_replica_lag_seconds',
    ['replica'],
    'How far a read replica is behind the newest heartbeat; absent while it is not known',
  ),
  replicaServing: metric(
    'gauge',
    'lmi_database_replica_serving',
    ['replica'],
    'Whether reads go to the replica: 0 while it lags or is gone',
  ),
  jobSeconds: metric(
    'histogram',
    'lmi_job_duration_seconds',
    ['job', 'outcome'],
    'Attempts of jobs, imports among them',
  ),
  queueJobs: metric(
    'gauge',
    'lmi_queue_jobs',
    ['state'],
    'Jobs that run, wait, are paused or failed for good',
  ),
  queueOldest: metric(
    'gauge',
    'lmi_queue_oldest_waiting_seconds',
    [],
    'How long the job that waits longest has waited',
  ),
  queueReachable: metric('gauge', 'lmi_queue_reachable', [], 'Whether the queue answered when last asked'),
  entranceRequests: metric(
    'counter',
    'lmi_entrance_requests_total',
    ['cache', 'status_class'],
    'Requests that nginx answered, by its cache and the status',
  ),
  entranceSeconds: metric(
    'histogram',
    'lmi_entrance_request_duration_seconds',
    [],
    'Time nginx took for a request',
  ),
  entranceBehind: metric(
    'gauge',
    'lmi_entrance_log_behind_bytes',
    [],
    'Bytes of the log of nginx that are not counted yet',
  ),
  errorEvents: metric('counter', 'lmi_error_events_total', ['target'], 'Errors that were logged as errors'),
  targetInfo: metric('gauge', 'lmi_target_info', ['target', 'version'], 'One for each process that runs'),
  draining: metric('gauge', 'lmi_target_draining', [], 'Whether the process is about to stop'),
} as const;

export type MetricKey = keyof typeof metrics;

/** Metrics of Node itself that rules, dashboards and the status page use; prom-client makes them. */
export const runtimeMetrics = [
  'process_cpu_seconds_total',
  'process_resident_memory_bytes',
  'process_start_time_seconds',
  'nodejs_eventloop_lag_seconds',
  'nodejs_eventloop_lag_p99_seconds',
  'nodejs_heap_size_used_bytes',
  'nodejs_gc_duration_seconds',
] as const;

/** Bounds of the histograms of requests, calls and statements, in seconds; 0.3 is the objective for requests. */
export const SECONDS_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1, 2.5] as const;
/** Bounds of the histogram of jobs, in seconds. */
export const JOB_BUCKETS = [0.1, 1, 5, 15, 60, 300, 1800] as const;

/** Fields of log lines that other systems look for; `level`, `time` and `msg` are pino's. */
export const logFields = {
  trace: 'traceId',
  span: 'spanId',
  error: 'err',
  errorId: 'errorId',
} as const;
