import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, ReleaseRecord } from '@lmi/kit';
import { Answers } from './answers';
import { apart, Checker, publishNumbered, startReaders, together, type Verdict } from './consistency';
import { strong } from './etag';
import { isReset, NEIGHBOUR, startLoad, type LoadOptions, type Report } from './load';
import { record } from './results';
import { RunningCluster } from './running-cluster';
import { questionsFrom, type Question } from './traffic';

const REQUESTS_PER_SECOND = 200;
const SETTLE_MS = 500;
const HUNG_MS = 20_000;
/** Beyond the lag with which a replica may answer. */
const LAG_SECONDS = 8;
const READERS = 50;
const ANSWERS = 10_000;
/** Reads go on until they have seen more releases than this: fast readers would end before the writer is warm. */
const RELEASES = 10;
/** Not among what the traffic asks about. */
const IMPORTED = 'area-indicators';
const REDIS_WAIT_MS = 50;
/** How long added processes stay, and how soon after they serve the first call must come. */
const ADDED_MS = 1_500;
const FIRST_CALL_LIMIT_MS = 3_000;
/** Answers of the release before are served no longer than this after a publication; see docs/operations.md. */
const PUBLISHED_BOUND_MS = 6_000;

let running: RunningCluster;
let services: string[];
let questions: readonly Question[];
let higher: ReleaseRecord;
let payBefore: number;
let sawAnswer: (path: string, etag: string) => void = () => undefined;
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
  payBefore = await payNow();
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

/** Breaks something and waits; lines that it returns are noted in the results. */
type Work = () => Promise<unknown>;

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
  const notes: string[] = [];
  let report: Report;
  try {
    await sleep(SETTLE_MS);
    const found = await work();
    if (Array.isArray(found)) notes.push(...(found as string[]));
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

interface ScenarioOptions extends LoadOptions {
  /** Whether what serves changes meanwhile. */
  readonly publishes?: boolean;
}

function scenario(name: string, work: Work, options: ScenarioOptions = {}): void {
  it(
    name,
    async () => {
      const { report, wrong } = await underLoad(name, work, options);
      const { failed, samples } = report;
      expect({ failed, samples, wrong }).toEqual({ failed: {}, samples: [], wrong: [] });
      if (!options.publishes) expect(report.degraded).not.toHaveProperty([NEIGHBOUR]);
    },
    120_000,
  );
}

/** What a process said when it ended: how many calls it had answered, and how soon the first of them came. */
function served(name: string): { readonly calls: number; readonly firstCallMs: number } {
  const line = running.log(name).findLast(({ msg }) => msg === 'calls answered');
  return line as unknown as { calls: number; firstCallMs: number };
}

/** Mean weekly pay of all employees, as everybody may read it now. */
async function payNow(): Promise<number> {
  const response = await fetch(`${running.base}/api/v2/pay?occupation=all&statistics=mean&year=2024`);
  const body = (await response.json()) as { observations: { cell: { value: number } }[] };
  return body.observations[0]!.cell.value;
}

async function reloads(): Promise<void> {
  for (let i = 0; i < 2; i++) {
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
      await sleep(ADDED_MS);
      await running.cluster.scale(target, 2);
    }
    for (const service of services) {
      for (const name of [`${service}-3`, `${service}-4`]) {
        const { calls, firstCallMs } = served(name);
        notes.push(`${name}: first call after ${firstCallMs} ms, ${calls} calls`);
        expect(calls).toBeGreaterThan(0);
        expect(firstCallMs).toBeLessThan(FIRST_CALL_LIMIT_MS);
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

  it('the Redis that caches hangs, and no request waits for it for more than 50 ms', async () => {
    const hung = await underLoad('the Redis that caches hangs', () => running.hang(5_000, 'cache'));
    const well = await underLoad('the same without it hanging', () => sleep(5_000));
    expect(hung.report.failed).toEqual({});
    expect(hung.wrong).toEqual([]);
    // What it costs at the most, and what two measurements on a busy machine differ by.
    expect(hung.report.p50).toBeLessThan(well.report.p50 + REDIS_WAIT_MS);
  }, 60_000);

  scenario('the Redis that queues is killed and comes back', async () => {
    await running.signal('SIGKILL', 'queue');
    await sleep(2_000);
    await running.cluster.up({ load: false });
  });

  scenario('the replica of the database is killed and comes back with lag', async () => {
    await running.sql('replica-1', `STOP SLAVE; CHANGE MASTER TO MASTER_DELAY=${LAG_SECONDS}; START SLAVE`);
    await running.signal('SIGKILL', 'replica-1');
    await sleep(3_000);
    await running.cluster.up({ load: false });
    await sleep(3_000);
    await running.sql('replica-1', 'STOP SLAVE; CHANGE MASTER TO MASTER_DELAY=0; START SLAVE');
    await sleep(1_000);
  });

  scenario('the replica of the database hangs', () => running.hang(10_000, 'replica-1'));

  scenario('the primary is stopped and comes back', async () => {
    await running.signal('SIGTERM', 'primary');
    await sleep(4_000);
    await running.cluster.up({ load: false });
    await sleep(1_000);
  });

  scenario(
    'a release is published',
    async () => {
      const before = new Map(answers.latest);
      let last = 0;
      sawAnswer = (path, etag) => {
        if (before.get(path) === etag) last = performance.now();
      };
      await running.publish(higher);
      const published = performance.now();
      await sleep(PUBLISHED_BOUND_MS + 1_000);
      sawAnswer = () => undefined;
      expect(last - published).toBeLessThan(PUBLISHED_BOUND_MS);
      return [
        `afterwards ${await payNow()} a week, before ${payBefore}`,
        `the release before was served for ${((last - published) / 1000).toFixed(1)} s more`,
      ];
    },
    { publishes: true, observe: ({ path }, etag) => sawAnswer(path, etag) },
  );

  scenario(
    'a release is rolled back',
    async () => {
      if ((await running.servingVersion()) !== higher.version) await running.publish(higher);
      await running.rollBack();
      await sleep(PUBLISHED_BOUND_MS);
      expect(await payNow()).toBe(payBefore);
    },
    { publishes: true },
  );

  scenario(
    'a worker is killed in an import',
    async () => {
      const workers = await running.workers();
      const imported = running.cluster.run(['jobs', 'run', 'import', IMPORTED]);
      const busy = await running.killLoading(workers);
      expect(await imported).toBe(0);
      const releases = await running.column(
        `SELECT r.state, COUNT(*) = r.rows_loaded FROM dataset_release r JOIN area_indicator i ON i.release_id = r.id
       WHERE r.dataset = '${IMPORTED}' GROUP BY r.id`,
      );
      expect(releases).toEqual(['published\t1']);
      return [`${busy} was killed; one whole release of ${IMPORTED} serves`];
    },
    { publishes: true },
  );

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

describe('consistency', () => {
  let primary: Database;
  let reader: Database;
  let onReplica: Database;
  beforeAll(async () => {
    primary = running.primary;
    // Leaves a replica that stands still soon, so that readers change servers now and then.
    reader = await running.openReader(500);
    onReplica = await running.openOnly('replica-1');
  });
  afterAll(() => Promise.all([reader, onReplica].map((db) => db.close())));

  /** Publishes one release after the other, on a replica that stands still again and again, while the work is done. */
  async function whilePublishing(readers: () => Promise<void>): Promise<void> {
    let going = true;
    const writer = (async () => {
      while (going) await publishNumbered(primary);
    })();
    const lagger = (async () => {
      while (going) {
        await running.lag(2_500);
        await sleep(1_000);
      }
    })();
    try {
      await readers();
    } finally {
      going = false;
      await Promise.all([writer, lagger]);
    }
  }

  it('no answer mixes two releases, and no reader on one connection goes back in time', async () => {
    await running.heal();
    await publishNumbered(primary);
    const checker = new Checker();
    const begun = Date.now();
    await whilePublishing(async () => {
      const stop = startReaders(together(reader), READERS, checker);
      const enough = ({ answers, servers, releases }: Verdict) =>
        answers >= ANSWERS && servers >= 2 && releases > RELEASES;
      while (!enough(checker.verdict)) await sleep(50);
      await stop();
    });
    const { verdict } = checker;
    record({
      name: 'one writer publishes while 50 readers read',
      seconds: (Date.now() - begun) / 1000,
      sent: verdict.answers,
      ok: verdict.answers - verdict.mixed - verdict.backwards,
      notes: [
        `${verdict.releases} releases seen on ${verdict.connections} connections of ${verdict.servers} servers, ` +
          `${verdict.mixed} answers mixed, ${verdict.backwards} back in time`,
      ],
    });
    expect(verdict).toMatchObject({ mixed: 0, backwards: 0 });
    expect(verdict.answers).toBeGreaterThanOrEqual(ANSWERS);
    expect(verdict.releases).toBeGreaterThan(RELEASES);
  }, 60_000);

  it('the checker catches pointers from the primary with rows from a replica that lags', async () => {
    const checker = new Checker();
    await whilePublishing(async () => {
      const stop = startReaders(apart(primary, onReplica), 8, checker);
      const until = Date.now() + 10_000;
      while (checker.verdict.mixed === 0 && Date.now() < until) await sleep(50);
      await stop();
    });
    expect(checker.verdict.mixed).toBeGreaterThan(0);
    record({
      name: 'a mistake planted on purpose: the pointer from the primary, the rows from the replica',
      seconds: 0,
      notes: [`caught: ${checker.verdict.mixed} of ${checker.verdict.answers} answers`],
    });
  }, 60_000);
});

describe('a stampede', () => {
  it('of 1,000 equal cold requests over two gateways and four replicas costs four queries at the most', async () => {
    await running.heal();
    await running.cluster.scale('pay', 4);
    const gateways = await Promise.all(['gateway-1', 'gateway-2'].map((name) => running.process(name)));
    const address = '/api/v1/ashe/estimatePay?soc=1115&filters=gender:2';
    const queries = await running.countQueries(
      /pay_cell|pay_factor|version FROM release_pointer\s*$/,
      async () => {
        const replies = await Promise.all(
          Array.from({ length: 1_000 }, async (_, i) => {
            const response = await fetch(`http://127.0.0.1:${gateways[i % 2]!.port}${address}`);
            return `${response.status} ${await response.text()}`;
          }),
        );
        expect(new Set(replies).size).toBe(1);
      },
    );
    await running.cluster.scale('pay', 2);
    const notes = Object.entries(queries).map(([text, count]) => `${count} × ${text.slice(0, 90)}`);
    record({ name: 'a stampede of 1,000 equal requests over 2 gateways and 4 replicas', seconds: 0, notes });
    // Each call of a gateway reads the pointers; who looks for new releases does so by other statements.
    const figures = Object.values(queries).reduce((sum, count) => sum + count, 0);
    expect(figures).toBeGreaterThan(0);
    expect(figures).toBeLessThanOrEqual(4);
  }, 60_000);
});
