import path from 'node:path';

/** Root of the project, from where this file is compiled to (services/lmi/dist/cluster). */
const projectRoot = path.resolve(__dirname, '../../../..');

/** The configuration that containers read too. */
export function infraFile(...parts: string[]): string {
  return path.join(projectRoot, 'infra', ...parts);
}

/** The compiled program, as its processes run it. */
export const programFile = path.join(projectRoot, 'services/lmi/dist/main.js');

/** Everything listens here alone. */
export const LOOPBACK = '127.0.0.1';

/** The servers that a cluster has once, in the order they start; its database has replicas beside. */
export const serverNames = ['primary', 'cache', 'queue', 'nginx'] as const;

/**
 * What nginx takes from one address, as a multiple of what gateways answer without a key. A key raises that tenfold, and
 * cached answers count here only.
 */
export const ENTRANCE_SHARE = 40;
