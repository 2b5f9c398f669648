/** The whole official files, where they are at hand: the fixtures cover the same code without them. */
import { join } from 'node:path';
import { findSources, readCsv, type SourceFile } from '@lmi/importing';
import { fileOnDisk, officialSources } from '@lmi/importing/testing';
import type { SqlValue } from '@lmi/kit';
import { buildCrosswalk } from '@lmi/statistics';
import { employment } from '../src';
import { areaTables, importerOf, openHouse, openPublishedHouse, type House } from './house';
import { findFailures } from './reconciling';

const folder = officialSources ?? '';

async function official(): Promise<House> {
  const house = await openHouse();
  const file = (...path: string[]): SourceFile => fileOnDisk(folder, ...path);
  const groups = async (classification: string, name: string): Promise<SqlValue[][]> =>
    (await readCsv(file('soc', name), { columns: ['level', 'code', 'title'], allowExtra: true })).rows.map(
      ([level, code, title]) => [classification, code!, level!, title!],
    );
  const coded = await readCsv(file('soc', 'soc2010_soc2020_dual_coded.csv'), {
    columns: [
      'soc2010',
      'soc2020',
      ...['men', 'women'].flatMap((sex) =>
        ['lfs', 'census'].flatMap((sample) => [`${sex}_${sample}_sample`, `${sex}_${sample}_share`]),
      ),
    ],
    allowExtra: true,
  });
  const crosswalk = buildCrosswalk(
    coded.rows.map(([soc2010, soc2020, ...figures]) => {
      const [a, b, c, d, e, f, g, h] = figures.map(Number) as [
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      return {
        soc2010: soc2010!,
        soc2020: soc2020!,
        menLfsSample: a,
        menLfsShare: b,
        menCensusSample: c,
        menCensusShare: d,
        womenLfsSample: e,
        womenLfsShare: f,
        womenCensusSample: g,
        womenCensusShare: h,
      };
    }),
  );
  await house.publishRows('soc', {
    soc_group: [
      ['classification', 'code', 'level', 'title'],
      ...(await groups('soc2020', 'soc2020_groups.csv')),
      ...(await groups('soc2010', 'soc2010_groups.csv')),
    ],
    soc_crosswalk: [
      ['soc2010', 'soc2020', 'sex', 'people', 'share_of_2010', 'share_of_2020'],
      ...crosswalk.all.map((pair): SqlValue[] => [
        pair.soc2010,
        pair.soc2020,
        'all',
        pair.people,
        pair.shareOf2010,
        pair.shareOf2020,
      ]),
    ],
  });
  // The names of all areas are the official ones; which LSIP area lies in which region is in the fixtures.
  const [columns, ...known] = areaTables['area']!;
  const codes = new Set(known.map(([code]) => code));
  const list = await readCsv(file('geography', 'ons_areas.csv'), {
    columns: ['areacd', 'areanm'],
    allowExtra: true,
  });
  const projected = await readCsv(file('skills-imperative-2035', 'areas.csv'), {
    columns: ['area', 'type', 'name'],
    allowExtra: true,
  });
  const districts = list.rows.filter(([code]) => /^(E0[6-9]|W06|S12|N09)/.test(code!) && !codes.has(code!));
  await house.publishRows('areas', {
    area: [
      columns,
      ...known.filter(([, , type]) => type !== 'lep' && type !== 'lsip' && type !== 'mca'),
      ...districts.map(([code, name]): SqlValue[] => [code!, name!, 'district', null]),
      ...projected.rows
        .filter(([code]) => code !== 'EN')
        .map(([code, type, name]): SqlValue[] => [code!, name!, type!.toLowerCase(), 'E92000001']),
    ],
    area_membership: areaTables['area_membership']!,
  });
  const ashe = await readCsv(file('ashe', 'tidy', 'ashe_table14_2024.csv'), {
    columns: ['measure', 'sheet', 'code', 'jobs_thousand'],
    allowExtra: true,
  });
  const populations: Readonly<Record<string, readonly [string, string]>> = {
    All: ['all', 'all'],
    Male: ['male', 'all'],
    Female: ['female', 'all'],
    'Full-Time': ['all', 'full-time'],
    'Part-Time': ['all', 'part-time'],
  };
  await house.publishRows('ashe', {
    pay_cell: [
      [
        'classification',
        'soc',
        'measure',
        'area',
        'age',
        'sex',
        'working_pattern',
        'year',
        'jobs_thousand',
        'markers',
      ],
      ...ashe.rows.flatMap(([measure, sheet, code, text]): SqlValue[][] => {
        const population = populations[sheet!];
        if (measure !== 'weekly_pay_gross' || !population || !/^\d{2}(\d\d)?$/.test(code!)) return [];
        const jobs = Number(text!.replace(',', ''));
        const value = Number.isFinite(jobs) ? jobs : null;
        return [
          [
            'soc2020',
            code!,
            'weekly-pay',
            'K02000001',
            'all',
            ...population,
            2024,
            value,
            value === null ? 'jobs_thousand=x' : '',
          ],
        ];
      }),
    ],
  });
  for (const importer of employment.importers) {
    // Their official files are not among those at hand.
    if (importer.optional) continue;
    const files: SourceFile[] = [];
    for (const name of importer.defaultFolders) files.push(...(await findSources(join(folder, name))));
    await house.publish(importer, files);
  }
  return house;
}

/** LSIP areas without a district in the fixtures do not take part in the split by region. */
describe(officialSources ? 'whole official files' : 'fixtures in place of the official files', () => {
  let house: House;
  const current = async (dataset: string) =>
    (await house.db.read((reader) => house.releases.current(reader, dataset)))!.id;
  beforeAll(async () => {
    house = await (officialSources ? official() : openPublishedHouse());
  }, 180_000);
  afterAll(() => house.close());

  it('publishes every dataset with checks that pass', async () => {
    const records = await house.releases.list();
    for (const { card, optional } of employment.importers) {
      if (optional && officialSources) continue;
      const record = records.find(({ dataset, current: serves }) => dataset === card.id && serves)!;
      expect(record.checks.length).toBeGreaterThan(3);
      expect(record.checks.filter(({ passed }) => !passed)).toEqual([]);
    }
  });

  it('has the sizes that the files state', async () => {
    const rows = await Promise.all(
      [
        ['employment', 'employment_cell', "soc <> 'all'"],
        ['projections', 'replacement_cell', "sex = 'all'"],
        ['aps', 'aps_cell', "area_type = 'district'"],
        ['area-indicators', 'area_indicator', "indicator = 'unemployment-rate' AND area LIKE 'E12%'"],
        ['skills-shortages', 'skills_shortage_cell', 'year = 2017'],
      ].map(async ([dataset, table, where]) =>
        house.db.read(async (reader) =>
          reader.get<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table} WHERE release_id = ? AND ${where}`, [
            await current(dataset!),
          ]),
        ),
      ),
    );
    // 412 groups by 19 sections and 4 years; 87 areas by 27 groups; 363 districts by 25 groups and 5 years; 9 regions by 20
    // years; England, 38 partnerships and 9 regions by 9 groups and the total.
    expect(rows.map((row) => row!.n)).toEqual(
      officialSources ? [31_312, 2_349, 45_375, 180, 480] : [760, 195, 550, 18, 480],
    );
  });

  it.each(['region', 'sex', 'qualification', 'working-status', 'industry'])(
    'reproduces the total of every unit group by %s',
    async (dimension) => {
      const release = await current('employment-estimates');
      const sums = await house.db.read((reader) =>
        reader.all<{ soc: string; year: number; total: number; parts: number; n: number }>(
          `SELECT t.soc, t.year, t.employment AS total, SUM(p.employment) AS parts, COUNT(*) AS n
           FROM employment_estimate t JOIN employment_estimate p
             ON p.release_id = t.release_id AND p.soc = t.soc AND p.year = t.year AND p.dimension = ?
           WHERE t.release_id = ? AND t.dimension = 'total' AND t.employment > 0 AND t.year > 2024
           GROUP BY t.soc, t.year, t.employment`,
          [dimension, release],
        ),
      );
      expect(sums.length).toBeGreaterThan(100);
      // Great Britain's share is the same in all of them, because Northern Ireland is taken out by head-count.
      const share = dimension === 'region' ? sums[0]!.parts / sums[0]!.total : 1;
      if (dimension === 'region') expect(share).toBeGreaterThan(0.96);
      const worst = Math.max(...sums.map(({ total, parts }) => Math.abs(parts / (total * share) - 1)));
      expect(worst).toBeLessThan(1e-9);
    },
  );

  it.each(['employment', 'projections', 'aps', 'area-indicators', 'skills-shortages'])(
    'serves 2,000 cells of %s as the files state them',
    async (id) => {
      const importer = importerOf(id);
      const files: SourceFile[] = [];
      for (const name of importer.defaultFolders) {
        files.push(
          ...(await findSources(officialSources ? join(folder, name) : join(__dirname, 'fixtures'))),
        );
      }
      const { compared, failures } = await findFailures(house, importer, files, 2000);
      expect(failures).toEqual([]);
      expect(compared).toBeGreaterThan(200);
    },
  );
});
