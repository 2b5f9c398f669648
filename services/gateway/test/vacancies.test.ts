import { Advert } from '@lmi/contracts';
import { runGateway, type RunningGateway } from '../testing/running-gateway';
import { vacancyAnswer } from '../src/v1/vacancies';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await runGateway();
});
afterAll(() => gateway.close());
afterEach(() => gateway.state.down.clear());

interface Profile {
  vacancies: { status: string; observations?: { period: string }[] };
  pay: { status: string };
}

describe('v1 vacancies/search', () => {
  it('answers an array in the shape of the original, and says what is made up', async () => {
    const { status, body } = await gateway.json('/api/v1/vacancies/search?keywords=plumber');
    expect(status).toBe(200);
    expect(body).toEqual([
      {
        id: 101,
        title: 'Plumber',
        summary: 'Made-up advert: plumber in Bromley.',
        company: 'Pebble Homes (made up)',
        activedate: { start: '2026-01-30T09:00:00Z', end: '2026-02-20T09:00:00Z' },
        location: { location: 'Bromley, BR1', city: '', area: '', postcode: 'BR1', country: '' },
        link: 'https://example.org/made-up-advert/S00101',
        sample: true,
      },
    ]);
  });

  it('has both dates always', () => {
    const now = Date.parse('2026-01-31T12:00:00Z');
    expect(vacancyAnswer(Advert.fromPartial({ id: 1 }), now)).toMatchObject({
      activedate: { start: '2026-01-31T12:00:00Z', end: '2026-03-02T12:00:00Z' },
    });
    expect(vacancyAnswer(Advert.fromPartial({ posted: '2023-05-15T15:31:00Z' }), now).activedate).toEqual({
      start: '2023-05-15T15:31:00Z',
      end: '2023-06-14T15:31:00Z',
    });
  });

  it.each([
    ['limit=1', 1],
    ['limit=0', 1],
    ['limit=ten', 2],
    ['keywords=welder', 0],
    ['location=Nowhere', 0],
    ['soc=0', 2],
    ['soc=9999999', 2],
    ['', 2],
  ])('reads %s leniently', async (query, count) => {
    const { status, body } = await gateway.json(`/api/v1/vacancies/search?${query}`);
    expect([status, (body as unknown[]).length]).toEqual([200, count]);
  });

  it('is not kept, and works as a script', async () => {
    const response = await gateway.get('/api/v1/vacancies/search?callback=show');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('etag')).toBeNull();
    expect(await response.text()).toMatch(/^show\(\[/);
  });

  it('fails as the original did when the service is away', async () => {
    gateway.state.down.add('vacancies');
    const { status, body } = await gateway.json('/api/v1/vacancies/search?keywords=baker');
    expect(status).toBe(503);
    expect(body).toMatchObject({ error: expect.any(String) });
  });
});

describe('v2 vacancies', () => {
  it('gives adverts with page, sources and the mark of what is made up', async () => {
    const { body } = await gateway.json('/api/v2/vacancies/adverts?location=BR1&limit=1');
    expect(body).toMatchObject({
      sample: true,
      total: 2,
      offset: 0,
      limit: 1,
      position: { latitude: 51.4, longitude: 0.02 },
      radius: 10,
      adverts: [
        { id: 101, sample: true, occupation: { soc2020: '5315', soc2010: '5314' }, confidence: 0.95 },
      ],
      sources: [{ source: 'sample', state: 'answered' }],
      releases: [{ dataset: 'outcodes' }, { dataset: 'sample-adverts' }],
    });
    const second = await gateway.json('/api/v2/vacancies/adverts?offset=1');
    expect(second.body).toMatchObject({
      adverts: [{ id: 102, occupation: null, salary: null, closes: null }],
    });
  });

  it('gives cells of adverts with unit, change and source', async () => {
    const { body } = await gateway.json('/api/v2/vacancies/trends?occupation=2134');
    expect(body).toMatchObject({
      frequency: 'month',
      observations: [
        {
          period: '2024-11',
          adverts: { value: 900, unit: 'adverts', source: { dataset: 'vacancy-counts' } },
        },
        { period: '2025-11', change: { value: 10, unit: 'percent' }, per100Jobs: { value: 4.2 } },
      ],
    });
  });

  it.each([
    ['/adverts?limit=0', 'limit'],
    ['/adverts?limit=101', 'limit'],
    ['/adverts?radius=500', 'radius'],
    ['/adverts?offset=-1', 'offset'],
    ['/adverts?occupation=12345', 'occupation'],
    ['/adverts?location=Nowhere', 'location'],
    ['/adverts?soc=2134', 'soc'],
    ['/trends?from=2024-13', 'from'],
    ['/trends?occupation=x', 'occupation'],
    ['/survey?series=x', 'series'],
  ])('names what is wrong with %s', async (path, field) => {
    const { status, body } = await gateway.json(`/api/v2/vacancies${path}`);
    expect([status, body]).toEqual([400, expect.objectContaining({ field })]);
  });

  it('is a part of the profile, which answers without it', async () => {
    const whole = (await gateway.json('/api/v2/occupations/2134/profile')).body as Profile;
    expect(whole.vacancies).toMatchObject({
      status: 'ok',
      observations: [{ period: '2024-11' }, { period: '2025-11' }],
    });
    const region = (await gateway.json('/api/v2/occupations/2134/profile?area=E12000007')).body as Profile;
    expect(region.vacancies.status).toBe('not-available');
    gateway.state.down.add('vacancies');
    const { status, body, headers } = await gateway.json('/api/v2/occupations/5315/profile');
    expect(status).toBe(200);
    expect((body as Profile).vacancies).toEqual({ status: 'unavailable', detail: expect.any(String) });
    expect((body as Profile).pay.status).toBe('ok');
    expect(headers.get('cache-control')).toBe('no-store');
  });
});
