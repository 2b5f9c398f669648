/** A real SQLite database with published releases, for the tests of this service. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryCache } from '@lmi/cache';
import { GetPayRequest, type GetPayReply } from '@lmi/contracts';
import { createReferenceSource, createReleaseStore, openSqlite } from '@lmi/data';
import { findSources, type DatasetImporter, type SourceFile } from '@lmi/importing';
import type { CheckRecord, Database, ReleaseRecord, ReleaseStore, SqlValue, StageSink } from '@lmi/kit';
import { pay } from '../src';

export const fixtures = join(__dirname, 'fixtures');

export async function fixtureFiles(): Promise<SourceFile[]> {
  return findSources(fixtures);
}

export interface PayHouse {
  readonly db: Database;
  readonly releases: ReleaseStore;
  /** Stages, checks and publishes one dataset, as the import command does. */
  publish(importer: DatasetImporter, files?: readonly SourceFile[], edition?: string): Promise<ReleaseRecord>;
  /** Checks of the release staged last. */
  readonly checks: readonly CheckRecord[];
  /** Publishes rows that other services import. */
  publishRows(
    dataset: string,
    tables: Readonly<Record<string, readonly (readonly SqlValue[])[]>>,
  ): Promise<void>;
  ask(request: Partial<GetPayRequest>): Promise<GetPayReply>;
  readonly handlers: ReturnType<typeof pay.createHandlers>;
  close(): Promise<void>;
}

/** @param migrated a database to use instead of a SQLite file of its own; closed with the house. */
export async function openHouse(cacheEntries = 0, migrated?: Database): Promise<PayHouse> {
  const folder = await mkdtemp(join(tmpdir(), 'pay-test-'));
  const db = migrated ?? (await openSqlite({ file: join(folder, 'lmi.db') }));
  if (!migrated) await db.migrate();
  const releases = createReleaseStore(db);
  const handlers = pay.createHandlers({
    db,
    releases,
    cache: memoryCache({ maxEntries: cacheEntries }),
    reference: createReferenceSource(releases),
    log: { info() {}, warn() {}, error() {}, debug() {} } as never,
  });
  let checksum = 0;
  let checks: readonly CheckRecord[] = [];

  const stage = (
    dataset: string,
    edition: string,
    tables: readonly string[],
    fill: (
      sink: StageSink,
    ) => Promise<{ rowsRead: number; rowsRejected: number; valuesSuppressed: number; valuesMarked: number }>,
  ): Promise<ReleaseRecord> => {
    checksum += 1;
    const digest = checksum.toString(16).padStart(8, '0').padEnd(64, '0');
    return releases.stage({ dataset, edition, checksum: digest, sources: [], inputs: [], tables }, fill);
  };

  return {
    db,
    releases,
    handlers,
    get checks() {
      return checks;
    },
    async publish(importer, files = [], edition) {
      const { id, derived } = importer.card;
      const accepted = files.filter((file) => importer.accepts(file));
      const sources = derived ? undefined : await importer.open(accepted, edition);
      const tables = Object.keys(importer.tables);
      const staged = await stage(id, sources?.edition ?? 'derived', tables, async (sink) => {
        const summary = { rowsRead: 0, rowsRejected: 0, valuesSuppressed: 0, valuesMarked: 0 };
        const context = {
          sink,
          edition,
          progress: () => undefined,
          reject: () => void (summary.rowsRejected += 1),
          count: (suppressed: number, marked: number) => {
            summary.valuesSuppressed += suppressed;
            summary.valuesMarked += marked;
          },
          rowsRead: (rows: number) => void (summary.rowsRead += rows),
        };
        if (sources) await sources.load(context);
        else await importer.derive!(context);
        return summary;
      });
      checks = await db.read((reader) => importer.check(reader, staged.id));
      const checked = await releases.recordChecks(staged, checks, tables);
      return releases.publish(id, checked.version);
    },
    async publishRows(dataset, tables) {
      const staged = await stage(dataset, 'test', Object.keys(tables), async (sink) => {
        for (const [table, [columns, ...rows]] of Object.entries(tables)) {
          await sink.insert(table, columns as readonly string[], rows);
        }
        return { rowsRead: 0, rowsRejected: 0, valuesSuppressed: 0, valuesMarked: 0 };
      });
      const checked = await releases.recordChecks(staged, [], Object.keys(tables));
      await releases.publish(dataset, checked.version);
    },
    ask: (request) =>
      handlers.getPay(GetPayRequest.fromPartial(request), {
        traceId: '0'.repeat(32),
        deadline: Date.now() + 10_000,
      }),
    async close() {
      await db.close();
      await rm(folder, { recursive: true });
    },
  };
}

const units2010 = ['1115', '1116', '2133', '2134', '2135', '2136', '2137', '2139'];
const units2020 = ['1111', '1112', '2131', '2132', '2133', '2134', '2135', '2136', '2137', '2139'];

/** Dual-coded people of the occupations in the fixtures, rounded from the official relationship. */
const pairs: readonly (readonly [string, string, number])[] = [
  ['1115', '1111', 1479],
  ['1116', '1112', 217],
  ['2133', '2132', 3285],
  ['2134', '2131', 1337],
  ['2135', '2133', 2101],
  ['2136', '2134', 3934],
  ['2137', '2134', 480],
  ['2137', '2139', 81],
  ['2139', '2135', 204],
  ['2139', '2136', 369],
  ['2139', '2137', 297],
  ['2139', '2139', 2335],
];

export const regionCodes = [1, 2, 3, 4, 5, 6, 7, 8, 9]
  .map((n) => `E1200000${n}`)
  .concat('W92000004', 'S92000003');

/** Reference data and regional employment for the occupations in the fixtures, or for others in their place. */
export async function publishReference(
  house: PayHouse,
  codes: Readonly<Record<'soc2010' | 'soc2020', readonly string[]>> = {
    soc2010: units2010,
    soc2020: units2020,
  },
): Promise<void> {
  const groups = (classification: string, units: readonly string[]): SqlValue[][] => {
    const all = new Set(units.flatMap((unit) => [1, 2, 3, 4].map((length) => unit.slice(0, length))));
    const levels = ['major', 'sub-major', 'minor', 'unit'];
    return [...all].sort().map((code) => [classification, code, levels[code.length - 1]!, `Group ${code}`]);
  };
  const total = (column: 0 | 1, code: string): number =>
    pairs.filter((pair) => pair[column] === code).reduce((sum, pair) => sum + pair[2], 0);
  await house.publishRows('soc', {
    soc_group: [
      ['classification', 'code', 'level', 'title'],
      ...groups('soc2010', codes.soc2010),
      ...groups('soc2020', codes.soc2020),
    ],
    soc_crosswalk: [
      ['soc2010', 'soc2020', 'sex', 'people', 'share_of_2010', 'share_of_2020'],
      ...pairs.map(([from, to, people]): SqlValue[] => [
        from,
        to,
        'all',
        people,
        people / total(0, from),
        people / total(1, to),
      ]),
    ],
  });
  // One district per region is enough to place employment.
  const districts = regionCodes.map((region, index) => ({
    region,
    code: region.startsWith('E')
      ? `E0700000${index}`
      : `${region.slice(0, 1)}${region.startsWith('W') ? '06' : '12'}000001`,
  }));
  await house.publishRows('areas', {
    area: [
      ['code', 'name', 'type', 'parent'],
      ...regionCodes.map((code): SqlValue[] => [code, code, 'region', null]),
      ...districts.map(({ region, code }): SqlValue[] => [code, code, 'district', region]),
    ],
  });
  await house.publishRows('aps', {
    aps_cell: [
      ['area_type', 'area', 'soc', 'sex', 'working_pattern', 'year', 'employment', 'ci95', 'marker'],
      ...districts.flatMap(({ code }, index) =>
        ['11', '21'].flatMap((soc, group) =>
          [2020, 2021].map((year): SqlValue[] => {
            const employment = 10_000 + 1_000 * index * (group + 1) + 100 * (year - 2020);
            return ['district', code, soc, 'all', 'all', year, employment, null, ''];
          }),
        ),
      ),
    ],
  });
}
