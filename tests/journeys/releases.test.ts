import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openSqlite } from '@lmi/data';
import { importersInOrder } from '../../services/lmi/src/targets';
import { runProgram } from '../support/program';
import { startEmbeddedShape, type RunningShape } from '../support/shapes';

/** Folder of the whole official files; where it is not set, the journeys that need them have the fixtures' own tests. */
const sources = process.env.LMI_SOURCES ?? '';

describe('releases, while the program serves', () => {
  let shape: RunningShape;
  let folder: string;
  beforeAll(async () => {
    shape = await startEmbeddedShape();
    folder = mkdtempSync(path.join(tmpdir(), 'lmi-damaged-'));
  }, 240_000);
  afterAll(async () => {
    await shape?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const lmi = (...args: string[]) =>
    runProgram(args, { ...shape.commandEnv, ...(sources ? { LMI_SOURCES: sources } : {}) });
  const get = async (url: string) => (await fetch(`${shape.base}${url}`)).json();
  const servingVersion = async (dataset: string): Promise<string> => {
    const body = (await get(`/api/v2/datasets/${dataset}/releases`)) as {
      releases: { version: string; current: boolean }[];
    };
    return body.releases.find((release) => release.current)?.version ?? 'none';
  };
  const until = async (limitMs: number, done: () => Promise<boolean>): Promise<boolean> => {
    for (const end = Date.now() + limitMs; Date.now() < end;) {
      if (await done()) return true;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return false;
  };

  it('recognises a second import of the same editions and changes nothing', async () => {
    const { code, output } = await runProgram(['import', '--all'], shape.commandEnv);
    expect([code, output]).toEqual([0, expect.any(String)]);
    const outcomes = output.match(/^[a-z-]+ +(published|unchanged|failed) /gm) ?? [];
    // Optional datasets, whose files are not bundled, are left out.
    expect(outcomes).toHaveLength(importersInOrder().filter(({ optional }) => !optional).length);
    expect(outcomes.every((line) => line.includes('unchanged'))).toBe(true);
  });

  it('lists and shows releases, and checks them again', async () => {
    const list = await lmi('release', 'list', 'ashe');
    expect(list.output).toMatch(/^\* ashe-2025-[0-9a-f]{8} +published/m);
    const show = await lmi('release', 'show', 'ashe');
    expect(JSON.parse(show.output)).toMatchObject({
      dataset: 'ashe',
      current: true,
      checks: expect.any(Array),
    });
    const check = await lmi('release', 'check', 'ashe');
    expect([check.code, check.output]).toEqual([0, expect.stringContaining('pass')]);
    expect((await lmi('release', 'rollback', 'ashe')).code).not.toBe(0);
  });

  it('publishes an edited plain-English line at once and rolls it back at once, seen through the API', async () => {
    const edited = path.join(folder, 'plain_occupation.csv');
    const text = readFileSync(
      path.resolve(__dirname, '../../data/plain-english/plain_occupation.csv'),
      'utf8',
    );
    const own = text.split('\n').find((line) => line.startsWith('5315,')) ?? '';
    writeFileSync(
      edited,
      text.replace(
        own,
        '5315,Mend the pipes.,fits pipes well|mends small leaks|checks all systems,Usually an apprenticeship.',
      ),
    );
    const describe5315 = async () =>
      ((await get('/api/v2/occupations/5315')) as { description: string }).description;
    const before = await describe5315();

    const imported = await lmi('import', 'plain-english', '--from', edited);
    expect([imported.code, imported.output]).toEqual([0, expect.stringContaining('published')]);
    expect(await until(3_000, async () => (await describe5315()) === 'Mend the pipes.')).toBe(true);

    const rolled = await lmi('release', 'rollback', 'plain-english');
    const milliseconds = Number(/\((\d+) ms\)/.exec(rolled.output)?.[1]);
    expect(milliseconds).toBeLessThanOrEqual(1_000);
    expect(await until(3_000, async () => (await describe5315()) === before)).toBe(true);
  });

  it('refuses a file, folder or address that is not there and goes on serving', async () => {
    const before = await servingVersion('ashe');
    for (const from of [path.join(folder, 'nowhere'), 'http://127.0.0.1:9/ashe.zip']) {
      const { code, output } = await lmi('import', 'ashe', '--from', from);
      expect(code).not.toBe(0);
      expect(output).toMatch(/lmi: .*(nowhere|127\.0\.0\.1)/);
      expect(output).not.toMatch(/^\s+at /m);
    }
    expect(await servingVersion('ashe')).toBe(before);
  });

  if (sources !== '') {
    const official = path.join(sources, 'ashe');
    const damagedFolder = (name: string, change: (folder: string) => void): string => {
      const at = path.join(folder, name);
      const copy = (from: string, to: string): void => {
        mkdirSync(to, { recursive: true });
        for (const entry of readdirSync(from)) {
          const file = path.join(from, entry);
          if (statSync(file).isDirectory()) copy(file, path.join(to, entry));
          else if (statSync(file).size > 0) copyFileSync(file, path.join(to, entry));
        }
      };
      copy(path.join(official, 'tidy'), path.join(at, 'tidy'));
      change(at);
      return at;
    };
    const rewrite = (file: string, edit: (text: string) => string) => {
      const text = edit(readFileSync(file, 'utf8'));
      rmSync(file, { force: true });
      writeFileSync(file, text);
    };
    const tidy = (at: string, year: string) => path.join(at, 'tidy', `ashe_table14_${year}.csv`);
    const damages: readonly [string, (at: string) => void, readonly string[], RegExp][] = [
      [
        'changed header',
        (at) => rewrite(tidy(at, '2023'), (t) => t.replace('jobs_thousand', 'jobs')),
        [],
        /ashe_table14_2023\.csv.*jobs/s,
      ],
      [
        'shifted column',
        (at) =>
          rewrite(tidy(at, '2023'), (t) =>
            t.replace(
              /^(2023,provisional,SOC2020,14\.1a,weekly_pay_gross,All,1121,)("?[^",]*"?),/m,
              '$1,$2,',
            ),
          ),
        [],
        /ashe_table14_2023\.csv/,
      ],
      [
        'unknown code',
        (at) =>
          rewrite(tidy(at, '2023'), (t) =>
            t.replace(/weekly_pay_gross,All,1121,/, 'weekly_pay_gross,All,1999,'),
          ),
        [],
        /1999/,
      ],
      [
        'duplicate rows',
        (at) =>
          rewrite(tidy(at, '2023'), (t) =>
            t.replace(/^(2023,provisional,SOC2020,14\.1a,weekly_pay_gross,All,1121,.*)\r?\n/m, '$&$&'),
          ),
        [],
        /duplicate|twice/i,
      ],
      ['wrong edition', () => undefined, ['--edition', '2019'], /2019/],
      [
        'missing file',
        (at) => rmSync(path.join(at, 'tidy'), { recursive: true, force: true }),
        [],
        /Table 14|no .*file|missing/i,
      ],
      [
        'truncated workbook',
        (at) => {
          const name =
            readdirSync(path.join(official, 'original')).find(
              (n) => n.includes('14.1a') && n.endsWith('2024.xlsx'),
            ) ?? '';
          const bytes = readFileSync(path.join(official, 'original', name));
          writeFileSync(path.join(at, name), bytes.subarray(0, bytes.length / 2));
        },
        [],
        /14\.1a.*2024\.xlsx/,
      ],
    ];
    it.each(damages)(
      'refuses damaged official files: %s',
      async (name, change, options, message) => {
        const before = await servingVersion('ashe');
        const pay = await get('/api/v1/ashe/estimatePay?soc=2136');
        const { code, output } = await lmi(
          'import',
          'ashe',
          '--from',
          damagedFolder(name.replaceAll(' ', '-'), change),
          ...options,
        );
        expect([code === 0, output]).toEqual([false, expect.stringMatching(message)]);
        expect(output).not.toMatch(/^\s+at /m);
        expect(await servingVersion('ashe')).toBe(before);
        expect(await get('/api/v1/ashe/estimatePay?soc=2136')).toEqual(pay);

        const db = await openSqlite({ file: path.join(shape.commandEnv.LMI_HOME ?? '', 'lmi.db') });
        const left = await db.read((reader) =>
          reader.all<{ release_id: number }>(
            `SELECT DISTINCT release_id FROM pay_cell WHERE release_id NOT IN (SELECT release_id FROM release_pointer WHERE dataset = 'ashe')`,
          ),
        );
        await db.close();
        expect(left).toEqual([]);
      },
      120_000,
    );

    it('finds in the bundled extract exactly what the official files give', async () => {
      for (const dataset of ['areas', 'ashe', 'employment', 'projections', 'aps']) {
        const { code, output } = await lmi('import', dataset);
        expect([dataset, code, output]).toEqual([
          dataset,
          0,
          expect.stringMatching(/unchanged.*official files/),
        ]);
      }
    }, 240_000);

    it('serves the official descriptions once the official workbook is imported, and the plain-English ones after a rollback', async () => {
      const occupation = async () =>
        (await get('/api/v2/occupations/2231')) as {
          textSource: string;
          description: string;
          tasks: string[];
        };
      expect((await occupation()).textSource).toBe('plain-english');
      const { code, output } = await lmi('import', 'soc');
      expect([code, output]).toEqual([0, expect.stringContaining('published')]);
      expect(await until(5_000, async () => (await occupation()).textSource === 'official')).toBe(true);
      expect((await occupation()).tasks.length).toBeGreaterThan(3);
      expect((await lmi('release', 'rollback', 'soc')).code).toBe(0);
      expect(await until(5_000, async () => (await occupation()).textSource === 'plain-english')).toBe(true);
    }, 240_000);

    it.each(['areas', 'soc', 'ashe', 'employment', 'projections', 'aps'])(
      'serves what the source files of %s say: 2,000 cells read back through the API',
      async (dataset) => {
        const { code, output } = await lmi('release', 'check', dataset, '--against-api', shape.base);
        expect([code, output]).toEqual([0, expect.stringMatching(/pass {2}reconciliation: \d+ cells/)]);
      },
      240_000,
    );
  }
});
