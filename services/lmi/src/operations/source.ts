import { randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { OperationsServiceDefinition } from '@lmi/contracts';
import type { KnownRecords, OperationsSource } from '@lmi/gateway';
import type { Calls, Config, Log } from '@lmi/kit';
import type { Observation } from '@lmi/kit/observe';
import { Observer, statusTargets, type OperationsRecord, type Sight } from '@lmi/operations';

/** Between two looks at the processes, and two reads of the history, however often the page is asked for. */
const LOOK_EVERY_MS = 5_000;
const READ_EVERY_MS = 10_000;
const READ_LIMIT_MS = 2_000;
const DAYS_READ = 91;

/** Remembers a value for a while; one that cannot be made anew is kept, with the time it is of. */
class Remembered<T> {
  private value: { readonly of: T; readonly at: number } | undefined;
  private making: Promise<void> | undefined;

  constructor(
    private readonly everyMs: number,
    private readonly make: () => Promise<T>,
  ) {}

  async get(): Promise<{ readonly of: T; readonly at: number; readonly fresh: boolean } | undefined> {
    if (!this.value || Date.now() - this.value.at > this.everyMs) {
      this.making ??= this.make()
        .then((of) => void (this.value = { of, at: Date.now() }))
        .catch(() => undefined)
        .finally(() => (this.making = undefined));
      await this.making;
    }
    return this.value && { ...this.value, fresh: Date.now() - this.value.at <= this.everyMs };
  }
}

const known = (
  found: { of: readonly OperationsRecord[]; at: number; fresh: boolean } | undefined,
): KnownRecords =>
  found
    ? { records: found.of, at: new Date(found.at).toISOString(), fresh: found.fresh }
    : { records: [], at: '', fresh: false };

/** All addresses that a name leads to. */
export async function addressesOf(name: string): Promise<string[]> {
  return (await lookup(name, { all: true })).map(({ address }) => address);
}

/** Of this process alone: without a list of others. */
export function ownObserver(observation: Observation): Observer {
  const list = async () => [{ target: observation.target, address: 'this process' }];
  return new Observer(list, () => observation.state());
}

export function observerOf(setting: string): Observer {
  return new Observer(statusTargets(setting, addressesOf));
}

/** @param read all records of some kinds from a name on. */
export function operationsSource(
  observer: Observer,
  read: (kinds: string, from: string) => Promise<readonly OperationsRecord[]>,
): OperationsSource {
  const look = new Remembered(LOOK_EVERY_MS, () => observer.look());
  const history = new Remembered(READ_EVERY_MS, () =>
    read(
      'status-day,status-slot,incident',
      new Date(Date.now() - DAYS_READ * 86_400_000).toISOString().slice(0, 10),
    ),
  );
  const usages = new Map<string, Remembered<readonly OperationsRecord[]>>();
  return {
    async sight(): Promise<Sight> {
      const nothing = {
        at: new Date().toISOString(),
        processes: [],
        passed: { requests: 0, failed: 0, slow: 0 },
      };
      return (await look.get())?.of ?? nothing;
    },
    history: async () => known(await history.get()),
    usage: async (from) => {
      let usage = usages.get(from);
      if (!usage) {
        // Callers choose the day.
        if (usages.size > 50) usages.clear();
        usages.set(from, (usage = new Remembered(READ_EVERY_MS, () => read('usage-day', from))));
      }
      return known(await usage.get());
    },
  };
}

/** As a gateway of a cluster knows it: by its own look, and by asking a target that has the database. */
export function clusterOperations(
  config: Config,
  calls: Calls,
  observation: Observation,
  log: Log,
): OperationsSource {
  const client = calls.client(OperationsServiceDefinition);
  const observer =
    config.LMI_STATUS_TARGETS === '' ? ownObserver(observation) : observerOf(config.LMI_STATUS_TARGETS);
  return operationsSource(observer, async (kinds, from) => {
    const context = { traceId: randomBytes(16).toString('hex'), deadline: Date.now() + READ_LIMIT_MS };
    try {
      return (await client.listRecords({ kinds, from }, context)).records as OperationsRecord[];
    } catch (error) {
      log.debug({ err: error }, 'the history could not be read');
      throw error;
    }
  });
}
