/** Shares and reliability of vacancies that are hard to fill. */
import { applyThreshold, sortMarks, thresholdRules, type Mark } from '@lmi/statistics';
import { marksOfShortageMarker } from './marks';

export interface ShortageCounts {
  readonly vacancies: number | null;
  readonly hardToFill: number | null;
  readonly skillShortage: number | null;
  /** Employers asked that had such vacancies. */
  readonly sample: number | null;
  readonly marker: string;
}

const rule = thresholdRules['skills-shortages']!;
/** Employers below which a figure is withheld, and below which it carries a note. */
export const fewest = rule.sampleBelow!;
export const few = 50;

/** Marks of the counts, and whether they are withheld: by the source, or because too few employers were asked. */
export function judge(counts: ShortageCounts): {
  readonly withheld: boolean;
  readonly marks: readonly Mark[];
} {
  const verdict = applyThreshold(rule, counts);
  const noted = counts.sample !== null && counts.sample < few ? (['small-sample'] as const) : [];
  const marks = sortMarks([...marksOfShortageMarker(counts.marker), ...verdict.marks, ...noted]);
  return { withheld: verdict.withheld || counts.vacancies === null, marks };
}

/** 3: 100 employers or more; 2: 50 or more; 1: fewer; 0: no figure. */
export function reliabilityOf(counts: ShortageCounts): 0 | 1 | 2 | 3 {
  if (judge(counts).withheld) return 0;
  const sample = counts.sample ?? 0;
  if (sample >= 100) return 3;
  return sample >= few ? 2 : 1;
}

/** Per cent; undefined without both figures, and of nothing. */
export function percentOf(part: number | null, whole: number | null): number | undefined {
  return part === null || !whole ? undefined : (100 * part) / whole;
}
