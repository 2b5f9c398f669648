import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { TestDatabase } from './target';

/** Another process on the same database. */
export interface Child {
  /** Waits until the process has printed one of the lines. @returns that line. */
  reached(...lines: string[]): Promise<string>;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
}

/** Runs a command of child-main.ts in a process of its own. */
export function startChild(address: TestDatabase['address'], command: string, ...args: string[]): Child {
  const child = spawn(
    process.execPath,
    [
      ...['--require', path.join(__dirname, 'register.cjs'), path.join(__dirname, 'child-main.ts')],
      ...[JSON.stringify(address), command, ...args],
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ended = () => child.exitCode !== null || child.signalCode !== null;
  let output = '';
  const seen = (chunk: Buffer) => (output += chunk.toString());
  child.stdout.on('data', seen);
  child.stderr.on('data', seen);
  return {
    reached: async (...lines) => {
      for (;;) {
        const over = ended();
        const line = lines.find((one) => output.split('\n').includes(one));
        if (line !== undefined) return line;
        if (over) throw new Error(`the child ended before "${lines.join('" or "')}":\n${output}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    kill: async () => {
      if (ended()) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}
