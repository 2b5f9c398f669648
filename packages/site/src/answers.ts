/** The parts of the API's answers that pages read; docs/api/openapi.json describes them whole. */
import type { Mark } from '@lmi/statistics';
import type { Reply } from './page';

export interface Level {
  readonly occupation: string;
  readonly classification: string;
  readonly area: string;
}

export interface Cell {
  readonly value: number | null;
  readonly unit: string;
  readonly period: string;
  readonly marks: readonly Mark[];
  readonly cv?: number;
  readonly lower?: number;
  readonly upper?: number;
  readonly asked?: Level;
  readonly answered?: Level;
  readonly source: { readonly dataset: string; readonly release: string; readonly table: string };
}

export interface ReleaseCard {
  readonly dataset: string;
  readonly version: string;
  readonly edition: string;
  readonly title: string;
  readonly publisher: string;
  readonly licence: string;
  readonly licenceUrl: string;
  readonly attribution: string;
  readonly sourceUrl: string;
  readonly publishedAt: string;
}

export type Part<T> =
  | ({ readonly status: 'ok' } & T)
  | { readonly status: 'not-available' | 'unavailable'; readonly detail: string };

export interface Related {
  readonly code: string;
  readonly title: string;
  readonly share?: number;
}

export interface Occupation {
  readonly code: string;
  readonly classification: string;
  readonly title: string;
  readonly level: string;
  readonly description: string;
  readonly entryRoutes: string;
  readonly tasks: readonly string[];
  readonly jobTitles: readonly string[];
  readonly crosswalk: readonly Related[];
  readonly parents: readonly Related[];
  readonly textSource: string;
}

export interface PayObservation {
  readonly year: number;
  readonly statistic: string;
  readonly sex: string;
  readonly workingPattern: string;
  readonly area: string;
  readonly age: string;
  readonly cell: Cell;
}

export interface Profile {
  readonly code: string;
  readonly area: string;
  readonly occupation: Part<Occupation>;
  readonly pay: Part<{ readonly observations: readonly PayObservation[] }>;
  readonly hours: Part<{ readonly observations: readonly PayObservation[] }>;
  readonly employment: Part<{
    readonly observations: readonly { readonly year: number; readonly cell: Cell }[];
  }>;
  readonly replacementDemand: Part<{
    readonly startYear: number;
    readonly endYear: number;
    readonly startEmployment: Cell;
    readonly endEmployment: Cell;
    readonly netChange: Cell;
    readonly replacementDemand: Cell;
    readonly totalRequirement: Cell;
    readonly annualRate: Cell;
  }>;
  readonly skills: Part<{
    readonly ratings: readonly {
      readonly element: { readonly id: string; readonly name: string; readonly domain: string };
      readonly importance: Cell;
    }[];
  }>;
  readonly vacancies: Part<Trend>;
  readonly courses: Part<{
    readonly total: number;
    readonly people: number;
    readonly subjects: readonly {
      readonly subject: { readonly code: string; readonly name: string };
      readonly share: Cell;
    }[];
  }>;
  readonly apprenticeships: Part<{
    readonly total: number;
    readonly apprenticeships: readonly {
      readonly name?: string;
      readonly title?: string;
      readonly level?: unknown;
    }[];
  }>;
  readonly releases: readonly ReleaseCard[];
}

export interface Trend {
  readonly frequency: string;
  readonly observations: readonly {
    readonly period: string;
    readonly adverts: Cell;
    readonly change?: Cell;
  }[];
}

export interface Area {
  readonly code: string;
  readonly name: string;
  readonly type: string;
}

export interface Problem {
  readonly title: string;
  readonly detail: string;
  readonly validValues?: readonly string[];
}

/** The answer of a call; undefined when there is none. */
export function answered<T>(reply: Reply): T | undefined {
  return reply.status === 200 ? (reply.body as T) : undefined;
}

export function problemOf(reply: Reply): Problem {
  return reply.body as Problem;
}
