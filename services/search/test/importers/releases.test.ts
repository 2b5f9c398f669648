import { Release } from '@lmi/contracts';
import { describeRelease } from '@lmi/importing';
import type { ReleaseRecord } from '@lmi/kit';
import { socImporter } from '../../src/importers';

const record: ReleaseRecord = {
  id: 1,
  dataset: 'soc',
  version: 'soc-2025-12-0123abcd',
  edition: '2025-12',
  state: 'published',
  checksum: 'f'.repeat(64),
  sources: [{ name: 'index.xlsx', sha256: 'e'.repeat(64), bytes: 3_768_655 }],
  checks: [{ name: 'rows', passed: true, detail: '32376 rows' }],
  inputs: [],
  quality: [
    {
      figure: 'people',
      level: 'unit group',
      cells: 9,
      withheld: 1,
      marks: { modelled: 2 },
      from: '2021',
      to: '2021',
    },
  ],
  rowsRead: 34_134,
  rowsLoaded: 35_488,
  rowsRejected: 0,
  valuesSuppressed: 0,
  valuesMarked: 0,
  stagedAt: '2025-12-03T09:30:00Z',
  publishedAt: '2025-12-03T09:31:00Z',
  current: true,
};

it('a described release has exactly the fields of the contract and survives its encoding', () => {
  const described = describeRelease(record, socImporter.card, true);
  expect(Object.keys(described).sort()).toEqual(Object.keys(Release.fromPartial({})).sort());
  expect(Release.decode(Release.encode(described).finish())).toEqual(described);
});
