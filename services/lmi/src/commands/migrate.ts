import { importEnvironment } from '../shapes/database';
import { print, withSession } from './session';

export async function migrateCommand(): Promise<void> {
  await withSession(async ({ config, lifecycle }) => {
    const env = await importEnvironment(config, lifecycle);
    const applied = await env.db.migrate();
    print(applied.length > 0 ? applied.join('\n') : 'the schema is current');
  });
}
