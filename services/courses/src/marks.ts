/** What the source's codes about a course's figures say, in the marks of this project. */
import { sortMarks, type Mark } from '@lmi/statistics';
import { courseLevel } from './outcome-kinds';

/**
 * Fewer people than this are noted as a small sample: the project's limit for survey cells. The source itself publishes
 * from ten people on.
 */
export const smallSample = 50;

export interface OutcomeBasis {
  readonly aggregation: string;
  readonly population: number | null;
}

/** Figures pooled over years or taken from a wider group of courses are coarser than the course that was asked for. */
export function marksOfOutcome({ aggregation, population }: OutcomeBasis): Mark[] {
  const marks: Mark[] = [];
  const [yearsPooled, level] = aggregation;
  if (yearsPooled !== '1' || level !== courseLevel) marks.push('coarser');
  if (population !== null && population < smallSample) marks.push('small-sample');
  return sortMarks(marks);
}

/** A course without figures, by the source's reason: too few people or answers; not run long enough; withheld. */
export function marksOfReason(reason: string): Mark[] {
  if (reason === '0') return ['small-sample', 'not-available'];
  return ['not-available'];
}
