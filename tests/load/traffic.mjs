// The requests of the cluster's benchmarks: which are made, in which shares, and on which keys.

/** A small generator of numbers from 0 to below 1 (mulberry32), the same for every run. */
export function seeded(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A fixed shuffle: neighbours in code order share pages and would flatter a cold read. */
export function shuffled(values, random = seeded(20_261)) {
  const mixed = [...values];
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [mixed[i], mixed[j]] = [mixed[j], mixed[i]];
  }
  return mixed;
}

/** Draws by rank, the n-th with weight 1/n. */
function zipfOver(values, random) {
  let sum = 0;
  const upTo = values.map((_, rank) => (sum += 1 / (rank + 1)));
  return () => {
    const at = random() * sum;
    let [low, high] = [0, values.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (upTo[middle] > at) high = middle;
      else low = middle + 1;
    }
    return values[low];
  };
}

/** What a person sends who types a title: from its third letter on, every second one, and the whole. */
export function keystrokesOf(title) {
  const text = title.toLowerCase();
  const typed = [];
  for (let length = 3; length < text.length; length += 2) typed.push(text.slice(0, length));
  return [...typed, text];
}

const v1Regions = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
const v1Breakdowns = ['region', 'gender', 'status', 'qualification', 'industry'];

/**
 * Mixed traffic: 60 in 100 pay, employment and profile, 25 search keystrokes, 15 other. Occupations are drawn Zipf-like
 * over all unit groups, titles over all job titles (each typed letter by letter).
 * @param keys `soc2010`, `soc2020`: unit-group codes; `titles`: job titles.
 * @returns paths in the order they are sent.
 */
export function mixedTraffic(keys, count) {
  const random = seeded(42);
  const old = zipfOver(shuffled(keys.soc2010), random);
  const now = zipfOver(shuffled(keys.soc2020), random);
  const title = zipfOver(shuffled(keys.titles), random);
  const one = (values) => values[Math.floor(random() * values.length)];
  let typing = [];
  const keystroke = () => {
    if (typing.length === 0) typing = keystrokesOf(title());
    return `/api/v1/soc/search?q=${encodeURIComponent(typing.shift())}`;
  };
  const kinds = [
    [18, () => `/api/v1/ashe/estimatePay?soc=${old()}`],
    [4, () => `/api/v1/ashe/estimatePay?soc=${old()}&filters=region:${one(v1Regions)}`],
    [2, () => `/api/v1/ashe/estimatePay?soc=${old()}&breakdown=gender`],
    [4, () => `/api/v1/ashe/estimateHours?soc=${old()}`],
    [4, () => `/api/v2/pay?occupation=${now()}`],
    [10, () => `/api/v1/wf/predict?soc=${old()}&minYear=2024&maxYear=2030`],
    [5, () => `/api/v1/wf/predict/breakdown/${one(v1Breakdowns)}?soc=${old()}`],
    [3, () => `/api/v2/employment?occupation=${now()}`],
    [10, () => `/api/v2/occupations/${now()}/profile`],
    [25, keystroke],
    [5, () => `/api/v1/soc/code/${old()}`],
    [3, () => `/api/v1/ashe/annualChanges?soc=${old()}`],
    [2, () => `/api/v1/wf/replacement_demand?soc=${old()}`],
    [2, () => `/api/v2/occupations/${now()}`],
    [1, () => '/api/v1/wf/filters/all'],
    [1, () => '/api/v2/areas?type=region'],
    [1, () => '/api/v2/datasets'],
  ];
  const kindOf = kinds.flatMap(([share, make]) => Array.from({ length: share }, () => make));
  return Array.from({ length: count }, () => one(kindOf)());
}
