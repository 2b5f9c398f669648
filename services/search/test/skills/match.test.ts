import {
  fitOf,
  least,
  MatchTable,
  most,
  tellingReasons,
  type OwnRating,
  type RankedOccupation,
} from '../../src/skills/match';

/** Equal seeds give equal numbers from 0 to 1 (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 4294967296;
  };
}

const elements = Array.from({ length: 30 }, (_, at) => `2.A.1.${String(at)}`);

function occupationsOf(seed: number, count = 60): RankedOccupation[] {
  const random = randomOf(seed);
  return Array.from({ length: count }, (_, at) => ({
    code: String(1000 + at),
    importance: new Map(elements.map((element) => [element, 1 + 4 * random()])),
    level: new Map(elements.map((element) => [element, 7 * random()])),
  }));
}

const rankOf = (table: MatchTable, ratings: readonly OwnRating[], code: string): number =>
  table.match(ratings).findIndex((match) => match.code === code) + 1;

const scoreOf = (table: MatchTable, ratings: readonly OwnRating[], code: string): number =>
  table.match(ratings).find((match) => match.code === code)!.score;

const seeds = [1, 2, 3];

describe.each(seeds)('matching, seed %d', (seed) => {
  const occupations = occupationsOf(seed);
  const table = new MatchTable(occupations);
  const random = randomOf(seed + 100);
  const anyRating = (): OwnRating => ({
    element: elements[Math.floor(random() * elements.length)]!,
    kind: random() < 0.5 ? 'like' : 'can',
    value: least + (most - least) * random(),
    weight: 0.5 + random(),
  });
  const anyRatings = (count: number): OwnRating[] => Array.from({ length: count }, anyRating);

  it('ranks every occupation first on its own profile, with score 1', () => {
    for (const { code } of occupations) {
      const [first] = table.match(table.ownRatings(code));
      expect([first!.code, first!.score]).toEqual([code, 1]);
    }
  });

  it('ranks an occupation among the first on its own profile told inexactly and in part', () => {
    const ranks = occupations.map(({ code }) => {
      const noisy = table
        .ownRatings(code)
        .filter(() => random() < 0.5)
        .map((rating) => ({
          ...rating,
          value: Math.min(most, Math.max(least, Math.round(rating.value + random() - 0.5))),
        }));
      return rankOf(table, noisy, code);
    });
    expect(ranks.filter((rank) => rank <= 3).length / ranks.length).toBeGreaterThanOrEqual(0.95);
  });

  it('gives scores from 0 to 1 and ranks by them', () => {
    for (let round = 0; round < 20; round++) {
      const scores = table.match(anyRatings(1 + round)).map(({ score }) => score);
      expect(Math.min(...scores)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...scores)).toBeLessThanOrEqual(1);
      expect(scores).toEqual([...scores].sort((a, b) => b - a));
    }
  });

  it('never lowers the score of an occupation when a rating moves towards it', () => {
    for (let round = 0; round < 50; round++) {
      const ratings = anyRatings(8);
      const { code } = occupations[round % occupations.length]!;
      const before = table.match(ratings).find((match) => match.code === code)!;
      const moved = ratings.map((rating, at) =>
        at === 0 ? { ...rating, value: (rating.value + before.reasons[0]!.theirs) / 2 } : rating,
      );
      expect(scoreOf(table, moved, code)).toBeGreaterThanOrEqual(before.score - 1e-12);
    }
  });

  it('does not depend on the order of the ratings, nor on the scale of the weights', () => {
    const ratings = anyRatings(12);
    const reversed = [...ratings].reverse();
    const heavier = ratings.map((rating) => ({ ...rating, weight: 10 * rating.weight }));
    for (const { code, score } of table.match(ratings)) {
      expect(scoreOf(table, reversed, code)).toBeCloseTo(score, 12);
      expect(scoreOf(table, heavier, code)).toBeCloseTo(score, 12);
    }
  });

  it('gives the score as the weighted mean of the reasons', () => {
    const [first] = table.match(anyRatings(10));
    const weight = first!.reasons.reduce((sum, reason) => sum + reason.weight, 0);
    const mean = first!.reasons.reduce((sum, reason) => sum + reason.weight * reason.fit, 0) / weight;
    expect(first!.score).toBeCloseTo(mean, 12);
  });
});

describe('the fit', () => {
  const rating = (kind: 'like' | 'can', value: number): OwnRating => ({
    element: 'e',
    kind,
    value,
    weight: 1,
  });

  it('falls in proportion to the distance, half as fast for what one can beyond need', () => {
    expect(fitOf(rating('like', 5), 1)).toBe(0);
    expect(fitOf(rating('like', 1), 5)).toBe(0);
    expect(fitOf(rating('like', 4), 3)).toBe(0.75);
    expect(fitOf(rating('can', 1), 5)).toBe(0);
    expect(fitOf(rating('can', 5), 1)).toBe(0.5);
    expect(fitOf(rating('can', 3), 3)).toBe(1);
  });

  it('names the reasons that tell most, those for before those against', () => {
    const reason = (element: string, fit: number) => ({ ...rating('like', 3), element, theirs: 3, fit });
    const match = {
      code: '1111',
      score: 0.5,
      reasons: [reason('a', 0.5), reason('b', 0), reason('c', 1), reason('d', 0.6)],
    };
    expect(tellingReasons(match, 2).map(({ element }) => element)).toEqual(['c', 'b']);
    expect(tellingReasons(match, 0)).toEqual([]);
  });
});

describe('occupations with gaps', () => {
  const table = new MatchTable([
    {
      code: '1111',
      importance: new Map([
        ['a', 1],
        ['b', 5],
      ]),
      level: new Map(),
    },
    {
      code: '2222',
      importance: new Map([
        ['a', 5],
        ['b', 1],
      ]),
      level: new Map(),
    },
    { code: '3333', importance: new Map([['a', 3]]), level: new Map() },
    { code: '4444', importance: new Map(), level: new Map() },
  ]);
  const like = (element: string, value: number): OwnRating => ({ element, kind: 'like', value, weight: 1 });

  it('are ranked while half of the ratings can be compared, and left out otherwise', () => {
    expect(table.match([like('a', 5), like('b', 1)]).map(({ code }) => code)).toEqual([
      '2222',
      '3333',
      '1111',
    ]);
    expect(table.match([like('b', 1)]).map(({ code }) => code)).toEqual(['2222', '1111']);
    expect(table.match([{ ...like('a', 5), kind: 'can' }])).toEqual([]);
    expect(table.ownRatings('9999')).toEqual([]);
  });

  it('are ranked by code when their scores are equal', () => {
    expect(table.match([like('a', 3)]).map(({ code }) => code)).toEqual(['3333', '1111', '2222']);
  });
});
