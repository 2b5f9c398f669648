import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

export const root = path.resolve(__dirname, '../..');
const main = path.join(root, 'services/lmi/dist/main.js');

export interface Program {
  readonly pid: number;
  /** Everything written so far. */
  output(): string;
  /** Sends SIGTERM and waits; returns the exit code. */
  stop(): Promise<number | null>;
  /** Resolves with the exit code. */
  readonly exited: Promise<number | null>;
}

/** Starts the compiled program as its users do, with no environment but what is given, and no limit of requests. */
export function startProgram(args: readonly string[], env: Record<string, string>): Program {
  if (!existsSync(main)) throw new Error('the program is not compiled: npm test does that, or npm run build');
  const child: ChildProcess = spawn(process.execPath, [main, ...args], {
    cwd: root,
    env: {
      PATH: process.env.PATH ?? '',
      HOST: '127.0.0.1',
      PORT: '0',
      LMI_LOG: 'info',
      LMI_ADDRESS_LIMIT: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const exited = new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)));
  return {
    pid: child.pid!,
    output: () => text,
    exited,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      return exited;
    },
  };
}

/** Waits until the program's output matches, and gives the first group. @throws with the output when it ends before. */
export async function outputMatching(program: Program, pattern: RegExp, limitMs: number): Promise<string> {
  let ended = false;
  void program.exited.then(() => (ended = true));
  const until = Date.now() + limitMs;
  for (;;) {
    const match = pattern.exec(program.output());
    if (match) return match[1] ?? match[0];
    if (ended || Date.now() > until) {
      throw new Error(
        `no ${String(pattern)} ${ended ? 'before the program ended' : `within ${limitMs} ms`}:\n${program.output()}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Runs a command of the program to its end. */
export async function runProgram(
  args: readonly string[],
  env: Record<string, string>,
): Promise<{ code: number | null; output: string }> {
  const program = startProgram(args, env);
  const code = await program.exited;
  return { code, output: program.output() };
}
