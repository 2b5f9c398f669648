/** People in work who live in an area: by occupation, and by distance travelled to work. */
import type { Cell, FoundPlace, GetAreaPeopleReply, PeopleGroup } from '@lmi/contracts';
import type { Classification, Reader, Reference } from '@lmi/kit';
import { sortMarks, type Mark } from '@lmi/statistics';
import { toCell, unavailable, type Figure } from '../cells';
import { england, wholeCode } from '../codes';
import { marksOfApsMarker } from '../marks';
import type { Question } from '../question';
import { distanceBands } from './codes';
import { aroundArea, codesOf, findPlace } from './places';
import { readCensus, readGroups, type GroupRow, type LabourMarketReleases } from './queries';

/** Names of the bands, in their order. */
const bandNames: Readonly<Record<string, string>> = {
  '0-2': 'Less than 2 km',
  '2-5': '2 km to less than 5 km',
  '5-10': '5 km to less than 10 km',
  '10-20': '10 km to less than 20 km',
  '20-30': '20 km to less than 30 km',
  '30-40': '30 km to less than 40 km',
  '40-60': '40 km to less than 60 km',
  '60+': '60 km and over',
  home: 'Works mainly from home',
  'no-fixed-place': 'No fixed place, offshore or outside the United Kingdom',
};

interface Source {
  readonly release: string;
  readonly table: string;
  readonly year: string;
  readonly classification: Classification;
  /** The area that the figures are of, where it is a wider one. */
  readonly area?: string;
}

const questionOf = (area: string, classification: Classification): Question => ({
  occupation: wholeCode,
  classification,
  area,
  kind: 'none',
  fallBack: true,
});

interface CountedGroup {
  readonly code: string;
  readonly name: string;
  readonly figure: Figure;
}

/** The groups with their shares of the total. */
function replyOf(
  place: FoundPlace,
  { classification, year, area = place.area }: Source,
  total: Figure,
  groups: readonly CountedGroup[],
): GetAreaPeopleReply {
  const question = questionOf(place.area, classification);
  const cell = (figure: Figure, occupation: string, unit: string): Cell =>
    toCell(figure, { ...question, occupation }, { classification, occupation, area }, year, unit);
  return {
    place,
    classification,
    total: cell(total, wholeCode, 'people'),
    groups: groups.map(({ code, name, figure }): PeopleGroup => {
      const share =
        figure.value === undefined || !total.value ? undefined : (100 * figure.value) / total.value;
      const percent: Figure = {
        value: share,
        marks: share === undefined ? shareless(figure) : sortMarks([...figure.marks, ...total.marks]),
        release: figure.release,
        table: figure.table,
      };
      return {
        code,
        name,
        people: cell(figure, code, 'people'),
        percent: cell(percent, code, 'percent'),
      };
    }),
  };
}

const shareless = (figure: Figure): readonly Mark[] =>
  figure.value === undefined ? figure.marks : ['not-available'];

/** From the census where it is loaded, else from the yearly survey by sub-major group. */
export async function answerResidentOccupations(
  reader: Reader,
  serving: LabourMarketReleases,
  reference: Reference,
  text: string,
): Promise<GetAreaPeopleReply> {
  const place = await findPlace(reader, serving, reference, text);
  const codes = codesOf(reference, place.area);
  return (
    (await censusOccupations(reader, serving, reference, place, codes)) ??
    (await surveyedOccupations(reader, serving, reference, place, codes)) ??
    emptyReply(place, 'soc2010', serving.aps?.version ?? reference.areasVersion)
  );
}

async function censusOccupations(
  reader: Reader,
  serving: LabourMarketReleases,
  reference: Reference,
  place: FoundPlace,
  codes: readonly string[],
): Promise<GetAreaPeopleReply | undefined> {
  if (!serving.census) return undefined;
  const { version: release } = serving.census;
  for (const code of codes) {
    const rows = await readCensus(reader, serving.census.id, code, 'occupation');
    const digits = Math.max(0, ...rows.map((row) => (row.code === wholeCode ? 0 : row.code.length)));
    const whole = rows.find((row) => row.code === wholeCode);
    if (digits === 0 || !whole) continue;
    const table = digits === 1 ? 'Census 2021 TS063' : 'Census 2021 TS064';
    const figure = (value: number): Figure => ({ value, marks: [], release, table });
    const groups = rows
      .filter((row) => row.code !== wholeCode && row.code.length === digits)
      .map((row) => ({
        code: row.code,
        name: reference.occupation('soc2020', row.code)?.title ?? '',
        figure: figure(row.people),
      }));
    const source: Source = { release, table, year: String(whole.year), classification: 'soc2020' };
    return replyOf(place, source, figure(whole.people), groups);
  }
  return undefined;
}

async function surveyedOccupations(
  reader: Reader,
  serving: LabourMarketReleases,
  reference: Reference,
  place: FoundPlace,
  codes: readonly string[],
): Promise<GetAreaPeopleReply | undefined> {
  if (!serving.aps) return undefined;
  const { id, version: release } = serving.aps;
  const type = place.area === england ? 'country' : reference.area(place.area)?.type;
  if (type === undefined) return undefined;
  let rows: GroupRow[] = [];
  for (const code of codes) {
    rows = await readGroups(reader, id, type, code);
    if (rows.length > 0) break;
  }
  // A wider area that the survey's table does not list: the sum of its districts.
  const summed = rows.length === 0;
  if (summed) rows = await sumOfDistricts(reader, id, reference, place.area);
  const around = rows.length === 0 ? aroundArea[place.area] : undefined;
  if (around) rows = await readGroups(reader, id, around.type, around.code);
  if (rows.length === 0) return undefined;
  const table = summed && !around ? 'APS T09a, sum of districts' : 'APS T09a';
  const groups = rows.map((row): CountedGroup => {
    const marks = marksOfApsMarker(row.marker, row.employment === null);
    const figure: Figure = {
      value: row.employment ?? undefined,
      marks: summed && !around ? sortMarks([...marks, 'modelled']) : marks,
      release,
      table,
      ...(row.ci95 === null ? {} : { ci95: row.ci95 }),
    };
    return { code: row.soc, name: reference.occupation('soc2010', row.soc)?.title ?? '', figure };
  });
  const known = rows.filter(({ employment }) => employment !== null);
  const total: Figure =
    known.length === 0
      ? unavailable(release)
      : {
          value: known.reduce((sum, { employment }) => sum + employment!, 0),
          // Groups that the survey withholds are not in it, so that shares of the others are a little too high.
          marks: known.length < rows.length ? ['small-sample', 'modelled'] : ['modelled'],
          release,
          table: `${table}, sum of the groups with figures`,
        };
  const source: Source = {
    release,
    table,
    year: String(rows[0]!.year),
    classification: 'soc2010',
    ...(around ? { area: around.code } : {}),
  };
  return replyOf(place, source, total, groups);
}

/** Counties and combined authorities. A group that one district withholds is a lower bound, marked. */
async function sumOfDistricts(
  reader: Reader,
  release: number,
  reference: Reference,
  area: string,
): Promise<GroupRow[]> {
  const sums = new Map<string, GroupRow>();
  for (const district of reference.districtsOf(area)) {
    for (const row of await readGroups(reader, release, 'district', district)) {
      const before = sums.get(row.soc);
      const employment =
        row.employment === null && (before?.employment ?? null) === null
          ? null
          : (before?.employment ?? 0) + (row.employment ?? 0);
      const partly = row.employment === null || before?.marker === '*' || before?.employment === null;
      sums.set(row.soc, { soc: row.soc, year: row.year, employment, ci95: null, marker: partly ? '*' : '' });
    }
  }
  return [...sums.values()].sort((a, b) => (a.soc < b.soc ? -1 : 1));
}

function emptyReply(place: FoundPlace, classification: Classification, release: string): GetAreaPeopleReply {
  const source: Source = { release, table: 'not published', year: '2021', classification };
  return replyOf(place, source, unavailable(release), []);
}

/** Distances of the census; without it every band is there and says that there is no figure. */
export async function answerCommuting(
  reader: Reader,
  serving: LabourMarketReleases,
  reference: Reference,
  text: string,
): Promise<GetAreaPeopleReply> {
  const place = await findPlace(reader, serving, reference, text);
  const release = serving.census?.version ?? reference.areasVersion;
  const people = new Map<string, number>();
  if (serving.census) {
    for (const code of codesOf(reference, place.area)) {
      for (const row of await readCensus(reader, serving.census.id, code, 'distance'))
        people.set(row.code, row.people);
      if (people.size > 0) break;
    }
  }
  const figure = (code: string): Figure => {
    const value = people.get(code);
    return value === undefined
      ? unavailable(release)
      : { value, marks: [], release, table: 'Census 2021 TS058' };
  };
  const bands = distanceBands.filter(([code]) => code !== wholeCode);
  const source: Source = { release, table: 'Census 2021 TS058', year: '2021', classification: 'soc2020' };
  const reply = replyOf(
    place,
    source,
    figure(wholeCode),
    bands.map(([code]) => ({ code, name: bandNames[code]!, figure: figure(code) })),
  );
  return { ...reply, classification: '', groups: reply.groups.map(withoutOccupation) };
}

/** A band of distance is no occupation: its cell says that it is of all of them. */
function withoutOccupation(group: PeopleGroup): PeopleGroup {
  const all = (cell: Cell | undefined): Cell | undefined =>
    cell && {
      ...cell,
      asked: cell.asked && { ...cell.asked, occupation: wholeCode },
      answered: cell.answered && { ...cell.answered, occupation: wholeCode },
    };
  return { ...group, people: all(group.people), percent: all(group.percent) };
}
