import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { LmiError, type ErrorCode, type JobContext } from '@lmi/kit';
import type { JobKind, JobPayload, JobResult } from './kinds';

/** Bound on a job's heap: whole official workbooks are read at once. A job that needs more fails, its worker goes on. */
const JOB_HEAP_MB = 1_024;
/** How long a job that was aborted may take to reach a safe point; then its thread is ended, which is as safe. */
const LEAVE_MS = 3_000;

export interface JobAssignment {
  readonly kind: JobKind;
  readonly payload: JobPayload;
  /** Of the job's span in the process that holds it. */
  readonly traceparent?: string | undefined;
}

export type JobMessage =
  | { readonly progress: number }
  | { readonly result: JobResult }
  | {
      readonly failed: {
        readonly code?: ErrorCode;
        readonly message: string;
        readonly field?: string;
        readonly validValues?: readonly string[];
      };
    };

/**
 * Runs a job in a thread of its own: reading a workbook blocks its thread for seconds, while this process must go on
 * holding its job and answering probes; and the memory is free when the job has ended. A thread ends with its process,
 * at once, whatever it does; its connections close, and the database undoes what was not committed.
 */
export function runInThread(
  kind: JobKind,
  payload: JobPayload,
  { progress, signal, traceparent }: JobContext,
): Promise<JobResult> {
  return new Promise((resolve, reject) => {
    const assignment: JobAssignment = { kind, payload, traceparent };
    const thread = new Worker(path.join(__dirname, 'job-thread.js'), {
      workerData: assignment,
      resourceLimits: { maxOldGenerationSizeMb: JOB_HEAP_MB },
    });
    let late: NodeJS.Timeout | undefined;
    let outcome = (): void => reject(new Error('the thread of the job ended before the job did'));
    const abort = (): void => {
      thread.postMessage('abort');
      late = setTimeout(() => void thread.terminate(), LEAVE_MS);
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    thread.on('message', (message: JobMessage) => {
      if ('progress' in message) progress(message.progress);
      else if ('result' in message) outcome = () => resolve(message.result);
      else outcome = () => reject(errorOf(message.failed));
    });
    thread.on('error', (error) => (outcome = () => reject(error)));
    // Only then are its connections and its locks gone.
    thread.on('exit', () => {
      clearTimeout(late);
      signal.removeEventListener('abort', abort);
      outcome();
    });
  });
}

function errorOf({ code, message, ...details }: Extract<JobMessage, { failed: unknown }>['failed']): Error {
  return code === undefined ? new Error(message) : new LmiError(code, message, details);
}
