import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { environmentWith } from '@lmi/kit';
import type { ClusterHome, Secrets } from './home';
import { infraFile, LOOPBACK } from './layout';
import type { ProcessSpec } from './processes';
import { findProgram } from './programs';

export type RedisRole = 'cache' | 'queue';

export function redisUrl(role: RedisRole, secrets: Secrets, port: number): string {
  return `redis://:${secrets[role]}@${LOOPBACK}:${port}`;
}

export function redisSpec(home: ClusterHome, role: RedisRole, port: number): ProcessSpec {
  const folder = home.path('redis', role);
  const password = home.secrets()[role];
  mkdirSync(folder, { recursive: true });
  home.write(
    `redis/${role}.conf`,
    [
      `include ${infraFile('redis', `${role}.conf`)}`,
      `bind ${LOOPBACK}`,
      `port ${port}`,
      `dir ${folder}`,
      `requirepass ${password}`,
      '',
    ].join('\n'),
  );
  return {
    name: role,
    target: role,
    port,
    command: findProgram('redis-server'),
    args: [home.path('redis', `${role}.conf`)],
    env: environmentWith({}),
    logFile: home.logFile(role),
    isReady: () => answersPing(port, password),
  };
}

/** Whether the server answers; one that still reads its append-only file does not. */
function answersPing(port: number, password: string): Promise<boolean> {
  return new Promise((resolve) => {
    let reply = '';
    const socket = connect(port, LOOPBACK, () => socket.write(`AUTH ${password}\r\nPING\r\n`));
    socket.setTimeout(500, () => socket.destroy());
    socket.on('data', (chunk) => {
      reply += chunk.toString();
      if (reply.includes('+PONG') || reply.includes('-')) socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(reply.includes('+PONG')));
  });
}
