export interface JobContext {
  /** 0 to 1. */
  progress(done: number): void;
}

export type JobHandler<P> = (payload: P, context: JobContext) => Promise<void>;

export interface JobOptions {
  /** Jobs with the same id that wait or run are one job. */
  readonly id: string;
  readonly onProgress?: (done: number) => void;
}

/** The jobs port: work that runs outside a request. At most one job with the same id at a time. */
export interface Jobs {
  register<P>(name: string, handler: JobHandler<P>): void;
  /** Runs the job to its end. @throws what the handler throws. */
  run<P>(name: string, payload: P, options: JobOptions): Promise<void>;
  close(): Promise<void>;
}
