/** Sample adverts: made up by this project, so that clients and pages can be tried without a key. */
import type { NormalAdvert, SalaryUnit } from './advert';

export const sampleSource = 'sample';

/** Days of the file are counted from here; they are served as if this were today. */
export const sampleDay = '2026-01-01';

/** One line of the file. */
export interface SampleLine {
  readonly number: string;
  readonly title: string;
  readonly employer: string;
  readonly outcode: string;
  readonly town: string;
  /** Days before today. */
  readonly posted: number;
  /** Days after today. */
  readonly closes: number;
  readonly salary: number;
  readonly unit: SalaryUnit;
  /** Number of the summary's wording. */
  readonly wording: number;
}

const wordings: readonly ((work: string, town: string) => string)[] = [
  (work, town) => `Made-up advert: ${work} in ${town}. Nobody can apply for it.`,
  (work, town) => `Made-up advert for trying things out: we look for a ${work} near ${town}.`,
  (work, town) => `Made-up advert: an invented employer of ${town} needs a ${work}; training is given.`,
  (work, town) =>
    `Made-up advert: ${work}, ${town}, full time or part time. For tests and demonstrations only.`,
];
export const wordingCount = wordings.length;

const dayOf = (days: number): string =>
  new Date(Date.parse(`${sampleDay}T09:00:00Z`) + days * 86_400_000).toISOString().replace('.000Z', 'Z');

export function sampleAdvert(line: SampleLine): NormalAdvert {
  const work = line.title.replace(/ [-–(].*$/, '').toLowerCase();
  return {
    source: sampleSource,
    reference: line.number,
    title: line.title,
    summary: `${wordings[line.wording % wordings.length]!(work, line.town)}`,
    employer: line.employer,
    link: `https://example.org/made-up-advert/${line.number}`,
    posted: dayOf(-line.posted),
    closes: dayOf(line.closes),
    place: `${line.town}, ${line.outcode}`,
    salaryMin: line.salary,
    salaryMax: line.salary,
    salaryUnit: line.unit,
  };
}
