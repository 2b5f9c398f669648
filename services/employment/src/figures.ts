/** Looks figures up: from the estimates, the published tables, the projections or the survey, as the area needs. */
import type { CrosswalkPair, Reader, Reference } from '@lmi/kit';
import { crossCount, isMark, mergeMarks, sortMarks, type Mark } from '@lmi/statistics';
import { breakdownCategories, england, lastObservedProjectionYear, wholeCode, type Breakdown } from './codes';
import { disclosed, type Figure } from './cells';
import { marksOfApsMarker, marksOfEmploymentMarker, marksOfProjectionMarker } from './marks';
import {
  readAps,
  readEstimates,
  readProjections,
  readPublished,
  type Serving,
  type ServingReleases,
  type Years,
} from './queries';
import type { Place, Target } from './question';

/** Figures by year, then category ('' without a breakdown). */
export type Figures = ReadonlyMap<number, ReadonlyMap<string, Figure>>;

export interface Lookup extends Target, Place, Years {
  readonly breakdown: Breakdown | '';
}

class FigureMap {
  readonly figures = new Map<number, Map<string, Figure>>();

  set(year: number, code: string, figure: Figure): void {
    const byCode = this.figures.get(year) ?? new Map<string, Figure>();
    this.figures.set(year, byCode.set(code, figure));
  }
}

const none: Figures = new Map();

/** Figures of exactly this occupation and area; empty where no source has them at this level. */
export async function findFigures(
  reader: Reader,
  serving: ServingReleases,
  reference: Reference,
  lookup: Lookup,
): Promise<Figures> {
  switch (lookup.kind) {
    case 'whole':
      return estimated(reader, serving, reference, lookup, {
        dimension: lookup.breakdown === '' ? 'total' : breakdownCategories[lookup.breakdown].dimension,
      });
    case 'estimated':
      if (lookup.breakdown !== '') return none;
      return estimated(reader, serving, reference, lookup, { dimension: 'region', code: lookup.area });
    case 'projected':
      return lookup.classification === 'soc2020'
        ? projected(reader, serving, lookup)
        : surveyed(reader, serving, reference, lookup);
    case 'surveyed':
      return surveyed(reader, serving, reference, lookup);
    case 'none':
      return none;
  }
}

interface RawFigure {
  readonly soc: string;
  readonly code: string;
  readonly year: number;
  readonly value: number | null;
  readonly marks: readonly Mark[];
  readonly release: string;
  readonly table: string;
}

async function estimated(
  reader: Reader,
  serving: ServingReleases,
  reference: Reference,
  lookup: Lookup,
  part: { readonly dimension: string; readonly code?: string },
): Promise<Figures> {
  if (!serving.estimates) return none;
  const units = lookup.classification === 'soc2010' ? reference.unitGroups('soc2010', lookup.occupation) : [];
  const socs =
    lookup.classification === 'soc2010'
      ? [...new Set(units.flatMap((unit) => reference.pairsOf2010(unit).map(({ soc2020 }) => soc2020)))]
      : [lookup.occupation];
  if (socs.length === 0) return none;
  const rows = await readRaw(reader, serving.estimates, serving.employment, { ...lookup, ...part, socs });
  const categoryOf = (code: string): string => (lookup.breakdown === '' ? '' : code);
  const found = new FigureMap();
  if (lookup.classification === 'soc2020') {
    for (const row of rows) {
      const { year, code, value, marks, release, table } = row;
      found.set(year, categoryOf(code), disclosed({ value: value ?? undefined, marks, release, table }));
    }
    return found.figures;
  }
  const cells = new Map<string, Map<string, RawFigure>>();
  for (const row of rows) {
    const key = `${row.year}/${row.code}`;
    const bySoc = cells.get(key) ?? new Map<string, RawFigure>();
    cells.set(key, bySoc.set(row.soc, row));
  }
  for (const bySoc of cells.values()) {
    const { year, code } = [...bySoc.values()][0]!;
    found.set(year, categoryOf(code), disclosed(cross(bySoc, units, reference, serving.estimates)));
  }
  return found.figures;
}

/** SOC 2020 figures brought to SOC 2010 unit groups by the dual-coded shares. */
function cross(
  bySoc: ReadonlyMap<string, RawFigure>,
  units: readonly string[],
  reference: Reference,
  estimates: Serving,
): Figure {
  const pairsOf = (unit: string) => reference.pairsOf2010(unit);
  const open = mayGoIntoSum(bySoc, units, pairsOf);
  const { value, coverage } = crossCount({
    targets: units,
    from: 'soc2020',
    pairsOf,
    valueOf: (unit) => {
      const row = bySoc.get(unit);
      return row && open(row) ? row.value : undefined;
    },
  });
  const table = 'employment-estimates, crossed from SOC 2020';
  const isLeftOut = [...bySoc.values()].some((row) => row.value !== null && !open(row));
  if (isLeftOut && coverage < leastOpenShare) {
    return { value: undefined, marks: ['confidential'], release: estimates.version, table };
  }
  if (value === undefined) {
    return { value, marks: ['small-sample', 'not-available'], release: estimates.version, table };
  }
  const known = [...bySoc.values()].filter((row) => row.value !== null && open(row));
  // Smallness is judged on the sum; a part that is withheld leaves it too low, which is noted.
  const marks = mergeMarks(...new Set(known.map((row) => row.marks)), ['modelled']).filter(
    (mark) =>
      mark !== 'confidential' && mark !== 'small-sample' && (mark !== 'rounds-to-zero' || value === 0),
  );
  return {
    value,
    marks: sortMarks(coverage < 1 ? [...marks, 'small-sample'] : marks),
    release: estimates.version,
    table,
  };
}

/** A crossed count that has less than this of its people from cells that may be shown is withheld. */
const leastOpenShare = 0.9;
/** Withheld cells may hide in a sum of so many of them, if none is more than this share of what is withheld. */
const leastHidden = 3;
const largestHiddenShare = 0.6;

/**
 * Which cells a crossed count may be summed from. One that is withheld goes in only among others: a sum of shown cells
 * and it alone would give it away.
 */
function mayGoIntoSum(
  bySoc: ReadonlyMap<string, RawFigure>,
  units: readonly string[],
  pairsOf: (unit: string) => readonly CrosswalkPair[],
): (row: RawFigure) => boolean {
  const parts = new Map<string, number>();
  for (const { soc2020, shareOf2020 } of units.flatMap(pairsOf)) {
    const row = bySoc.get(soc2020);
    if (!row?.value || !row.marks.includes('confidential')) continue;
    parts.set(soc2020, (parts.get(soc2020) ?? 0) + row.value * shareOf2020);
  }
  const amounts = [...parts.values()];
  const sum = amounts.reduce((total, amount) => total + amount, 0);
  const hides = amounts.length >= leastHidden && Math.max(...amounts) <= largestHiddenShare * sum;
  return (row) => hides || !row.marks.includes('confidential');
}

const knownMarks = new Map<string, readonly Mark[]>();

/** The marks of a row. There are few combinations: equal text gives the same list, which makes merging cheap. */
function marksOf(text: string): readonly Mark[] {
  let marks = knownMarks.get(text);
  if (!marks) {
    marks = text.split(',').filter(isMark);
    knownMarks.set(text, marks);
  }
  return marks;
}

/** Rows of the estimates; by industry, published cells of unit groups and of the whole take their place. */
async function readRaw(
  reader: Reader,
  estimates: Serving,
  employment: Serving | undefined,
  query: Years & { readonly socs: readonly string[]; readonly dimension: string; readonly code?: string },
): Promise<RawFigure[]> {
  const rows = (await readEstimates(reader, estimates.id, query)).map((row): RawFigure => {
    const marks = marksOf(row.marks);
    return {
      soc: row.soc,
      code: row.code,
      year: row.year,
      value: row.employment,
      marks,
      release: estimates.version,
      table: marks.includes('modelled')
        ? `employment-estimates, ${query.dimension}`
        : 'APS ad hoc 3136, sum of published cells',
    };
  });
  if (query.dimension !== 'industry' || !employment) return rows;
  const published = await readPublished(reader, employment.id, query);
  return [
    ...rows,
    ...published.map(({ soc, code, year, employment: value, marker }): RawFigure => ({
      soc,
      code,
      year,
      value,
      marks: marksOfEmploymentMarker(marker),
      release: employment.version,
      table: 'APS ad hoc 3136',
    })),
  ];
}

async function projected(reader: Reader, serving: ServingReleases, lookup: Lookup): Promise<Figures> {
  const dimension = lookup.breakdown === '' ? 'total' : breakdownCategories[lookup.breakdown].dimension;
  if (!serving.projections) return none;
  const found = new FigureMap();
  const rows = await readProjections(reader, serving.projections.id, {
    ...lookup,
    soc: lookup.occupation,
    dimension,
  });
  for (const { year, code, employment, marker } of rows) {
    const marks = marksOfProjectionMarker(marker);
    found.set(year, lookup.breakdown === '' ? '' : code, {
      value: employment ?? undefined,
      marks: year > lastObservedProjectionYear ? sortMarks([...marks, 'projected']) : marks,
      release: serving.projections.version,
      table: marker.includes('first_run')
        ? 'Skills Imperative 2035 main tables, first run (2023)'
        : 'Skills Imperative 2035 main tables',
    });
  }
  return found.figures;
}

/** The survey has sub-major groups of SOC 2010 and no splits. */
async function surveyed(
  reader: Reader,
  serving: ServingReleases,
  reference: Reference,
  lookup: Lookup,
): Promise<Figures> {
  const { aps } = serving;
  if (
    !aps ||
    lookup.breakdown !== '' ||
    lookup.classification !== 'soc2010' ||
    lookup.occupation === wholeCode
  )
    return none;
  const areaType = lookup.area === england ? 'country' : reference.area(lookup.area)?.type;
  if (areaType === undefined) return none;
  const rows = await readAps(reader, aps.id, { ...lookup, areaType, soc: lookup.occupation });
  const found = new FigureMap();
  for (const { year, employment, ci95, marker } of rows) {
    found.set(year, '', {
      value: employment ?? undefined,
      marks: marksOfApsMarker(marker, employment === null),
      release: aps.version,
      table: 'APS T09a',
      ...(ci95 === null ? {} : { ci95 }),
    });
  }
  return found.figures;
}

/**
 * Wider occupations that may answer instead, nearest first. Projected areas have 2 digits (both classifications have
 * them in a source), surveyed ones 2 digits of SOC 2010.
 */
export function widerTargets(target: Target, place: Place, reference: Reference): Target[] {
  const { classification, occupation } = target;
  if (occupation === wholeCode || (place.kind !== 'projected' && place.kind !== 'surveyed')) return [];
  if (classification === 'soc2010' || place.kind === 'projected') {
    return occupation.length > 2 ? [{ classification, occupation: occupation.slice(0, 2) }] : [];
  }
  const nearest = nearestSubMajor2010(occupation, reference);
  return nearest ? [{ classification: 'soc2010', occupation: nearest }] : [];
}

/** The sub-major group of SOC 2010 that holds most of the people of a SOC 2020 code; none for major groups. */
function nearestSubMajor2010(occupation: string, reference: Reference): string | undefined {
  if (occupation.length < 2) return undefined;
  const people = new Map<string, number>();
  for (const unit of reference.unitGroups('soc2020', occupation)) {
    for (const pair of reference.pairsOf2020(unit)) {
      const group = pair.soc2010.slice(0, 2);
      people.set(group, (people.get(group) ?? 0) + pair.people);
    }
  }
  return [...people].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))[0]?.[0];
}
