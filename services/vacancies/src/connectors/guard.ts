/** Stands between requests and a source that is asked: patience, circuit breaker, daily budget, short memory. */
import {
  bulkhead,
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleAll,
  timeout,
  TimeoutStrategy,
  wrap,
} from 'cockatiel';
import { LRUCache } from 'lru-cache';
import type { NormalAdvert } from '../advert';
import { SourceError, type AdvertQuery, type AskedSource } from './source';

export interface GuardOptions {
  /** Calls a day of this process. */
  readonly callsADay: number;
  /** How long a request waits for the source. */
  readonly patienceMs?: number;
  /** How long an answer is shown again without asking. */
  readonly keepMs?: number;
  /** How long a source is left alone after it failed three times. */
  readonly restMs?: number;
  /** Epoch milliseconds. */
  readonly now?: () => number;
  /** Called with trouble worth a line in the log; the error names no address and no key. */
  readonly onTrouble?: (error: unknown) => void;
}

export interface GuardedAnswer {
  readonly state: 'answered' | 'stale' | 'unavailable' | 'budget';
  readonly adverts: readonly NormalAdvert[];
}

interface Kept {
  readonly adverts: readonly NormalAdvert[];
  readonly at: number;
}

const keptQueries = 200;
const callsAtOnce = 8;
const failuresInARow = 3;
/** Calls a minute; the budget of a day must not go in one burst. */
const callsAMinute = 20;

export class GuardedSource {
  readonly #kept = new LRUCache<string, Kept>({ max: keptQueries });
  readonly #asking = new Map<string, Promise<readonly NormalAdvert[]>>();
  readonly #breaker;
  readonly #policy;
  readonly #options: Required<Omit<GuardOptions, 'onTrouble'>> & Pick<GuardOptions, 'onTrouble'>;
  #day = '';
  #callsToday = 0;
  #minute = 0;
  #callsThisMinute = 0;
  #restUntil = 0;
  #openedAt = 0;

  constructor(
    readonly source: AskedSource,
    options: GuardOptions,
  ) {
    this.#options = { patienceMs: 800, keepMs: 600_000, restMs: 30_000, now: Date.now, ...options };
    const { patienceMs, restMs } = this.#options;
    this.#breaker = circuitBreaker(handleAll, {
      halfOpenAfter: restMs,
      breaker: new ConsecutiveBreaker(failuresInARow),
    });
    this.#policy = wrap(
      bulkhead(callsAtOnce),
      this.#breaker,
      timeout(patienceMs, TimeoutStrategy.Aggressive),
    );
  }

  /** Never rejects, and takes no longer than the patience. */
  async ask(query: AdvertQuery): Promise<GuardedAnswer> {
    const { keepMs, now, onTrouble } = this.#options;
    const key = JSON.stringify([query.keywords.toLowerCase(), query.location.toLowerCase(), query.miles]);
    const kept = this.#kept.get(key);
    if (kept && now() - kept.at < keepMs) return { state: 'answered', adverts: kept.adverts };
    const otherwise = (state: 'unavailable' | 'budget'): GuardedAnswer =>
      kept ? { state: 'stale', adverts: kept.adverts } : { state, adverts: [] };
    const asking = this.#asking.get(key);
    if (!asking) {
      if (now() < this.#restUntil || this.#isOpen()) return otherwise('unavailable');
      if (!this.#spend()) return otherwise('budget');
    }
    try {
      const adverts = await (asking ?? this.#call(key, query));
      return { state: 'answered', adverts };
    } catch (error) {
      if (!asking) onTrouble?.(error);
      return otherwise('unavailable');
    }
  }

  /** Left alone after failures, and not yet time to try again. */
  #isOpen(): boolean {
    if (this.#breaker.state !== CircuitState.Open) this.#openedAt = 0;
    else this.#openedAt ||= Date.now();
    return this.#openedAt > 0 && Date.now() - this.#openedAt < this.#options.restMs;
  }

  #call(key: string, query: AdvertQuery): Promise<readonly NormalAdvert[]> {
    const calling = this.#policy
      .execute(({ signal }) => this.source.search(query, signal))
      .then((adverts) => {
        this.#kept.set(key, { adverts, at: this.#options.now() });
        return adverts;
      })
      .catch((error: unknown) => {
        if (error instanceof SourceError && error.waitMs !== undefined) {
          this.#restUntil = this.#options.now() + error.waitMs;
        }
        throw error;
      })
      .finally(() => this.#asking.delete(key));
    this.#asking.set(key, calling);
    return calling;
  }

  /** Takes one call from the day's and the minute's budget; false when there is none left. */
  #spend(): boolean {
    const { now, callsADay } = this.#options;
    const day = new Date(now()).toISOString().slice(0, 10);
    const minute = Math.floor(now() / 60_000);
    if (day !== this.#day) [this.#day, this.#callsToday] = [day, 0];
    if (minute !== this.#minute) [this.#minute, this.#callsThisMinute] = [minute, 0];
    if (this.#callsToday >= callsADay || this.#callsThisMinute >= callsAMinute) return false;
    this.#callsToday += 1;
    this.#callsThisMinute += 1;
    return true;
  }
}
