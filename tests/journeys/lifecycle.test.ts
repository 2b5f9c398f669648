import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { outputMatching, runProgram, startProgram } from '../support/program';
import { startEmbeddedShape } from '../support/shapes';

describe('the program as npm start runs it', () => {
  it('loads with progress, serves, stops cleanly on SIGTERM, and starts again without loading', async () => {
    const shape = await startEmbeddedShape();
    const loaded = shape.program.output();
    for (const dataset of [
      'areas',
      'soc',
      'ashe',
      'employment',
      'projections',
      'aps',
      'pay-estimates',
      'employment-estimates',
    ]) {
      expect(loaded).toMatch(new RegExp(`^${dataset} +#+ published ${dataset}-`, 'm'));
    }
    expect(loaded).toContain('curl "http://localhost:');
    expect((await fetch(`${shape.base}/readyz`)).status).toBe(200);
    expect((await fetch(`${shape.base}/livez`)).status).toBe(200);

    process.kill(shape.program.pid, 'SIGTERM');
    expect(await shape.program.exited).toBe(0);
    await expect(fetch(`${shape.base}/livez`)).rejects.toThrow();

    const again = startProgram(['start'], shape.commandEnv);
    const port = await outputMatching(again, /serving on http:\/\/localhost:(\d+)/, 20_000);
    expect(again.output()).not.toContain('published');
    expect((await fetch(`http://127.0.0.1:${port}/api/v1/ashe/estimatePay?soc=2136`)).status).toBe(200);
    process.kill(again.pid, 'SIGINT');
    expect(await again.exited).toBe(0);
    await shape.stop();
  }, 240_000);

  it('says which setting is wrong, which target and which dataset there are', async () => {
    const home = mkdtempSync(path.join(tmpdir(), 'lmi-home-'));
    try {
      const port = await runProgram(['start'], { PORT: 'eighty', LMI_HOME: home });
      expect([port.code, port.output]).toEqual([2, expect.stringContaining('PORT')]);
      const target = await runProgram(['start', 'payroll'], { LMI_HOME: home });
      expect([target.code, target.output]).toEqual([2, expect.stringContaining('gateway')]);
      const dataset = await runProgram(['import', 'salaries'], { LMI_HOME: home });
      expect([dataset.code, dataset.output]).toEqual([2, expect.stringContaining('ashe')]);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });
});
