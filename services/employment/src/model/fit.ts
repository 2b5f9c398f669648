import { LmiError } from '@lmi/kit';
import type { IpfResult } from '@lmi/statistics';

/** @throws LmiError not-available when the margins could not be met: an estimate that misses them must not be served. */
export function requireConverged(result: Omit<IpfResult, 'table'>, what: string): void {
  if (result.converged) return;
  throw new LmiError(
    'not-available',
    `estimate of ${what}: margins not met (${result.reason}, relative error ${result.maxRelativeError})`,
  );
}
