import { createConnection, type Connection, type RowDataPacket } from 'mysql2';
import type { PoolConnection, PoolOptions } from 'mysql2/promise';
import { inTime, LmiError, TookTooLong, type Log, type ReplicaStatus } from '@lmi/kit';
import { connectionOptions, cut, isUnavailable, MysqlServer } from './mysql-server';

/** Between two looks at every server. */
const pollMs = 1_000;
/** A read that is older than this makes us ask its server whether it still answers at all. */
const patienceMs = 200;
const watchMs = 100;
/** A server that does not answer the shortest of questions within this time hangs. */
const probeLimitMs = 400;
/** Beyond it the connection attempt of a read is given up. */
const connectLimitMs = 1_000;

export const defaultLagLimitMs = 5_000;
/** How many of the last beats are remembered; a replica that lacks more is as far behind as its own beat is old. */
const mostBeats = 60;

export interface ReplicasOptions {
  readonly primaryUrl: string;
  readonly replicaUrls: readonly string[];
  /** Connections for reads to each server. */
  readonly connections: number;
  readonly lagLimitMs: number;
  readonly log?: Log | undefined;
}

type State = ReplicaStatus['state'];

/** A server that is asked now and then for its heartbeat, on a connection of its own. */
class Server {
  readonly reads: MysqlServer;
  readonly address: string;
  /** Whether the last question was answered. */
  answers = true;
  /** A read failed on it, and it was not asked since. */
  doubted = false;
  /** Its copy of the heartbeat, ms since 1970; undefined when it has none. */
  beat: number | undefined;
  state: State = 'serving';
  lagMs: number | null = null;
  readonly #options: PoolOptions;
  #monitor: Connection | undefined;
  #asking: Promise<void> | undefined;

  constructor(url: string, connections: number) {
    const options = connectionOptions(url);
    this.address = `${options.host}:${options.port}/${options.database}`;
    this.reads = new MysqlServer({ ...options, connectTimeout: connectLimitMs }, connections);
    this.#options = { ...options, connectTimeout: probeLimitMs };
  }

  get serves(): boolean {
    return this.state === 'serving' && !this.doubted;
  }

  ask(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  async close(): Promise<void> {
    if (this.answers) this.#monitor?.end();
    else this.#drop();
    await this.reads.close();
  }

  async #ask(): Promise<void> {
    try {
      const kept = this.#monitor !== undefined;
      const answer = this.#readBeat().catch((error: unknown) => {
        if (!kept) throw error;
        // The server may have closed the idle connection.
        this.#drop();
        return this.#readBeat();
      });
      this.beat = await inTime(probeLimitMs, answer);
      this.answers = true;
    } catch (error) {
      this.#drop();
      this.answers = false;
      this.beat = undefined;
      if (error instanceof TookTooLong)
        this.reads.abandon(new LmiError('unavailable', `The database at ${this.address} does not answer.`));
    } finally {
      this.doubted = false;
    }
  }

  #readBeat(): Promise<number | undefined> {
    const monitor = (this.#monitor ??= createConnection(this.#options).on('error', () => undefined));
    return new Promise((resolve, reject) => {
      monitor.query<RowDataPacket[]>(
        'SELECT beat_at FROM replication_heartbeat WHERE id = 1',
        (error, rows) => {
          // Before the first migration there is no heartbeat, which is no fault of the server.
          if (error && error.code !== 'ER_NO_SUCH_TABLE') reject(error);
          else resolve(rows?.[0] && Date.parse(String(rows[0].beat_at)));
        },
      );
    });
  }

  #drop(): void {
    if (this.#monitor) cut(this.#monitor);
    this.#monitor = undefined;
  }
}

/**
 * Spreads reads over the replicas that are there and up to date. A server is asked for its heartbeat once a second,
 * and at once when a read on it fails or waits for long: one that does not answer loses all its reads to the others
 * together, while a slow statement on a server that answers is left to finish. A replica lags since the first beat that
 * it lacks while any server has it, not since the last that it has, as beats may pause: without a primary, or with nobody
 * who beats, replicas that agree serve, and go on serving when beats begin again.
 */
export class Replicas {
  readonly #primary: Server;
  readonly #replicas: readonly Server[];
  readonly #lagLimitMs: number;
  readonly #log: Log | undefined;
  /** Each was the newest on any server when it was looked for, oldest first. */
  readonly #beats: number[] = [];
  #turn = 0;
  #known: Promise<void> | undefined;
  #isKnown = false;
  #open = true;
  #poll: NodeJS.Timeout | undefined;
  #watch: NodeJS.Timeout | undefined;

  constructor({ primaryUrl, replicaUrls, connections, lagLimitMs, log }: ReplicasOptions) {
    this.#primary = new Server(primaryUrl, connections);
    this.#replicas = replicaUrls.map((url) => new Server(url, connections));
    this.#lagLimitMs = lagLimitMs;
    this.#log = log;
  }

  /** Runs reads on one server; on another, once each, when that one cannot be reached. */
  async read<T>(work: (connection: PoolConnection) => Promise<T>): Promise<T> {
    if (!this.#isKnown) await (this.#known ??= this.#start());
    const tried: Server[] = [];
    for (;;) {
      const server = this.#choose(tried);
      this.#watch ??= setTimeout(() => this.#lookAtWaiting(), watchMs).unref();
      try {
        return await server.reads.useWatched(work);
      } catch (error) {
        if (!isUnavailable(error) || !this.#open) throw error;
        server.doubted = true;
        void this.#ask([server]);
        // The primary has its turn twice, as its pool may hold connections from before a restart.
        if (tried.includes(this.#primary)) throw error;
        tried.push(server);
      }
    }
  }

  status(): ReplicaStatus[] {
    return this.#replicas.map(({ address, state, lagMs }) => ({ address, state, lagMs }));
  }

  async close(): Promise<void> {
    this.#open = false;
    clearTimeout(this.#poll);
    clearTimeout(this.#watch);
    await Promise.all([this.#primary, ...this.#replicas].map((server) => server.close()));
  }

  /** The serving replica with the fewest reads under way; else the primary; else one that lags, before nothing at all. */
  #choose(tried: readonly Server[]): Server {
    const primary = this.#primary;
    const best = this.#leastBusy((server) => server.serves && !tried.includes(server));
    if (best) return best;
    if (primary.answers && !tried.includes(primary)) return primary;
    return this.#leastBusy((server) => server.answers && !tried.includes(server)) ?? primary;
  }

  #leastBusy(fits: (server: Server) => boolean): Server | undefined {
    const count = this.#replicas.length;
    const first = this.#turn++ % count;
    let best: Server | undefined;
    for (let i = 0; i < count; i++) {
      const server = this.#replicas[(first + i) % count]!;
      if (fits(server) && (!best || server.reads.load < best.reads.load)) best = server;
    }
    return best;
  }

  /** Reads wait for the first look, so that a replica that lags answers none. */
  async #start(): Promise<void> {
    await this.#look();
    this.#isKnown = true;
  }

  async #look(): Promise<void> {
    await this.#ask([this.#primary, ...this.#replicas]);
    if (this.#open) this.#poll = setTimeout(() => void this.#look(), pollMs).unref();
  }

  async #ask(servers: readonly Server[]): Promise<void> {
    if (!this.#open) return;
    const answered = servers.map((server) => server.answers);
    await Promise.all(servers.map((server) => server.ask()));
    this.#settle();
    // What made one server hang may have reached the others: reads that move on should not find out one by one.
    if (servers.some((server, i) => answered[i] && !server.answers)) {
      await Promise.all([this.#primary, ...this.#replicas].map((server) => server.ask()));
      this.#settle();
    }
  }

  #lookAtWaiting(): void {
    const servers = [this.#primary, ...this.#replicas];
    const late = servers.filter((server) => server.reads.oldestMs() > patienceMs);
    if (late.length > 0) void this.#ask(late);
    const waiting = this.#open && servers.some((server) => server.reads.load > 0);
    this.#watch = waiting ? setTimeout(() => this.#lookAtWaiting(), watchMs).unref() : undefined;
  }

  #settle(): void {
    if (!this.#open) return;
    const newest = Math.max(
      ...[this.#primary, ...this.#replicas].flatMap(({ beat }) => (beat === undefined ? [] : [beat])),
    );
    if (newest > (this.#beats.at(-1) ?? -Infinity)) this.#beats.push(newest);
    if (this.#beats.length > mostBeats) this.#beats.shift();
    for (const replica of this.#replicas) {
      const before = replica.state;
      const { beat, answers } = replica;
      replica.lagMs = answers && beat !== undefined ? this.#lag(beat, newest) : null;
      // Without any heartbeat of its own, while another server has one, it has not even begun to follow.
      const lag = replica.lagMs ?? (Number.isFinite(newest) ? Infinity : 0);
      // Caught up means well within the limit, so that one at its edge does not come and go.
      const limit = before === 'serving' ? this.#lagLimitMs : this.#lagLimitMs / 2;
      replica.state = !answers ? 'gone' : lag >= limit ? 'lagging' : 'serving';
      if (replica.state !== before) this.#tell(replica);
    }
  }

  #lag(beat: number, newest: number): number {
    const follows = this.#beats[0]! <= beat;
    const firstLacking = follows ? this.#beats.find((other) => other > beat) : beat;
    return firstLacking === undefined ? 0 : Math.max(0, newest - firstLacking);
  }

  #tell({ address, state, lagMs }: Server): void {
    if (state === 'serving') this.#log?.info({ replica: address, lagMs }, 'database replica serves again');
    else this.#log?.warn({ replica: address, state, lagMs }, 'database replica is left out of reads');
  }
}
