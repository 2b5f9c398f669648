import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildOccupationIndex, OccupationCoder } from '../src';
import { TitleModelBuilder, type TitleModel } from '../src/title-model';
import { titleWords } from '../src/title-features';
import { dimensions, WordVectors } from '../src/word-vectors';
import { entries, groups } from './fixtures';

const vectors = new WordVectors();

function cosine(a: string, b: string): number {
  const of = (word: string): Float32Array => {
    const sums = new Float32Array(dimensions);
    vectors.addTo(sums, 0, vectors.row(word)!, 1);
    return sums;
  };
  const other = of(b);
  return of(a).reduce((sum, value, at) => sum + value * other[at]!, 0);
}

function modelOf(titles: readonly (readonly [string, string])[]): TitleModel {
  const builder = new TitleModelBuilder(['word'], undefined, vectors);
  for (const [number, [title, code]] of titles.entries()) builder.add(title, '', code, 1, number);
  const steps = builder.finish();
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

test('every word of the list is found in its row, and no other', () => {
  const words = readFileSync(path.join(__dirname, '../data/vector-words.txt'), 'utf8').trimEnd().split('\n');
  expect(words).toHaveLength(vectors.lengths.length);
  expect(words.filter((word, row) => vectors.row(word) !== row)).toEqual([]);
  for (const other of ['', 'a', 'zyzzyvax', '\n', 'é']) expect(vectors.row(other)).toBeUndefined();
});

test('a word is as like itself as can be, and words of like company are alike', () => {
  expect(cosine('plumber', 'plumber')).toBeCloseTo(1, 5);
  expect(cosine('plumber', 'electrician')).toBeGreaterThan(cosine('plumber', 'violinist'));
  expect(cosine('violinist', 'cellist')).toBeGreaterThan(cosine('violinist', 'lorry'));
});

test('titles of like words speak for their group, and the likest is named', () => {
  const titles = [
    ['Lorry driver', '8211'],
    ['Violin teacher', '2319'],
    ['Bricklayer', '5313'],
    ['Orchestra conductor', '3415'],
  ] as const;
  const model = modelOf(titles);
  for (const [asked, code, title] of [
    ['Truck driver', '8211', 0],
    ['Piano teacher', '2319', 1],
    ['Cellist', '3415', 3],
  ] as const) {
    const { title: meant, middle, known } = model.vectors!.opinion(titleWords(asked))!;
    const group = model.codes.indexOf(code);
    expect(known).toBe(1);
    const near = model.vectors!.nearest(meant, [0, 1, 2, 3]);
    expect(near[group]).toBe(0);
    expect(Math.max(...near.filter((_, at) => at !== group))).toBeLessThan(0);
    expect(Math.max(...middle)).toBeCloseTo(0, 5);
    expect(model.vectors!.mostAlike(meant, group)).toBe(title);
  }
  expect(model.vectors!.opinion(['zyzzyvax'])).toBeUndefined();
  expect(model.vectors!.opinion(titleWords('zyzzyvax driver'))!.known).toBe(0.5);
});

test('groups that are not asked about are as far as can be', () => {
  const model = modelOf([
    ['Lorry driver', '8211'],
    ['Violin teacher', '2319'],
  ]);
  const { title } = model.vectors!.opinion(['driver'])!;
  expect([...model.vectors!.nearest(title, [1])]).toEqual([-12, 0]);
});

test('a code that no entry shares words with names the entry that is nearest in meaning', () => {
  const coder = new OccupationCoder(buildOccupationIndex({ groups, entries }));
  const { choices, rule } = coder.code({ title: 'bartender' });
  expect(rule).toBe('model');
  expect(choices.find(({ code }) => code === '9264')).toMatchObject({ matchedTitle: 'Waiter' });
});
