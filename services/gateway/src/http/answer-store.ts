import { LRUCache } from 'lru-cache';
import type { Answer, Bytes } from './answer';
import type { RouteMeter } from './observe';

/** What a raw URL asks for: the normalised request, and the JSONP function that only its writing needs. */
export interface Target {
  readonly key: string;
  readonly callback: string | undefined;
  /** Where its answers are counted. */
  readonly route: RouteMeter;
}

/** Rough bytes of the objects around one entry. */
const ENTRY_OVERHEAD = 600;
/** Bytes by which an answer holds one piece of its body that others hold too. */
const PIECE_BYTES = 8;
/** Part of the budget for raw URLs; URLs that differ only by a cache-busting parameter share one answer. */
const URL_SHARE = 1 / 8;

/**
 * Finished answers of this process, bounded by bytes, and the requests in flight. Two keys: the raw URL finds the
 * normalised request without parsing; the normalised request finds the answer. An answer counts only for the
 * release set that it was made from, so publishing or rolling back needs no invalidation.
 */
export class AnswerStore {
  private readonly targets: LRUCache<string, Target> | undefined;
  private readonly answers: LRUCache<string, Answer> | undefined;
  private readonly flights = new Map<string, Promise<Answer>>();

  /** @param megabytes 0 turns keeping off; single flight stays. */
  constructor(
    megabytes: number,
    private readonly now: () => number,
  ) {
    if (megabytes <= 0) return;
    const bytes = megabytes * 1024 * 1024;
    this.targets = new LRUCache({
      maxSize: bytes * URL_SHARE,
      sizeCalculation: (target, url) => url.length + target.key.length + 200,
    });
    this.answers = new LRUCache({
      maxSize: bytes * (1 - URL_SHARE),
      maxEntrySize: bytes / 8,
      sizeCalculation: ({ body }, key) => ownBytes(body) + key.length + ENTRY_OVERHEAD,
    });
  }

  targetOf(url: string): Target | undefined {
    return this.targets?.get(url);
  }

  remember(url: string, target: Target): void {
    this.targets?.set(url, target);
  }

  /** The kept answer, when it is good for the release set. */
  find(key: string, set: string): Answer | undefined {
    const answer = this.answers?.get(key);
    return answer && answer.set === set && answer.until > this.now() ? answer : undefined;
  }

  /** Finds or makes; requests that come while one is being made wait for it. */
  through(key: string, set: string, make: () => Promise<Answer>): Promise<Answer> {
    const kept = this.find(key, set);
    if (kept) return Promise.resolve(kept);
    const flightKey = `${set} ${key}`;
    const flying = this.flights.get(flightKey);
    if (flying) return flying;
    const flight = make()
      .then((answer) => {
        if (answer.until > 0) this.answers?.set(key, answer);
        return answer;
      })
      .finally(() => this.flights.delete(flightKey));
    this.flights.set(flightKey, flight);
    return flight;
  }
}

function ownBytes(body: Bytes): number {
  return typeof body === 'string' ? body.length : body.length * PIECE_BYTES;
}
