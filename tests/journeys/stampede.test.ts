import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GatewayService } from '@lmi/gateway';
import { createLog, Lifecycle, readConfig } from '@lmi/kit';
import { importEach } from '../../services/lmi/src/releases/import-all';
import { bundledToLoad } from '../../services/lmi/src/start';
import { embeddedShape, type EmbeddedPorts } from '../../services/lmi/src/shapes/embedded';
import { projectPaths } from '../../services/lmi/src/paths';
import { datasetServices, importersInOrder } from '../../services/lmi/src/targets';

/** Longer than the test: between two looks at the releases nothing but requests reaches the database. */
const NO_POLL_MS = 600_000;

describe('a stampede', () => {
  const log = createLog('silent');
  const lifecycle = new Lifecycle(log);
  const home = mkdtempSync(path.join(tmpdir(), 'lmi-stampede-'));
  let ports: EmbeddedPorts;
  let base: string;

  beforeAll(async () => {
    const config = readConfig({ LMI_HOME: home });
    ports = await embeddedShape(config, lifecycle, { metrics: undefined, traced: false });
    const env = {
      db: ports.db,
      releases: ports.releases,
      dataFolder: projectPaths(config).data,
      sourcesFolder: '',
    };
    const missing = await bundledToLoad(env, importersInOrder());
    const silent = { start: () => undefined, update: () => undefined, end: () => undefined };
    await importEach(missing, env, { publish: true, bundledOnly: true }, silent);
    for (const service of datasetServices)
      ports.services.register(service.definition, service.createHandlers({ ...ports, config, log }));
    const gateway = new GatewayService({ calls: ports.calls, log, cacheMb: 32, releasePollMs: NO_POLL_MS });
    base = `http://127.0.0.1:${await gateway.listen('127.0.0.1', 0)}`;
    lifecycle.add('gateway', () => gateway.close());
    // The search index and the reference data are made once per process, with the first question.
    await (await fetch(`${base}/api/v1/soc/search?q=nurse`)).text();
    await (await fetch(`${base}/api/v1/ashe/estimatePay?soc=2231`)).text();
    await untilQuiet();
  }, 240_000);
  afterAll(async () => {
    await lifecycle.stop();
    rmSync(home, { recursive: true, force: true });
  });

  /** What services make in the background at their start is made when a second passes without a statement. */
  async function untilQuiet(): Promise<void> {
    for (let before = -1; before !== ports.db.statements; await sleep(1_000)) before = ports.db.statements;
  }

  it.each([
    '/api/v1/ashe/estimatePay?soc=1115',
    '/api/v2/pay?occupation=1111',
    '/api/v1/wf/predict?soc=1115',
  ])('of 1,000 equal cold requests costs no more than one of them, at most two queries: %s', async (url) => {
    const before = ports.db.statements;
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, async () => (await fetch(`${base}${url}`)).text()),
    );
    expect(new Set(answers).size).toBe(1);
    expect(ports.db.statements - before).toBeLessThanOrEqual(2);
  });
});
