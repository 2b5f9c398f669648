/** A stage in memory with the real tables: what an importer inserts can be read back with SQL. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { Reader, SqlValue, StageSink } from '@lmi/kit';
import type { ImportContext, Rejection } from '../src/dataset';

const migrations = join(__dirname, '../../data/migrations/sqlite');

export interface MemoryStage {
  readonly context: ImportContext;
  readonly reader: Reader;
  readonly releaseId: number;
  readonly rejections: Rejection[];
  readonly totals: { read: number; suppressed: number; marked: number; progress: number };
  /** Rows staged per table. */
  readonly inserted: Record<string, number>;
  /** Makes a staged release the one that serves for `dataset`, for checks against published reference data. */
  publish(dataset: string): void;
  /** A further release on the same database; it carries rows forward from this one. */
  next(): MemoryStage;
  close(): void;
}

export function memoryStage(edition?: string): MemoryStage {
  const db = new DatabaseSync(':memory:');
  for (const name of readdirSync(migrations).sort()) db.exec(readFileSync(join(migrations, name), 'utf8'));
  return stageOn(db, 1, edition);
}

function stageOn(db: DatabaseSync, releaseId: number, edition: string | undefined): MemoryStage {
  const reader: Reader = {
    all: async <T extends object>(sql: string, params: readonly SqlValue[] = []) =>
      db.prepare(sql).all(...(params as SQLInputValue[])) as T[],
    get: async <T extends object>(sql: string, params: readonly SqlValue[] = []) =>
      db.prepare(sql).get(...(params as SQLInputValue[])) as T | undefined,
  };
  const inserted: Record<string, number> = {};
  const rejections: Rejection[] = [];
  const totals = { read: 0, suppressed: 0, marked: 0, progress: 0 };
  const sink: StageSink = {
    releaseId,
    reader,
    async insert(table, columns, rows) {
      const marks = columns.map(() => '?').join(', ');
      const statement = db.prepare(
        `INSERT INTO ${table} (release_id, ${columns.join(', ')}) VALUES (?, ${marks})`,
      );
      db.exec('BEGIN');
      try {
        for await (const row of rows) {
          statement.run(releaseId, ...(row as SQLInputValue[]));
          inserted[table] = (inserted[table] ?? 0) + 1;
        }
        db.exec('COMMIT');
      } catch (error) {
        db.exec('ROLLBACK');
        throw error;
      }
    },
    async carryForward(table, key) {
      const columns = (db.prepare(`PRAGMA table_info(${table})`).all() as { name: string }[])
        .map(({ name }) => name)
        .filter((name) => name !== 'release_id');
      const same = key.map((column) => `staged.${column} = published.${column}`).join(' AND ');
      const { changes } = db
        .prepare(
          `INSERT INTO ${table} (release_id, ${columns.join(', ')}) SELECT ?, ${columns.join(', ')} ` +
            `FROM ${table} AS published WHERE release_id = ? AND NOT EXISTS ` +
            `(SELECT 1 FROM ${table} AS staged WHERE staged.release_id = ? AND ${same})`,
        )
        .run(releaseId, releaseId - 1, releaseId);
      return Number(changes);
    },
  };
  return {
    reader,
    releaseId,
    rejections,
    totals,
    inserted,
    context: {
      sink,
      edition,
      progress: (done) => (totals.progress = done),
      reject: (rejection) => rejections.push(rejection),
      count: (suppressed, marked) => {
        totals.suppressed += suppressed;
        totals.marked += marked;
      },
      rowsRead: (rows) => (totals.read += rows),
    },
    publish(dataset) {
      db.prepare('DELETE FROM release_pointer WHERE dataset = ?').run(dataset);
      db.prepare(
        'INSERT INTO release_pointer (dataset, release_id, version, moved_at) VALUES (?, ?, ?, ?)',
      ).run(dataset, releaseId, `${dataset}-test-${releaseId}`, '2025-01-01T00:00:00Z');
    },
    next: () => stageOn(db, releaseId + 1, edition),
    close: () => db.close(),
  };
}
