/** A database of its own with published releases, for tests of the importers and handlers. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryCache } from '@lmi/cache';
import { createReferenceSource, createReleaseStore, openSqlite } from '@lmi/data';
import {
  readBundle,
  type DatasetImporter,
  type ImportContext,
  type Rejection,
  type SourceFile,
} from '@lmi/importing';
import type {
  CallContext,
  CheckRecord,
  Database,
  ReleaseRecord,
  ReleaseStore,
  SqlValue,
  StageSink,
} from '@lmi/kit';
import { courses } from '../src';

export const fixtures = join(__dirname, 'fixtures');
const bundled = join(__dirname, '../../../data');

export const importerOf = (id: string): DatasetImporter =>
  courses.importers.find(({ card }) => card.id === id)!;

type Handlers = ReturnType<typeof courses.createHandlers>;

export interface House {
  readonly db: Database;
  readonly releases: ReleaseStore;
  readonly handlers: Handlers;
  readonly rejections: readonly Rejection[];
  readonly totals: { read: number; suppressed: number; marked: number };
  /** Stages, checks and publishes one dataset, as the import command does. */
  publish(importer: DatasetImporter, files?: readonly SourceFile[]): Promise<ReleaseRecord>;
  /** Publishes a dataset of another service from the bundled extract. */
  publishBundled(dataset: string): Promise<void>;
  /** Calls a handler by name with a part of its request. */
  call<N extends keyof Handlers>(name: N, request: object): Promise<Awaited<ReturnType<Handlers[N]>>>;
  close(): Promise<void>;
}

const empty: Readonly<Record<string, unknown>> = {
  query: '',
  provider: '',
  subject: '',
  subjects: [],
  mode: '',
  occupation: '',
  classification: '',
  limit: 0,
  cursor: '',
  level: 0,
  id: '',
  withDestinations: false,
  dataset: '',
  currentOnly: false,
};

/** @param migrated a database to use instead of a SQLite file of its own; closed with the rest. */
export async function openHouse(migrated?: Database): Promise<House> {
  const folder = await mkdtemp(join(tmpdir(), 'lmi-courses-'));
  const db = migrated ?? (await openSqlite({ file: join(folder, 'lmi.db') }));
  if (!migrated) await db.migrate();
  const releases = createReleaseStore(db);
  const handlers = courses.createHandlers({
    db,
    releases,
    cache: memoryCache({ maxEntries: 100 }),
    reference: createReferenceSource(releases),
    log: { info() {}, warn() {}, error() {}, debug() {} } as never,
  });
  const rejections: Rejection[] = [];
  const totals = { read: 0, suppressed: 0, marked: 0 };
  let number = 0;
  const requestOf = (dataset: string, edition: string, tables: readonly string[]) => {
    number += 1;
    const checksum = number.toString(16).padStart(8, '0').padEnd(64, '0');
    return { dataset, edition, checksum, sources: [], inputs: [], tables };
  };
  const publishRows = async (
    dataset: string,
    edition: string,
    tables: readonly string[],
    fill: (sink: StageSink) => Promise<void>,
    check: (releaseId: number) => Promise<readonly CheckRecord[]>,
  ): Promise<ReleaseRecord> => {
    const staged = await releases.stage(requestOf(dataset, edition, tables), async (sink) => {
      await fill(sink);
      return { rowsRead: 1, rowsRejected: 0, valuesSuppressed: 0, valuesMarked: 0 };
    });
    const checks = await check(staged.id);
    const failed = checks.filter(({ passed }) => !passed);
    if (failed.length > 0) throw new Error(`checks of ${dataset}: ${JSON.stringify(failed, null, 1)}`);
    const checked = await releases.recordChecks(staged, checks, tables);
    return releases.publish(dataset, checked.version);
  };
  return {
    db,
    releases,
    handlers,
    rejections,
    totals,
    async publish(importer, files = []) {
      const { id, derived } = importer.card;
      const accepted = files.filter((file) => importer.accepts(file));
      const sources = derived ? undefined : await importer.open(accepted, undefined);
      return publishRows(
        id,
        sources?.edition ?? 'derived',
        Object.keys(importer.tables),
        async (sink) => {
          const context: ImportContext = {
            sink,
            edition: undefined,
            progress: () => undefined,
            reject: (rejection) => rejections.push(rejection),
            count: (suppressed, marked) => {
              totals.suppressed += suppressed;
              totals.marked += marked;
            },
            rowsRead: (rows) => (totals.read += rows),
          };
          if (sources) await sources.load(context);
          else await importer.derive!(context);
        },
        (releaseId) => db.read((reader) => importer.check(reader, releaseId)),
      );
    },
    async publishBundled(dataset) {
      const bundle = await readBundle(join(bundled, dataset));
      const tables = Object.keys(bundle.tables);
      await publishRows(
        dataset,
        bundle.release.edition,
        tables,
        async (sink) => {
          for (const [table, { columns }] of Object.entries(bundle.tables)) {
            await sink.insert(table, Object.keys(columns), bundle.rows(table) as AsyncIterable<SqlValue[]>);
          }
        },
        async () => [{ name: 'test', passed: true, detail: '' }],
      );
    },
    call: (name, request) =>
      (handlers[name] as (request: object, context: CallContext) => Promise<never>)(
        { ...empty, ...request },
        { traceId: '0'.repeat(32), deadline: Date.now() + 60_000 },
      ),
    async close() {
      await db.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Everything that the answers need, from the given files. */
export async function openPublishedHouse(files: readonly SourceFile[], migrated?: Database): Promise<House> {
  const house = await openHouse(migrated);
  for (const dataset of ['soc', 'areas']) await house.publishBundled(dataset);
  for (const importer of courses.importers) await house.publish(importer, files);
  return house;
}
