/** Which estimates are withheld: the small ones, and those that would give a small one away. */
import { applyThreshold, suppressHierarchy, thresholdRules, type ThresholdRule } from '@lmi/statistics';
import { wholeCode } from '../codes';
import type { EstimateRow } from './estimates';

export const estimateRule: ThresholdRule = thresholdRules['employment-estimates']!;

/** Nil is shown: it is known to be nobody. Published figures have been through their producer's own control. */
function isPrimary({ employment, marks }: EstimateRow): boolean {
  if (employment === null || employment === 0 || !marks.includes('modelled')) return false;
  return applyThreshold(estimateRule, { value: employment }).withheld;
}

/** The modelled cells of one dimension. */
class Cells {
  readonly codes = new Set<string>();
  readonly years = new Set<number>();
  readonly primary = new Set<string>();
  readonly #values = new Map<string, number>();
  readonly #socs = new Set<string>();

  add(row: EstimateRow): void {
    const { soc, code, year, employment } = row;
    this.#socs.add(soc);
    this.codes.add(code);
    this.years.add(year);
    if (employment !== null) this.#values.set(`${soc}/${code}/${year}`, employment);
    if (isPrimary(row)) this.primary.add(`${soc}/${code}/${year}`);
  }

  value(soc: string, code: string, year: number): number {
    return this.#values.get(`${soc}/${code}/${year}`) ?? 0;
  }

  /** Each group with the codes one digit longer, wider groups first. */
  groups(): [string, string[]][] {
    const socs = [...this.#socs].sort();
    const partsOf = (group: string) =>
      socs.filter((soc) =>
        group === wholeCode
          ? soc.length === 1
          : soc !== wholeCode && soc.length === group.length + 1 && soc.startsWith(group),
      );
    const wider = socs.filter((soc) => soc !== wholeCode && soc.length < 4);
    wider.sort((a, b) => a.length - b.length);
    return [wholeCode, ...wider].map((group) => [group, partsOf(group)]);
  }
}

/**
 * Cells to withhold, as `soc/dimension/code`: in all years alike, so that one year does not tell another. A cell that the
 * sources withhold is in no sum and needs no protection. Years before the first modelled one of a dimension are
 * not judged: their unit groups are as published.
 */
export function withheldEstimates(rows: Iterable<EstimateRow>): ReadonlySet<string> {
  const dimensions = new Map<string, Cells>();
  for (const row of rows) {
    if (row.dimension === 'total' || (row.dimension === 'industry' && !row.marks.includes('projected')))
      continue;
    let cells = dimensions.get(row.dimension);
    if (!cells) dimensions.set(row.dimension, (cells = new Cells()));
    cells.add(row);
  }
  const found = new Set<string>();
  for (const [dimension, cells] of dimensions) {
    const { withheld } = suppressHierarchy({
      groups: cells.groups(),
      codes: [...cells.codes].sort(),
      tables: [...cells.years].map((year) => ({
        value: (soc, code) => cells.value(soc, code, year),
        isPrimary: (soc, code) => cells.primary.has(`${soc}/${code}/${year}`),
      })),
    });
    for (const [soc, codes] of withheld) {
      for (const code of codes) found.add(`${soc}/${dimension}/${code}`);
    }
  }
  return found;
}
