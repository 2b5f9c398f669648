/** Codes job titles to SOC 2020 with the coder of occupations, and says how sure that is. */
import { OccupationServiceDefinition, type TitleCoding } from '@lmi/contracts';
import type { CallContext, Calls } from '@lmi/kit';
import { LRUCache } from 'lru-cache';

export interface Coding {
  /** SOC 2020 unit group that is likeliest; undefined when no word of the title is known. */
  readonly soc: string | undefined;
  /** Calibrated probability that it is right, 0 to 1. */
  readonly confidence: number;
}

/** From here on a code is given, as `/occupations/code` does: it is likelier right than wrong. */
export const confidenceNeeded = 0.5;

/** Titles come again and again: the codes of the latest are kept. */
const KEPT_TITLES = 20_000;
/** A tenth of a second's work: what is coded so far goes out when the deadline comes. */
const TITLES_PER_CALL = 100;

export type Coder = (titles: readonly string[], context: CallContext) => Promise<ReadonlyMap<string, Coding>>;

function codingOf({ choices, refused }: TitleCoding): Coding {
  // What runs of letters alone suggest is for a person to pick from.
  const best = refused === 'unknown-words' ? undefined : choices[0];
  return { soc: best?.code, confidence: best?.probability ?? 0 };
}

/**
 * Codes many titles. Titles whose coding fails are left uncoded (and tried again next time): adverts go out without a
 * code rather than not at all.
 */
export function createCoder(calls: Calls): Coder {
  const occupations = calls.client(OccupationServiceDefinition);
  const kept = new LRUCache<string, Coding>({ max: KEPT_TITLES });
  let release = '';
  return async (titles, context) => {
    const codings = new Map<string, Coding>();
    const asked: string[] = [];
    for (const title of new Set(titles)) {
      const known = kept.get(title);
      if (known) codings.set(title, known);
      else if (title.trim() !== '') asked.push(title);
    }
    try {
      for (let from = 0; from < asked.length; from += TITLES_PER_CALL) {
        const part = asked.slice(from, from + TITLES_PER_CALL);
        const reply = await occupations.codeTitles(
          { titles: part.map((title) => ({ title, description: '', industry: '', sector: '' })), choices: 1 },
          context,
        );
        const made = `${reply.release} ${reply.linkRelease}`;
        if (made !== release) {
          kept.clear();
          release = made;
        }
        for (const [at, title] of part.entries()) {
          const coding = codingOf(reply.codings[at]!);
          kept.set(title, coding);
          codings.set(title, coding);
        }
      }
    } catch {
      // The coder is away or the deadline near: what is coded so far goes out.
    }
    return codings;
  };
}
