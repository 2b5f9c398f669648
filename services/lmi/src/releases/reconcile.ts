import { setTimeout as sleep } from 'node:timers/promises';
import type { ReconciliationCell } from '@lmi/importing';
import { LmiError } from '@lmi/kit';

export interface ReconciliationReport {
  readonly compared: number;
  /** One line per cell whose served value or marks are not the source's. */
  readonly differences: readonly string[];
}

/** Requests under way at once: enough to keep one core busy, few enough for any gateway. */
const CONCURRENCY = 8;

/** Between two attempts to get one answer. */
const PAUSE_MS = 1_000;
const MOST_LOST = 2;
/** Gateways admit 3,000 requests a minute from one address: after a minute something else is wrong. */
const MOST_REFUSALS = 60;

/** Served doubles are the source's own numbers: a relative difference above this is a difference. */
const TOLERANCE = 1e-9;

/**
 * Reads each cell back through the HTTP API and compares it with what the source file states: value, and every mark
 * that the source's marker stands for.
 * @throws LmiError unavailable when the address does not answer.
 */
export async function reconcileThroughApi(
  cells: readonly ReconciliationCell[],
  address: string,
  signal?: AbortSignal,
): Promise<ReconciliationReport> {
  const base = address.replace(/\/+$/, '');
  const byPath = new Map<string, ReconciliationCell[]>();
  for (const cell of cells) byPath.set(cell.path, [...(byPath.get(cell.path) ?? []), cell]);

  const differences: string[] = [];
  let compared = 0;
  const queue = [...byPath.entries()];
  const worker = async (): Promise<void> => {
    for (let next = queue.pop(); next; next = queue.pop()) {
      signal?.throwIfAborted();
      const [path, group] = next;
      const body = await fetchJson(`${base}${path}`);
      for (const cell of group) {
        compared += 1;
        const difference = compare(cell, body.status === 200 ? cell.pick(body.json) : undefined, body.status);
        if (difference) differences.push(difference);
      }
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return { compared, differences: differences.sort() };
}

/** Waits for its turn where the entrance limits requests, and asks again when an answer was lost. */
async function fetchJson(url: string): Promise<{ status: number; json: unknown }> {
  for (let lost = 0, refused = 0; ; await sleep(PAUSE_MS)) {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
      const json: unknown = await response.json();
      if (response.status !== 429 || (refused += 1) > MOST_REFUSALS) return { status: response.status, json };
    } catch (cause) {
      if ((lost += 1) > MOST_LOST) throw new LmiError('unavailable', `no answer from ${url}`, { cause });
    }
  }
}

function compare(
  cell: ReconciliationCell,
  served: { value: number | null; marks: readonly string[] } | undefined,
  status: number,
): string | undefined {
  const place = `${cell.place} (${cell.path})`;
  if (!served) return `${place}: not served (HTTP ${status}), source says ${String(cell.expected.value)}`;
  const { value, marks } = cell.expected;
  const equal =
    value === null || served.value === null
      ? value === served.value
      : Math.abs(served.value - value) <= TOLERANCE * Math.max(1, Math.abs(value));
  if (!equal) return `${place}: served ${String(served.value)}, source says ${String(value)}`;
  const missing = marks.filter((mark) => !served.marks.includes(mark));
  return missing.length > 0 ? `${place}: served without the marks ${missing.join(', ')}` : undefined;
}
