import type { NginxOptions } from './nginx';

/**
 * nginx in a container beside gateways in containers: `gateway` is a name of the container network, whose DNS server
 * knows the running replicas. infra/nginx/container holds what is rendered from this.
 */
export const containerNginx: NginxOptions = {
  listen: '8080',
  gateways: { name: 'gateway:8080', resolver: '127.0.0.11' },
  requestsPerMinute: 120_000,
  accessLog: '/dev/stdout',
  errorLog: 'stderr',
  traceRatio: 0.05,
  // The container's id, which nobody outside knows.
  systemSalt: '$hostname',
};
