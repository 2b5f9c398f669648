import type { Log } from '@lmi/kit';
import type { Redis } from 'ioredis';

/** Logs an error for each setting with which the server could lose jobs; jobs go on, because they did until now. */
export async function checkServer(redis: Redis, log: Log): Promise<void> {
  try {
    const info = (await redis.info('memory')) + (await redis.info('persistence'));
    const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
    if (policy !== 'noeviction') {
      log.error({ policy }, 'job queue: its server may evict jobs; set maxmemory-policy noeviction');
    }
    if (!/^aof_enabled:1/m.test(info)) {
      log.error('job queue: its server forgets jobs when it restarts; set appendonly yes');
    }
  } catch (error) {
    log.warn({ err: error }, 'job queue: the settings of its server could not be read');
  }
}
