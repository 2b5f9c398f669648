import { jobsConformance } from '../conformance';
import { inlineJobs } from '../src';
import { nextRun } from '../src/schedule';

jobsConformance('inline', async () => {
  const jobs = inlineJobs({ firstRetryMs: 20 });
  await jobs.work();
  return jobs;
});

it('does not run schedules in a process that does not work', async () => {
  const jobs = inlineJobs();
  let runs = 0;
  jobs.register('sweep', async () => void (runs += 1));
  await jobs.schedule('sweep', {}, { everyMs: 100 }, { id: 's' });
  await new Promise((resolve) => setTimeout(resolve, 350));
  await jobs.close();
  expect(runs).toBe(0);
});

it('gives up pauses between attempts when it closes', async () => {
  const jobs = inlineJobs({ firstRetryMs: 60_000 });
  jobs.register('import', async () => {
    throw new Error('source down');
  });
  const running = jobs.run('import', {}, { id: 'i', attempts: 3 });
  running.catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 20));
  await jobs.close();
  await expect(running).rejects.toThrow('source down');
});

it.each([
  ['30 2 * * *', '2026-03-29T00:59:00Z', '2026-03-29T02:30:00.000Z'],
  ['0 0 1 * *', '2026-02-01T00:00:00Z', '2026-03-01T00:00:00.000Z'],
  ['*/15 9-17 * * 1-5', '2026-05-01T17:50:00Z', '2026-05-04T09:00:00.000Z'],
])('reads cron %s in UTC', (cron, from, expected) => {
  expect(new Date(nextRun({ cron }, Date.parse(from))).toISOString()).toBe(expected);
});
