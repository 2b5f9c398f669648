export { answeredByEntrance, EntranceLog, type EntranceLine, type LogPosition } from './entrance-log';
export {
  byTarget,
  historyView,
  incidentRules,
  objectives,
  StatusHistory,
  type Burn,
  type Incident,
  type StatusHistoryView,
  type StatusSpan,
} from './history';
export {
  Observer,
  statusTargets,
  type Ask,
  type Passed,
  type ProcessSight,
  type ProcessState,
  type Sight,
} from './observer';
export { LogUsage } from './log-usage';
export {
  changeRecord,
  forgetRecords,
  listRecords,
  putRecords,
  recordKinds,
  type OperationsRecord,
  type RecordKind,
} from './records';
export { SYSTEM_NUMBERS, SystemCount, SystemNumbers } from './systems';
export {
  firstDay,
  readUsageReport,
  UsageCounter,
  usageCsv,
  usageDocuments,
  usageReport,
  type NamedCount,
  type UsageDay,
  type UsageEvent,
  type UsageMonth,
  type UsageOutcome,
  type UsageReport,
} from './usage';
