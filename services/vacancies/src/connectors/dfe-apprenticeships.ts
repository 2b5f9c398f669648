/** The Display Advert API of the Department for Education: apprenticeships in England, under the OGL. */
import { handleWhen, retry, ExponentialBackoff } from 'cockatiel';
import { z } from 'zod';
import type { NormalAdvert, SalaryUnit } from '../advert';
import { amount, anyTime, linkTo, pastTime, reference, salaryOf, text, title } from './fields';
import { goodEntries, readJson } from './http';
import { SourceError, type StoredSource } from './source';

const address = z.object({
  addressLine1: text,
  addressLine2: text,
  addressLine3: text,
  addressLine4: text,
  postcode: text,
  latitude: amount,
  longitude: amount,
});

const advert = z.object({
  vacancyReference: reference,
  title,
  description: text,
  employerName: text,
  postedDate: text,
  closingDate: text,
  wage: z
    .object({
      wageType: text,
      wageUnit: text,
      wageAmount: amount,
      wageAmountLowerBound: amount,
      wageAmountUpperBound: amount,
    })
    .nullish(),
  // One place in version 1 of the API, a list of them in version 2.
  address: address.nullish(),
  addresses: z.array(address).nullish(),
  location: z.object({ lat: amount, lon: amount }).nullish(),
  vacancyUrl: linkTo('findapprenticeship.service.gov.uk'),
});

const page = z.object({ vacancies: z.unknown(), totalPages: z.number().int().min(0).max(2_000) });

const perPage = 100;
const mostBytes = 5_000_000;
const pageTimeoutMs = 15_000;
const units: Readonly<Record<string, SalaryUnit>> = {
  annually: 'GBP/year',
  monthly: 'GBP/month',
  weekly: 'GBP/week',
};

export interface DfeOptions {
  readonly key: string;
  readonly base?: string;
  /** First pause before a failed page is tried again. */
  readonly pauseMs?: number;
}

/** Network trouble and overload pass; a refused key or a changed layout does not. */
const passing = (error: Error): boolean =>
  error instanceof SourceError && ['no-answer', 'too-many-calls'].includes(error.trouble);

export function dfeApprenticeships({
  key,
  base = 'https://api.apprenticeships.education.gov.uk',
  pauseMs = 1_000,
}: DfeOptions): StoredSource {
  const name = 'dfe-apprenticeships';
  const policy = retry(handleWhen(passing), {
    maxAttempts: 4,
    backoff: new ExponentialBackoff({ initialDelay: pauseMs, maxDelay: 60_000 }),
  });
  const readPage = async (number: number, signal: AbortSignal) => {
    const url = new URL('/vacancies/vacancy', base);
    url.searchParams.set('PageNumber', String(number));
    url.searchParams.set('PageSize', String(perPage));
    const answer = await policy.execute(
      (context) =>
        readJson({
          source: name,
          url,
          headers: { 'Ocp-Apim-Subscription-Key': key, 'X-Version': '2' },
          signal: AbortSignal.any([context.signal, AbortSignal.timeout(pageTimeoutMs)]),
          maxBytes: mostBytes,
        }),
      signal,
    );
    const read = page.safeParse(answer);
    if (!read.success) throw new SourceError(name, 'not-understood', 'no page of vacancies');
    return { adverts: goodEntries(name, read.data.vacancies, advert), pages: read.data.totalPages };
  };
  return {
    name,
    attribution:
      'Apprenticeships: Department for Education, Find an apprenticeship (Open Government Licence v3.0)',
    async *pages(signal) {
      let pages = 1;
      for (let number = 1; number <= pages; number += 1) {
        const read = await readPage(number, signal);
        // What the first page says: a source that raises it on every page would never end.
        if (number === 1) pages = read.pages;
        yield read.adverts.map((found) => normalAdvert(name, found));
      }
    },
  };
}

function normalAdvert(source: string, found: z.output<typeof advert>): NormalAdvert {
  const where = found.addresses?.[0] ?? found.address ?? undefined;
  const lines = where
    ? [where.addressLine4, where.addressLine3, where.addressLine2, where.addressLine1].find(
        (line) => line !== '',
      )
    : undefined;
  const unit = units[(found.wage?.wageUnit ?? '').toLowerCase()];
  const { wageAmount, wageAmountLowerBound, wageAmountUpperBound } = found.wage ?? {};
  return {
    source,
    reference: found.vacancyReference,
    title: found.title,
    summary: found.description,
    employer: found.employerName,
    link: found.vacancyUrl,
    posted: pastTime(found.postedDate),
    closes: anyTime(found.closingDate),
    place: [lines, where?.postcode].filter(Boolean).join(', '),
    latitude: where?.latitude ?? found.location?.lat,
    longitude: where?.longitude ?? found.location?.lon,
    ...(unit ? salaryOf(wageAmountLowerBound ?? wageAmount, wageAmountUpperBound ?? wageAmount, unit) : {}),
  };
}
