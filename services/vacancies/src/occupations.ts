/** Occupations that a request names, as SOC 2020 unit groups with weights. */
import { invalidArgument, notFound, type Classification, type Reference } from '@lmi/kit';
import { allOccupations } from './codes';

export interface AskedOccupation {
  readonly code: string;
  readonly classification: Classification;
}

/**
 * The rule of API v1 for an empty classification: SOC 2010 where the code exists there, else SOC 2020.
 * @throws LmiError invalid-argument for what is no code, not-found for an unknown one.
 */
export function readOccupation(code: string, classification: string, reference: Reference): AskedOccupation {
  const asked = ['', 'soc2010', 'soc2020'];
  if (!asked.includes(classification)) {
    throw invalidArgument(
      'classification',
      `classification: "${classification}" is not one of soc2010, soc2020`,
      asked.slice(1),
    );
  }
  if (code === allOccupations)
    return { code, classification: (classification || 'soc2020') as Classification };
  if (!/^[1-9]\d{0,3}$/.test(code)) {
    throw invalidArgument('occupation', `occupation: "${code}" is not a code of 1 to 4 digits or "all"`, [
      '1 to 4 digits',
      allOccupations,
    ]);
  }
  const candidates: Classification[] =
    classification === '' ? ['soc2010', 'soc2020'] : [classification as Classification];
  const found = candidates.find((candidate) => reference.occupation(candidate, code));
  if (found) return { code, classification: found };
  const names = candidates.map((candidate) => candidate.replace('soc', 'SOC ')).join(' or ');
  throw notFound(`occupation: ${names} has no code ${code}`, 'occupation');
}

/** SOC 2020 unit groups of an occupation, each with the share of its people who belong to it. */
export function unitWeights(
  { code, classification }: AskedOccupation,
  reference: Reference,
): ReadonlyMap<string, number> {
  if (classification === 'soc2020') {
    return new Map(reference.unitGroups('soc2020', code).map((unit) => [unit, 1]));
  }
  const weights = new Map<string, number>();
  for (const unit of reference.unitGroups('soc2010', code)) {
    for (const { soc2020, shareOf2020 } of reference.pairsOf2010(unit)) {
      weights.set(soc2020, (weights.get(soc2020) ?? 0) + shareOf2020);
    }
  }
  return weights;
}

/** The SOC 2010 unit group that most people of a SOC 2020 unit group were coded to; '' when there is none. */
export function soc2010Of(soc2020: string, reference: Reference): string {
  let best = '';
  let share = 0;
  for (const pair of reference.pairsOf2020(soc2020)) {
    if (pair.shareOf2020 > share) {
      best = pair.soc2010;
      share = pair.shareOf2020;
    }
  }
  return best;
}
