import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import {
  isMark,
  markForCv,
  markerSources,
  markersOf,
  marks,
  marksOfMarker,
  mergeMarks,
  sortMarks,
} from '../src/marks';
import type { Mark, MarkerSource } from '../src/marks';

const names = marks.map(({ mark }) => mark);
const bands: Mark[] = ['reliable', 'reasonable', 'acceptable', 'unreliable'];

test('the vocabulary', () => {
  expect([...names].sort()).toEqual(
    [
      ...[
        'reliable',
        'reasonable',
        'acceptable',
        'unreliable',
        'confidential',
        'modelled',
        'imputed',
        'projected',
      ],
      ...['provisional', 'revised', 'break', 'coarser', 'not-available', 'not-applicable', 'rounds-to-zero'],
      'small-sample',
    ].sort(),
  );
  expect(names.every(isMark)).toBe(true);
  expect(isMark('estimated')).toBe(false);
});

test('the methods page has a row for every mark, with its codes, and for every source marker', () => {
  const page = readFileSync(join(__dirname, '../../../docs/methods/marks.md'), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('|'));
  const cells = (row: string) => row.split('|').map((cell) => cell.replaceAll('`', '').trim());
  for (const { mark, sdmx, gss } of marks) {
    const row = rows.map(cells).find(([, first]) => first === mark);
    expect(row?.slice(3, 5)).toEqual([sdmx ?? '–', gss ?? '–']);
  }
  for (const source of markerSources) {
    for (const marker of markersOf(source)) {
      const row = rows.map(cells).find(([, from, text]) => from === source && text === (marker || '(none)'));
      expect(row?.[3]).toBe(marksOfMarker(source, marker).join(', ') || '–');
    }
  }
});

test.each<[number, Mark]>([
  [0, 'reliable'],
  [5, 'reliable'],
  [5.01, 'reasonable'],
  [10, 'reasonable'],
  [10.01, 'acceptable'],
  [20, 'acceptable'],
  [20.01, 'unreliable'],
  [300, 'unreliable'],
])('a coefficient of variation of %d %% is %s', (cv, mark) => {
  expect(markForCv(cv)).toBe(mark);
});

test('no coefficient of variation, and impossible ones', () => {
  expect(markForCv(null)).toBeUndefined();
  expect(markForCv(undefined)).toBeUndefined();
  expect(() => markForCv(-1)).toThrow(RangeError);
  expect(() => markForCv(NaN)).toThrow(RangeError);
});

test.each<[MarkerSource, string, Mark[]]>([
  ['ashe', '', []],
  ['ashe', 'x', ['unreliable', 'not-available']],
  ['ashe', '..', ['confidential']],
  ['ashe', ':', ['not-applicable']],
  ['ashe', '-', ['rounds-to-zero']],
  ['ashe', '?', ['not-available']],
  ['ashe-extract', '', ['not-available']],
  ['ashe-extract', '?', ['not-available']],
  ['ashe-extract', 'x', ['unreliable', 'not-available']],
  ['ashe-extract', '..', ['confidential']],
  ['ashe-extract', ':', ['not-applicable']],
  ['ashe-extract', '-', ['rounds-to-zero']],
  ['employment', '', []],
  ['employment', '*', ['small-sample', 'not-available']],
  ['employment', '-', ['rounds-to-zero']],
  ['aps', '', []],
  ['aps', '!', ['not-available']],
  ['aps', '~', ['small-sample', 'not-available']],
  ['aps', '*', ['small-sample', 'not-available']],
  ['aps', '-', ['rounds-to-zero']],
  ['projections', '', []],
  ['projections', 'suppressed_lt_1k', ['confidential']],
  ['projections', 'caution_1k_10k', ['small-sample']],
])('%s marker "%s"', (source, marker, expected) => {
  expect(marksOfMarker(source, marker)).toEqual(expected);
  expect(sortMarks(expected)).toEqual(expected);
});

test('every marker of every source is in the table above, and no other is accepted', () => {
  expect(markerSources.flatMap((source) => markersOf(source))).toHaveLength(23);
  for (const source of markerSources) {
    for (const marker of ['#', 'X', ' ', 'toString', '__proto__', 'low']) {
      expect(() => marksOfMarker(source, marker)).toThrow(`marker of ${source}: expected one of`);
    }
  }
});

test('callers cannot change the table of markers', () => {
  marksOfMarker('ashe', '..').push('break');
  expect(marksOfMarker('ashe', '..')).toEqual(['confidential']);
});

test('sorting and merging any lists of marks', () => {
  const list = fc.array(fc.constantFrom(...names), { maxLength: 8 });
  fc.assert(
    fc.property(list, list, (a, b) => {
      const sorted = sortMarks(a);
      expect(new Set(sorted)).toEqual(new Set(a));
      expect(sorted).toEqual(names.filter((mark) => a.includes(mark)));
      const merged = mergeMarks(a, b);
      expect(merged).toEqual(mergeMarks(b, a));
      expect(merged).toEqual(
        sortMarks([...a, ...b, 'modelled'].filter((mark) => !bands.includes(mark as Mark)) as Mark[]),
      );
    }),
  );
  expect(mergeMarks()).toEqual(['modelled']);
  expect(mergeMarks(['reliable'], ['provisional', 'unreliable'])).toEqual(['modelled', 'provisional']);
});
