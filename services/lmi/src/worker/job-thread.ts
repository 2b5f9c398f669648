/** The thread of one job: says how far it is and how it ended. */
import { parentPort, workerData } from 'node:worker_threads';
import { createReleaseStore } from '@lmi/data';
import { createLog, Lifecycle, LmiError, readConfig } from '@lmi/kit';
import { inSpan, observedDatabase, spans, startObservation } from '@lmi/kit/observe';
import { programVersion } from '../paths';
import { importEnvironment } from '../shapes/database';
import { runJob } from './run-job';
import type { JobAssignment, JobMessage } from './thread';

async function main(): Promise<void> {
  const { kind, payload, traceparent } = workerData as JobAssignment;
  const port = parentPort!;
  const aborting = new AbortController();
  port.on('message', () => aborting.abort());
  const config = readConfig();
  const log = createLog(config.LMI_LOG);
  const lifecycle = new Lifecycle(log);
  const tell = (message: JobMessage): void => port.postMessage(message);
  try {
    // The thread has modules and spans of its own; the port for operators is its process's.
    const observation = await startObservation({ ...config, LMI_METRICS_PORT: '' }, lifecycle, log, {
      target: 'worker',
      version: programVersion(),
      host: '',
      keepTraces: false,
    });
    const env = await importEnvironment(config, lifecycle);
    const db = observedDatabase(env.db, observation);
    const observed = { ...env, db, releases: createReleaseStore(db) };
    const progress = (done: number): void => tell({ progress: done });
    const context = { progress, signal: aborting.signal, traceparent };
    const result = await inSpan(
      () => spans.jobThread(kind),
      { parent: traceparent },
      () => runJob(kind, payload, observed, config, context),
    );
    tell({ result });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof LmiError) {
      const { code, field, validValues } = error;
      tell({
        failed: { code, message, ...(field ? { field } : {}), ...(validValues ? { validValues } : {}) },
      });
    } else tell({ failed: { message } });
  } finally {
    await lifecycle.stop();
    port.close();
  }
}

void main();
