/** Adverts by month or year, and vacancies of the survey, with the change on the year. */
import type {
  Cell,
  GetSurveyReply,
  GetSurveyRequest,
  GetTrendsReply,
  GetTrendsRequest,
  TrendObservation,
} from '@lmi/contracts';
import { invalidArgument, LmiError, notFound, type Reader, type Reference, type ReleaseSet } from '@lmi/kit';
import { sortMarks, type Mark } from '@lmi/statistics';
import { allOccupations, basisOf, england, unitedKingdom, type CountDataset } from './codes';
import { readOccupation, unitWeights, type AskedOccupation } from './occupations';
import { readCounts, readSurvey, type Release } from './queries';

const periodPattern = /^\d{4}(?:-(?:0[1-9]|1[0-2]|Q[1-4]))?$/;

export interface TrendQuestion {
  readonly occupation: AskedOccupation;
  readonly area: string;
  readonly from: string;
  readonly to: string;
  readonly fallBack: boolean;
  /** Only so many of the periods, the newest; 0: all. */
  readonly latest: number;
}

/** @throws LmiError invalid-argument or not-found naming the field. */
export function readTrendQuestion(request: GetTrendsRequest, reference: Reference): TrendQuestion {
  const area = request.area === '' ? england : request.area;
  if (!reference.area(area))
    throw invalidArgument('area', `area: there is no area "${area}"`, ['codes of /areas']);
  readPeriods(request);
  return {
    occupation: readOccupation(request.occupation, request.classification, reference),
    area,
    from: request.from,
    to: request.to,
    fallBack: request.fallBack,
    latest: request.latest,
  };
}

function readPeriods({ from, to }: { from: string; to: string }): void {
  for (const [field, period] of Object.entries({ from, to })) {
    if (period !== '' && !periodPattern.test(period)) {
      throw invalidArgument(field, `${field}: "${period}" is not a period such as 2024-01 or 2024`, [
        'YYYY',
        'YYYY-MM',
      ]);
    }
  }
  if (from !== '' && to !== '' && from.slice(0, to.length) > to) {
    throw invalidArgument('from', `from: ${from} is after ${to}`, [`up to ${to}`]);
  }
}

/** A year holds all of its months: "2024" is met by "2024-05" at either end. */
function isWithin(period: string, { from, to }: { from: string; to: string }): boolean {
  return (
    (from === '' || period >= from.slice(0, period.length)) && (to === '' || period.slice(0, to.length) <= to)
  );
}

/** A release that counts adverts. */
export interface CountRelease extends Release {
  readonly dataset: CountDataset;
}

interface Figure {
  /** Undefined where the source withholds it, or a part of it. */
  readonly value: number | undefined;
  readonly per100Jobs: number | undefined;
}

/**
 * @param releases the first that has figures of the occupation and area answers.
 * @throws LmiError not-available when nothing counts adverts of the occupation there.
 */
export async function answerTrends(
  reader: Reader,
  releases: readonly CountRelease[],
  reference: Reference,
  question: TrendQuestion,
): Promise<GetTrendsReply> {
  const { occupation, area } = question;
  for (const tried of areasToTry(question)) {
    for (const release of releases) {
      const figures = await readFigures(reader, release, reference, occupation, tried);
      if (figures.size > 0) return reply(figures, release, question, tried);
    }
  }
  throw new LmiError(
    'not-available',
    occupation.code === allOccupations
      ? `area: no adverts are counted for ${area}; they are for England, its local areas, districts, regions and nations`
      : `area: no adverts of this occupation are counted for ${area}; they are for England (${england})`,
    { field: 'area', validValues: [england] },
  );
}

function reply(
  figures: ReadonlyMap<string, Figure>,
  release: CountRelease,
  question: TrendQuestion,
  answered: string,
): GetTrendsReply {
  const { occupation, area } = question;
  const basis = basisOf(answered, release.dataset);
  const marks: Mark[] = [];
  if (occupation.classification === 'soc2010' && occupation.code !== allOccupations) marks.push('modelled');
  if (answered !== area) marks.push('coarser');
  const cell = (period: string, value: number | undefined, unit: string): Cell => ({
    value,
    unit,
    period,
    marks: value === undefined ? sortMarks([...marks, 'not-available']) : [...marks],
    asked: level(occupation, area),
    answered: level(occupation, answered),
    release: release.version,
    table: basis.table,
  });
  const observations: TrendObservation[] = [];
  const shown = [...figures].filter(([period]) => isWithin(period, question));
  for (const [period, { value, per100Jobs }] of shown.slice(question.latest > 0 ? -question.latest : 0)) {
    const before = figures.get(yearBefore(period))?.value;
    const change = value !== undefined && before ? (value / before - 1) * 100 : undefined;
    observations.push({
      period,
      adverts: cell(period, value, basis.unit),
      change: change === undefined ? undefined : cell(period, change, 'percent'),
      per100Jobs: per100Jobs === undefined ? undefined : cell(period, per100Jobs, 'adverts/100 jobs'),
    });
  }
  return { frequency: basis.frequency, observations };
}

/** England stands in, marked, for a part of it; it does not for the United Kingdom or another nation. */
function areasToTry({ area, occupation, fallBack }: TrendQuestion): string[] {
  const inEngland = area !== england && (area.startsWith('E') || area.includes('_'));
  return fallBack && inEngland && occupation.code !== allOccupations ? [area, england] : [area];
}

async function readFigures(
  reader: Reader,
  release: Release,
  reference: Reference,
  occupation: AskedOccupation,
  area: string,
): Promise<Map<string, Figure>> {
  const whole = occupation.code === allOccupations;
  const weights = whole ? new Map([[allOccupations, 1]]) : unitWeights(occupation, reference);
  if (weights.size === 0) return new Map();
  const rows = await readCounts(reader, release.id, area, [...weights.keys()]);
  // A ratio to jobs holds for one unit group; those of several cannot be added.
  const single = occupation.classification === 'soc2020' && occupation.code.length === 4;
  const figures = new Map<string, Figure>();
  for (const row of rows) {
    const weight = weights.get(row.soc)!;
    const before = figures.get(row.period);
    // A sum with a withheld part would be too low, and would give the part away beside the others.
    const value =
      row.adverts === null || (before && before.value === undefined)
        ? undefined
        : (before?.value ?? 0) + row.adverts * weight;
    figures.set(row.period, { value, per100Jobs: single ? (row.per_100_jobs ?? undefined) : undefined });
  }
  return new Map([...figures].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function yearBefore(period: string): string {
  return String(Number(period.slice(0, 4)) - 1) + period.slice(4);
}

function level({ code, classification }: AskedOccupation, area: string): Cell['asked'] {
  return { occupation: code, classification, area };
}

/** @throws LmiError not-available before a series is loaded, not-found for an unknown series. */
export async function answerSurvey(
  reader: Reader,
  releases: ReleaseSet,
  request: GetSurveyRequest,
): Promise<GetSurveyReply> {
  readPeriods(request);
  const release = releases.get('vacancy-survey');
  if (!release) {
    throw new LmiError(
      'not-available',
      'no series of the Vacancy Survey is loaded: import one with `lmi import vacancy-survey --from <address>`',
    );
  }
  const rows = await readSurvey(reader, release.id, request.series);
  if (rows.length === 0) throw notFound(`series: there is no series "${request.series}"`, 'series');
  const bySeries = new Map<string, typeof rows>();
  for (const row of rows) bySeries.set(row.series, [...(bySeries.get(row.series) ?? []), row]);
  const asked = { occupation: allOccupations, classification: 'soc2020', area: unitedKingdom };
  const cell = (table: string, period: string, value: number | null, unit: string): Cell => ({
    value: value ?? undefined,
    unit,
    period,
    marks: value === null ? ['not-available'] : [],
    asked,
    answered: asked,
    release: release.version,
    table,
  });
  return {
    series: [...bySeries].map(([series, found]) => {
      const values = new Map(found.map((row) => [row.period, row.vacancies]));
      return {
        series,
        title: found[0]!.title,
        observations: found
          .filter(({ period }) => isWithin(period, request))
          .map(({ period, vacancies }) => {
            const before = values.get(yearBefore(period));
            return {
              period,
              adverts: cell(series, period, vacancies, 'vacancies'),
              change:
                vacancies !== null && before
                  ? cell(series, period, (vacancies / before - 1) * 100, 'percent')
                  : undefined,
              per100Jobs: undefined,
            };
          }),
      };
    }),
  };
}
