/**
 * Figures of one occupation from the rows of its series: as published, crossed over from the other classification,
 * combined from unit groups, or moved to a region or age band by the estimated factors. Pure functions.
 */
import type { Classification, Reference } from '@lmi/kit';
import { crossCount, crossMean, markForCv, mergeMarks, sortMarks, type Mark } from '@lmi/statistics';
import { measureSources, statisticColumns, unitedKingdom, type Measure, type ValueColumn } from './codes';
import { editionMark, markerOf, marksOfValue } from './markers';
import type { FactorRow, PayCellRow } from './queries';
import type { Slot } from './question';

export interface Figure {
  /** Undefined when withheld or not supported by any source; the marks say why. */
  readonly value: number | undefined;
  readonly marks: readonly Mark[];
  /** The table of the source, or the method. */
  readonly table: string;
  readonly cv?: number;
}

export interface Target {
  readonly classification: Classification;
  readonly code: string;
}

export const methods = {
  crosswalk: 'method: crosswalk',
  unitGroups: 'method: unit-groups',
  estimates: 'method: pay-estimates',
  change: 'method: annual-change',
} as const;

/** A mean that rests on less than this share of the group's jobs would speak for another group. */
const leastCoverage = 0.5;
/** Counts of groups that are left out are not grossed up, so little may be missing. */
const leastCountCoverage = 0.9;

/** Codes whose series are needed to answer for a target. */
export interface Plan {
  /** The target's own series: all areas and ages that are asked for may be published for it. */
  readonly own: readonly Target[];
  /** Unit groups whose figures for the United Kingdom may have to be put together. */
  readonly units: readonly { readonly classification: Classification; readonly codes: readonly string[] }[];
  /** Codes whose estimated factors are needed when a region or an age band is asked for. */
  readonly factorCodes: readonly string[];
}

export function planFor(target: Target, reference: Reference): Plan {
  const { classification, code } = target;
  if (code === 'all') {
    const own = [
      { classification: 'soc2010', code },
      { classification: 'soc2020', code },
    ] as const;
    return { own, units: [], factorCodes: [code] };
  }
  const below = unitsOf(target, reference);
  const feeding = new Set<string>();
  for (const unit of below) {
    if (classification === 'soc2010') {
      for (const pair of reference.pairsOf2010(unit)) feeding.add(pair.soc2020);
    } else {
      for (const pair of reference.pairsOf2020(unit)) feeding.add(pair.soc2010);
    }
  }
  const other = classification === 'soc2010' ? 'soc2020' : 'soc2010';
  const units = [{ classification: other, codes: [...feeding] } as const];
  return {
    own: [target],
    units: code.length < 4 ? [{ classification, codes: below }, ...units] : units,
    factorCodes: classification === 'soc2020' ? [code] : [...feeding],
  };
}

function unitsOf({ classification, code }: Target, reference: Reference): readonly string[] {
  return code.length === 4 ? [code] : reference.unitGroups(classification, code);
}

interface Factor {
  readonly factor: number;
  /** Share of the jobs of the code that are in the category. */
  readonly weight: number;
}

type Series = Map<number, PayCellRow>;

/** Rows of a plan, looked up by series. */
export class PayFigures {
  readonly #series = new Map<string, Series>();
  readonly #factors = new Map<string, Factor>();
  readonly #years = new Set<number>();
  readonly #units = new Map<string, readonly string[]>();
  readonly #measure: Measure;
  readonly #reference: Reference;

  constructor(
    measure: Measure,
    cells: readonly PayCellRow[],
    factors: readonly FactorRow[],
    reference: Reference,
  ) {
    this.#measure = measure;
    this.#reference = reference;
    for (const row of cells) {
      const key = `${row.classification} ${row.soc} ${row.area} ${row.age} ${row.sex} ${row.working_pattern}`;
      let series = this.#series.get(key);
      if (!series) this.#series.set(key, (series = new Map()));
      series.set(row.year, row);
      this.#years.add(row.year);
    }
    for (const row of factors) {
      this.#factors.set(`${row.soc} ${row.sex} ${row.working_pattern} ${row.code}`, row);
    }
  }

  /** Years of any row, rising. */
  get years(): number[] {
    return [...this.#years].sort((a, b) => a - b);
  }

  /** One figure; undefined when the sources have no row for the combination in that year. */
  figure(target: Target, statistic: string, slot: Slot, year: number): Figure | undefined {
    const column = statisticColumns[statistic]!;
    if (column === 'mean_change' || column === 'median_change')
      return this.#change(target, column, slot, year);
    return this.#level(target, column, slot, year);
  }

  #level(target: Target, column: ValueColumn, slot: Slot, year: number): Figure | undefined {
    const published = this.#direct(target, slot, year);
    if (published) return this.#asPublished(published, column);
    const whole = { ...slot, area: unitedKingdom, age: 'all' };
    if (slot.area !== unitedKingdom || slot.age !== 'all') {
      const base = this.#level(target, column, whole, year);
      return base && this.#moved(base, target, column, slot, year);
    }
    return this.#combined(target, column, slot, year) ?? this.#crossed(target, column, slot, year);
  }

  /** The target's own row. "All employees" is the same group in both classifications. */
  #direct({ classification, code }: Target, slot: Slot, year: number): PayCellRow | undefined {
    const own = this.#find(classification, code, slot)?.get(year);
    if (own || code !== 'all') return own;
    return this.#find(classification === 'soc2010' ? 'soc2020' : 'soc2010', code, slot)?.get(year);
  }

  #asPublished(row: PayCellRow, column: ValueColumn): Figure {
    const table = this.#tableOf(row);
    const value = row[column];
    if (value === null || value === undefined) {
      return {
        value: undefined,
        marks: sortMarks([...marksOfValue(row.markers, column), editionMark(row.markers)]),
        table,
      };
    }
    const cv = column === 'mean' ? row.cv_mean : column === 'median' ? row.cv_median : undefined;
    const band = markForCv(cv);
    const marks = sortMarks(band ? [band, editionMark(row.markers)] : [editionMark(row.markers)]);
    const scaled = column === 'jobs_thousand' ? value * 1000 : value;
    return { value: scaled, marks, table, ...(typeof cv === 'number' ? { cv } : {}) };
  }

  /** Table 14 prints numbers of jobs; where a wider group comes without, it was read from the regional tables. */
  #tableOf(row: PayCellRow): string {
    if (row.area !== unitedKingdom) return row.soc === 'all' ? 'region, all occupations' : '3';
    if (row.age !== 'all') return '20';
    if (row.soc.length === 4 || hasJobsColumn(row)) return `14.${measureSources[this.#measure].subTable}a`;
    return row.soc === 'all' ? 'region, all occupations' : '3';
  }

  /** A wider group that the year's tables do not print, from its unit groups of the same classification. */
  #combined(
    { classification, code }: Target,
    column: ValueColumn,
    slot: Slot,
    year: number,
  ): Figure | undefined {
    if (code === 'all' || code.length === 4 || column === 'jobs_thousand') return undefined;
    const units = this.#unitsOf({ classification, code });
    const one = { people: 1, shareOf2010: 1, shareOf2020: 1 };
    return this.#mean(
      {
        targets: units,
        from: classification,
        pairsOf: (unit) => [{ soc2010: unit, soc2020: unit, ...one }],
      },
      column,
      slot,
      year,
      methods.unitGroups,
    );
  }

  #crossed(target: Target, column: ValueColumn, slot: Slot, year: number): Figure | undefined {
    if (target.code === 'all') return undefined;
    const request = this.#crossing(target);
    const figure =
      column === 'jobs_thousand'
        ? this.#count(request, slot, year)
        : this.#mean(request, column, slot, year, methods.crosswalk);
    // SOC 2020 figures of years that were only coded to SOC 2010 stand before the change of classification.
    if (!figure || target.classification === 'soc2010') return figure;
    return { ...figure, marks: sortMarks([...figure.marks, 'break']) };
  }

  #crossing({ classification, code }: Target): Crossing {
    const targets = this.#unitsOf({ classification, code });
    return classification === 'soc2010'
      ? { targets, from: 'soc2020', pairsOf: (unit) => this.#reference.pairsOf2010(unit) }
      : { targets, from: 'soc2010', pairsOf: (unit) => this.#reference.pairsOf2020(unit) };
  }

  #mean(
    crossing: Crossing,
    column: ValueColumn,
    slot: Slot,
    year: number,
    table: string,
  ): Figure | undefined {
    const editions = new Set<Mark>();
    const crossed = crossMean({
      ...crossing,
      valueOf: (unit) => {
        const row = this.#find(crossing.from, unit, slot)?.get(year);
        if (row) editions.add(editionMark(row.markers));
        return row?.[column];
      },
      baseOf: (unit) => this.#jobs(crossing.from, unit, slot, year),
    });
    return computed(crossed.value, crossed.coverage >= leastCoverage, editions, table);
  }

  #count(crossing: Crossing, slot: Slot, year: number): Figure | undefined {
    const editions = new Set<Mark>();
    const crossed = crossCount({
      ...crossing,
      valueOf: (unit) => {
        const row = this.#find(crossing.from, unit, slot)?.get(year);
        if (row) editions.add(editionMark(row.markers));
        return row?.jobs_thousand;
      },
    });
    const value = crossed.value === undefined ? undefined : crossed.value * 1000;
    return computed(value, crossed.coverage >= leastCountCoverage, editions, methods.crosswalk);
  }

  /** Jobs of the year, else of the nearest earlier year that has them, else of the nearest later one. */
  #jobs(classification: Classification, unit: string, slot: Slot, year: number): number | undefined {
    const series = this.#find(classification, unit, slot);
    if (!series) return undefined;
    let nearest: PayCellRow | undefined;
    for (const row of series.values()) {
      if (row.jobs_thousand === null || row.jobs_thousand === undefined) continue;
      if (!nearest || distance(row.year, year) < distance(nearest.year, year)) nearest = row;
    }
    return nearest?.jobs_thousand ?? undefined;
  }

  /** A figure of the United Kingdom moved to a region, an age band, or both. */
  #moved(base: Figure, target: Target, column: ValueColumn, slot: Slot, year: number): Figure {
    const none: Figure = { value: undefined, marks: sortMarks(['not-available']), table: methods.estimates };
    if (base.value === undefined) return { ...base, table: methods.estimates };
    if (column === 'jobs_thousand') return none;
    const factor =
      target.classification === 'soc2020' || target.code === 'all'
        ? this.#factorOf(target.code, slot)?.factor
        : this.#crossedFactor(target, column, slot, year);
    if (factor === undefined) return none;
    return { value: base.value * factor, marks: mergeMarks(base.marks), table: methods.estimates };
  }

  /** Product over the asked dimensions; a population without estimates of its own takes that of all employees. */
  #factorOf(code: string, slot: Slot): Factor | undefined {
    let product: Factor = { factor: 1, weight: 1 };
    for (const category of [slot.area, slot.age]) {
      if (category === unitedKingdom || category === 'all') continue;
      const found =
        this.#factors.get(`${code} ${slot.sex} ${slot.workingPattern} ${category}`) ??
        this.#factors.get(`${code} all all ${category}`);
      if (!found) return undefined;
      product = { factor: product.factor * found.factor, weight: product.weight * found.weight };
    }
    return product;
  }

  /**
   * What the category means for a SOC 2010 group: its unit groups' figures with and without their factors, each
   * weighted by the jobs it stands for. Years without SOC 2020 figures use the first year that has them.
   */
  #crossedFactor(target: Target, column: ValueColumn, slot: Slot, year: number): number | undefined {
    const whole = { ...slot, area: unitedKingdom, age: 'all' };
    const crossing = this.#crossing(target);
    const factorOf = (unit: string): Factor | undefined => this.#factorOf(unit, slot);
    const years = this.years;
    for (const at of [year, ...years.filter((candidate) => candidate > year)]) {
      const mean = (there: boolean): number | undefined =>
        crossMean({
          ...crossing,
          valueOf: (unit) => {
            const value = this.#find(crossing.from, unit, whole)?.get(at)?.[column];
            const factor = factorOf(unit)?.factor;
            if (typeof value !== 'number' || factor === undefined) return undefined;
            return there ? value * factor : value;
          },
          baseOf: (unit) =>
            (this.#jobs(crossing.from, unit, whole, at) ?? 0) * (there ? (factorOf(unit)?.weight ?? 0) : 1),
        }).value;
      const inCategory = mean(true);
      const inAll = mean(false);
      if (inCategory !== undefined && inAll) return inCategory / inAll;
    }
    return undefined;
  }

  /** As published where the table has it; else worked out from the two years as they are served. */
  #change(
    target: Target,
    column: 'mean_change' | 'median_change',
    slot: Slot,
    year: number,
  ): Figure | undefined {
    const row = this.#direct(target, slot, year);
    if (row && hasJobsColumn(row)) return withoutCv(this.#asPublished(row, column));
    const level: ValueColumn = column === 'mean_change' ? 'mean' : 'median';
    const now = this.#level(target, level, slot, year);
    const before = this.#level(target, level, slot, year - 1);
    if (!now || !before) return undefined;
    const broken = this.#isCrossed(target, slot, year) !== this.#isCrossed(target, slot, year - 1);
    if (broken)
      return { value: undefined, marks: sortMarks(['break', 'not-available']), table: methods.change };
    if (now.value === undefined || before.value === undefined || before.value === 0) {
      return { value: undefined, marks: sortMarks(['not-available']), table: methods.change };
    }
    return {
      value: (now.value / before.value - 1) * 100,
      marks: mergeMarks(now.marks, before.marks),
      table: methods.change,
    };
  }

  /** Whether a year's figure comes from the other classification: it does not compare with one that does not. */
  #isCrossed({ classification, code }: Target, slot: Slot, year: number): boolean {
    if (code === 'all') return false;
    const whole = { ...slot, area: unitedKingdom, age: 'all' };
    if (this.#find(classification, code, whole)?.has(year)) return false;
    const units = this.#unitsOf({ classification, code });
    return !units.some((unit) => this.#find(classification, unit, whole)?.has(year));
  }

  /** Kept: a wide code is asked for its unit groups once per figure. */
  #unitsOf(target: Target): readonly string[] {
    const key = `${target.classification} ${target.code}`;
    let units = this.#units.get(key);
    if (!units) this.#units.set(key, (units = unitsOf(target, this.#reference)));
    return units;
  }

  #find(classification: Classification, soc: string, slot: Slot): Series | undefined {
    return this.#series.get(
      `${classification} ${soc} ${slot.area} ${slot.age} ${slot.sex} ${slot.workingPattern}`,
    );
  }
}

type Crossing = Pick<Parameters<typeof crossMean>[0], 'targets' | 'from' | 'pairsOf'>;

/** Undefined when no row exists at all; not available when the rows withhold too much. */
function computed(
  value: number | undefined,
  covered: boolean,
  editions: ReadonlySet<Mark>,
  table: string,
): Figure | undefined {
  if (editions.size === 0) return undefined;
  if (value === undefined || !covered)
    return { value: undefined, marks: sortMarks(['not-available']), table };
  return { value, marks: mergeMarks(editions), table };
}

/** Tables with numbers of jobs have changes as well; extracts have neither. */
function hasJobsColumn(row: PayCellRow): boolean {
  return typeof row.jobs_thousand === 'number' || markerOf(row.markers, 'jobs_thousand') !== undefined;
}

/** An earlier year is nearer than any later one. */
function distance(from: number, year: number): number {
  return from <= year ? year - from : from - year + 1000;
}

function withoutCv({ value, marks, table }: Figure): Figure {
  return { value, marks, table };
}
