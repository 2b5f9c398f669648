import { setTimeout as sleep } from 'node:timers/promises';
import { LmiError } from '@lmi/kit';
import { importEnvironment } from '../shapes/database';
import { print, withSession } from './session';

const TRY_AGAIN_MS = 1_000;

/**
 * Brings the schema up to date. May run at any time and any number of times.
 * @param options.wait seconds for a database that does not answer yet, or has not been given its users.
 */
export async function migrateCommand({ wait = '0' }: { readonly wait?: string } = {}): Promise<void> {
  if (!/^\d{1,5}$/.test(wait)) {
    throw new LmiError('invalid-argument', `--wait: "${wait}" is not a number of seconds`, { field: 'wait' });
  }
  const until = Date.now() + Number(wait) * 1_000;
  for (;;) {
    try {
      await migrate();
      return;
    } catch (error) {
      if (!(error instanceof LmiError) || error.code !== 'unavailable' || Date.now() >= until) throw error;
      await sleep(TRY_AGAIN_MS);
    }
  }
}

async function migrate(): Promise<void> {
  await withSession(async ({ config, lifecycle }) => {
    const env = await importEnvironment(config, lifecycle);
    const applied = await env.db.migrate();
    print(applied.length > 0 ? applied.join('\n') : 'the schema is current');
  });
}
