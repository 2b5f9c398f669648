import type { Log } from './log';

/** Something that was started and must be stopped; stopped in the reverse order of registration. */
export interface Resource {
  readonly name: string;
  stop(): Promise<void>;
  /** Longest wait for it to stop before the next is stopped anyway, in milliseconds. */
  readonly limitMs: number;
}

/** The limit of a resource that states none. */
const STOP_LIMIT_MS = 10_000;

/** Keeps what runs, stops it once, in reverse order, whatever asks for it. */
export class Lifecycle {
  private readonly resources: Resource[] = [];
  private stopping: Promise<void> | undefined;

  constructor(private readonly log: Log) {}

  add(name: string, stop: () => Promise<void>, limitMs = STOP_LIMIT_MS): void {
    this.resources.push({ name, stop, limitMs });
  }

  get isStopping(): boolean {
    return this.stopping !== undefined;
  }

  stop(): Promise<void> {
    this.stopping ??= this.stopAll();
    return this.stopping;
  }

  private async stopAll(): Promise<void> {
    for (const resource of this.resources.reverse()) {
      let timer: NodeJS.Timeout | undefined;
      try {
        const late = new Promise<void>((resolve) => {
          timer = setTimeout(() => {
            this.log.warn({ resource: resource.name }, 'resource did not stop in time');
            resolve();
          }, resource.limitMs);
        });
        await Promise.race([resource.stop(), late]);
      } catch (error) {
        this.log.error({ err: error, resource: resource.name }, 'resource failed to stop');
      } finally {
        clearTimeout(timer);
      }
    }
  }

  /** Stops on SIGTERM and SIGINT and then lets the process end with code 0. */
  stopOnSignals(): void {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        this.log.info({ signal }, 'stopping');
        void this.stop().then(() => process.exit(0));
      });
    }
  }
}
