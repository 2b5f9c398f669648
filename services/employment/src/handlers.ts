/** Handlers of lmi.employment.v1.EmploymentService. */
import {
  compactObservations,
  type EmploymentObservation,
  type EmploymentServiceDefinition,
  type GetEmploymentReply,
  type GetEmploymentRequest,
  type GetReplacementDemandReply,
  type GetReplacementDemandRequest,
} from '@lmi/contracts';
import {
  createReleaseLister,
  createTableHandlers,
  type DatasetImporter,
  type ServiceDependencies,
} from '@lmi/importing';
import { partOf, type Handlers, type Reader, type Reference, type Serving } from '@lmi/kit';
import { toCell, unavailable, type Answered } from './cells';
import { breakdownCategories, unitedKingdom, wholeCode } from './codes';
import { findFigures, widerTargets, type Figures } from './figures';
import { createLabourMarketHandlers } from './labour-market/handlers';
import { servingReleases, type ServingReleases } from './queries';
import { readEmploymentQuestion, readQuestion, type EmploymentQuestion } from './question';
import { answerReplacementDemand } from './replacement';

export function createHandlers(
  dependencies: ServiceDependencies,
  importers: readonly DatasetImporter[],
): Handlers<typeof EmploymentServiceDefinition> {
  const { db, releases, cache, reference } = dependencies;
  const lister = createReleaseLister(importers, { releases });
  const versionsOf = (serving: ServingReleases, known: Reference): string[] => [
    serving.employment?.version ?? '',
    serving.projections?.version ?? '',
    serving.aps?.version ?? '',
    serving.estimates?.version ?? '',
    known.socVersion,
    known.areasVersion,
  ];
  const employmentFrom = async (
    reader: Reader,
    { releases: set, reference: known }: Serving,
    request: GetEmploymentRequest,
  ): Promise<GetEmploymentReply> => {
    const question = readEmploymentQuestion(request, known);
    const serving = servingReleases(set);
    const key = ['employment', ...versionsOf(serving, known), JSON.stringify(question)];
    const reply = await cache.through(key, () => answerEmployment(reader, serving, known, question));
    return request.compact ? { observations: compactObservations(reply.observations) } : reply;
  };
  const replacementFrom = async (
    reader: Reader,
    { releases: set, reference: known }: Serving,
    request: GetReplacementDemandRequest,
  ): Promise<GetReplacementDemandReply> => {
    const question = readQuestion(request, known);
    const serving = servingReleases(set);
    return cache.through(['replacement', ...versionsOf(serving, known), JSON.stringify(question)], () =>
      answerReplacementDemand(reader, serving, known, question),
    );
  };
  return {
    async getEmployment(request, { pins }) {
      return db.read(async (reader) => employmentFrom(reader, await reference.read(reader, pins), request));
    },
    async getReplacementDemand(request, { pins }) {
      return db.read(async (reader) => replacementFrom(reader, await reference.read(reader, pins), request));
    },
    async getEmploymentParts({ employment, replacementDemand }, { pins }) {
      return db.read(async (reader) => {
        const served = await reference.read(reader, pins);
        const [figures, demand] = await Promise.all([
          employment && partOf(() => employmentFrom(reader, served, employment)),
          replacementDemand && partOf(() => replacementFrom(reader, served, replacementDemand)),
        ]);
        return { employment: figures, replacementDemand: demand };
      });
    },
    ...createLabourMarketHandlers(dependencies),
    listReleases: (request) => lister(request),
    ...createTableHandlers(importers, { db, releases }),
  };
}

async function answerEmployment(
  reader: Reader,
  serving: ServingReleases,
  reference: Reference,
  question: EmploymentQuestion,
): Promise<GetEmploymentReply> {
  if (question.second !== '') return answerPairs(reader, serving, reference, question);
  const asked: Answered = question;
  let figures = await findFigures(reader, serving, reference, question);
  let answered = asked;
  if (question.fallBack && !hasValue(figures)) {
    for (const target of widerTargets(question, question, reference)) {
      const wider = await findFigures(reader, serving, reference, { ...question, ...target });
      if (!hasValue(wider)) continue;
      figures = wider;
      answered = { ...target, area: question.area };
      break;
    }
  }
  const years =
    figures.size > 0
      ? [...figures.keys()].sort((a, b) => a - b)
      : await unansweredYears(reader, serving, reference, question);
  const categories =
    question.breakdown === '' ? [{ code: '', name: '' }] : breakdownCategories[question.breakdown].categories;
  const observations = years.flatMap((year) =>
    categories.map(({ code, name }): EmploymentObservation => {
      const figure = figures.get(year)?.get(code) ?? unavailable(serving.estimates?.version ?? '');
      // A category of the breakdown by area asks about, and answers for, that area.
      const area = question.breakdown === 'area' ? { area: code } : {};
      const cell = toCell(figure, { ...question, ...area }, { ...answered, ...area }, String(year));
      return { year, code, name, cell, secondCode: '', secondName: '' };
    }),
  );
  return { observations };
}

/** Every pair of two breakdowns says that no source has it: none of their tables crosses two of these dimensions. */
async function answerPairs(
  reader: Reader,
  serving: ServingReleases,
  reference: Reference,
  question: EmploymentQuestion,
): Promise<GetEmploymentReply> {
  const categoriesOf = (name: EmploymentQuestion['breakdown']) =>
    name === '' ? [] : breakdownCategories[name].categories;
  const years = await unansweredYears(reader, serving, reference, question);
  const figure = unavailable(serving.estimates?.version ?? '');
  const observations = years.flatMap((year) =>
    categoriesOf(question.breakdown).flatMap((first) =>
      categoriesOf(question.second).map((second): EmploymentObservation => {
        const cell = toCell(figure, question, question, String(year));
        const { code, name } = first;
        return { year, code, name, secondCode: second.code, secondName: second.name, cell };
      }),
    ),
  );
  return { observations };
}

function hasValue(figures: Figures): boolean {
  return [...figures.values()].some((byCode) =>
    [...byCode.values()].some(({ value }) => value !== undefined),
  );
}

/** Without any figure the answer still says, year by year, that there is none: the years of the whole country. */
async function unansweredYears(
  reader: Reader,
  serving: ServingReleases,
  reference: Reference,
  question: EmploymentQuestion,
): Promise<number[]> {
  const { minYear, maxYear } = question;
  if (minYear === maxYear) return [minYear];
  const whole = await findFigures(reader, serving, reference, {
    classification: 'soc2020',
    occupation: wholeCode,
    area: unitedKingdom,
    kind: 'whole',
    breakdown: '',
    minYear,
    maxYear,
  });
  return [...whole.keys()].sort((a, b) => a - b);
}
