/** Codes job titles to SOC 2020 with the search of occupations, and says how sure that is. */
import { OccupationServiceDefinition } from '@lmi/contracts';
import type { CallContext, Calls } from '@lmi/kit';
import { LRUCache } from 'lru-cache';

export interface Coding {
  /** SOC 2020 unit group of the best match; undefined when nothing matches. */
  readonly soc: string | undefined;
  /** 0 to 1: how much of the title the matched title of the coding index says, and how clear the match is. */
  readonly confidence: number;
}

/** From here on a code is given; docs/methods/vacancies.md says how often it is right. */
export const confidenceNeeded = 0.6;

/** Words of adverts that say nothing of the work. */
const noise = new Set(
  (
    'a an and at for in of on or the to with we are is you your our new job jobs role roles vacancy vacancies work ' +
    'senior junior lead graduate trainee apprentice apprenticeship entry level experienced qualified ' +
    'part full time fulltime parttime temporary temp permanent perm contract fixed term casual bank zero hours hour ' +
    'day days night nights shift shifts weekend weekends morning evening term immediate start urgent urgently ' +
    'required wanted needed hiring join remote hybrid home based onsite office uk london per annum week month plus ' +
    'bonus benefits salary competitive excellent opportunity up'
  ).split(' '),
);

/** The part of an advert's title that names the work: "Senior Plumber - Leeds, £35k (Days)" is "plumber". */
export function workOf(title: string): string {
  const named = title
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\([^)]*\)|\[[^\]]*\]/g, ' ')
    .split(/\s[-–—|@]\s|[|–—:,]|\s-|-\s/)
    .map((part) => part.replace(/£\s?[\d,.]+k?|\d[\d,.:]*k?(?:\s?hours)?/g, ' '))
    .map((part) => part.split(/[^a-z+#.'/&-]+/).filter((word) => word !== '' && !noise.has(word)))
    .find((words) => words.length > 0);
  return (named ?? []).join(' ');
}

const stem = (word: string): string => word.replace(/(?:'s|s')$/, '').replace(/([^s])s$/, '$1');
const wordsOf = (text: string): Set<string> =>
  new Set(
    text
      .toLowerCase()
      .split(/[^a-z0-9+#]+/)
      .filter((word) => word !== '' && !noise.has(word))
      .map(stem),
  );

/**
 * How well a matched title of the coding index says what the advert's title says: the mean of shared words (Dice),
 * lowered when another occupation matched nearly as well.
 * @param scores of the best and of the second occupation, as the search gives them.
 */
export function confidenceOf(work: string, matched: string, scores: readonly [number, number]): number {
  const asked = wordsOf(work);
  const found = wordsOf(matched);
  if (asked.size === 0 || found.size === 0) return 0;
  let shared = 0;
  for (const word of asked) if (found.has(word)) shared += 1;
  const dice = (2 * shared) / (asked.size + found.size);
  const [best, second] = scores;
  const lead = best > 0 ? Math.min(1, Math.max(0, (best - second) / best) * 4) : 0;
  return Math.round(dice * (0.75 + 0.25 * lead) * 1000) / 1000;
}

/** Titles come again and again: the codes of the latest are kept. */
const KEPT_TITLES = 20_000;
const CONCURRENCY = 8;

export type Coder = (titles: readonly string[], context: CallContext) => Promise<ReadonlyMap<string, Coding>>;

/**
 * Codes many titles. A title whose search fails is left uncoded (and tried again next time): adverts go out without a
 * code rather than not at all.
 */
export function createCoder(calls: Calls): Coder {
  const occupations = calls.client(OccupationServiceDefinition);
  const kept = new LRUCache<string, Coding>({ max: KEPT_TITLES });
  let release = '';
  const code = async (work: string, context: CallContext): Promise<Coding> => {
    const found = await occupations.searchOccupations(
      { query: work, classification: 'soc2020', limit: 2 },
      context,
    );
    if (found.release !== release) {
      kept.clear();
      release = found.release;
    }
    const [best, second] = found.hits;
    if (!best?.occupation) return { soc: undefined, confidence: 0 };
    const confidence = confidenceOf(work, best.matchedTitle, [best.score, second?.score ?? 0]);
    return { soc: best.occupation.code, confidence };
  };
  return async (titles, context) => {
    const codings = new Map<string, Coding>();
    const queue = [...new Set(titles)];
    const worker = async (): Promise<void> => {
      for (let title = queue.pop(); title !== undefined; title = queue.pop()) {
        const work = workOf(title);
        if (work === '') continue;
        try {
          const coding = kept.get(work) ?? (await code(work, context));
          kept.set(work, coding);
          codings.set(title, coding);
        } catch {
          // The search is away or the deadline near: what is coded so far goes out.
          queue.length = 0;
        }
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, worker));
    return codings;
  };
}
