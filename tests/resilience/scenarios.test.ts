import { setTimeout as sleep } from 'node:timers/promises';
import type { ReleaseRecord } from '@lmi/kit';
import { Answers } from './answers';
import { strong } from './etag';
import { isReset, startLoad, type LoadOptions, type Report, type RunningLoad } from './load';
import { record } from './results';
import { RunningCluster } from './running-cluster';
import { questionsFrom, type Question } from './traffic';

const REQUESTS_PER_SECOND = 200;
const SETTLE_MS = 500;
const HUNG_MS = 20_000;
/** A process that was added is called within this time. */
const CALLED_WITHIN_MS = 1_500;
/** Answers of the release before are served no longer than this after a publication; see docs/operations.md. */
const PUBLISHED_BOUND_MS = 6_000;

let running: RunningCluster;
let services: string[];
let questions: readonly Question[];
let higher: ReleaseRecord;
const answers = new Answers();

beforeAll(async () => {
  running = await RunningCluster.start();
  services = await running.services();
  higher = await running.stageHigherPay();
  const codes = (classification: string) =>
    running.column(
      `SELECT code FROM soc_group WHERE classification = '${classification}' AND level = 'unit' ORDER BY code`,
    );
  const titles = 'SELECT DISTINCT natural_title FROM soc_index_entry WHERE seq % 97 = 0 ORDER BY 1';
  const all = questionsFrom({
    soc2010: await codes('soc2010'),
    soc2020: await codes('soc2020'),
    titles: await running.column(titles),
  });
  await running.heal();
  questions = await answered(all);
}, 180_000);
afterAll(() => running?.stop(), 60_000);

/** Learns the answer to each question, while all is well; those without one are left out. */
async function answered(all: readonly Question[]): Promise<Question[]> {
  const kept: Question[] = [];
  const waiting = [...all];
  const one = async (question: Question) => {
    const response = await fetch(`${running.base}${question.path}`);
    const body = await response.text();
    if (response.status !== 200) return;
    JSON.parse(body);
    answers.learn(question.path, strong(response.headers.get('etag')), body);
    kept.push(question);
  };
  while (waiting.length > 0) await Promise.all(waiting.splice(0, 8).map(one));
  return kept;
}

type Work = (load: RunningLoad) => Promise<readonly string[] | void>;

interface Outcome {
  readonly report: Report;
  /** Paths that were answered wrongly while something was broken. */
  readonly wrong: readonly string[];
}

/** Does the work under load, brings everything back to health, and proves what was learned meanwhile. */
async function underLoad(name: string, work: Work, options?: LoadOptions): Promise<Outcome> {
  await running.heal();
  const begun = Date.now();
  const load = startLoad(running.base, questions, answers, REQUESTS_PER_SECOND, options);
  let notes: string[] = [];
  let report: Report;
  try {
    await sleep(SETTLE_MS);
    notes = [...((await work(load)) ?? [])];
    await sleep(SETTLE_MS);
  } finally {
    report = await load.stop();
  }
  const seconds = (Date.now() - begun) / 1000;
  await running.heal();
  const { wrong, unproven } = await answers.prove(running.base);
  if (unproven > 0) notes.push(`${unproven} answers of a release set that came and went`);
  record({ name, seconds, notes, ...report });
  expect(report.sent).toBeGreaterThan(seconds * REQUESTS_PER_SECOND * 0.9);
  return { report, wrong };
}

function scenario(name: string, work: Work, options?: LoadOptions): void {
  it(
    name,
    async () => {
      const { report, wrong } = await underLoad(name, work, options);
      const { failed, samples } = report;
      expect({ failed, samples, wrong }).toEqual({ failed: {}, samples: [], wrong: [] });
    },
    120_000,
  );
}

/** What a process said when it ended: how many calls it had answered, and how soon the first of them came. */
function served(name: string): { readonly calls: number; readonly firstCallMs: number } {
  const line = running.log(name).findLast(({ msg }) => msg === 'calls answered');
  return line as unknown as { calls: number; firstCallMs: number };
}

async function reloads(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    await running.signal('SIGHUP', 'nginx');
    await sleep(1_000);
  }
}

describe('no request fails when', () => {
  scenario('nothing is wrong', () => sleep(5_000));

  scenario('a gateway is killed', async () => {
    await running.signal('SIGKILL', 'gateway-1');
    await sleep(4_000);
  });

  scenario('one replica of each service is killed', async () => {
    await running.signal('SIGKILL', ...services.map((service) => `${service}-1`));
    await sleep(4_000);
  });

  scenario('every target is restarted, one process after the other', async () => {
    for (const target of [...services, 'gateway']) await running.cluster.restart(target, true);
  });

  scenario('every target is scaled from 2 to 4 to 2', async () => {
    const notes: string[] = [];
    for (const target of [...services, 'gateway']) {
      await running.cluster.scale(target, 4);
      await sleep(CALLED_WITHIN_MS);
      await running.cluster.scale(target, 2);
    }
    for (const service of services) {
      for (const name of [`${service}-3`, `${service}-4`]) {
        const { calls, firstCallMs } = served(name);
        notes.push(`${name}: first call after ${firstCallMs} ms, ${calls} calls`);
        expect(calls).toBeGreaterThan(2);
      }
    }
    return notes;
  });

  scenario('nginx is reloaded, a connection for each request', reloads, { keepAlive: false });

  scenario('the Redis that caches is killed and comes back', async () => {
    await running.signal('SIGKILL', 'cache');
    await sleep(3_000);
    await running.cluster.up({ load: false });
    await sleep(1_500);
  });

  scenario('the Redis that caches hangs', () => running.hang(5_000, 'cache'));

  scenario('the Redis that queues is killed and comes back', async () => {
    await running.signal('SIGKILL', 'queue');
    await sleep(2_000);
    await running.cluster.up({ load: false });
  });

  scenario('the replica of the database is killed and comes back', async () => {
    await running.signal('SIGKILL', 'replica-1');
    await sleep(3_000);
    await running.cluster.up({ load: false });
    await sleep(2_000);
  });

  scenario('the replica of the database hangs', () => running.hang(10_000, 'replica-1'));

  scenario('the primary is stopped and comes back', async () => {
    await running.signal('SIGTERM', 'primary');
    await sleep(4_000);
    await running.cluster.up({ load: false });
    await sleep(1_000);
  });

  scenario('a release is published', async () => {
    await running.publish(higher);
    await sleep(PUBLISHED_BOUND_MS);
  });

  scenario('a release is rolled back', async () => {
    await running.rollBack();
    await sleep(PUBLISHED_BOUND_MS);
  });

  scenario('one replica of each service hangs', () =>
    running.hang(HUNG_MS, ...services.map((service) => `${service}-1`)),
  );

  scenario('a gateway hangs', () => running.hang(HUNG_MS, 'gateway-1'));
});

describe('what cannot hold', () => {
  it('nginx closes idle connections when it is reloaded: a request sent on one then is sent again', async () => {
    const { report, wrong } = await underLoad('nginx is reloaded, kept connections', reloads);
    const resets = Object.entries(report.failed).filter(([kind]) => isReset(kind));
    const others = Object.entries(report.failed).filter(([kind]) => !isReset(kind));
    expect({ others, wrong }).toEqual({ others: [], wrong: [] });
    expect(report.answeredAgain).toBe(resets.reduce((sum, [, count]) => sum + count, 0));
  }, 60_000);
});
