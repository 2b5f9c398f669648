/**
 * The occupation groups that the graduate survey's job lists use: minor groups for graduate jobs, sub-major and major groups
 * for the rest. They divide each classification without overlap, so that every unit group lies in exactly one.
 */
import type { Classification, CrosswalkPair } from '@lmi/kit';

const majors = new Set(['1', '5', '8', '9']);
const subMajors: Readonly<Record<Classification, ReadonlySet<string>>> = {
  soc2020: new Set(['31', '33', '35', '41', '42', '62', '63', '71', '72']),
  soc2010: new Set(['23', '31', '33', '35', '41', '42', '62', '71', '72']),
};

/** The group that a code of 1 to 4 digits lies in; undefined for a code wider than any group. */
export function groupOf(classification: Classification, code: string): string | undefined {
  if (majors.has(code.slice(0, 1))) return code.slice(0, 1);
  if (code.length >= 2 && subMajors[classification].has(code.slice(0, 2))) return code.slice(0, 2);
  return code.length >= 3 ? code.slice(0, 3) : undefined;
}

/** White space, punctuation, case and a plural ending do not matter. */
function plain(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-z]/g, '')
    .replace(/s$/, '');
}

/** Titles as the lists print them to groups of one classification. */
export class GroupTitles {
  readonly #codes = new Map<string, string>();

  constructor(
    classification: Classification,
    groups: readonly { readonly code: string; readonly title: string }[],
  ) {
    // Longer codes first: of two groups with one title, that of the division wins, which is at most as long.
    const inOrder = [...groups].sort((a, b) => b.code.length - a.code.length);
    for (const { code, title } of inOrder) {
      const group = groupOf(classification, code);
      if (group !== undefined && code.length >= group.length) this.#codes.set(plain(title), group);
    }
  }

  find(label: string): string | undefined {
    return this.#codes.get(plain(label));
  }
}

/** Share of the people of each group that lies in each group of the other classification, by the dual-coded people. */
export function crossGroups(
  pairs: readonly Pick<CrosswalkPair, 'soc2010' | 'soc2020' | 'people'>[],
  from: Classification,
): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const to: Classification = from === 'soc2010' ? 'soc2020' : 'soc2010';
  const people = new Map<string, Map<string, number>>();
  for (const pair of pairs) {
    const source = groupOf(from, pair[from])!;
    const target = groupOf(to, pair[to])!;
    const row = people.get(source) ?? new Map<string, number>();
    row.set(target, (row.get(target) ?? 0) + pair.people);
    people.set(source, row);
  }
  for (const row of people.values()) {
    const total = [...row.values()].reduce((sum, count) => sum + count, 0);
    for (const [target, count] of row) row.set(target, total > 0 ? count / total : 0);
  }
  return people;
}
