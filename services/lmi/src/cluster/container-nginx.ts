import type { NginxOptions } from './nginx';

/**
 * nginx in a container beside gateways in containers: `gateway` is a name of the container network, whose DNS server
 * knows the running replicas. infra/nginx/start.sh puts the salt in the place of SYSTEM_SALT. infra/nginx/container holds what is rendered from this.
 */
export const containerNginx: NginxOptions = {
  listen: '8080',
  gateways: { name: 'gateway:8080', resolver: '127.0.0.11' },
  requestsPerMinute: 120_000,
  accessLog: '/dev/stdout',
  usageLog: '/var/log/lmi-nginx/access.log',
  errorLog: 'stderr',
  traceRatio: 0.05,
  systemSalt: 'SYSTEM_SALT',
};
