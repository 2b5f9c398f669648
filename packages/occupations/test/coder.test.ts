import fc from 'fast-check';
import { buildOccupationIndex, OccupationCoder, type AbroadTitle } from '../src';
import { readAdvertTitle } from '../src/advert-title';
import { entries, groups } from './fixtures';

const coder = new OccupationCoder(buildOccupationIndex({ groups, entries }));
const code = (title: string): string | undefined => coder.code({ title }).choices[0]?.code;

describe('reading the title of an advert', () => {
  test.each([
    ['Senior Java Developer – London – £60k – hybrid', ['senior java developer', 'london']],
    ['HGV Driver (Class 2) £15.50ph Nights', ['hgv driver']],
    ['Plumber x 3, immediate start!', ['plumber']],
    ['Sales Exec | Leeds | £25,000 - £30,000 per annum + bonus', ['sales executive', 'leeds']],
    ['Full-time Care Assistant', ['full-time care assistant']],
    ['C# / .NET Dev', ['csharp / dotnet developer']],
    ['***', []],
    ['', []],
  ])('%s names %j', (title, pieces) => {
    expect(readAdvertTitle(title).pieces).toEqual(pieces);
  });

  test('keeps what is in brackets apart and says what was put in full', () => {
    const { brackets, changes } = readAdvertTitle('Asst Manager (Hotel)');
    expect(brackets).toEqual(['hotel']);
    expect(changes).toEqual(['asst = assistant']);
  });
});

test('a search that finds nothing as it stands is read as an advert, and nonsense stays without an answer', () => {
  const index = buildOccupationIndex({ groups, entries });
  const first = (query: string) => index.search(query, { classification: 'soc2020' })[0]?.code;
  expect(first('Plumber - Kirkcaldy, Lochgelly & Cowdenbeath - £35k + van + overtime')).toBe('5315');
  expect(first('qqq - £35k')).toBeUndefined();
  expect(first('plumber_qqq')).toBeUndefined();
});

describe('coding of titles', () => {
  test.each([
    ['Plumber – Leeds – £35k', '5315'],
    ['URGENT: HGV Driver (nights)', '8211'],
    ['Trainee dental nurse', '6133'],
    ['cabbie', '8213'],
    ['plumbr', '5315'],
    ['Firefighter/Barista', '3313'],
  ])('%s is %s', (title, expected) => {
    expect(code(title)).toBe(expected);
  });

  test('says which entry spoke for the code, by which rule, and what was read as something else', () => {
    expect(coder.code({ title: 'Tree Surgeon' })).toMatchObject({ rule: 'entry', work: 'tree surgeon' });
    expect(coder.code({ title: 'Tree Surgeon' }).choices[0]).toMatchObject({ matchedTitle: 'Tree surgeon' });
    expect(coder.code({ title: 'sparky' })).toMatchObject({
      rule: 'synonym',
      changes: ['sparky = electrician'],
    });
    expect(coder.code({ title: 'electrican' })).toMatchObject({ rule: 'spelling' });
  });

  test('turns round what is printed as in an index, also where no entry says it', () => {
    for (const title of ['Driver, taxi', 'Nurse, dental, zyzzyva'])
      expect(coder.code({ title }).work).toBe(title.toLowerCase().split(', ').reverse().join(' '));
    expect(coder.code({ title: 'Plumber, Leeds' }).work).toBe('plumber');
    const index = buildOccupationIndex({ groups, entries });
    const first = (query: string) => index.search(query, { classification: 'soc2020' })[0]?.code;
    expect(first('Nurse, dental, zyzzyva')).toBe(first('zyzzyva dental nurse'));
  });

  test('suggests codes where no word is known, names the entry nearest in meaning, and refuses to give one', () => {
    const { refused, choices } = coder.code({ title: 'electrocutioner' });
    expect(refused).toBe('unknown-words');
    expect(choices[0]).toMatchObject({ code: '5241', matchedTitle: 'Electrician' });
    expect(coder.code({ title: 'electrozyzzyva' }).choices[0]).toMatchObject({
      code: '5241',
      matchedTitle: '',
    });
  });

  test('refuses what names no work and what it has never met, with the reason', () => {
    expect(coder.code({ title: 'Immediate start, £12 per hour' })).toMatchObject({
      refused: 'no-work-named',
      choices: [],
    });
    expect(coder.code({ title: '漢字' })).toMatchObject({ refused: 'unknown-words', choices: [] });
  });

  test('asks what would settle an ambiguous title', () => {
    const fitter = { title: 'Fitter', naturalTitle: 'Fitter', soc2010: null, addQualifier: null };
    const rest = { indQualifier: null, defaultEntry: null, seeCodes: null };
    const both = ['5241', '5315', '5231'].map((soc2020, at) => ({
      ...fitter,
      ...rest,
      soc2020,
      seq: 900 + at,
    }));
    const index = buildOccupationIndex({ groups, entries: [...entries, ...both] });
    const vague = new OccupationCoder(index).code({ title: 'fitter' });
    expect(vague).toMatchObject({ ambiguous: true, question: 'Which kind of fitter is meant?' });
    const named = [
      ['5315', 'Plumbers'],
      ['5241', 'Electricians'],
      ['5231', 'IT trades n.e.c.'],
    ].map(([code = '', title = '']) => ({ classification: 'soc2020' as const, code, level: 'unit', title }));
    const others = groups.filter(({ code }) => !named.some((one) => one.code === code));
    const telling = buildOccupationIndex({ groups: [...others, ...named], entries: [...entries, ...both] });
    const { question } = new OccupationCoder(telling).code({ title: 'fitter' });
    expect(question).toMatch(/^Which is meant by "fitter": .*; or .*\?$/);
    for (const name of ['plumbers', 'electricians', 'other IT trades']) expect(question).toContain(name);
    const likely = vague.choices.slice(0, 3).map((choice) => choice.code);
    expect(likely.sort()).toEqual(['5231', '5241', '5315']);
  });

  test('titles of another classification move a title that the words leave open', () => {
    const chance = (abroad: readonly AbroadTitle[]): number =>
      new OccupationCoder(buildOccupationIndex({ groups, entries, abroad }))
        .code({ title: 'zyzzyva driver' })
        .choices.find((choice) => choice.code === '8213')?.probability ?? 0;
    const title = { title: 'Zyzzyva chauffeur', groups: [{ code: '8213', weight: 1 }] };
    const other = { title: 'Chauffeur', groups: [{ code: '8211', weight: 1 }] };
    expect(chance([title, other])).toBeGreaterThan(chance([]));
  });

  test('the industry moves a title that the words leave open', () => {
    const chance = (industry?: string): number =>
      coder.code({ title: 'nurse', industry }).choices.find((choice) => choice.code === '6133')
        ?.probability ?? 0;
    expect(chance('dental practice')).toBeGreaterThan(chance());
  });

  test('any text gives probabilities that fall and add up to no more than one', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc
        .array(fc.constantFrom('driver', 'nurse', '£20k', '(', '/', '&', '-', 'manager', 'police', 'é'))
        .map((words) => words.join(' ')),
    );
    fc.assert(
      fc.property(text, text, (title, description) => {
        const { choices, refused, question, ambiguous } = coder.code({ title, description });
        const sum = choices.reduce((whole, choice) => whole + choice.probability, 0);
        expect(sum).toBeLessThanOrEqual(1.003);
        expect(choices.length === 0 ? refused : '').toBeDefined();
        expect(question !== undefined).toBe(ambiguous);
        if (refused === 'too-vague' && choices.length > 1) expect(ambiguous).toBe(true);
        for (const [at, choice] of choices.entries()) {
          expect(choice.code).toMatch(/^\d{4}$/);
          if (at > 0) expect(choice.probability).toBeLessThanOrEqual(choices[at - 1]!.probability);
        }
      }),
    );
  });
});
