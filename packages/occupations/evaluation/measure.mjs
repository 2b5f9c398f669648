// What is measured; run.mjs writes it down.
import { readAdverts } from './adverts.mjs';
import { baselines } from './baselines.mjs';
import { engine, readBundle } from './bundle.mjs';
import { generator, misspelt, titlesOf, without, wordsOf } from './split.mjs';

const { buildOccupationIndex, leastProbability, OccupationCoder } = engine;
const classification = 'soc2020';
/** The fold that neither weights nor calibration were learned from. */
const unseenFold = 0;

const round = (value, digits = 4) => Number(value.toFixed(digits));

/** @param asked [text, codes that are right][]; a text of undefined is passed over. */
function ranks(asked, search) {
  let [count, first, inFive, reciprocal] = [0, 0, 0, 0];
  for (const [text, codes] of asked) {
    if (text === undefined) continue;
    count++;
    const place = search(text)
      .slice(0, 10)
      .findIndex((code) => codes.has(code));
    if (place === 0) first++;
    if (place >= 0 && place < 5) inFive++;
    if (place >= 0) reciprocal += 1 / (place + 1);
  }
  return {
    asked: count,
    first: round(first / count),
    inFive: round(inFive / count),
    reciprocalRank: round(reciprocal / count),
  };
}

const once = (search) => {
  const kept = new Map();
  return (text) => {
    let found = kept.get(text);
    if (!found) kept.set(text, (found = search(text)));
    return found;
  };
};

const searchOf = (index) => (text) =>
  index.search(text, { classification, limit: 10 }).map(({ code }) => code);
const coderOf = (coder) => (title) => coder.code({ title }).choices.map(({ code }) => code);

/** The best that any ranking of beginnings can do: groups by how many of the titles that begin so are theirs. */
function ceiling(asked) {
  const byText = new Map();
  for (const [text, codes] of asked) {
    if (text === undefined) continue;
    if (!byText.has(text)) byText.set(text, new Map());
    const tally = byText.get(text);
    for (const code of codes) tally.set(code, (tally.get(code) ?? 0) + 1 / codes.size);
  }
  return ranks(asked, (text) => [...byText.get(text)].sort((a, b) => b[1] - a[1]).map(([code]) => code))
    .reciprocalRank;
}

/** Titles of the index as they are, cut short and misspelt, against the whole index. */
function knownTitles(input, index, coder) {
  const search = once(searchOf(index));
  const titles = titlesOf(input);
  const every = (make) => titles.map((title) => [make(title), title.codes]);
  const natural = every(({ natural: text }) => text);
  const random = generator(20201);
  const cuts = [4, 6, 8].map((letters) => {
    const begun = every(({ natural: text }) =>
      text.length > letters ? text.slice(0, letters).toLowerCase() : undefined,
    );
    const anyTitle = new Map();
    for (const [text, codes] of begun) {
      if (text === undefined) continue;
      anyTitle.set(text, new Set([...(anyTitle.get(text) ?? []), ...codes]));
    }
    const words = new RegExp(`\\b(\\w{${letters}})\\w+`, 'g');
    return {
      letters,
      ownGroup: ranks(begun, search).reciprocalRank,
      ownGroupCeiling: ceiling(begun),
      anyTitleThatBeginsSo: ranks([...anyTitle], search).reciprocalRank,
      eachWordCut: ranks(
        every(({ natural: text }) => {
          const cut = text.replace(words, '$1');
          return cut === text ? undefined : cut;
        }),
        search,
      ).reciprocalRank,
    };
  });
  // A third of the titles is enough to tell a tenth of a point, and the coder's share of the time is the largest.
  const third = natural.filter((_, at) => at % 3 === 0);
  return {
    printed: ranks(
      every(({ printed }) => printed),
      search,
    ),
    natural: ranks(natural, search),
    naturalCoded: ranks(third, coderOf(coder)),
    oneSlip: ranks(
      every(({ natural: text }) => misspelt(text, 1, 5, random)),
      search,
    ),
    twoSlips: ranks(
      every(({ natural: text }) => misspelt(text, 2, 9, random)),
      search,
    ),
    cuts,
  };
}

const variants = {
  natural: ({ natural }) => natural,
  inverted: ({ printed }) => printed,
  'cut to 8 letters a word': ({ natural }) =>
    /\b\w{9,}/.test(natural) ? natural.replace(/\b(\w{8})\w+/g, '$1') : undefined,
  'one slip': ({ natural }, random) => misspelt(natural, 1, 5, random),
};

/** Titles whose family the index, the models and the weights have not seen. */
function unseenTitles(input, withBaselines) {
  const seen = without(input, [unseenFold]);
  const questions = titlesOf(input, unseenFold);
  const index = buildOccupationIndex(seen);
  const coder = new OccupationCoder(index);
  const random = generator(20202);
  const asked = Object.entries(variants).map(([variant, make]) => [
    variant,
    questions.map((question) => [make(question, random), question.codes]),
  ]);
  const titles = [
    ...seen.entries
      .filter(({ soc2020 }) => /^\d{4}$/.test(soc2020 ?? ''))
      .map(({ naturalTitle, soc2020 }) => ({ title: naturalTitle, code: soc2020 })),
    ...seen.groups
      .filter((group) => group.classification === classification && group.level === 'unit')
      .flatMap(({ code, title, relatedTitles }) =>
        [title, ...relatedTitles].map((one) => ({ title: one, code })),
      ),
  ];
  const systems = [
    ...(withBaselines ? Object.entries(baselines).map(([name, make]) => [name, make(titles)]) : []),
    ['this search', searchOf(index)],
    ['this coder', coderOf(coder)],
  ];
  const table = systems.map(([system, search]) => ({
    system,
    variants: Object.fromEntries(asked.map(([variant, list]) => [variant, ranks(list, search)])),
  }));
  const withIndustry = ranks(
    questions.filter(({ qualifier }) => qualifier !== '').map((question) => [question, question.codes]),
    ({ natural, qualifier }) =>
      coder.code({ title: natural, industry: qualifier }).choices.map(({ code }) => code),
  );
  const coded = questions.map(({ natural, codes }) =>
    outcome(coder.code({ title: natural }), (code) => codes.has(code)),
  );
  return {
    questions: questions.length,
    seen: seen.entries.length,
    systems: table,
    withIndustry,
    calibrationError: calibrationError(coded),
  };
}

const outcome = (coding, isRight) => ({
  probability: coding.choices[0]?.probability ?? 0,
  right: coding.choices.length > 0 && isRight(coding.choices[0].code),
  refused: coding.refused !== undefined,
});

/** Expected calibration error over ten equal bands of probability. */
function calibrationError(outcomes) {
  let error = 0;
  for (let band = 0; band < 10; band++) {
    const part = outcomes.filter(({ probability }) => Math.min(9, Math.floor(probability * 10)) === band);
    const sum = part.reduce((all, { probability, right }) => all + probability - (right ? 1 : 0), 0);
    error += Math.abs(sum);
  }
  return round(error / outcomes.length);
}

/** Adverts coded: how many right, and what refusing the least probable buys. */
function adverts(split, coder, titles) {
  const all = readAdverts(split);
  const codings = all.map((advert) => ({ advert, coding: coder.code(advert) }));
  const codable = codings.filter(({ advert }) => advert.code !== 'none');
  const share = (list, test) => round(list.filter(test).length / list.length);
  const first = ({ coding }) => coding.choices[0]?.code;
  const outcomes = codings.map(({ advert, coding }) => outcome(coding, (code) => code === advert.code));
  const accepted = codings.map(({ advert, coding }) =>
    outcome(coding, (code) => code === advert.code || advert.alternatives.includes(code)),
  );
  const order = [...outcomes.keys()].sort((a, b) => outcomes[b].probability - outcomes[a].probability);
  const curve = [];
  let [right, fine] = [0, 0];
  order.forEach((at, done) => {
    if (outcomes[at].right) right++;
    if (accepted[at].right) fine++;
    const covered = (done + 1) / order.length;
    if (Math.floor(covered * 20) > Math.floor((done / order.length) * 20))
      curve.push({
        coverage: round(covered, 3),
        leastProbability: outcomes[at].probability,
        precision: round(right / (done + 1)),
        precisionWithAlternatives: round(fine / (done + 1)),
      });
  });
  const given = outcomes
    .map((one, at) => ({ ...one, fine: accepted[at].right }))
    .filter(({ refused }) => !refused);
  const nothing = codings.filter(({ advert }) => advert.code === 'none');
  return {
    titles: all.length,
    codable: codable.length,
    first: share(codable, (one) => first(one) === one.advert.code),
    firstWithAlternatives: share(
      codable,
      (one) => first(one) === one.advert.code || one.advert.alternatives.includes(first(one)),
    ),
    inFive: share(codable, ({ advert, coding }) => coding.choices.some(({ code }) => code === advert.code)),
    twoDigits: share(codable, (one) => first(one)?.slice(0, 2) === one.advert.code.slice(0, 2)),
    atThreshold: {
      leastProbability,
      coverage: round(given.length / outcomes.length),
      precision: share(given, (one) => one.right),
      precisionWithAlternatives: share(given, (one) => one.fine),
      uncodableRefused: share(nothing, ({ coding }) => coding.refused !== undefined),
    },
    calibrationError: calibrationError(outcomes),
    curve,
    systems: Object.entries(titles).map(([system, search]) => {
      const { first: one, inFive } = ranks(
        codable.map(({ advert }) => [advert.title, new Set([advert.code])]),
        search,
      );
      return { system, first: one, inFive };
    }),
  };
}

/** @param whole false: this engine alone, for the check in CI. @returns see AccuracyResults in src/accuracy.ts. */
export function measure(whole) {
  const input = readBundle();
  const index = buildOccupationIndex(input);
  const coder = new OccupationCoder(index);
  const titles = input.entries
    .filter(({ soc2020 }) => /^\d{4}$/.test(soc2020 ?? ''))
    .map(({ naturalTitle, soc2020 }) => ({ title: naturalTitle, code: soc2020 }));
  const plain = whole
    ? Object.fromEntries(Object.entries(baselines).map(([name, make]) => [name, make(titles)]))
    : {};
  return {
    index: {
      entries: input.entries.length,
      titles: titlesOf(input).length,
      words: new Set(titles.flatMap(({ title }) => wordsOf(title))).size,
    },
    known: knownTitles(input, index, coder),
    unseen: unseenTitles(input, whole),
    adverts: {
      dev: adverts('dev', coder, {}),
      heldOut: adverts('held-out', coder, { ...plain, 'this search': searchOf(index) }),
    },
  };
}
