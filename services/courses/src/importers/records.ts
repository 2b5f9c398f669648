/** Discover Uni in memory, whichever of its two forms it was read from. */

export interface ProviderRecord {
  /** UKPRN under which the courses are published. */
  readonly provider: string;
  readonly name: string;
  /** "XF" England, "XG" Northern Ireland, "XH" Scotland, "XI" Wales. */
  readonly country: string;
}

export interface LocationRecord {
  readonly ukprn: string;
  readonly location: string;
  readonly name: string;
  readonly latitude: number | null;
  readonly longitude: number | null;
}

export interface OutcomeRecord {
  readonly kind: string;
  /** Code of {@link unavailableReasons}. */
  readonly reason: string;
  /** '' for the course itself. */
  readonly subject: string;
  /** Two digits: years pooled, and level of the group (1 to 3: subject level; 4: the course). '' without figures. */
  readonly aggregation: string;
  /** "2022/23" or "2021/23"; '' in editions before 2021. */
  readonly period: string;
  readonly population: number | null;
  readonly responseRate: number | null;
  /** In the order of the kind's items. */
  readonly figures: readonly (number | null)[];
}

export interface CourseRecord {
  readonly provider: string;
  readonly ukprn: string;
  readonly course: string;
  /** "1" full time, "2" part time, "3" both. */
  readonly mode: string;
  title: string | null;
  /** The award's label, "BSc". */
  award: string | null;
  /** "03" first degree, "04" other undergraduate; ''. */
  level: string;
  readonly subjects: string[];
  readonly hecos: string[];
  readonly ucas: string[];
  readonly locations: string[];
  readonly outcomes: OutcomeRecord[];
}

export interface JobListRecord {
  readonly provider: string;
  readonly course: string;
  /** Subject of the group; the course's own subjects where the list is of the course. */
  readonly subjects: readonly string[];
  readonly aggregation: string;
  readonly period: string;
  readonly population: number;
  readonly jobs: readonly { readonly label: string; readonly percent: number }[];
  readonly place: string;
}

export interface EarningsRecord {
  readonly subject: string;
  readonly mode: string;
  readonly level: string;
  readonly measure: string;
  readonly area: string;
  readonly lower: number | null;
  readonly median: number | null;
  readonly upper: number | null;
  readonly population: number | null;
}

export interface DiscoverUni {
  /** Date of the dataset where it tells one, else its newest year. */
  readonly edition: string;
  readonly providers: readonly ProviderRecord[];
  readonly locations: readonly LocationRecord[];
  readonly courses: readonly CourseRecord[];
  readonly earnings: readonly EarningsRecord[];
  readonly rows: number;
}

/** "01" of the CSV and "1" of the XML are the same mode. */
export function modeOf(text: string): string {
  return text.replace(/^0/, '');
}

export function courseId(course: Pick<CourseRecord, 'provider' | 'mode' | 'course'>): string {
  return `${course.provider}-${course.mode}-${course.course}`;
}

/** "2022-23" as the source writes it, "2022/23" here. */
export function periodOf(text: string): string {
  return text.replace('-', '/');
}
