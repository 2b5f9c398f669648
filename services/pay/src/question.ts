/** A request, checked and completed: what the figures are computed for. */
import { invalidArgument, notFound, type Classification, type Reference } from '@lmi/kit';
import type { GetPayRequest } from '@lmi/contracts';
import {
  ageBands,
  areas,
  breakdowns,
  measures,
  regions,
  sexes,
  statistics,
  unitedKingdom,
  workingPatterns,
  type Measure,
} from './codes';

/** The population of one figure. */
export interface Slot {
  readonly sex: string;
  readonly workingPattern: string;
  readonly area: string;
  readonly age: string;
}

export interface Question {
  readonly classification: Classification;
  /** "all" or 1 to 4 digits. */
  readonly occupation: string;
  readonly measure: Measure;
  readonly statistics: readonly string[];
  /** One, or one per category of the breakdown in code-list order. */
  readonly slots: readonly Slot[];
  /** Pairs of two breakdowns are all answered: those that no source has say so. */
  readonly isPaired: boolean;
  readonly minYear: number;
  readonly maxYear: number;
  readonly fallBack: boolean;
}

const defaultStatistics = ['mean', 'median'];

/**
 * @throws LmiError invalid-argument naming the field and its valid values; not-found for a code that neither
 * classification (or not the one asked for) has.
 */
export function readQuestion(request: GetPayRequest, reference: Reference): Question {
  const measure = choose('measure', request.measure, measures, 'weekly-pay');
  const asked = request.statistics.length > 0 ? request.statistics : defaultStatistics;
  const slot: Slot = {
    sex: choose('sex', request.sex, sexes, 'all'),
    workingPattern: choose('workingPattern', request.workingPattern, workingPatterns, 'all'),
    area: choose('area', request.area, areas, unitedKingdom),
    age: choose('age', request.age, ['all', ...ageBands], 'all'),
  };
  const split = readBreakdowns(request.breakdown);
  const minYear = request.minYear ?? -Infinity;
  const maxYear = request.maxYear ?? Infinity;
  if (minYear > maxYear) {
    throw invalidArgument('minYear', `minYear: ${minYear} is after maxYear ${maxYear}`, [`up to ${maxYear}`]);
  }
  const occupation = request.occupation.trim();
  return {
    classification: classificationOf(occupation, request.classification, reference),
    occupation,
    measure,
    statistics: [...new Set(asked.map((name) => choose('statistics', name, statistics)))],
    slots: split.reduce<readonly Slot[]>(
      (slots, breakdown) => slots.flatMap((one) => slotsOf(breakdown, one)),
      [slot],
    ),
    isPaired: split.length > 1,
    minYear,
    maxYear,
    fallBack: request.fallBack,
  };
}

function choose<T extends string>(field: string, value: string, valid: readonly T[], whenEmpty?: T): T {
  if (value === '' && whenEmpty !== undefined) return whenEmpty;
  if ((valid as readonly string[]).includes(value)) return value as T;
  throw invalidArgument(
    field,
    `${field}: "${value}" is not one of ${valid.filter(Boolean).join(', ')}`,
    valid,
  );
}

function classificationOf(occupation: string, asked: string, reference: Reference): Classification {
  const classification = choose('classification', asked, ['', 'soc2010', 'soc2020']);
  if (occupation === 'all') return classification || 'soc2020';
  if (!/^\d{1,4}$/.test(occupation)) {
    throw invalidArgument(
      'occupation',
      `occupation: "${occupation}" is not a code of 1 to 4 digits or "all"`,
      ['1 to 4 digits', 'all'],
    );
  }
  const candidates: readonly Classification[] = classification ? [classification] : ['soc2010', 'soc2020'];
  const found = candidates.find((candidate) => reference.occupation(candidate, occupation));
  if (!found) {
    const names = candidates.map((candidate) => candidate.replace('soc', 'SOC ')).join(' or ');
    throw notFound(`occupation: ${names} has no code ${occupation}`, 'occupation');
  }
  return found;
}

const MOST_BREAKDOWNS = 2;

function readBreakdowns(text: string): string[] {
  const names = text.split(',').filter((name) => name !== '');
  if (names.length > MOST_BREAKDOWNS || new Set(names).size < names.length) {
    throw invalidArgument('breakdown', `breakdown: expected one or two different ones`, breakdowns);
  }
  return names.map((name) => choose('breakdown', name, breakdowns));
}

function slotsOf(breakdown: string, slot: Slot): Slot[] {
  switch (breakdown) {
    case 'sex':
      return sexes.slice(1).map((sex) => ({ ...slot, sex }));
    case 'working-pattern':
      return workingPatterns.slice(1).map((workingPattern) => ({ ...slot, workingPattern }));
    case 'area':
      return regions.map((area) => ({ ...slot, area }));
    case 'age':
      return ageBands.map((age) => ({ ...slot, age }));
    default:
      return [slot];
  }
}
