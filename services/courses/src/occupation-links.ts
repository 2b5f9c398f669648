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

export interface NamedProgramme {
  /** What it is called most closely: pathway, job titles. */
  readonly names: readonly string[];
  /** The wider name, looked at when the close ones say nothing. */
  readonly widerName?: string | undefined;
  /** 2 to 8. */
  readonly level: number;
}

/** A group that fits less well is no link at all. */
const leastScore = 0.4;
/** Nor one that fits clearly less well than the best. */
const relativeCut = 0.8;
const mostLinks = 3;
const mostNames = 12;
/** Words are compared by so many letters: "plumbing" is "plumbers". */
const stemLetters = 5;

/** Words that tell nothing about the work. */
const emptyWords = new Set(
  (
    'and for the with skills industry operations operation general professional professionals studies services service ' +
    'occupations occupation level higher apprenticeship options support principles'
  ).split(' '),
);

function stems(text: string): Set<string> {
  const words = text
    .toLowerCase()
    .replace(/[^a-z]+/g, ' ')
    .split(' ')
    .filter((word) => word.length > 2 && !emptyWords.has(word));
  return new Set(words.map((word) => word.slice(0, stemLetters)));
}

function share(of: ReadonlySet<string>, within: ReadonlySet<string>): number {
  return [...of].filter((stem) => within.has(stem)).length / of.size;
}

/** Major groups that an apprenticeship of a level leads to: managers and professionals need level 4 or more. */
function fitsLevel(level: number, soc: string): boolean {
  return level >= 4 ? Number(soc[0]) <= 5 : Number(soc[0]) >= 3;
}

/** Supervisors, managers, inspectors and teachers of a trade are meant only where the name says so. */
const overTheTrade = /supervisors|managers|inspectors|teaching/i;
const namesThem = /supervis|manage|lead|inspect|teach|train/i;
const leftOver = /n\.e\.c\./i;

export class OccupationLinker {
  readonly #index: OccupationIndex;
  readonly #titles: ReadonlyMap<string, string>;

  /** @param titles of the unit groups of SOC 2020 */
  constructor(index: OccupationIndex, titles: ReadonlyMap<string, string>) {
    this.#index = index;
    this.#titles = titles;
  }

  /** Weights by how well the names fit, largest first; empty when none fits well. */
  link({ names, widerName, level }: NamedProgramme): OccupationLink[] {
    const close = this.#scores(names.slice(0, mostNames), level);
    const scores =
      close.size > 0 || widerName === undefined
        ? close
        : new Map(
            [...this.#scores([widerName], level)].filter(
              ([soc]) => !leftOver.test(this.#titles.get(soc) ?? ''),
            ),
          );
    const ranked = [...scores].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
    const kept = ranked.filter(([, score]) => score >= relativeCut * ranked[0]![1]).slice(0, mostLinks);
    const total = kept.reduce((sum, [, score]) => sum + score, 0);
    return kept.map(([soc, score]) => ({ soc, weight: score / total }));
  }

  #scores(names: readonly string[], level: number): Map<string, number> {
    const scores = new Map<string, number>();
    for (const name of names) {
      const words = stems(name);
      if (words.size === 0) continue;
      for (const hit of this.#index.search(name, { classification: 'soc2020', limit: 30 })) {
        const title = this.#titles.get(hit.code) ?? '';
        if (!fitsLevel(level, hit.code)) continue;
        if (overTheTrade.test(title) && !namesThem.test(name)) continue;
        const inTitle = share(words, stems(title));
        const covered = Math.max(inTitle, share(words, stems(hit.matchedTitle)));
        // Half by the group's own title, and half by how well the engine says a job title fits.
        const score = covered * (0.5 + inTitle / 2) * (0.5 + Math.min(1, hit.score) / 2);
        if (score >= leastScore) scores.set(hit.code, Math.max(score, scores.get(hit.code) ?? 0));
      }
    }
    return scores;
  }
}
