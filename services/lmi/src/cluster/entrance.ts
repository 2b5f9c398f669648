import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { environmentWith } from '@lmi/kit';
import { answersHttp } from './answers';
import type { ClusterHome } from './home';
import { infraFile, LOOPBACK } from './layout';
import { renderNginx } from './nginx';
import { inspect, signalTo, type ProcessRecord, type ProcessSpec } from './processes';
import { findProgram, run } from './programs';

/** Where Debian installs nginx's modules. */
const MODULES = '/usr/lib/nginx/modules';
const brotliModules = ['ngx_http_brotli_filter_module.so'].map((name) => path.join(MODULES, name));

/** How long nginx may finish what it passes on before a gateway that was taken off the list is stopped all the same. */
const RELOAD_LIMIT_MS = 10_000;

export interface EntranceOptions {
  readonly port: number;
  readonly gatewayPorts: readonly number[];
  readonly requestsPerMinute: number;
  readonly traceRatio: number;
}

/** Writes the configuration; @returns whether it differs from the one before. @throws LmiError when nginx refuses it. */
export async function configureEntrance(home: ClusterHome, options: EntranceOptions): Promise<boolean> {
  mkdirSync(home.path('nginx'), { recursive: true });
  const files = renderNginx({
    listen: `${LOOPBACK}:${options.port}`,
    gateways: options.gatewayPorts.map((port) => `${LOOPBACK}:${port}`),
    requestsPerMinute: options.requestsPerMinute,
    accessLog: home.logFile('access'),
    errorLog: home.logFile('nginx'),
    traceRatio: options.traceRatio,
    systemSalt: home.secrets().systems,
    // Started by root, nginx would give its workers to a user who cannot enter the cluster's folder.
    ...(process.getuid?.() === 0 ? { user: userInfo().username } : {}),
    ...(brotliModules.every((file) => existsSync(file)) ? { brotliModules } : {}),
  });
  let changed = false;
  for (const [name, text] of Object.entries(files)) changed = home.replace(`nginx/${name}`, text) || changed;
  copyFileSync(infraFile('nginx', 'nginx.conf'), home.path('nginx', 'nginx.conf'));
  await run('nginx', [...nginxArgs(home), '-t', '-q']);
  return changed;
}

export function entranceSpec(home: ClusterHome, port: number): ProcessSpec {
  return {
    name: 'nginx',
    target: 'nginx',
    port,
    command: findProgram('nginx'),
    args: [...nginxArgs(home), '-g', 'daemon off;'],
    env: environmentWith({}),
    logFile: home.logFile('nginx'),
    isReady: () => answersHttp(`http://${LOOPBACK}:${port}/livez`),
  };
}

/** Makes the running nginx take its new configuration and waits until nothing goes by the old one. */
export async function reloadEntrance(nginx: ProcessRecord): Promise<void> {
  const before = workersOf(nginx);
  signalTo(nginx.pid, 'SIGHUP');
  const until = Date.now() + RELOAD_LIMIT_MS;
  while (before.some((pid) => inspect(pid)) && Date.now() < until) await sleep(25);
}

function nginxArgs(home: ClusterHome): string[] {
  return ['-p', home.path('nginx'), '-e', home.logFile('nginx'), '-c', home.path('nginx', 'nginx.conf')];
}

function workersOf({ pid }: ProcessRecord): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => inspect(candidate)?.parent === pid);
}
