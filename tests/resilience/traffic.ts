/** One question to the API, in as many equal spellings as needed. */
export interface Question {
  readonly kind: string;
  /** The plain path: asked often enough, nginx answers it alone. */
  readonly path: string;
}

export interface Codes {
  readonly soc2010: readonly string[];
  readonly soc2020: readonly string[];
  readonly titles: readonly string[];
}

/** Parts of the traffic by kind; they add up to 1. */
const shares: Readonly<Record<string, number>> = {
  'v1 estimatePay': 0.26,
  'v1 predict': 0.16,
  'v1 search': 0.26,
  'v2 pay': 0.1,
  'v2 employment': 0.1,
  'v2 profile': 0.06,
  'v2 datasets': 0.06,
};
/** How many different questions of each kind are asked. */
const SPREAD = { estimatePay: 300, predict: 200, keystrokes: 200, pay: 150, employment: 150, profile: 80 };
/** Spelled in a way that nobody used before, so that neither nginx nor a gateway knows the address. */
export const FRESH_SHARE = 0.7;
/** With the ETag that was last seen for the question. */
export const CONDITIONAL_SHARE = 0.1;
/** One of a few questions that everybody asks. */
const HOT_SHARE = 0.3;
const HOT = 4;

/** What the clients of a careers site ask, as a list per kind. */
export function questionsFrom({ soc2010, soc2020, titles }: Codes): readonly Question[] {
  const ask = (kind: string, paths: readonly string[]) => paths.map((path) => ({ kind, path }));
  const keystrokes = titles.flatMap((title) =>
    [3, 5, 8].map((length) => title.slice(0, length).toLowerCase()),
  );
  return [
    ...ask(
      'v1 estimatePay',
      spread(soc2010, SPREAD.estimatePay).map(
        (soc, i) => `/api/v1/ashe/estimatePay?soc=${soc}${i % 3 === 0 ? '&filters=gender:1' : ''}`,
      ),
    ),
    ...ask(
      'v1 predict',
      spread(soc2010, SPREAD.predict).map((soc) => `/api/v1/wf/predict?soc=${soc}`),
    ),
    ...ask(
      'v1 search',
      spread([...new Set(keystrokes)], SPREAD.keystrokes).map(
        (text) => `/api/v1/soc/search?q=${encodeURIComponent(text)}`,
      ),
    ),
    ...ask(
      'v2 pay',
      spread(soc2020, SPREAD.pay).map(
        (code, i) => `/api/v2/pay?occupation=${code}${i % 2 === 0 ? '&area=E12000007' : ''}`,
      ),
    ),
    ...ask(
      'v2 employment',
      spread(soc2020, SPREAD.employment).map((code) => `/api/v2/employment?occupation=${code}`),
    ),
    ...ask(
      'v2 profile',
      spread(soc2020, SPREAD.profile).map((code) => `/api/v2/occupations/${code}/profile`),
    ),
    ...ask('v2 datasets', ['/api/v2/datasets', '/api/v2/datasets/ashe', '/api/v2/datasets/soc']),
  ];
}

function spread<T>(values: readonly T[], count: number): T[] {
  const wanted = Math.min(count, values.length);
  return Array.from({ length: wanted }, (_, i) => values[Math.floor((i * values.length) / wanted)]!);
}

export interface Draw {
  readonly question: Question;
  /** The path to ask. */
  readonly path: string;
  readonly fresh: boolean;
  readonly conditional: boolean;
}

/** The same sequence of questions for the same seed. */
export function drawer(questions: readonly Question[], seed: number): () => Draw {
  const byKind = Object.entries(shares).map(
    ([kind, share]) => [share, questions.filter((question) => question.kind === kind)] as const,
  );
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  let count = 0;
  return () => {
    count += 1;
    let at = random();
    const [, list] = byKind.find(([share]) => (at -= share) < 0) ?? byKind[0]!;
    const most = random() < HOT_SHARE ? Math.min(HOT, list.length) : list.length;
    const question = list[Math.floor(random() * most)]!;
    const fresh = random() < FRESH_SHARE;
    return {
      question,
      path: fresh ? respelled(question.path, count) : question.path,
      fresh,
      conditional: random() < CONDITIONAL_SHARE,
    };
  };
}

/** v1 takes any further parameter, as the original did; v2 refuses unknown ones, but empty ones say nothing. */
function respelled(path: string, count: number): string {
  if (path.startsWith('/api/v1/')) return `${path}&_=${count}`;
  return `${path}${path.includes('?') ? '&' : '?'}${'&'.repeat(1 + (count % 199))}`;
}
