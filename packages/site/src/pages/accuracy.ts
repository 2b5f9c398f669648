import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { answered, problemOf } from '../answers';
import { callTo } from '../calls';
import { bars } from '../charts/bar';
import { lineChart } from '../charts/line';
import { renderPage } from '../layout';
import type { SitePage } from '../page';
import { render } from '../templates';
import { figure } from '../text';

interface Share {
  readonly asked: number;
  readonly first: number;
  readonly inFive: number;
}

/** What packages/occupations/evaluation measured, as far as the page shows it. */
interface Evaluation {
  readonly known: Readonly<Record<'printed' | 'natural' | 'oneSlip' | 'twoSlips', Share>>;
  readonly unseen: {
    readonly questions: number;
    readonly systems: readonly {
      readonly system: string;
      readonly variants: Readonly<Record<string, Share>>;
    }[];
  };
  readonly adverts: {
    readonly heldOut: {
      readonly titles: number;
      readonly codable: number;
      readonly first: number;
      readonly inFive: number;
      readonly twoDigits: number;
      readonly atThreshold: {
        readonly coverage: number;
        readonly precision: number;
        readonly uncodableRefused: number;
      };
      readonly calibrationError: number;
      readonly curve: readonly {
        readonly coverage: number;
        readonly precision: number;
        readonly leastProbability: number;
      }[];
      readonly systems: readonly {
        readonly system: string;
        readonly first: number;
        readonly inFive: number;
      }[];
    };
  };
}

/** Of /api/v2/occupations/code. */
interface Coding {
  readonly code?: string;
  readonly title?: string;
  readonly probability?: number;
  readonly matchedEntry?: string;
  readonly rule?: string;
  readonly changes: readonly string[];
  readonly work: string;
  readonly refused?: string;
  readonly ambiguous: boolean;
  readonly question?: string;
  readonly choices: readonly {
    readonly code: string;
    readonly title: string;
    readonly probability: number;
    readonly matchedEntry?: string;
  }[];
}

let evaluation: Evaluation | undefined;

/** The measured figures that the bundle holds; undefined where none were measured. */
function measured(): Evaluation | undefined {
  const file = path.resolve(__dirname, '../../dist/accuracy.json');
  if (!evaluation && existsSync(file)) evaluation = JSON.parse(readFileSync(file, 'utf8')) as Evaluation;
  return evaluation;
}

/** Name, drawing, cells. */
type ShareRow = readonly [string, string | undefined, readonly string[]];

const percent = (share: number) => figure(share * 100, 'percent');

const RULES: Readonly<Record<string, string>> = {
  entry: 'an entry of the coding index says it',
  words: 'its words are those of an entry of the coding index',
  synonym: 'a word was read as its synonym',
  spelling: 'a slip of the pen was put right',
  model: 'no entry shares its words; titles of words like these in letters, kind or meaning do',
};

/** How the measurement names what /api/v2/occupations/code answers with. */
const OURS = 'this coder';

function measuredView({ known, unseen, adverts: { heldOut } }: Evaluation) {
  const ours = { system: OURS, first: heldOut.first, inFive: heldOut.inFive };
  const others = heldOut.systems.filter(({ system }) => system !== OURS);
  const systems = [ours, ...others].sort((a, b) => b.first - a.first);
  const drawings = bars([...systems.map(({ first }) => first), 1], {
    highlighted: systems.findIndex(({ system }) => system === OURS),
  });
  const last = heldOut.curve.at(-1);
  return {
    titles: heldOut.titles,
    first: percent(heldOut.first),
    inFive: percent(heldOut.inFive),
    twoDigits: percent(heldOut.twoDigits),
    coverage: percent(heldOut.atThreshold.coverage),
    precision: percent(heldOut.atThreshold.precision),
    refused: percent(heldOut.atThreshold.uncodableRefused),
    calibration: figure(heldOut.calibrationError * 100, 'percent'),
    systems: systems.map(({ system, first, inFive }, at): ShareRow => [
      system,
      drawings[at],
      [percent(first), percent(inFive)],
    ]),
    chart: lineChart({
      title: `Share of given codes that are right, by the share of titles that are given one. With all titles: ${percent(last?.precision ?? 0)}.`,
      observed: heldOut.curve.map(({ coverage, precision }) => ({ x: coverage * 100, y: precision * 100 })),
      ticks: Array.from({ length: 10 }, (_, at) => ({ x: (at + 1) * 10, label: `${(at + 1) * 10}%` })).filter(
        ({ x }) => x >= (heldOut.curve[0]?.coverage ?? 0) * 100,
      ),
      format: (value) => `${Math.round(value)}%`,
    }),
    curve: heldOut.curve
      .filter((_point, at) => at % 2 === 1)
      .map(({ coverage, precision, leastProbability }): ShareRow => [
        percent(coverage),
        undefined,
        [percent(precision), leastProbability.toFixed(2)],
      ]),
    known: [
      knownRow('As the index prints it', known.printed),
      knownRow('In natural word order', known.natural),
      knownRow('With one slip of the pen', known.oneSlip),
      knownRow('With two slips', known.twoSlips),
    ],
    unseen: unseen.systems.flatMap(({ system, variants: { natural } }): ShareRow[] =>
      natural ? [[system, undefined, [percent(natural.first), percent(natural.inFive)]]] : [],
    ),
    questions: figure(unseen.questions, 'people'),
  };
}

function knownRow(label: string, { asked, first, inFive }: Share): ShareRow {
  return [label, undefined, [figure(asked, 'people'), percent(first), percent(inFive)]];
}

export const accuracyPage: SitePage = {
  path: '/accuracy',
  parameters: ['title', 'industry'],
  async answer({ query }, { ask }) {
    const title = query.get('title') ?? '';
    const industry = query.get('industry') ?? '';
    const call = callTo('/api/v2/occupations/code', { title, industry: industry || undefined });
    const reply = title ? await ask(call) : undefined;
    const coding = reply && answered<Coding>(reply);
    const found = measured();
    return {
      text: renderPage({
        title: 'Accuracy of the job title search',
        description:
          'How often the service finds the right occupation for a job title, measured on titles with known codes.',
        path: '/accuracy',
        breadcrumbs: [{ text: 'Datasets', href: '/datasets' }],
        unlisted: title !== '',
        main: render('pages/accuracy.njk', {
          asked: title,
          industry,
          call,
          coding: coding && {
            ...coding,
            refused: (coding.refused ?? '').replaceAll('-', ' '),
            why: RULES[coding.rule ?? ''] ?? '',
            chance: coding.probability === undefined ? '' : percent(coding.probability),
            choices: coding.choices.map((choice) => ({ ...choice, chance: percent(choice.probability) })),
          },
          trouble: reply && !coding ? problemOf(reply).detail : undefined,
          measured: found && measuredView(found),
        }),
      }),
    };
  },
};
