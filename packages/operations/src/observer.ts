import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** Where processes tell how they are: the form of Prometheus' file_sd. */
const groupsSchema = z.array(
  z.object({ targets: z.array(z.string()), labels: z.object({ target: z.string() }) }),
);

const stateSchema = z.object({
  target: z.string(),
  version: z.string(),
  instance: z.string(),
  started: z.string(),
  draining: z.boolean(),
  ready: z.boolean().default(false),
  memoryMb: z.number().default(0),
  cpuSeconds: z.number().default(0),
  /** Since the start: what it answered, how much of that failed or was slow, and how long all of it took. */
  requests: z.number().default(0),
  failed: z.number().default(0),
  slow: z.number().default(0),
  seconds: z.number().default(0),
});

/** What a process tells of itself at /state. */
export type ProcessState = z.infer<typeof stateSchema>;

export interface ProcessSight {
  readonly target: string;
  /** host:port of its port for operators. */
  readonly address: string;
  readonly state: 'up' | 'draining' | 'not ready' | 'down';
  readonly version: string;
  /** ISO 8601 of its start; "" while it is down. */
  readonly started: string;
  readonly memoryMb: number;
  /** Over the time since the look before: parts of a core, requests a second, mean milliseconds; null before. */
  readonly load: number | null;
  readonly requestsPerSecond: number | null;
  readonly meanMs: number | null;
}

/** What came in between two looks. */
export interface Passed {
  readonly requests: number;
  readonly failed: number;
  readonly slow: number;
}

export interface Sight {
  /** ISO 8601. */
  readonly at: string;
  readonly processes: readonly ProcessSight[];
  /** Of the gateways, whose requests are the public's. */
  readonly passed: Passed;
}

/** How one process is asked; an error or undefined: it is down. */
export type Ask = (address: string) => Promise<unknown>;

const ASK_LIMIT_MS = 1_000;

const askOverHttp: Ask = async (address) => {
  const response = await fetch(`http://${address}/state`, {
    signal: AbortSignal.timeout(ASK_LIMIT_MS),
    headers: { connection: 'close' },
  });
  return response.json();
};

interface Known {
  readonly at: number;
  readonly state: ProcessState;
}

/** Looks at all processes again and again, and tells what changed between. */
export class Observer {
  private known = new Map<string, Known>();

  /** @param list which processes there should be, by target. */
  constructor(
    private readonly list: () => Promise<readonly { readonly target: string; readonly address: string }[]>,
    private readonly ask: Ask = askOverHttp,
    private readonly now: () => number = Date.now,
  ) {}

  async look(): Promise<Sight> {
    const listed = await this.list();
    const states = await Promise.all(
      listed.map(async ({ address }) => {
        try {
          return stateSchema.parse(await this.ask(address));
        } catch {
          return undefined;
        }
      }),
    );
    const at = this.now();
    const passed = { requests: 0, failed: 0, slow: 0 };
    const seen = new Map<string, Known>();
    const processes = listed.map(({ target, address }, i): ProcessSight => {
      const state = states[i];
      const before = this.known.get(address);
      if (!state) {
        return { target, address, state: 'down', version: '', started: '', memoryMb: 0, ...unknown };
      }
      seen.set(address, { at, state });
      // A process that was started anew counts from nothing.
      const same = before?.state.instance === state.instance ? before : undefined;
      const since = same?.state ?? { requests: 0, failed: 0, slow: 0, seconds: 0, cpuSeconds: 0 };
      const requests = state.requests - since.requests;
      if (before && (target === 'gateway' || target === 'embedded')) {
        passed.requests += requests;
        passed.failed += state.failed - since.failed;
        passed.slow += state.slow - since.slow;
      }
      const seconds = same ? (at - same.at) / 1000 : 0;
      return {
        target,
        address,
        state: state.draining ? 'draining' : state.ready ? 'up' : 'not ready',
        version: state.version,
        started: state.started,
        memoryMb: Math.round(state.memoryMb),
        ...(seconds > 0
          ? {
              load: (state.cpuSeconds - since.cpuSeconds) / seconds,
              requestsPerSecond: requests / seconds,
              meanMs: requests > 0 ? ((state.seconds - since.seconds) / requests) * 1000 : null,
            }
          : unknown),
      };
    });
    // One that is down for a moment goes on counting where it was.
    for (const [address, known] of this.known) if (!seen.has(address)) seen.set(address, known);
    this.known = seen;
    return { at: new Date(at).toISOString(), processes, passed };
  }
}

const unknown = { load: null, requestsPerSecond: null, meanMs: null };

/**
 * The list that LMI_STATUS_TARGETS names: a file in the form of Prometheus' file_sd, or "target=host:port" of each target,
 * where a name stands for all addresses that it leads to.
 */
export function statusTargets(
  setting: string,
  lookup: (name: string) => Promise<readonly string[]>,
): () => Promise<{ target: string; address: string }[]> {
  if (setting.startsWith('file://')) {
    const file = setting.slice('file://'.length);
    return async () =>
      groupsSchema
        .parse(JSON.parse(await readFile(file, 'utf8')))
        .flatMap(({ targets, labels }) => targets.map((address) => ({ target: labels.target, address })));
  }
  const entries = setting
    .split(',')
    .filter((entry) => entry !== '')
    .map((entry) => /^([\w-]+)=(.+):(\d+)$/.exec(entry)?.slice(1) as [string, string, string] | undefined)
    .filter((entry) => entry !== undefined);
  return async () => {
    const found = await Promise.all(
      entries.map(async ([target, name, port]) => {
        const addresses = await lookup(name).catch(() => []);
        // A name that leads nowhere is a target of which nothing runs.
        return (addresses.length > 0 ? addresses : [name]).map((host) => ({
          target,
          address: `${host.includes(':') ? `[${host}]` : host}:${port}`,
        }));
      }),
    );
    return found.flat();
  };
}
