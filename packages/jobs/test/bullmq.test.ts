import { startRedis, type RedisServer } from '@lmi/cache/testing';
import { createLog } from '@lmi/kit';
import { jobsConformance } from '../conformance';
import { bullJobs } from '../src';

let server: RedisServer;
let queues = 0;
beforeAll(async () => {
  server = await startRedis('queue');
});
afterAll(() => server.close());

jobsConformance('bullmq', async () => {
  queues += 1;
  const jobs = bullJobs({
    url: server.url,
    queue: `test-${queues}`,
    log: createLog('silent'),
    firstRetryMs: 20,
  });
  await jobs.work();
  return jobs;
});
