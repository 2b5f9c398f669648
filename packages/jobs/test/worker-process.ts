import { setTimeout as sleep } from 'node:timers/promises';
import { createLog } from '@lmi/kit';
import { bullJobs } from '../src';

/** A worker in a process of its own: says on standard output what its jobs do, and stops on SIGTERM. */
const [url, queue, lockMs, checkMs, stopMs] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
];
const say = (line: string) => process.stdout.write(`${line}\n`);

const jobs = bullJobs({
  url,
  queue,
  log: createLog('silent'),
  takeover: { lockMs: Number(lockMs), checkMs: Number(checkMs) },
  stopMs: Number(stopMs),
});
jobs.register<{ name: string; ms: number }>('import', async ({ name, ms }, { progress, signal }) => {
  say(`started ${name}`);
  signal.addEventListener('abort', () => say(`aborted ${name}`));
  for (let step = 1; step <= 20; step += 1) {
    await sleep(ms / 20);
    progress(step / 20);
    signal.throwIfAborted();
  }
  say(`ended ${name}`);
});
process.on('SIGTERM', () => void jobs.close().then(() => process.exit(0)));
void jobs.work().then(() => say('working'));
