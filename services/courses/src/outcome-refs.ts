/**
 * How a course refers to its figures in one column: "e12,13 jx1" means employment in rows 12 and 13 of course_outcome, and
 * no job types for reason 1. Courses of one subject and provider share rows, so that the table is a fifth of the source.
 */
import { outcomeKinds } from './outcome-kinds';

export interface OutcomeRefs {
  readonly kind: string;
  readonly outcomes: readonly number[];
  /** Reason codes of groups without figures. */
  readonly reasons: readonly string[];
}

export function writeOutcomeRefs(refs: readonly OutcomeRefs[]): string {
  const letters = new Map(outcomeKinds.map(({ kind, letter }) => [kind, letter]));
  return refs
    .map(({ kind, outcomes, reasons }) => {
      const parts = [...outcomes.map(String), ...reasons.map((reason) => `x${reason}`)];
      return `${letters.get(kind)}${parts.join(',')}`;
    })
    .join(' ');
}

export function readOutcomeRefs(text: string): OutcomeRefs[] {
  const kinds = new Map(outcomeKinds.map(({ kind, letter }) => [letter, kind]));
  return text
    .split(' ')
    .filter((part) => part !== '')
    .map((part) => {
      const items = part.slice(1).split(',');
      return {
        kind: kinds.get(part[0]!)!,
        outcomes: items.filter((item) => !item.startsWith('x')).map(Number),
        reasons: items.filter((item) => item.startsWith('x')).map((item) => item.slice(1)),
      };
    });
}
