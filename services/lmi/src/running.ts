import { setTimeout as sleep } from 'node:timers/promises';
import type { Config, Lifecycle } from '@lmi/kit';

export interface Running {
  /** Port that was bound: HTTP for the gateway, gRPC for a dataset service. */
  readonly port: number;
}

/** Before the stop: says "not ready" and goes on serving until callers have noticed. */
export function addDrain(lifecycle: Lifecycle, config: Config, drain: () => void): void {
  lifecycle.add('drain', async () => {
    drain();
    await sleep(config.LMI_DRAIN_MS);
  });
}
