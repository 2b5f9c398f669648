/** Splits of the United Kingdom total of a unit group by sex, working status and qualification. */
import { interpolateShares, ras2, scaleTo } from '@lmi/statistics';
import { qualificationCodes, workingStatusCodes } from '../codes';
import { requireConverged } from './fit';
import { subMajorOf, sumOf, type EstimateInputs, type JobCounts } from './inputs';
import type { Totals } from './totals';

/** Men and women of each unit group, in people. */
export type SexSplit = ReadonlyMap<string, readonly [male: number, female: number]>;

/**
 * No occupation is taken to be of one sex only: where the survey of jobs shows none of a sex, this share is the start
 * of the fit, because a 0 could never become anything else.
 */
const leastSexShare = 0.005;

/** Seed: jobs by sex of the unit group. Margins: unit totals, and men and women of the sub-major group in England. */
export function sexSplit(inputs: EstimateInputs, totals: Totals, year: number): SexSplit {
  const split = new Map<string, readonly [number, number]>();
  for (const group of totals.groups) {
    const units = unitsOf(totals, group).filter((unit) => totals.people(unit, year) > 0);
    const anchors = (inputs.englandSexes.get(group) ?? []).map(({ year: at, male, female }) => ({
      year: at,
      shares: [male / (male + female), female / (male + female)],
    }));
    const shares = interpolateShares(anchors, year);
    const people = units.map((unit) => totals.people(unit, year));
    if (units.length === 0) continue;
    const groupShare = maleShare(inputs.jobs.get(group)) ?? shares[0]!;
    const seed = units.map((unit, index) => {
      const male = Math.min(
        1 - leastSexShare,
        Math.max(leastSexShare, maleShare(inputs.jobs.get(unit)) ?? groupShare),
      );
      return [people[index]! * male, people[index]! * (1 - male)];
    });
    const fitted = ras2(seed, people, scaleTo(shares, sumOf(people)));
    requireConverged(fitted, `sexes of group ${group} in ${year}`);
    units.forEach((unit, index) => split.set(unit, [fitted.rows[index]![0]!, fitted.rows[index]![1]!]));
  }
  return split;
}

function unitsOf(totals: Totals, group: string): readonly string[] {
  return totals.units.filter((unit) => subMajorOf(unit) === group);
}

/** Part of a whole where both parts, or one and the whole, are given. */
function partShare(whole: number | null, part: number | null, other: number | null): number | undefined {
  const first = part ?? (whole !== null && other !== null ? Math.max(0, whole - other) : null);
  const second = other ?? (whole !== null && part !== null ? Math.max(0, whole - part) : null);
  if (first === null || second === null || first + second === 0) return undefined;
  return first / (first + second);
}

function maleShare(jobs: JobCounts | undefined): number | undefined {
  return jobs && partShare(jobs.all, jobs.male, jobs.female);
}

function fullTimeShare(jobs: JobCounts | undefined): number | undefined {
  return jobs && partShare(jobs.all, jobs.fullTime, jobs.partTime);
}

/** Shares of full-time employees, part-time employees and the self-employed in each unit group; constant over years. */
export type StatusShares = ReadonlyMap<string, readonly number[]>;

/**
 * Self-employed: what employment of the sub-major group in the last base year has above its employee jobs, and none where
 * there are more jobs. At unit groups the two sources code too many jobs differently for the difference to mean
 * anything. Full-time and part-time: employee jobs of the unit group.
 */
export function statusShares(inputs: EstimateInputs, totals: Totals): StatusShares {
  const shares = new Map<string, readonly number[]>();
  for (const unit of totals.units) {
    const group = subMajorOf(unit);
    const employees = inputs.jobs.get(group)?.all;
    const people = totals.groupPeople(group, totals.lastBaseYear);
    const fullTime = fullTimeShare(inputs.jobs.get(unit)) ?? fullTimeShare(inputs.jobs.get(group));
    if (employees === undefined || employees === null || people === 0 || fullTime === undefined) continue;
    const selfEmployed = Math.max(0, 1 - employees / people);
    shares.set(unit, [(1 - selfEmployed) * fullTime, (1 - selfEmployed) * (1 - fullTime), selfEmployed]);
    if (shares.get(unit)!.length !== workingStatusCodes.length)
      throw new RangeError('working status: other list');
  }
  return shares;
}

/**
 * How fast the starting weight of a qualification falls with each level between it and the level usual for the skill
 * level of the occupation: to exp(-0.5), about 0.6. Set by judgement; see the methods page.
 */
const levelDecay = 0.5;

/** Skill level of the sub-major groups in the structure of SOC 2020: 1 (lowest) to 4. */
const skillLevels: Readonly<Record<string, number>> = {
  ...levels(4, '11', '21', '22', '23', '24'),
  ...levels(3, '12', '31', '32', '33', '34', '35', '51', '52', '53', '54'),
  ...levels(2, '41', '42', '61', '62', '63', '71', '72', '81', '82'),
  ...levels(1, '91', '92'),
};

function levels(level: number, ...groups: readonly string[]): Record<string, number> {
  return Object.fromEntries(groups.map((group) => [group, level]));
}

/** Qualification level (RQF) that the SOC links with a skill level: compulsory schooling, ..., a degree. */
const usualLevel: Readonly<Record<number, number>> = { 1: 1, 2: 2, 3: 4, 4: 6 };

/** Codes run from level 8 ("1") to none ("9"). */
function rqfLevel(code: string): number {
  return 9 - Number(code);
}

/** Shares of the qualifications in each sub-major group, in the order of `qualificationCodes`. */
export type QualificationShares = ReadonlyMap<string, readonly number[]>;

/** Seed: closeness to the level usual for the group. Margins: group totals, and England's qualifications as shares. */
export function qualificationShares(
  inputs: EstimateInputs,
  totals: Totals,
  year: number,
): QualificationShares {
  const rowTotals = totals.groups.map((group) => totals.groupPeople(group, year));
  const inEngland = qualificationCodes.map((code) => {
    const people = inputs.englandQualifications.get(code)?.get(year);
    if (people === undefined) throw new RangeError(`no projection of qualification ${code} for ${year}`);
    return people;
  });
  const seed = totals.groups.map((group) => {
    const level = skillLevels[group];
    if (level === undefined) throw new RangeError(`no skill level for sub-major group ${group}`);
    return qualificationCodes.map((code) =>
      Math.exp(-levelDecay * Math.abs(rqfLevel(code) - usualLevel[level]!)),
    );
  });
  const fitted = ras2(seed, rowTotals, scaleTo(inEngland, sumOf(rowTotals)));
  requireConverged(fitted, `qualifications of ${year}`);
  return new Map(
    totals.groups.map((group, row) => [
      group,
      fitted.rows[row]!.map((people) => (rowTotals[row]! > 0 ? people / rowTotals[row]! : 0)),
    ]),
  );
}
