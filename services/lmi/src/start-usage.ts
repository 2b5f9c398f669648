import { openDatabase } from '@lmi/data';
import { LmiError, type Config, type Lifecycle, type Log } from '@lmi/kit';
import { startObservation } from '@lmi/kit/observe';
import { followEntrance } from './operations/entrance';
import { programVersion } from './paths';
import type { Running } from './running';

/**
 * The usage target: counts, beside an nginx, what that one answered, from its log. It may start before the database, and lives
 * without it: what it has counted waits.
 * @throws LmiError invalid-argument for a missing setting.
 */
export async function startUsage(config: Config, lifecycle: Lifecycle, log: Log): Promise<Running> {
  for (const setting of ['LMI_DATABASE_URL', 'LMI_ENTRANCE_LOG', 'LMI_METRICS_PORT'] as const) {
    if (config[setting] === '')
      throw new LmiError('invalid-argument', `setting ${setting}: the usage target needs it`, {
        field: setting,
      });
  }
  const { metrics, port } = await startObservation(config, lifecycle, log, {
    target: 'usage',
    version: programVersion(),
    host: config.HOST,
    keepTraces: false,
  });
  const db = await openDatabase({ url: config.LMI_DATABASE_URL });
  lifecycle.add('database', () => db.close());
  const { LMI_ENTRANCE_LOG: file, LMI_ENTRANCE_NAME: name } = config;
  await followEntrance({ file, name, db, metrics }, lifecycle, log);
  return { port: port! };
}
