/** Employment of each unit group in the United Kingdom: published to the last base year, projected after it. */
import type { Mark } from '@lmi/statistics';
import { subMajorOf, sumOf, type EstimateInputs } from './inputs';

export const lastYear = 2035;

/** A sum of published cells is shown as a small sample below this many people ... */
const smallTotal = 10_000;
/** ... or when the withheld cells in it are likely to hold more than this share of it. */
const largestWithheldShare = 0.1;

export interface UnitTotal {
  /** People; null when every cell that is not nil is withheld. */
  readonly people: number | null;
  readonly marks: readonly Mark[];
}

export interface Totals {
  /** Unit groups of SOC 2020, sorted. */
  readonly units: readonly string[];
  /** Sub-major groups of SOC 2020, sorted. */
  readonly groups: readonly string[];
  /** First to last base year, then to {@link lastYear}. */
  readonly years: readonly number[];
  readonly lastBaseYear: number;
  readonly of: (unit: string, year: number) => UnitTotal;
  /** People, 0 where withheld. */
  readonly people: (unit: string, year: number) => number;
  /** Sum over the unit groups of a sub-major group. */
  readonly groupPeople: (group: string, year: number) => number;
  /** The year whose published figures carry a unit group forward: the last one that has any. */
  readonly baseYearOf: (unit: string) => number | undefined;
  /** The published total over all occupations divided by the sum of published unit groups: what is withheld. */
  readonly wholeFactor: (year: number) => number;
  /** Whether a sum of published cells, `withheld` of the cells in it being unknown, is to be noted as a small sample. */
  readonly isSmall: (people: number, withheld: number, year: number) => boolean;
}

/** Growth of the sub-major group in England between two years. */
export function growth(inputs: EstimateInputs, unit: string, from: number, to: number): number {
  const series = inputs.england.get(subMajorOf(unit));
  const start = series?.get(from);
  const end = series?.get(to);
  if (start === undefined || end === undefined || start <= 0) {
    throw new RangeError(`no projection of group ${subMajorOf(unit)} for ${from} and ${to}`);
  }
  return end / start;
}

export function unitTotals(inputs: EstimateInputs): Totals {
  const units = [...inputs.base.keys()].filter((code) => code !== 'all').sort();
  const groups = [...new Set(units.map(subMajorOf))].sort();
  const baseYears = [
    ...new Set(
      [...inputs.base.values()].flatMap((cells) => [...cells.values()].flatMap((by) => [...by.keys()])),
    ),
  ].sort();
  const lastBaseYear = baseYears.at(-1)!;
  const years = [...baseYears];
  for (let year = lastBaseYear + 1; year <= lastYear; year += 1) years.push(year);

  const withheldSizes = new Map(baseYears.map((year) => [year, meanWithheldCell(inputs, units, year)]));
  const isSmall = (people: number, withheld: number, year: number): boolean =>
    people < smallTotal ||
    withheld * withheldSizes.get(Math.min(year, lastBaseYear))! > largestWithheldShare * people;
  const totals = new Map<string, UnitTotal>();
  const baseYearOf = new Map<string, number>();
  for (const unit of units) {
    for (const year of baseYears) {
      const total = publishedTotal(inputs, unit, year, isSmall);
      totals.set(`${unit}/${year}`, total);
      if (total.people !== null && total.people > 0) baseYearOf.set(unit, year);
    }
    const baseYear = baseYearOf.get(unit);
    for (const year of years.filter((candidate) => candidate > lastBaseYear)) {
      const people =
        baseYear === undefined
          ? null
          : totals.get(`${unit}/${baseYear}`)!.people! * growth(inputs, unit, baseYear, year);
      totals.set(`${unit}/${year}`, {
        people,
        marks: people === null ? ['not-available', 'small-sample'] : ['modelled', 'projected'],
      });
    }
  }
  const of = (unit: string, year: number): UnitTotal => totals.get(`${unit}/${year}`)!;
  const people = (unit: string, year: number): number => of(unit, year).people ?? 0;
  const byGroup = new Map<string, number>();
  for (const unit of units) {
    for (const year of years) {
      const key = `${subMajorOf(unit)}/${year}`;
      byGroup.set(key, (byGroup.get(key) ?? 0) + people(unit, year));
    }
  }
  const factors = new Map(
    baseYears.map((year) => [
      year,
      wholeFactorOf(inputs, sumOf(units.map((unit) => people(unit, year))), year),
    ]),
  );
  return {
    units,
    groups,
    years,
    lastBaseYear,
    of,
    people,
    groupPeople: (group, year) => byGroup.get(`${group}/${year}`) ?? 0,
    baseYearOf: (unit) => baseYearOf.get(unit),
    wholeFactor: (year) => factors.get(Math.min(year, lastBaseYear))!,
    isSmall,
  };
}

function cellsOf(inputs: EstimateInputs, unit: string, year: number): (number | null)[] {
  return [...inputs.base.get(unit)!.values()].flatMap((byYear) => {
    const cell = byYear.get(year);
    return cell ? [cell.employment] : [];
  });
}

/** The table's totals less its published cells, per withheld cell; 0 where the table gives no totals. */
function meanWithheldCell(inputs: EstimateInputs, units: readonly string[], year: number): number {
  const whole = inputs.base.get('all');
  if (!whole) return 0;
  let withheld = 0;
  let published = 0;
  for (const unit of units) {
    for (const people of cellsOf(inputs, unit, year)) {
      published += people ?? 0;
      withheld += people === null ? 1 : 0;
    }
  }
  const total = sumOf(cellsOf(inputs, 'all', year).map((people) => people ?? 0));
  return withheld === 0 ? 0 : Math.max(0, total - published) / withheld;
}

function publishedTotal(
  inputs: EstimateInputs,
  unit: string,
  year: number,
  isSmall: Totals['isSmall'],
): UnitTotal {
  const cells = cellsOf(inputs, unit, year);
  const withheld = cells.filter((cell) => cell === null).length;
  const people = sumOf(cells.map((cell) => cell ?? 0));
  if (people === 0 && withheld > 0) return { people: null, marks: ['not-available', 'small-sample'] };
  return { people, marks: isSmall(people, withheld, year) ? ['small-sample'] : [] };
}

function wholeFactorOf(inputs: EstimateInputs, published: number, year: number): number {
  if (!inputs.base.has('all') || published === 0) return 1;
  return sumOf(cellsOf(inputs, 'all', year).map((people) => people ?? 0)) / published;
}
