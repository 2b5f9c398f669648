import { LmiError } from '@lmi/kit';
import { isServing } from '@lmi/kit/grpc';
import { targetNames } from '../targets';
import { print, withSession } from './session';

const LIMIT_MS = 2_000;

/** Asks the target that runs here with the same settings: gateway and usage over HTTP, any other for its gRPC health. */
export async function healthcheckCommand(target = 'gateway'): Promise<void> {
  if (!targetNames.includes(target)) {
    throw new LmiError('invalid-argument', `no target named ${target}`, {
      field: 'target',
      validValues: targetNames,
    });
  }
  await withSession(async ({ config }) => {
    if (target === 'gateway') {
      await checkHttp(`http://127.0.0.1:${config.PORT}/readyz`);
    } else if (target === 'usage') {
      await checkHttp(`http://127.0.0.1:${config.LMI_METRICS_PORT}/livez`);
    } else {
      const address = `127.0.0.1:${config.LMI_GRPC_ADDRESS.split(':').at(-1) ?? ''}`;
      if (!(await isServing(address, LIMIT_MS)))
        throw new LmiError('unavailable', `${target} does not serve on ${address}`);
    }
    print('ready');
  });
}

async function checkHttp(url: string): Promise<void> {
  const response = await fetch(url, { signal: AbortSignal.timeout(LIMIT_MS) }).catch((cause: unknown) => {
    throw new LmiError('unavailable', `no answer from ${url}`, { cause });
  });
  if (!response.ok) throw new LmiError('unavailable', `${url} answered ${response.status}`);
}
