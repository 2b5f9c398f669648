import { setTimeout as sleep } from 'node:timers/promises';
import { OperationsServiceDefinition } from '@lmi/contracts';
import {
  LmiError,
  type Config,
  type Handlers,
  type Lifecycle,
  type Log,
  type ServiceDefinition,
} from '@lmi/kit';
import { GrpcServer } from '@lmi/kit/grpc';
import { observedHandlers, startObservation, type CallTotals } from '@lmi/kit/observe';
import { awaitData } from './await-data';
import { programVersion, projectPaths } from './paths';
import { operationsHandlers } from './operations/handlers';
import { clusterOperations } from './operations/source';
import { clusterCalls, clusterShape } from './shapes/cluster';
import type { Ports } from './shapes/ports';
import { addDrain, type Running } from './running';
import { datasetServices, targetNames } from './targets';

/** A process that cannot be made ready in this time, such as without a database, serves all the same and says why. */
const WARM_UP_LIMIT_MS = 10_000;

/** A gateway process keeps the finished answers of all services, of which profiles alone are some 30 MB. */
const GATEWAY_CACHE_SHARES = 4;

/** One target of the cluster shape but worker and usage, which need none of this. @throws LmiError for a name that is not a target. */
export async function startTarget(
  name: string,
  config: Config,
  lifecycle: Lifecycle,
  log: Log,
): Promise<Running> {
  const observation = await startObservation(config, lifecycle, log, {
    target: name,
    version: programVersion(),
    host: hostOf(name, config),
    keepTraces: false,
  });
  if (name === 'gateway') {
    const settings = { ...config, LMI_CACHE_MB: config.LMI_CACHE_MB * GATEWAY_CACHE_SHARES };
    const calls = clusterCalls(config, lifecycle, observation);
    const operations = clusterOperations(config, calls, observation, log);
    // The other targets start without what it is made of.
    const { startGateway } = await import('./start-gateway.js');
    return startGateway(settings, calls, log, lifecycle, { observation, operations });
  }
  const service = datasetServices.find((s) => s.name === name);
  if (!service) {
    throw new LmiError('invalid-argument', `no target named ${name}`, {
      field: 'target',
      validValues: targetNames,
    });
  }
  const ports = await clusterShape(config, lifecycle, log, observation);
  if (config.LMI_AWAIT_DATA === 'on') {
    await awaitData({ ...ports, dataFolder: projectPaths(config).data }, service.importers, lifecycle, log);
  }
  const server = new GrpcServer({
    address: config.LMI_GRPC_ADDRESS,
    onInternalError: (error, method, traceId) => log.error({ err: error, method, traceId }, 'call failed'),
  });
  const made = service.createHandlers({ ...ports, config, log });
  const totals: CallTotals = { requests: 0, failed: 0, seconds: 0 };
  const handlers = observedHandlers(service.definition, made, observation, totals);
  let ready = false;
  observation.addState(async () => ({ ready, ...totals }));
  server.register(
    OperationsServiceDefinition,
    observedHandlers(OperationsServiceDefinition, operationsHandlers(ports.db), observation),
  );
  server.register(service.definition, handlers);
  await warmUp(service, handlers, ports);
  const port = await server.listen();
  ready = true;
  lifecycle.add('grpc server', async () => {
    await server.close();
    log.info(server.served, 'calls answered');
  });
  addDrain(lifecycle, config, () => server.drain());
  return { port };
}

/** A target's port for operators is on the address that it listens on. */
export function hostOf(target: string, config: Config): string {
  return target === 'gateway'
    ? config.HOST
    : config.LMI_GRPC_ADDRESS.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
}

/** Opens connections and makes what the first calls would wait for. Without a release yet there is nothing to make. */
async function warmUp(
  service: (typeof datasetServices)[number],
  handlers: Handlers<ServiceDefinition>,
  { db, reference }: Ports,
): Promise<void> {
  const limit = new AbortController();
  const work = db.read((reader) => reference.read(reader)).then(() => service.warmUp?.(handlers));
  await Promise.race([
    work.catch(() => undefined),
    sleep(WARM_UP_LIMIT_MS, undefined, { signal: limit.signal }).catch(() => undefined),
  ]);
  limit.abort();
}
