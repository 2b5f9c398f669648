import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

/** Leaves 100 MB of garbage and then does nothing until less than half of it is held. */
const idle = `
  const { createLog, giveBackWhenQuiet } = require(${JSON.stringify(path.resolve(__dirname, '../dist'))});
  const { getHeapStatistics } = require('node:v8');
  const held = () => getHeapStatistics().total_physical_size / 2 ** 20;
  let rows = Array.from({ length: 1_500_000 }, (_, at) => ({ at, text: 'row ' + at }));
  const before = held();
  rows = undefined;
  giveBackWhenQuiet(createLog('silent'));
  const look = setInterval(() => {
    if (held() > before / 2) return;
    clearInterval(look);
    console.log(Math.round(before), 'MB, then', Math.round(held()));
  }, 100);
`;

describe('a process that has worked', () => {
  it('gives its garbage back once it is quiet', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', idle], { timeout: 60_000 });
    expect(stdout).toMatch(/^\d{3,} MB, then \d+$/m);
  }, 70_000);
});
