import { readMigrations, splitStatements } from '../src';

it('has the same migrations on both engines', () => {
  const names = (engine: 'sqlite' | 'mysql') => readMigrations(engine).map(({ name }) => name);
  expect(names('mysql')).toEqual(names('sqlite'));
  expect(names('sqlite')[0]).toBe('0001_releases.sql');
});

it('can apply a MariaDB file twice, as each of its statements commits by itself', () => {
  for (const { sql } of readMigrations('mysql')) {
    for (const statement of splitStatements(sql)) expect(statement).toMatch(/^CREATE TABLE IF NOT EXISTS /);
  }
});

it('splits statements outside of quotes and comments only', () => {
  expect(
    splitStatements(`-- one; comment
      INSERT INTO a VALUES ('x;''y', "b;c", \`d;e\`, 4-3, 8/2); /* two;
      */ UPDATE a SET b = 1;;
      SELECT '--no', '/*no*/'`),
  ).toEqual([
    `INSERT INTO a VALUES ('x;''y', "b;c", \`d;e\`, 4-3, 8/2)`,
    'UPDATE a SET b = 1',
    `SELECT '--no', '/*no*/'`,
  ]);
});
