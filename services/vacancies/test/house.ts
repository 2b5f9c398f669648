/** A real SQLite database with published releases, for the tests of this service. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryCache } from '@lmi/cache';
import {
  GetSurveyRequest,
  GetTrendsRequest,
  OccupationServiceDefinition,
  SearchAdvertsRequest,
  CodeTitlesReply,
  type GetSurveyReply,
  type GetTrendsReply,
  type SearchAdvertsReply,
} from '@lmi/contracts';
import { createReferenceSource, createReleaseStore, openSqlite } from '@lmi/data';
import { findSources, type DatasetImporter, type Rejection, type SourceFile } from '@lmi/importing';
import { InProcessCalls, LmiError, readConfig, type Config, type Handlers } from '@lmi/kit';
import type {
  CheckRecord,
  Database,
  Log,
  ReferenceSource,
  ReleaseRecord,
  ReleaseStore,
  SqlValue,
} from '@lmi/kit';
import { vacancies } from '../src';
import type { AskedSource } from '../src/connectors/source';
import { createHandlers } from '../src/handlers';

export const fixtures = join(__dirname, 'fixtures');
export const fixtureFiles = (): Promise<SourceFile[]> => findSources(fixtures);
export const importerOf = (id: string): DatasetImporter =>
  vacancies.importers.find(({ card }) => card.id === id)!;

type Tables = Readonly<Record<string, readonly [readonly string[], ...(readonly SqlValue[])[]]>>;

export interface HouseOptions {
  /** A migrated database instead of a new SQLite file. */
  readonly db?: Database;
  readonly settings?: Record<string, string>;
  /** Asked sources instead of those of the settings. */
  readonly sources?: readonly AskedSource[];
}

export interface House {
  readonly db: Database;
  readonly releases: ReleaseStore;
  readonly reference: ReferenceSource;
  readonly calls: InProcessCalls;
  readonly checks: readonly CheckRecord[];
  readonly rejections: readonly Rejection[];
  /** Lines of the log, as one text. */
  readonly logged: () => string;
  readonly log: Log;
  publish(importer: DatasetImporter, files: readonly SourceFile[]): Promise<ReleaseRecord>;
  publishRows(dataset: string, tables: Tables): Promise<void>;
  /** The same database with other settings or sources. */
  with(options: Omit<HouseOptions, 'db'>): House;
  trends(request: Partial<GetTrendsRequest>): Promise<GetTrendsReply>;
  survey(request: Partial<GetSurveyRequest>): Promise<GetSurveyReply>;
  adverts(request: Partial<SearchAdvertsRequest>): Promise<SearchAdvertsReply>;
  readonly handlers: ReturnType<typeof vacancies.createHandlers>;
  close(): Promise<void>;
}

/** Titles that the search of these tests knows. */
const titles: Readonly<Record<string, string>> = {
  plumber: '5315',
  'software developer': '2134',
  programmer: '2134',
  'chief executive': '1111',
};

/** A coder that knows few titles, and is the surer the more of the title they are. */
const coder: Pick<Handlers<typeof OccupationServiceDefinition>, 'codeTitles'> = {
  async codeTitles({ titles: asked }) {
    const codings = asked.map(({ title }) => {
      const words = title.toLowerCase();
      const found = Object.entries(titles).find(([known]) => words.includes(known));
      const choices = found ? [{ code: found[1], probability: 0.9, matchedTitle: found[0], title: '' }] : [];
      return { choices, refused: found ? '' : 'unknown-words' };
    });
    return CodeTitlesReply.fromPartial({ codings, release: 'soc-test' });
  },
};

export async function openHouse(options: HouseOptions = {}): Promise<House> {
  const folder = await mkdtemp(join(tmpdir(), 'vacancies-test-'));
  const db = options.db ?? (await openSqlite({ file: join(folder, 'lmi.db') }));
  if (!options.db) await db.migrate();
  const calls = new InProcessCalls();
  calls.register(OccupationServiceDefinition, coder as Handlers<typeof OccupationServiceDefinition>);
  const lines: string[] = [];
  const write = (...parts: unknown[]): void => {
    lines.push(
      parts
        .map((part) =>
          JSON.stringify(part, (_, value: unknown) =>
            value instanceof Error ? `${value.name} ${value.message} ${value.stack}` : value,
          ),
        )
        .join(' '),
    );
  };
  const log = { info: write, warn: write, error: write, debug: write } as unknown as Log;
  const releases = createReleaseStore(db);
  const reference = createReferenceSource(releases);
  let checks: readonly CheckRecord[] = [];
  const rejections: Rejection[] = [];
  let number = 0;
  const requestOf = (dataset: string, edition: string, tables: readonly string[]) => {
    number += 1;
    const checksum = number.toString(16).padStart(8, '0').padEnd(64, '0');
    return { dataset, edition, checksum, sources: [], inputs: [], tables };
  };
  const context = () => ({ traceId: '0'.repeat(32), deadline: Date.now() + 10_000 });

  const houseOf = ({ settings = {}, sources }: Omit<HouseOptions, 'db'>): House => {
    const config: Config = readConfig(settings as NodeJS.ProcessEnv);
    const dependencies = {
      db,
      releases,
      cache: memoryCache({ maxEntries: 0 }),
      reference,
      calls,
      config,
      log,
    };
    const handlers = sources
      ? createHandlers(dependencies, vacancies.importers, sources)
      : vacancies.createHandlers(dependencies);
    return {
      db,
      releases,
      reference,
      calls,
      handlers,
      rejections,
      log,
      logged: () => lines.join('\n'),
      get checks() {
        return checks;
      },
      async publish(importer, files) {
        const { id } = importer.card;
        const opened = await importer.open(
          files.filter((file) => importer.accepts(file)),
          undefined,
        );
        const tables = Object.keys(importer.tables);
        const staged = await releases.stage(requestOf(id, opened.edition, tables), async (sink) => {
          const summary = { rowsRead: 0, rowsRejected: 0, valuesSuppressed: 0, valuesMarked: 0 };
          await opened.load({
            sink,
            edition: undefined,
            progress: () => undefined,
            reject: (rejection) => rejections.push(rejection),
            count: () => undefined,
            rowsRead: (rows) => void (summary.rowsRead += rows),
          });
          return summary;
        });
        checks = await db.read((reader) => importer.check(reader, staged.id));
        const failed = checks.filter(({ passed }) => !passed);
        if (failed.length > 0) throw new LmiError('not-available', JSON.stringify(failed));
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
      with: houseOf,
      trends: (request) => handlers.getTrends(GetTrendsRequest.fromPartial(request), context()),
      survey: (request) => handlers.getSurvey(GetSurveyRequest.fromPartial(request), context()),
      adverts: (request) => handlers.searchAdverts(SearchAdvertsRequest.fromPartial(request), context()),
      async close() {
        await db.close();
        await rm(folder, { recursive: true });
      },
    };
  };
  return houseOf(options);
}

const level = (code: string): string => ['major', 'sub-major', 'minor', 'unit'][code.length - 1]!;
const prefixes = (units: readonly string[]): string[] => [
  ...new Set(units.flatMap((unit) => [1, 2, 3, 4].map((digits) => unit.slice(0, digits)))),
];

/** People of the dual-coded samples, invented but of the real shape: SOC 2010 2136 was split. */
const pairs: readonly (readonly [soc2010: string, soc2020: string, people: number])[] = [
  ['1115', '1111', 100],
  ['2135', '2135', 60],
  ['2135', '2134', 20],
  ['2136', '2134', 80],
  ['2136', '2136', 20],
  ['5314', '5315', 50],
];
const sumBy = (key: 0 | 1, code: string): number =>
  pairs.filter((pair) => pair[key] === code).reduce((sum, [, , people]) => sum + people, 0);

const groupsOf = (classification: string, units: readonly string[]): SqlValue[][] =>
  prefixes(units).map((code) => [classification, code, level(code), `Group ${code}`]);

export const socTables: Tables = {
  soc_group: [
    ['classification', 'code', 'level', 'title'],
    ...groupsOf('soc2020', ['1111', '2134', '2135', '2136', '5315']),
    ...groupsOf('soc2010', ['1115', '2135', '2136', '5314']),
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

export const areaTables: Tables = {
  area: [
    ['code', 'name', 'type', 'parent'],
    ['K02000001', 'United Kingdom', 'country', null],
    ['E92000001', 'England', 'nation', 'K02000001'],
    ['S92000003', 'Scotland', 'nation', 'K02000001'],
    ['N92000002', 'Northern Ireland', 'nation', 'K02000001'],
    ['E12000003', 'Yorkshire and The Humber', 'region', 'E92000001'],
    ['E12000007', 'London', 'region', 'E92000001'],
    ['E12000008', 'South East', 'region', 'E92000001'],
    ['E10000016', 'Kent', 'county', 'E92000001'],
    ['E07000110', 'Maidstone', 'district', 'E12000008'],
    ['E07000223', 'Adur', 'district', 'E12000008'],
    ['E08000003', 'Manchester', 'district', 'E12000002'],
    ['E08000035', 'Leeds', 'district', 'E12000003'],
    ['E09000006', 'Bromley', 'district', 'E12000007'],
    ['N09000009', 'Mid Ulster', 'district', 'N92000002'],
    ['S12000033', 'Aberdeen City', 'district', 'S92000003'],
    ['BC_LEP', 'Black Country', 'lep', 'E92000001'],
    ['LN_LEP', 'London Enterprise Panel', 'lep', 'E92000001'],
    ['GM_MCA', 'Greater Manchester', 'mca', 'E92000001'],
  ],
};

/** A house with everything that the fixtures hold. */
export async function openPublishedHouse(options: HouseOptions = {}): Promise<House> {
  const house = await openHouse(options);
  await house.publishRows('areas', areaTables);
  await house.publishRows('soc', socTables);
  const files = await fixtureFiles();
  for (const id of ['outcodes', 'vacancy-counts', 'vacancy-survey'])
    await house.publish(importerOf(id), files);
  return house;
}

export interface SampleRow {
  readonly number: number;
  readonly title: string;
  readonly outcode: string;
  readonly town: string;
  readonly soc: string;
  readonly confidence?: number;
  readonly posted?: number;
}

/** A file of sample adverts. */
export function sampleFile(rows: readonly SampleRow[]): SourceFile {
  const header = 'number,title,employer,outcode,town,posted,closes,salary,unit,wording,soc,confidence';
  const lines = rows.map(({ number, title, outcode, town, soc, confidence = 1, posted = number }) =>
    [
      `S${number}`,
      title,
      `Pebble ${number} Homes (made up)`,
      outcode,
      town,
      posted,
      9,
      30000,
      'GBP/year',
      0,
      soc,
      confidence,
    ].join(','),
  );
  const name = 'sample_advert.csv';
  return { name, path: name, read: async () => Buffer.from([header, ...lines].join('\n')) };
}
