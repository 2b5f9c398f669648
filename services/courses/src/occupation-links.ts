/**
 * Links apprenticeships to unit groups of SOC 2020 by their names, where the publisher gives no code. Each name is looked up
 * like a job title in the coding index; what follows is in docs/methods/courses.md.
 */
import type { OccupationIndex } from '@lmi/occupations';

export interface OccupationLink {
  readonly soc: string;
  /** Weights of one programme add up to 1. */
  readonly weight: number;
}

/** A title that matches less well than this is no link at all. */
const leastScore = 0.6;
/** Nor one that matches clearly less well than the best. */
const relativeCut = 0.8;
const mostLinks = 3;
const mostNames = 12;

/** Major groups that an apprenticeship of a level leads to: managers and professionals need level 4 or more. */
function fits(level: number, soc: string): boolean {
  const major = Number(soc[0]);
  return level >= 4 ? major <= 5 : major >= 3;
}

/** Weights by how well the names match, largest first; empty when none matches well. */
export function linkByNames(
  index: OccupationIndex,
  names: readonly string[],
  level: number,
): OccupationLink[] {
  const scores = new Map<string, number>();
  for (const name of names.slice(0, mostNames)) {
    const hits = index
      .search(name, { classification: 'soc2020', limit: 10 })
      .filter(({ code, score }) => score >= leastScore && fits(level, code));
    const best = hits[0]?.score ?? 0;
    for (const { code, score } of hits) {
      if (score >= relativeCut * best) scores.set(code, (scores.get(code) ?? 0) + score);
    }
  }
  const ranked = [...scores].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const kept = ranked.filter(([, score]) => score >= relativeCut * ranked[0]![1]).slice(0, mostLinks);
  const total = kept.reduce((sum, [, score]) => sum + score, 0);
  return kept.map(([soc, score]) => ({ soc, weight: score / total }));
}
