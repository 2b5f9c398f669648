import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { LmiError, type Database, type Reader } from '@lmi/kit';

export interface Migration {
  /** File name without folder: both engines have the same names. */
  readonly name: string;
  readonly checksum: string;
  readonly sql: string;
}

/** Beside both src and dist. */
const folder = path.join(__dirname, '..', 'migrations');

/** The migrations of an engine in the order they apply. */
export function readMigrations(engine: Database['engine'], from = folder): Migration[] {
  return readdirSync(path.join(from, engine))
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => {
      const sql = readFileSync(path.join(from, engine, name), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    });
}

/** Splits at semicolons outside of quotes and comments; comments are left out. */
export function splitStatements(sql: string): string[] {
  const parts = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|--[^\n]*|\/\*[\s\S]*?\*\/|;|[^'"`;/-]+|[/-]/g;
  const statements: string[] = [];
  let statement = '';
  for (const [part] of sql.matchAll(parts)) {
    if (part === ';') {
      statements.push(statement.trim());
      statement = '';
    } else if (!part.startsWith('--') && !part.startsWith('/*')) {
      statement += part;
    }
  }
  statements.push(statement.trim());
  return statements.filter((text) => text !== '');
}

/**
 * Applies the migrations that `schema_migration` does not name yet, each in a transaction, under a lock that
 * holds across processes. When there is nothing to do it only reads, so that a user without the right to make
 * tables may call it. On MariaDB a CREATE commits by itself: its files are written so that they can run twice.
 *
 * @param translate adapts the SQL text to the server at hand.
 * @returns names applied.
 * @throws LmiError conflict when a file that was applied has changed since or is gone, or when another process
 * migrates for longer than a minute.
 */
export async function applyMigrations(
  db: Database,
  migrations: readonly Migration[],
  translate: (sql: string) => string = (sql) => sql,
): Promise<string[]> {
  if (missing(await readApplied(db), migrations).length === 0) return [];
  return db.withLock('migrate', 60_000, async () => {
    await db.write((writer) =>
      writer.run(
        `CREATE TABLE IF NOT EXISTS schema_migration (
          name VARCHAR(191) NOT NULL PRIMARY KEY, checksum VARCHAR(64) NOT NULL, applied_at VARCHAR(32) NOT NULL)`,
      ),
    );
    const names: string[] = [];
    for (const { name, checksum, sql } of missing(await readApplied(db), migrations)) {
      await db.write(async (writer) => {
        for (const statement of splitStatements(translate(sql))) await writer.run(statement);
        await writer.run('INSERT INTO schema_migration (name, checksum, applied_at) VALUES (?, ?, ?)', [
          name,
          checksum,
          new Date().toISOString(),
        ]);
      });
      names.push(name);
    }
    return names;
  });
}

type Applied = readonly { name: string; checksum: string }[];

/** Read on the primary, as a replica may lag behind; the embedded engine has one file and a read waits for nobody. */
async function readApplied(db: Database): Promise<Applied> {
  const select = (reader: Reader) =>
    reader.all<Applied[number]>('SELECT name, checksum FROM schema_migration ORDER BY name');
  try {
    return await (db.engine === 'sqlite' ? db.read(select) : db.write(select));
  } catch (error) {
    // The driver's error may come from another realm, where `instanceof` does not know it.
    const { message = '' } = (error as { cause?: { message?: string } }).cause ?? {};
    if (/no such table|doesn't exist/.test(message)) return [];
    throw error;
  }
}

function missing(applied: Applied, migrations: readonly Migration[]): Migration[] {
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { name, checksum } of applied) {
    const migration = known.get(name);
    if (!migration) {
      throw new LmiError(
        'conflict',
        `The database has migration ${name}, which this program does not know; run a newer program.`,
      );
    }
    if (migration.checksum !== checksum) {
      throw new LmiError(
        'conflict',
        `Migration ${name} was changed after it was applied; add a new file instead.`,
      );
    }
  }
  const done = new Set(applied.map(({ name }) => name));
  return migrations.filter(({ name }) => !done.has(name));
}
