import { openMysql, createReleaseStore } from '@lmi/data';
import { startMariadb, type Mariadb } from '@lmi/data/testing';
import { createLog } from '@lmi/kit';
import { parse } from 'yaml';
import { awaitData } from '../src/await-data';
import { passwordNames } from '../src/commands/secrets';
import { importersInOrder } from '../src/targets';
import { runProgram } from '../../../tests/support/program';

let mariadb: Mariadb;
beforeAll(async () => {
  mariadb = await startMariadb();
});
afterAll(() => mariadb.stop());

const dataset = (id: string) => importersInOrder().filter(({ card }) => card.id === id);

describe('a target that waits for its data', () => {
  it('is let go on when the schema is there and each of its datasets has a release', async () => {
    const db = await openMysql({ primaryUrl: mariadb.readerUrl });
    const data = { db, releases: createReleaseStore(db), dataFolder: '' };
    const said: unknown[] = [];
    const log = Object.assign(createLog('silent'), {
      info: ({ missing }: { missing: string[] }) => said.push(missing),
    });
    let done = false;
    const waiting = awaitData(data, dataset('soc'), { isStopping: false }, log).then(() => (done = true));
    const untilSaid = async (...missing: string[]) => {
      while (String(said.at(-1)) !== String(missing)) await new Promise((resolve) => setTimeout(resolve, 50));
    };
    await untilSaid('a database with a schema');

    expect((await runProgram(['migrate'], { LMI_DATABASE_URL: mariadb.migratorUrl })).code).toBe(0);
    await untilSaid('soc');
    expect(done).toBe(false);

    expect((await runProgram(['import', 'soc'], { LMI_DATABASE_URL: mariadb.writerUrl })).code).toBe(0);
    await waiting;
    expect(done).toBe(true);
    await db.close();
  });

  it('is not held up when it is told to stop', async () => {
    const db = await openMysql({ primaryUrl: 'mysql://nobody:x@127.0.0.1:1/lmi' });
    const lifecycle = { isStopping: false };
    const waiting = awaitData(
      { db, releases: createReleaseStore(db), dataFolder: '' },
      dataset('soc'),
      lifecycle,
      createLog('silent'),
    );
    lifecycle.isStopping = true;
    await waiting;
    await db.close();
  });
});

describe('lmi migrate', () => {
  it('says that nothing is to be done, the second time', async () => {
    const { code, output } = await runProgram(['migrate'], { LMI_DATABASE_URL: mariadb.migratorUrl });
    expect([code, output]).toEqual([0, expect.stringContaining('the schema is current')]);
  });

  it('waits for a database as long as it is told, and then says what is wrong', async () => {
    const env = { LMI_DATABASE_URL: 'mysql://nobody:x@127.0.0.1:1/lmi' };
    const { code, output } = await runProgram(['migrate', '--wait', '1'], env);
    expect([code, output]).toEqual([1, expect.stringContaining('cannot be reached')]);
    expect((await runProgram(['migrate', '--wait', 'long'], env)).code).toBe(2);
  });
});

describe('lmi secrets', () => {
  it('prints a Secret with every password, other ones each time', async () => {
    const [one, other] = await Promise.all(
      [1, 2].map(async () => parse((await runProgram(['secrets', '--namespace', 'test'], {})).output)),
    );
    expect(one).toMatchObject({ kind: 'Secret', metadata: { name: 'lmi-passwords', namespace: 'test' } });
    expect(Object.keys(one.stringData)).toEqual([...passwordNames]);
    const all = [...Object.values(one.stringData), ...Object.values(other.stringData)];
    for (const password of all) expect(password).toMatch(/^[0-9a-f]{36}$/);
    expect(new Set(all).size).toBe(all.length);
  });
});
