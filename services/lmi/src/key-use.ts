import { createApiKeyStore } from '@lmi/data';
import type { Database, Limits, Log } from '@lmi/kit';

/** Length of the window in which requests are counted. */
export const LIMIT_WINDOW_MS = 60_000;

/** Well within the window in which the use of a key is seen. */
const LOOK_MS = 20_000;

/**
 * Notes the day on which each key was last used, from the counts of the limits: requests themselves write nothing.
 * Of the day only, as more would say when somebody works.
 */
export function startKeyUse(db: Database, limits: Limits, log: Log): { stop(): Promise<void> } {
  const keys = createApiKeyStore(db);
  let current: Promise<void> | undefined;
  const look = async () => {
    try {
      const ids = (await limits.active('k:')).map((client) => client.slice('k:'.length));
      await keys.noteUse(ids, new Date().toISOString().slice(0, 10));
    } catch (error) {
      log.warn({ err: error }, 'the use of keys could not be noted');
    }
  };
  const timer = setInterval(() => {
    current ??= look().finally(() => (current = undefined));
  }, LOOK_MS).unref();
  return {
    async stop() {
      clearInterval(timer);
      await current;
      await look();
    },
  };
}
