/** What graduates of a subject do, and what those in an occupation studied: from the shares of one release. */
import type { Cell, GetDestinationsReply, OccupationShare, SubjectShare } from '@lmi/contracts';
import { invalidArgument, type Classification, type Reader, type Reference } from '@lmi/kit';
import { sortMarks, type Mark } from '@lmi/statistics';
import type { Subjects } from './catalogue';
import { groupOf } from './job-groups';
import { smallSample } from './marks';
import type { Occupation } from './question';
import {
  readDestinations,
  readGraduates,
  readGraduateSubjects,
  type GraduateSubjectRow,
  type Serving,
} from './queries';
import { unitedKingdom } from './tables';

/** Subjects below this share of an occupation's graduates are left out: they rest on single answers. */
const leastShare = 0.5;

type Shares = ReadonlyMap<string, ReadonlyMap<string, number>>;

export const noDestinations: GetDestinationsReply = {
  subjects: [],
  occupations: [],
  earnings: [],
  answered: '',
  answeredName: '',
  classification: '',
  period: '',
  people: 0,
  releases: [],
  coverage: 0,
};

export class Destinations {
  readonly #subjects: ReadonlyMap<string, GraduateSubjectRow>;
  readonly #shares: Readonly<Record<Classification, Shares>>;
  readonly #national: number;

  /** @param national graduates of all subjects in the country */
  constructor(
    readonly version: string,
    subjects: readonly GraduateSubjectRow[],
    shares: Readonly<Record<Classification, Shares>>,
    national: number,
  ) {
    this.#national = national;
    this.#subjects = new Map(subjects.map((row) => [row.subject, row]));
    this.#shares = shares;
  }

  static async read(reader: Reader, release: Serving, courses: Serving | undefined): Promise<Destinations> {
    const subjects = await readGraduateSubjects(reader, release.id);
    const of = async (classification: Classification): Promise<Shares> => {
      const bySubject = new Map<string, Map<string, number>>();
      for (const { subject, soc, share } of await readDestinations(reader, release.id, classification)) {
        const groups = bySubject.get(subject) ?? new Map<string, number>();
        bySubject.set(subject, groups.set(soc, share));
      }
      return bySubject;
    };
    const shares = { soc2010: await of('soc2010'), soc2020: await of('soc2020') };
    const national = courses ? await readGraduates(reader, courses.id, unitedKingdom) : 0;
    return new Destinations(release.version, subjects, shares, national);
  }

  has(subject: string): boolean {
    return this.#subjects.has(subject);
  }

  /** Occupations of the graduates of some subjects, pooled by their number of graduates. Empty when none has a list. */
  ofSubjects(
    asked: readonly string[],
    classification: Classification,
    reference: Reference,
  ): GetDestinationsReply {
    const answering = [...new Set(asked.flatMap((code) => this.#nearest(code) ?? []))];
    if (answering.length === 0) return { ...noDestinations, classification, releases: [this.version] };
    const rows = answering.map((code) => this.#subjects.get(code)!);
    const weight = (row: GraduateSubjectRow): number => row.graduates ?? row.people;
    const total = rows.reduce((sum, row) => sum + weight(row), 0);
    const people = rows.reduce((sum, row) => sum + row.people, 0);
    const groups = new Map<string, number>();
    for (const row of rows) {
      for (const [soc, share] of this.#shares[classification].get(row.subject) ?? []) {
        groups.set(soc, (groups.get(soc) ?? 0) + (share * weight(row)) / total);
      }
    }
    const period = periodOf(rows);
    const marks = this.#marks(
      people,
      answering.some((code) => !asked.includes(code)),
    );
    const occupations = [...groups]
      .map(([code, value]): OccupationShare => {
        const level = { occupation: code, classification, area: unitedKingdom };
        return {
          code,
          classification,
          title: reference.occupation(classification, code)?.title ?? code,
          share: this.#cell(value, period, marks, level, level),
        };
      })
      .filter(({ share }) => share!.value! >= leastShare)
      .sort((a, b) => b.share!.value! - a.share!.value! || (a.code < b.code ? -1 : 1));
    return {
      ...noDestinations,
      occupations,
      answered: answering.join(),
      classification,
      period,
      people,
      releases: [this.version],
    };
  }

  /** Subjects of one level of the graduates in an occupation, by Bayes' rule over national numbers of graduates. */
  ofOccupation(
    asked: Occupation,
    subjectLevel: number,
    subjects: Subjects,
    reference: Reference,
  ): GetDestinationsReply {
    const groups = groupsOf(asked, reference);
    const { answered, answeredClassification } = groups;
    const rows = [...this.#subjects.values()].filter(
      ({ subject, graduates }) =>
        subject.split('-').length === subjectLevel && graduates !== null && graduates > 0,
    );
    const found = rows.flatMap((row) => {
      let rate = 0;
      let graduates = 0;
      for (const [soc, share] of this.#shares.soc2020.get(row.subject) ?? []) {
        const { within = 0, of = 0 } = groups.parts.get(soc) ?? {};
        rate += share * within;
        graduates += (share / 100) * row.graduates! * of;
      }
      return graduates > 0 ? [{ row, rate, graduates }] : [];
    });
    const reply = {
      ...noDestinations,
      answered,
      answeredName: reference.occupation(answeredClassification, answered)?.title ?? answered,
      classification: answeredClassification,
      coverage: this.#national > 0 ? sumOf(rows.map(({ graduates }) => graduates!)) / this.#national : 0,
      releases: [this.version],
    };
    const total = sumOf(found.map(({ graduates }) => graduates));
    if (total === 0) return reply;
    const people = sumOf(found.map(({ row, rate }) => (row.people * rate) / 100));
    const area = unitedKingdom;
    const askedLevel = { occupation: asked.code, classification: asked.classification, area };
    const answeredLevel = { occupation: answered, classification: answeredClassification, area };
    const coarser = answeredClassification !== asked.classification || answered !== asked.code;
    const shares = found
      .map(({ row, rate, graduates }): SubjectShare => {
        const share = (100 * graduates) / total;
        const cells = (value: number, basis: number): Cell =>
          this.#cell(value, row.period, this.#marks(basis, coarser), askedLevel, answeredLevel);
        return {
          subject: subjects.get(row.subject),
          share: cells(share, people),
          rate: cells(rate, row.people),
        };
      })
      .filter(({ share }) => share!.value! >= leastShare)
      .sort((a, b) => b.share!.value! - a.share!.value! || (a.subject!.code < b.subject!.code ? -1 : 1));
    return { ...reply, subjects: shares, period: periodOf(found.map(({ row }) => row)), people };
  }

  /** Respondents of a subject; 0 when it has no list. */
  peopleOf(subject: string): number {
    return this.#subjects.get(subject)?.people ?? 0;
  }

  /** The subject itself, or the nearest wider one that has shares. */
  #nearest(code: string): string | undefined {
    for (let wider = code; wider !== ''; wider = wider.slice(0, Math.max(0, wider.lastIndexOf('-')))) {
      if (this.#subjects.has(wider)) return wider;
    }
    return undefined;
  }

  #marks(people: number, coarser: boolean): Mark[] {
    return sortMarks([
      'modelled',
      ...(people < smallSample ? (['small-sample'] as const) : []),
      ...(coarser ? (['coarser'] as const) : []),
    ]);
  }

  #cell(
    value: number,
    period: string,
    marks: Mark[],
    asked: NonNullable<Cell['asked']>,
    answered: NonNullable<Cell['answered']>,
  ): Cell {
    return {
      value,
      unit: 'percent',
      period,
      marks,
      asked,
      answered,
      release: this.version,
      table: 'Discover Uni job lists, pooled by subject',
    };
  }
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** A group that holds less than this part of an occupation's people is not one of its groups. */
const leastPart = 0.05;

interface GroupParts {
  /** The SOC 2020 group, or the wider code asked for, that the figures are of. */
  readonly answered: string;
  readonly answeredClassification: Classification;
  /** How a group's graduates count in the rate, and the part of its people who are in the occupation. */
  readonly parts: ReadonlyMap<string, { readonly within: number; readonly of: number }>;
}

/** The groups of the job lists that an occupation lies in: one for SOC 2020, those of its dual-coded people for SOC 2010. */
function groupsOf({ code, classification }: Occupation, reference: Reference): GroupParts {
  if (classification === 'soc2020') {
    const group = groupOf('soc2020', code);
    const answered = group !== undefined && group.length < code.length ? group : code;
    const units = reference.unitGroups('soc2020', answered);
    const groups = new Set(units.map((unit) => groupOf('soc2020', unit)!));
    return {
      answered,
      answeredClassification: classification,
      parts: new Map([...groups].map((soc) => [soc, { within: 1, of: 1 }])),
    };
  }
  const people = new Map<string, number>();
  for (const unit of reference.unitGroups('soc2010', code)) {
    for (const pair of reference.pairsOf2010(unit)) {
      const soc = groupOf('soc2020', pair.soc2020)!;
      people.set(soc, (people.get(soc) ?? 0) + pair.people);
    }
  }
  const all = sumOf([...people.values()]);
  const ranked = [...people]
    .filter(([, count]) => count >= leastPart * all)
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  // A unit group is answered by the groups it lies in; a wider one is put together from the parts of groups in it.
  const isUnit = code.length === 4;
  const parts = ranked.map(([soc, count]): [string, { within: number; of: number }] => {
    const units = reference.unitGroups('soc2020', soc);
    const inGroup = sumOf(units.flatMap((unit) => reference.pairsOf2020(unit).map((pair) => pair.people)));
    const of = inGroup > 0 ? count / inGroup : 0;
    return [soc, { within: isUnit ? count / all : of, of }];
  });
  return isUnit
    ? { answered: ranked[0]?.[0] ?? code, answeredClassification: 'soc2020', parts: new Map(parts) }
    : { answered: code, answeredClassification: 'soc2010', parts: new Map(parts) };
}

function periodOf(rows: readonly GraduateSubjectRow[]): string {
  const first = rows.reduce(
    (least, { period }) => (period.slice(0, 4) < least ? period.slice(0, 4) : least),
    '9999',
  );
  const last = rows.reduce((most, { period }) => (period.slice(-2) > most ? period.slice(-2) : most), '00');
  return `${first}/${last}`;
}

/** @throws LmiError invalid-argument. */
export function readLevel(level: number): number {
  if (level === 0) return 2;
  if ([1, 2, 3].includes(level)) return level;
  throw invalidArgument('level', `level: "${level}" is not one of 1, 2, 3`, ['1', '2', '3']);
}
