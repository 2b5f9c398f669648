/** Vacancies that are hard to fill, by occupation and area. */
import {
  england,
  unitedKingdom,
  type Cell,
  type GetSkillsShortagesReply,
  type GetSkillsShortagesRequest,
  type RankSkillsShortagesReply,
  type SkillsShortage,
} from '@lmi/contracts';
import type { Reader, Reference } from '@lmi/kit';
import { sortMarks } from '@lmi/statistics';
import { standInCell, toCell, type Answered, type Figure } from '../cells';
import { wholeCode } from '../codes';
import { readQuestion, type Question } from '../question';
import type { Years } from '../queries';
import { marksOfWithheldPart } from './marks';
import { widerAreas } from './places';
import { readShortages, type LabourMarketReleases, type ShortageRow } from './queries';
import { judge, percentOf, reliabilityOf } from './shortage';

/** A row with the release it was read from. */
interface Found extends ShortageRow {
  readonly release: string;
}

const anyYear: Years = { minYear: 0, maxYear: 9998 };

/** Rows of both datasets; where both have a cell the series by unit group is the publisher's own and stands. */
async function readBoth(
  reader: Reader,
  serving: LabourMarketReleases,
  query: Years & { readonly areas: readonly string[]; readonly socs?: readonly string[] },
): Promise<Found[]> {
  const rows = new Map<string, Found>();
  for (const release of [serving.shortageSeries, serving.shortages]) {
    if (!release) continue;
    for (const row of await readShortages(reader, release.id, query)) {
      const key = `${row.area}/${row.soc}/${row.year}`;
      if (!rows.has(key)) rows.set(key, { ...row, release: release.version });
    }
  }
  return [...rows.values()];
}

const tableName = (row: ShortageRow): string => `Employer Skills Survey ${row.year}`;

/**
 * Occupations that may answer, narrowest first, as codes of SOC 2010, in which the survey is. A code of SOC 2020 is answered by
 * the one that holds most of its people.
 */
function occupationLadder(question: Question, reference: Reference): string[] {
  const { classification, occupation, fallBack } = question;
  if (occupation === wholeCode) return [wholeCode];
  if (classification === 'soc2010') return fallBack ? prefixes(occupation) : [occupation];
  if (!fallBack) return [];
  const people = new Map<string, number>();
  for (const unit of reference.unitGroups('soc2020', occupation)) {
    for (const pair of reference.pairsOf2020(unit)) {
      const group = pair.soc2010.slice(0, occupation.length);
      people.set(group, (people.get(group) ?? 0) + pair.people);
    }
  }
  const nearest = [...people].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))[0]?.[0];
  return nearest ? prefixes(nearest) : [];
}

const prefixes = (code: string): string[] =>
  Array.from({ length: code.length }, (_, index) => code.slice(0, code.length - index));

/** The survey's tables by occupation are of England: it stands in for the United Kingdom, and is marked so. */
function areaLadder(question: Question, reference: Reference): string[] {
  if (!question.fallBack) return [question.area];
  return question.area === unitedKingdom ? [unitedKingdom, england] : widerAreas(reference, question.area);
}

export async function answerSkillsShortages(
  reader: Reader,
  serving: LabourMarketReleases,
  reference: Reference,
  request: GetSkillsShortagesRequest,
): Promise<GetSkillsShortagesReply> {
  const question = readQuestion(request, reference);
  const years = { minYear: request.minYear ?? anyYear.minYear, maxYear: request.maxYear ?? anyYear.maxYear };
  const areas = areaLadder(question, reference);
  const socs = occupationLadder(question, reference);
  const rows = socs.length === 0 ? [] : await readBoth(reader, serving, { ...years, areas, socs });
  for (const area of areas) {
    for (const soc of socs) {
      const found = rows.filter((row) => row.area === area && row.soc === soc);
      if (found.some((row) => !judge(row).withheld))
        return { observations: answered(found, question, reference) };
    }
  }
  // Nothing to show at any level: what was asked, withheld or not there, year by year.
  const asked = rows.filter((row) => row.area === question.area && row.soc === socs[0]);
  return {
    observations:
      asked.length > 0
        ? answered(asked, question, reference)
        : await absent(reader, serving, question, years),
  };
}

function answered(rows: readonly Found[], question: Question, reference: Reference): SkillsShortage[] {
  return [...rows].sort((a, b) => a.year - b.year).map((row) => shortageOf(row, question, reference));
}

function shortageOf(row: Found, question: Question, reference: Reference): SkillsShortage {
  const answers: Answered = {
    occupation: row.soc,
    // All occupations are the same jobs in both classifications.
    classification: row.soc === wholeCode ? question.classification : 'soc2010',
    area: row.area,
  };
  const verdict = judge(row);
  const { marks } = verdict;
  const make = question.area === unitedKingdom && row.area !== unitedKingdom ? standInCell : toCell;
  const partMarks = sortMarks(
    row.marker.startsWith('parts-') ? marksOfWithheldPart(row.marker) : ['not-available'],
  );
  const cell = (value: number | null | undefined, unit: string): Cell => {
    const known = value !== null && value !== undefined;
    const figure: Figure = {
      value: verdict.withheld || !known ? undefined : value,
      marks: verdict.withheld || known ? marks : partMarks,
      release: row.release,
      table: tableName(row),
    };
    return make(figure, question, answers, String(row.year), unit);
  };
  return {
    year: row.year,
    occupation: row.soc,
    title:
      row.soc === wholeCode ? 'All occupations' : (reference.occupation('soc2010', row.soc)?.title ?? ''),
    vacancies: cell(row.vacancies, 'vacancies'),
    hardToFill: cell(row.hardToFill, 'vacancies'),
    skillShortage: cell(row.skillShortage, 'vacancies'),
    percentHardToFill: cell(percentOf(row.hardToFill, row.vacancies), 'percent'),
    percentSkillShortage: cell(percentOf(row.skillShortage, row.vacancies), 'percent'),
    percentHardToFillForSkills: cell(percentOf(row.skillShortage, row.hardToFill), 'percent'),
    reliability: reliabilityOf(row),
  };
}

async function absent(
  reader: Reader,
  serving: LabourMarketReleases,
  question: Question,
  years: Years,
): Promise<SkillsShortage[]> {
  const rows = await readBoth(reader, serving, { ...years, areas: [england], socs: [wholeCode] });
  const release = serving.shortages?.version ?? serving.shortageSeries?.version ?? '';
  return rows.map(({ year }): SkillsShortage => {
    const none = { value: undefined, marks: ['not-available'] as const, release, table: 'not published' };
    const cell = (unit: string) => toCell(none, question, question, String(year), unit);
    return {
      year,
      occupation: question.occupation,
      title: '',
      vacancies: cell('vacancies'),
      hardToFill: cell('vacancies'),
      skillShortage: cell('vacancies'),
      percentHardToFill: cell('percent'),
      percentSkillShortage: cell('percent'),
      percentHardToFillForSkills: cell('percent'),
      reliability: 0,
    };
  });
}

/** Hardest to fill first; equal ones by code. */
export async function rankSkillsShortages(
  reader: Reader,
  serving: LabourMarketReleases,
  reference: Reference,
  area: string,
): Promise<RankSkillsShortagesReply> {
  const place = readQuestion({ occupation: wholeCode, classification: '', area, fallBack: true }, reference);
  for (const candidate of areaLadder(place, reference)) {
    const rows = (await readBoth(reader, serving, { ...anyYear, areas: [candidate] })).filter(
      (row) => row.soc !== wholeCode && row.hardToFill !== null && !judge(row).withheld,
    );
    if (rows.length === 0) continue;
    const digits = Math.max(...rows.map(({ soc }) => soc.length));
    const narrowest = rows.filter(({ soc }) => soc.length === digits);
    const year = Math.max(...narrowest.map((row) => row.year));
    const share = (row: Found) => percentOf(row.hardToFill, row.vacancies) ?? 0;
    const observations = narrowest
      .filter((row) => row.year === year)
      .sort((a, b) => share(b) - share(a) || (a.soc < b.soc ? -1 : 1))
      .map((row) => shortageOf(row, { ...place, occupation: row.soc, classification: 'soc2010' }, reference));
    return { observations };
  }
  return { observations: [] };
}
