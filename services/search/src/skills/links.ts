/** The links of one release, in both directions and for every kind of occupation code. */
import type { OccupationLink } from '@lmi/contracts';
import type { Classification, Reference } from '@lmi/kit';
import type { IscoLinkRow, LinkRow } from './queries';

export interface LinkBook {
  readonly version: string;
  readonly titles: ReadonlyMap<string, string>;
  /** O*NET occupations with ratings. */
  readonly rated: ReadonlySet<string>;
  readonly bySoc: ReadonlyMap<string, readonly LinkRow[]>;
  readonly byOnet: ReadonlyMap<string, readonly LinkRow[]>;
  readonly iscoBySoc: ReadonlyMap<string, readonly IscoLinkRow[]>;
}

export function groupBy<T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return groups;
}

export interface UnitWeight {
  /** SOC 2020 unit group. */
  readonly unit: string;
  readonly weight: number;
}

/**
 * The SOC 2020 unit groups behind a code, weighted by people: those below a wider group, and those that people of a
 * SOC 2010 group went to. Weights add up to 1.
 */
export function unitWeights(
  reference: Reference,
  classification: Classification,
  code: string,
): UnitWeight[] {
  if (classification === 'soc2020' && code.length === 4) return [{ unit: code, weight: 1 }];
  const people = new Map<string, number>();
  for (const unit of reference.unitGroups(classification, code)) {
    const pairs = classification === 'soc2020' ? reference.pairsOf2020(unit) : reference.pairsOf2010(unit);
    for (const pair of pairs) people.set(pair.soc2020, (people.get(pair.soc2020) ?? 0) + pair.people);
  }
  const all = [...people.values()].reduce((total, n) => total + n, 0);
  return [...people].map(([unit, n]) => ({ unit, weight: n / all }));
}

/** Links listed per answer: the tail of a wide group is long and says nothing. */
const mostLinks = 20;

/** O*NET occupations of some unit groups, strongest first; those with ratings before those without. */
export function onetLinksOf(book: LinkBook, units: readonly UnitWeight[]): OccupationLink[] {
  const links = combine(units, (unit) =>
    (book.bySoc.get(unit) ?? []).map(({ onetSoc, weight, titles }) => ({ code: onetSoc, weight, titles })),
  );
  return links
    .map((link) => ({ ...link, title: book.titles.get(link.code) ?? '', rated: book.rated.has(link.code) }))
    .sort((a, b) => Number(b.rated) - Number(a.rated) || byWeight(a, b))
    .slice(0, mostLinks);
}

/** ISCO-08 groups, which are ESCO's, of some unit groups, strongest first. */
export function iscoLinksOf(
  book: LinkBook,
  units: readonly UnitWeight[],
  names: ReadonlyMap<string, string>,
): OccupationLink[] {
  const links = combine(units, (unit) =>
    (book.iscoBySoc.get(unit) ?? []).map(({ isco08, weight, titles }) => ({ code: isco08, weight, titles })),
  );
  return links
    .map((link) => ({ ...link, title: names.get(link.code) ?? '', rated: false }))
    .sort(byWeight)
    .slice(0, mostLinks);
}

/** Groups of less than this share of an O*NET occupation are left out of the way back. */
const leastShareBack = 0.1;

/**
 * Occupations that an O*NET occupation stands for: a unit group counts by its people times the weight of its link.
 * Where no group is linked, the one that comes closest.
 */
export function socLinksOf(
  book: LinkBook,
  reference: Reference,
  onetSoc: string,
  classification: Classification,
): OccupationLink[] {
  const rows = book.byOnet.get(onetSoc) ?? [];
  const scores = new Map<string, { weight: number; titles: number }>();
  for (const { soc2020, weight, titles } of rows) {
    const strength = weight === 0 ? 1 : weight;
    for (const pair of reference.pairsOf2020(soc2020)) {
      const code = classification === 'soc2020' ? soc2020 : pair.soc2010;
      const score = scores.get(code) ?? { weight: 0, titles };
      scores.set(code, {
        weight: score.weight + strength * pair.people,
        titles: Math.max(score.titles, titles),
      });
    }
  }
  const all = [...scores.values()].reduce((total, { weight }) => total + weight, 0);
  return [...scores]
    .map(([code, { weight, titles }]) => ({
      code,
      title: reference.occupation(classification, code)?.title ?? '',
      weight: weight / all,
      marks: ['modelled'],
      titles,
      rated: false,
    }))
    .sort(byWeight)
    .filter(({ weight }, at) => at === 0 || weight >= leastShareBack);
}

type Weighted = Pick<OccupationLink, 'code' | 'weight' | 'titles'>;

function combine(
  units: readonly UnitWeight[],
  linksOf: (unit: string) => readonly Weighted[],
): (Weighted & { marks: string[] })[] {
  const links = new Map<string, { weight: number; titles: number }>();
  for (const { unit, weight } of units) {
    for (const link of linksOf(unit)) {
      if (link.weight === 0) continue;
      const known = links.get(link.code) ?? { weight: 0, titles: 0 };
      links.set(link.code, {
        weight: known.weight + weight * link.weight,
        titles: known.titles + link.titles,
      });
    }
  }
  return [...links].map(([code, rest]) => ({ code, ...rest, marks: ['modelled'] }));
}

function byWeight(a: Weighted, b: Weighted): number {
  return b.weight - a.weight || (a.code < b.code ? -1 : 1);
}
