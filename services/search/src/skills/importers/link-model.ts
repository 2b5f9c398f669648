/**
 * The link from SOC 2020 unit groups to O*NET-SOC occupations. No official one exists. Two kinds of evidence are put
 * together: job titles that the coding index of SOC 2020 and O*NET both know, and the official way through ISCO-08
 * and the US SOC, which is broad. docs/methods/skills.md says how well it works.
 */
import type { Correspondence } from './bls-files';

export interface UkTitle {
  readonly soc2020: string;
  readonly isco08: string | null;
  readonly title: string;
}

export interface OnetTitle {
  readonly code: string;
  readonly title: string;
}

export interface Link {
  readonly soc2020: string;
  readonly target: string;
  /** Adds up to 1 per unit group. */
  readonly weight: number;
  /** Weight of the way through ISCO-08 alone; 0 where it does not lead there. */
  readonly iscoWeight: number;
  /** Titles in common; one that several occupations share counts in parts. */
  readonly titles: number;
}

/** The way through ISCO-08 counts as one title in common. */
const iscoTitles = 1;
/** Titles that the way through ISCO-08 does not confirm count this part: "heating engineer" means another job there. */
const unconfirmed = 0.25;
/** Weight through ISCO-08 that confirms in full. */
const confirming = 0.05;
/** Links weaker than this are chance. */
const leastWeight = 0.05;
const mostLinks = 8;

const smallWords = new Set(['a', 'an', 'and', 'for', 'in', 'of', 'or', 'the', 'to']);

/** Words of a title in any order and number: "Clerk, accounts" and "Account Clerk" are one. */
export function titleKey(title: string): string {
  const words = title
    .toLowerCase()
    .replace(/\([^)]*\)/g, ' ')
    .split(/[^a-z0-9+#]+/)
    .filter((word) => word !== '' && !smallWords.has(word))
    .map(singular);
  return words.sort().join(' ');
}

function singular(word: string): string {
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  return word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word;
}

/** Shares of the ISCO-08 groups in the titles of each unit group. */
export function iscoLinks(titles: readonly UkTitle[]): Link[] {
  const counts = new Map<string, Map<string, number>>();
  for (const { soc2020, isco08 } of titles) if (isco08) add(counts, soc2020, isco08, 1);
  return [...counts].flatMap(([soc2020, groups]) => {
    const all = sum(groups.values());
    return [...groups].map(([target, n]) => ({
      soc2020,
      target,
      weight: n / all,
      iscoWeight: n / all,
      titles: n,
    }));
  });
}

/** @param groups ISCO-08 links. Equal parts at each hop, as nothing official says more. */
export function iscoWeights(
  groups: readonly Link[],
  isco: Correspondence,
  us: Correspondence,
  onetCodes: readonly string[],
): Map<string, Map<string, number>> {
  const byUsSoc = new Map<string, string[]>();
  for (const code of onetCodes) {
    const soc = code.slice(0, 7);
    byUsSoc.set(soc, [...(byUsSoc.get(soc) ?? []), code]);
  }
  const weights = new Map<string, Map<string, number>>();
  for (const { soc2020, target, weight } of groups) {
    const us2010 = isco.get(target) ?? [];
    for (const old of us2010) {
      const us2018 = us.get(old) ?? [];
      for (const soc of us2018) {
        const codes = byUsSoc.get(soc) ?? [];
        for (const code of codes) {
          add(weights, soc2020, code, weight / us2010.length / us2018.length / codes.length);
        }
      }
    }
  }
  return weights;
}

/**
 * Titles in common. A UK title that several unit groups have counts for each by its share of them, and is shared out
 * equally over the O*NET occupations that have it.
 */
export function commonTitles(
  uk: readonly UkTitle[],
  onet: readonly OnetTitle[],
): Map<string, Map<string, number>> {
  const occupations = new Map<string, Set<string>>();
  for (const { code, title } of onet) {
    const key = titleKey(title);
    if (key === '') continue;
    const codes = occupations.get(key);
    if (codes) codes.add(code);
    else occupations.set(key, new Set([code]));
  }
  const groups = new Map<string, Map<string, number>>();
  for (const { soc2020, title } of uk) {
    const key = titleKey(title);
    if (occupations.has(key)) add(groups, key, soc2020, 1);
  }
  const common = new Map<string, Map<string, number>>();
  for (const [key, socs] of groups) {
    const all = sum(socs.values());
    const codes = occupations.get(key)!;
    for (const [soc2020, n] of socs) {
      for (const code of codes) add(common, soc2020, code, n / all / codes.size);
    }
  }
  return common;
}

/**
 * Links of every unit group that either kind of evidence speaks for, strongest first. An O*NET occupation that no unit
 * group keeps is listed once with weight 0, at the group that it comes closest to, for the way back.
 */
export function makeLinks(
  common: ReadonlyMap<string, ReadonlyMap<string, number>>,
  isco: ReadonlyMap<string, ReadonlyMap<string, number>>,
): Link[] {
  const links: Link[] = [];
  const linked = new Set<string>();
  const nearest = new Map<string, { readonly share: number; readonly link: Link }>();
  for (const soc2020 of [...new Set([...common.keys(), ...isco.keys()])].sort()) {
    const titles = common.get(soc2020) ?? new Map<string, number>();
    const route = isco.get(soc2020) ?? new Map<string, number>();
    const scored = [...new Set([...titles.keys(), ...route.keys()])].map((target) => {
      const iscoWeight = route.get(target) ?? 0;
      const shared = titles.get(target) ?? 0;
      const trust = unconfirmed + (1 - unconfirmed) * Math.min(1, iscoWeight / confirming);
      return { target, iscoWeight, titles: shared, score: shared * trust + iscoTitles * iscoWeight };
    });
    scored.sort((a, b) => b.score - a.score || (a.target < b.target ? -1 : 1));
    const all = sum(scored.map(({ score }) => score));
    const kept = scored.slice(0, mostLinks).filter(({ score }, at) => at === 0 || score / all >= leastWeight);
    const rest = sum(kept.map(({ score }) => score));
    for (const { target, iscoWeight, titles: shared, score } of kept) {
      links.push({ soc2020, target, weight: score / rest, iscoWeight, titles: shared });
      linked.add(target);
    }
    for (const { target, iscoWeight, titles: shared, score } of scored) {
      const share = score / all;
      if (share <= (nearest.get(target)?.share ?? 0)) continue;
      nearest.set(target, { share, link: { soc2020, target, weight: 0, iscoWeight, titles: shared } });
    }
  }
  for (const [target, { link }] of nearest) if (!linked.has(target)) links.push(link);
  return links;
}

function add(map: Map<string, Map<string, number>>, key: string, inner: string, value: number): void {
  const values = map.get(key);
  if (values) values.set(inner, (values.get(inner) ?? 0) + value);
  else map.set(key, new Map([[inner, value]]));
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
