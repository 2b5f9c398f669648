import { openMysql } from '@lmi/data';
import { startMariadb } from '@lmi/data/testing';
import { join } from 'node:path';
import { countQuality, findSources, type SourceFile } from '@lmi/importing';
import { fixtures, importerOf, openPublishedHouse, type House } from './house';

/** One question for every way that something is looked up. */
const questions: readonly (readonly [string, object])[] = [
  ['findCourses', { query: 'business', limit: 5 }],
  ['findCourses', { occupation: '2141', classification: 'soc2020' }],
  ['findCourses', { subject: 'CAH02', mode: 'full-time' }],
  ['getDestinations', { occupation: '2136', level: 1 }],
  ['getDestinations', { subjects: ['CAH11-01-06'], classification: 'soc2010' }],
  ['getDestinations', { subjects: ['CAH10-01-02'] }],
  ['listSubjects', { level: 2 }],
  ['findApprenticeships', { query: 'plumbing' }],
  ['findApprenticeships', { occupation: '5314' }],
  ['getLearning', { occupation: '2141', classification: 'soc2020' }],
];

test('imports, pools and answers on MariaDB as on SQLite', async () => {
  const server = await startMariadb();
  const houses: House[] = [];
  try {
    const files: SourceFile[] = [];
    for (const folder of ['csv', 'xml', 'subjects', 'apprenticeships']) {
      files.push(...(await findSources(join(fixtures, folder))));
    }
    const migrator = await openMysql({ primaryUrl: server.migratorUrl });
    await migrator.migrate();
    await migrator.close();
    houses.push(await openPublishedHouse(files));
    houses.push(await openPublishedHouse(files, await openMysql({ primaryUrl: server.writerUrl })));
    const answers = [];
    for (const house of houses) {
      const found: unknown[] = [];
      for (const [name, request] of questions) found.push(await house.call(name as never, request));
      const { courses } = await house.call('findCourses', { limit: 5 });
      for (const { id } of courses) found.push(await house.call('getCourse', { id }));
      for (const { dataset, id } of await house.releases.list()) {
        const figures = importerOf(dataset)?.figures;
        if (figures) found.push(await house.db.read((reader) => countQuality(reader, id, figures)));
      }
      // Sums may be added up in another order by the other engine: 12 digits are compared.
      answers.push(
        JSON.parse(
          JSON.stringify(found, (_, value: unknown) =>
            typeof value === 'number' ? Number(value.toPrecision(12)) : value,
          ),
        ),
      );
    }
    expect(answers[1]).toEqual(answers[0]);
  } finally {
    for (const house of houses) await house.close();
    await server.stop();
  }
}, 180_000);
