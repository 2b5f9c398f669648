/** A request, checked: which occupation, area and split the figures are looked up for. */
import type { GetEmploymentRequest, GetReplacementDemandRequest } from '@lmi/contracts';
import { invalidArgument, notFound, type Classification, type Reference } from '@lmi/kit';
import {
  breakdowns,
  england,
  estimatedAreas,
  northernIreland,
  unitedKingdom,
  wholeCode,
  type Breakdown,
} from './codes';

/** Where figures of an area come from; nothing is known by occupation for areas of kind "none". */
export type AreaKind = 'whole' | 'estimated' | 'projected' | 'surveyed' | 'none';

export interface Target {
  readonly classification: Classification;
  /** "all" or 1 to 4 digits. */
  readonly occupation: string;
}

export interface Place {
  readonly area: string;
  readonly kind: AreaKind;
}

export interface Question extends Target, Place {
  readonly fallBack: boolean;
}

export interface EmploymentQuestion extends Question {
  readonly breakdown: Breakdown | '';
  /** No source splits by two at once: their pairs are answered as not available. */
  readonly second: Breakdown | '';
  readonly minYear: number;
  readonly maxYear: number;
}

const MOST_BREAKDOWNS = 2;

const anyYear = { first: 0, last: 9999 };

/**
 * @throws LmiError invalid-argument naming the field and its valid values; not-found for a code that the
 * classification asked for does not have.
 */
export function readEmploymentQuestion(
  request: GetEmploymentRequest,
  reference: Reference,
): EmploymentQuestion {
  const names = request.breakdown.split(',').filter((name) => name !== '');
  if (names.length > MOST_BREAKDOWNS || new Set(names).size < names.length) {
    throw invalidArgument('breakdown', 'breakdown: expected one or two different ones', breakdowns);
  }
  const [breakdown = '', second = ''] = names.map((name) => choose('breakdown', name, breakdowns));
  return {
    ...readQuestion(request, reference),
    breakdown: breakdown as Breakdown | '',
    second: second as Breakdown | '',
    // A first year after the last is an empty span, not a mistake: clients of the original API send it.
    minYear: request.minYear ?? anyYear.first,
    maxYear: request.maxYear ?? anyYear.last,
  };
}

/** @throws LmiError as {@link readEmploymentQuestion}. */
export function readQuestion(
  request: Pick<GetReplacementDemandRequest, 'occupation' | 'classification' | 'area' | 'fallBack'>,
  reference: Reference,
): Question {
  const occupation = request.occupation.trim();
  return {
    occupation,
    classification: classificationOf(occupation, request.classification, reference),
    ...placeOf(request.area, reference),
    fallBack: request.fallBack,
  };
}

function choose(field: string, value: string, valid: readonly string[]): string {
  if (valid.includes(value)) return value;
  throw invalidArgument(
    field,
    `${field}: "${value}" is not one of ${valid.filter(Boolean).join(', ')}`,
    valid,
  );
}

function classificationOf(occupation: string, asked: string, reference: Reference): Classification {
  const classification = choose('classification', asked, ['', 'soc2010', 'soc2020']) as Classification | '';
  // All occupations are the same people in both classifications.
  if (occupation === wholeCode) return 'soc2020';
  if (!/^\d{1,4}$/.test(occupation)) {
    throw invalidArgument(
      'occupation',
      `occupation: "${occupation}" is not a code of 1 to 4 digits or "all"`,
      ['1 to 4 digits', wholeCode],
    );
  }
  const candidates: readonly Classification[] =
    classification === '' ? ['soc2010', 'soc2020'] : [classification];
  const found = candidates.find((candidate) => reference.occupation(candidate, occupation));
  if (found) return found;
  const names = candidates.map((candidate) => candidate.replace('soc', 'SOC ')).join(' or ');
  throw notFound(`occupation: ${names} has no code ${occupation}`, 'occupation');
}

function placeOf(asked: string, reference: Reference): Place {
  const area = asked === '' ? unitedKingdom : asked;
  if (area === unitedKingdom) return { area, kind: 'whole' };
  if (area === england) return { area, kind: 'projected' };
  if (area === northernIreland) return { area, kind: 'none' };
  if (estimatedAreas.includes(area)) return { area, kind: 'estimated' };
  const record = reference.area(area);
  if (!record) {
    throw invalidArgument('area', `area: "${area}" is not a known area`, [
      unitedKingdom,
      england,
      ...estimatedAreas,
      'codes of districts and of LEP, LSIP and MCA areas',
    ]);
  }
  if (['lep', 'lsip', 'mca'].includes(record.type)) return { area, kind: 'projected' };
  return { area, kind: record.type === 'district' ? 'surveyed' : 'none' };
}
