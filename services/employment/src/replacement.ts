/** Answers about replacement demand: openings over a period because people leave an occupation. */
import type { GetReplacementDemandReply } from '@lmi/contracts';
import type { Reader, Reference } from '@lmi/kit';
import { crossCount, sortMarks, type Mark } from '@lmi/statistics';
import { disclosed, toCell, unavailable, type Answered, type Figure } from './cells';
import { unitedKingdom, wholeCode } from './codes';
import { widerTargets } from './figures';
import { marksOfProjectionMarker } from './marks';
import { compoundRate } from './model/estimates';
import { readReplacement, readReplacementEstimates, type ServingReleases } from './queries';
import type { Place, Question, Target } from './question';

interface Period {
  readonly startYear: number;
  readonly endYear: number;
}

/** The figures of one occupation and area; null where withheld. */
interface Demand extends Period {
  readonly start: number | null;
  readonly end: number | null;
  readonly netChange: number | null;
  readonly demand: number | null;
  readonly requirement: number | null;
  readonly rate: number | null;
  readonly marks: readonly Mark[];
  readonly release: string;
  readonly table: string;
}

type Finder = (target: Target, place: Place) => Promise<Demand | undefined>;

export async function answerReplacementDemand(
  reader: Reader,
  serving: ServingReleases,
  reference: Reference,
  question: Question,
): Promise<GetReplacementDemandReply> {
  const find: Finder = (target, place) => findDemand(reader, serving, reference, target, place);
  const asked = await find(question, question);
  let found = asked;
  let answered: Answered = question;
  if (question.fallBack && (asked?.start ?? null) === null) {
    const whole: Place = { area: unitedKingdom, kind: 'whole' };
    const wider = [
      ...widerTargets(question, question, reference).map((target) => ({ target, place: question as Place })),
      { target: question as Target, place: whole },
    ];
    for (const { target, place } of wider) {
      const candidate = await find(target, place);
      if ((candidate?.start ?? null) === null) continue;
      found = candidate;
      answered = { classification: target.classification, occupation: target.occupation, area: place.area };
      break;
    }
  }
  const period =
    found ??
    (await find(
      { classification: 'soc2020', occupation: wholeCode },
      { area: unitedKingdom, kind: 'whole' },
    ));
  return reply(found, period, question, answered, serving.estimates?.version ?? '');
}

async function findDemand(
  reader: Reader,
  serving: ServingReleases,
  reference: Reference,
  { classification, occupation }: Target,
  { area, kind }: Place,
): Promise<Demand | undefined> {
  if (kind === 'projected' && classification === 'soc2020' && serving.projections) {
    const row = await readReplacement(reader, serving.projections.id, area, occupation);
    return (
      row && {
        ...row,
        marks: sortMarks([...marksOfProjectionMarker(row.marker), 'projected']),
        release: serving.projections.version,
        table: 'Skills Imperative 2035 main tables, replacement demand',
      }
    );
  }
  if (kind !== 'whole' || !serving.estimates) return undefined;
  const units = classification === 'soc2010' ? reference.unitGroups('soc2010', occupation) : [];
  const pairsOf = (unit: string) => reference.pairsOf2010(unit);
  const socs =
    classification === 'soc2020'
      ? [occupation]
      : [...new Set(units.flatMap((unit) => pairsOf(unit).map(({ soc2020 }) => soc2020)))];
  if (socs.length === 0) return undefined;
  const rows = new Map(
    (await readReplacementEstimates(reader, serving.estimates.id, socs)).map((row) => [row.soc, row]),
  );
  const years = [...rows.values()][0];
  if (!years) return undefined;
  const value = (field: 'start' | 'end' | 'demand'): number | undefined =>
    classification === 'soc2020'
      ? rows.get(occupation)![field]
      : crossCount({ targets: units, from: 'soc2020', pairsOf, valueOf: (unit) => rows.get(unit)?.[field] })
          .value;
  const start = value('start');
  const end = value('end');
  const demand = value('demand');
  if (start === undefined || end === undefined || demand === undefined || start === 0) return undefined;
  const source = { release: serving.estimates.version, table: 'employment-estimates, replacement demand' };
  // The smaller end decides: what is left of a withheld one could be worked out from the change.
  const verdict = disclosed({ value: Math.min(start, end), marks: ['modelled', 'projected'], ...source });
  const shown = (figure: number): number | null => (verdict.value === undefined ? null : figure);
  return {
    startYear: years.startYear,
    endYear: years.endYear,
    start: shown(start),
    end: shown(end),
    netChange: shown(end - start),
    demand: shown(demand),
    requirement: shown(end - start + demand),
    rate: shown(compoundRate(demand, start, years.endYear - years.startYear)),
    marks: verdict.marks,
    ...source,
  };
}

function reply(
  found: Demand | undefined,
  period: Period | undefined,
  question: Question,
  answered: Answered,
  release: string,
): GetReplacementDemandReply {
  const startYear = period?.startYear ?? 0;
  const endYear = period?.endYear ?? 0;
  const span = period ? `${startYear}/${endYear}` : '';
  const figure = (value: number | null | undefined): Figure =>
    found
      ? { value: value ?? undefined, marks: found.marks, release: found.release, table: found.table }
      : unavailable(release);
  // The first year is an observed one, whatever the rest of the period is.
  const observed = (cell: Figure): Figure => ({
    ...cell,
    marks: cell.marks.filter((mark) => mark !== 'projected'),
  });
  const cell = (value: Figure, when: string, unit: 'people' | 'percent' = 'people') =>
    toCell(value, question, answered, when, unit);
  return {
    startYear,
    endYear,
    startEmployment: cell(observed(figure(found?.start)), String(startYear)),
    endEmployment: cell(figure(found?.end), String(endYear)),
    netChange: cell(figure(found?.netChange), span),
    replacementDemand: cell(figure(found?.demand), span),
    totalRequirement: cell(figure(found?.requirement), span),
    annualRate: cell(figure(found?.rate), span, 'percent'),
  };
}
