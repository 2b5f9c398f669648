import { jobsConformance } from '../conformance';
import { inlineJobs } from '../src';

jobsConformance('inline', async () => inlineJobs());

it('waits for running jobs when it closes and then refuses new ones', async () => {
  const jobs = inlineJobs();
  let done = false;
  jobs.register('slow', async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    done = true;
  });
  const running = jobs.run('slow', {}, { id: 's' });
  await new Promise((resolve) => setTimeout(resolve, 2));
  await jobs.close();
  expect(done).toBe(true);
  await running;
  await expect(jobs.run('slow', {}, { id: 's' })).rejects.toThrow('stopped');
});
