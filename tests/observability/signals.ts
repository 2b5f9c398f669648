import type { MetricKey } from '@lmi/kit/observe';

const everywhere: readonly MetricKey[] = ['targetInfo', 'draining'];
const service: readonly MetricKey[] = [
  ...everywhere,
  ...(['rpcServerSeconds', 'sqlSeconds', 'cacheConnected', 'replicaLag', 'replicaServing'] as const),
];

/** The signal matrix: which target gives which metrics. A test reads them from a running cluster. */
export const metricsOf: Readonly<Record<string, readonly MetricKey[]>> = {
  gateway: [
    ...everywhere,
    ...(['requestSeconds', 'activeRequests', 'answers', 'serviceAnswering', 'releaseServed'] as const),
    'rpcClientSeconds',
  ],
  search: service,
  pay: [...service, 'cacheLookups'],
  employment: service,
  vacancies: service,
  courses: service,
  worker: [
    ...everywhere,
    ...(['queueJobs', 'queueOldest', 'queueReachable', 'releasePublished', 'jobSeconds'] as const),
  ],
};

/** What the worker gives that follows the log of nginx. */
export const metricsOfEntrance: readonly MetricKey[] = [
  'entranceRequests',
  'entranceSeconds',
  'entranceBehind',
];

/** Metrics that appear only when something is wrong. */
export const metricsOfTrouble: readonly MetricKey[] = ['errorEvents'];

export interface TraceEdge {
  /** Target and name of the parent span; the name may be a pattern. */
  readonly from: readonly [target: string, name: RegExp];
  readonly to: readonly [target: string, name: RegExp];
}

/** The signal matrix: which span leads to which, over processes. */
export const traceEdges: readonly TraceEdge[] = [
  // nginx's own span is made by the worker that reads its log.
  { from: ['caller', /^caller$/], to: ['worker', /^GET entrance$/] },
  { from: ['worker', /^GET entrance$/], to: ['gateway', /^GET \/api\/v2\/pay$/] },
  { from: ['gateway', /^GET \/api\/v2\/pay$/], to: ['gateway', /PayService\/GetPay$/] },
  { from: ['gateway', /PayService\/GetPay$/], to: ['pay', /PayService\/GetPay$/] },
  { from: ['pay', /PayService\/GetPay$/], to: ['pay', /^SELECT release_pointer$/] },
  { from: ['pay', /PayService\/GetPay$/], to: ['pay', /^cache through$/] },
  { from: ['pay', /^cache through$/], to: ['pay', /^SELECT pay_cell$/] },
  { from: ['command', /^lmi jobs run import$/], to: ['command', /^add import$/] },
  { from: ['command', /^add import$/], to: ['worker', /^process import$/] },
  { from: ['worker', /^process import$/], to: ['worker', /^run import$/] },
  { from: ['worker', /^run import$/], to: ['worker', /^transaction$/] },
  { from: ['worker', /^transaction$/], to: ['worker', /^(?:INSERT|UPDATE|REPLACE) \w+$/] },
];
