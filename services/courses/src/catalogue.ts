/** Subjects and the list of courses of one release, in memory: a list is filtered without a query. */
import type { Course, Subject } from '@lmi/contracts';
import type { Reader } from '@lmi/kit';
import { hasWord, plain, wordsOf } from './paging';
import { modes } from './question';
import {
  readListedCourses,
  readProviders,
  readSubjects,
  type ListedCourseRow,
  type SubjectCountRow,
} from './queries';
import { splitList } from './tables';

export class Subjects {
  readonly #subjects: ReadonlyMap<string, Subject>;

  constructor(
    readonly version: string,
    rows: readonly { code: string; level: number; name: string }[],
  ) {
    this.#subjects = new Map(
      rows.map((row) => [row.code, { code: row.code, name: row.name, level: row.level, people: 0 }]),
    );
  }

  static async read(reader: Reader, release: { id: number; version: string }): Promise<Subjects> {
    return new Subjects(release.version, await readSubjects(reader, release.id));
  }

  find(code: string): Subject | undefined {
    return this.#subjects.get(code);
  }

  /** A subject that has no row is shown by its code. */
  get(code: string): Subject {
    return this.#subjects.get(code) ?? { code, name: code, level: code.split('-').length, people: 0 };
  }

  all(): Subject[] {
    return [...this.#subjects.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
  }
}

/** Whether a course's subject is the one asked for, or lies in it. */
export function liesIn(subject: string, wider: string): boolean {
  return subject === wider || subject.startsWith(`${wider}-`);
}

export interface CourseFilter {
  readonly query: string;
  readonly provider: string;
  readonly subject: string;
  /** Code of the source; '' for any. */
  readonly mode: string;
  /** Subjects by weight, in place of the order by id: courses in none of them are left out. */
  readonly subjects?: ReadonlyMap<string, number>;
}

export class CourseCatalogue {
  readonly #providers: ReadonlyMap<string, { readonly name: string; readonly words: string }>;
  readonly #words = new Map<string, string>();

  constructor(
    readonly version: string,
    readonly subjects: Subjects,
    providers: readonly { provider: string; name: string }[],
    readonly courses: readonly ListedCourseRow[],
  ) {
    this.#providers = new Map(
      providers.map(({ provider, name }) => [provider, { name, words: plain(name) }]),
    );
    for (const { code } of subjects.all()) {
      const parts = code.split('-');
      const names = parts.map((_, index) => subjects.get(parts.slice(0, index + 1).join('-')).name);
      this.#words.set(code, plain(names.join(' ')));
    }
  }

  static async read(
    reader: Reader,
    release: { id: number; version: string },
    subjects: Subjects,
  ): Promise<CourseCatalogue> {
    const providers = await readProviders(reader, release.id);
    return new CourseCatalogue(
      release.version,
      subjects,
      providers,
      await readListedCourses(reader, release.id),
    );
  }

  hasProvider(provider: string): boolean {
    return this.#providers.has(provider);
  }

  find({ query, provider, subject, mode, subjects }: CourseFilter): ListedCourseRow[] {
    const words = wordsOf(query);
    const weightOf = weighing(subjects ?? new Map());
    const found = this.courses.filter(
      (course) =>
        (provider === '' || course.provider === provider) &&
        (mode === '' || course.mode === mode) &&
        (subject === '' || splitList(course.subjects).some((code) => liesIn(code, subject))) &&
        (!subjects || weightOf(course.subjects) > 0) &&
        words.every((word) => this.#hasWord(course, word)),
    );
    if (!subjects) return found;
    return found.sort((a, b) => weightOf(b.subjects) - weightOf(a.subjects) || (a.id < b.id ? -1 : 1));
  }

  #hasWord(course: ListedCourseRow, word: string): boolean {
    return (
      hasWord(this.#providers.get(course.provider)?.words ?? '', word) ||
      splitList(course.subjects).some((code) => hasWord(this.#words.get(code) ?? '', word)) ||
      (course.title !== null && hasWord(plain(course.title), word))
    );
  }

  answer(course: ListedCourseRow): Course {
    return courseAnswer(course, this.subjects, this.#providers.get(course.provider)?.name);
  }
}

export function courseAnswer(
  course: ListedCourseRow,
  known: Subjects,
  providerName: string | undefined,
): Course {
  const subjects = splitList(course.subjects).map((code) => known.get(code));
  return {
    id: course.id,
    name: course.title ?? subjects.map(({ name }) => name).join(' and '),
    nameSource: course.title === null ? 'subject' : 'official',
    provider: course.provider,
    providerName: providerName ?? course.provider,
    mode: modes[course.mode] ?? course.mode,
    subjects,
    award: course.award ?? '',
  };
}

/**
 * The weight of a course by its subjects, as the table has them: the mean over them. Courses have few different lists of
 * subjects, so each is weighed once.
 */
function weighing(weights: ReadonlyMap<string, number>): (subjects: string) => number {
  const known = new Map<string, number>();
  return (text) => {
    let weight = known.get(text);
    if (weight === undefined) {
      const codes = splitList(text);
      const sum = codes.reduce((total, code) => {
        const wider = [...weights].filter(([subject]) => liesIn(code, subject)).map(([, value]) => value);
        return total + Math.max(0, ...wider);
      }, 0);
      weight = sum / codes.length;
      known.set(text, weight);
    }
    return weight;
  };
}

/** How many courses lie in some subjects: courses counted by their lists of subjects, found by each subject and those it lies in. */
export class CourseCounts {
  readonly #rows = new Map<string, number[]>();
  readonly #courses: readonly number[];

  constructor(rows: readonly SubjectCountRow[]) {
    this.#courses = rows.map(({ courses }) => courses);
    for (const [row, { subjects }] of rows.entries()) {
      for (const subject of new Set(splitList(subjects).flatMap(withWider))) {
        const before = this.#rows.get(subject);
        if (before) before.push(row);
        else this.#rows.set(subject, [row]);
      }
    }
  }

  /** Each course once, however many of the subjects it lies in. */
  in(subjects: Iterable<string>): number {
    const rows = new Set<number>();
    for (const subject of subjects) for (const row of this.#rows.get(subject) ?? []) rows.add(row);
    let courses = 0;
    for (const row of rows) courses += this.#courses[row]!;
    return courses;
  }
}

/** A subject's code with those of the subjects that it lies in. */
function withWider(subject: string): string[] {
  const parts = subject.split('-');
  return parts.map((_, index) => parts.slice(0, index + 1).join('-'));
}
