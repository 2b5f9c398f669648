import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LoadReport {
  readonly requests: number;
  /** One line for each answer that was not 200 within two seconds. */
  readonly failures: readonly string[];
  readonly slowestMs: number;
}

const LIMIT_MS = 2_000;

/**
 * Sends requests at a steady rate, each on a connection of its own and whether or not those before were answered,
 * until it is stopped.
 */
export function startLoad(
  base: string,
  paths: readonly string[],
  perSecond: number,
): () => Promise<LoadReport> {
  const failures: string[] = [];
  const underWay = new Set<Promise<void>>();
  let requests = 0;
  let slowestMs = 0;
  let going = true;

  const one = (path: string): Promise<void> =>
    new Promise((resolve) => {
      const begun = performance.now();
      const end = (outcome: string | undefined): void => {
        const ms = performance.now() - begun;
        slowestMs = Math.max(slowestMs, ms);
        const problem = outcome ?? (ms > LIMIT_MS ? 'late' : undefined);
        if (problem) failures.push(`${path}: ${problem} after ${ms.toFixed(0)} ms`);
        resolve();
      };
      request(`${base}${path}`, { agent: false }, (response) => {
        response.resume();
        response.on('end', () => end(response.statusCode === 200 ? undefined : String(response.statusCode)));
        response.on('error', (error) => end(error.message));
      })
        .on('error', (error) => end(error.message))
        .end();
    });

  const loop = (async () => {
    for (let due = performance.now(); going; due += 1000 / perSecond) {
      await sleep(Math.max(0, due - performance.now()));
      const sent = one(paths[requests++ % paths.length]!);
      underWay.add(sent);
      void sent.then(() => underWay.delete(sent));
    }
  })();
  return async () => {
    going = false;
    await loop;
    await Promise.all(underWay);
    return { requests, failures, slowestMs };
  };
}
