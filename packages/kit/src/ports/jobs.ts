export interface JobContext {
  /** 0 to 1. */
  progress(done: number): void;
  /**
   * Aborted when another worker has taken the job over, because this one was not heard of for too long. A handler that
   * goes on does no harm (its result is dropped) but works for nothing.
   */
  readonly signal: AbortSignal;
}

export type JobHandler<P> = (payload: P, context: JobContext) => Promise<void>;

export interface JobOptions {
  /** Jobs with the same id that wait or run are one job. */
  readonly id: string;
  /**
   * How often the job is tried, with growing pauses between; 1 unless given. An error that trying again cannot mend
   * (LmiError invalid-argument or not-found) ends the job at once.
   */
  readonly attempts?: number;
  readonly onProgress?: (done: number) => void;
}

/** When a job runs by itself: at an interval, first within one interval from now; or by cron, five fields, UTC. */
export type ScheduleTime = { readonly everyMs: number } | { readonly cron: string };

/** A job that ended in failure, kept until it is run again or pushed out by newer ones. */
export interface DeadJob {
  /** Names this failure; several jobs of one id may have failed. */
  readonly key: string;
  readonly id: string;
  readonly name: string;
  readonly payload: unknown;
  readonly reason: string;
  readonly attempts: number;
  /** ISO 8601 UTC. */
  readonly failedAt: string;
}

/**
 * The jobs port: work that runs outside a request. At most one job with the same id at a time, among all processes.
 * Payloads are plain JSON data.
 */
export interface Jobs {
  register<P>(name: string, handler: JobHandler<P>): void;
  /** Takes jobs in this process from now on; a process that only asks for jobs does not call it. */
  work(): Promise<void>;
  /**
   * Runs the job to its end, in whichever process works. @throws what the handler threw at the last attempt, or
   * LmiError unavailable when the queue cannot be reached or this process stops first.
   */
  run<P>(name: string, payload: P, options: JobOptions): Promise<void>;
  /** Runs the job by itself from now on. One schedule per id: asking again replaces it. @throws on a malformed time. */
  schedule<P>(
    name: string,
    payload: P,
    time: ScheduleTime,
    options: Omit<JobOptions, 'onProgress'>,
  ): Promise<void>;
  unschedule(id: string): Promise<void>;
  /** The newest failures first, at most 1,000. */
  deadJobs(): Promise<DeadJob[]>;
  /** Runs a failed job once more, as `run`, and takes it off the list. @throws LmiError not-found for an unknown key. */
  rerun(key: string, onProgress?: (done: number) => void): Promise<void>;
  /** Starts no job any more and waits for the running ones. */
  close(): Promise<void>;
}
