/** Reads titles as adverts print them: what names the work, and what is said beside it. */

/** Words of adverts that say nothing of the work. */
const noise = new Set(
  (
    'we are is you your our new job jobs role roles vacancy vacancies position positions opportunity opportunities x ' +
    'part full time fulltime parttime ft pt temporary temp permanent perm contract contractor fixed term ftc casual bank zero hours hour hrs hourly ' +
    'day days night nights shift shifts weekend weekends morning mornings evening evenings monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun ' +
    'immediate immediately start asap urgent urgently required wanted needed hiring join remote hybrid onsite site-based wfh flexible ' +
    'uk per annum pa pd ph ptn week weekly month monthly plus bonus benefits salary competitive excellent great up ote dbs inside outside ir35 ' +
    'exp nqt ect sia relocation visa sponsorship m/f m/w/d mfd all genders reference ref experienced comm commission basic wk wkly skilled-worker sssts smsts ccdo cscs ongoing'
  ).split(' '),
);

/** Rank words, which change the occupation only where the index says so. */
const rankAfter = /\s+(?:apprentice|apprenticeship|trainee|graduate)s?$/;
const rank =
  /^(?:(?:senior|snr|sr|junior|jnr|jr|graduate|grad|trainee|apprentice|mid|mid-level|entry-level|intermediate|interim|relief|locum|agency|freelance|self-employed|level|grade|band|step|tier)\s+)+/;

/** Abbreviations of adverts that stand for one word whatever is beside them. */
const abbreviations = new Map(
  Object.entries({
    acct: 'account',
    accts: 'accounts',
    amhp: 'approved social worker',
    counterbalance: 'fork-lift',
    'f&b': 'food and beverage',
    fte: '',
    hca: 'health care assistant',
    qsw: 'social worker',
    salt: 'speech and language therapist',
    admin: 'administrator',
    asst: 'assistant',
    assist: 'assistant',
    adv: 'adviser',
    bdm: 'business development manager',
    btec: '',
    coord: 'coordinator',
    'co-ord': 'coordinator',
    cust: 'customer',
    cpn: 'community psychiatric nurse',
    ccnp: 'critical care nurse',
    deliv: 'delivery',
    dept: 'department',
    dev: 'developer',
    dir: 'director',
    elec: 'electrical',
    eng: 'engineer',
    engr: 'engineer',
    exec: 'executive',
    flt: 'fork lift truck driver',
    fp: 'financial planning',
    gov: 'government',
    ifa: 'independent financial adviser',
    lsa: 'learning support assistant',
    maint: 'maintenance',
    mech: 'mechanical',
    mfg: 'manufacturing',
    mgmt: 'management',
    mgr: 'manager',
    mktg: 'marketing',
    ops: 'operations',
    op: 'operative',
    opp: 'operative',
    opr: 'operator',
    ot: 'occupational therapist',
    prod: 'production',
    qs: 'quantity surveyor',
    rgn: 'registered nurse',
    rmn: 'psychiatric nurse',
    sen: 'special educational needs',
    senco: 'special educational needs coordinator',
    slt: 'speech and language therapist',
    supt: 'superintendent',
    sup: 'supervisor',
    svr: 'supervisor',
    tech: 'technician',
    whse: 'warehouse',
  }),
);

/** How a title was read. */
export interface AdvertReading {
  /** Pieces that may name the work, in the order of the title; the first is the likeliest. */
  readonly pieces: readonly string[];
  /** What stands in brackets: it qualifies, and names the work only where nothing else does. */
  readonly brackets: readonly string[];
  /** What was taken off or put in full, for the answer's explanation. */
  readonly changes: readonly string[];
}

/** Phrases of adverts that say nothing of the work, though their words may. */
const phrases =
  /\b(?:(?:maternity|paternity|mat|sickness|holiday|leave) cover|bank staff|part time|full time|term time(?: only)?|fixed term|zero hours?|no experience(?: needed| required)?|early years? career|days? off|\d+ days?(?: a| per)? week|in-date licen[cs]e|own (?:car|van|tools|transport)|(?:company |\+ ?)car|year round|live(?:-| )(?:in|out)|sleep(?:-| )ins?|work(?:ing)? from home|home based|(?:l|level|nvq|band|grade|scale|step|tier|sc|mps?|cat|class)[ -]?\d+[a-z]?(?:[-–/]\d+)?|\d+ ?(?:yrs?|years?)(?: pqe| exp\w*)?|pqe|per hour|an hour|p\/h)\b/g;
const money =
  /(?:up to\s*)?[£€$]\s?[\d,.]+\s?k?(?:\s?(?:-|to|–)\s?[£€$]?\s?[\d,.]+\s?k?)?(?:\s?(?:p\/?[ahdw]|per (?:hour|annum|day|week)|an hour|ph|pa|pd|pw))?(?:\s?(?:\+|plus)\s?\w+)?/g;
const numbers = /\b\d[\d,.:/]*\s?(?:k|hrs?|hours?|ptn|am|pm|%|x|st|nd|rd|th)?\b(?!\s?(?:tonne|t\b|ton\b))/g;
const pieceEnds = /\s[-–—|@•*·]+\s|[|–—:;•·]|,(?!\d)|\s-|-\s|\.{2,}|\s\/\/\s|[!?]+|\s~\s/;

/** "Senior Plumber - Leeds, £35k (Days)" names "plumber" and "leeds", with "days" in brackets. */
export function readAdvertTitle(title: string): AdvertReading {
  const changes: string[] = [];
  const plain = title
    .slice(0, 300)
    .normalize('NFKC')
    .replace(/\p{Extended_Pictographic}/gu, ' ')
    .toLowerCase()
    .replace(/[’‘`´]/g, "'")
    .replace(/\bc#/g, 'csharp ')
    .replace(/\.net\b/g, ' dotnet')
    .replace(money, ' ')
    .replace(/\/\s?hr\b/g, ' ')
    .replace(phrases, ' ');
  const brackets = [...plain.matchAll(/[([{]([^)\]}]*)[)\]}]/g)].map(([, inside]) => inside ?? '');
  const open = plain.replace(/[([{][^)\]}]*[)\]}]/g, ' ').replace(/[()[\]{}]/g, ' ');
  const tidy = (piece: string): string => tidyPiece(piece, changes);
  const pieces = open
    .split(pieceEnds)
    .map(tidy)
    .filter((piece) => piece !== '');
  return {
    pieces,
    brackets: brackets.map(tidy).filter((piece) => piece !== ''),
    changes,
  };
}

/** Signs between which an index puts no titles: an advert's. */
const advertSigns = /[|–—:;•·@£€$([{]|\s-|-\s|\/\//;

/**
 * "Officer, access, countryside" is how indexes print "countryside access officer": commas alone, and but for the
 * first word small letters and abbreviations. "Manager, Leeds" and "Chalet Host, winter season" are none.
 * @returns the title in natural order; undefined when it is not printed so or noise was among it.
 */
export function turnedRound(title: string, { pieces }: AdvertReading): string | undefined {
  const parts = title.split(/,(?!\d)/);
  if (parts.length < 2 || parts.length !== pieces.length || advertSigns.test(title)) return undefined;
  const asInIndex =
    /^\s*\S+(?:\s+\p{Ll}\S*)*\s*$/u.test(parts[0]!) &&
    parts.slice(1).every((part) => /^\s*(?:\p{Ll}|\p{Lu}{2})/u.test(part));
  return asInIndex ? [...pieces].reverse().join(' ') : undefined;
}

function tidyPiece(piece: string, changes: string[]): string {
  const words = piece
    .replace(numbers, ' ')
    .split(/[^\p{L}\p{N}+#'/&-]+/u)
    .map((word) => word.replace(/^[-'/&+]+(?!$)|(?<!^)[-'/&]+$/g, ''))
    .filter((word) => /[\p{L}\p{N}&/]/u.test(word) && !noise.has(word));
  const full = words.flatMap((word) => {
    const meant = abbreviations.get(word);
    if (meant === undefined) return [word];
    if (meant !== '') changes.push(`${word} = ${meant}`);
    return meant === '' ? [] : meant.split(' ');
  });
  const text = full
    .join(' ')
    .replace(/^(?:&|and|or|\/|for|in|at|with|to)\s+|\s+(?:&|and|or|\/|for|in|at|with|to)$/g, '');
  return /[\p{L}]/u.test(text) ? text : '';
}

/** The piece without words of rank before it; the piece itself when nothing else is in it. */
export function withoutRank(piece: string): string {
  const bare = piece.replace(rank, '').replace(rankAfter, '');
  return bare === '' ? piece : bare;
}

/** "chef/cook" and "cleaner & caretaker": the job named first, when the part alone can name one. */
export function firstNamed(piece: string): string | undefined {
  const parts = piece.split(/\s*\/\s*|\s+(?:&|and|or|with|cum)\s+/);
  return parts.length > 1 && parts[0] !== '' ? parts[0] : undefined;
}
