/** A real SQLite database with published releases, for the tests of this service. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryCache } from '@lmi/cache';
import {
  GetEmploymentRequest,
  GetReplacementDemandRequest,
  type GetEmploymentReply,
  type GetReplacementDemandReply,
} from '@lmi/contracts';
import { createReferenceSource, createReleaseStore, openSqlite } from '@lmi/data';
import { findSources, type DatasetImporter, type Rejection, type SourceFile } from '@lmi/importing';
import type { CallContext, CheckRecord, Database, ReleaseRecord, ReleaseStore, SqlValue } from '@lmi/kit';
import { employment } from '../src';

export const fixtures = join(__dirname, 'fixtures');

export function fixtureFiles(): Promise<SourceFile[]> {
  return findSources(fixtures);
}

export const importerOf = (id: string): DatasetImporter =>
  employment.importers.find(({ card }) => card.id === id)!;

type Tables = Readonly<Record<string, readonly [readonly string[], ...(readonly SqlValue[])[]]>>;

export interface House {
  readonly db: Database;
  readonly releases: ReleaseStore;
  readonly checks: readonly CheckRecord[];
  readonly rejections: readonly Rejection[];
  /** Stages, checks and publishes one dataset, as the import command does. */
  publish(importer: DatasetImporter, files?: readonly SourceFile[]): Promise<ReleaseRecord>;
  /** Publishes rows that other services import; the first row of a table names its columns. */
  publishRows(dataset: string, tables: Tables): Promise<void>;
  readonly handlers: ReturnType<typeof employment.createHandlers>;
  context(): CallContext;
  ask(request: Partial<GetEmploymentRequest>): Promise<GetEmploymentReply>;
  askReplacement(request: Partial<GetReplacementDemandRequest>): Promise<GetReplacementDemandReply>;
  close(): Promise<void>;
}

export interface HouseOptions {
  /** Bounds the database file, as a full disk does. */
  readonly maxPages?: number;
  /** A migrated database instead of a new SQLite file. */
  readonly db?: Database;
}

export async function openHouse(options: HouseOptions = {}): Promise<House> {
  const folder = await mkdtemp(join(tmpdir(), 'employment-test-'));
  const { maxPages } = options;
  const db =
    options.db ??
    (await openSqlite({ file: join(folder, 'lmi.db'), ...(maxPages === undefined ? {} : { maxPages }) }));
  if (!options.db) await db.migrate();
  const releases = createReleaseStore(db);
  const handlers = employment.createHandlers({
    db,
    releases,
    cache: memoryCache({ maxEntries: 0 }),
    reference: createReferenceSource(releases),
    log: { info() {}, warn() {}, error() {}, debug() {} } as never,
  });
  const context = () => ({ traceId: '0'.repeat(32), deadline: Date.now() + 10_000 });
  let checks: readonly CheckRecord[] = [];
  const rejections: Rejection[] = [];
  let number = 0;
  const requestOf = (dataset: string, edition: string, tables: readonly string[]) => {
    number += 1;
    const checksum = number.toString(16).padStart(8, '0').padEnd(64, '0');
    return { dataset, edition, checksum, sources: [], inputs: [], tables };
  };
  return {
    db,
    releases,
    handlers,
    context,
    rejections,
    get checks() {
      return checks;
    },
    async publish(importer, files = []) {
      const { id, derived } = importer.card;
      const accepted = files.filter((file) => importer.accepts(file));
      const sources = derived ? undefined : await importer.open(accepted, undefined);
      const tables = Object.keys(importer.tables);
      const staged = await releases.stage(
        requestOf(id, sources?.edition ?? 'derived', tables),
        async (sink) => {
          const summary = { rowsRead: 0, rowsRejected: 0, valuesSuppressed: 0, valuesMarked: 0 };
          const into = {
            sink,
            edition: undefined,
            progress: () => undefined,
            reject: (rejection: Rejection) => {
              summary.rowsRejected += 1;
              rejections.push(rejection);
            },
            count: (suppressed: number, marked: number) => {
              summary.valuesSuppressed += suppressed;
              summary.valuesMarked += marked;
            },
            rowsRead: (rows: number) => void (summary.rowsRead += rows),
          };
          if (sources) await sources.load(into);
          else await importer.derive!(into);
          return summary;
        },
      );
      checks = await db.read((reader) => importer.check(reader, staged.id));
      const failed = checks.filter(({ passed }) => !passed);
      if (failed.length > 0) throw new Error(`checks of ${id}: ${JSON.stringify(failed, null, 1)}`);
      const checked = await releases.recordChecks(staged, checks, tables);
      return releases.publish(id, checked.version);
    },
    async publishRows(dataset, tables) {
      const names = Object.keys(tables);
      const staged = await releases.stage(requestOf(dataset, 'test', names), async (sink) => {
        for (const [table, [columns, ...rows]] of Object.entries(tables))
          await sink.insert(table, columns, rows);
        return { rowsRead: 0, rowsRejected: 0, valuesSuppressed: 0, valuesMarked: 0 };
      });
      await releases.publish(dataset, (await releases.recordChecks(staged, [], names)).version);
    },
    ask: (request) => handlers.getEmployment(GetEmploymentRequest.fromPartial(request), context()),
    askReplacement: (request) =>
      handlers.getReplacementDemand(GetReplacementDemandRequest.fromPartial(request), context()),
    async close() {
      await db.close();
      await rm(folder, { recursive: true });
    },
  };
}

const level = (code: string): string => ['major', 'sub-major', 'minor', 'unit'][code.length - 1]!;
const prefixes = (codes: readonly string[]): string[] => [
  ...new Set(codes.flatMap((code) => [...code].map((_, index) => code.slice(0, index + 1)))),
];

const units2020 = ['2134', '2135', '2136', '2139', '2431', '2435', '6135', '6136', '6311', '6312'];
const units2010 = ['2135', '2136', '2139', '3131', '3413', '3534', '6145', '6146', '3319', '3315'];
const subMajor2010 = '11 12 21 22 23 24 31 32 33 34 35 41 42 51 52 53 54 61 62 71 72 81 82 91 92'.split(' ');

/** People of the dual-coded samples, invented but of the real shape: 2136 was split, 2135 has gone elsewhere in part. */
export const pairs: readonly (readonly [soc2010: string, soc2020: string, people: number])[] = [
  ['2135', '2135', 60],
  ['2135', '2134', 20],
  ['2136', '2134', 80],
  ['2136', '2136', 20],
  ['2139', '2139', 50],
  ['3131', '2136', 20],
  ['3534', '2431', 40],
  ['3413', '2435', 10],
  ['6145', '6135', 90],
  ['6146', '6136', 30],
  ['3319', '6311', 10],
  ['3315', '6312', 10],
];

const sumBy = (key: 0 | 1, code: string): number =>
  pairs.filter((pair) => pair[key] === code).reduce((sum, [, , people]) => sum + people, 0);

export const socTables: Tables = {
  soc_group: [
    ['classification', 'code', 'level', 'title'],
    ...prefixes(units2020).map((code): SqlValue[] => ['soc2020', code, level(code), `Group ${code}`]),
    ...[...new Set([...prefixes(units2010), ...prefixes(subMajor2010)])].map((code): SqlValue[] => [
      'soc2010',
      code,
      level(code),
      `Group ${code}`,
    ]),
  ],
  soc_crosswalk: [
    ['soc2010', 'soc2020', 'sex', 'people', 'share_of_2010', 'share_of_2020'],
    ...pairs.map(([soc2010, soc2020, people]): SqlValue[] => [
      soc2010,
      soc2020,
      'all',
      people,
      people / sumBy(0, soc2010),
      people / sumBy(1, soc2020),
    ]),
  ],
};

/** Districts of the fixtures and one for each LSIP area that lies in one region: code, name, region, LSIP area. */
const districts: readonly (readonly [code: string, name: string, region: string, lsip: string | null])[] = [
  ['E06000055', 'Bedford', 'E12000006', 'SM_LSIP'],
  ['E06000042', 'Milton Keynes', 'E12000008', 'SM_LSIP'],
  ['E06000061', 'North Northamptonshire', 'E12000004', 'SM_LSIP'],
  ['E07000136', 'Boston', 'E12000004', 'LI_LSIP'],
  ['E06000012', 'North East Lincolnshire', 'E12000003', 'LI_LSIP'],
  ['E06000002', 'Middlesbrough', 'E12000001', 'TV_LSIP'],
  ['E08000003', 'Manchester', 'E12000002', 'GM_LSIP'],
  ['E08000035', 'Leeds', 'E12000003', 'WY_LSIP'],
  ['E06000016', 'Leicester', 'E12000004', 'LL_LSIP'],
  ['E08000025', 'Birmingham', 'E12000005', 'WW_LSIP'],
  ['E07000096', 'Dacorum', 'E12000006', 'HE_LSIP'],
  ['E09000001', 'City of London', 'E12000007', 'GL_LSIP'],
  ['E06000045', 'Southampton', 'E12000008', 'SL_LSIP'],
  ['E06000059', 'Dorset', 'E12000009', 'DO_LSIP'],
  ['E07000026', 'Allerdale', 'E12000002', null],
  ['E06000053', 'Isles of Scilly', 'E12000009', null],
  ['W06000015', 'Cardiff', 'W92000004', null],
  ['W06000016', 'Rhondda Cynon Taf', 'W92000004', null],
  ['S12000036', 'City of Edinburgh', 'S92000003', null],
  ['S12000049', 'Glasgow City', 'S92000003', null],
];
const regions = Array.from({ length: 9 }, (_, index) => `E1200000${index + 1}`);
const nations = ['E92000001', 'W92000004', 'S92000003', 'N92000002'];
const leps =
  'BC BS BU CC CH CI CP CU CW DN DO GC GM HE HS HU LA LD LI LL LN LV M3 MA NA NO OX SH SL SM SN SO ST TB TV WE WO YY';
const otherLsips = 'BH CP CI ES ST WS GL';

export const areaTables: Tables = {
  area: [
    ['code', 'name', 'type', 'parent'],
    ['K02000001', 'United Kingdom', 'country', null],
    ...nations.map((code): SqlValue[] => [code, `Nation ${code}`, 'nation', 'K02000001']),
    ...regions.map((code): SqlValue[] => [code, `Region ${code}`, 'region', 'E92000001']),
    ...districts.map(([code, name, parent]): SqlValue[] => [code, name, 'district', parent]),
    ...leps.split(' ').map((code): SqlValue[] => [`${code}_LEP`, `LEP ${code}`, 'lep', 'E92000001']),
    ...[
      ...new Set([
        ...districts.flatMap(([, , , lsip]) => lsip ?? []),
        ...otherLsips.split(' ').map((code) => `${code}_LSIP`),
      ]),
    ].map((code): SqlValue[] => [
      code,
      code === 'GL_LSIP' ? 'Greater London' : `LSIP ${code}`,
      'lsip',
      'E92000001',
    ]),
    ['NE_MCA', 'North East', 'mca', 'E92000001'],
    ['E10000002', 'A county', 'county', 'E92000001'],
  ],
  area_membership: [
    ['district', 'area', 'type'],
    ...districts.flatMap(([code, , , lsip]) => (lsip ? [[code, lsip, 'lsip'] as SqlValue[]] : [])),
  ],
};

/** Employee jobs in thousands by sex and working pattern; 6312 is withheld by sex and by hours. */
const jobs: readonly (readonly [
  string,
  all: number,
  male: number | null,
  female: number | null,
  full: number | null,
  part: number | null,
])[] = [
  ['21', 700, 560, 140, 660, 40],
  ['24', 60, 24, 36, 55, 5],
  ['61', 950, 190, 760, 500, 450],
  ['63', 20, 10, 10, 17, 3],
  ['2134', 400, 330, 70, 385, 15],
  ['2135', 60, 50, 10, 58, 2],
  ['2136', 100, null, 30, 90, null],
  ['2139', 80, 60, 20, 75, 5],
  ['2431', 30, 12, 18, 27, 3],
  ['6135', 500, 80, 420, 250, 250],
  ['6136', 90, 20, 70, 50, 40],
  ['6311', 8, 5, 3, 6, 2],
  ['6312', 5, null, null, null, null],
];

export const payTables: Tables = {
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
    ...jobs.flatMap(([soc, all, male, female, full, part]) =>
      (
        [
          ['all', 'all', all],
          ['male', 'all', male],
          ['female', 'all', female],
          ['all', 'full-time', full],
          ['all', 'part-time', part],
        ] as const
      ).map(([sex, pattern, value]): SqlValue[] => [
        'soc2020',
        soc,
        'weekly-pay',
        'K02000001',
        'all',
        sex,
        pattern,
        2024,
        value,
        value === null ? 'jobs_thousand=x' : '',
      ]),
    ),
  ],
};

/** Everything published, from the fixtures. */
export async function openPublishedHouse(options: HouseOptions = {}): Promise<House> {
  const house = await openHouse(options);
  await house.publishRows('soc', socTables);
  await house.publishRows('areas', areaTables);
  await house.publishRows('ashe', payTables);
  const files = await fixtureFiles();
  for (const importer of employment.importers) await house.publish(importer, files);
  return house;
}
