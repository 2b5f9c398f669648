import { join } from 'node:path';
import { buildOccupationIndex, everydayWords } from '../src';
import type { Classification, IndexInput } from '../src';
import { adviserList } from './adviser-list';
import { entries, groups } from './fixtures';
import { readOfficialRows } from './official-rows.cjs';

const sources = process.env.LMI_SOURCES;

/** Share of the index's own titles, as printed and in natural order, whose first hit is a group that has the title. */
function shareRightFirst(
  input: { entries: IndexInput['entries'] },
  index: ReturnType<typeof buildOccupationIndex>,
  classification: Classification,
): number {
  const codesOf = new Map<string, Set<string>>();
  for (const entry of input.entries) {
    const code = entry[classification];
    if (!code || !/^\d{4}$/.test(code)) continue;
    for (const title of [entry.title, entry.naturalTitle]) {
      const key = title.toLowerCase();
      codesOf.set(key, (codesOf.get(key) ?? new Set()).add(code));
    }
  }
  // Every third title: the whole list takes half a minute and `npm run accuracy` reads it.
  const asked = [...codesOf].filter((_, at) => codesOf.size < 100 || at % 3 === 0);
  const right = asked.filter(([title, codes]) => {
    const [hit] = index.search(title, { classification });
    return hit !== undefined && codes.has(hit.code);
  });
  return right.length / asked.length;
}

if (sources) {
  describe('the whole official index', () => {
    const rows: IndexInput = readOfficialRows(join(sources, 'soc'));
    const index = buildOccupationIndex(rows);
    const firstCode = (query: string, classification: Classification): string | undefined =>
      index.search(query, { classification })[0]?.code;

    test.each(adviserList)('%s', (query, soc2020, soc2010) => {
      expect(soc2020.split(' ')).toContain(firstCode(query, 'soc2020'));
      expect(soc2010.split(' ')).toContain(firstCode(query, 'soc2010'));
    });

    test.each<Classification>(['soc2020', 'soc2010'])(
      'at least 99 %% of titles give their own group first (%s)',
      (classification) => {
        expect(shareRightFirst(rows, index, classification)).toBeGreaterThan(0.99);
      },
    );

    test('every meaning in the list of everyday words is found as it is written', () => {
      const unfound = everydayWords.flatMap(({ means }) =>
        means.filter((meaning) => {
          const [hit] = index.search(meaning, { classification: 'soc2020' });
          return !hit || hit.reason === 'spelling' || hit.score < 1;
        }),
      );
      expect(unfound).toEqual([]);
    });
  });
} else {
  test.each<Classification>(['soc2020', 'soc2010'])(
    'titles of the sample give their own group first (%s)',
    (classification) => {
      expect(
        shareRightFirst({ entries }, buildOccupationIndex({ groups, entries }), classification),
      ).toBeGreaterThan(0.9);
    },
  );
}
