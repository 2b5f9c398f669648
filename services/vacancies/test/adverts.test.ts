import { advertId, likenessOf, locateAdvert, outwardIn, tidyText, type NormalAdvert } from '../src/advert';
import type { AskedSource, StoredSource } from '../src/connectors/source';
import { boxAround, milesBetween, Outcodes, outwardOf } from '../src/places';
import { refreshAdverts } from '../src/stored-adverts';
import { importerOf, openPublishedHouse, sampleFile, type House } from './house';

let house: House;
beforeAll(async () => {
  house = await openPublishedHouse();
  await house.publish(importerOf('sample-adverts'), [
    sampleFile([
      { number: 1, title: 'Plumber', outcode: 'BR1', town: 'Bromley', soc: '5315' },
      { number: 2, title: 'Senior Plumber - Nights', outcode: 'SE9', town: 'Eltham', soc: '5315' },
      { number: 3, title: 'Software Developer', outcode: 'LS1', town: 'Leeds', soc: '2134' },
      { number: 4, title: 'Thing Doer', outcode: 'LS2', town: 'Leeds', soc: '1111', confidence: 0.2 },
      { number: 5, title: 'Chief Executive', outcode: 'AB10', town: 'Aberdeen', soc: '1111' },
    ]),
  ]);
});
afterAll(() => house.close());

const titles = (reply: { adverts: { title: string }[] }): string[] => reply.adverts.map(({ title }) => title);

describe('stored adverts', () => {
  it('gives all, newest first, and says that they are made up', async () => {
    const reply = await house.adverts({});
    expect(reply.total).toBe(5);
    expect(titles(reply)).toEqual([
      'Plumber',
      'Senior Plumber - Nights',
      'Software Developer',
      'Thing Doer',
      'Chief Executive',
    ]);
    expect(reply.sample).toBe(true);
    expect(reply.adverts.every(({ sample, summary }) => sample && summary.startsWith('Made-up advert'))).toBe(
      true,
    );
    expect(reply.sources).toEqual([
      {
        source: 'sample',
        state: 'answered',
        adverts: 5,
        attribution: expect.stringContaining('none of them is real'),
      },
    ]);
    expect(reply.releases).toEqual([expect.stringMatching(/^sample-adverts-/)]);
  });

  it('dates samples from today', async () => {
    const [first] = (await house.adverts({ limit: 1 })).adverts;
    const days = (Date.now() - Date.parse(first!.posted)) / 86_400_000;
    expect(days).toBeGreaterThan(0);
    expect(days).toBeLessThan(3);
    expect(Date.parse(first!.closes)).toBeGreaterThan(Date.now());
  });

  it('pages', async () => {
    const all = titles(await house.adverts({}));
    const paged = [];
    for (let offset = 0; offset < 6; offset += 2) {
      const reply = await house.adverts({ offset, limit: 2 });
      expect(reply.total).toBe(5);
      paged.push(...titles(reply));
    }
    expect(paged).toEqual(all);
  });

  it('finds words by their beginnings, all of them, and takes wildcards and "job" for everything', async () => {
    expect(titles(await house.adverts({ keywords: 'plumb' }))).toEqual([
      'Plumber',
      'Senior Plumber - Nights',
    ]);
    expect(titles(await house.adverts({ keywords: 'NIGHTS plumber' }))).toEqual(['Senior Plumber - Nights']);
    expect(titles(await house.adverts({ keywords: 'plumber welder' }))).toEqual([]);
    for (const keywords of ['*', '%', '%*', 'job', 'Jobs', ' ']) {
      expect((await house.adverts({ keywords })).total).toBe(5);
    }
  });

  it('finds by place within miles, nearest first', async () => {
    const near = await house.adverts({ location: 'BR1 3NN', radius: 10 });
    expect(titles(near)).toEqual(['Plumber', 'Senior Plumber - Nights']);
    expect(near).toMatchObject({ latitude: 51.41107, longitude: 0.02192, radius: 10 });
    expect(near.adverts[1]!.distance).toBeCloseTo(2.75, 1);
    expect(titles(await house.adverts({ location: 'br13nn', radius: 1 }))).toEqual(['Plumber']);
    expect(titles(await house.adverts({ location: 'Leeds, West Yorkshire' })).sort()).toEqual([
      'Software Developer',
      'Thing Doer',
    ]);
    expect(titles(await house.adverts({ location: 'aberdeen', radius: 100, keywords: 'plumber' }))).toEqual(
      [],
    );
    const error = await house.adverts({ location: 'Nowhere at all' }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'invalid-argument', field: 'location' });
  });

  it('finds by occupation in both classifications; what is not sure has no code', async () => {
    expect(titles(await house.adverts({ occupation: '5314' }))).toEqual([
      'Plumber',
      'Senior Plumber - Nights',
    ]);
    expect(titles(await house.adverts({ occupation: '21', classification: 'soc2020' }))).toEqual([
      'Software Developer',
    ]);
    const executives = await house.adverts({ occupation: '1111', classification: 'soc2020' });
    expect(titles(executives)).toEqual(['Chief Executive']);
    expect(executives.adverts[0]).toMatchObject({ soc2020: '1111', soc2010: '1115' });
    const [doer] = (await house.adverts({ keywords: 'doer' })).adverts;
    expect(doer).toMatchObject({ soc2020: '', soc2010: '', confidence: 0.2 });
  });

  it.each([
    [{ limit: 101 }, 'limit'],
    [{ limit: -1 }, 'limit'],
    [{ offset: 1_000_001 }, 'offset'],
    [{ location: 'BR1', radius: 101 }, 'radius'],
    [{ occupation: 'abc' }, 'occupation'],
  ])('names what is wrong with %j', async (request, field) => {
    const error = await house.adverts(request).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'invalid-argument', field });
  });

  it('gives none when samples are switched off, or once a real source is set up', async () => {
    const others: Record<string, string>[] = [{ LMI_SAMPLE_ADVERTS: 'off' }, { LMI_DFE_ADVERTS_KEY: 'k' }];
    for (const settings of others) {
      const reply = await house.with({ settings }).adverts({});
      expect(reply).toMatchObject({ adverts: [], total: 0, sources: [], sample: false });
    }
  });

  it('reads positions by the index, and words by theirs', async () => {
    const plan = async (sql: string): Promise<string> =>
      (await house.db.read((reader) => reader.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)))
        .map(({ detail }) => detail)
        .join('; ');
    expect(
      await plan('SELECT a.id FROM advert a WHERE a.release_id = 1 AND a.latitude BETWEEN 1 AND 2'),
    ).toContain('advert_by_position');
    expect(
      await plan(
        "SELECT w.advert FROM advert_word w WHERE w.release_id = 1 AND w.word >= 'a' AND w.word < 'b'",
      ),
    ).toContain('PRIMARY KEY (release_id=? AND word>? AND word<?)');
  });
});

const advert = (more: Partial<NormalAdvert> = {}): NormalAdvert => ({
  source: 'test',
  reference: '1',
  title: 'Plumber',
  summary: '',
  employer: 'Acme',
  link: 'https://example.org/1',
  posted: '2026-01-01T00:00:00Z',
  closes: '',
  place: 'Bromley, BR1 3NN',
  ...more,
});

const asked = (name: string, search: AskedSource['search']): AskedSource => ({
  name,
  attribution: `by ${name}`,
  search,
});

describe('asked sources', () => {
  it('puts them among the others by distance, coded, each once, and says who answered', async () => {
    const found = [
      advert({ source: 'one', reference: '1', place: 'Bromley, BR1 3NN' }),
      advert({ source: 'one', reference: '2', title: 'Obscure thing', place: 'Eltham, SE9' }),
      // Said to be near, and far away.
      advert({ source: 'one', reference: '3', place: 'Leeds, LS1' }),
      advert({ source: 'one', reference: '4', title: 'Plumber 4', closes: '2020-01-01T00:00:00Z' }),
    ];
    const live = house.with({
      sources: [
        asked('one', async () => found),
        // The same plumber again.
        asked('two', async () => [advert({ source: 'two', reference: '9', place: 'BR1 1AA' })]),
        asked('three', async () => {
          throw new Error('secret-key in https://api.example.org?key=secret-key');
        }),
      ],
    });
    const reply = await live.adverts({ location: 'BR1' });
    expect(
      reply.adverts.map(({ source, title, soc2020, soc2010 }) => [source, title, soc2020, soc2010]),
    ).toEqual([
      ['one', 'Plumber', '5315', '5314'],
      ['one', 'Obscure thing', '', ''],
    ]);
    expect(reply.sample).toBe(false);
    expect(reply.sources).toEqual([
      { source: 'one', state: 'answered', adverts: 2, attribution: 'by one' },
      { source: 'two', state: 'answered', adverts: 0, attribution: 'by two' },
      { source: 'three', state: 'unavailable', adverts: 0, attribution: 'by three' },
    ]);
    expect(house.logged()).not.toContain('secret-key');
  });

  it('is asked for the occupation by its title, and gives only what was coded to it', async () => {
    const queries: string[] = [];
    const live = house.with({
      sources: [
        asked('one', async ({ keywords }) => {
          queries.push(keywords);
          return [advert(), advert({ reference: '2', title: 'Software developer' })];
        }),
      ],
    });
    expect(titles(await live.adverts({ occupation: '2134', classification: 'soc2020' }))).toEqual([
      'Software developer',
    ]);
    expect(queries).toEqual(['Group 2134']);
  });

  it('does not hold a connection while it waits', async () => {
    let free = (): void => undefined;
    const waiting = new Promise<void>((resolve) => (free = resolve));
    const live = house.with({
      sources: [
        asked('slow', async () => {
          await waiting;
          return [];
        }),
      ],
    });
    const pending = Array.from({ length: 30 }, (_, at) => live.adverts({ keywords: `x${at}` }));
    await new Promise((resolve) => setTimeout(resolve, 50));
    const trend = await live.trends({ occupation: '2134', from: '2025-11' });
    expect(trend.observations).toHaveLength(1);
    free();
    await Promise.all(pending);
  });
});

describe('reading sources that are stored', () => {
  const source = (name: string, pages: () => AsyncIterable<NormalAdvert[]>): StoredSource => ({
    name,
    attribution: '',
    pages,
  });
  const job = { progress: () => undefined, signal: new AbortController().signal };
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
  const many = (count: number, employer: string): NormalAdvert[] =>
    Array.from({ length: count }, (_, at) =>
      advert({
        source: 'dfe-apprenticeships',
        reference: `${at}`,
        employer: `${employer} ${at}`,
        closes: tomorrow,
      }),
    );

  it('publishes what is open, coded, once each; a failing one is left out; a sudden fall is refused', async () => {
    const own = await openPublishedHouse();
    try {
      const pages = async function* (): AsyncGenerator<NormalAdvert[]> {
        yield many(6, 'Baker');
        yield [
          advert({ source: 'dfe-apprenticeships', reference: '0', title: 'Again', closes: tomorrow }),
          advert({
            source: 'dfe-apprenticeships',
            reference: 'old',
            title: 'Gone',
            closes: '2020-01-01T00:00:00Z',
          }),
          advert({ source: 'dfe-apprenticeships', reference: 'odd', title: 'Wizard', closes: tomorrow }),
        ];
      };
      const failing = async function* (): AsyncGenerator<NormalAdvert[]> {
        yield many(1, 'Half');
        throw new Error('gone');
      };
      const sources = [source('good', pages), source('bad', failing)];
      expect(await refreshAdverts(own, sources, job)).toEqual({ adverts: 7, coded: 6, failed: ['bad'] });
      const reply = await own.adverts({});
      expect(reply).toMatchObject({ total: 7, sample: false });
      // The same adverts again make no new release.
      await refreshAdverts(own, sources, job);
      expect((await own.adverts({})).releases).toEqual(reply.releases);
      expect(reply.sources[0]).toMatchObject({ source: 'dfe-apprenticeships', state: 'answered' });
      expect(titles(await own.adverts({ keywords: 'wizard' }))).toEqual(['Wizard']);
      const listed = await own.handlers.listReleases(
        { dataset: 'adverts', currentOnly: true } as never,
        {} as never,
      );
      expect(listed.releases[0]).toMatchObject({ dataset: 'adverts', rowsRead: 9 });

      const fewer = async function* (): AsyncGenerator<NormalAdvert[]> {
        yield many(1, 'Last');
      };
      await expect(refreshAdverts(own, [source('good', fewer)], job)).rejects.toMatchObject({
        code: 'not-available',
      });
      await expect(refreshAdverts(own, [source('bad', failing)], job)).rejects.toMatchObject({
        code: 'unavailable',
      });
      expect((await own.adverts({})).total).toBe(7);
    } finally {
      await own.close();
    }
  });
});

describe('places', () => {
  const record = (outcode: string, town: string, place: string, area: string | null, latitude: number) => ({
    outcode,
    town,
    place,
    area,
    district: null,
    latitude,
    longitude: 0,
  });
  const outcodes = new Outcodes(
    'v',
    [
      record('W1B', '', 'Greater London', 'E12000007', 51.5),
      record('W1C', '', 'Greater London', 'E12000007', 51.7),
      record('SS1', 'Southend', 'Southend-on-Sea', null, 51.53),
      record('SS2', 'Westcliff', 'Southend-on-Sea', null, 51.55),
      record('BT33', 'Newcastle', 'Down', null, 54.2),
      ...['NE1', 'NE2', 'NE3', 'NE4'].map((code) => record(code, '', 'Newcastle Upon Tyne', null, 54.9)),
    ],
    { area: () => ({ name: 'London' }) },
  );
  it.each([
    ['London', 51.6],
    ['greater LONDON', 51.6],
    ['W1A 1AA', 51.6],
    ['W1', 51.6],
    ['W1B', 51.5],
    ['Southend-on-Sea', 51.54],
    ['Southend on sea, Essex', 51.54],
    ['Southend', 51.53],
    ['Newcastle', 54.9],
    ['Westcl', undefined],
    ['ZZ9', undefined],
    ['', undefined],
  ])('finds "%s"', (place, latitude) => {
    const found = outcodes.locate(place);
    expect(found && Math.round(found.latitude * 100) / 100).toBe(latitude);
  });
});

describe('parts', () => {
  it('reads outward postcodes', () => {
    expect(['BR1 3NN', 'br13nn', 'BR1', 'SW1A 1AA', 'Leeds', 'B', '12345', ''].map(outwardOf)).toEqual([
      'BR1',
      'BR1',
      'BR1',
      'SW1A',
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(outwardIn('High Street, Bromley, BR1 3NN')).toBe('BR1');
    expect(outwardIn('Bromley')).toBeUndefined();
  });

  it('measures miles, and its box holds the circle', () => {
    const bromley = { latitude: 51.41107, longitude: 0.02192 };
    const leeds = { latitude: 53.79674, longitude: -1.54754 };
    expect(milesBetween(bromley, leeds)).toBeCloseTo(177, 0);
    for (const miles of [1, 10, 100]) {
      const box = boxAround(bromley, miles);
      for (let angle = 0; angle < 360; angle += 5) {
        const edge = pointAt(bromley, miles, angle);
        expect(edge.latitude >= box.south - 1e-9 && edge.latitude <= box.north + 1e-9).toBe(true);
        expect(edge.longitude >= box.west - 1e-9 && edge.longitude <= box.east + 1e-9).toBe(true);
      }
    }
  });

  it('does not believe a position far from the postcode', () => {
    const outcodes = {
      find: () => ({ outcode: 'BR1', latitude: 51.41, longitude: 0.02, district: 'E09000006' }),
      locate: () => undefined,
    } as never;
    expect(locateAdvert(advert({ latitude: 57, longitude: -2 }), outcodes)).toMatchObject({
      latitude: 51.41,
    });
    expect(locateAdvert(advert({ latitude: 51.42, longitude: 0.03 }), outcodes)).toMatchObject({
      latitude: 51.42,
    });
    expect(locateAdvert(advert({ latitude: 0, longitude: 0, place: '' }), undefined)).toMatchObject({
      latitude: undefined,
    });
  });

  it('tells equal adverts by title, employer and place, and ids fit 32 bits', () => {
    expect(likenessOf(advert())).toBe(likenessOf(advert({ title: 'PLUMBER ', place: 'br1 1aa' })));
    expect(likenessOf(advert())).not.toBe(likenessOf(advert({ employer: 'Other' })));
    expect(advertId('a', '1')).toBe(advertId('a', '1'));
    expect(advertId('a', '1')).toBeLessThan(2 ** 31);
  });

  it('tidies texts', () => {
    expect(tidyText('<p>Fit&nbsp;pipes &amp; <b>taps</b>\n\u0000</p>', 100)).toBe('Fit pipes & taps');
    expect(tidyText('one two three', 9)).toBe('one two…');
  });
});

/** The point so many miles away at an angle: the direct problem on a sphere. */
function pointAt(from: { latitude: number; longitude: number }, miles: number, degrees: number) {
  const rad = Math.PI / 180;
  const [phi, lambda, theta, delta] = [
    from.latitude * rad,
    from.longitude * rad,
    degrees * rad,
    miles / 3958.7613,
  ];
  const latitude = Math.asin(
    Math.sin(phi) * Math.cos(delta) + Math.cos(phi) * Math.sin(delta) * Math.cos(theta),
  );
  const east = Math.sin(theta) * Math.sin(delta) * Math.cos(phi);
  const longitude = lambda + Math.atan2(east, Math.cos(delta) - Math.sin(phi) * Math.sin(latitude));
  return { latitude: latitude / rad, longitude: longitude / rad };
}
