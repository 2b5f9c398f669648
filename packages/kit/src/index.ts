export { configSchema, environmentWith, readConfig, type Config } from './config';
export { errorCodes, invalidArgument, LmiError, notFound, type ErrorCode, type ErrorDetails } from './errors';
export { giveBackWhenQuiet } from './give-back';
export { inTime, TookTooLong } from './in-time';
export { createLog, type Log } from './log';
export type { Cache, CacheKey } from './ports/cache';
export type {
  CallContext,
  Calls,
  Client,
  Handlers,
  MessageCodec,
  MethodDefinition,
  ServiceDefinition,
} from './ports/calls';
export type { ColumnRecord, Database, Reader, ReplicaStatus, Row, SqlValue, Writer } from './ports/database';
export type {
  AreaRecord,
  Classification,
  CrosswalkPair,
  OccupationRecord,
  Reference,
  ReferenceSource,
  ReleaseSet,
  Serving,
} from './ports/reference';
export type {
  DeadJob,
  JobContext,
  JobHandler,
  JobOptions,
  Jobs,
  ListedJob,
  ScheduleTime,
} from './ports/jobs';
export type {
  CheckRecord,
  QualityCount,
  ReleaseRecord,
  ReleaseState,
  ReleaseStore,
  SourceFileRecord,
  StageRequest,
  StageSink,
  StageSummary,
} from './ports/releases';
export type { Limits, Standing } from './ports/limits';
export { InProcessCalls } from './rpc/in-process';
export { partOf, valueOfPart, type Part } from './rpc/parts';
export { Lifecycle, type Resource } from './run';
