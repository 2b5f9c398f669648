/**
 * The mark vocabulary: what a figure's reader has to know beside the number. `sdmx` is the code of the SDMX lists of
 * observation status and (`C`) confidentiality, `0n` Eurostat's flag; `gss` is the UK government shorthand; null
 * where the lists have none. The order is the order in which marks are shown.
 */
export const marks = [
  {
    mark: 'reliable',
    meaning: 'Survey estimate with a coefficient of variation of at most 5 %.',
    sdmx: null,
    gss: null,
  },
  {
    mark: 'reasonable',
    meaning: 'Survey estimate with a coefficient of variation above 5 % and at most 10 %.',
    sdmx: null,
    gss: null,
  },
  {
    mark: 'acceptable',
    meaning: 'Survey estimate with a coefficient of variation above 10 % and at most 20 %: use with care.',
    sdmx: null,
    gss: null,
  },
  {
    mark: 'unreliable',
    meaning: 'Survey estimate with a coefficient of variation above 20 %: not fit for practical purposes.',
    sdmx: 'U',
    gss: '[u]',
  },
  {
    mark: 'small-sample',
    meaning: 'Rests on few people or few answers: withheld, or shown to be used with care.',
    sdmx: 'U',
    gss: '[u]',
  },
  {
    mark: 'confidential',
    meaning: 'Withheld so that nobody can be identified, directly or by subtraction.',
    sdmx: 'C',
    gss: '[c]',
  },
  {
    mark: 'modelled',
    meaning: 'Worked out from published figures by a documented method, not published as such.',
    sdmx: 'E',
    gss: '[e]',
  },
  {
    mark: 'imputed',
    meaning: 'A gap in the source filled with a likely value.',
    sdmx: 'I',
    gss: '[e]',
  },
  {
    mark: 'projected',
    meaning: 'For a year after the last observed one.',
    sdmx: 'F',
    gss: '[f]',
  },
  {
    mark: 'provisional',
    meaning: 'Published as provisional: a later edition may change it.',
    sdmx: 'P',
    gss: '[p]',
  },
  {
    mark: 'revised',
    meaning: 'Changed by its producer since it was first published.',
    sdmx: null,
    gss: '[r]',
  },
  {
    mark: 'break',
    meaning: 'The definition or method changed here: earlier years do not compare fully.',
    sdmx: 'B',
    gss: '[b]',
  },
  {
    mark: 'coarser',
    meaning: 'Answered for a wider occupation, area or group than was asked; both are given.',
    sdmx: null,
    gss: null,
  },
  {
    mark: 'not-available',
    meaning: 'No figure: the source has none or gives none for this cell.',
    sdmx: 'O',
    gss: '[x]',
  },
  {
    mark: 'not-applicable',
    meaning: 'No figure can exist for this cell.',
    sdmx: 'M',
    gss: '[z]',
  },
  {
    mark: 'rounds-to-zero',
    meaning: 'Nil, or too small to show in the units of the source.',
    sdmx: '0n',
    gss: '[low]',
  },
] as const satisfies readonly { mark: string; meaning: string; sdmx: string | null; gss: string | null }[];

export type Mark = (typeof marks)[number]['mark'];

const order = new Map<string, number>(marks.map(({ mark }, index) => [mark, index]));
const cvBands: readonly Mark[] = ['reliable', 'reasonable', 'acceptable', 'unreliable'];

export function isMark(text: string): text is Mark {
  return order.has(text);
}

/**
 * The band of a coefficient of variation in percent; undefined when none was published.
 * @throws RangeError for a negative or non-finite one.
 */
export function markForCv(cv: number | null | undefined): Mark | undefined {
  if (cv === null || cv === undefined) return undefined;
  if (!(cv >= 0 && cv < Infinity)) throw new RangeError(`cv: expected percent of at least 0, found ${cv}`);
  if (cv <= 5) return 'reliable';
  if (cv <= 10) return 'reasonable';
  return cv <= 20 ? 'acceptable' : 'unreliable';
}

/** Each mark once, in the order of {@link marks}. */
export function sortMarks(list: Iterable<Mark>): Mark[] {
  return [...new Set(list)].sort((a, b) => order.get(a)! - order.get(b)!);
}

/**
 * Marks of a figure computed from several cells: all of theirs, and `modelled`. Bands of coefficients of variation
 * are dropped, because they do not hold for the combination. Pass the cells that went into the figure only.
 */
export function mergeMarks(...lists: readonly Iterable<Mark>[]): Mark[] {
  const all = lists.flatMap((list) => [...list]).filter((mark) => !cvBands.includes(mark));
  return sortMarks([...all, 'modelled']);
}

const ashe: Readonly<Record<string, readonly Mark[]>> = {
  '': [],
  x: ['unreliable', 'not-available'],
  '..': ['confidential'],
  ':': ['not-applicable'],
  '-': ['rounds-to-zero'],
  // How the store writes the empty marker of a withheld figure.
  '?': ['not-available'],
};

const markers = {
  ashe,
  // The extract lost the markers: an empty cell says no more than that there is no figure.
  'ashe-extract': { ...ashe, '': ['not-available'] },
  employment: { '': [], '*': ['small-sample', 'not-available'], '-': ['rounds-to-zero'] },
  aps: {
    '': [],
    '!': ['not-available'],
    '~': ['small-sample', 'not-available'],
    '*': ['small-sample', 'not-available'],
    '-': ['rounds-to-zero'],
  },
  projections: { '': [], suppressed_lt_1k: ['confidential'], caution_1k_10k: ['small-sample'] },
} as const satisfies Record<string, Readonly<Record<string, readonly Mark[]>>>;

export type MarkerSource = keyof typeof markers;

export const markerSources = Object.keys(markers) as readonly MarkerSource[];

/** The markers that a source uses; '' is a figure without one. */
export function markersOf(source: MarkerSource): string[] {
  return Object.keys(markers[source]);
}

/**
 * Marks that a source's own marker stands for.
 * @throws RangeError for a marker the source does not use, naming those it does: an unknown symbol means that the
 *   layout changed and must not pass as a plain figure.
 */
export function marksOfMarker(source: MarkerSource, marker: string): Mark[] {
  const known: Readonly<Record<string, readonly Mark[]>> = markers[source];
  if (!Object.hasOwn(known, marker)) {
    const valid = Object.keys(known).map((text) => `"${text}"`);
    throw new RangeError(`marker of ${source}: expected one of ${valid.join(', ')}, found "${marker}"`);
  }
  return [...known[marker]!];
}
