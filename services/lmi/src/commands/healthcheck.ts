import { LmiError } from '@lmi/kit';
import { print, withSession } from './session';

export async function healthcheckCommand(): Promise<void> {
  await withSession(async ({ config }) => {
    const url = `http://127.0.0.1:${config.PORT}/readyz`;
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch((cause: unknown) => {
      throw new LmiError('unavailable', `no answer from ${url}`, { cause });
    });
    if (!response.ok) throw new LmiError('unavailable', `${url} answered ${response.status}`);
    print('ready');
  });
}
