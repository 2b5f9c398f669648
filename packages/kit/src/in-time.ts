/** What was waited for did not come within the limit. */
export class TookTooLong extends Error {
  constructor(ms: number) {
    super(`no answer within ${ms} ms`);
    this.name = 'TookTooLong';
  }
}

/**
 * What the work comes to, within a limit that does not count the time for which this process itself was busy: timers run
 * before the answers that have arrived meanwhile are read. The work is not ended.
 * @throws TookTooLong
 */
export function inTime<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new TookTooLong(ms));
    const timer = setTimeout(() => setImmediate(() => setImmediate(late)), ms).unref();
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
