export {
  DEFAULT_TRACE_RATIO,
  startObservation,
  type Observation,
  type ObservationOptions,
} from './observe/observation';
export {
  observedCache,
  observedCalls,
  observedDatabase,
  observedHandlers,
  observedJobs,
  watchReplicas,
  type CallTotals,
  type PortObservation,
} from './observe/ports';
export { Series } from './observe/series';
export type { HistogramReading, Metrics, Reading } from './observe/metrics';
export {
  currentSpan,
  inSpan,
  isSampled,
  tracer,
  type Span,
  type SpanAttributes,
  type SpanOptions,
  type Tracer,
} from './observe/tracer';
export {
  answerOutcomes,
  attributes,
  logFields,
  metrics as metricNames,
  runtimeMetrics,
  SECONDS_BUCKETS,
  spans,
  type AnswerOutcome,
  type MetricKey,
} from './telemetry';
