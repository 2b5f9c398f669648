import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from '../support/program';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** `npm start` in a process group of its own, on a free port. */
function npmStart(home: string) {
  const child = spawn('npm', ['start'], {
    cwd: root,
    env: { ...process.env, PORT: '0', LMI_HOME: home, LMI_LOG: 'error', LMI_SOURCES: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return {
    pid: child.pid!,
    async base(): Promise<string> {
      for (const until = Date.now() + 120_000; Date.now() < until; await pause(50)) {
        const found = /serving on (http:\/\/localhost:\d+)/.exec(text);
        if (found) return found[1]!;
      }
      throw new Error(`npm start did not serve:\n${text}`);
    },
  };
}

async function isGone(base: string): Promise<boolean> {
  for (const until = Date.now() + 10_000; Date.now() < until; await pause(50)) {
    try {
      await fetch(`${base}/livez`);
    } catch {
      return true;
    }
  }
  return false;
}

describe('npm start', () => {
  const home = mkdtempSync(path.join(tmpdir(), 'lmi-npm-'));
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it.each([
    ['SIGTERM to npm alone, as a supervisor sends it', (pid: number) => process.kill(pid, 'SIGTERM')],
    ['SIGINT to the whole group, as Ctrl-C sends it', (pid: number) => process.kill(-pid, 'SIGINT')],
  ])(
    'leaves nothing running after %s',
    async (_name, stop) => {
      const started = npmStart(home);
      const base = await started.base();
      expect((await fetch(`${base}/livez`)).status).toBe(200);
      stop(started.pid);
      expect(await isGone(base)).toBe(true);
    },
    180_000,
  );
});
