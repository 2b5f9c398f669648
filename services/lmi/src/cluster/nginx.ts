import { invalidArgument } from '@lmi/kit';

export interface NginxOptions {
  /** `address:port`, or a port alone for every address. */
  readonly listen: string;
  /**
   * Either the gateways' addresses (`host:port` each), balanced with memory of who failed, or one name that a DNS
   * server resolves anew every second: it follows a changing set without a reload, but asks every address afresh,
   * without kept connections and without memory of failures.
   */
  readonly gateways: readonly string[] | { readonly name: string; readonly resolver: string };
  /** Requests a minute from one client address, cached answers included; 0: no limit. */
  readonly requestsPerMinute: number;
  readonly accessLog: string;
  /** File of the same lines, from which usage is counted where the access log is none. */
  readonly usageLog?: string;
  readonly errorLog: string;
  /** Worker processes; as many as the machine has cores unless told. */
  readonly workers?: number;
  /** Part of the requests that are traced when their caller does not decide, 0 to 1. */
  readonly traceRatio: number;
  /**
   * Secret, or a variable of nginx, that the numbers of client systems in the log are made with: without it nobody can
   * tell which numbers an address may have.
   */
  readonly systemSalt: string;
  /** User of the worker processes; only where nginx is started by root. */
  readonly user?: string;
  /** Paths of the brotli modules, where they are installed. */
  readonly brotliModules?: readonly string[];
}

/** The files that infra/nginx/nginx.conf includes, by name. */
export interface NginxFiles {
  readonly 'main.conf': string;
  readonly 'http.conf': string;
  readonly 'server.conf': string;
}

/** What one address may send at once beyond its rate, as a part of a minute's requests. */
const BURST_SHARE = 1 / 3;
const CONNECTIONS_PER_ADDRESS = 500;
const ADDRESS = /^[\w.-]+:\d+$|^\[[\da-f:]+\]:\d+$/i;

/**
 * Renders what differs between installations.
 * @throws LmiError invalid-argument for addresses and paths that nginx could read as more than one word.
 */
export function renderNginx(options: NginxOptions): NginxFiles {
  const brotli = options.brotliModules ?? [];
  const usageLog = options.usageLog ?? [];
  for (const word of [options.accessLog, options.errorLog, options.user ?? 'x', ...brotli].concat(usageLog)) {
    if (!/^[^\s;{}"'\\$]+$/.test(word))
      throw invalidArgument('nginx', `"${word}" cannot stand in an nginx configuration`);
  }
  if (!/^\d+$/.test(options.listen)) checkAddress(options.listen);
  return {
    'main.conf': lines(
      ...brotli.map((module) => `load_module ${module};`),
      options.user && `user ${options.user};`,
      `worker_processes ${options.workers ?? 'auto'};`,
      `error_log ${options.errorLog} crit;`,
    ),
    'http.conf': lines(
      ...[options.accessLog].concat(usageLog).map((file) => `access_log ${file} api buffer=32k flush=1s;`),
      options.requestsPerMinute > 0 && [
        `limit_req_zone $binary_remote_addr zone=requests:10m rate=${options.requestsPerMinute}r/m;`,
        `limit_conn_zone $binary_remote_addr zone=connections:10m;`,
      ],
      brotli.length > 0 && [
        'brotli on;',
        'brotli_comp_level 4;',
        'brotli_min_length 512;',
        'brotli_types application/json application/problem+json application/javascript text/css;',
      ],
      traceLine(options.traceRatio),
      ...systemLines(options.systemSalt),
      ...gatewayLines(options.gateways),
    ),
    'server.conf': lines(
      `listen ${options.listen};`,
      options.requestsPerMinute > 0 && [
        `limit_req zone=requests burst=${Math.max(1, Math.round(options.requestsPerMinute * BURST_SHARE))} nodelay;`,
        `limit_conn connections ${CONNECTIONS_PER_ADDRESS};`,
      ],
    ),
  };
}

function traceLine(ratio: number): string {
  if (!(ratio >= 0 && ratio <= 1)) throw invalidArgument('traceRatio', 'traceRatio must be from 0 to 1');
  if (ratio === 0 || ratio === 1) return `map "" $own_flags { default 0${ratio}; }`;
  return `split_clients $request_id $own_flags { ${Math.max(0.01, ratio * 100).toFixed(2)}% 01; * 00; }`;
}

/** Three draws of one in fifty: see SYSTEM_NUMBERS in usage. */
function systemLines(salt: string): string[] {
  if (!/^(\$\w+|\w{8,})$/.test(salt))
    throw invalidArgument('systemSalt', 'systemSalt must be a word of 8 letters or more');
  const two = (n: number) => String(n).padStart(2, '0');
  const parts = Array.from({ length: 49 }, (_, n) => `2% ${two(n)};`).join(' ');
  return [1, 2, 3].map(
    (draw) => `split_clients "${draw}\${day}${salt}$remote_addr" $system_${draw} { ${parts} * 49; }`,
  );
}

function gatewayLines(gateways: NginxOptions['gateways']): string[] {
  if ('name' in gateways) {
    checkAddress(gateways.name);
    checkAddress(`${gateways.resolver}:53`);
    return [
      `resolver ${gateways.resolver} valid=1s ipv6=off;`,
      'resolver_timeout 1s;',
      `map "" $gateways { default "${gateways.name}"; }`,
    ];
  }
  if (gateways.length === 0)
    throw invalidArgument('gateways', 'nginx needs the address of at least one gateway');
  gateways.forEach(checkAddress);
  return [
    'upstream gateways {',
    '  zone gateways 128k;',
    ...gateways.map((address) => `  server ${address} max_fails=2 fail_timeout=3s;`),
    // When all of them are marked as failed, for whatever reason, they are asked all the same.
    ...gateways.map((address) => `  server ${address} backup max_fails=0;`),
    '  keepalive 64;',
    '  keepalive_requests 100000;',
    '}',
    'map "" $gateways { default "gateways"; }',
  ];
}

function checkAddress(address: string): void {
  if (!ADDRESS.test(address)) throw invalidArgument('nginx', `"${address}" is not host:port`);
}

function lines(...parts: readonly (string | readonly string[] | false | undefined)[]): string {
  return parts
    .flat()
    .filter((line) => typeof line === 'string')
    .map((line) => `${line}\n`)
    .join('');
}
