import { TitleModelBuilder } from '../src/title-model';
import { titleWords } from '../src/title-features';
import { WordKinds } from '../src/word-kinds';

const kinds = new WordKinds();

test('words of like things share kinds, the nearer the more, and unknown words have none', () => {
  const shared = (a: string, b: string): number => {
    const other = kinds.of(b).numbers;
    return kinds.of(a).numbers.filter((kind) => other.includes(kind)).length;
  };
  expect(shared('bus', 'lorry')).toBeGreaterThan(shared('bus', 'violinist'));
  expect(shared('violinist', 'guitarist')).toBeGreaterThan(shared('violinist', 'plumber'));
  expect(kinds.of('zyzzyvax')).toEqual({ numbers: [], weights: [] });
});

test('every kind is as sure as it is of any word, at most 1', () => {
  const { numbers, weights } = kinds.together(['bus', 'lorry']);
  expect(new Set(numbers).size).toBe(numbers.length);
  for (const word of ['bus', 'lorry'])
    for (const [at, kind] of kinds.of(word).numbers.entries())
      expect(weights[numbers.indexOf(kind)]).toBeGreaterThanOrEqual(kinds.of(word).weights[at]!);
  expect(Math.max(...weights)).toBe(1);
});

test('the last word and the words before it each speak for the groups that have their kinds there', () => {
  const builder = new TitleModelBuilder(['word'], kinds);
  builder.add('Lorry cleaner', '', '9222', 1);
  builder.add('Violin teacher', '', '2319', 1);
  const steps = builder.finish();
  let step = steps.next();
  while (!step.done) step = steps.next();
  const model = step.value;
  const { head, modifier } = model.kinds!.affinities(titleWords('Guitar cleaner'));
  const at = (code: string): number => model.codes.indexOf(code);
  expect(head[at('9222')]).toBeGreaterThan(head[at('2319')]!);
  expect(modifier[at('2319')]).toBeGreaterThan(modifier[at('9222')]!);
});
