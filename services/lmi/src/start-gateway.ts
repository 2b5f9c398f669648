import { hash } from 'node:crypto';
import { memoryLimits, redisLimits } from '@lmi/cache';
import {
  GatewayService,
  type AnsweredListener,
  type LimitSettings,
  type OperationsSource,
} from '@lmi/gateway';
import { LmiError, type Calls, type Config, type Database, type Lifecycle, type Log } from '@lmi/kit';
import type { Observation } from '@lmi/kit/observe';
import { LIMIT_WINDOW_MS, startKeyUse } from './key-use';
import { addDrain, type Running } from './running';

/** How often the gateway asks which releases serve: the bound on how long an old answer outlives a publication. */
const RELEASE_POLL_MS = 500;

/** How often clients may ask: counted in Redis where there is one for all gateways, else in this process. */
function limitSettings(config: Config, log: Log, lifecycle: Lifecycle): LimitSettings | undefined {
  if (config.LMI_ADDRESS_LIMIT === 0) return undefined;
  const url = config.LMI_CACHE_URL;
  const windowMs = LIMIT_WINDOW_MS;
  const limits = url === '' ? memoryLimits({ windowMs }) : redisLimits({ url, windowMs, log });
  lifecycle.add('limits', () => limits.close());
  return {
    limits,
    perAddress: config.LMI_ADDRESS_LIMIT,
    perKey: config.LMI_KEY_LIMIT,
    trustedProxies: config.LMI_TRUSTED_PROXIES.split(',')
      .map((text) => text.trim())
      .filter(Boolean),
    salt: config.LMI_LIMIT_SALT || (url && hash('sha256', url)),
  };
}

/** What a gateway gets besides its calls. */
export interface GatewayParts {
  readonly observation: Observation;
  readonly operations: OperationsSource;
  readonly onAnswered?: AnsweredListener;
  /** Where the use of keys is stored; without it somebody else does so. */
  readonly db?: Database;
}

/**
 * Starts the gateway over the given calls.
 * @param db where the use of keys is noted, when that is this process's work.
 * @throws LmiError conflict when its port is in use.
 */
export async function startGateway(
  config: Config,
  calls: Calls,
  log: Log,
  lifecycle: Lifecycle,
  { observation, operations, onAnswered, db }: GatewayParts,
): Promise<Running> {
  const limits = limitSettings(config, log, lifecycle);
  if (limits && db) {
    const keyUse = startKeyUse(db, limits.limits, log);
    lifecycle.add('key use', () => keyUse.stop());
  }
  const gateway = new GatewayService({
    calls,
    log,
    cacheMb: config.LMI_CACHE_MB,
    publicUrl: config.LMI_PUBLIC_URL,
    releasePollMs: RELEASE_POLL_MS,
    limits,
    metrics: observation.metrics,
    operations,
    onAnswered,
  });
  observation.addState(async () => gateway.state());
  const port = await gateway.listen(config.HOST, config.PORT).catch((cause: unknown) => {
    const inUse = (cause as NodeJS.ErrnoException).code === 'EADDRINUSE';
    throw inUse
      ? new LmiError('conflict', `port ${config.PORT} of ${config.HOST} is in use: set PORT to another`, {
          field: 'PORT',
          cause,
        })
      : cause;
  });
  lifecycle.add('gateway', () => gateway.close());
  addDrain(lifecycle, config, () => gateway.drain());
  return { port };
}
