import type { RequestListener } from 'node:http';
import { inTime } from '@lmi/kit';
import type { NormalAdvert } from '../src/advert';
import { adzuna } from '../src/connectors/adzuna';
import { dfeApprenticeships } from '../src/connectors/dfe-apprenticeships';
import { GuardedSource, type GuardOptions } from '../src/connectors/guard';
import { reed } from '../src/connectors/reed';
import { SourceError, type AskedSource, type StoredSource } from '../src/connectors/source';
import { importerOf, openPublishedHouse, sampleFile } from './house';
import { json, startServer, type TestServer } from './servers';

const key = 'very-secret-key';
const query = { keywords: 'plumber', location: 'BR1', miles: 10 };

let servers: TestServer[] = [];
const serve = async (listener: RequestListener): Promise<TestServer> => {
  const server = await startServer(listener);
  servers.push(server);
  return server;
};
afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
  servers = [];
});

const adzunaAdvert = (more: object = {}): object => ({
  id: '4711',
  title: 'Plumber',
  description: 'Fit <b>pipes</b> …',
  company: { display_name: 'Acme' },
  location: { display_name: 'Bromley, South East London', area: ['UK', 'London'] },
  latitude: 51.41,
  longitude: 0.02,
  redirect_url: 'https://www.adzuna.co.uk/jobs/land/ad/4711',
  created: '2026-01-15T10:00:00Z',
  salary_min: 30000,
  salary_max: 35000,
  salary_is_predicted: '0',
  ...more,
});
const reedAdvert = (more: object = {}): object => ({
  jobId: 12,
  employerName: 'Acme',
  jobTitle: 'Plumber',
  locationName: 'BR1',
  minimumSalary: 30000,
  maximumSalary: null,
  currency: 'GBP',
  expirationDate: '31/03/2099',
  date: '15/01/2026',
  jobDescription: 'Fit pipes',
  applications: 3,
  jobUrl: 'https://www.reed.co.uk/jobs/plumber/12',
  ...more,
});
const dfeAdvert = (more: object = {}): object => ({
  vacancyReference: 'VAC1000012345',
  title: 'Plumbing apprentice',
  description: 'Learn to fit pipes',
  employerName: 'Acme',
  postedDate: '2026-01-15T10:00:00Z',
  closingDate: '2099-03-31T23:59:59Z',
  wage: { wageType: 'Custom', wageUnit: 'Annually', wageAmount: 15000 },
  addresses: [
    {
      addressLine1: '1 High Street',
      addressLine3: 'Bromley',
      postcode: 'BR1 3NN',
      latitude: 51.41,
      longitude: 0.02,
    },
  ],
  course: { larsCode: 91, title: 'Plumbing', level: 3, route: 'Construction' },
  vacancyUrl: 'https://www.findapprenticeship.service.gov.uk/apprenticeship/VAC1000012345',
  ...more,
});

const within = (ms = 2_000): AbortSignal => AbortSignal.timeout(ms);
const trouble = async (work: Promise<unknown>): Promise<SourceError> => {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(SourceError);
  expect(String((error as Error).stack)).not.toContain(key);
  return error as SourceError;
};
async function all(source: StoredSource, signal = within(20_000)): Promise<NormalAdvert[]> {
  const found = [];
  for await (const page of source.pages(signal)) found.push(...page);
  return found;
}

describe('what sources say, in one shape', () => {
  it('Adzuna', async () => {
    const server = await serve(
      json({
        count: 3,
        results: [
          adzunaAdvert(),
          adzunaAdvert({ id: 2, salary_is_predicted: '1', company: null, created: '2099-01-01T00:00:00Z' }),
          adzunaAdvert({ id: 3, salary_min: 90, salary_max: 20 }),
        ],
      }),
    );
    const found = await adzuna({ id: 'me', key, base: server.base }).search(query, within());
    expect(found[0]).toMatchObject({
      source: 'adzuna',
      reference: '4711',
      title: 'Plumber',
      employer: 'Acme',
      posted: '2026-01-15T10:00:00Z',
      closes: '',
      salaryMin: 30000,
      salaryMax: 35000,
      salaryUnit: 'GBP/year',
    });
    // Pay that the source guessed, a date in the future and a range upside down are left out.
    expect(found[1]).toMatchObject({ employer: '', posted: '' });
    expect(found[1]!.salaryMin).toBeUndefined();
    expect(found[2]!.salaryMin).toBeUndefined();
    const asked = new URL(server.requests[0]!.url, server.base).searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({
      app_id: 'me',
      app_key: key,
      what: 'plumber',
      where: 'BR1',
      distance: '16',
    });
  });

  it('Reed', async () => {
    const server = await serve(
      json({ results: [reedAdvert(), reedAdvert({ jobId: 13, minimumSalary: 14 })], totalResults: 2 }),
    );
    const found = await reed({ key, base: server.base }).search(query, within());
    expect(found[0]).toMatchObject({
      source: 'reed',
      reference: '12',
      posted: '2026-01-15T00:00:00Z',
      closes: '2099-03-31T00:00:00Z',
      salaryMin: 30000,
      salaryMax: 30000,
    });
    expect(found[1]!.salaryMin).toBeUndefined();
    expect(server.requests[0]!.headers.authorization).toBe(
      `Basic ${Buffer.from(`${key}:`).toString('base64')}`,
    );
    expect(server.requests[0]!.url).toContain('distanceFromLocation=10');
    expect(server.requests[0]!.url).not.toContain(key);
  });

  it('the Display Advert API, page by page', async () => {
    const server = await serve((request, response) => {
      const page = Number(new URL(request.url!, 'http://x').searchParams.get('PageNumber'));
      json({
        vacancies: [dfeAdvert({ vacancyReference: `VAC${page}` })],
        total: 3,
        // Grows with every page: an honest source does not.
        totalPages: 2 + page,
      })(request, response);
    });
    const found = await all(dfeApprenticeships({ key, base: server.base }));
    expect(found.map(({ reference }) => reference)).toEqual(['VAC1', 'VAC2', 'VAC3']);
    expect(found[0]).toMatchObject({
      source: 'dfe-apprenticeships',
      place: 'Bromley, BR1 3NN',
      latitude: 51.41,
      salaryMin: 15000,
      salaryUnit: 'GBP/year',
    });
    expect(server.requests[0]!.headers).toMatchObject({ 'ocp-apim-subscription-key': key, 'x-version': '2' });
  });

  it('the Display Advert API is tried again when it is busy, not when it refuses', async () => {
    let calls = 0;
    const busy = await serve((request, response) => {
      calls += 1;
      if (calls < 3) json('', 429)(request, response);
      else json({ vacancies: [dfeAdvert()], totalPages: 1 })(request, response);
    });
    expect(await all(dfeApprenticeships({ key, base: busy.base, pauseMs: 5 }))).toHaveLength(1);
    expect(calls).toBe(3);
    const refusing = await serve(json({ message: 'wrong key' }, 401));
    const error = await trouble(all(dfeApprenticeships({ key, base: refusing.base, pauseMs: 5 })));
    expect(error.trouble).toBe('refused');
    expect(refusing.requests).toHaveLength(1);
  });
});

describe('sources on their bad days', () => {
  const adzunaAt = ({ base }: TestServer): AskedSource => adzuna({ id: 'me', key, base });

  it.each<[string, RequestListener, string]>([
    ['answers with a page', (_, response) => response.end('<html>busy</html>'), 'not-understood'],
    ['answers with nothing', (_, response) => response.end(), 'not-understood'],
    ['answers with null', json('null'), 'not-understood'],
    ['answers with another list', json({ results: 'none' }), 'not-understood'],
    ['has changed its fields', json({ results: [{ name: 'Plumber' }, { name: 'Baker' }] }), 'not-understood'],
    [
      'leads elsewhere with its links',
      json({ results: [adzunaAdvert({ redirect_url: 'https://evil.example/x' })] }),
      'not-understood',
    ],
    [
      'gives script as link',
      json({ results: [adzunaAdvert({ redirect_url: 'javascript:alert(1)' })] }),
      'not-understood',
    ],
    ['refuses', json({}, 403), 'refused'],
    ['breaks', json({}, 500), 'refused'],
    ['is busy', json({}, 429, { 'retry-after': '120' }), 'too-many-calls'],
    [
      'redirects inside',
      (_, response) => response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end(),
      'redirected',
    ],
    ['closes the connection', (request) => request.socket.destroy(), 'no-answer'],
    [
      'sends without end',
      (_, response) => {
        const more = (): void => {
          while (!response.destroyed && response.write('x'.repeat(65_536)));
          if (!response.destroyed) response.once('drain', more);
        };
        more();
      },
      'too-large',
    ],
  ])('one that %s', async (_, listener, expected) => {
    const server = await serve(listener);
    const error = await trouble(adzunaAt(server).search(query, within(5_000)));
    expect(error.trouble).toBe(expected);
    if (expected === 'too-many-calls') expect(error.waitMs).toBe(120_000);
  });

  it('follows no redirect, not even to itself', async () => {
    const server = await serve((request, response) => {
      if (request.url === '/inside') json({ results: [adzunaAdvert()] })(request, response);
      else response.writeHead(307, { location: '/inside' }).end();
    });
    await trouble(adzunaAt(server).search(query, within()));
    expect(server.requests.map(({ url }) => url)).not.toContain('/inside');
  });

  it('leaves out single bad adverts', async () => {
    const results = [adzunaAdvert(), adzunaAdvert({ id: '2' }), { title: 'no more than a title' }];
    const server = await serve(json({ results }));
    expect(await adzunaAt(server).search(query, within())).toHaveLength(2);
  });

  it('gives up on one that drips', async () => {
    const server = await serve((_, response) => {
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    });
    const dripped = inTime(1_500, trouble(adzunaAt(server).search(query, within(200))));
    expect((await dripped).trouble).toBe('no-answer');
  });
});

describe('the guard', () => {
  const guard = (base: string, options: Partial<GuardOptions> = {}): GuardedSource =>
    new GuardedSource(adzuna({ id: 'me', key, base }), { callsADay: 100, patienceMs: 20_000, ...options });
  const good = json({ results: [adzunaAdvert()] });

  it('remembers an answer for a short time, and asks once for many', async () => {
    const server = await serve(good);
    let now = Date.parse('2026-01-15T12:00:00Z');
    const guarded = guard(server.base, { keepMs: 60_000, now: () => now });
    const answers = await Promise.all(Array.from({ length: 20 }, () => guarded.ask(query)));
    expect(answers.every(({ state, adverts }) => state === 'answered' && adverts.length === 1)).toBe(true);
    await guarded.ask({ ...query, keywords: 'PLUMBER' });
    expect(server.requests).toHaveLength(1);
    now += 61_000;
    await guarded.ask(query);
    expect(server.requests).toHaveLength(2);
  });

  it('keeps to the budget of the day and of the minute', async () => {
    const server = await serve(good);
    let now = Date.parse('2026-01-15T12:00:00Z');
    const guarded = guard(server.base, { callsADay: 30, now: () => now });
    const ask = async (from: number, count: number): Promise<number> => {
      let budget = 0;
      for (let at = from; at < from + count; at += 1) {
        const { state } = await guarded.ask({ ...query, keywords: `job ${at}` });
        if (state === 'budget') budget += 1;
      }
      return budget;
    };
    expect(await ask(0, 25)).toBe(5);
    now += 60_000;
    expect(await ask(100, 25)).toBe(15);
    expect(server.requests).toHaveLength(30);
    now += 24 * 3_600_000;
    expect(await ask(200, 1)).toBe(0);
  });

  it('waits no longer than its patience, then leaves a slow source alone for a while', async () => {
    let slow = true;
    const server = await serve((request, response) => {
      if (!slow) good(request, response);
    });
    const troubles: unknown[] = [];
    const onTrouble = (error: unknown) => troubles.push(error);
    const restMs = 30_000;
    const guarded = guard(server.base, { patienceMs: 150, restMs, onTrouble });
    const ask = async (keywords: string, ms: number) => inTime(ms, guarded.ask({ ...query, keywords }));
    for (let at = 0; at < 3; at += 1) expect((await ask(`a${at}`, 600)).state).toBe('unavailable');
    expect((await ask('b', 50)).state).toBe('unavailable');
    expect(server.requests.filter(({ url }) => url.includes('what=b&'))).toEqual([]);
    expect(troubles).toHaveLength(3);
    slow = false;
    let now = Date.now();
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => now);
    try {
      // One that a busy machine makes late again is left alone as long again.
      do now += restMs + 1;
      while ((await ask('c', 600)).state !== 'answered');
    } finally {
      clock.mockRestore();
    }
  });

  it('stays away as long as it is asked to, and shows what it had', async () => {
    let busy = false;
    const server = await serve((request, response) => {
      if (busy) json({}, 429, { 'retry-after': '60' })(request, response);
      else good(request, response);
    });
    let now = Date.parse('2026-01-15T12:00:00Z');
    const guarded = guard(server.base, { keepMs: 1_000, now: () => now });
    await guarded.ask(query);
    busy = true;
    now += 2_000;
    expect(await guarded.ask(query)).toMatchObject({ state: 'stale', adverts: [{ reference: '4711' }] });
    now += 30_000;
    expect((await guarded.ask({ ...query, keywords: 'other' })).state).toBe('unavailable');
    expect(server.requests).toHaveLength(2);
    busy = false;
    now += 40_000;
    expect((await guarded.ask(query)).state).toBe('answered');
  });
});

test('one slow and one lying source cost the others and the stored adverts nothing', async () => {
  const [quick, slow, lying] = await Promise.all([
    serve(json({ results: [reedAdvert({ jobTitle: 'Software developer' })] })),
    serve(() => undefined),
    serve(json({ results: Array.from({ length: 50 }, () => ({ title: '<script>' })) })),
  ]);
  const house = await openPublishedHouse();
  try {
    await house.publish(importerOf('sample-adverts'), [
      sampleFile([{ number: 1, title: 'Plumber', outcode: 'BR1', town: 'Bromley', soc: '5315' }]),
    ]);
    const live = house.with({
      sources: [
        reed({ key, base: quick.base }),
        { ...adzuna({ id: 'me', key, base: slow.base }), name: 'slow' },
        { ...adzuna({ id: 'me', key, base: lying.base }), name: 'lying' },
      ],
    });
    const reply = await inTime(1_300, live.adverts({}));
    expect(reply.adverts.map(({ title, source }) => [source, title])).toEqual([
      ['reed', 'Software developer'],
    ]);
    expect(reply.sources.map(({ source, state }) => [source, state])).toEqual([
      ['reed', 'answered'],
      ['slow', 'unavailable'],
      ['lying', 'unavailable'],
    ]);
    expect(house.logged()).not.toContain(key);
    expect(house.logged()).toContain('did not answer');
  } finally {
    await house.close();
  }
});
