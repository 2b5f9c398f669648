import { appendFileSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { answeredByEntrance, EntranceLog, type EntranceLine, type LogPosition } from '../src';

const folder = mkdtempSync(path.join(tmpdir(), 'lmi-log-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let asked = 0;
/** As long as those of nginx are, of which no two are the same. */
const line = (path: string, more: Partial<EntranceLine> = {}): string =>
  `${JSON.stringify({
    ...{ time: '2026-11-30T10:00:00', end: 1, trace_id: String(asked++).padStart(32, '0'), request_id: '' },
    ...{ parent_id: '', flags: '00', method: 'GET', path, status: 200, seconds: 0.1, cache: 'HIT' },
    ...{ system: '000000', releases: '', upstream: '-'.repeat(300) },
    ...more,
  })}\n`;

/** A log of its own, and what a reader of it has seen. */
function followed(name: string) {
  const file = path.join(folder, name);
  const seen: string[] = [];
  let lost = 0;
  const reader = (position?: LogPosition) =>
    new EntranceLog({
      file,
      position,
      onLine: (found) => void seen.push(found.path),
      onLost: () => void lost++,
    });
  const putAside = () => {
    renameSync(file, `${file}.1`);
    // Longer ago than nginx takes to let go of it.
    utimesSync(`${file}.1`, 1, 1);
  };
  return { file, seen, reader, putAside, lost: () => lost };
}

it('reads whole lines from the beginning, and goes on where it was', async () => {
  const { file, seen, reader } = followed('lines.log');
  const log = reader();
  expect(await log.read()).toBeUndefined();
  const [one, two] = [line('/one'), line('/two')];
  writeFileSync(file, one.slice(0, 40));
  expect(await log.read()).toBeUndefined();
  appendFileSync(file, one.slice(40) + two.slice(0, 10));
  await log.read();
  expect(seen).toEqual(['/one']);
  appendFileSync(file, `${two.slice(10)}not json\n{"path":"/no line of ours"}\n`);
  const position = await log.read();
  expect(seen).toEqual(['/one', '/two']);

  appendFileSync(file, line('/while-away'));
  const next = reader(position);
  await next.read();
  expect(seen).toEqual(['/one', '/two', '/while-away']);
  expect(next.behind).toBe(0);
});

it('reads what was put aside to its end, then the new file, and each once', async () => {
  const { file, seen, reader, putAside, lost } = followed('renewed.log');
  writeFileSync(file, line('/a'));
  const log = reader();
  await log.read();
  renameSync(file, `${file}.1`);
  // nginx was told, and has not let go of it yet.
  appendFileSync(`${file}.1`, line('/b'));
  await log.read();
  writeFileSync(file, line('/d'));
  await log.read();
  expect(seen).toEqual(['/a', '/b']);
  expect(log.behind).toBeGreaterThan(0);
  appendFileSync(`${file}.1`, line('/c'));
  utimesSync(`${file}.1`, 1, 1);
  const position = await log.read();
  expect(seen).toEqual(['/a', '/b', '/c', '/d']);
  // At the end of nginx there is nothing to wait for.
  const last = followed('last.log');
  writeFileSync(`${last.file}.1`, line('/a'));
  writeFileSync(last.file, line('/b'));
  await last.reader().read(true);
  expect(last.seen).toEqual(['/a', '/b']);

  // Of a reader that comes back, and once more.
  appendFileSync(file, line('/e'));
  putAside();
  writeFileSync(file, line('/f'));
  const next = reader(position);
  await next.read();
  await next.read();
  expect(seen.slice(4)).toEqual(['/e', '/f']);
  expect(next.behind).toBe(0);
  expect(lost()).toBe(0);

  // Emptied, beside a part that was read.
  writeFileSync(file, '');
  await next.read();
  appendFileSync(file, line('/g'));
  await next.read();
  expect(seen.slice(6)).toEqual(['/g']);
});

it('says when it was renewed twice unread, and reads what there is', async () => {
  const { file, seen, reader, putAside, lost } = followed('lost.log');
  writeFileSync(file, line('/a'));
  const position = await reader().read();
  appendFileSync(file, line('/lost'));
  for (const asked of ['/b', '/c']) {
    putAside();
    writeFileSync(file, line(asked));
  }
  await reader(position).read();
  expect(seen).toEqual(['/a', '/b', '/c']);
  expect(lost()).toBe(1);
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
