import { GetDestinationsReply } from '@lmi/contracts';
import { coursesByYear, lastYear, occupationsByYear } from '../src/v1/hesa';
import { jacsSubjects, principalByCode, principalOf } from '../src/v1/jacs';
import { runGateway, type RunningGateway } from '../testing/running-gateway';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await runGateway();
});
afterAll(() => gateway.close());
afterEach(() => gateway.state.down.clear());

describe('v1 hesa and apprenticeships', () => {
  test.each<[string, unknown]>([
    [
      '/hesa/courses/2136',
      {
        soc: 2136,
        years: [{ year: '2020/21', courses: [{ name: '(H3) Mechanical engineering', percentage: 61 }] }],
      },
    ],
    ['/hesa/courses/5314', { soc: 5314, years: [], error: expect.any(String) }],
    ['/hesa/courses/9999', { soc: 9999, years: [], error: expect.any(String) }],
    ['/hesa/courses/%7Bv%7D', { soc: null, years: [], error: expect.any(String) }],
    ['/hesa/list-courses', [{ id: 'H3', name: 'Mechanical engineering' }]],
    [
      '/hesa/occupations?courses=h3,G1',
      [{ year: '2020/21', occupations: [{ soc: 212, title: 'Engineering professionals', percentage: 46 }] }],
    ],
    ['/hesa/occupations?courses=A1', []],
    ['/hesa/occupations', []],
    [
      '/apprenticeships/find?search=plumbing&accesskey=x',
      [
        {
          code: '512-3-1',
          title: 'Plumbing and Heating: Plumbing',
          level: 2,
          type: 'framework',
          soc: [5315],
        },
      ],
    ],
    ['/apprenticeships/find?soc=2136', []],
    ['/apprenticeships/find?soc=9999', []],
  ])('%s', async (path, expected) => {
    const { status, body } = await gateway.json(`/api/v1${path}`);
    expect([status, body]).toEqual([200, expected]);
  });

  test('exactly one of soc, code and search is asked for', async () => {
    for (const query of ['', '?soc=5314&search=plumbing']) {
      const { status, body } = await gateway.json(`/api/v1/apprenticeships/find${query}`);
      expect([status, body]).toEqual([400, { error: 'Please give exactly one of soc, code and search.' }]);
    }
  });

  test('regions are those of the other lists', async () => {
    const { body } = await gateway.json('/api/v1/apprenticeships/regions');
    expect(body).toHaveLength(12);
    expect((body as unknown[])[0]).toEqual({ code: 1, name: 'London' });
  });
});

describe('the original shape', () => {
  const share = (code: string, value: number) => ({
    subject: { code, name: '', level: 3 },
    share: { value },
  });

  test('subjects of one principal subject add up, and shares that round to nothing are left out', () => {
    const reply = GetDestinationsReply.fromPartial({
      period: '2019/21',
      subjects: [
        share('CAH02-04-02', 40.2),
        share('CAH16-01-01', 20),
        share('CAH02-04-05', 10.2),
        share('CAH05-01-01', 0.4),
      ],
    });
    expect(coursesByYear(reply)).toEqual([
      {
        year: '2020/21',
        courses: [
          { name: '(B7) Nursing', percentage: 50 },
          { name: '(M1) Law by area', percentage: 20 },
        ],
      },
    ]);
    expect(coursesByYear(GetDestinationsReply.fromPartial({}))).toEqual([]);
    expect(occupationsByYear(GetDestinationsReply.fromPartial({ period: '2020/21' }))).toEqual([]);
  });

  test('the year is the last of those pooled', () => {
    expect([lastYear('2019/21'), lastYear('2020/21')]).toEqual(['2020/21', '2020/21']);
  });

  test('each subject stands with one principal subject, and is found under it', () => {
    const all = jacsSubjects.flatMap(({ subjects }) => subjects);
    expect(new Set(all).size).toBe(all.length);
    expect(all).toHaveLength(166);
    for (const subject of all)
      expect(principalByCode(principalOf(subject)!.code)!.subjects).toContain(subject);
    for (const { code } of jacsSubjects) expect(code).toMatch(/^[A-Y]\d$/);
  });
});

describe('v2', () => {
  test('lists come in pages', async () => {
    const { body } = await gateway.json('/api/v2/courses?q=civil+engineering');
    expect(body).toMatchObject({
      total: 41,
      nextCursor: 'bmV4dA',
      courses: [{ provider: { ukprn: '10007762', name: 'A university' } }],
      releases: [{ dataset: 'courses' }],
    });
  });

  test('a course has its figures with unit, period, marks and source', async () => {
    const { body } = await gateway.json('/api/v2/courses/10007762-1-13MCHENG');
    expect(body).toMatchObject({
      ucas: ['5142'],
      outcomes: [
        {
          kind: 'salary-15-months',
          subject: 'CAH10-01',
          items: [
            {
              item: 'median',
              cell: {
                value: 29_000,
                unit: 'GBP/year',
                period: '2022/23',
                marks: ['small-sample', 'coarser'],
                source: { dataset: 'courses' },
              },
            },
          ],
        },
        { kind: 'earnings-3-years', items: [{ cell: { value: null, marks: ['not-available'] } }] },
      ],
    });
  });

  test.each<[string, number, object]>([
    ['/courses/10007762-1-NOT-THERE', 404, { field: 'id' }],
    ['/courses/abc', 400, { field: 'id' }],
    ['/courses?provider=12', 400, { field: 'provider' }],
    ['/courses?mode=evening', 400, { field: 'mode', validValues: ['full-time', 'part-time', 'both'] }],
    ['/courses?limit=1000', 400, { field: 'limit' }],
    ['/courses/destinations', 400, { field: 'occupation' }],
    ['/courses/destinations?subject=physics', 400, { field: 'subject' }],
    ['/apprenticeships?occupation=99999', 400, { field: 'occupation' }],
  ])('%s', async (path, status, problem) => {
    const { status: given, body } = await gateway.json(`/api/v2${path}`);
    expect([given, body]).toEqual([status, expect.objectContaining(problem)]);
  });

  test('a profile has both, from one call', async () => {
    const before = gateway.state.calls['getLearning'] ?? 0;
    const { body } = await gateway.json('/api/v2/occupations/5315/profile?area=E12000001');
    expect(body).toMatchObject({
      courses: { status: 'ok', total: 41, subjects: [] },
      apprenticeships: { status: 'ok', total: 1, apprenticeships: [{ id: '512-3-1' }] },
    });
    expect(gateway.state.calls['getLearning']).toBe(before + 1);
  });

  test('a profile without the courses service says so, and answers the rest', async () => {
    gateway.state.down.add('courses');
    const { status, body } = await gateway.json('/api/v2/occupations/2134/profile?area=E12000002');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      pay: { status: 'ok' },
      employment: { status: 'ok' },
      courses: { status: 'unavailable', detail: expect.any(String) },
      apprenticeships: { status: 'unavailable' },
    });
  });
});
