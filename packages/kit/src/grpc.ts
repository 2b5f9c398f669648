/** The door to calls between processes: apart from the kit's own, so that one process alone does not load gRPC. */
export { GrpcCalls, GrpcServer, type GrpcServerOptions } from './rpc/grpc';
export { isServing } from './rpc/health';
export { PEERS_POLL_MS } from './rpc/peers-file';
