import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { environmentWith, invalidArgument, LmiError, type Config } from '@lmi/kit';
import { PEERS_POLL_MS } from '@lmi/kit/grpc';
import { DEFAULT_TRACE_RATIO } from '@lmi/kit/observe';
import { importersInOrder } from '../targets';
import { answersHttp } from './answers';
import { configureEntrance, entranceSpec, reloadEntrance } from './entrance';
import type { ClusterHome, ClusterState } from './home';
import { ENTRANCE_SHARE, LOOPBACK, programFile, serverNames } from './layout';
import {
  catchUp,
  databaseSpec,
  databaseUrl,
  followPrimary,
  isReplica,
  lagOf,
  prepareDatabase,
  publishedDatasets,
  replicaNames,
  type DatabaseUser,
} from './mariadb';
import {
  inspect,
  isRunning,
  startDetached,
  stopProcess,
  tail,
  waitUntilReady,
  type ProcessRecord,
  type ProcessSpec,
} from './processes';
import { redisSpec, redisUrl } from './redis';
import { isService, OPERATIONS_TARGETS, peersFile, startOrder, targetSpec } from './target';

const DEFAULT_REPLICAS = 2;
const MOST_REPLICAS = 32;
/** After this time every gateway uses the new list of a service's replicas. */
const PEERS_SETTLE_MS = 3 * PEERS_POLL_MS;
const FIRST_ANSWER_LIMIT_MS = 30_000;
/**
 * nginx has the addresses of so many gateways, or a multiple of it, whether they run or not: a closed port costs it next
 * to nothing, and a reload, which closes idle connections of clients, is needed only beyond.
 */
const GATEWAY_PLACES = 4;

export interface UpOptions {
  /** Processes of each target; default: as before, or 2. */
  readonly replicas?: number;
  /** Read replicas of the database; default: as before, or 1. */
  readonly databaseReplicas?: number;
  /** Public port on the loopback address, 0 for a free one; default: as before, or the one that is set for gateways. */
  readonly port?: number;
  /** Whether to load the datasets that have no published release. */
  readonly load: boolean;
  /** Requests a minute from one address, 0 for no limit; default: as before, or what is set for gateways. */
  readonly requestsPerMinute?: number;
}

export interface ProcessStatus {
  readonly name: string;
  readonly target: string;
  readonly port: number;
  readonly pid: number | undefined;
  /** "hung": stopped by a signal; "crashed": it was started and is gone. */
  readonly state: 'running' | 'hung' | 'crashed' | 'stopped';
  readonly ready: boolean;
  readonly memoryMb: number;
  /** Of a replica of the database: how far it is behind the primary, as far as both can be asked. */
  readonly lagMs?: number;
  readonly logFile: string;
}

/** One cluster on one machine, from the machine's own MariaDB, Redis and nginx. Its processes outlive the command. */
export class Cluster {
  private readonly state: ClusterState;

  /** @param report gets a line on each step that takes time. */
  constructor(
    private readonly home: ClusterHome,
    private readonly config: Config,
    private readonly report: (line: string) => void,
  ) {
    this.state = home.readState();
  }

  get address(): string {
    return `http://${LOOPBACK}:${this.state.ports.nginx ?? 0}`;
  }

  /** Starts what does not run, and waits until it serves. Running processes are left alone. */
  async up(options: UpOptions): Promise<void> {
    const begun = performance.now();
    const seconds = () => ((performance.now() - begun) / 1000).toFixed(1);
    const limit = this.state.requestsPerMinute;
    await this.setEntrance(options);
    const limited =
      this.processesOf('gateway').filter(isRunning).length > 0 && this.state.requestsPerMinute !== limit;
    const served = startOrder.filter(
      (target) => isService(target) && this.processesOf(target).some(isRunning),
    );
    const known = replicaNames(this.state);
    await this.setDatabaseReplicas(options.databaseReplicas ?? known.length);
    const replicas = replicaNames(this.state);
    await Promise.all(['primary', ...replicas, 'cache', 'queue'].map((name) => this.ensureServer(name)));
    if (!this.state.databaseReady) {
      await prepareDatabase(this.home, this.state.ports.primary!);
      this.state.databaseReady = true;
      this.save();
    }
    await followPrimary(this.home, this.state.ports.primary!, replicas);
    await this.runProgram(['migrate']);
    this.report(`databases and caches serve after ${seconds()} s`);

    const counts = startOrder.map(
      (target) => [target, options.replicas ?? this.state.replicas[target] ?? DEFAULT_REPLICAS] as const,
    );
    const start = (wanted: (target: string) => boolean) =>
      Promise.all(
        counts.filter(([target]) => wanted(target)).map(([target, count]) => this.setReplicas(target, count)),
      );
    await start(isService);
    await start((target) => target === 'gateway');
    if (limited) await this.restart('gateway', true);
    await this.ensureServer('nginx');
    await this.firstAnswer();
    this.report(`${this.address} answers after ${seconds()} s`);
    if (replicas.length !== known.length) await this.useDatabaseReplicas(served);
    // Nobody waits for the others.
    await start((target) => target === 'worker');

    if (options.load && (await this.loadMissing())) this.report(`data loaded after ${seconds()} s`);
  }

  /** Changes how many processes a target has, without losing a request. */
  async scale(target: string, count: number): Promise<void> {
    this.checkTarget(target);
    if (!Number.isInteger(count) || count < 1 || count > MOST_REPLICAS) {
      throw invalidArgument('count', `the number of processes must be from 1 to ${MOST_REPLICAS}`);
    }
    const begun = performance.now();
    await this.setReplicas(target, count, (name) => {
      this.report(`${name} serves after ${((performance.now() - begun) / 1000).toFixed(1)} s`);
    });
  }

  /**
   * Restarts a target's processes. Rolling: one after the other, each only when the one before serves again; a single
   * process gets company meanwhile, so that requests are answered throughout. Otherwise all at once.
   */
  async restart(target: string, rolling: boolean): Promise<void> {
    const servers = this.serversNamed(target);
    for (const name of servers) {
      await this.stop([name]);
      await this.ensureServer(name);
    }
    if (servers.length > 0) return;
    this.checkTarget(target);
    const names = namesOf(target, this.replicasOf(target));
    if (!rolling) {
      await this.stop(names);
      await this.setReplicas(target, names.length);
      return;
    }
    if (names.length === 1) await this.setReplicas(target, 2);
    for (const name of names) {
      // Callers leave a service before it stops. Gateways keep their place in nginx, which asks another when one is
      // gone: a reload would close idle connections of clients.
      const others = namesOf(target, this.replicasOf(target)).filter((other) => other !== name);
      if (target !== 'gateway') await this.publish(target, others);
      await this.stop([name]);
      await this.ensure(this.specOf(name, target));
      await this.publish(target, namesOf(target, this.replicasOf(target)));
      this.report(`${name} serves again`);
    }
    if (names.length === 1) await this.setReplicas(target, 1);
  }

  async status(): Promise<ProcessStatus[]> {
    const targets = startOrder.flatMap((target) =>
      namesOf(target, this.state.replicas[target] ?? 0).map((name) => ({ name, target })),
    );
    const [primary, ...others] = serverNames.map((name) => ({
      name: name as string,
      target: name as string,
    }));
    const replicas = replicaNames(this.state).map((name) => ({ name, target: 'replica' }));
    const servers = [primary!, ...replicas, ...others];
    return Promise.all([...servers, ...targets].map(({ name, target }) => this.statusOf(name, target)));
  }

  /**
   * Runs a command of the program on the primary, with the rights of an import, and waits until the replicas have what
   * it did. @returns its exit code.
   */
  async run(args: readonly string[]): Promise<number> {
    const code = await this.spawnProgram(args, 'writer', 'inherit');
    await catchUp(
      this.home,
      replicaNames(this.state).filter((name) => this.runningNamed(name)),
    );
    return code;
  }

  /** Last lines of the logs of a target, a server or one process, oldest first per file. */
  logs(name: string, count: number): { readonly log: string; readonly lines: readonly string[] }[] {
    const known = Object.keys(this.state.ports).filter(
      (process) => process === name || process.replace(/-\d+$/, '') === name,
    );
    const logs = name === 'nginx' ? ['nginx', 'access'] : known;
    if (logs.length === 0) throw this.unknown(name, [...startOrder, ...serverNames, 'replica']);
    return logs.map((log) => ({ log, lines: tail(this.home.logFile(log), count) }));
  }

  /** Stops everything, in the reverse order of the start: first the entrance, last the primary. */
  async down(): Promise<void> {
    const order: string[][] = [
      ['nginx'],
      ...[...startOrder].reverse().map((target) => this.processesOf(target).map((record) => record.name)),
      ['cache', 'queue'],
      this.processesOf('replica').map((record) => record.name),
      ['primary'],
    ];
    for (const names of order) await this.stop(names);
  }

  private async setEntrance(options: UpOptions): Promise<void> {
    const { ports } = this.state;
    const port = options.port ?? ports.nginx ?? this.config.PORT;
    if (port !== 0 && port !== ports.nginx) {
      if (this.runningNamed('nginx')) {
        throw new LmiError(
          'conflict',
          `the cluster serves on ${this.address}; take it down before it moves to another port`,
        );
      }
      ports.nginx = port;
    }
    for (const name of serverNames) await this.home.portOf(name, this.state);
    this.state.requestsPerMinute =
      options.requestsPerMinute ?? this.state.requestsPerMinute ?? this.config.LMI_ADDRESS_LIMIT;
    this.save();
  }

  private async setDatabaseReplicas(count: number): Promise<void> {
    if (!Number.isInteger(count) || count < 1 || count > MOST_REPLICAS) {
      throw invalidArgument(
        'database-replicas',
        `the number of read replicas must be from 1 to ${MOST_REPLICAS}`,
      );
    }
    this.state.replicas.replica = count;
    for (const name of replicaNames(this.state)) await this.home.portOf(name, this.state);
    this.save();
  }

  /** Lets services that ran before know of the replicas there are now, and stops those that are too many. */
  private async useDatabaseReplicas(services: readonly string[]): Promise<void> {
    for (const service of services) await this.restart(service, true);
    const wanted = replicaNames(this.state);
    await this.stop(this.processesOf('replica').flatMap(({ name }) => (wanted.includes(name) ? [] : [name])));
  }

  /** The server of that name, or all replicas for "replica". */
  private serversNamed(name: string): string[] {
    const replicas = replicaNames(this.state);
    return name === 'replica' ? replicas : [...serverNames, ...replicas].filter((server) => server === name);
  }

  private async ensureServer(name: string): Promise<void> {
    const port = this.state.ports[name]!;
    if (isReplica(name)) return this.ensure(await databaseSpec(this.home, name, port));
    switch (name) {
      case 'primary':
        return this.ensure(await databaseSpec(this.home, name, port));
      case 'cache':
      case 'queue':
        return this.ensure(redisSpec(this.home, name, port));
      case 'nginx':
        await this.publish('gateway', namesOf('gateway', this.replicasOf('gateway')));
        return this.ensure(entranceSpec(this.home, port));
    }
  }

  /** Starts the process unless it runs, and waits until it is ready. */
  private async ensure(spec: ProcessSpec): Promise<void> {
    let record = this.runningNamed(spec.name);
    if (!record) {
      record = await startDetached(spec);
      this.state.processes = [...this.state.processes.filter(({ name }) => name !== spec.name), record];
      this.save();
    }
    await waitUntilReady(spec, record);
  }

  private async stop(names: readonly string[]): Promise<void> {
    const records = this.state.processes.filter(({ name }) => names.includes(name));
    await Promise.all(
      records.map((record) => stopProcess(record, record.target === 'nginx' ? 'SIGQUIT' : 'SIGTERM')),
    );
    this.state.processes = this.state.processes.filter((record) => !records.includes(record));
    this.save();
  }

  /** Starts what is missing, tells the callers, then stops what is too many: callers never know of one that is gone. */
  private async setReplicas(target: string, count: number, served?: (name: string) => void): Promise<void> {
    const names = namesOf(target, count);
    for (const name of names) {
      await this.home.portOf(name, this.state);
      await this.home.operationsPortOf(name, this.state);
    }
    this.state.replicas[target] = count;
    this.save();
    this.writeOperationsTargets();
    // Services may wait for each other's addresses, so that those are there before anybody serves.
    if (isService(target) && !existsSync(this.home.path(peersFile(target)))) this.writePeers(target, names);
    const start = async (name: string): Promise<void> => {
      const fresh = !this.runningNamed(name);
      await this.ensure(this.specOf(name, target));
      if (fresh) served?.(name);
    };
    if (names.some((name) => this.runningNamed(name))) {
      // Beside processes that serve, one at a time: a start takes a whole core for a second or two.
      for (const name of names) {
        await start(name);
        if (isService(target))
          this.writePeers(
            target,
            names.filter((each) => this.runningNamed(each)),
          );
      }
    } else await Promise.all(names.map(start));
    await this.publish(target, names);
    await this.stop(this.processesOf(target).flatMap(({ name }) => (names.includes(name) ? [] : [name])));
  }

  /** Tells the callers of a target which processes to call, and waits until they do. */
  private async publish(target: string, names: readonly string[]): Promise<void> {
    if (target === 'gateway') {
      const changed = await configureEntrance(this.home, {
        port: this.state.ports.nginx!,
        gatewayPorts: await this.gatewayPlaces(names.length),
        requestsPerMinute: (this.state.requestsPerMinute ?? 0) * ENTRANCE_SHARE,
        traceRatio: this.traceRatio,
      });
      const nginx = this.runningNamed('nginx');
      if (changed && nginx) await reloadEntrance(nginx);
    } else if (isService(target)) {
      if (this.writePeers(target, names) && this.processesOf('gateway').length > 0)
        await sleep(PEERS_SETTLE_MS);
    }
  }

  /** Of requests that come in; without a collector nobody would get their spans. */
  private get traceRatio(): number {
    if (this.config.LMI_OTLP_URL === '') return 0;
    return this.config.LMI_TRACE_RATIO === '' ? DEFAULT_TRACE_RATIO : Number(this.config.LMI_TRACE_RATIO);
  }

  /** The list of all processes that tell how they are, as Prometheus and the status page read it. */
  private writeOperationsTargets(): void {
    const groups = startOrder.flatMap((target) => {
      const targets = namesOf(target, this.state.replicas[target] ?? 0).flatMap((name) => {
        const port = this.state.operationsPorts?.[name];
        return port === undefined ? [] : [`${LOOPBACK}:${port}`];
      });
      return targets.length > 0 ? [{ targets, labels: { target } }] : [];
    });
    this.home.replace(OPERATIONS_TARGETS, JSON.stringify(groups, undefined, 2));
  }

  private async gatewayPlaces(count: number): Promise<number[]> {
    const places = namesOf('gateway', Math.ceil(count / GATEWAY_PLACES) * GATEWAY_PLACES);
    const ports: number[] = [];
    for (const name of places) ports.push(await this.home.portOf(name, this.state));
    this.save();
    return ports;
  }

  private writePeers(target: string, names: readonly string[]): boolean {
    const text = names.map((name) => `${LOOPBACK}:${this.state.ports[name]!}\n`).join('');
    return this.home.replace(peersFile(target), text);
  }

  private specOf(name: string, target: string): ProcessSpec {
    return targetSpec(name, target, this.home, this.state, this.config);
  }

  private async statusOf(name: string, target: string): Promise<ProcessStatus> {
    const record = this.state.processes.find((process) => process.name === name);
    const sight = record && isRunning(record) ? inspect(record.pid) : undefined;
    const state = sight ? (sight.hung ? 'hung' : 'running') : record ? 'crashed' : 'stopped';
    return {
      name,
      target,
      port: this.state.ports[name] ?? 0,
      pid: sight ? record!.pid : undefined,
      state,
      ready: state === 'running' && (await this.isReady(name, target)),
      memoryMb: Math.round(sight?.memoryMb ?? 0),
      ...(state === 'running' && isReplica(name) ? { lagMs: await lagOf(this.home, name) } : {}),
      logFile: this.home.logFile(name),
    };
  }

  private async isReady(name: string, target: string): Promise<boolean> {
    const port = this.state.ports[name]!;
    switch (target) {
      case 'primary':
      case 'replica':
        return (await databaseSpec(this.home, name, port)).isReady();
      case 'cache':
      case 'queue':
        return redisSpec(this.home, target, port).isReady();
      case 'nginx':
        return entranceSpec(this.home, port).isReady();
      default:
        return this.specOf(name, target).isReady();
    }
  }

  private async firstAnswer(): Promise<void> {
    const until = Date.now() + FIRST_ANSWER_LIMIT_MS;
    while (!(await answersHttp(`${this.address}/readyz`))) {
      if (Date.now() > until)
        throw new LmiError('unavailable', `${this.address}/readyz does not say that it is ready`);
      await sleep(50);
    }
  }

  /** @returns whether anything had to be loaded. */
  private async loadMissing(): Promise<boolean> {
    const wanted = importersInOrder().flatMap(({ card, optional }) => (optional ? [] : [card.id]));
    const published = await publishedDatasets(this.home);
    const missing = wanted.filter((id) => !published.includes(id));
    if (missing.length === 0) return false;
    this.report(`loading ${missing.join(', ')}`);
    // Official files where they are at hand, else the bundled extract.
    await this.runProgram(this.config.LMI_SOURCES === '' ? ['load', ...missing] : ['import', '--all']);
    await catchUp(this.home, replicaNames(this.state));
    await this.firstAnswer();
    return true;
  }

  private async runProgram(args: readonly string[]): Promise<void> {
    const code = await this.spawnProgram(args, 'migrator', 'ignore');
    if (code !== 0)
      throw new LmiError('unavailable', `lmi ${args.join(' ')} failed on the cluster's primary`);
  }

  private async spawnProgram(
    args: readonly string[],
    user: DatabaseUser,
    output: 'ignore' | 'inherit',
  ): Promise<number> {
    const env = environmentWith({
      LMI_DATABASE_URL: databaseUrl(user, this.home.secrets(), this.state.ports.primary!),
      LMI_QUEUE_URL: redisUrl('queue', this.home.secrets(), this.state.ports.queue!),
      LMI_API_URL: this.address,
      LMI_SOURCES: this.config.LMI_SOURCES,
      LMI_DATA: this.config.LMI_DATA,
      LMI_LOG: this.config.LMI_LOG,
      LMI_OTLP_URL: this.config.LMI_OTLP_URL,
    });
    const child = spawn(process.execPath, [programFile, ...args], {
      env,
      stdio: ['ignore', output, 'inherit'],
    });
    const [code] = (await once(child, 'exit')) as [number | null];
    return code ?? 1;
  }

  private processesOf(target: string): ProcessRecord[] {
    return this.state.processes.filter((record) => record.target === target);
  }

  private runningNamed(name: string): ProcessRecord | undefined {
    const record = this.state.processes.find((process) => process.name === name);
    return record && isRunning(record) ? record : undefined;
  }

  private replicasOf(target: string): number {
    return this.state.replicas[target] ?? DEFAULT_REPLICAS;
  }

  private checkTarget(target: string): void {
    if (!startOrder.includes(target)) throw this.unknown(target, startOrder);
    if (this.processesOf(target).length === 0)
      throw new LmiError('unavailable', `no ${target} runs; start the cluster with: lmi cluster up`);
  }

  private unknown(name: string, valid: readonly string[]): LmiError {
    return invalidArgument('target', `no target named ${name}`, valid);
  }

  private save(): void {
    this.home.writeState(this.state);
  }
}

function namesOf(target: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${target}-${index + 1}`);
}
