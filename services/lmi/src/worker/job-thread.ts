/** The thread of one job: says how far it is and how it ended. */
import { parentPort, workerData } from 'node:worker_threads';
import { createLog, Lifecycle, LmiError, readConfig } from '@lmi/kit';
import { importEnvironment } from '../shapes/database';
import { runJob } from './run-job';
import type { JobAssignment, JobMessage } from './thread';

async function main(): Promise<void> {
  const { kind, payload } = workerData as JobAssignment;
  const port = parentPort!;
  const aborting = new AbortController();
  port.on('message', () => aborting.abort());
  const config = readConfig();
  const lifecycle = new Lifecycle(createLog(config.LMI_LOG));
  const tell = (message: JobMessage): void => port.postMessage(message);
  try {
    const env = await importEnvironment(config, lifecycle);
    const progress = (done: number): void => tell({ progress: done });
    tell({ result: await runJob(kind, payload, env, config, { progress, signal: aborting.signal }) });
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
