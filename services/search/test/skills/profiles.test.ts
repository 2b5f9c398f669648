import { combineProfiles, meanScore, type Profile, type Rating } from '../../src/skills/profiles';

const rating = (
  importance: number | null,
  level: number | null,
  marks: Rating['importance']['marks'] = [],
): Rating => ({
  importance: { value: importance, marks },
  level: { value: level, marks },
  first: '2020',
  last: '2022',
  share: 1,
});
const profile = (element: string, one: Rating): Profile => new Map([[element, one]]);

describe('combining ratings', () => {
  it('takes the weighted mean and says that it is modelled', () => {
    const parts = [
      { weight: 3, profile: profile('a', rating(4, 2)) },
      { weight: 1, profile: profile('a', { ...rating(2, 6), first: '2014', last: '2014' }) },
    ];
    expect(combineProfiles(parts).get('a')).toEqual({
      importance: { value: 3.5, marks: ['modelled'] },
      level: { value: 3, marks: ['modelled'] },
      first: '2014',
      last: '2022',
      share: 1,
    });
  });

  it('lies between the least and the greatest part and reproduces equal parts', () => {
    for (let round = 0; round < 100; round++) {
      const values = [1, 2, 3].map((n) => 1 + ((round * n * 7919) % 400) / 100);
      const scores = values.map((value, at) => ({ weight: at + 1, score: { value, marks: [] } }));
      const mean = meanScore(scores).value!;
      expect(mean).toBeGreaterThanOrEqual(Math.min(...values) - 1e-12);
      expect(mean).toBeLessThanOrEqual(Math.max(...values) + 1e-12);
    }
    expect(meanScore([1, 2].map((weight) => ({ weight, score: { value: 4, marks: [] } }))).value).toBe(4);
  });

  it('counts the part of the weight that is rated', () => {
    const parts = [
      { weight: 0.6, profile: profile('a', rating(4, 2)) },
      { weight: 0.4, profile: undefined },
    ];
    const combined = combineProfiles(parts).get('a')!;
    expect(combined.share).toBeCloseTo(0.6);
    expect(combined.importance.value).toBe(4);
  });

  it('leaves suppressed values out, and marks the mean when there are no others', () => {
    const sound = { weight: 1, score: { value: 2, marks: [] } };
    const suppressed = { weight: 9, score: { value: 5, marks: ['unreliable' as const] } };
    expect(meanScore([sound, suppressed])).toEqual({ value: 2, marks: ['modelled'] });
    expect(meanScore([suppressed])).toEqual({ value: 5, marks: ['unreliable', 'modelled'] });
  });

  it('is not applicable when most of the weight is', () => {
    const irrelevant = { weight: 3, score: { value: 0.2, marks: ['not-applicable' as const] } };
    const relevant = { weight: 2, score: { value: 3, marks: [] } };
    expect(meanScore([irrelevant, relevant]).marks).toEqual(['modelled', 'not-applicable']);
    expect(meanScore([irrelevant, { ...relevant, weight: 4 }]).marks).toEqual(['modelled']);
  });

  it('has no value without parts', () => {
    expect(meanScore([])).toEqual({ value: null, marks: ['not-available'] });
    expect(meanScore([{ weight: 1, score: { value: null, marks: [] } }]).value).toBeNull();
    expect(combineProfiles([]).size).toBe(0);
  });
});
