/** Unemployment of areas and of occupations, and the other indicators of areas. */
import {
  england,
  unitedKingdom,
  type Cell,
  type GetAreaIndicatorsReply,
  type GetAreaIndicatorsRequest,
  type GetUnemploymentReply,
  type GetUnemploymentRequest,
  type UnemploymentObservation,
} from '@lmi/contracts';
import { invalidArgument, type Reader, type Reference } from '@lmi/kit';
import { sortMarks, type Mark } from '@lmi/statistics';
import { standInCell, toCell, unavailable, type Answered } from '../cells';
import { wholeCode } from '../codes';
import { readQuestion, type Question } from '../question';
import type { Years } from '../queries';
import { greatBritain, indicatorCodes, indicators } from './codes';
import { marksOfIndicatorMarker, marksOfUnemploymentMarker } from './marks';
import { codesOf } from './places';
import {
  readIndicators,
  readUnemployment,
  type IndicatorRow,
  type LabourMarketReleases,
  type UnemploymentRow,
} from './queries';

const sexes = ['all', 'male', 'female'];
/** Bands of the survey's tables; a source may have others. */
const ages = ['all', '16-24', '25-34', '35-49', '50+'];

interface UnemploymentQuestion extends Question, Years {
  readonly sex: string;
  readonly age: string;
}

function yearsOf(request: { minYear?: number | undefined; maxYear?: number | undefined }): Years {
  return { minYear: request.minYear ?? 0, maxYear: request.maxYear ?? 9998 };
}

function readAsked(request: GetUnemploymentRequest, reference: Reference): UnemploymentQuestion {
  const sex = request.sex || 'all';
  const age = request.age || 'all';
  if (!sexes.includes(sex))
    throw invalidArgument('sex', `sex: "${sex}" is not one of ${sexes.join(', ')}`, sexes);
  if (!/^(all|\d\d-\d\d|\d\d\+)$/.test(age)) {
    throw invalidArgument('age', `age: "${age}" is not a band such as ${ages.join(', ')}`, ages);
  }
  return { ...readQuestion(request, reference), ...yearsOf(request), sex, age };
}

/**
 * By occupation where that dataset is loaded; else, with leave to fall back, wider groups, and at last the rate of the area
 * over all occupations.
 */
export async function answerUnemployment(
  reader: Reader,
  serving: LabourMarketReleases,
  reference: Reference,
  request: GetUnemploymentRequest,
): Promise<GetUnemploymentReply> {
  const question = readAsked(request, reference);
  const byOccupation = await occupationRates(reader, serving, question);
  if (byOccupation) return { observations: byOccupation };
  const everybody = question.sex === 'all' && question.age === 'all';
  if (everybody && (question.occupation === wholeCode || question.fallBack)) {
    const ofArea = await areaRates(reader, serving, reference, question);
    if (ofArea) return { observations: ofArea };
  }
  return { observations: await absentRates(reader, serving, question) };
}

async function occupationRates(
  reader: Reader,
  serving: LabourMarketReleases,
  question: UnemploymentQuestion,
): Promise<UnemploymentObservation[] | undefined> {
  const { unemployment } = serving;
  if (!unemployment) return undefined;
  const { occupation, classification, fallBack } = question;
  const wider =
    occupation === wholeCode || !fallBack
      ? [occupation]
      : Array.from({ length: occupation.length }, (_, index) =>
          occupation.slice(0, occupation.length - index),
        );
  const rows: UnemploymentRow[] = [];
  // Everybody is the same people in both classifications, and a file holds one of them.
  for (const read of occupation === wholeCode ? ['soc2020', 'soc2010'] : [classification]) {
    rows.push(
      ...(await readUnemployment(reader, unemployment.id, {
        ...question,
        classification: read,
        socs: wider,
      })),
    );
    if (rows.length > 0) break;
  }
  for (const soc of wider) {
    const found = rows.filter((row) => row.soc === soc);
    if (found.length === 0 || (fallBack && found.every(({ rate }) => rate === null))) continue;
    return found.map((row): UnemploymentObservation => {
      const figure = {
        value: row.rate ?? undefined,
        marks: marksOfUnemploymentMarker(row.marker),
        release: unemployment.version,
        table: 'Annual Population Survey, unemployment by last occupation',
        ...(row.ci95 === null ? {} : { ci95: row.ci95 }),
      };
      const rate = toCell(figure, question, { ...question, occupation: soc }, String(row.year), 'percent');
      return { year: row.year, rate, people: undefined };
    });
  }
  return undefined;
}

async function areaRates(
  reader: Reader,
  serving: LabourMarketReleases,
  reference: Reference,
  question: UnemploymentQuestion,
): Promise<UnemploymentObservation[] | undefined> {
  const { indicators: release } = serving;
  if (!release) return undefined;
  const { area, fallBack } = question;
  const codes = area === unitedKingdom && fallBack ? [area, greatBritain] : codesOf(reference, area);
  const rows = await readIndicators(reader, release.id, {
    ...question,
    areas: codes,
    indicators: ['unemployment-rate'],
  });
  for (const code of codes) {
    const found = rows.filter((row) => row.area === code);
    if (found.length === 0) continue;
    const answers = { occupation: wholeCode, classification: question.classification, area: code } as const;
    // Great Britain stands in for the United Kingdom: the source has no Northern Ireland.
    const make = code === greatBritain ? standInCell : toCell;
    return found.map((row): UnemploymentObservation => ({
      year: Number(row.period),
      rate: indicatorCell(row, question, answers, release.version, make),
      people: peopleCell(row, question, answers, release.version, make),
    }));
  }
  return undefined;
}

/** Without any figure the answer still says, year by year, that there is none. */
async function absentRates(
  reader: Reader,
  serving: LabourMarketReleases,
  question: UnemploymentQuestion,
): Promise<UnemploymentObservation[]> {
  const release = serving.unemployment ?? serving.indicators;
  if (!release || !serving.indicators) return [];
  const rows = await readIndicators(reader, serving.indicators.id, {
    ...question,
    areas: [england],
    indicators: ['unemployment-rate'],
  });
  return rows.map(({ period }): UnemploymentObservation => ({
    year: Number(period),
    rate: toCell(unavailable(release.version), question, question, period, 'percent'),
    people: undefined,
  }));
}

function indicatorCell(
  row: IndicatorRow,
  asked: Question,
  answers: Answered,
  release: string,
  make: typeof standInCell = toCell,
): Cell {
  const { name, unit, modelled } = indicators.find(({ code }) => code === row.indicator)!;
  const figure = {
    value: row.value ?? undefined,
    marks: marksOf(row, modelled),
    release,
    table: `Explore Local Statistics, ${name.toLowerCase()}`,
  };
  const limits = {
    ...(row.lower === null ? {} : { lower: row.lower }),
    ...(row.upper === null ? {} : { upper: row.upper }),
  };
  return { ...make(figure, asked, answers, row.period, unit), ...limits };
}

function marksOf(row: IndicatorRow, modelled: boolean): Mark[] {
  const added: readonly Mark[] = row.value !== null && modelled ? ['modelled'] : [];
  return sortMarks([...marksOfIndicatorMarker(row.marker), ...added]);
}

function peopleCell(
  row: IndicatorRow,
  asked: Question,
  answers: Answered,
  release: string,
  make: typeof standInCell = toCell,
): Cell | undefined {
  if (row.people === null) return undefined;
  const { name, modelled } = indicators.find(({ code }) => code === row.indicator)!;
  const table = `Explore Local Statistics, ${name.toLowerCase()}`;
  const figure = { value: row.people, marks: marksOf(row, modelled), release, table };
  return make(figure, asked, answers, row.period, 'people');
}

/** @throws LmiError invalid-argument for an unknown area or indicator. */
export async function answerIndicators(
  reader: Reader,
  serving: LabourMarketReleases,
  reference: Reference,
  request: GetAreaIndicatorsRequest,
): Promise<GetAreaIndicatorsReply> {
  const question = readQuestion(
    { occupation: wholeCode, classification: '', area: request.area, fallBack: false },
    reference,
  );
  const unknown = request.indicators.find((code) => !indicatorCodes.includes(code));
  if (unknown !== undefined) {
    const valid = indicatorCodes.join(', ');
    throw invalidArgument('indicators', `indicators: "${unknown}" is not one of ${valid}`, indicatorCodes);
  }
  const wanted = indicatorCodes.filter(
    (code) => request.indicators.length === 0 || request.indicators.includes(code),
  );
  const { indicators: release } = serving;
  const rows = release
    ? await readIndicators(reader, release.id, {
        ...yearsOf(request),
        areas: [question.area],
        indicators: wanted,
      })
    : [];
  const observations = wanted.flatMap((code) =>
    rows
      .filter((row) => row.indicator === code)
      .map((row) => ({
        indicator: code,
        name: indicators.find((indicator) => indicator.code === code)!.name,
        cell: indicatorCell(row, question, question, release!.version),
        people: peopleCell(row, question, question, release!.version),
      })),
  );
  return { area: question.area, name: reference.area(question.area)?.name ?? '', observations };
}
