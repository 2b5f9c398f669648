import { hash } from 'node:crypto';
import type { Release } from '@lmi/contracts';
import { LmiError, type Log } from '@lmi/kit';
import type { Metrics } from '@lmi/kit/observe';
import type { Clients } from './clients';
import { newTraceId } from './http/trace';

/** The releases that serve now, over all services. */
export interface ReleaseSet {
  /** Short hash of the versions; part of every ETag. */
  readonly hash: string;
  readonly versions: ReadonlySet<string>;
  /** Sorted by dataset. */
  readonly current: readonly Release[];
  /** Epoch milliseconds from which this gateway has known it as the present one. */
  readonly since: number;
  /**
   * The set as known from then on, under which answers are kept: those of an earlier time with the same releases may
   * hold what was read just after they had gone.
   */
  readonly epoch: string;
}

type ServiceName = keyof Clients;

const POLL_DEADLINE_MS = 2_000;

/**
 * Knows which releases serve now by asking every service again and again. A service that does not answer keeps
 * its last known set: figures go on being served from the answers kept for it.
 */
export class ReleaseWatch {
  private readonly byService = new Map<ServiceName, readonly Release[]>();
  private readonly known = new Map<string, Release>();
  private readonly silent = new Set<ServiceName>();
  private refreshing: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private present: ReleaseSet = { hash: 'none', versions: new Set(), current: [], since: 0, epoch: '' };

  constructor(
    private readonly clients: Clients,
    private readonly log: Log,
    private readonly pollMs: number,
    private readonly now: () => number,
  ) {}

  get set(): ReleaseSet {
    return this.present;
  }

  /** Whether each service has ever told its releases. */
  get answered(): Readonly<Record<ServiceName, boolean>> {
    const names = Object.keys(this.clients) as ServiceName[];
    return Object.fromEntries(names.map((name) => [name, this.byService.has(name)])) as Record<
      ServiceName,
      boolean
    >;
  }

  start(): void {
    void this.refresh().finally(() => {
      if (this.stopped) return;
      this.timer = setTimeout(() => this.start(), this.pollMs);
      this.timer.unref();
    });
  }

  /** Lets the metrics read which services answer and how old the releases are. */
  show(metrics: Metrics): void {
    metrics.read('serviceAnswering', () =>
      Object.entries(this.answering).map(([service, answers]) => ({
        labels: { service },
        value: answers ? 1 : 0,
      })),
    );
    metrics.read('releaseServed', () =>
      this.present.current.map(({ dataset, publishedAt }) => ({
        labels: { dataset },
        value: Date.parse(publishedAt) / 1000,
      })),
    );
  }

  /** Whether each service answered when it was last asked. */
  get answering(): Readonly<Record<ServiceName, boolean>> {
    const names = Object.keys(this.clients) as ServiceName[];
    return Object.fromEntries(
      names.map((name) => [name, this.byService.has(name) && !this.silent.has(name)]),
    ) as Record<ServiceName, boolean>;
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** Asks all services now; callers at the same time share one round. Never rejects. */
  refresh(): Promise<void> {
    this.refreshing ??= this.askAll().finally(() => {
      this.refreshing = undefined;
    });
    return this.refreshing;
  }

  /** The service that owns a dataset with a published release. */
  ownerOf(dataset: string): ServiceName | undefined {
    for (const [name, releases] of this.byService) {
      if (releases.some((release) => release.dataset === dataset)) return name;
    }
    return undefined;
  }

  /** A release that was seen before, without asking anybody. */
  knownRelease(version: string): Release | undefined {
    return this.known.get(version);
  }

  /**
   * The releases that serve, those named in the places of the ones of their datasets.
   * @throws LmiError invalid-argument for one that was never published, not-available for one whose rows are gone.
   */
  async servingWith(pins: readonly string[]): Promise<readonly Release[]> {
    if (pins.length === 0) return this.present.current;
    if (pins.some((version) => !this.known.has(version))) await this.askAll(false);
    const named = pins.map((version) => {
      const release = this.known.get(version);
      if (release && release.publishedAt !== '' && release.state !== 'retired') return release;
      const kept = [...this.known.values()].filter(
        ({ publishedAt, state }) => publishedAt !== '' && state !== 'retired',
      );
      const sameDataset = kept.filter(({ dataset }) => version.startsWith(`${dataset}-`));
      const validValues = (sameDataset.length > 0 ? sameDataset : kept).map((valid) => valid.version).sort();
      const details = { field: 'dataVersion', validValues };
      if (!release || release.publishedAt === '') {
        throw new LmiError('invalid-argument', `dataVersion: there is no release "${version}".`, details);
      }
      throw new LmiError('not-available', `dataVersion: the rows of ${version} are no longer kept.`, details);
    });
    const datasets = new Set(named.map(({ dataset }) => dataset));
    const serving = [...this.present.current.filter(({ dataset }) => !datasets.has(dataset)), ...named];
    return serving.sort((a, b) => (a.dataset < b.dataset ? -1 : 1));
  }

  /**
   * The cards of releases, asking the services about versions not seen yet: one just published, or one retired
   * that a replica behind the others still serves.
   * @throws LmiError unavailable when no service knows one of them: a figure never goes out without its licence.
   */
  async describe(versions: Iterable<string>): Promise<ReadonlyMap<string, Release>> {
    const wanted = [...new Set(versions)].sort();
    const missing = () => wanted.find((version) => !this.known.has(version));
    if (missing() !== undefined) await this.refresh();
    if (missing() !== undefined) await this.askAll(false);
    const lost = missing();
    if (lost !== undefined) throw new LmiError('unavailable', `the card of release ${lost} cannot be read`);
    return new Map(wanted.map((version) => [version, this.known.get(version)!]));
  }

  private async askAll(currentOnly = true): Promise<void> {
    const names = Object.keys(this.clients) as ServiceName[];
    await Promise.all(names.map((name) => this.ask(name, currentOnly)));
    const current = [...this.byService.values()].flat();
    current.sort((a, b) => (a.dataset < b.dataset ? -1 : 1));
    const versions = new Set(current.map((release) => release.version));
    const digest = hash('sha256', [...versions].sort().join('\n'), 'base64url').slice(0, 12);
    if (digest === this.present.hash) return;
    const since = this.now();
    this.present = { hash: digest, versions, current, since, epoch: `${digest} ${since}` };
    this.log.info({ releases: [...versions] }, 'the release set changed');
  }

  private async ask(name: ServiceName, currentOnly: boolean): Promise<void> {
    const context = { traceId: newTraceId(), deadline: this.now() + POLL_DEADLINE_MS };
    try {
      const { releases } = await this.clients[name].listReleases({ dataset: '', currentOnly }, context);
      for (const release of releases) this.known.set(release.version, release);
      if (currentOnly) this.byService.set(name, releases);
      if (this.silent.delete(name)) this.log.info({ service: name }, 'the service tells its releases again');
    } catch (error) {
      // Once per outage: the poll would repeat it twice a second.
      if (!this.silent.has(name)) this.log.warn({ err: error, service: name }, 'releases could not be read');
      this.silent.add(name);
    }
  }
}
