/** Reads of courses, destinations and apprenticeships, each of one release. */
import type { Classification, Reader, ReleaseSet } from '@lmi/kit';

export type Serving = NonNullable<ReturnType<ReleaseSet['get']>>;

/** Absent ones have no published release yet. */
export interface ServingReleases {
  readonly subjects: Serving | undefined;
  readonly courses: Serving | undefined;
  readonly destinations: Serving | undefined;
  readonly apprenticeships: Serving | undefined;
}

export function servingReleases(releases: ReleaseSet): ServingReleases {
  return {
    subjects: releases.get('subjects'),
    courses: releases.get('courses'),
    destinations: releases.get('graduate-destinations'),
    apprenticeships: releases.get('apprenticeships'),
  };
}

function placeholders(values: readonly unknown[]): string {
  return values.map(() => '?').join(', ');
}

export interface SubjectRow {
  readonly code: string;
  readonly level: number;
  readonly name: string;
}

export function readSubjects(reader: Reader, release: number): Promise<SubjectRow[]> {
  return reader.all<SubjectRow>('SELECT code, level, name FROM subject WHERE release_id = ?', [release]);
}

export interface ProviderRow {
  readonly provider: string;
  readonly name: string;
}

export function readProviders(reader: Reader, release: number): Promise<ProviderRow[]> {
  return reader.all<ProviderRow>('SELECT provider, name FROM course_provider WHERE release_id = ?', [
    release,
  ]);
}

export function readProvider(
  reader: Reader,
  release: number,
  provider: string,
): Promise<ProviderRow | undefined> {
  return reader.get<ProviderRow>(
    'SELECT provider, name FROM course_provider WHERE release_id = ? AND provider = ?',
    [release, provider],
  );
}

export interface SubjectCountRow {
  /** As a course has them. */
  readonly subjects: string;
  readonly courses: number;
}

export function countCourses(reader: Reader, release: number): Promise<SubjectCountRow[]> {
  return reader.all<SubjectCountRow>(
    'SELECT subjects, COUNT(*) AS courses FROM course WHERE release_id = ? GROUP BY subjects',
    [release],
  );
}

export interface ListedCourseRow {
  readonly id: string;
  readonly provider: string;
  readonly mode: string;
  readonly title: string | null;
  readonly award: string | null;
  readonly subjects: string;
}

/** What a list of courses shows, in the order of ids. */
export function readListedCourses(reader: Reader, release: number): Promise<ListedCourseRow[]> {
  return reader.all<ListedCourseRow>(
    'SELECT id, provider, mode, title, award, subjects FROM course WHERE release_id = ? ORDER BY id',
    [release],
  );
}

export interface CourseRow extends ListedCourseRow {
  readonly ukprn: string;
  readonly hecos: string;
  readonly ucas: string;
  readonly locations: string;
  readonly outcomes: string;
}

export function readCourse(reader: Reader, release: number, id: string): Promise<CourseRow | undefined> {
  return reader.get<CourseRow>(
    `SELECT id, provider, ukprn, mode, title, award, subjects, hecos, ucas, locations, outcomes
     FROM course WHERE release_id = ? AND id = ?`,
    [release, id],
  );
}

export interface LocationRow {
  readonly location: string;
  readonly name: string;
  readonly latitude: number | null;
  readonly longitude: number | null;
}

export async function readLocations(
  reader: Reader,
  release: number,
  ukprn: string,
  locations: readonly string[],
): Promise<LocationRow[]> {
  if (locations.length === 0) return [];
  return reader.all<LocationRow>(
    `SELECT location, name, latitude, longitude FROM course_location
     WHERE release_id = ? AND ukprn = ? AND location IN (${placeholders(locations)})`,
    [release, ukprn, ...locations],
  );
}

export interface OutcomeRow {
  readonly outcome: number;
  readonly kind: string;
  readonly subject: string;
  readonly aggregation: string;
  readonly period: string;
  readonly population: number | null;
  readonly responseRate: number | null;
  readonly figures: string;
}

export async function readOutcomes(
  reader: Reader,
  release: number,
  outcomes: readonly number[],
): Promise<OutcomeRow[]> {
  if (outcomes.length === 0) return [];
  return reader.all<OutcomeRow>(
    `SELECT outcome, kind, subject, aggregation, period, population, response_rate AS "responseRate", figures
     FROM course_outcome WHERE release_id = ? AND outcome IN (${placeholders(outcomes)})`,
    [release, ...outcomes],
  );
}

export interface EarningsRow {
  readonly measure: string;
  readonly mode: string;
  readonly level: string;
  readonly lower: number | null;
  readonly median: number;
  readonly upper: number | null;
  readonly population: number | null;
}

export function readEarnings(
  reader: Reader,
  release: number,
  subject: string,
  area: string,
): Promise<EarningsRow[]> {
  return reader.all<EarningsRow>(
    `SELECT measure, mode, level, lower_quartile AS lower, median, upper_quartile AS upper, population
     FROM subject_earnings WHERE release_id = ? AND subject = ? AND area = ?`,
    [release, subject, area],
  );
}

/** Graduates of all subjects: those of the widest ones add up to them. */
export async function readGraduates(reader: Reader, release: number, area: string): Promise<number> {
  const row = await reader.get<{ graduates: number | null }>(
    `SELECT SUM(population) AS graduates FROM subject_earnings
     WHERE release_id = ? AND measure = 'salary-15-months' AND area = ? AND subject NOT LIKE '%-%'`,
    [release, area],
  );
  return Number(row?.graduates ?? 0);
}

export interface GraduateSubjectRow {
  readonly subject: string;
  readonly graduates: number | null;
  readonly people: number;
  readonly lists: number;
  readonly period: string;
}

export function readGraduateSubjects(reader: Reader, release: number): Promise<GraduateSubjectRow[]> {
  return reader.all<GraduateSubjectRow>(
    'SELECT subject, graduates, people, lists, period FROM graduate_subject WHERE release_id = ?',
    [release],
  );
}

export interface DestinationRow {
  readonly subject: string;
  readonly soc: string;
  readonly share: number;
}

/** All shares of a classification: some thousand rows at most, kept per release. */
export function readDestinations(
  reader: Reader,
  release: number,
  classification: Classification,
): Promise<DestinationRow[]> {
  return reader.all<DestinationRow>(
    'SELECT subject, soc, share FROM graduate_destination WHERE release_id = ? AND classification = ?',
    [release, classification],
  );
}

export interface ApprenticeshipRow {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly level: number;
  readonly status: string;
  readonly route: string | null;
  readonly sector: string | null;
  readonly starts: string | null;
  readonly ends: string | null;
  readonly months: number | null;
  readonly funding: number | null;
  readonly jobTitles: string;
}

export function readApprenticeships(reader: Reader, release: number): Promise<ApprenticeshipRow[]> {
  return reader.all<ApprenticeshipRow>(
    `SELECT id, kind, title, level, status, route, sector, starts, ends, months, funding, job_titles AS "jobTitles"
     FROM apprenticeship WHERE release_id = ?`,
    [release],
  );
}

export interface ApprenticeshipLinkRow {
  readonly id: string;
  readonly soc: string;
  readonly weight: number;
  readonly method: string;
}

export function readApprenticeshipLinks(reader: Reader, release: number): Promise<ApprenticeshipLinkRow[]> {
  return reader.all<ApprenticeshipLinkRow>(
    'SELECT id, soc, weight, method FROM apprenticeship_occupation WHERE release_id = ?',
    [release],
  );
}
