import { firstNamed, readAdvertTitle, turnedRound, withoutRank, type AdvertReading } from './advert-title';
import { calibrated, type CalibrationInput } from './calibration';
import type { EntryHit, OccupationIndex } from './occupation-index';
import { titleWords } from './title-features';
import type { TitleVector } from './vector-model';

/** What is known of a job. */
export interface CodingQuestion {
  /** Job title as it is written, advert noise and all. */
  readonly title: string;
  /** What the job consists of. */
  readonly description?: string;
  /** What the employer does, in words: "hospital", "brewing". */
  readonly industry?: string;
  readonly sector?: EmployerSector;
}

/** Kinds of employer, with the words of the index's qualifiers that stand for them. */
export const sectorWords = {
  'central-government': 'government department civil service',
  'local-government': 'local government council authority',
  health: 'hospital service health nhs medical',
  education: 'educational establishment school college university education',
  'social-care': 'welfare services care home social',
  charity: 'charitable organisation charity trade union',
  'armed-forces': 'armed forces military',
  retail: 'retail trade shop store',
  hospitality: 'hotel restaurant catering',
  construction: 'building construction contracting',
  manufacturing: 'manufacturing mfr works',
  transport: 'transport haulage road railways',
  finance: 'bank insurance financial',
} as const;
export type EmployerSector = keyof typeof sectorWords;
export const employerSectors = Object.keys(sectorWords) as readonly EmployerSector[];

/** How the best answer was reached. */
export type CodingRule = 'entry' | 'words' | 'synonym' | 'spelling' | 'model';

export interface CodeChoice {
  readonly code: string;
  /** Calibrated, 0 to 1. */
  readonly probability: number;
  /** The entry of the index that speaks for it, in natural word order; where none shares words, the one nearest in meaning, if any. */
  readonly matchedTitle: string;
}

export type RefusalReason = 'no-work-named' | 'unknown-words' | 'too-vague';

export interface Coding {
  /** Best first; the first is the answer unless refused. Empty only when nothing in the title was ever met. */
  readonly choices: readonly CodeChoice[];
  readonly refused: RefusalReason | undefined;
  readonly ambiguous: boolean;
  /** What would settle it, where ambiguous. */
  readonly question: string | undefined;
  readonly rule: CodingRule | undefined;
  /** The part of the title that was coded. */
  readonly work: string;
  /** Abbreviations put in full and words read as others. */
  readonly changes: readonly string[];
}

/** Below this probability no code is given, since it is likelier wrong than right; docs/accuracy.md shows what that buys. */
export const leastProbability = 0.5;
/** The same for a title of unknown words alone (docs/accuracy.md). */
const leastOfUnknown = 0.7;
/** The next code is this near the first: the title alone does not settle it. */
const nearness = 0.4;
/** Groups that a question names at the least, where no code is given. */
const leastAsked = 3;
/** An entry that scores so shares the telling words of the title. */
const goodEntry = 0.6;
const surroundingsWeight = 0.35;
const mostChoices = 5;
/** Scores and words beyond say no more. */
const mostEntry = 1.3;
const mostCounted = 6;
const longestDescription = 600;

interface Work {
  readonly work: string;
  readonly hits: EntryHit[];
  readonly score: number;
  /** What else the piece says. */
  readonly rest: string;
}

/** Codes job titles to SOC 2020 unit groups, and says how sure that is, why, and what would make it surer. */
export class OccupationCoder {
  readonly #index: OccupationIndex;

  constructor(index: OccupationIndex) {
    this.#index = index;
  }

  code(asked: CodingQuestion): Coding {
    const weighed = this.#weigh(asked);
    return 'refused' in weighed ? weighed : answerOf(weighed, this.#index);
  }

  /** The best code with what its probability is worked out from; for calibration. */
  bestOf(asked: CodingQuestion): { readonly code: string; readonly input: CalibrationInput } | undefined {
    const weighed = this.#weigh(asked);
    return 'refused' in weighed ? undefined : { code: weighed.choices[0]!.code, input: weighed.input };
  }

  #weigh(asked: CodingQuestion): Coding | Weighed {
    const reading = readAdvertTitle(asked.title);
    const candidates = [
      ...reading.pieces.slice(0, 3),
      ...(reading.pieces.length === 0 ? reading.brackets : []),
    ];
    const best = this.#turnedRound(asked.title, reading) ?? this.#workOf(candidates);
    if (!best) return refusal('no-work-named', reading.changes);
    const { work, hits, rest } = best;
    const words = this.#index.wordsOf(work, hits);
    const { known, met, scores, title } = this.#index.ranker.rank(words, hits);
    if (hits.length === 0 && !met) return { ...refusal('unknown-words', reading.changes), work };
    this.#addSurroundings(scores, [
      ...reading.pieces.filter((piece) => !piece.includes(work)),
      rest,
      ...reading.brackets,
      asked.industry ?? '',
      asked.sector ? sectorWords[asked.sector] : '',
      (asked.description ?? '').slice(0, longestDescription),
    ]);
    return this.#choose(work, words.length, known, scores, title, hits, reading.changes);
  }

  /**
   * The first piece that is a title of the index, or has one in it; else the first that shares enough words with
   * entries. What names the work comes first in most adverts, places and departments after it.
   */
  #workOf(pieces: readonly string[]): Work | undefined {
    let best: Work | undefined;
    for (const piece of pieces) {
      const found = this.#read(piece);
      if (found.hits[0]?.inFull) return best && best.score >= goodEntry ? best : found;
      if (!best || found.score > best.score + 0.25) best = found;
    }
    return best;
  }

  /** "Manager, sales" as "sales manager"; in capitals, "Manager, Sales", where the index knows it so: "Manager, Leeds" is not one. */
  #turnedRound(title: string, reading: AdvertReading): Work | undefined {
    const natural = turnedRound(title, reading);
    if (natural !== undefined) return this.#read(natural);
    const [head, rest, ...more] = reading.pieces;
    if (rest === undefined || more.length > 0 || !/^[^-–|:;(]*,[^-–|:;(]*$/.test(title)) return undefined;
    const work = this.#read(`${rest} ${head!}`);
    const slots = work.hits[0]?.reading.slots ?? [];
    const known = slots.every(({ alternatives, misspelled }) => alternatives.length > 0 && !misspelled);
    return work.hits[0]?.inFull || (known && work.score >= goodEntry) ? work : undefined;
  }

  #read(piece: string): Work {
    const look = (work: string): Work => {
      const hits = this.#index.entries(`${work} `, {
        classification: 'soc2020',
      });
      return { work, hits, score: hits[0]?.score ?? 0, rest: '' };
    };
    const bare = withoutRank(piece);
    const whole = [...new Set([piece, bare])].map(look);
    const said = whole.find(({ hits }) => hits[0]?.inFull);
    if (said) return said;
    const first = firstNamed(bare);
    if (first !== undefined) {
      const named = look(first);
      if (named.hits[0]?.inFull) return { ...named, rest: bare.slice(first.length) };
    }
    return whole.reduce((a, b) => (b.score > a.score ? b : a));
  }

  #addSurroundings(scores: Float32Array, texts: readonly string[]): void {
    const words = titleWords(texts.filter((text) => text !== '').join(' '));
    if (words.length === 0) return;
    const said = this.#index.ranker.surroundings(words);
    if (!said) return;
    const weight = surroundingsWeight / Math.sqrt(words.length);
    for (let group = 0; group < scores.length; group++) scores[group]! += weight * said[group]!;
  }

  #choose(
    work: string,
    words: number,
    known: number,
    scores: Float32Array,
    title: TitleVector | undefined,
    hits: readonly EntryHit[],
    changes: readonly string[],
  ): Weighed {
    const { codes } = this.#index.ranker;
    let most = -Infinity;
    for (const score of scores) if (score > most) most = score;
    const odds = scores.map((score) => Math.exp(score - most));
    const all = odds.reduce((sum, one) => sum + one, 0);
    const choices = Array.from(odds.keys())
      .sort((a, b) => odds[b]! - odds[a]!)
      .slice(0, mostChoices)
      .map((group) => {
        const code = codes[group]!;
        return {
          code,
          share: odds[group]! / all,
          hit: hits.find((hit) => hit.code === code),
        };
      });
    const [first, second] = choices;
    const input = {
      share: first!.share,
      lead: first!.share - (second?.share ?? 0),
      known,
      inFull: first!.hit?.inFull ? 1 : 0,
      entry: Math.min(first!.hit?.score ?? 0, mostEntry),
      words: Math.min(words, mostCounted),
    };
    return { work, title, choices, input, changes };
  }
}

interface Weighed {
  readonly work: string;
  /** What its words mean together; undefined where none has a vector. */
  readonly title: TitleVector | undefined;
  readonly choices: readonly {
    readonly code: string;
    readonly share: number;
    readonly hit: EntryHit | undefined;
  }[];
  readonly input: CalibrationInput;
  readonly changes: readonly string[];
}

function answerOf(
  { work, title, choices: weighed, input, changes }: Weighed,
  index: OccupationIndex,
): Coding {
  const first = calibrated(input);
  // The others share what the first leaves, as the ranker has it.
  const rest = (1 - first) / Math.max(1 - input.share, 1e-6);
  const choices = weighed.map(({ code, share, hit }, at) => {
    const probability = at === 0 ? first : Math.min(first, share * rest);
    return {
      code,
      probability: Math.round(probability * 1e3) / 1e3,
      matchedTitle: hit?.matchedTitle ?? (title && index.mostAlike(title, code)) ?? '',
    };
  });
  const refused = refusalOf(input, first);
  const near = choices.filter(({ probability }) => probability >= nearness * choices[0]!.probability);
  // Too vague for a code is a question too, though one group may stand out: "engineer".
  if (refused === 'too-vague' && near.length < leastAsked)
    near.push(...choices.slice(near.length, leastAsked));
  const ambiguous = near.length > 1;
  const top = weighed[0]!.hit;
  return {
    choices,
    refused,
    ambiguous,
    question: ambiguous
      ? questionFor(
          work,
          near.map(({ code }) => index.groupTitle(code, 'soc2020')),
        )
      : undefined,
    rule: ruleOf(top),
    work,
    changes: top?.reading.synonym ? [...changes, `${work} = ${top.reading.words.join(' ')}`] : changes,
  };
}

/**
 * Where no word is known and no entry fits, runs of letters and vectors of words alone suggest codes, "violist" from
 * "violinist": seldom right until they are much surer than others need be.
 */
function refusalOf({ known, entry }: CalibrationInput, probability: number): RefusalReason | undefined {
  if (known === 0 && entry === 0) return probability < leastOfUnknown ? 'unknown-words' : undefined;
  return probability < leastProbability ? 'too-vague' : undefined;
}

function ruleOf(top: EntryHit | undefined): CodingRule {
  if (!top) return 'model';
  if (top.reading.synonym) return 'synonym';
  if (top.reading.slots.some(({ misspelled }) => misspelled)) return 'spelling';
  return top.inFull ? 'entry' : 'words';
}

function refusal(reason: RefusalReason, changes: readonly string[]): Coding {
  return {
    choices: [],
    refused: reason,
    ambiguous: false,
    question: undefined,
    rule: undefined,
    work: '',
    changes,
  };
}

/**
 * Names what is nearly as likely as the first, so that a reader can pick one: `Which is meant by "fitter": plumbers or
 * electricians?`. Groups without a title go unnamed.
 */
function questionFor(work: string, titles: readonly string[]): string {
  const named = [...new Set(titles.filter((title) => title !== '').map(spoken))].slice(0, mostNamed);
  if (named.length < 2) return `Which kind of ${work} is meant?`;
  return `Which is meant by "${work}": ${named.slice(0, -1).join('; ')}; or ${named[named.length - 1]!}?`;
}

/** More would not be a short question; the choices list them all. */
const mostNamed = 4;

/** "Engineering professionals n.e.c." as one says it: "other engineering professionals". "IT" and "NHS" stay. */
function spoken(title: string): string {
  const plain = title.replace(/\s+n\.e\.c\.?$/i, '');
  const lower = /^[A-Z][a-z]/.test(plain) ? plain[0]!.toLowerCase() + plain.slice(1) : plain;
  if (plain === title || /^other\b/.test(lower)) return lower;
  return `other ${lower}`;
}
