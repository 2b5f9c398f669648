/** Regions of England, Wales and Scotland: each sub-major group's share in each, from RAS between published margins. */
import { ras2 } from '@lmi/statistics';
import { england, englishRegions, estimatedAreas, northernIreland, scotland, wales } from '../codes';
import { latestUpTo, sumOf, type EstimateInputs } from './inputs';
import { requireConverged } from './fit';
import type { Totals } from './totals';

/** Shares of the United Kingdom total of a group in each of `estimatedAreas`; they add up to Great Britain's share. */
export type RegionShares = ReadonlyMap<string, readonly number[]>;

/**
 * Margins of a year: groups' totals in Great Britain (rows); nations by head-count, English regions within England
 * by projected employment (columns). Seed: projections of the English regions; Wales and Scotland as surveyed, moved
 * by the group's growth in England.
 */
export function regionShares(inputs: EstimateInputs, totals: Totals, year: number): RegionShares {
  const nations = nationShares(inputs, year);
  const britain = 1 - nations.get(northernIreland)!;
  const rowTotals = totals.groups.map((group) => totals.groupPeople(group, year) * britain);
  const english = totals.groups.map((group) => englishSeed(inputs, group, year));
  const inEngland = englishRegions.map((_, index) => sumOf(english.map((row) => row[index]!)));
  const all = sumOf(rowTotals) / britain;
  const columnTotals = [
    ...inEngland.map((people) => (all * nations.get(england)! * people) / sumOf(inEngland)),
    all * nations.get(wales)!,
    all * nations.get(scotland)!,
  ];
  const seed = totals.groups.map((group, row) => [
    ...english[row]!,
    ...[wales, scotland].map((nation) => {
      const surveyed = inputs.otherNations.get(nation)?.get(group) ?? 0;
      const series = inputs.england.get(group)!;
      return (surveyed * series.get(year)!) / series.get(inputs.otherNationsYear)!;
    }),
  ]);
  const fitted = ras2(seed, rowTotals, columnTotals);
  requireConverged(fitted, `regions of ${year}`);
  return new Map(
    totals.groups.map((group, row) => {
      const people = totals.groupPeople(group, year);
      return [
        group,
        estimatedAreas.map((_, column) => (people > 0 ? fitted.rows[row]![column]! / people : 0)),
      ];
    }),
  );
}

/** Shares of the four nations in head-counts; the last observed ones are held. */
export function nationShares(inputs: EstimateInputs, year: number): ReadonlyMap<string, number> {
  const codes = [england, wales, scotland, northernIreland];
  const counts = codes.map((code) => {
    const series = inputs.headcounts.get(code);
    const people = series && latestUpTo(series, year);
    if (people === undefined) throw new RangeError(`no head-count of ${code} up to ${year}`);
    return people;
  });
  return new Map(codes.map((code, index) => [code, counts[index]! / sumOf(counts)]));
}

/**
 * A group's employment in the regions of England, summed over LSIP areas. What withheld areas hold together (England
 * less the published areas) is shared among them by their whole employment, so that none is disclosed.
 */
function englishSeed(inputs: EstimateInputs, group: string, year: number): number[] {
  const areas = [...inputs.lsips];
  const published = areas.map(([, bySoc]) => bySoc.get(group)?.get(year));
  const open = published.map((people, index) =>
    people === undefined ? (areas[index]![1].get('all')?.get(year) ?? 0) : 0,
  );
  const missing = Math.max(
    0,
    inputs.england.get(group)!.get(year)! - sumOf(published.map((people) => people ?? 0)),
  );
  const regions = new Map<string, number>(englishRegions.map((region) => [region, 0]));
  areas.forEach(([area], index) => {
    const people = published[index] ?? (missing * open[index]!) / sumOf(open);
    for (const [region, share] of inputs.regionsOfLsip.get(area) ?? []) {
      regions.set(region, regions.get(region)! + people * share);
    }
  });
  return englishRegions.map((region) => regions.get(region)!);
}
