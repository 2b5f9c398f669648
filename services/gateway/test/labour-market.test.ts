import { coarserNote, essFigures, newest } from '../src/v1/ess';
import { groupItems, titleCase } from '../src/v1/census';
import { readLfsSelection } from '../src/v1/lfs';
import { runGateway, type RunningGateway } from '../testing/running-gateway';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await runGateway();
});
afterAll(() => gateway.close());

const westminster = { latitude: 51.5, longitude: -0.13, district: 'Westminster', ward: '' };

describe('v1 shapes', () => {
  test.each<[string, unknown]>([
    [
      '/lfs/unemployment?soc=2136&filterBy=gender:2|',
      {
        soc: 2136,
        years: [
          { year: 2023, unemprate: 3.46 },
          { year: 2024, unemprate: 4.46 },
        ],
      },
    ],
    [
      '/lfs/unemployment?soc=2136&minYear=2024&filterBy=gender%3A2',
      { soc: 2136, years: [expect.anything()] },
    ],
    ['/lfs/unemployment?soc=2136', { soc: 2136, error: expect.stringMatching(/not enough data/) }],
    ['/lfs/unemployment?soc=2136&filterBy=gender:1,2', { soc: 2136, error: expect.any(String) }],
    ['/lfs/unemployment?soc=2136&filterBy=industry:2|gender:2', { soc: 2136, error: expect.any(String) }],
    ['/lfs/unemployment?soc=2136&filterBy=region:99', { soc: 2136, error: expect.any(String) }],
    ['/lfs/unemployment?soc=2136&minYear=2024&maxYear=2022', { soc: 2136, error: expect.any(String) }],
    ['/lfs/unemployment?soc=1234', { soc: 1234, error: expect.any(String) }],
    ['/lfs/filters', ['gender', 'industry', 'qualification', 'region', 'ageband']],
    [
      '/lfs/filters/info/ageband',
      {
        name: 'ageband',
        description: 'Age band',
        coding: expect.arrayContaining([{ code: 2, description: '16 to 24' }]),
      },
    ],
    [
      '/lfs/weeklypay?soc=2136&minYear=2025&maxYear=2025',
      { soc: 2136, years: [{ year: 2025, weekpay: 805 }] },
    ],
    ['/lfs/weeklypay?soc=2136&filterBy=ageband:2', { soc: 2136, error: expect.any(String) }],
    [
      '/lfs/weeklypay/breakdown/gender?soc=2136&minYear=2025',
      {
        soc: 2136,
        breakdownBy: 'gender',
        series: [
          { breakCode: 1, breakName: 'Male', years: [{ year: 2025, weekpay: 805 }] },
          { breakCode: 2, breakName: 'Female', years: [{ year: 2025, weekpay: 805 }] },
        ],
      },
    ],
    [
      '/lfs/weeklypay/breakdown/industry?soc=2136',
      { soc: 2136, breakdownBy: 'industry', error: expect.any(String) },
    ],
    [
      '/ess/uk/2136?coarse=true',
      {
        soc: 2136,
        percentSSV: 21.34,
        percentHTF: 42.68,
        percentHTFisSSV: 50,
        reliability: 3,
        year: 2017,
        note: 'Figures of the wider group 2, Professional occupations in England, Employer Skills Survey 2017.',
      },
    ],
    ['/ess/uk/2136', { soc: 2136, error: expect.stringMatching(/coarse=true/) }],
    ['/ess/uk/1234?coarse=true', { soc: 1234, error: expect.any(String) }],
    [
      '/ess/region/01/2136?coarse=true',
      {
        soc: 2136,
        region: { name: 'London', code: 1 },
        percentSSV: 21.34,
        percentHTF: 42.68,
        percentHTFisSSV: 50,
        reliability: 3,
        year: 2017,
        note: expect.any(String),
      },
    ],
    [
      '/ess/region/10/2136?coarse=true',
      { soc: 2136, region: { name: 'Wales', code: 10 }, error: expect.any(String) },
    ],
    ['/ess/regions', expect.objectContaining({ London: 1, 'Northern Ireland': 12 })],
    [
      '/ess/regions/ranksocs/1',
      [
        { soc: 5, percentHTF: 53, percentSSV: 26.5, percentHTFisSSV: 50, reliability: 3 },
        { soc: 2, percentHTF: 42.68, percentSSV: 21.34, percentHTFisSSV: 50, reliability: 3 },
      ],
    ],
    ['/ess/regions/ranksocs/10', []],
    [
      '/census/jobs_breakdown?area=SW1A+1AA',
      {
        area: westminster,
        totalJobs: 6000,
        jobsBreakdown: [
          { socGroup: '11', description: 'Corporate Managers and Directors', value: 4500, percentage: 75 },
          { socGroup: '12', description: 'Other Managers and Proprietors', value: 1500, percentage: 25 },
        ],
        note: expect.stringMatching(/who live in the district/),
      },
    ],
    [
      '/census/resident_occupations?area=sw1h0dj',
      {
        area: westminster,
        totalResidents: 6000,
        residentOccupations: [
          { socGroup: '11', description: 'CORPORATE MANAGERS AND DIRECTORS', value: 4500, percentage: 75 },
          { socGroup: '12', description: 'OTHER MANAGERS AND PROPRIETORS', value: 1500, percentage: 25 },
        ],
        note: expect.any(String),
      },
    ],
    [
      '/census/distance?area=CF10',
      {
        area: westminster,
        totalResidents: 400,
        distances: [
          { distance: 'Less than 2 km', value: 300, percentage: 75 },
          { distance: '2 km to less than 5 km', value: 100, percentage: 25 },
        ],
      },
    ],
    ['/census/distance?area=SW1A', { area: westminster, error: expect.stringMatching(/not enough data/) }],
    ['/census/distance?area=ZZ99', { error: expect.any(String) }],
  ])('%s', async (path, expected) => {
    expect(await gateway.json(`/api/v1${path}`)).toMatchObject({ status: 200, body: expected });
  });

  test.each([
    '/lfs/unemployment',
    '/lfs/unemployment?soc=%7Bv%7D',
    '/lfs/filters/info/colour',
    '/lfs/weeklypay/breakdown/colour?soc=2136',
    '/ess/uk/abc',
    '/ess/region/13/2136',
    '/ess/region/x/2136',
    '/ess/regions/ranksocs/0',
    '/census/jobs_breakdown',
    '/census/distance?area=',
  ])('%s is refused with a reason', async (path) => {
    const answer = await gateway.json(`/api/v1${path}`);
    expect(answer).toMatchObject({ status: 400, body: { error: expect.any(String) } });
  });

  test('the oldest addresses work', async () => {
    const old = await gateway.get('/api/lfs/weeklypay?soc=2136');
    expect(await old.text()).toBe(await (await gateway.get('/api/v1/lfs/weeklypay?soc=2136')).text());
  });

  test('a service that is away is an error, not missing data', async () => {
    gateway.state.down.add('employment');
    for (const path of [
      '/lfs/unemployment?soc=2139',
      '/ess/uk/2135?coarse=true',
      '/census/distance?area=SW1P',
    ]) {
      expect(await gateway.json(`/api/v1${path}`)).toMatchObject({ status: 503 });
    }
    gateway.state.down.delete('employment');
  });
});

test('filters are read leniently', () => {
  const read = (filterBy: string) =>
    readLfsSelection(new URLSearchParams({ soc: '2136', filterBy, minYear: '2020' }));
  expect(read('ageband:3|region:1|gender:1|')).toEqual({
    soc: '2136',
    minYear: 2020,
    maxYear: undefined,
    area: 'E12000007',
    sex: 'male',
    age: '25-34',
    error: undefined,
  });
  expect(read('')).toEqual(read('colour:1|nqf8:2'));
});

test('a year without hard-to-fill vacancies does not hide an older one', () => {
  const cell = (value?: number) => ({ value, marks: [] as string[] }) as never;
  const shortage = (year: number, hard?: number) =>
    ({
      year,
      occupation: 'all',
      title: 'All occupations',
      percentHardToFill: cell(hard),
      percentSkillShortage: cell(20),
      percentHardToFillForSkills: cell(hard === undefined ? undefined : 60),
      reliability: 2,
    }) as never;
  expect(newest([shortage(2017, 33.333), shortage(2019)])?.figures).toEqual({
    percentHTF: 33.33,
    percentSSV: 20,
    percentHTFisSSV: 60,
    reliability: 2,
  });
  expect(essFigures(shortage(2019))).toBeUndefined();
  expect(coarserNote(shortage(2017, 1))).toBeUndefined();
});

test('titles are written as the original wrote them; groups without a figure are left out', () => {
  expect(titleCase('Managers and directors in retail and wholesale')).toBe(
    'Managers and Directors in Retail and Wholesale',
  );
  expect(
    groupItems([{ code: '11', name: 'x', people: undefined, percent: undefined }], (name) => name),
  ).toEqual([]);
});

describe('v2', () => {
  test('a rate has its people beside it, each a full cell', async () => {
    const { body } = await gateway.json('/api/v2/unemployment?occupation=2134&year=2024');
    expect(body).toMatchObject({
      observations: [
        {
          year: 2024,
          rate: {
            value: expect.closeTo(4.456, 9),
            unit: 'percent',
            source: { dataset: 'projections', licence: 'OGL-UK-3.0' },
          },
          people: { unit: 'people' },
        },
      ],
      releases: [expect.objectContaining({ attribution: expect.any(String) })],
    });
  });

  test('a withheld share is null with its mark', async () => {
    const { body } = await gateway.json('/api/v2/skills-shortages?occupation=2134&area=W92000004');
    expect(body).toMatchObject({
      observations: [{ percentHardToFill: { value: null, marks: ['not-available'] }, reliability: 0 }],
    });
  });

  test('a place may be an area code, a postcode or a position', async () => {
    for (const place of ['E09000033', 'SW1A%201AA', 'SW1A', '51.5,-0.13']) {
      const { status, body } = await gateway.json(`/api/v2/areas/${place}/occupations`);
      expect(status).toBe(200);
      expect(body).toMatchObject({ place: { name: 'Westminster' }, groups: expect.any(Array) });
    }
  });

  test.each<[string, number, object]>([
    ['/unemployment?age=young', 400, { field: 'age' }],
    ['/unemployment?sex=2', 400, { field: 'sex', validValues: ['all', 'male', 'female'] }],
    ['/unemployment?occupation=1234', 404, {}],
    ['/skills-shortages', 400, { field: 'occupation' }],
    ['/areas/E08000003/indicators?indicators=rain', 400, { field: 'indicators' }],
    ['/areas/ZZ99/occupations', 404, { field: 'area' }],
    ['/areas/%3Cb%3E/commuting', 400, { field: 'place' }],
  ])('%s', async (path, status, expected) => {
    expect(await gateway.json(`/api/v2${path}`)).toMatchObject({ status, body: { ...expected, status } });
  });

  test('an open age band may come with a plain plus sign', async () => {
    expect(await gateway.json('/api/v2/unemployment?age=50+')).toMatchObject({ status: 200 });
  });
});
