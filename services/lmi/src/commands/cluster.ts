import path from 'node:path';
import { LmiError, type Config } from '@lmi/kit';
import { Cluster } from '../cluster/cluster';
import { ClusterHome } from '../cluster/home';
import { projectPaths } from '../paths';
import { print, withSession } from './session';

export interface HomeOption {
  readonly home?: string;
}

export interface UpCommandOptions extends HomeOption {
  readonly replicas?: string;
  readonly databaseReplicas?: string;
  readonly port?: string;
  readonly load: boolean;
  readonly limit?: string;
}

function homeOf(options: HomeOption, config: Config): ClusterHome {
  return new ClusterHome(path.resolve(options.home ?? path.join(projectPaths(config).home, 'cluster')));
}

/** @throws LmiError invalid-argument naming the option. */
function wholeNumber(field: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new LmiError('invalid-argument', `${field} must be a whole number from ${min} to ${max}`, { field });
}

/** Runs the work on the cluster that is there. @throws LmiError not-found when there is none. */
function withCluster(options: HomeOption, work: (cluster: Cluster) => Promise<void>): Promise<void> {
  return withHome(options, (home, config) => work(new Cluster(home, config, print)));
}

/** The same for work that changes the cluster: one command at a time. */
function changing(
  options: HomeOption,
  work: (cluster: Cluster, home: ClusterHome) => Promise<void>,
): Promise<void> {
  return withHome(options, (home, config) =>
    home.exclusively(() => work(new Cluster(home, config, print), home)),
  );
}

function withHome(
  options: HomeOption,
  work: (home: ClusterHome, config: Config) => Promise<void>,
): Promise<void> {
  return withSession(async ({ config }) => {
    const home = homeOf(options, config);
    if (!home.exists)
      throw new LmiError('not-found', `no cluster in ${home.folder}; start one with: lmi cluster up`);
    await work(home, config);
  });
}

export async function upCommand(options: UpCommandOptions): Promise<void> {
  await withSession(async ({ config }) => {
    const home = homeOf(options, config);
    home.create();
    await home.exclusively(async () => {
      const cluster = new Cluster(home, config, print);
      await cluster.up({
        ...(options.replicas === undefined
          ? {}
          : { replicas: wholeNumber('replicas', options.replicas, 1, 32) }),
        ...(options.databaseReplicas === undefined
          ? {}
          : { databaseReplicas: wholeNumber('database-replicas', options.databaseReplicas, 1, 32) }),
        ...(options.port === undefined ? {} : { port: wholeNumber('port', options.port, 0, 65535) }),
        ...(options.limit === undefined
          ? {}
          : { requestsPerMinute: wholeNumber('limit', options.limit, 0, 10_000_000) }),
        load: options.load,
      });
      await printStatus(cluster);
      print();
      print(`LMI for All is serving on ${cluster.address}`);
      print(`Files: ${home.folder}`);
      print(`Stop:  lmi cluster down${options.home === undefined ? '' : ` --home ${home.folder}`}`);
    });
  });
}

async function printStatus(cluster: Cluster): Promise<boolean> {
  const processes = await cluster.status();
  print(
    `${'process'.padEnd(16)} ${'state'.padEnd(8)} ${'ready'.padEnd(5)} ${'pid'.padStart(8)} ${'port'.padStart(6)} ${'MB'.padStart(5)} ${'lag s'.padStart(6)}`,
  );
  for (const { name, state, ready, pid, port, memoryMb, lagMs } of processes) {
    print(
      `${name.padEnd(16)} ${state.padEnd(8)} ${(ready ? 'yes' : 'no').padEnd(5)} ${String(pid ?? '-').padStart(8)} ${String(port).padStart(6)} ${String(memoryMb).padStart(5)}${lagMs === undefined ? '' : (lagMs / 1000).toFixed(1).padStart(7)}`,
    );
  }
  return processes.every(({ ready }) => ready);
}

/** Exit code 1 when a process that should run does not, or is not ready. */
export async function statusCommand(options: HomeOption & { readonly json?: boolean }): Promise<void> {
  await withCluster(options, async (cluster) => {
    const processes = await cluster.status();
    if (options.json) print(JSON.stringify({ address: cluster.address, processes }, undefined, 2));
    else {
      await printStatus(cluster);
      print(cluster.address);
    }
    if (!processes.every(({ ready }) => ready)) process.exitCode = 1;
  });
}

export async function scaleCommand(target: string, count: string, options: HomeOption): Promise<void> {
  await changing(options, (cluster) => cluster.scale(target, wholeNumber('count', count, 1, 32)));
}

export async function restartCommand(
  target: string,
  options: HomeOption & { readonly rolling?: boolean },
): Promise<void> {
  await changing(options, (cluster) => cluster.restart(target, options.rolling === true));
}

/** Runs another command of the program on the cluster's primary; its exit code becomes this one's. */
export async function runCommand(args: readonly string[], options: HomeOption): Promise<void> {
  await withCluster(options, async (cluster) => {
    process.exitCode = await cluster.run(args);
  });
}

export async function logsCommand(
  target: string,
  options: HomeOption & { readonly lines: string },
): Promise<void> {
  await withCluster(options, async (cluster) => {
    for (const { log, lines } of cluster.logs(target, wholeNumber('lines', options.lines, 1, 100_000))) {
      for (const line of lines) print(`${log.padEnd(14)} ${line}`);
    }
  });
}

export async function downCommand(options: HomeOption & { readonly purge?: boolean }): Promise<void> {
  await changing(options, async (cluster, home) => {
    await cluster.down();
    if (options.purge) home.purge();
    print(options.purge ? `stopped; ${home.folder} is cleared` : `stopped; data stays in ${home.folder}`);
  });
}
