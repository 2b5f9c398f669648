import type { Database } from '@lmi/kit';

/** An empty, migrated database of one engine, as a suite sees it. */
export interface TestDatabase {
  /** Opens it once more with the rights of an importer, as another process would. The suite closes it. */
  open(): Promise<Database>;
  /** The same with the right to change the schema. */
  openAsMigrator(): Promise<Database>;
  /** What `openDatabase` and `openPrisma` are given to reach it. */
  readonly address: { readonly url?: string; readonly file?: string };
}

/** @param options.migrated false leaves the database without tables. */
export type FreshDatabase = (options?: { migrated: boolean }) => Promise<TestDatabase>;

/** Opens databases for one suite and closes them after each test. */
export function opener(): { keep(db: Promise<Database>): Promise<Database>; closeAll(): Promise<void> } {
  let open: Database[] = [];
  return {
    keep: async (db) => {
      open.push(await db);
      return db;
    },
    closeAll: async () => {
      await Promise.all(open.map((db) => db.close()));
      open = [];
    },
  };
}
