/** Handlers of lmi.pay.v1.PayService. */
import {
  compactObservations,
  type GetPayReply,
  type GetPayRequest,
  type PayObservation,
  type PayServiceDefinition,
} from '@lmi/contracts';
import {
  createReleaseLister,
  createTableHandlers,
  type DatasetImporter,
  type ServiceDependencies,
} from '@lmi/importing';
import { partOf, type Handlers, type Reader, type Reference, type Serving } from '@lmi/kit';
import { sortMarks, type Mark } from '@lmi/statistics';
import { measureSources, statisticColumns, unitedKingdom, type Measure } from './codes';
import { methods, PayFigures, planFor, type Figure, type Target } from './figures';
import { readCells, readFactors, servingReleases, type ServingReleases } from './queries';
import { readQuestion, type Question, type Slot } from './question';

export function createHandlers(
  { db, releases, cache, reference }: ServiceDependencies,
  importers: readonly DatasetImporter[],
): Handlers<typeof PayServiceDefinition> {
  const lister = createReleaseLister(importers, { releases });
  const answerFrom = async (
    reader: Reader,
    { releases: set, reference: known }: Serving,
    request: GetPayRequest,
  ): Promise<GetPayReply> => {
    const question = readQuestion(request, known);
    const serving = servingReleases(set);
    const versions = [serving.ashe.version, serving.estimates?.version ?? '', known.socVersion];
    const reply = await cache.through(['pay', ...versions, JSON.stringify(question)], () =>
      answer(reader, serving, known, question),
    );
    return request.compact ? { ...reply, observations: compactObservations(reply.observations) } : reply;
  };
  return {
    async getPay(request, { pins }) {
      return db.read(async (reader) => answerFrom(reader, await reference.read(reader, pins), request));
    },
    async getPayParts({ parts }, { pins }) {
      return db.read(async (reader) => {
        const served = await reference.read(reader, pins);
        return {
          parts: await Promise.all(parts.map((part) => partOf(() => answerFrom(reader, served, part)))),
        };
      });
    },
    listReleases: (request) => lister(request),
    ...createTableHandlers(importers, { db, releases }),
  };
}

/** A figure with the occupation that it answers for. */
interface Answered {
  readonly figure: Figure;
  readonly code: string;
}

async function answer(
  reader: Reader,
  serving: ServingReleases,
  reference: Reference,
  question: Question,
): Promise<GetPayReply> {
  const { classification, occupation, statistics, slots, isPaired, minYear, maxYear } = question;
  const found = new Map<string, Answered>();
  const years = new Set<number>();
  // A year that was asked for by name is always answered; others only where the sources have the combination.
  if (minYear === maxYear) years.add(minYear);
  for (const code of levels(question)) {
    const target: Target = { classification, code };
    const figures = await readFigures(reader, serving, reference, question, target);
    for (const year of figures.years) if (year >= minYear && year <= maxYear) years.add(year);
    let complete = true;
    for (const year of years) {
      for (const [index, slot] of slots.entries()) {
        for (const statistic of statistics) {
          const key = `${year} ${index} ${statistic}`;
          const earlier = found.get(key);
          if (earlier?.figure.value !== undefined) continue;
          const figure = figures.figure(target, statistic, slot, year);
          // The reason given is that of the level asked for.
          if (figure && (figure.value !== undefined || !earlier)) found.set(key, { figure, code });
          if (figure?.value === undefined) complete = false;
        }
      }
    }
    if (complete) break;
  }
  const explicit = minYear === maxYear;
  const observations: PayObservation[] = [];
  for (const year of [...years].sort((a, b) => a - b)) {
    for (const [index, slot] of slots.entries()) {
      for (const statistic of statistics) {
        const answered =
          found.get(`${year} ${index} ${statistic}`) ??
          (explicit || isPaired ? missing(occupation) : undefined);
        if (answered) observations.push(observation(question, serving, year, slot, statistic, answered));
      }
    }
  }
  const isEstimated = [...found.values()].some(({ figure }) => figure.table === methods.estimates);
  const read = isEstimated && serving.estimates ? [serving.ashe, serving.estimates] : [serving.ashe];
  return { observations, releases: read.map(({ version }) => version) };
}

/** The code asked for, then wider ones down to one digit where falling back is allowed. */
function levels({ occupation, fallBack }: Question): string[] {
  if (!fallBack || occupation === 'all') return [occupation];
  return Array.from({ length: occupation.length }, (_, index) =>
    occupation.slice(0, occupation.length - index),
  );
}

function missing(code: string): Answered {
  return { code, figure: { value: undefined, marks: ['not-available'], table: '' } };
}

async function readFigures(
  reader: Reader,
  { ashe, estimates }: ServingReleases,
  reference: Reference,
  { measure, statistics, slots }: Question,
  target: Target,
): Promise<PayFigures> {
  const plan = planFor(target, reference);
  const areas = distinct(slots.map(({ area }) => area));
  const ages = distinct(slots.map(({ age }) => age));
  const sexes = distinct(slots.map(({ sex }) => sex));
  const workingPatterns = distinct(slots.map(({ workingPattern }) => workingPattern));
  const whole = { areas: [unitedKingdom], ages: ['all'] };
  const asked = { areas: distinct([unitedKingdom, ...areas]), ages: distinct(['all', ...ages]) };
  const cells = await readCells(reader, ashe.id, {
    groups: [
      ...plan.own.map(({ classification, code }) => ({ classification, socs: [code], ...asked })),
      ...plan.units
        .filter(({ codes }) => codes.length > 0)
        .map(({ classification, codes }) => ({ classification, socs: codes, ...whole })),
    ],
    measure,
    sexes,
    workingPatterns,
    columns: columnsOf(statistics),
  });
  const moved = [...areas, ...ages].filter((code) => code !== unitedKingdom && code !== 'all');
  const factors =
    estimates && moved.length > 0
      ? await readFactors(reader, estimates.id, {
          socs: plan.factorCodes,
          measure,
          sexes: distinct(['all', ...sexes]),
          workingPatterns: distinct(['all', ...workingPatterns]),
          codes: moved,
        })
      : [];
  return new PayFigures(measure, cells, factors, reference);
}

/** Columns of the statistics, of the levels that changes are worked out from, and the jobs that weigh them. */
function columnsOf(statistics: readonly string[]): string[] {
  const columns = new Set<string>(['jobs_thousand']);
  for (const statistic of statistics) {
    const column = statisticColumns[statistic]!;
    columns.add(column);
    if (column.endsWith('_change')) columns.add(column.replace('_change', ''));
    if (column === 'mean' || column === 'median') columns.add(`cv_${column}`);
  }
  // Changes read the level, whose CV is looked at with it.
  if (columns.has('mean')) columns.add('cv_mean');
  if (columns.has('median')) columns.add('cv_median');
  return [...columns];
}

function distinct<T>(values: readonly T[]): T[] {
  return values.length === 1 ? [...values] : [...new Set(values)];
}

function observation(
  question: Question,
  serving: ServingReleases,
  year: number,
  slot: Slot,
  statistic: string,
  { figure, code }: Answered,
): PayObservation {
  const { classification, occupation, measure } = question;
  const coarser: readonly Mark[] = code === occupation ? [] : ['coarser'];
  const release =
    figure.table === methods.estimates ? (serving.estimates ?? serving.ashe).version : serving.ashe.version;
  return {
    year,
    statistic,
    sex: slot.sex,
    workingPattern: slot.workingPattern,
    area: slot.area,
    age: slot.age,
    cell: {
      value: figure.value,
      unit: unitOf(measure, statistic),
      period: String(year),
      marks: coarser.length > 0 ? sortMarks([...figure.marks, ...coarser]) : [...figure.marks],
      asked: { occupation, classification, area: slot.area },
      answered: { occupation: code, classification, area: slot.area },
      release,
      cv: figure.cv,
      table: figure.table,
    },
  };
}

function unitOf(measure: Measure, statistic: string): string {
  if (statistic === 'jobs') return 'jobs';
  return statistic.endsWith('-change') ? 'percent' : measureSources[measure].unit;
}
