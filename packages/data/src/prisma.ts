import type { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import type { PrismaMariaDb } from '@prisma/adapter-mariadb';
import { LmiError } from '@lmi/kit';
import { parseAddress } from './address';
import type { PrismaClient } from './gen/sqlite/client';
import type { DatabaseOptions } from './open';

export type { PrismaClient } from './gen/sqlite/client';

interface Generated {
  PrismaClient: new (options: { adapter: object }) => PrismaClient;
}

/**
 * The typed client over the same tables, for commands, reports and tests: one model per table, both engines alike.
 * Its first query costs about 75 MB and a quarter of a second, so a serving process does not open it; nor does it
 * know the migrations, which are plain SQL. Close it with `$disconnect()`.
 */
export async function openPrisma({
  url,
  file,
}: Pick<DatabaseOptions, 'url' | 'file'>): Promise<PrismaClient> {
  /* eslint-disable @typescript-eslint/no-require-imports -- loaded only by who opens it */
  if (url) {
    const { PrismaMariaDb: Adapter } = require('@prisma/adapter-mariadb') as {
      PrismaMariaDb: typeof PrismaMariaDb;
    };
    const { PrismaClient: Client } = require('./gen/mysql/client') as Generated;
    return new Client({ adapter: new Adapter({ ...parseAddress(url), connectionLimit: 2 }) });
  }
  if (file) {
    const { PrismaBetterSqlite3: Adapter } = require('@prisma/adapter-better-sqlite3') as {
      PrismaBetterSqlite3: typeof PrismaBetterSqlite3;
    };
    const { PrismaClient: Client } = require('./gen/sqlite/client') as Generated;
    return new Client({ adapter: new Adapter({ url: `file:${file}` }) });
  }
  /* eslint-enable @typescript-eslint/no-require-imports */
  throw new LmiError('invalid-argument', 'A database needs an address (url) or a file.', { field: 'url' });
}
