import { memoryCache, redisLimits } from '@lmi/cache';
import { createReferenceSource, createReleaseStore, openDatabase, startHeartbeat } from '@lmi/data';
import { LmiError, type Config, type Lifecycle, type Log } from '@lmi/kit';
import { GrpcServer } from '@lmi/kit/grpc';
import { currentSpan, observedDatabase, observedJobs, startObservation } from '@lmi/kit/observe';
import { LIMIT_WINDOW_MS, startKeyUse } from '../key-use';
import { followEntrance } from '../operations/entrance';
import { keepHistory } from '../operations/keep';
import { observerOf } from '../operations/source';
import { programVersion } from '../paths';
import { scheduleServiceJobs } from '../service-jobs';
import { clusterCalls } from '../shapes/cluster';
import { applySchedule, registerJobs } from './kinds';
import { openQueue } from './queue';
import { runInThread } from './thread';

/** Beyond the time that a running job is given: for its way to a safe point and back into the queue. */
const LEAVE_LIMIT_MS = 6_000;

/**
 * The worker target: takes jobs, one at a time, and keeps the database's heartbeat. It is ready, by its gRPC health,
 * once it has reached the queue.
 * @throws LmiError invalid-argument for a missing address or a malformed schedule.
 */
export async function startWorker(
  config: Config,
  lifecycle: Lifecycle,
  log: Log,
): Promise<{ readonly port: number }> {
  for (const setting of ['LMI_DATABASE_URL', 'LMI_QUEUE_URL'] as const) {
    if (config[setting] === '')
      throw new LmiError('invalid-argument', `setting ${setting}: a worker needs it`, { field: setting });
  }
  const observation = await startObservation(config, lifecycle, log, {
    target: 'worker',
    version: programVersion(),
    host: config.LMI_GRPC_ADDRESS.replace(/:\d+$/, ''),
    keepTraces: false,
  });
  const opened = await openDatabase({ url: config.LMI_DATABASE_URL });
  lifecycle.add('database', () => opened.close());
  const db = observedDatabase(opened, observation);
  const heartbeat = startHeartbeat(opened, (error) =>
    log.warn({ err: error }, 'heartbeat could not be written'),
  );
  lifecycle.add('heartbeat', () => heartbeat.stop());
  if (config.LMI_CACHE_URL !== '') {
    const limits = redisLimits({ url: config.LMI_CACHE_URL, windowMs: LIMIT_WINDOW_MS, log });
    lifecycle.add('limits', () => limits.close());
    const keyUse = startKeyUse(db, limits, log);
    lifecycle.add('key use', () => keyUse.stop());
  }
  const server = new GrpcServer({ address: config.LMI_GRPC_ADDRESS });
  lifecycle.add('grpc server', () => server.close());
  const calls = clusterCalls(config, lifecycle, observation);
  const jobs = observedJobs(openQueue(config, log), observation, true);
  lifecycle.add('jobs', () => jobs.close(), config.LMI_JOB_STOP_MS + LEAVE_LIMIT_MS);
  lifecycle.add('drain', async () => server.drain());

  registerJobs(jobs, (kind, payload, context) => {
    log.info({ job: kind, payload }, 'job started');
    return runInThread(kind, payload, { ...context, traceparent: currentSpan()?.traceparent });
  });
  let ready = false;
  observation.addState(async () => ({ ready }));
  const releases = createReleaseStore(db);
  observation.metrics?.read('releasePublished', async () =>
    (await releases.list())
      .filter(({ current }) => current)
      .map(({ dataset, publishedAt }) => ({
        labels: { dataset },
        value: Date.parse(publishedAt ?? '') / 1000,
      })),
  );
  const reference = createReferenceSource(releases);
  // Jobs read each thing once.
  const cache = memoryCache({ maxEntries: 0 });
  const startServiceJobs = await untilReached(
    async () => {
      await applySchedule(jobs, config);
      return scheduleServiceJobs(jobs, { db, releases, reference, cache, calls, config, log });
    },
    lifecycle,
    log,
  );
  await jobs.work();
  startServiceJobs();
  if (config.LMI_STATUS_TARGETS !== '')
    keepHistory(
      opened,
      observerOf(config.LMI_STATUS_TARGETS),
      lifecycle,
      log,
      config.LMI_STATUS_SECONDS * 1000,
    );
  if (config.LMI_ENTRANCE_LOG !== '')
    await followEntrance(
      {
        file: config.LMI_ENTRANCE_LOG,
        name: config.LMI_ENTRANCE_NAME,
        db: opened,
        metrics: observation.metrics,
      },
      lifecycle,
      log,
    );
  const port = await server.listen();
  ready = true;
  return { port };
}

/** The queue may start after its workers. */
async function untilReached<T>(work: () => Promise<T>, lifecycle: Lifecycle, log: Log): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof LmiError) || error.code !== 'unavailable' || lifecycle.isStopping) throw error;
      log.warn({ err: error }, 'waiting for the job queue');
    }
  }
}
