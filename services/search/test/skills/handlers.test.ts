import { openMysql } from '@lmi/data';
import { startMariadb } from '@lmi/data/testing';
import type { CallContext, SqlValue } from '@lmi/kit';
import { areasImporter, socImporter } from '../../src/importers';
import { search } from '../../src/service';
import {
  escoImporter,
  occupationSkillsImporter,
  onetImporter,
  onetLinkImporter,
} from '../../src/skills/importers';
import { openPublished, type Published } from '../published';

const context: CallContext = { traceId: '0'.repeat(32), deadline: Infinity };

const group = (classification: string, code: string, title: string): SqlValue[] => [
  classification,
  code,
  ['major', 'sub-major', 'minor', 'unit'][code.length - 1]!,
  title,
  null,
  null,
  null,
  null,
];

const socRows = {
  soc_group: [
    group('soc2010', '5', 'Trades'),
    group('soc2010', '5314', 'Plumbers (2010)'),
    group('soc2010', '9111', 'Farm workers (2010)'),
    group('soc2020', '5', 'Trades'),
    group('soc2020', '5315', 'Plumbers'),
    group('soc2020', '5319', 'Builders'),
    group('soc2020', '9111', 'Farm workers'),
    group('soc2020', '3311', 'Soldiers'),
  ],
  soc_index_entry: [],
  soc_crosswalk: [
    ['5314', '5315', 'all', 900, 0.9, 1],
    ['5314', '5319', 'all', 100, 0.1, 1],
    ['9111', '9111', 'all', 500, 1, 1],
    ['9111', '3311', 'all', 1, 0.002, 1],
  ] as SqlValue[][],
};

const rating = (onet: string, element: string, im: number, lv: number, flags = ''): SqlValue[] => [
  onet,
  element,
  im,
  0.25,
  flags.includes('R') ? '' : flags,
  lv,
  0.5,
  flags,
  8,
  'Analyst',
  '2021-08',
];
const interest = (onet: string, element: string, scale: string, value: number): SqlValue[] => [
  onet,
  element,
  scale,
  value,
  'Analyst',
  '2023-02',
];

const onetRows = {
  onet_occupation: [
    ['45-2092.00', 'Farmworkers'],
    ['47-2061.00', 'Construction Laborers'],
    ['47-2152.00', 'Plumbers'],
    ['55-3019.00', 'Military'],
  ],
  onet_element: [
    ['1.B.1.a', 'Realistic', 'interests', '30.2'],
    ['1.B.1.g', 'First Interest High-Point', 'interests', '30.2'],
    ['2.A.1.a', 'Reading Comprehension', 'skills', '29.0'],
    ['2.B.3.l', 'Repairing', 'skills', '29.0'],
    ['2.C.3.d', 'Building and Construction', 'knowledge', '29.0'],
  ],
  onet_rating: [
    rating('45-2092.00', '2.A.1.a', 1.5, 1),
    rating('45-2092.00', '2.B.3.l', 2, 1.5),
    rating('45-2092.00', '2.C.3.d', 2, 0.5, 'R'),
    rating('47-2061.00', '2.A.1.a', 2, 2),
    rating('47-2061.00', '2.B.3.l', 3, 2, 'S'),
    rating('47-2061.00', '2.C.3.d', 4.5, 4),
    rating('47-2152.00', '2.A.1.a', 3, 3),
    rating('47-2152.00', '2.B.3.l', 4, 4),
    rating('47-2152.00', '2.C.3.d', 4, 4),
  ],
  onet_interest: [
    interest('47-2152.00', '1.B.1.a', 'OI', 7),
    interest('47-2152.00', '1.B.1.g', 'IH', 1),
    interest('47-2061.00', '1.B.1.a', 'OI', 6),
    interest('45-2092.00', '1.B.1.a', 'OI', 5),
  ],
};

const linkRows = {
  onet_link: [
    ['3311', '55-3019.00', 1, 1, 0],
    ['5315', '47-2152.00', 0.75, 0.5, 3],
    ['5315', '47-2061.00', 0.25, 0.5, 0],
    ['5319', '47-2061.00', 1, 1, 2],
    ['9111', '45-2092.00', 1, 1, 4],
  ],
  isco_link: [
    ['5315', '7126', 0.8, 8],
    ['5315', '7115', 0.2, 2],
  ],
};

const escoRows = {
  esco_group: [
    ['7115', 'Carpenters and joiners'],
    ['7126', 'Plumbers and pipe fitters'],
  ],
  esco_skill_group: [
    ['S1.2', 'liaising and networking', 'S1'],
    ['S8.7', 'repairing mechanical equipment', 'S8'],
  ],
  esco_share: [
    ['7126', 'S8.7', 2, 1],
    ['7126', 'S1.2', 1, 0],
  ],
};

async function publish(place: Published, shares = true): Promise<void> {
  await place.publishRows(socImporter, socRows);
  await place.publishRows(areasImporter, {
    area: [['K02000001', 'United Kingdom', 'country', null]],
    area_membership: [],
  });
  await place.publishRows(onetImporter, onetRows);
  await place.publishRows(onetLinkImporter, linkRows);
  await place.publishRows(escoImporter, shares ? escoRows : { ...escoRows, esco_share: [] });
  await place.publishDerived(occupationSkillsImporter);
}

const ask = (place: Published) => {
  const service = search.createHandlers(place);
  return {
    service,
    skills: (code: string, classification = 'soc2020', domains: string[] = []) =>
      service.getOccupationSkills(
        { code, classification, domains, ratingsOnly: false, mostImportant: 0 },
        context,
      ),
    match: (ratings: [string, string, number][], classification = 'soc2020') =>
      service.matchOccupations(
        {
          ratings: ratings.map(([element, kind, value]) => ({ element, kind, value, weight: 0 })),
          classification,
          limit: 0,
          reasons: 5,
        },
        context,
      ),
  };
};

describe('skills', () => {
  let place: Published;
  let asked: ReturnType<typeof ask>;
  beforeAll(async () => {
    place = await openPublished();
    await publish(place);
    asked = ask(place);
  });
  afterAll(() => place.close());

  test('come without their links, and the highest of each domain alone, when no more is asked', async () => {
    const whole = await asked.skills('5315');
    const few = await asked.service.getOccupationSkills(
      { code: '5315', classification: 'soc2020', domains: [], ratingsOnly: true, mostImportant: 1 },
      context,
    );
    expect(few).toMatchObject({
      onetLinks: [],
      escoGroups: [],
      escoSkillGroups: [],
      coverage: whole.coverage,
    });
    const domainsOf = (reply: typeof whole) => new Set(reply.ratings.map(({ element }) => element!.domain));
    expect(few.ratings).toHaveLength(domainsOf(whole).size);
    expect(few.ratings.length).toBeLessThan(whole.ratings.length);
    for (const { element, importance } of few.ratings) {
      const others = whole.ratings.filter((rating) => rating.element!.domain === element!.domain);
      expect(importance!.value).toBe(Math.max(...others.map((rating) => rating.importance!.value ?? 0)));
    }
  });

  test('come with their occupation in one call, each with an error of its own', async () => {
    const both = (code: string, domains: string[] = []) =>
      asked.service.getOccupationParts(
        {
          occupation: { code, classification: '' },
          skills: { code, classification: 'soc2020', domains, ratingsOnly: false, mostImportant: 0 },
        },
        context,
      );
    const { occupation, skills } = await both('5315');
    expect(occupation!.value).toMatchObject({ code: '5315', classification: 'soc2020' });
    expect(skills!.value).toEqual(await asked.skills('5315'));
    const halved = await both('5315', ['charm']);
    expect(halved.occupation).toEqual(occupation);
    expect(halved.skills).toMatchObject({ value: undefined, error: { code: 'invalid-argument' } });
  });

  test('are weighted means of the linked occupations', async () => {
    const { ratings, onetLinks, escoGroups, coverage } = await asked.skills('5315');
    const reading = ratings.find(({ element }) => element!.id === '2.A.1.a')!;
    expect(reading.importance).toMatchObject({
      value: 2.75,
      unit: 'importance 1-5',
      marks: ['modelled'],
      period: '2021',
      release: expect.stringMatching(/^occupation-skills-/),
    });
    expect(reading.level).toMatchObject({ value: 2.75, unit: 'level 0-7', marks: ['modelled'] });
    expect(ratings.find(({ element }) => element!.id === '1.B.1.a')).toMatchObject({
      importance: { value: 6.75, unit: 'interest 1-7' },
      level: undefined,
    });
    // The suppressed value of the one is left out, that of the other stays.
    expect(ratings.find(({ element }) => element!.id === '2.B.3.l')!.importance!.value).toBe(4);
    expect(onetLinks.map(({ code, weight, rated }) => [code, weight, rated])).toEqual([
      ['47-2152.00', 0.75, true],
      ['47-2061.00', 0.25, true],
    ]);
    expect(escoGroups.map(({ code, title, weight }) => [code, title, weight])).toEqual([
      ['7126', 'Plumbers and pipe fitters', 0.8],
      ['7115', 'Carpenters and joiners', 0.2],
    ]);
    expect(coverage).toBe(1);
  });

  test('of ESCO are shares of the groups that have relations', async () => {
    const { escoSkillGroups } = await asked.skills('5315');
    expect(escoSkillGroups).toMatchObject([
      { code: 'S8.7', name: 'repairing mechanical equipment', share: { value: 75, unit: 'percent' } },
      { code: 'S1.2', share: { value: 25, marks: ['modelled'] } },
    ]);
  });

  test('say where a level means nothing', async () => {
    const { ratings } = await asked.skills('9111', 'soc2020', ['knowledge']);
    expect(ratings).toMatchObject([
      {
        importance: { value: 2 },
        level: { marks: ['modelled', 'not-applicable'] },
      },
    ]);
    expect(ratings[0]!.level!.value).toBeUndefined();
  });

  test('of a SOC 2010 occupation and of a wider group weigh unit groups by people', async () => {
    const reading = async (code: string, classification: string) =>
      (await asked.skills(code, classification, ['skills'])).ratings[0]!.importance!.value;
    expect(await reading('5314', 'soc2010')).toBeCloseTo(0.9 * 2.75 + 0.1 * 2);
    expect(await reading('5', 'soc2020')).toBeCloseTo(0.9 * 2.75 + 0.1 * 2);
    // A code of both classifications is SOC 2010 when nothing is said.
    expect(await reading('9111', '')).toBeCloseTo(1.5);
  });

  test('are empty where no linked occupation is rated, and the links say so', async () => {
    const { ratings, onetLinks, coverage } = await asked.skills('3311');
    expect([ratings, coverage]).toEqual([[], 0]);
    expect(onetLinks).toMatchObject([{ code: '55-3019.00', rated: false }]);
  });

  test('of one unit group cost one read of the ratings', async () => {
    await asked.skills('5315');
    const before = place.db.statements;
    await asked.skills('5319');
    // Pointers, ratings, shares of ESCO.
    expect(place.db.statements - before).toBeLessThanOrEqual(3);
  });

  test('of an O*NET occupation are the source, with its error', async () => {
    const reply = await asked.service.getOnetRatings({ code: '47-2152.00', domains: [] }, context);
    expect(reply).toMatchObject({
      title: 'Plumbers',
      highPoints: [{ id: '1.B.1.g', value: 1 }],
      release: expect.stringMatching(/^onet-/),
    });
    const reading = reply.ratings.find(({ element }) => element!.id === '2.A.1.a')!;
    expect(reading.importance).toMatchObject({ value: 3, marks: [], period: '2021-08' });
    expect(reading.importance!.lower).toBeCloseTo(3 - 1.96 * 0.25);
    expect(reading.importance!.cv).toBeCloseTo(25 / 3);
    const suppressed = await asked.service.getOnetRatings(
      { code: '47-2061.00', domains: ['skills'] },
      context,
    );
    expect(suppressed.ratings.find(({ element }) => element!.id === '2.B.3.l')!.level).toMatchObject({
      value: 2,
      marks: ['unreliable'],
    });
    await expect(
      asked.service.getOnetRatings({ code: '11-1011.00', domains: [] }, context),
    ).rejects.toMatchObject({
      code: 'not-found',
    });
    await expect(asked.service.getOnetRatings({ code: '11', domains: [] }, context)).rejects.toMatchObject({
      code: 'invalid-argument',
      field: 'code',
    });
  });

  test('are listed without what nobody could rate', async () => {
    const { elements } = await asked.service.listElements({ domains: ['interests'] }, context);
    expect(elements.map(({ id }) => id)).toEqual(['1.B.1.a']);
    await expect(asked.service.listElements({ domains: ['talents'] }, context)).rejects.toMatchObject({
      validValues: expect.arrayContaining(['skills', 'interests']),
    });
  });

  test('lead from SOC to O*NET and back', async () => {
    const links = async (codes: string[], classification: string, fromOnet = false) =>
      (await asked.service.listOnetLinks({ codes, classification, fromOnet }, context)).links;
    expect((await links(['5314'], ''))[0]).toMatchObject({
      classification: 'soc2010',
      links: [
        { code: '47-2152.00', title: 'Plumbers' },
        { code: '47-2061.00', title: 'Construction Laborers' },
      ],
    });
    const [laborers, unknown] = await links(['47-2061.00', '99-9999.00'], 'soc2020', true);
    // 0.25 of 900 plumbers, 1 of 100 builders.
    expect(laborers!.links.map(({ code }) => code)).toEqual(['5315', '5319']);
    expect(laborers!.links[0]!.weight).toBeCloseTo(225 / 325);
    expect(unknown!.links).toEqual([]);
    await expect(links(['1111'], '')).rejects.toMatchObject({ code: 'not-found' });
    await expect(links([], '')).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  test('rank occupations, with reasons and what could not be ranked', async () => {
    const { matches, unrated } = await asked.match([
      ['2.B.3.l', 'can', 5],
      ['2.A.1.a', 'can', 5],
      ['1.B.1.a', 'like', 5],
    ]);
    expect(matches.map(({ code }) => code)).toEqual(['5315', '5319', '9111']);
    expect(matches[0]).toMatchObject({ title: 'Plumbers', compared: 3, score: 1 });
    expect(matches[0]!.reasons[0]).toMatchObject({ element: { name: expect.any(String) }, yours: 5, fit: 1 });
    expect(unrated).toEqual(['3311']);
    const old = await asked.match([['2.C.3.d', 'like', 1]], 'soc2010');
    expect(old.matches.map(({ code }) => code)).toEqual(['9111', '5314']);
  });

  test.each([
    [[['9.Z', 'like', 3]], 'there is no element "9.Z"'],
    [[['2.A.1.a', 'need', 3]], 'unknown kind "need"'],
    [[['2.A.1.a', 'can', 0]], 'is rated 0; expected 1 to 5'],
    [[['1.B.1.a', 'can', 3]], 'is an interest'],
    [[], 'expected 1 to 400 ratings'],
  ] as [[string, string, number][], string][])('refuse %j', async (ratings, message) => {
    await expect(asked.match(ratings)).rejects.toMatchObject({
      code: 'invalid-argument',
      field: 'ratings',
      message: expect.stringContaining(message),
    });
  });

  test('go over to a new release at once', async () => {
    const changed = {
      ...onetRows,
      onet_rating: onetRows.onet_rating.map((row) =>
        row[0] === '45-2092.00' && row[1] === '2.A.1.a' ? rating('45-2092.00', '2.A.1.a', 5, 7) : row,
      ),
    };
    const before = await asked.match([['2.A.1.a', 'like', 5]]);
    expect(before.matches[0]!.code).not.toBe('9111');
    await place.publishRows(onetImporter, changed);
    await place.publishDerived(occupationSkillsImporter);
    const after = await asked.match([['2.A.1.a', 'like', 5]]);
    expect(after.matches[0]!.code).toBe('9111');
    expect(after.release).not.toBe(before.release);
  });
});

test('without ratings say which dataset is missing', async () => {
  const place = await openPublished();
  await place.publishRows(socImporter, socRows);
  await place.publishRows(areasImporter, {
    area: [['K02000001', 'United Kingdom', 'country', null]],
    area_membership: [],
  });
  await expect(ask(place).skills('5315')).rejects.toMatchObject({
    code: 'not-available',
    message: expect.stringContaining('occupation-skills'),
  });
  await place.close();
});

test('skills answer from MariaDB as from SQLite', async () => {
  const server = await startMariadb();
  const migrator = await openMysql({ primaryUrl: server.migratorUrl });
  await migrator.migrate();
  await migrator.close();
  const places = [
    await openPublished(),
    await openPublished(await openMysql({ primaryUrl: server.writerUrl })),
  ];
  try {
    const answers = [];
    for (const place of places) {
      await publish(place, false);
      const { service, skills, match } = ask(place);
      const codes = ['5314', '9111'];
      answers.push({
        skills: await skills('5314', 'soc2010'),
        source: await service.getOnetRatings({ code: '45-2092.00', domains: [] }, context),
        links: await service.listOnetLinks({ codes, classification: 'soc2010', fromOnet: false }, context),
        elements: await service.listElements({ domains: [] }, context),
        match: await match([['2.A.1.a', 'like', 2]]),
      });
    }
    expect(answers[0]!.skills.ratings.length).toBeGreaterThan(0);
    expect(answers[1]).toEqual(answers[0]);
  } finally {
    for (const place of places) await place.close();
    await server.stop();
  }
});
