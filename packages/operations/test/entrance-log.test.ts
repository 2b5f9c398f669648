import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { answeredByEntrance, EntranceLog, type EntranceLine } from '../src';

const folder = mkdtempSync(path.join(tmpdir(), 'lmi-log-'));
const file = path.join(folder, 'access.log');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const line = (path: string, more: Partial<EntranceLine> = {}): string =>
  `${JSON.stringify({
    ...{ time: '', end: 1, trace_id: '', span_id: '', parent_id: '', flags: '00', method: 'GET', path },
    ...{ status: 200, seconds: 0.1, cache: 'HIT', system: '000000', releases: '' },
    ...more,
  })}\n`;

it('reads what is new, whole lines only, through rotation and restart', async () => {
  const seen: string[] = [];
  const take = ({ path: asked }: EntranceLine) => void seen.push(asked);
  writeFileSync(file, line('/before'));
  const log = new EntranceLog(file, undefined, take);
  await log.read();
  const [one, two] = [line('/one'), line('/two')];
  appendFileSync(file, one + two.slice(0, 10));
  await log.read();
  expect(seen).toEqual(['/one']);
  appendFileSync(file, `${two.slice(10)}not json\n{"path":"/no line of ours"}\n`);
  const position = await log.read();
  expect(seen).toEqual(['/one', '/two']);

  appendFileSync(file, line('/while-away'));
  const next = new EntranceLog(file, position, take);
  await next.read();
  expect(seen.at(-1)).toBe('/while-away');
  renameSync(file, `${file}.1`);
  await next.read();
  writeFileSync(file, line('/rotated'));
  await next.read();
  writeFileSync(file, '');
  await next.read();
  appendFileSync(file, line('/truncated'));
  await next.read();
  expect(seen.slice(-2)).toEqual(['/rotated', '/truncated']);
  expect(next.behind).toBe(0);
});

it('tells what nginx answered itself', () => {
  const of = (cache: string, status: number) =>
    answeredByEntrance(JSON.parse(line('/x', { cache, status })) as EntranceLine);
  expect([of('HIT', 200), of('STALE', 200), of('MISS', 200), of('', 503)]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
