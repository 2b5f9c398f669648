import type { NginxOptions } from './nginx';

/**
 * nginx in a pod of Kubernetes. What its DNS server is, and the full name of the gateways, differ between clusters:
 * infra/nginx/start.sh reads both when the pod starts and puts them in the place of NAMESERVER and NAMESPACE-DOMAIN, and the salt, the same
 * for all pods, in that of SYSTEM_SALT.
 * infra/nginx/kubernetes holds what is rendered from this.
 */
export const podNginx: NginxOptions = {
  listen: '8080',
  gateways: { name: 'gateway-headless.NAMESPACE-DOMAIN:8080', resolver: 'NAMESERVER' },
  requestsPerMinute: 120_000,
  accessLog: '/dev/stdout',
  usageLog: '/var/log/lmi-nginx/access.log',
  errorLog: 'stderr',
  traceRatio: 0.05,
  systemSalt: 'SYSTEM_SALT',
  // The node may have many more cores than the pod may use.
  workers: 2,
};
