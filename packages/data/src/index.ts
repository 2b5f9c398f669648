export { toLmiError } from './errors';
export { readMigrations, splitStatements, type Migration } from './migrate';
export { openDatabase, openMysql, openSqlite, type DatabaseOptions } from './open';
export type { MysqlOptions } from './mysql';
export { openPrisma, type PrismaClient } from './prisma';
export { createReferenceSource } from './reference';
export { createReleaseStore, type DataReleaseStore } from './releases';
export type { SqliteOptions } from './sqlite';
export { releaseWatcher, type ReleaseWatcher } from './watcher';
