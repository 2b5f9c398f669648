/** Industry sections of each unit group after the last base year. */
import { ras2, scaleTo } from '@lmi/statistics';
import { sections } from '../codes';
import { requireConverged } from './fit';
import { sumOf, type EstimateInputs } from './inputs';
import type { Totals } from './totals';

/** People by section in the order of `sections`; null where the base cell is withheld. */
export type IndustryRows = ReadonlyMap<string, readonly (number | null)[]>;

/**
 * Seed: the unit group's published cells of its base year. Margins: unit totals, and section totals moved by the
 * section's growth in England. Cells that are nil stay nil and cells that are withheld stay unknown: the others carry
 * the whole total, as they do in the base.
 *
 * A unit group found in one section only cannot grow as its group and its section at once, so section totals are
 * met as nearly as the fit allows and unit totals exactly.
 */
export function industryRows(inputs: EstimateInputs, totals: Totals, year: number): IndustryRows {
  const units = totals.units.filter((unit) => totals.people(unit, year) > 0);
  const base = units.map((unit) =>
    sections.map(
      (section) => inputs.base.get(unit)!.get(section)?.get(totals.baseYearOf(unit)!)?.employment ?? null,
    ),
  );
  const seed = base.map((row) => row.map((people) => people ?? 0));
  const rowTotals = units.map((unit) => totals.people(unit, year));
  const moved = sections.map((section, column) => {
    const series = inputs.englandIndustries.get(section);
    const from = series?.get(totals.lastBaseYear);
    const to = series?.get(year);
    if (from === undefined || to === undefined)
      throw new RangeError(`no projection of section ${section} for ${year}`);
    return (sumOf(seed.map((row) => row[column]!)) * to) / from;
  });
  const fitted = ras2(seed, rowTotals, scaleTo(moved, sumOf(rowTotals)));
  requireConverged(fitted, `industries of ${year}`);
  return new Map(
    units.map((unit, row) => [
      unit,
      sections.map((_, column) => (base[row]![column] === null ? null : fitted.rows[row]![column]!)),
    ]),
  );
}
