import { openMysql } from '@lmi/data';
import { startMariadb } from '@lmi/data/testing';
import type { House } from './house';
import { openPublishedHouse } from './house';

/** One question for every way that figures are looked up. */
const questions = [
  { occupation: '2134', classification: 'soc2020' },
  { occupation: '2136', breakdown: 'area' },
  { occupation: '21', classification: 'soc2020', breakdown: 'industry' },
  { occupation: '2134', classification: 'soc2020', breakdown: 'industry' },
  { occupation: 'all', breakdown: 'qualification' },
  { occupation: '2134', classification: 'soc2020', area: 'GL_LSIP', fallBack: true },
  { occupation: '2134', classification: 'soc2020', area: 'W06000015', fallBack: true },
  { occupation: '2134', classification: 'soc2020', area: 'N92000002' },
];

/** Sums may be added up in another order by the other engine: 12 digits are compared. */
function rounded(answer: unknown): unknown {
  return JSON.parse(
    JSON.stringify(answer, (_, value: unknown) =>
      typeof value === 'number' ? Number(value.toPrecision(12)) : value,
    ),
  );
}

test('imports, estimates and answers on MariaDB as on SQLite', async () => {
  const server = await startMariadb();
  const houses: House[] = [];
  try {
    const migrator = await openMysql({ primaryUrl: server.migratorUrl });
    await migrator.migrate();
    await migrator.close();
    houses.push(await openPublishedHouse());
    houses.push(await openPublishedHouse({ db: await openMysql({ primaryUrl: server.writerUrl }) }));
    for (const house of houses) {
      await house.publishRows('outcodes', {
        outcode: [
          ['outcode', 'latitude', 'longitude', 'town', 'place', 'area', 'district'],
          ['CF10', 51.47, -3.18, 'Butetown', 'Cardiff', 'W06000015', 'W06000015'],
        ],
      });
    }
    const answers = [];
    for (const house of houses) {
      const found = [];
      for (const question of questions) found.push(await house.ask(question));
      found.push(await house.askReplacement({ occupation: '2136' }));
      found.push(
        await house.askReplacement({ occupation: '63', classification: 'soc2020', area: 'E92000001' }),
      );
      for (const area of ['K02000001', 'E12000001', 'E06000055']) {
        const asked = {
          classification: 'soc2010',
          area,
          fallBack: true,
          minYear: undefined,
          maxYear: undefined,
        };
        const { handlers, context } = house;
        found.push(
          await handlers.getUnemployment({ ...asked, occupation: '2136', sex: '', age: '' }, context()),
          await handlers.getUnemployment(
            { ...asked, occupation: 'all', sex: 'female', age: '50+' },
            context(),
          ),
          await handlers.getAreaIndicators({ ...asked, indicators: [], minYear: 2023 }, context()),
          await handlers.getSkillsShortages({ ...asked, occupation: '2136' }, context()),
          await handlers.rankSkillsShortages({ area }, context()),
          await handlers.getResidentOccupations({ place: area }, context()),
          await handlers.getCommuting({ place: area }, context()),
        );
      }
      for (const place of ['CF10 3AT', '51.4,-3.2']) {
        found.push(await house.handlers.getResidentOccupations({ place }, house.context()));
      }
      answers.push(found);
    }
    expect(rounded(answers[1])).toEqual(rounded(answers[0]));
  } finally {
    for (const house of houses) await house.close();
    await server.stop();
  }
}, 180_000);
