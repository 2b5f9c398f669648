/** Adzuna's search API. Its terms allow adverts to be shown with its name, not kept. */
import { z } from 'zod';
import type { NormalAdvert } from '../advert';
import { amount, linkTo, pastTime, reference, salaryOf, text, title } from './fields';
import { goodEntries, readJson } from './http';
import type { AskedSource } from './source';

const advert = z.object({
  id: reference,
  title,
  description: text,
  company: z.object({ display_name: text }).nullish(),
  location: z.object({ display_name: text }).nullish(),
  latitude: amount,
  longitude: amount,
  redirect_url: linkTo('adzuna.co.uk', 'adzuna.com'),
  created: text,
  salary_min: amount,
  salary_max: amount,
  // "1" where the source guessed the pay itself.
  salary_is_predicted: z.union([z.string(), z.number()]).nullish(),
});

const perCall = 50;
const kilometresPerMile = 1.609344;
const mostBytes = 2_000_000;

export interface AdzunaOptions {
  readonly id: string;
  readonly key: string;
  readonly base?: string;
}

export function adzuna({ id, key, base = 'https://api.adzuna.com' }: AdzunaOptions): AskedSource {
  const name = 'adzuna';
  return {
    name,
    attribution: 'Jobs by Adzuna, https://www.adzuna.co.uk',
    async search({ keywords, location, miles }, signal) {
      const url = new URL('/v1/api/jobs/gb/search/1', base);
      url.searchParams.set('app_id', id);
      url.searchParams.set('app_key', key);
      url.searchParams.set('results_per_page', String(perCall));
      url.searchParams.set('sort_by', 'date');
      if (keywords !== '') url.searchParams.set('what', keywords);
      if (location !== '') {
        url.searchParams.set('where', location);
        url.searchParams.set('distance', String(Math.max(1, Math.round(miles * kilometresPerMile))));
      }
      const answer = await readJson({ source: name, url, signal, maxBytes: mostBytes });
      const { results } = (answer ?? {}) as { results?: unknown };
      return goodEntries(name, results, advert).map((found): NormalAdvert => {
        const predicted = String(found.salary_is_predicted ?? '0') === '1';
        return {
          source: name,
          reference: found.id,
          title: found.title,
          summary: found.description,
          employer: found.company?.display_name ?? '',
          link: found.redirect_url,
          posted: pastTime(found.created),
          closes: '',
          place: found.location?.display_name ?? '',
          latitude: found.latitude,
          longitude: found.longitude,
          ...(predicted ? {} : salaryOf(found.salary_min, found.salary_max, 'GBP/year')),
        };
      });
    },
  };
}
