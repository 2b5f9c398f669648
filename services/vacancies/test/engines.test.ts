import { openMysql } from '@lmi/data';
import { startMariadb } from '@lmi/data/testing';
import { countQuality } from '@lmi/importing';
import { importerOf, openPublishedHouse, sampleFile, type House } from './house';

const sample = sampleFile(
  Array.from({ length: 40 }, (_, at) => ({
    number: at + 1,
    title: ['Plumber', 'Software Developer', 'Élan Manager', 'Chief Executive'][at % 4]!,
    outcode: ['BR1', 'SE9', 'LS1', 'AB10', 'TN1'][at % 5]!,
    town: `Town ${at}`,
    soc: ['5315', '2134', '', '1111'][at % 4]!,
    confidence: at % 4 === 2 ? 0.1 : 0.9,
  })),
);

test('imports and answers on MariaDB as on SQLite', async () => {
  const server = await startMariadb();
  const houses: House[] = [];
  try {
    const migrator = await openMysql({ primaryUrl: server.migratorUrl });
    await migrator.migrate();
    await migrator.close();
    houses.push(await openPublishedHouse());
    houses.push(await openPublishedHouse({ db: await openMysql({ primaryUrl: server.writerUrl }) }));
    const answers = [];
    for (const house of houses) {
      await house.publish(importerOf('sample-adverts'), [sample]);
      answers.push([
        await house.trends({ occupation: '2136' }),
        await house.trends({ occupation: '213', classification: 'soc2020' }),
        await house.trends({ occupation: 'all', area: 'BC_LEP' }),
        await house.survey({}),
        await house.adverts({ offset: 5, limit: 20 }),
        await house.adverts({ location: 'BR1', radius: 30 }),
        await house.adverts({ keywords: 'élan' }),
        await house.adverts({ occupation: '1111', classification: 'soc2020', location: 'Leeds' }),
        await house.db.read(async (reader) => {
          const { releases } = await house.reference.read(reader);
          const { figures } = importerOf('vacancy-counts');
          return countQuality(reader, releases.get('vacancy-counts')!.id, figures!);
        }),
        await house.handlers.listOutcodes({ outcodes: ['br1', 'ZZ9', 'TN1'] }, {} as never),
      ]);
    }
    expect(answers[1]).toEqual(answers[0]);
  } finally {
    for (const house of houses) await house.close();
    await server.stop();
  }
}, 180_000);
