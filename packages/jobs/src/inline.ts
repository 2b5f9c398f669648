import { LmiError, type JobHandler, type JobOptions, type Jobs } from '@lmi/kit';

/** Jobs of the embedded shape: run in this process, one at a time per id; a second caller joins the first. */
export function inlineJobs(): Jobs {
  const handlers = new Map<string, JobHandler<unknown>>();
  const running = new Map<string, Promise<void>>();
  let closed = false;

  return {
    register<P>(name: string, handler: JobHandler<P>): void {
      handlers.set(name, handler as JobHandler<unknown>);
    },
    async run<P>(name: string, payload: P, options: JobOptions): Promise<void> {
      if (closed) throw new LmiError('unavailable', 'jobs are stopped');
      const joined = running.get(options.id);
      if (joined) return joined;
      const handler = handlers.get(name);
      if (!handler) {
        throw new LmiError('not-found', `no job named ${name}`, { field: 'job', validValues: [...handlers.keys()] });
      }
      const job = Promise.resolve().then(() =>
        handler(payload, { progress: (done) => options.onProgress?.(Math.min(1, Math.max(0, done))) }),
      );
      running.set(options.id, job);
      try {
        await job;
      } finally {
        running.delete(options.id);
      }
    },
    async close() {
      closed = true;
      await Promise.allSettled(running.values());
    },
  };
}
