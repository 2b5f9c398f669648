import { Cell, type ElementRating } from '@lmi/contracts';
import { readOnetCode, readSelection, scalesOf, shortScores } from '../src/v1/onet';
import { runGateway, type RunningGateway } from '../testing/running-gateway';

let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await runGateway();
});
afterAll(() => gateway.close());

const rating = (id: string, importance?: number, level?: number, marks: string[] = []): ElementRating => ({
  element: { id, name: `Name of ${id}`, domain: 'skills', edition: '29.0' },
  importance: Cell.fromPartial({ marks, ...(importance === undefined ? {} : { value: importance }) }),
  level: Cell.fromPartial({ marks, ...(level === undefined ? {} : { value: level }) }),
});

describe('v1', () => {
  it('puts levels before importance and high-points before interests', async () => {
    const skills = await gateway.json('/api/v1/o-net/skills/11-1011.00');
    expect(skills.body).toMatchObject({
      onetcode: '11-1011.00',
      scales: [
        { id: 'LV', skills: expect.arrayContaining([{ id: '2.A.1.c', name: 'Writing', value: 3.5 }]) },
        { id: 'IM', skills: expect.arrayContaining([{ id: '2.A.1.c', name: 'Writing', value: 3 }]) },
      ],
    });
    const interests = await gateway.json('/api/v1/o-net/interests/11-1011.00');
    expect(interests.body).toMatchObject({
      scales: [
        { id: 'IH', interests: [{ id: '1.B.1.g', value: 5 }] },
        { id: 'OI', interests: [{ id: '1.B.1.c' }] },
      ],
    });
  });

  it('has no scales for what is not rated and an error for what is no code', async () => {
    expect((await gateway.json('/api/v1/o-net/abilities/11-1011.00')).body).toEqual({
      onetcode: '11-1011.00',
      scales: [],
    });
    expect((await gateway.json('/api/v1/o-net/skills/99-9999.00')).body).toEqual({
      onetcode: '99-9999.00',
      scales: [],
    });
    const wrong = await gateway.json('/api/v1/o-net/skills/abc');
    expect([wrong.status, wrong.body]).toEqual([400, { error: expect.stringContaining('11-1011.00') }]);
    expect(readOnetCode(' 11-1011 ')).toBe('11-1011.00');
  });

  it('leaves values out that the source does not stand by', () => {
    const [level, importance] = scalesOf('skills', {
      code: '11-1011.00',
      title: '',
      ratings: [rating('2.A.1.a', 3, 2), rating('2.A.1.b', 4, 4, ['unreliable']), rating('2.A.1.c', 2)],
      highPoints: [],
      release: '',
    });
    expect(level!.elements.map(({ id }) => id)).toEqual(['2.A.1.a']);
    expect(importance!.elements.map(({ id }) => id)).toEqual(['2.A.1.a', '2.A.1.c']);
  });

  it('leads from SOC to O*NET and back', async () => {
    expect((await gateway.json('/api/v1/o-net/soc2onet/2136')).body).toEqual({
      soc: 2136,
      onetCodes: [{ code: '15-1252.00', title: expect.any(String) }],
    });
    expect((await gateway.json('/api/v1/o-net/soc2onet/1234')).body).toEqual({ soc: 1234, onetCodes: [] });
    expect((await gateway.json('/api/v1/o-net/soc2onet/abc')).status).toBe(400);
    const back = await gateway.json('/api/v1/o-net/onet2soc?onetCodes=11-1011.00%2C13-1151.00,');
    expect(back.body).toEqual(
      ['11-1011.00', '13-1151.00'].map((onetCode) => ({
        onetCode,
        socCodes: [{ soc: 2136, title: 'Programmers' }],
      })),
    );
    expect((await gateway.json('/api/v1/o-net/onet2soc')).status).toBe(400);
  });

  it('matches what is selected, and nothing when nothing known is', async () => {
    const path = '/api/v1/o-net/reversematch?weights=100%2C100%2C100%2C100&skills=2.A.1.c,2.A.1.d,9.Z';
    expect((await gateway.json(path)).body).toEqual({
      selection: { skills: { '2.A.1.c': 'Writing', '2.A.1.d': 'Speaking' } },
      results: [{ title: expect.any(String), likely_soc_codes: [2136], score: 0.875 }],
    });
    expect((await gateway.json('/api/v1/o-net/reversematch')).body).toEqual({ selection: {}, results: [] });
    const none = await gateway.json('/api/v1/o-net/reversematch?weights=0,0,0,0&skills=2.A.1.c');
    expect(none.body).toMatchObject({ results: [] });
    expect(readSelection(new URLSearchParams('weights=50,x&interests=1.B.1.a'))).toMatchObject({
      weights: [50, 100, 100, 100],
      selected: { interests: ['1.B.1.a'] },
    });
  });

  it('scores the skills of the first API from 0 to 1, highest first', async () => {
    expect(shortScores([rating('2.B.3.e', 5, 7), rating('2.A.1.f', 1, 0)], 'importance')).toEqual([
      { name: 'programming', score: 1, rank: 1 },
      { name: 'mean', score: 0.5, rank: 2 },
      { name: 'science', score: 0, rank: 3 },
    ]);
    expect(shortScores([], 'level')).toEqual([]);
    const { body } = await gateway.json('/api/v1/onet/levels/2136');
    expect(body).toMatchObject({ infotype: 'levels', soc: 2136, skills: [{ rank: 1 }, {}, {}] });
    expect((await gateway.json('/api/v1/onet/importance/1234')).body).toEqual({
      infotype: 'importance',
      soc: 1234,
      skills: [],
    });
  });
});

describe('v2', () => {
  it('gives importance and level as cells, with the links that they come through', async () => {
    const { body } = await gateway.json('/api/v2/occupations/2134/skills?domain=skills');
    expect(body).toMatchObject({
      code: '2134',
      ratings: expect.arrayContaining([
        {
          element: { id: '2.A.1.c', name: 'Writing', domain: 'skills' },
          importance: expect.objectContaining({ value: 3, unit: 'importance 1-5', marks: ['modelled'] }),
          level: expect.objectContaining({ value: 3.5, unit: 'level 0-7', marks: ['modelled'] }),
        },
      ]),
      onet: { coverage: 1, links: [{ code: '15-1252.00', weight: 1, marks: ['modelled'], rated: true }] },
      esco: { occupationGroups: [{ code: '2512' }], skills: { status: 'not-available' } },
      releases: expect.arrayContaining([expect.objectContaining({ dataset: 'onet-link' })]),
    });
  });

  it('ranks occupations with reasons', async () => {
    const { body } = await gateway.json(
      '/api/v2/skills/match?like=1.B.1.c:5&can=2.A.1.e:2.5,2.A.1.c:4&reasons=2',
    );
    expect(body).toMatchObject({
      matches: [
        {
          code: '2136',
          score: 0.875,
          compared: 3,
          marks: ['modelled'],
          reasons: [
            { element: { name: 'Artistic' }, kind: 'like', yours: 5, theirs: 4.5, fit: 0.875 },
            { element: { name: 'Mathematics' }, kind: 'can', yours: 2.5 },
          ],
        },
      ],
      unrated: ['3311'],
    });
  });

  it.each([
    ['/skills/match', 400, { field: 'like' }],
    ['/skills/match?like=2.A.1.c', 400, { field: 'like', detail: expect.stringContaining('2.A.1.a:5') }],
    ['/skills/match?can=2.A.1.c:6', 400, { field: 'can' }],
    ['/skills?domain=talents', 400, { validValues: expect.arrayContaining(['knowledge']) }],
    ['/occupations/1234/skills', 404, {}],
    ['/onet/11-1011', 400, { field: 'code' }],
    ['/onet/99-9999.00', 404, {}],
  ])('%s', async (path, status, expected) => {
    const answer = await gateway.json(`/api/v2${path}`);
    expect([path, answer.status]).toEqual([path, status]);
    expect(answer.body).toMatchObject(expected);
  });

  it('shows the most important of each domain in a profile', async () => {
    const { body } = await gateway.json('/api/v2/occupations/2134/profile');
    const { skills } = body as { skills: { status: string; ratings: { element: { domain: string } }[] } };
    expect(skills.status).toBe('ok');
    expect(skills.ratings.map(({ element }) => element.domain)).toEqual([
      'skills',
      'skills',
      'skills',
      'skills',
      'knowledge',
      'interests',
    ]);
  });
});
