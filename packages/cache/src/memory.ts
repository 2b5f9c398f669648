import type { Cache, CacheKey } from '@lmi/kit';
import { LRUCache } from 'lru-cache';

export interface MemoryCacheOptions {
  /** Values kept; 0 stores nothing, while loads under way are still shared. */
  readonly maxEntries: number;
}

/** The process cache of the embedded shape: bounded, least recently used out first, single flight. */
export function memoryCache(options: MemoryCacheOptions): Cache {
  const stored =
    options.maxEntries > 0 ? new LRUCache<string, object>({ max: options.maxEntries }) : undefined;
  const loading = new Map<string, Promise<object>>();
  let generation = 0;

  return {
    async through<T extends object>(key: CacheKey, load: () => Promise<T>): Promise<T> {
      const name = JSON.stringify(key);
      const hit = stored?.get(name);
      if (hit) return hit as T;
      const underWay = loading.get(name);
      if (underWay) return underWay as Promise<T>;
      const started = generation;
      const loadOnce = load().then((value) => {
        // A load that began before clear() must not bring back what clear() forgot.
        if (started === generation) stored?.set(name, value);
        return value;
      });
      loading.set(name, loadOnce);
      try {
        return await loadOnce;
      } finally {
        if (loading.get(name) === loadOnce) loading.delete(name);
      }
    },
    async clear() {
      generation += 1;
      loading.clear();
      stored?.clear();
    },
    async close() {
      generation += 1;
      loading.clear();
      stored?.clear();
    },
  };
}
