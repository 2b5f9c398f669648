import { LmiError, type Config, type Lifecycle, type Log } from '@lmi/kit';
import { GrpcServer } from '@lmi/kit/grpc';
import { clusterCalls, clusterShape } from './shapes/cluster';
import { addDrain, startGateway, type Running } from './start';
import { datasetServices, targetNames } from './targets';

/** One target of the cluster shape. @throws LmiError for a name that is not a target. */
export async function startTarget(
  name: string,
  config: Config,
  lifecycle: Lifecycle,
  log: Log,
): Promise<Running> {
  if (name === 'gateway') return startGateway(config, clusterCalls(config, lifecycle), log, lifecycle);
  const service = datasetServices.find((s) => s.name === name);
  if (!service) {
    throw new LmiError('invalid-argument', `no target named ${name}`, {
      field: 'target',
      validValues: targetNames,
    });
  }
  const ports = await clusterShape(config, lifecycle, log);
  const server = new GrpcServer({
    address: config.LMI_GRPC_ADDRESS,
    onInternalError: (error, method) => log.error({ err: error, method }, 'call failed'),
  });
  server.register(service.definition, service.createHandlers({ ...ports, log }));
  const port = await server.listen();
  lifecycle.add('grpc server', () => server.close());
  addDrain(lifecycle, config, () => server.drain());
  return { port };
}
