import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatasetImporter } from '@lmi/importing';
import { isAtHand } from '../src/releases/import-dataset';

const importer = (optional: boolean) =>
  ({
    card: { id: 'rates' },
    optional,
    defaultFolders: ['missing', 'tables'],
    accepts: ({ name }: { name: string }) => name === 'rates.csv',
  }) as unknown as DatasetImporter;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lmi-at-hand-'));
  await mkdir(join(folder, 'tables'));
  await writeFile(join(folder, 'tables', 'other.csv'), 'a\n');
  await mkdir(join(folder, 'full', 'tables'), { recursive: true });
  await writeFile(join(folder, 'full', 'tables', 'rates.csv'), 'a\n');
  await mkdir(join(folder, 'bundle', 'rates'), { recursive: true });
});
afterAll(() => rm(folder, { recursive: true }));

const env = (sources: string, data = '') => ({
  sourcesFolder: sources === '' ? '' : join(folder, sources),
  dataFolder: join(folder, data),
});

test('a dataset that is not optional is always tried, so that what is missing is named', async () => {
  expect(await isAtHand(importer(false), env('.'), {})).toBe(true);
});

test.each<[string, ReturnType<typeof env>, { from?: string; bundledOnly?: boolean }, boolean]>([
  ['no file among the official ones', { sourcesFolder: '.', dataFolder: '' }, {}, false],
  ['a file in a default folder', { sourcesFolder: 'full', dataFolder: '' }, {}, true],
  ['no extract', { sourcesFolder: '', dataFolder: '' }, {}, false],
  ['an extract', { sourcesFolder: '', dataFolder: 'bundle' }, {}, true],
  [
    'official files, but the extract alone is read',
    { sourcesFolder: 'full', dataFolder: '' },
    { bundledOnly: true },
    false,
  ],
  ['a named folder with a file', { sourcesFolder: '', dataFolder: '' }, { from: 'full' }, true],
  ['a named folder without', { sourcesFolder: 'full', dataFolder: 'bundle' }, { from: 'tables' }, false],
])('an optional dataset: %s', async (_, { sourcesFolder, dataFolder }, options, expected) => {
  const asked = options.from === undefined ? options : { ...options, from: join(folder, options.from) };
  expect(await isAtHand(importer(true), env(sourcesFolder, dataFolder), asked)).toBe(expected);
});
