import fc from 'fast-check';
import { buildOccupationIndex, everydayWords, maxHits, OccupationIndexBuilder } from '../src';
import type { Classification } from '../src';
import { entries, groups } from './fixtures';

const index = buildOccupationIndex({ groups, entries });
const first = (query: string, classification: Classification = 'soc2020'): string | undefined =>
  index.search(query, { classification })[0]?.code;

describe('occupation search', () => {
  test.each([
    ['plumber', '5315'],
    ['Plumbers', '5315'],
    ['plumbing', '5315'],
    ['plumb', '5315'],
    ['plumbr', '5315'],
    ['nurse', '2237'],
    ['dental nurse', '6133'],
    ['nurse dental', '6133'],
    ['nurse, dental', '6133'],
    ['software dev', '2134'],
    ['sofware develoepr', '2134'],
    ['hgv driver', '8211'],
    ['H.G.V. driver', '8211'],
    ['cabbie', '8213'],
    ['teaching assistant', '6112'],
    ['TA', '6112'],
    ['brain surgeon', '2212'],
    ['tree surgeon', '9112'],
    ['barista', '9266'],
    ['sparky', '5241'],
    ['accountant', '2421'],
    ['fire fighter', '3313'],
    ['firewoman', '3313'],
    ['policewoman', '3312'],
    ['waitress', '9264'],
    ['forklift driver', '8222'],
    ['fork lift driver', '8222'],
    ['busdriver', '8212'],
    ['driver of buses', '8212'],
    ['hotel manager', '1221'],
    ['boss', '5330'],
    ['draughtsperson', '3120'],
    ['"police officer"', '3312'],
    ['(plumber AND plumb*', '5315'],
  ])('%s gives %s first', (query, code) => {
    expect(first(query)).toBe(code);
  });

  test('answers in the classification asked for', () => {
    expect(first('plumber', 'soc2010')).toBe('5314');
    expect(first('waiter', 'soc2010')).toBe('9273');
  });

  test('gives the title that matched in natural order, and says when words were changed', () => {
    expect(index.search('driver hgv', { classification: 'soc2020' })[0]).toMatchObject({
      matchedTitle: 'HGV driver',
    });
    expect(index.search('barristar', { classification: 'soc2020' })[0]).toMatchObject({ reason: 'spelling' });
    expect(index.search('cabbie', { classification: 'soc2020' })[0]).toMatchObject({
      code: '8213',
      reason: 'synonym',
    });
  });

  test('leaves out titles that share only a common word', () => {
    const codes = index.search('marketing manager', { classification: 'soc2020' }).map((hit) => hit.code);
    expect(codes[0]).toBe('2432');
    expect(codes).not.toContain('1221');
  });

  test('does not correct short words', () => {
    expect(index.search('nurs', { classification: 'soc2020' }).length).toBeGreaterThan(0);
    expect(index.search('bsu', { classification: 'soc2020' })).toEqual([]);
  });

  test('finds nothing for nothing and for words of no occupation', () => {
    for (const query of ['', '   ', '%%%', '***', '()', 'gobbledygook', '\u0000', '🙂']) {
      expect(index.search(query, { classification: 'soc2020' })).toEqual([]);
    }
  });

  test('each keystroke of a title keeps its group in sight once the beginning is telling', () => {
    for (const title of ['electrician', 'barista', 'neurosurgeon', 'police officer', 'driving instructor']) {
      const code = first(title)!;
      for (let length = 4; length <= title.length; length++) {
        const codes = index
          .search(title.slice(0, length), { classification: 'soc2020' })
          .map((hit) => hit.code);
        expect(codes).toContain(code);
      }
    }
  });

  test('any text gives distinct unit groups in falling order of score, at most 30', () => {
    const word = fc.constantFrom(
      'driver',
      'nurse',
      'AND',
      '"',
      '(',
      '*',
      'manager',
      'police',
      'bus',
      '-',
      'é',
      'constructor',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.array(word).map((words) => words.join(' ')),
    );
    fc.assert(
      fc.property(text, fc.constantFrom<Classification>('soc2020', 'soc2010'), (query, classification) => {
        const hits = index.search(query, { classification, limit: 99 });
        expect(hits.length).toBeLessThanOrEqual(maxHits);
        expect(new Set(hits.map((hit) => hit.code)).size).toBe(hits.length);
        for (const [at, hit] of hits.entries()) {
          expect(hit.code).toMatch(/^\d{4}$/);
          expect(Number.isFinite(hit.score)).toBe(true);
          if (at > 0) expect(hit.score).toBeLessThanOrEqual(hits[at - 1]!.score);
        }
      }),
    );
  });

  test('the order of words does not matter for what is found', () => {
    const codes = (query: string): string[] =>
      index
        .search(`${query} `, { classification: 'soc2020' })
        .map((hit) => hit.code)
        .sort();
    expect(codes('driver hgv')).toEqual(codes('hgv driver'));
  });

  test('rows may come in portions, and other work in between', () => {
    const builder = new OccupationIndexBuilder();
    builder.addGroups(groups);
    for (const entry of entries) builder.addEntries([entry]);
    const steps = builder.finish();
    let step = steps.next();
    let pauses = 0;
    while (!step.done) {
      pauses++;
      step = steps.next();
    }
    expect(pauses).toBeGreaterThan(1);
    for (const query of ['nurse', 'driver', 'accountant', 'manager']) {
      expect(step.value.search(query, { classification: 'soc2010' })).toEqual(
        index.search(query, { classification: 'soc2010' }),
      );
    }
  });

  test('an empty index answers', () => {
    expect(
      buildOccupationIndex({ groups: [], entries: [] }).search('nurse', { classification: 'soc2020' }),
    ).toEqual([]);
  });

  test('everyday phrases are listed once', () => {
    const phrases = everydayWords.map(({ phrase }) => phrase);
    expect(phrases.filter((phrase, at) => phrases.indexOf(phrase) !== at)).toEqual([]);
  });
});
