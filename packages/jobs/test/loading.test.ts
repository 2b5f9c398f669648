import { execFileSync } from 'node:child_process';
import path from 'node:path';

it('does not load Redis clients for the embedded shape', () => {
  const script = `
    require('@lmi/cache').memoryCache({ maxEntries: 1 });
    require('@lmi/jobs').inlineJobs();
    const loaded = Object.keys(require.cache).map((file) => /node_modules\\/((?:@[^/]+\\/)?[^/]+)\\/(?!.*node_modules)/.exec(file)?.[1]);
    console.log(JSON.stringify([...new Set(loaded)]));`;
  const hook = path.join(__dirname, 'typescript.cjs');
  const output = execFileSync(process.execPath, ['--require', hook, '--eval', script], { encoding: 'utf8' });
  const loaded = JSON.parse(output) as string[];
  expect(loaded).toContain('lru-cache');
  expect(loaded.filter((name) => ['ioredis', 'bullmq', 'cron-parser', 'luxon'].includes(name))).toEqual([]);
});
