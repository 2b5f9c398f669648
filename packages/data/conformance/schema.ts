import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Database } from '@lmi/kit';
import { openPrisma, type PrismaClient } from '../src';
import { opener, type FreshDatabase, type TestDatabase } from './target';

interface Column {
  readonly name: string;
  readonly type: 'Int' | 'Float' | 'String';
  readonly nullable: boolean;
}

interface Table {
  readonly columns: readonly Column[];
  readonly key: readonly string[];
}

const models = path.join(__dirname, '../prisma/models');

/** Holds the Prisma models against the migrated schema: neither is made from the other. */
export function schemaConformance(name: string, fresh: FreshDatabase): void {
  describe(`schema conformance: ${name}`, () => {
    const { keep, closeAll } = opener();
    let target: TestDatabase;
    let db: Database;
    let prisma: PrismaClient;

    beforeAll(async () => {
      target = await fresh();
      db = await keep(target.open());
      prisma = await openPrisma(target.address);
    });
    afterAll(async () => {
      await prisma.$disconnect();
      await closeAll();
    });

    it('has a model for every table with the same columns, nullability and key', async () => {
      const declared = readModels();
      const actual = await (db.engine === 'sqlite' ? sqliteTables(db) : mysqlTables(db));
      expect(Object.fromEntries(actual)).toEqual(Object.fromEntries(declared));
    });

    it('lets the generated client read and write every model', async () => {
      const clients = prisma as unknown as Record<string, { findMany(args: object): Promise<unknown[]> }>;
      for (const table of readModels().keys()) {
        const model = table.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
        expect(await clients[model]!.findMany({ take: 1 })).toEqual([]);
      }
      const made = await prisma.releaseEvent.create({
        data: { dataset: 'd', version: 'v', event: 'e', at: 'now' },
      });
      expect(await db.read((reader) => reader.all('SELECT * FROM release_event'))).toEqual([made]);
    });
  });
}

function readModels(): Map<string, Table> {
  const tables = new Map<string, Table>();
  const text = readdirSync(models).map((file) => readFileSync(path.join(models, file), 'utf8'));
  for (const [, body = ''] of text.join('\n').matchAll(/^model \w+ \{\n([\s\S]*?)^\}/gm)) {
    const names = new Map<string, string>();
    const columns: Column[] = [];
    let key: string[] = [];
    for (const line of body.split('\n')) {
      const [, field = '', type, optional, rest = ''] =
        /^ {2}(\w+) +(Int|Float|String)(\?)?(.*)$/.exec(line) ?? [];
      if (!field) continue;
      const column = /@map\("(\w+)"\)/.exec(rest)?.[1] ?? field;
      names.set(field, column);
      columns.push({ name: column, type: type as Column['type'], nullable: optional !== undefined });
      if (/@id\b/.test(rest)) key = [column];
    }
    const fields = /@@id\(\[(.*)\]\)/.exec(body)?.[1];
    if (fields) key = fields.split(', ').map((field) => names.get(field) ?? field);
    tables.set(/@@map\("(\w+)"\)/.exec(body)![1]!, { columns, key });
  }
  return tables;
}

const ownTable = 'schema_migration';

async function sqliteTables(db: Database): Promise<Map<string, Table>> {
  const types: Record<string, Column['type']> = { INTEGER: 'Int', REAL: 'Float', TEXT: 'String' };
  return db.read(async (reader) => {
    const tables = new Map<string, Table>();
    const names = await reader.all<{ name: string }>(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> ?`,
      [ownTable],
    );
    for (const { name } of names) {
      const columns = await reader.all<{ name: string; type: string; notnull: number; pk: number }>(
        'SELECT name, type, "notnull", pk FROM pragma_table_info(?) ORDER BY cid',
        [name],
      );
      tables.set(name, {
        columns: columns.map((column) => ({
          name: column.name,
          type: types[column.type]!,
          nullable: column.notnull === 0 && column.pk === 0,
        })),
        key: columns
          .filter((column) => column.pk > 0)
          .sort((a, b) => a.pk - b.pk)
          .map((column) => column.name),
      });
    }
    return tables;
  });
}

async function mysqlTables(db: Database): Promise<Map<string, Table>> {
  const types: Record<string, Column['type']> = {
    int: 'Int',
    double: 'Float',
    varchar: 'String',
    text: 'String',
    mediumtext: 'String',
  };
  return db.read(async (reader) => {
    const columns = await reader.all<{ t: string; name: string; type: string; nullable: string }>(
      `SELECT table_name AS t, column_name AS name, data_type AS type, is_nullable AS nullable
       FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name <> ? ORDER BY ordinal_position`,
      [ownTable],
    );
    const keys = await reader.all<{ t: string; name: string }>(
      `SELECT table_name AS t, column_name AS name FROM information_schema.statistics
       WHERE table_schema = DATABASE() AND index_name = 'PRIMARY' ORDER BY seq_in_index`,
    );
    return new Map(
      [...new Set(columns.map(({ t }) => t))].map((table) => [
        table,
        {
          columns: columns
            .filter(({ t }) => t === table)
            .map((column) => ({
              name: column.name,
              type: types[column.type]!,
              nullable: column.nullable === 'YES',
            })),
          key: keys.filter(({ t }) => t === table).map((key) => key.name),
        },
      ]),
    );
  });
}
