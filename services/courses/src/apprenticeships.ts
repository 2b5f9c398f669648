/** Apprenticeships of one release, in memory: there are some thousands at most. */
import type { Apprenticeship } from '@lmi/contracts';
import type { Reader, Reference } from '@lmi/kit';
import { hasWord, plain, wordsOf } from './paging';
import type { Occupation } from './question';
import {
  readApprenticeshipLinks,
  readApprenticeships,
  type ApprenticeshipLinkRow,
  type ApprenticeshipRow,
  type Serving,
} from './queries';

/** An occupation's share in what an apprenticeship leads to, below which it is not listed for it. */
const leastRelevance = 0.05;

interface Programme {
  readonly row: ApprenticeshipRow;
  readonly links: readonly ApprenticeshipLinkRow[];
  readonly words: string;
}

export interface FoundProgramme {
  readonly programme: Programme;
  readonly relevance: number;
}

export class Apprenticeships {
  readonly #programmes: readonly Programme[];

  constructor(
    readonly version: string,
    rows: readonly ApprenticeshipRow[],
    links: readonly ApprenticeshipLinkRow[],
  ) {
    const byId = new Map<string, ApprenticeshipLinkRow[]>();
    for (const link of links) byId.set(link.id, [...(byId.get(link.id) ?? []), link]);
    this.#programmes = rows.map((row) => ({
      row,
      links: (byId.get(row.id) ?? []).sort((a, b) => b.weight - a.weight),
      words: plain(`${row.title} ${row.route ?? ''} ${row.jobTitles}`),
    }));
  }

  static async read(reader: Reader, release: Serving): Promise<Apprenticeships> {
    return new Apprenticeships(
      release.version,
      await readApprenticeships(reader, release.id),
      await readApprenticeshipLinks(reader, release.id),
    );
  }

  /** Most relevant first, then open before closed, then by code. */
  find(
    filter: { readonly query: string; readonly id: string; readonly occupation: Occupation | undefined },
    reference: Reference,
  ): FoundProgramme[] {
    const words = wordsOf(filter.query);
    const relevance = filter.occupation && relevanceOf(filter.occupation, reference);
    return this.#programmes
      .filter(
        ({ row, words: text }) =>
          (filter.id === '' || row.id === filter.id) && words.every((word) => hasWord(text, word)),
      )
      .map((programme) => ({
        programme,
        relevance: relevance
          ? programme.links.reduce((sum, link) => sum + link.weight * (relevance.get(link.soc) ?? 0), 0)
          : 1,
      }))
      .filter((found) => found.relevance >= leastRelevance)
      .sort(
        (a, b) =>
          b.relevance - a.relevance ||
          Number(isClosed(a)) - Number(isClosed(b)) ||
          (a.programme.row.id < b.programme.row.id ? -1 : 1),
      );
  }

  answer({ programme: { row, links } }: FoundProgramme, reference: Reference): Apprenticeship {
    return {
      id: row.id,
      kind: row.kind,
      title: row.title,
      level: row.level,
      status: row.status,
      route: row.route ?? '',
      sector: row.sector ?? '',
      starts: row.starts ?? '',
      ends: row.ends ?? '',
      months: row.months ?? undefined,
      funding: row.funding ?? undefined,
      jobTitles: row.jobTitles === '' ? [] : row.jobTitles.split('\n'),
      occupations: links.map(({ soc, weight, method }) => ({
        code: soc,
        title: reference.occupation('soc2020', soc)?.title ?? soc,
        weight,
        marks: method === 'official' ? [] : ['modelled'],
      })),
    };
  }
}

function isClosed({ programme }: FoundProgramme): boolean {
  return /closed|retired|withdrawn/i.test(programme.row.status);
}

/** The part of each SOC 2020 unit group that lies in the occupation. */
function relevanceOf(
  { code, classification }: Occupation,
  reference: Reference,
): ReadonlyMap<string, number> {
  const units = reference.unitGroups(classification, code);
  if (classification === 'soc2020') return new Map(units.map((unit) => [unit, 1]));
  const shares = new Map<string, number>();
  for (const unit of units) {
    for (const { soc2020, shareOf2020 } of reference.pairsOf2010(unit)) {
      shares.set(soc2020, (shares.get(soc2020) ?? 0) + shareOf2020);
    }
  }
  return shares;
}
