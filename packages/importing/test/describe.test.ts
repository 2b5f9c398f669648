import type { ReleaseRecord } from '@lmi/kit';
import { createReleaseLister, type DatasetImporter } from '../src';

const record = (dataset: string, current: boolean): ReleaseRecord => ({
  id: 7,
  dataset,
  version: `${dataset}-2025-0123abcd`,
  edition: '2025',
  state: current ? 'published' : 'staged',
  checksum: 'f'.repeat(64),
  sources: [{ name: 'a.xlsx', sha256: 'e'.repeat(64), bytes: 3 }],
  checks: [{ name: 'rows', passed: true, detail: '3 rows' }],
  inputs: [],
  quality: [],
  rowsRead: 3,
  rowsLoaded: 3,
  rowsRejected: 0,
  valuesSuppressed: 1,
  valuesMarked: 2,
  stagedAt: '2025-10-23T09:30:00Z',
  publishedAt: current ? '2025-10-23T09:31:00Z' : null,
  current,
});

const importer = (id: string) =>
  ({
    card: { id, title: id.toUpperCase(), publisher: 'ONS', licence: 'OGL-UK-3.0', caveats: ['one'] },
  }) as unknown as DatasetImporter;
const list = createReleaseLister([importer('soc'), importer('areas')], {
  releases: {
    list: async (datasets = [], which = 'all') =>
      [...datasets]
        .sort()
        .flatMap((dataset) => [record(dataset, true), ...(which === 'all' ? [record(dataset, false)] : [])]),
  },
});

describe('the release lister', () => {
  it('describes the releases of its datasets with their cards', async () => {
    const { releases } = await list({ dataset: '', currentOnly: false });
    expect(releases.map(({ dataset, state }) => [dataset, state])).toEqual([
      ['soc', 'published'],
      ['soc', 'staged'],
      ['areas', 'published'],
      ['areas', 'staged'],
    ]);
    expect(releases[0]).toMatchObject({
      title: 'SOC',
      publisher: 'ONS',
      publishedAt: '2025-10-23T09:31:00Z',
    });
    expect(releases[1]!.publishedAt).toBe('');
    expect((await list({ dataset: 'areas', currentOnly: true })).releases).toHaveLength(1);
  });

  it('names the valid datasets when asked for another', async () => {
    await expect(list({ dataset: 'ashe', currentOnly: false })).rejects.toMatchObject({
      code: 'invalid-argument',
      field: 'dataset',
      validValues: ['soc', 'areas'],
    });
  });
});
