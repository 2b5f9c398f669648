import type { Jobs } from '@lmi/kit';
import type * as bullmqModule from './bullmq';
import type { BullJobsOptions } from './bullmq';

export { inlineJobs, type InlineJobsOptions } from './inline';
export type { BullJobsOptions } from './bullmq';

/** The jobs of the cluster shape; BullMQ is loaded here, so that the other shape does not pay for it. */
export function bullJobs(options: BullJobsOptions): Jobs {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { bullJobs: open } = require('./bullmq') as typeof bullmqModule;
  return open(options);
}
