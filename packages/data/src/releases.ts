import {
  invalidArgument,
  LmiError,
  notFound,
  type CheckRecord,
  type Database,
  type QualityCount,
  type Reader,
  type ReleaseRecord,
  type ReleaseSet,
  type ReleaseState,
  type ReleaseStore,
  type StageRequest,
  type StageSink,
  type StageSummary,
  type Writer,
} from '@lmi/kit';
import { checkName } from './rows';

export interface DataReleaseStore extends ReleaseStore {
  /** Every dataset's pointer, in one statement. */
  currentSet(reader: Reader): Promise<ReleaseSet>;
}

/** A dataset_release row joined with its pointer. */
interface ReleaseRow {
  id: number;
  dataset: string;
  version: string;
  edition: string;
  state: ReleaseState;
  checksum: string;
  sources: string;
  checks: string;
  inputs: string;
  rows_read: number;
  rows_loaded: number;
  rows_rejected: number;
  values_suppressed: number;
  values_marked: number;
  staged_at: string;
  published_at: string | null;
  current_id: number | null;
  quality: string | null;
}

const selectRelease = `SELECT r.*, p.release_id AS current_id, q.counts AS quality
  FROM dataset_release r
  LEFT JOIN release_pointer p ON p.dataset = r.dataset AND p.release_id = r.id
  LEFT JOIN release_quality q ON q.release_id = r.id`;

/** In one row: each row costs both ends more than its bytes do. No part of a pointer holds a blank or a comma. */
const selectPointers =
  "SELECT GROUP_CONCAT(dataset || ' ' || release_id || ' ' || version) AS pointers FROM release_pointer";

function readPointers(text: string): ReleaseSet {
  const pointers = text === '' ? [] : text.split(',');
  return new Map(
    pointers.map((pointer) => {
      const [dataset, id, version] = pointer.split(' ');
      return [dataset!, { id: Number(id), version: version! }];
    }),
  );
}

/** Editions are part of versions, which stand in addresses and in lists. */
const editionPattern = /^[\w.-]*$/;

/** Rows deleted per transaction: readers and other writers get their turn in between. */
const deleteChunk = 5000;
/** Staged rows that nobody checked within this time were left by a process that died. */
const abandonedMs = 60 * 60 * 1000;
const pointerWaitMs = 10_000;

/**
 * Releases in the database: rows carry their release's id as leading key, and one row of release_pointer per
 * dataset says which of them serve. Changes of a pointer take turns under a lock per dataset.
 */
export function createReleaseStore(db: Database): DataReleaseStore {
  return new SqlReleaseStore(db);
}

class SqlReleaseStore implements DataReleaseStore {
  readonly #db: Database;
  /** As read last: they seldom move, and every read asks for them. */
  #pointers: { readonly text: string; readonly set: ReleaseSet } = { text: '', set: new Map() };

  constructor(db: Database) {
    this.#db = db;
  }

  current(reader: Reader, dataset: string): Promise<{ id: number; version: string } | undefined> {
    return reader.get('SELECT release_id AS id, version FROM release_pointer WHERE dataset = ?', [dataset]);
  }

  async currentSet(reader: Reader): Promise<ReleaseSet> {
    const row = await reader.get<{ pointers: string | null }>(selectPointers);
    const text = row?.pointers ?? '';
    if (this.#pointers.text !== text) this.#pointers = { text, set: readPointers(text) };
    return this.#pointers.set;
  }

  async list(
    dataset?: string | readonly string[],
    which: 'all' | 'current' = 'all',
  ): Promise<ReleaseRecord[]> {
    const datasets = typeof dataset === 'string' ? [dataset] : dataset;
    if (datasets?.length === 0) return [];
    const conditions = [
      ...(datasets ? [`r.dataset IN (?${', ?'.repeat(datasets.length - 1)})`] : []),
      ...(which === 'current' ? ['p.release_id IS NOT NULL'] : []),
    ];
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    const rows = await this.#db.read((reader) =>
      reader.all<ReleaseRow>(`${selectRelease} ${where} ORDER BY r.dataset, r.id DESC`, datasets ?? []),
    );
    return rows.map(toRecord);
  }

  find(dataset: string, version: string): Promise<ReleaseRecord | undefined> {
    return this.#primary(async (reader) => {
      const row = await findRow(reader, dataset, version);
      return row && toRecord(row);
    });
  }

  findByChecksum(dataset: string, checksum: string): Promise<ReleaseRecord | undefined> {
    return this.#primary(async (reader) => {
      const row = await reader.get<ReleaseRow>(
        `${selectRelease} WHERE r.dataset = ? AND r.checksum = ? AND r.state <> 'retired' ORDER BY r.id DESC LIMIT 1`,
        [dataset, checksum],
      );
      return row && toRecord(row);
    });
  }

  stage(request: StageRequest, fill: (sink: StageSink) => Promise<StageSummary>): Promise<ReleaseRecord> {
    const { dataset, edition, checksum, tables } = request;
    if (!editionPattern.test(edition)) {
      const message = `edition: "${edition}" has characters other than letters, digits, dots, hyphens and underscores`;
      return Promise.reject(invalidArgument('edition', message));
    }
    const version = `${dataset}-${edition}-${checksum.slice(0, 8)}`;
    return this.#db.write(async (writer) => {
      await makeRoom(writer, dataset, version, tables);
      await writer.run(
        `INSERT INTO dataset_release (dataset, version, edition, state, checksum, sources, checks, inputs,
          rows_read, rows_loaded, rows_rejected, values_suppressed, values_marked, staged_at)
         VALUES (?, ?, ?, 'staged', ?, ?, '[]', ?, 0, 0, 0, 0, 0, ?)`,
        [
          dataset,
          version,
          edition,
          checksum,
          JSON.stringify(request.sources),
          JSON.stringify(request.inputs),
          new Date().toISOString(),
        ],
      );
      const { id } = await existing(writer, dataset, version);
      const before = await this.current(writer, dataset);
      const sink = new Sink(writer, id, before?.id, tables);
      const summary = await fill(sink);
      await writer.run(
        `UPDATE dataset_release SET rows_read = ?, rows_loaded = ?, rows_rejected = ?, values_suppressed = ?,
          values_marked = ? WHERE id = ?`,
        [
          summary.rowsRead,
          sink.loaded,
          summary.rowsRejected,
          summary.valuesSuppressed,
          summary.valuesMarked,
          id,
        ],
      );
      await recordEvent(writer, dataset, version, 'staged');
      return toRecord(await existing(writer, dataset, version));
    });
  }

  async recordChecks(
    release: ReleaseRecord,
    checks: readonly CheckRecord[],
    tables: readonly string[],
    quality?: readonly QualityCount[],
  ): Promise<ReleaseRecord> {
    const { dataset, version } = release;
    const record = await this.#locked(dataset, () =>
      this.#db.write(async (writer) => {
        const { id, state } = await existing(writer, dataset, version);
        if (state === 'retired') throw new LmiError('conflict', `${version} is retired: its rows are gone.`);
        // A published release goes on serving whatever a later check finds: taking it back is a decision.
        const passed = checks.every((check) => check.passed);
        const next = state === 'published' ? state : passed ? 'checked' : 'retired';
        await writer.run('UPDATE dataset_release SET checks = ?, state = ? WHERE id = ?', [
          JSON.stringify(checks),
          next,
          id,
        ]);
        if (quality) {
          await writer.run('REPLACE INTO release_quality (release_id, counts) VALUES (?, ?)', [
            id,
            JSON.stringify(quality),
          ]);
        }
        if (next !== state) await recordEvent(writer, dataset, version, passed ? 'checked' : 'check-failed');
        return toRecord(await existing(writer, dataset, version));
      }),
    );
    if (record.state === 'retired') await this.#deleteRows(record.id, tables);
    return record;
  }

  publish(dataset: string, version: string): Promise<ReleaseRecord> {
    return this.#locked(dataset, () =>
      this.#db.write(async (writer) => {
        const row = await existing(writer, dataset, version);
        if (row.current_id !== null) return toRecord(row);
        if (row.state !== 'checked' && row.state !== 'published') {
          throw new LmiError(
            'conflict',
            `${version} is ${row.state}; only a checked release can be published.`,
          );
        }
        await writer.run(`UPDATE dataset_release SET state = 'published', published_at = ? WHERE id = ?`, [
          await nextMoment(writer, dataset),
          row.id,
        ]);
        return this.#point(writer, row, 'published');
      }),
    );
  }

  rollback(dataset: string): Promise<ReleaseRecord> {
    return this.#locked(dataset, () =>
      this.#db.write(async (writer) => {
        const current = await this.current(writer, dataset);
        const before = current && (await predecessor(writer, dataset, current.id));
        if (!before) throw notFound(`${dataset} has no release before the one that serves.`, 'dataset');
        return this.#point(writer, before, 'rolled-back');
      }),
    );
  }

  async sweep(dataset: string, tables: readonly string[], keep: number): Promise<string[]> {
    const swept = await this.#locked(dataset, () =>
      this.#db.write(async (writer) => {
        const versions: string[] = [];
        for (const { id, version } of await superfluous(writer, dataset, keep)) {
          await writer.run(`UPDATE dataset_release SET state = 'retired' WHERE id = ?`, [id]);
          await recordEvent(writer, dataset, version, 'retired');
          versions.push(version);
        }
        return versions;
      }),
    );
    // All retired ones, not only these: an earlier sweep may have been stopped half way.
    const retired = await this.#primary((reader) =>
      reader.all<{ id: number }>(`SELECT id FROM dataset_release WHERE dataset = ? AND state = 'retired'`, [
        dataset,
      ]),
    );
    for (const { id } of retired) await this.#deleteRows(id, tables);
    return swept;
  }

  /** The one statement that changes what is served. */
  async #point(writer: Writer, { id, dataset, version }: ReleaseRow, event: string): Promise<ReleaseRecord> {
    await writer.run(
      'REPLACE INTO release_pointer (dataset, release_id, version, moved_at) VALUES (?, ?, ?, ?)',
      [dataset, id, version, new Date().toISOString()],
    );
    await recordEvent(writer, dataset, version, event);
    return toRecord(await existing(writer, dataset, version));
  }

  async #deleteRows(id: number, tables: readonly string[]): Promise<void> {
    for (const table of tables) {
      const sql = `DELETE FROM ${checkName(table)} WHERE release_id = ? LIMIT ${deleteChunk}`;
      let deleted: number;
      do {
        deleted = (await this.#db.write((writer) => writer.run(sql, [id]))).changes;
      } while (deleted === deleteChunk);
    }
  }

  #locked<T>(dataset: string, work: () => Promise<T>): Promise<T> {
    return this.#db.withLock(`release-${dataset}`, pointerWaitMs, work);
  }

  /** What was just written must be found, so a replica that lags cannot be asked; the embedded engine has none. */
  #primary<T>(work: (reader: Reader) => Promise<T>): Promise<T> {
    return this.#db.engine === 'sqlite' ? this.#db.read(work) : this.#db.write(work);
  }
}

class Sink implements StageSink {
  loaded = 0;
  readonly #writer: Writer;
  readonly #before: number | undefined;
  readonly #tables: readonly string[];

  constructor(
    writer: Writer,
    readonly releaseId: number,
    before: number | undefined,
    tables: readonly string[],
  ) {
    this.#writer = writer;
    this.#before = before;
    this.#tables = tables;
  }

  get reader(): Reader {
    return this.#writer;
  }

  async insert(
    table: string,
    columns: readonly string[],
    rows: Parameters<StageSink['insert']>[2],
  ): Promise<void> {
    this.#own(table);
    this.loaded += await this.#writer.insert(
      table,
      ['release_id', ...columns],
      withRelease(this.releaseId, rows),
    );
  }

  async carryForward(table: string, key: readonly string[]): Promise<number> {
    this.#own(table);
    if (this.#before === undefined) return 0;
    const sample = await this.#writer.get(`SELECT * FROM ${table} WHERE release_id = ? LIMIT 1`, [
      this.#before,
    ]);
    if (!sample) return 0;
    const columns = Object.keys(sample)
      .filter((column) => column !== 'release_id')
      .join(', ');
    const keys = key.map(checkName).join(', ');
    const { changes } = await this.#writer.run(
      `INSERT INTO ${table} (release_id, ${columns})
       SELECT ${this.releaseId}, ${columns} FROM ${table}
       WHERE release_id = ? AND (${keys}) NOT IN (SELECT ${keys} FROM ${table} WHERE release_id = ?)`,
      [this.#before, this.releaseId],
    );
    this.loaded += changes;
    return changes;
  }

  #own(table: string): void {
    if (!this.#tables.includes(checkName(table))) {
      throw new LmiError(
        'internal',
        `${table} is not among the tables of the dataset: ${this.#tables.join(', ')}.`,
      );
    }
  }
}

type Rows = Parameters<StageSink['insert']>[2];

function withRelease(id: number, rows: Rows): Rows {
  return Symbol.iterator in rows ? prefixed(id, rows) : prefixedLater(id, rows);
}

function* prefixed<V>(id: number, rows: Iterable<readonly V[]>): Generator<(V | number)[]> {
  for (const row of rows) yield [id, ...row];
}

async function* prefixedLater<V>(
  id: number,
  rows: AsyncIterable<readonly V[]>,
): AsyncGenerator<(V | number)[]> {
  for await (const row of rows) yield [id, ...row];
}

/** A release of the same content that was retired or never checked gives way; a kept one must not be doubled. */
async function makeRoom(
  writer: Writer,
  dataset: string,
  version: string,
  tables: readonly string[],
): Promise<void> {
  const row = await findRow(writer, dataset, version);
  if (!row) return;
  if (row.state === 'checked' || row.state === 'published') {
    throw new LmiError('conflict', `${version} is already there (${row.state}).`);
  }
  for (const table of tables)
    await writer.run(`DELETE FROM ${checkName(table)} WHERE release_id = ?`, [row.id]);
  await writer.run('DELETE FROM release_quality WHERE release_id = ?', [row.id]);
  await writer.run('DELETE FROM dataset_release WHERE id = ?', [row.id]);
}

function findRow(reader: Reader, dataset: string, version: string): Promise<ReleaseRow | undefined> {
  return reader.get(`${selectRelease} WHERE r.version = ? AND r.dataset = ?`, [version, dataset]);
}

async function existing(reader: Reader, dataset: string, version: string): Promise<ReleaseRow> {
  const row = await findRow(reader, dataset, version);
  if (!row) throw notFound(`${dataset} has no release "${version}".`, 'version');
  return row;
}

/** Published before the given one was, and its rows are still kept. */
function predecessor(reader: Reader, dataset: string, id: number): Promise<ReleaseRow | undefined> {
  return reader.get(
    `${selectRelease} WHERE r.dataset = ? AND r.state = 'published'
       AND r.published_at < (SELECT c.published_at FROM dataset_release c WHERE c.id = ?)
     ORDER BY r.published_at DESC LIMIT 1`,
    [dataset, id],
  );
}

/** Moments of publication differ, so that "published before" is an order also where clocks do not agree. */
async function nextMoment(reader: Reader, dataset: string): Promise<string> {
  const last = await reader.get<{ at: string | null }>(
    'SELECT MAX(published_at) AS at FROM dataset_release WHERE dataset = ?',
    [dataset],
  );
  const after = last?.at ? Date.parse(last.at) + 1 : 0;
  return new Date(Math.max(Date.now(), after)).toISOString();
}

/** Releases whose rows nobody needs: all but the newest, the one that serves, the one before, and fresh staging. */
async function superfluous(reader: Reader, dataset: string, keep: number): Promise<ReleaseRow[]> {
  const rows = await reader.all<ReleaseRow>(`${selectRelease} WHERE r.dataset = ? AND r.state <> 'retired'`, [
    dataset,
  ]);
  const current = rows.find((row) => row.current_id !== null);
  const before = current && (await predecessor(reader, dataset, current.id));
  const moment = (row: ReleaseRow) => row.published_at ?? row.staged_at;
  const newest = rows
    .filter((row) => row.state !== 'staged')
    .sort((a, b) => (moment(a) < moment(b) ? 1 : -1))
    .slice(0, keep);
  const kept = new Set([current?.id, before?.id, ...newest.map((row) => row.id)]);
  const abandoned = new Date(Date.now() - abandonedMs).toISOString();
  return rows.filter((row) => (row.state === 'staged' ? row.staged_at < abandoned : !kept.has(row.id)));
}

async function recordEvent(writer: Writer, dataset: string, version: string, event: string): Promise<void> {
  await writer.run('INSERT INTO release_event (dataset, version, event, at) VALUES (?, ?, ?, ?)', [
    dataset,
    version,
    event,
    new Date().toISOString(),
  ]);
}

function toRecord(row: ReleaseRow): ReleaseRecord {
  return {
    id: row.id,
    dataset: row.dataset,
    version: row.version,
    edition: row.edition,
    state: row.state,
    checksum: row.checksum,
    sources: JSON.parse(row.sources) as ReleaseRecord['sources'],
    checks: JSON.parse(row.checks) as ReleaseRecord['checks'],
    inputs: JSON.parse(row.inputs) as ReleaseRecord['inputs'],
    quality: JSON.parse(row.quality ?? '[]') as ReleaseRecord['quality'],
    rowsRead: row.rows_read,
    rowsLoaded: row.rows_loaded,
    rowsRejected: row.rows_rejected,
    valuesSuppressed: row.values_suppressed,
    valuesMarked: row.values_marked,
    stagedAt: row.staged_at,
    publishedAt: row.published_at,
    current: row.current_id !== null,
  };
}
