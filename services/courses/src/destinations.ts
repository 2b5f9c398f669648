/** What graduates of a subject do, and what those in an occupation studied: from the shares of one release. */
import type { Cell, GetDestinationsReply, OccupationShare, SubjectShare } from '@lmi/contracts';
import { invalidArgument, type Classification, type Reader, type Reference } from '@lmi/kit';
import { sortMarks, type Mark } from '@lmi/statistics';
import type { Subjects } from './catalogue';
import { groupOf } from './job-groups';
import { smallSample } from './marks';
import type { Occupation } from './question';
import { readDestinations, readGraduateSubjects, type GraduateSubjectRow, type Serving } from './queries';
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
};

export class Destinations {
  readonly #subjects: ReadonlyMap<string, GraduateSubjectRow>;
  readonly #shares: Readonly<Record<Classification, Shares>>;

  constructor(
    readonly version: string,
    subjects: readonly GraduateSubjectRow[],
    shares: Readonly<Record<Classification, Shares>>,
  ) {
    this.#subjects = new Map(subjects.map((row) => [row.subject, row]));
    this.#shares = shares;
  }

  static async read(reader: Reader, release: Serving): Promise<Destinations> {
    const subjects = await readGraduateSubjects(reader, release.id);
    const of = async (classification: Classification): Promise<Shares> => {
      const bySubject = new Map<string, Map<string, number>>();
      for (const { subject, soc, share } of await readDestinations(reader, release.id, classification)) {
        const groups = bySubject.get(subject) ?? new Map<string, number>();
        bySubject.set(subject, groups.set(soc, share));
      }
      return bySubject;
    };
    return new Destinations(release.version, subjects, {
      soc2010: await of('soc2010'),
      soc2020: await of('soc2020'),
    });
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
    const { classification } = asked;
    const group = groupOf(classification, asked.code);
    const answered = group !== undefined && group.length < asked.code.length ? group : asked.code;
    const inAnswer = (soc: string): boolean => soc.startsWith(answered);
    const rows = [...this.#subjects.values()].filter(
      ({ subject, graduates }) =>
        subject.split('-').length === subjectLevel && graduates !== null && graduates > 0,
    );
    const found = rows.flatMap((row) => {
      let rate = 0;
      for (const [soc, share] of this.#shares[classification].get(row.subject) ?? [])
        if (inAnswer(soc)) rate += share;
      return rate > 0 ? [{ row, rate, graduates: (rate * row.graduates!) / 100 }] : [];
    });
    const reply = {
      ...noDestinations,
      answered,
      answeredName: reference.occupation(classification, answered)?.title ?? answered,
      classification,
      releases: [this.version],
    };
    const total = found.reduce((sum, { graduates }) => sum + graduates, 0);
    if (total === 0) return reply;
    const people = found.reduce((sum, { row, rate }) => sum + (row.people * rate) / 100, 0);
    const level = (occupation: string) => ({ occupation, classification, area: unitedKingdom });
    const coarser = answered !== asked.code;
    const shares = found
      .map(({ row, rate, graduates }): SubjectShare => {
        const share = (100 * graduates) / total;
        const cells = (value: number, basis: number): Cell =>
          this.#cell(value, row.period, this.#marks(basis, coarser), level(asked.code), level(answered));
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
