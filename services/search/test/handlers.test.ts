import { setTimeout as sleep } from 'node:timers/promises';
import type { OccupationServiceDefinition, V1Occupation } from '@lmi/contracts';
import { openMysql } from '@lmi/data';
import { startMariadb } from '@lmi/data/testing';
import { officialSources } from '@lmi/importing/testing';
import type { CallContext, Handlers, SqlValue } from '@lmi/kit';
import { areasImporter, plainEnglishImporter, socImporter } from '../src/importers';
import { search } from '../src/service';
import { onetLinkImporter } from '../src/skills/importers';
import { officialFilesOf } from './importers/official';
import { openPublished, type Published } from './published';

const context: CallContext = { traceId: '0'.repeat(32), deadline: Infinity };
type Service = Handlers<typeof OccupationServiceDefinition>;

const group = (
  classification: string,
  code: string,
  title: string,
  texts: Partial<Record<'related' | 'description' | 'entry' | 'tasks', string>> = {},
): SqlValue[] => [
  classification,
  code,
  ['major', 'sub-major', 'minor', 'unit'][code.length - 1]!,
  title,
  texts.related ?? null,
  texts.description ?? null,
  texts.entry ?? null,
  texts.tasks ?? null,
];

let seq = 0;
const entry = (
  title: string,
  natural: string,
  soc2020: string,
  soc2010: string,
  add = '',
  ind = '',
  mark = '',
): SqlValue[] => {
  seq++;
  return [
    seq,
    `t${seq}`,
    soc2020,
    `${soc2020}/00`,
    soc2010,
    null,
    title,
    natural,
    add || null,
    ind || null,
    mark || null,
    null,
    null,
  ];
};

const socRows = {
  soc_group: [
    group('soc2010', '5', 'SKILLED TRADES OCCUPATIONS'),
    group('soc2010', '53', 'Skilled construction trades'),
    group('soc2010', '531', 'Construction trades'),
    group('soc2010', '5314', 'Plumbers and heating engineers'),
    group('soc2010', '5319', 'Building trades n.e.c.'),
    group('soc2020', '5', 'Skilled trades occupations', { description: 'Official words on trades.' }),
    group('soc2020', '53', 'Skilled construction trades'),
    group('soc2020', '531', 'Construction trades'),
    group('soc2020', '5315', 'Plumbers and installers', {
      related: 'Gas engineer\nPlumber',
      description: 'Official words on plumbers.',
      entry: 'Official words on entry.',
      tasks: 'fits pipes\nmends leaks',
    }),
    group('soc2020', '5319', 'Construction trades n.e.c.', { related: 'Builder' }),
  ],
  soc_index_entry: [
    entry('Plumber', 'Plumber', '5315', '5314'),
    entry('Fitter', 'Fitter', '5315', '5314', 'boilers', 'gas supplier'),
    entry('Fitter', 'Fitter', '5319', '5319', 'kitchens'),
    entry('Engineer, gas', 'Gas engineer', '5315', '5314', '', '', 'O'),
    entry('Builder', 'Builder', '5319', '5319', '', '', 'M'),
    entry('Erector, shed', 'Shed erector', '5319', '5319'),
  ],
  soc_crosswalk: [
    ['5314', '5315', 'all', 900, 0.9, 1],
    ['5314', '5319', 'all', 100, 0.1, 0.25],
    ['5319', '5319', 'all', 300, 1, 0.75],
    ['5314', '5315', 'male', 850, 0.9, 1],
  ],
};

const areaRows = {
  area: [
    ['E12000007', 'London', 'region', 'E92000001'],
    ['E92000001', 'England', 'nation', 'K02000001'],
    ['K02000001', 'United Kingdom', 'country', null],
  ],
  area_membership: [],
};

const plainRows = {
  plain_occupation: [
    ['5319', 'Our own words on building.', 'mixes mortar\nlays floors', 'Our own words on entry.'],
  ],
};

async function until(done: () => Promise<boolean>): Promise<void> {
  while (!(await done())) await sleep(20);
}

describe('the search service', () => {
  let published: Published;
  let service: Service;
  let socVersion: string;
  beforeAll(async () => {
    published = await openPublished();
    socVersion = await published.publishRows(socImporter, socRows);
    await published.publishRows(areasImporter, areaRows);
    await published.publishRows(plainEnglishImporter, plainRows);
    service = search.createHandlers(published);
  });
  afterAll(() => published.close());

  const find = (query: string, classification = 'soc2010', v1Texts = false) =>
    service.searchOccupations({ query, classification, limit: 0, codesOnly: false, v1Texts }, context);
  const get = (code: string, classification = '') => service.getOccupation({ code, classification }, context);

  test('finds unit groups of the asked classification, best first', async () => {
    const { hits, release } = await find('plumber');
    expect(release).toBe(socVersion);
    expect(hits[0]).toMatchObject({
      matchedTitle: 'Plumber',
      occupation: {
        code: '5314',
        classification: 'soc2010',
        level: 'unit',
        title: 'Plumbers and heating engineers',
      },
    });
    expect((await find('plumber', 'soc2020')).hits[0]!.occupation!.code).toBe('5315');
    expect((await find('plumber', '')).hits[0]!.occupation!.classification).toBe('soc2020');
    expect((await find('gobbledygook')).hits).toEqual([]);
  });

  test('gives the texts of API v1 when asked', async () => {
    expect((await find('plumber')).hits[0]!.occupation).toMatchObject({
      description: '',
      tasks: [],
      indexTitles: [],
    });
    const [first] = (await find('plumber', 'soc2010', true)).hits;
    expect(first!.occupation!.code).toBe('5314');
    expect(JSON.parse(first!.v1Text.toString())).toEqual({
      soc: 5314,
      title: 'Plumbers and heating engineers',
      description: 'Official words on plumbers.',
      qualifications: 'Official words on entry.',
      tasks: ' fits pipes;\n mends leaks.',
      add_titles: ['Engineer, gas', 'Fitter (boilers, gas supplier)', 'Plumber'],
    });
  });

  test('gives codes alone, in the same order, to those who hold the rest', async () => {
    const whole = await find('fitter', 'soc2020');
    const request = { query: 'fitter', classification: 'soc2020', limit: 0, codesOnly: true, v1Texts: false };
    const codes = await service.searchOccupations(request, context);
    expect(codes.hits.map((hit) => hit.occupation?.code)).toEqual(
      whole.hits.map((hit) => hit.occupation?.code),
    );
    expect(codes.hits[0]).toMatchObject({ matchedTitle: '', occupation: { title: '', indexTitles: [] } });
    expect(codes.release).toBe(socVersion);
  });

  test('keeps to the limit', async () => {
    const { hits } = await service.searchOccupations(
      { query: 'fitter', classification: 'soc2020', limit: 1, codesOnly: false, v1Texts: false },
      context,
    );
    expect(hits).toHaveLength(1);
  });

  test('codes titles in the order asked, with the names of the groups', async () => {
    const blank = { description: '', industry: '', sector: '' };
    const { codings, release } = await service.codeTitles(
      {
        titles: [
          { ...blank, title: 'Plumber – Leeds – £35k' },
          { ...blank, title: 'Immediate start' },
        ],
        choices: 1,
      },
      context,
    );
    expect(release).toBe(socVersion);
    expect(codings).toHaveLength(2);
    expect(codings[0]).toMatchObject({
      choices: [{ code: '5315', matchedTitle: 'Plumber', probability: expect.any(Number) as number }],
      refused: '',
      rule: 'entry',
      work: 'plumber',
    });
    expect(codings[0]!.choices[0]!.title).not.toBe('');
    expect(codings[1]).toMatchObject({ choices: [], refused: 'no-work-named' });
  });

  test('refuses more titles than it can code at once, and an unknown kind of employer', async () => {
    const title = { title: 'plumber', description: '', industry: '', sector: '' };
    await expect(
      service.codeTitles({ titles: Array.from({ length: 1_001 }, () => title), choices: 0 }, context),
    ).rejects.toMatchObject({ code: 'invalid-argument', field: 'titles' });
    await expect(
      service.codeTitles({ titles: [{ ...title, sector: 'mafia' }], choices: 0 }, context),
    ).rejects.toMatchObject({
      code: 'invalid-argument',
      field: 'sector',
      validValues: expect.arrayContaining(['health']) as string[],
    });
  });

  test.each(['', '   ', '\n'])('refuses the blank query %j', async (query) => {
    await expect(find(query)).rejects.toMatchObject({
      code: 'invalid-argument',
      field: 'q',
      message: 'Please give a string to search for.',
    });
  });

  test('refuses an unknown classification', async () => {
    await expect(find('plumber', 'isco')).rejects.toMatchObject({
      code: 'invalid-argument',
      field: 'classification',
    });
    await expect(get('5314', 'isco')).rejects.toMatchObject({
      code: 'invalid-argument',
      field: 'classification',
    });
  });

  test('tells a SOC 2010 group in the words of the group that most of its people went to', async () => {
    expect(await get('5314')).toEqual({
      code: '5314',
      classification: 'soc2010',
      title: 'Plumbers and heating engineers',
      level: 'unit',
      description: 'Official words on plumbers.',
      entryRoutes: 'Official words on entry.',
      tasks: ['fits pipes', 'mends leaks'],
      textSource: 'official',
      indexTitles: ['Engineer, gas', 'Fitter (boilers, gas supplier)', 'Plumber'],
      jobTitles: ['Gas engineer', 'Plumber', 'Builder'],
      crosswalk: [
        { code: '5315', title: 'Plumbers and installers', share: 0.9 },
        { code: '5319', title: 'Construction trades n.e.c.', share: 0.1 },
      ],
      parents: [
        { code: '5', title: 'SKILLED TRADES OCCUPATIONS', share: 1 },
        { code: '53', title: 'Skilled construction trades', share: 1 },
        { code: '531', title: 'Construction trades', share: 1 },
      ],
      release: socVersion,
    });
  });

  test('serves its own words where the official ones are not imported, and says so', async () => {
    expect(await get('5319', 'soc2020')).toMatchObject({
      description: 'Our own words on building.',
      tasks: ['mixes mortar', 'lays floors'],
      entryRoutes: 'Our own words on entry.',
      textSource: 'plain-english',
      crosswalk: [
        { code: '5319', share: 0.75 },
        { code: '5314', share: 0.25 },
      ],
    });
  });

  test('prefers SOC 2010 when the classification is left open, and falls back to SOC 2020', async () => {
    expect((await get('5319')).classification).toBe('soc2010');
    expect((await get('5315')).classification).toBe('soc2020');
  });

  test('answers for wider groups', async () => {
    expect(await get('5', 'soc2020')).toMatchObject({
      description: 'Official words on trades.',
      textSource: 'official',
    });
    const minor = await get('531', 'soc2010');
    expect(minor).toMatchObject({
      level: 'minor',
      description: 'This group is made up of: Plumbers and heating engineers; Building trades n.e.c.',
      textSource: 'plain-english',
      indexTitles: [],
      jobTitles: [],
    });
    expect(minor.crosswalk).toEqual([{ code: '531', title: 'Construction trades', share: 1 }]);
  });

  test.each(['9999', '', 'abc', '53145', '5314 '])('knows no occupation %j', async (code) => {
    await expect(get(code)).rejects.toMatchObject({ code: 'not-found', field: 'code' });
  });

  test('lists areas, of a type or all', async () => {
    const all = await service.listAreas({ type: '' }, context);
    expect(all.areas.map(({ code }) => code)).toEqual(['E12000007', 'E92000001', 'K02000001']);
    expect((await service.listAreas({ type: 'region' }, context)).areas).toEqual([
      { code: 'E12000007', name: 'London', type: 'region', parent: 'E92000001' },
    ]);
    await expect(service.listAreas({ type: 'planet' }, context)).rejects.toMatchObject({
      code: 'invalid-argument',
      field: 'type',
      validValues: ['country', 'nation', 'region'],
    });
  });

  test('reads nothing but the pointers once loaded', async () => {
    await find('plumber');
    const before = published.db.statements;
    for (const word of ['plumber', 'builder', 'fitter', 'gas engineer']) await find(word, 'soc2010', true);
    expect(published.db.statements - before).toBeLessThanOrEqual(2);
  });

  test('goes over to a new release, which it names only when it serves it', async () => {
    const rows = {
      ...socRows,
      soc_index_entry: [...socRows.soc_index_entry, entry('Cat herder', 'Cat herder', '5319', '5319')],
    };
    expect((await find('cat herder')).hits).toEqual([]);
    const version = await published.publishRows(socImporter, rows);
    await until(async () => (await find('cat herder')).hits.length > 0);
    expect((await find('cat herder')).release).toBe(version);

    await published.releases.rollback('soc');
    const { releases } = await service.listReleases({ dataset: 'soc', currentOnly: true }, context);
    expect(releases.map((release) => release.version)).toEqual([socVersion]);
    expect((await find('cat herder')).hits).toEqual([]);
  });
});

test('learns from titles of O*NET while the links have a release, and names it', async () => {
  const published = await openPublished();
  try {
    await published.publishRows(socImporter, socRows);
    const service = search.createHandlers(published);
    const asked = { title: 'pipe fitter', description: '', industry: '', sector: '' };
    const code = () => service.codeTitles({ titles: [asked], choices: 1 }, context);
    expect((await code()).linkRelease).toBe('');
    const version = await published.publishRows(onetLinkImporter, {
      onet_link: [['5315', '47-2152.00', 1, 0, 1]],
      onet_title: [['47-2152.00', 'Pipe Fitter']],
      isco_link: [],
    });
    await until(async () => (await code()).linkRelease === version);
    expect((await code()).codings[0]!.choices[0]!.code).toBe('5315');
  } finally {
    await published.close();
  }
});

test('says that occupations are not loaded while there is no release, and serves once there is', async () => {
  const published = await openPublished();
  try {
    const service = search.createHandlers(published);
    const request = {
      query: 'plumber',
      classification: 'soc2010',
      limit: 30,
      codesOnly: false,
      v1Texts: false,
    };
    await expect(service.searchOccupations(request, context)).rejects.toMatchObject({ code: 'unavailable' });
    await published.publishRows(socImporter, socRows);
    expect((await service.searchOccupations(request, context)).hits).not.toEqual([]);
  } finally {
    await published.close();
  }
});

test('answers from MariaDB as from SQLite', async () => {
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
      await place.publishRows(socImporter, socRows);
      await place.publishRows(areasImporter, areaRows);
      await place.publishRows(plainEnglishImporter, plainRows);
      const service = search.createHandlers(place);
      const request = {
        query: 'fitter',
        classification: 'soc2010',
        limit: 30,
        codesOnly: false,
        v1Texts: true,
      };
      answers.push({
        found: await service.searchOccupations(request, context),
        occupation: await service.getOccupation({ code: '5314', classification: '' }, context),
        areas: await service.listAreas({ type: '' }, context),
      });
    }
    expect(answers[0]!.found.hits.length).toBeGreaterThan(0);
    expect(answers[1]).toEqual(answers[0]);
  } finally {
    for (const place of places) await place.close();
    await server.stop();
  }
});

if (officialSources) {
  describe('on the whole official files', () => {
    let published: Published;
    let service: Service;
    beforeAll(async () => {
      published = await openPublished();
      await published.publishFiles(socImporter, await officialFilesOf(socImporter));
      service = search.createHandlers(published);
    }, 120_000);
    afterAll(() => published.close());

    test.each([
      ['plumber', '5314'],
      ['nurse', '2231'],
      ['software developer', '2136'],
      ['HGV driver', '8211'],
      ['teaching assistant', '6125'],
      ['brain surgeon', '2211'],
      ['barista', '9272'],
    ])('%s gives %s first', async (query, code) => {
      const { hits } = await service.searchOccupations(
        { query, classification: 'soc2010', limit: 30, codesOnly: false, v1Texts: true },
        context,
      );
      expect(hits[0]!.occupation!.code).toBe(code);
      for (const { v1Text } of hits) {
        const occupation = JSON.parse(v1Text.toString()) as V1Occupation;
        expect(occupation.description).not.toBe('');
        expect(occupation.add_titles).not.toEqual([]);
      }
    });

    test('every unit group of both classifications has words, titles, parents and relations', async () => {
      for (const classification of ['soc2020', 'soc2010']) {
        const rows = await published.db.read((reader) =>
          reader.all<{ code: string }>(
            "SELECT code FROM soc_group WHERE classification = ? AND level = 'unit'",
            [classification],
          ),
        );
        for (const { code } of rows) {
          const found = await service.getOccupation({ code, classification }, context);
          expect(found.description.length).toBeGreaterThan(0);
          expect(found.tasks.length).toBeGreaterThan(0);
          expect(found.jobTitles.length).toBeGreaterThan(0);
          expect(found.parents).toHaveLength(3);
          expect(found.crosswalk.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 6);
          expect([...found.indexTitles].sort(new Intl.Collator('en-GB').compare)).toEqual(found.indexTitles);
        }
      }
    });
  });
}
