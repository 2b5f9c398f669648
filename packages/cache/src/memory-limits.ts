import type { Limits } from '@lmi/kit';
import { LRUCache } from 'lru-cache';
import { Window, WINDOW_PARTS } from './window';

export interface MemoryLimitsOptions {
  readonly windowMs: number;
  /** Milliseconds that never go back. */
  readonly now?: () => number;
}

/** Clients that are counted at once, some 500 bytes each; beyond, who has not asked for longest starts anew. */
const MOST_CLIENTS = 20_000;

/** Limits of one process. */
export function memoryLimits({ windowMs, now = () => performance.now() }: MemoryLimitsOptions): Limits {
  const windows = new LRUCache<string, Window>({ max: MOST_CLIENTS });
  const partMs = windowMs / WINDOW_PARTS;
  return {
    windowMs,
    take(client, limit) {
      let window = windows.get(client);
      if (!window) windows.set(client, (window = new Window()));
      const at = now();
      const part = Math.floor(at / partMs);
      const free = window.free(part, limit);
      const allowed = free > 0;
      if (allowed) window.add();
      const resetMs = (part + window.partsToReset()) * partMs - at;
      return { allowed, remaining: Math.max(0, free - 1), resetMs };
    },
    async active(prefix) {
      const from = Math.floor(now() / partMs) - WINDOW_PARTS;
      return [...windows.entries()].flatMap(([client, { last }]) =>
        client.startsWith(prefix) && last >= from ? client : [],
      );
    },
    async close() {
      windows.clear();
    },
  };
}
