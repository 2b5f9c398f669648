export interface JobContext {
  /** 0 to 1. */
  progress(done: number): void;
  /**
   * Aborted when another worker has taken the job over, because this one was not heard of for too long: a handler that
   * goes on does no harm (its result is dropped) but works for nothing. Aborted too when this process stops and the job
   * did not end in time: a handler that then leaves at a safe point by throwing has its job given to another worker.
   */
  readonly signal: AbortSignal;
  /** W3C traceparent of whoever asked for the job, when that was traced. */
  readonly traceparent?: string | undefined;
}

/** Its result, plain JSON data, is handed to whoever waits for the job. */
export type JobHandler<P> = (payload: P, context: JobContext) => Promise<unknown>;

export interface JobOptions {
  /** Jobs with the same id that wait or run are one job. */
  readonly id: string;
  /**
   * How often the job is tried, with growing pauses between; 1 unless given. An error that trying again cannot mend
   * (LmiError invalid-argument, not-found or not-available) ends the job at once.
   */
  readonly attempts?: number;
  readonly onProgress?: (done: number) => void;
  /** W3C traceparent under which the job goes on; no part of what makes jobs equal. */
  readonly traceparent?: string;
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

/** A job that has not ended, or one that will run by itself. */
export interface ListedJob {
  readonly id: string;
  readonly name: string;
  readonly payload: unknown;
  /** "paused": waits for its next attempt. "scheduled": runs by itself. */
  readonly state: 'running' | 'waiting' | 'paused' | 'scheduled';
  /** Of the attempt under way, 0 to 1. */
  readonly progress: number;
  /** The attempt under way or the next one, from 1. */
  readonly attempt: number;
  /** ISO 8601 UTC: when it began to run or to wait; for "paused" and "scheduled", when it will run. */
  readonly at: string;
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
   * Runs the job to its end, in whichever process works. @returns what the handler returned. @throws what the handler
   * threw at the last attempt; LmiError conflict when a job of the same id but another payload waits or runs; or
   * LmiError unavailable when the queue cannot be reached or this process stops first.
   */
  run<P>(name: string, payload: P, options: JobOptions): Promise<unknown>;
  /** Runs the job by itself from now on. One schedule per id: asking again replaces it. @throws on a malformed time. */
  schedule<P>(
    name: string,
    payload: P,
    time: ScheduleTime,
    options: Omit<JobOptions, 'onProgress'>,
  ): Promise<void>;
  unschedule(id: string): Promise<void>;
  /** Running jobs first, then waiting, paused and scheduled ones, each in the order of their time. */
  list(): Promise<ListedJob[]>;
  /** The newest failures first, at most 1,000. */
  deadJobs(): Promise<DeadJob[]>;
  /** Runs a failed job once more, as `run`, and takes it off the list. @throws LmiError not-found for an unknown key. */
  rerun(key: string, onProgress?: (done: number) => void): Promise<unknown>;
  /** Starts no job any more and waits for the running ones, as long as the adapter was told to. */
  close(): Promise<void>;
}
