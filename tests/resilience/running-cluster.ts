import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createReleaseStore, openDatabase } from '@lmi/data';
import { readConfig, type Database, type ReleaseRecord } from '@lmi/kit';
import { Cluster, type ProcessStatus } from '../../services/lmi/src/cluster/cluster';
import { ClusterHome } from '../../services/lmi/src/cluster/home';
import { databaseUrl } from '../../services/lmi/src/cluster/mariadb';
import { run } from '../../services/lmi/src/cluster/programs';

/** Small process caches, so that answers come from every level: gateway, service, Redis and database. */
const CACHE_MB = 1;
const HEALTHY_LIMIT_MS = 30_000;
/** What the traffic asks about. */
const DATASETS = [
  ...['areas', 'soc', 'plain-english', 'ashe', 'aps', 'pay-estimates'],
  ...['employment', 'projections', 'employment-estimates', 'vacancy-counts'],
];
/** All tables of the dataset whose second release the scenarios publish. */
const DATASET = 'ashe';
const TABLES = ['pay_cell'];

/** A whole cluster of two of each target, with all bundled data, and the means to break it. */
export class RunningCluster {
  private constructor(
    readonly home: ClusterHome,
    readonly cluster: Cluster,
    /** On the primary, with the rights of an import. */
    readonly primary: Database,
  ) {}

  static async start(): Promise<RunningCluster> {
    const home = new ClusterHome(path.join(mkdtempSync(path.join(tmpdir(), 'lmi-resilience-')), 'home'));
    home.create();
    const cluster = new Cluster(
      home,
      readConfig({ LMI_CACHE_MB: String(CACHE_MB), LMI_LOG: 'info' }),
      () => undefined,
    );
    try {
      await cluster.up({ replicas: 2, port: 0, load: false, requestsPerMinute: 0 });
      if ((await cluster.run(['load', ...DATASETS])) !== 0) throw new Error('the data was not loaded');
    } catch (error) {
      await cluster.down();
      rmSync(path.dirname(home.folder), { recursive: true, force: true });
      throw error;
    }
    const url = databaseUrl('writer', home.secrets(), home.readState().ports.primary!);
    return new RunningCluster(home, cluster, await openDatabase({ url }));
  }

  get base(): string {
    return this.cluster.address;
  }

  /** Names of the services, as the cluster has them. */
  async services(): Promise<string[]> {
    const others = ['primary', 'replica', 'cache', 'queue', 'nginx', 'gateway', 'worker'];
    const targets = new Set((await this.cluster.status()).map(({ target }) => target));
    return [...targets].filter((target) => !others.includes(target));
  }

  async process(name: string): Promise<ProcessStatus & { readonly pid: number }> {
    const found = (await this.cluster.status()).find((process) => process.name === name);
    if (found?.pid === undefined) throw new Error(`${name} does not run`);
    return { ...found, pid: found.pid };
  }

  /** Sends the signal to processes of the cluster, by their own pids. */
  async signal(signal: NodeJS.Signals, ...names: string[]): Promise<void> {
    const all = await this.cluster.status();
    for (const name of names) {
      const pid = all.find((process) => process.name === name)?.pid;
      if (pid === undefined) throw new Error(`${name} does not run`);
      process.kill(pid, signal);
    }
  }

  /** Stops them in their tracks for so long. */
  async hang(ms: number, ...names: string[]): Promise<void> {
    await this.signal('SIGSTOP', ...names);
    try {
      await sleep(ms);
    } finally {
      await this.signal('SIGCONT', ...names);
    }
  }

  /** Starts what is not there, and waits until every process says that it is ready. */
  async heal(): Promise<void> {
    const until = Date.now() + HEALTHY_LIMIT_MS;
    for (;;) {
      const sick = (await this.cluster.status()).filter(({ ready }) => !ready);
      if (sick.length === 0) return;
      if (Date.now() > until) throw new Error(`not ready again: ${sick.map(({ name }) => name).join(', ')}`);
      if (sick.some(({ state }) => state !== 'running')) await this.cluster.up({ load: false });
      else await sleep(100);
    }
  }

  /** As the administrator of one of the database servers. @returns the rows as text, tabs between values. */
  sql(server: 'primary' | 'replica-1', text: string): Promise<string> {
    const place = [`--socket=${this.home.path(`${server}.sock`)}`, `--user=${userInfo().username}`];
    return run(
      'mariadb',
      ['--no-defaults', ...place, '--batch', '--skip-column-names', '--database=lmi'],
      text,
    );
  }

  async column(text: string): Promise<string[]> {
    return (await this.sql('primary', text)).split('\n').filter((line) => line !== '');
  }

  /**
   * Another release of the pay figures, checked and not published: every mean and median is fifty pounds higher than in the one
   * that serves, so that an answer tells which of them it is from.
   */
  async stageHigherPay(): Promise<ReleaseRecord> {
    const store = createReleaseStore(this.primary);
    const serving = (await store.list(DATASET)).find(({ current }) => current)!;
    const release = await store.stage(
      {
        dataset: DATASET,
        edition: serving.edition,
        checksum: 'a'.repeat(64),
        sources: serving.sources,
        inputs: serving.inputs,
        tables: TABLES,
      },
      async (sink) => {
        await sink.carryForward('pay_cell', ['soc']);
        return { rowsRead: serving.rowsRead, rowsRejected: 0, valuesSuppressed: 0, valuesMarked: 0 };
      },
    );
    await this.primary.write((writer) =>
      writer.run('UPDATE pay_cell SET median = median + 50, mean = mean + 50 WHERE release_id = ?', [
        release.id,
      ]),
    );
    const checks = [{ name: 'higher', passed: true, detail: 'made by a test' }];
    return store.recordChecks(release, checks, TABLES);
  }

  /** As a service reads: from the replica, or the primary when that one is gone or lags for longer. */
  async openReader(replicaLagMs?: number): Promise<Database> {
    const { ports } = this.home.readState();
    const url = (name: string) => databaseUrl('reader', this.home.secrets(), ports[name]!);
    return openDatabase({
      url: url('primary'),
      replicaUrl: url('replica-1'),
      ...(replicaLagMs === undefined ? {} : { replicaLagMs }),
    });
  }

  /** On one server only. */
  async openOnly(name: 'primary' | 'replica-1'): Promise<Database> {
    const port = this.home.readState().ports[name]!;
    return openDatabase({ url: databaseUrl('reader', this.home.secrets(), port) });
  }

  /** Lets the replica stand still for a while and then catch up. */
  async lag(ms: number): Promise<void> {
    await this.sql('replica-1', 'STOP SLAVE SQL_THREAD');
    try {
      await sleep(ms);
    } finally {
      await this.sql('replica-1', 'START SLAVE SQL_THREAD');
    }
  }

  async publish(release: ReleaseRecord): Promise<void> {
    await createReleaseStore(this.primary).publish(release.dataset, release.version);
  }

  async rollBack(): Promise<void> {
    await createReleaseStore(this.primary).rollback(DATASET);
  }

  async servingVersion(): Promise<string> {
    return (
      await this.sql('primary', `SELECT version FROM release_pointer WHERE dataset = '${DATASET}'`)
    ).trim();
  }

  async workers(): Promise<readonly ProcessStatus[]> {
    return (await this.cluster.status()).filter(({ target }) => target === 'worker');
  }

  /**
   * Waits until one of the workers has a load under way, and kills that one in it. A load takes a second or less: the
   * server itself looks out for it, in one statement.
   * @returns the name of the killed worker.
   */
  async killLoading(workers: readonly ProcessStatus[]): Promise<string> {
    const seen = await this.sql(
      'primary',
      `DELIMITER //
      BEGIN NOT ATOMIC
        DECLARE looks INT DEFAULT 0;
        WHILE looks < ${HEALTHY_LIMIT_MS / 10} AND NOT EXISTS
          (SELECT 1 FROM information_schema.processlist WHERE info LIKE 'LOAD DATA LOCAL%')
        DO DO SLEEP(0.01); SET looks = looks + 1; END WHILE;
        SELECT looks < ${HEALTHY_LIMIT_MS / 10};
      END//`,
    );
    if (seen.trim() !== '1') throw new Error('no worker loads anything');
    const busy = workers.find(
      ({ name }) => this.log(name).findLast(({ msg }) => /^job /.test(String(msg)))?.msg === 'job started',
    );
    if (busy?.pid === undefined) throw new Error('the load was over before its worker was found');
    process.kill(busy.pid, 'SIGKILL');
    return busy.name;
  }

  /** Statements that match, by text, that both servers were sent during the work. */
  async countQueries(pattern: RegExp, work: () => Promise<void>): Promise<Record<string, number>> {
    const servers = ['primary', 'replica-1'] as const;
    const onBoth = (text: string) => Promise.all(servers.map((server) => this.sql(server, text)));
    // The server writes down every statement, into a table of its own.
    await onBoth(`SET GLOBAL log_output = 'TABLE'; TRUNCATE mysql.general_log; SET GLOBAL general_log = ON`);
    try {
      await work();
    } finally {
      await onBoth('SET GLOBAL general_log = OFF');
    }
    const rows = await onBoth(
      `SELECT REPLACE(CONVERT(argument USING utf8mb4), '\n', ' ') FROM mysql.general_log WHERE command_type IN ('Execute', 'Query')`,
    );
    const counts: Record<string, number> = {};
    for (const text of rows.flatMap((lines) => lines.split('\n'))) {
      if (pattern.test(text)) counts[text] = (counts[text] ?? 0) + 1;
    }
    return counts;
  }

  /** Lines that a process has logged, as objects. */
  log(name: string): Record<string, unknown>[] {
    return readFileSync(this.home.logFile(name), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  async stop(): Promise<void> {
    await this.primary.close();
    await this.cluster.down();
    rmSync(path.dirname(this.home.folder), { recursive: true, force: true });
  }
}
