/** Reed's job seeker API. Its terms allow adverts to be shown, not kept. */
import { z } from 'zod';
import type { NormalAdvert } from '../advert';
import { amount, anyTime, linkTo, pastTime, reference, salaryOf, text, title } from './fields';
import { goodEntries, readJson } from './http';
import type { AskedSource } from './source';

const advert = z.object({
  jobId: reference,
  jobTitle: title,
  employerName: text,
  locationName: text,
  minimumSalary: amount,
  maximumSalary: amount,
  currency: text,
  expirationDate: text,
  date: text,
  jobDescription: text,
  jobUrl: linkTo('reed.co.uk'),
});

const perCall = 50;
const mostBytes = 2_000_000;
/** The search gives pay by the year as a rule, and by the hour or day in small numbers without saying so. */
const leastYearlyPay = 5_000;

export interface ReedOptions {
  readonly key: string;
  readonly base?: string;
}

export function reed({ key, base = 'https://www.reed.co.uk' }: ReedOptions): AskedSource {
  const name = 'reed';
  return {
    name,
    attribution: 'Jobs by Reed, https://www.reed.co.uk',
    async search({ keywords, location, miles }, signal) {
      const url = new URL('/api/1.0/search', base);
      url.searchParams.set('resultsToTake', String(perCall));
      if (keywords !== '') url.searchParams.set('keywords', keywords);
      if (location !== '') {
        url.searchParams.set('locationName', location);
        url.searchParams.set('distanceFromLocation', String(Math.max(1, Math.round(miles))));
      }
      const headers = { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` };
      const answer = await readJson({ source: name, url, headers, signal, maxBytes: mostBytes });
      const { results } = (answer ?? {}) as { results?: unknown };
      return goodEntries(name, results, advert).map((found): NormalAdvert => {
        const yearly = (value: number | undefined) =>
          value !== undefined && value >= leastYearlyPay ? value : undefined;
        const pounds = found.currency === '' || found.currency === 'GBP';
        return {
          source: name,
          reference: found.jobId,
          title: found.jobTitle,
          summary: found.jobDescription,
          employer: found.employerName,
          link: found.jobUrl,
          posted: pastTime(found.date),
          closes: anyTime(found.expirationDate),
          place: found.locationName,
          ...(pounds ? salaryOf(yearly(found.minimumSalary), yearly(found.maximumSalary), 'GBP/year') : {}),
        };
      });
    },
  };
}
