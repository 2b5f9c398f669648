/** All estimates by occupation, at every level of SOC 2020: unit groups first, wider groups as their sums. */
import { sortMarks, type Mark } from '@lmi/statistics';
import { estimatedAreas, qualificationCodes, sections, wholeCode, workingStatusCodes } from '../codes';
import { subMajorOf, type EstimateInputs } from './inputs';
import { industryRows } from './industries';
import { regionShares } from './regions';
import { qualificationShares, sexSplit, statusShares } from './splits';
import { growth, unitTotals, type Totals } from './totals';

export interface EstimateRow {
  readonly soc: string;
  readonly dimension: string;
  readonly code: string;
  readonly year: number;
  /** People; null where the source withholds what the figure would rest on. */
  readonly employment: number | null;
  readonly marks: readonly Mark[];
}

export interface ReplacementEstimate {
  readonly soc: string;
  readonly startYear: number;
  readonly endYear: number;
  readonly startEmployment: number;
  readonly endEmployment: number;
  readonly replacementDemand: number;
  /** Per cent a year, compound. */
  readonly annualRate: number;
}

/** One category of one unit group: a figure per year in the order of the years, with the marks of each. */
interface Line {
  readonly values: (number | null)[];
  readonly marks: (readonly Mark[])[];
}

type Lines = Map<string, Map<string, Line>>;

const dimensionOrder = ['industry', 'qualification', 'region', 'sex', 'total', 'working-status'];

/**
 * @returns rows sorted by the key of the table, so that loading them is one pass over it; they are made anew each
 *   time they are gone through.
 * @throws LmiError not-available when a fit misses its margins; RangeError when an input lacks a year.
 */
export function computeEstimates(inputs: EstimateInputs): { rows: Iterable<EstimateRow>; totals: Totals } {
  const totals = unitTotals(inputs);
  const lines: Lines = new Map(totals.units.map((unit) => [unit, new Map()]));
  const put = (
    unit: string,
    key: string,
    index: number,
    value: number | null,
    marks: readonly Mark[],
  ): void => {
    const byKey = lines.get(unit)!;
    let line = byKey.get(key);
    if (!line) {
      line = {
        values: new Array<null>(totals.years.length).fill(null),
        marks: new Array<readonly Mark[]>(totals.years.length).fill(absent),
      };
      byKey.set(key, line);
    }
    line.values[index] = value;
    line.marks[index] = marks;
  };
  const status = statusShares(inputs, totals);
  totals.years.forEach((year, index) => {
    const marks = year > totals.lastBaseYear ? modelledProjected : modelled;
    const regions = regionShares(inputs, totals, year);
    const sexes = sexSplit(inputs, totals, year);
    const qualifications = qualificationShares(inputs, totals, year);
    const industries = year > totals.lastBaseYear ? industryRows(inputs, totals, year) : undefined;
    for (const unit of totals.units) {
      const group = subMajorOf(unit);
      const total = totals.of(unit, year);
      put(unit, key('total', wholeCode), index, total.people, total.marks);
      const share = (
        dimension: string,
        codes: readonly string[],
        shares: readonly number[] | undefined,
      ): void => {
        codes.forEach((code, at) => {
          const part = shares?.[at];
          const value = total.people === null || part === undefined ? null : total.people * part;
          put(unit, key(dimension, code), index, value, value === null ? absent : marks);
        });
      };
      share('region', estimatedAreas, regions.get(group));
      share('qualification', qualificationCodes, qualifications.get(group));
      share('working-status', workingStatusCodes, status.get(unit));
      const bySex = sexes.get(unit);
      ['male', 'female'].forEach((code, at) => {
        const value = bySex?.[at] ?? null;
        put(unit, key('sex', code), index, value, value === null ? absent : marks);
      });
      if (industries) {
        const row = industries.get(unit);
        sections.forEach((section, at) => {
          const value = row?.[at] ?? null;
          const nil: readonly Mark[] = value === 0 ? ['rounds-to-zero'] : [];
          put(
            unit,
            key('industry', section),
            index,
            value,
            value === null ? absent : sortMarks([...marks, ...nil]),
          );
        });
      }
    }
  });
  return { rows: { [Symbol.iterator]: () => rowsOf(inputs, totals, lines) }, totals };
}

const modelled: readonly Mark[] = ['modelled'];
const modelledProjected: readonly Mark[] = ['modelled', 'projected'];
const absent: readonly Mark[] = sortMarks(['small-sample', 'not-available']);

function key(dimension: string, code: string): string {
  return `${dimension}/${code}`;
}

/** Codes of the wider groups that a unit group lies in, and itself. */
export function levelsOf(unit: string): string[] {
  return [unit.slice(0, 1), unit.slice(0, 2), unit.slice(0, 3), unit];
}

function* rowsOf(inputs: EstimateInputs, totals: Totals, lines: Lines): Generator<EstimateRow> {
  const members = new Map<string, string[]>([[wholeCode, [...totals.units]]]);
  for (const unit of totals.units) {
    for (const code of levelsOf(unit)) members.set(code, [...(members.get(code) ?? []), unit]);
  }
  const keys = dimensionOrder.flatMap((dimension) => codesOf(dimension).map((code) => ({ dimension, code })));
  for (const soc of [...members.keys()].sort()) {
    const units = members.get(soc)!;
    for (const { dimension, code } of keys) {
      for (const [index, year] of totals.years.entries()) {
        const row =
          dimension === 'industry' && year <= totals.lastBaseYear
            ? publishedIndustry(inputs, totals, soc, units, code, year)
            : combine(
                totals,
                units.map((unit) => lines.get(unit)!.get(key(dimension, code))),
                index,
              );
        if (!row) continue;
        const factor = soc === wholeCode ? totals.wholeFactor(year) : 1;
        const people = row.value === null ? null : row.value * factor;
        yield { soc, dimension, code, year, employment: people, marks: row.marks };
      }
    }
  }
}

function codesOf(dimension: string): readonly string[] {
  switch (dimension) {
    case 'region':
      return [...estimatedAreas].sort();
    case 'sex':
      return ['female', 'male'];
    case 'qualification':
      return qualificationCodes;
    case 'working-status':
      return workingStatusCodes;
    case 'industry':
      return sections;
    default:
      return [wholeCode];
  }
}

interface Combined {
  readonly value: number | null;
  readonly marks: readonly Mark[];
}

/** A wider group is the sum of what its unit groups have; unknown when nothing but nil is left of it. */
function combine(totals: Totals, parts: readonly (Line | undefined)[], index: number): Combined | undefined {
  const present = parts.filter((line): line is Line => line !== undefined);
  if (present.length === 0) return undefined;
  if (present.length === 1) return { value: present[0]!.values[index]!, marks: present[0]!.marks[index]! };
  const known = present.filter((line) => line.values[index] !== null);
  const value = known.reduce((sum, line) => sum + line.values[index]!, 0);
  const withheld = present.length - known.length;
  if (value === 0 && withheld > 0) return { value: null, marks: absent };
  // What is small or nil in one unit group need not be so in all of them together.
  const marks = sortMarks(known.flatMap((line) => line.marks[index]!)).filter(
    (mark) => mark !== 'small-sample' && (mark !== 'rounds-to-zero' || value === 0),
  );
  const small = !marks.includes('modelled') && totals.isSmall(value, withheld, totals.years[index]!);
  return { value, marks: small ? sortMarks([...marks, 'small-sample']) : marks };
}

/** Published years: unit groups and the whole are served as published, so only the groups between are summed here. */
function publishedIndustry(
  inputs: EstimateInputs,
  totals: Totals,
  soc: string,
  units: readonly string[],
  section: string,
  year: number,
): Combined | undefined {
  if (soc === wholeCode ? inputs.base.has(wholeCode) : soc.length === 4) return undefined;
  const cells = units.map((unit) => inputs.base.get(unit)?.get(section)?.get(year)?.employment ?? null);
  const known = cells.filter((people): people is number => people !== null);
  const value = known.reduce((sum, people) => sum + people, 0);
  const withheld = cells.length - known.length;
  if (value === 0 && withheld > 0) return { value: null, marks: absent };
  if (value === 0) return { value, marks: ['rounds-to-zero'] };
  return { value, marks: totals.isSmall(value, withheld, year) ? ['small-sample'] : [] };
}

/**
 * Replacement demand of each occupation: England's demand per worker of the sub-major group times the unit group's
 * employment in the source's first year, which is its base moved back by the group's growth.
 */
export function replacementEstimates(inputs: EstimateInputs, totals: Totals): ReplacementEstimate[] {
  const { start: startYear, end: endYear } = inputs.replacementYears;
  const sums = new Map<string, { start: number; end: number; demand: number }>();
  for (const unit of totals.units) {
    const baseYear = totals.baseYearOf(unit);
    const replacement = inputs.replacement.get(subMajorOf(unit));
    if (baseYear === undefined || !replacement) continue;
    const base = totals.people(unit, baseYear);
    const start = base * growth(inputs, unit, baseYear, startYear);
    const end = base * growth(inputs, unit, baseYear, endYear);
    const demand = (start * replacement.demand) / replacement.start;
    for (const code of [wholeCode, ...levelsOf(unit)]) {
      const factor = code === wholeCode ? totals.wholeFactor(totals.lastBaseYear) : 1;
      const sum = sums.get(code) ?? { start: 0, end: 0, demand: 0 };
      sums.set(code, sum);
      sum.start += start * factor;
      sum.end += end * factor;
      sum.demand += demand * factor;
    }
  }
  return [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([soc, { start, end, demand }]) => ({
      soc,
      startYear,
      endYear,
      startEmployment: start,
      endEmployment: end,
      replacementDemand: demand,
      annualRate: compoundRate(demand, start, endYear - startYear),
    }));
}

/** Rate in per cent a year at which a start grows by `demand` over the years: how the source states its rates. */
export function compoundRate(demand: number, start: number, years: number): number {
  return ((1 + demand / start) ** (1 / years) - 1) * 100;
}
