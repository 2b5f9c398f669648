import { bullJobs } from '@lmi/jobs';
import type { Config, Jobs, Log } from '@lmi/kit';

/** The one queue of a cluster: every worker takes every kind of job. */
const JOB_QUEUE = 'lmi';

/**
 * A job whose worker was killed is taken over within lockMs + 2 × checkMs. The process that holds it does nothing that
 * blocks (jobs run in threads), so that a short hold is safe.
 */
export const TAKEOVER = { lockMs: 10_000, checkMs: 3_000 };

/** The queue of LMI_QUEUE_URL, to ask for jobs or to take them. */
export function openQueue(config: Config, log: Log): Jobs {
  return bullJobs({
    url: config.LMI_QUEUE_URL,
    queue: JOB_QUEUE,
    log,
    takeover: TAKEOVER,
    stopMs: config.LMI_JOB_STOP_MS,
  });
}
