import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const configurations = path.resolve(__dirname, '../../../infra/redis');
const START_LIMIT_MS = 10_000;

/** A real redis-server on 127.0.0.1 with one of the configurations that the cluster runs. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Ends it at once, as a crash would; its folder stays. */
  kill(): Promise<void>;
  /** Starts it again on the same port and folder. */
  start(): Promise<void>;
  /** Stops it in its tracks: connections stay open and nothing is answered until `resume`. */
  hang(): void;
  resume(): void;
  /** Ends it and removes its folder. */
  close(): Promise<void>;
}

/**
 * Starts redis-server (found on the PATH) and waits until it answers. @throws when it is not installed: a server that
 * cannot be tested is a failed test.
 */
export async function startRedis(
  configuration: 'cache' | 'queue',
  settings: readonly string[] = [],
): Promise<RedisServer> {
  const folder = await mkdtemp(path.join(tmpdir(), `lmi-redis-${configuration}-`));
  const port = await freePort();
  let child: ChildProcess | undefined;

  const start = async () => {
    const file = path.join(configurations, `${configuration}.conf`);
    const place = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder];
    const started = spawn('redis-server', [file, ...place, ...settings], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    let output = '';
    let ended: string | undefined;
    started.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    started.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    started.on('error', (error) => (ended = error.message));
    started.on('exit', (code) => (ended = `exit code ${String(code)}`));
    for (const until = Date.now() + START_LIMIT_MS; !(await answers(port));) {
      if (ended !== undefined || Date.now() > until) {
        started.kill('SIGKILL');
        throw new Error(`redis-server did not start: ${ended ?? 'no answer'}\n${output}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const kill = async () => {
    const ending = child;
    child = undefined;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const exited = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill('SIGKILL');
    await exited;
  };

  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    start,
    kill,
    hang: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
    async close() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Whether the server answers a PING; one that is still reading its append-only file does not. */
async function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.setTimeout(500, () => socket.destroy());
    socket.once('data', (reply) => {
      resolve(reply.toString().startsWith('+PONG'));
      socket.destroy();
    });
    socket.on('error', () => resolve(false));
    socket.on('close', () => resolve(false));
  });
}
