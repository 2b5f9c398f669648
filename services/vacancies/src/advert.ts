/** The one shape that adverts of every source are brought into, and the rows that stored ones become. */
import { hash } from 'node:crypto';
import type { SqlValue } from '@lmi/kit';
import type { Coding } from './coding';
import type { Outcodes } from './places';
import { milesBetween, outwardOf } from './places';

export type SalaryUnit = 'GBP/year' | 'GBP/month' | 'GBP/week' | 'GBP/day' | 'GBP/hour';

export interface NormalAdvert {
  /** Name of the connector: "dfe-apprenticeships", "adzuna", "reed", "sample". */
  readonly source: string;
  /** The source's own id. */
  readonly reference: string;
  readonly title: string;
  readonly summary: string;
  readonly employer: string;
  readonly link: string;
  /** ISO 8601 UTC; '' where the source does not tell. */
  readonly posted: string;
  readonly closes: string;
  /** As the source prints it. */
  readonly place: string;
  readonly latitude?: number | undefined;
  readonly longitude?: number | undefined;
  readonly salaryMin?: number | undefined;
  readonly salaryMax?: number | undefined;
  readonly salaryUnit?: SalaryUnit | undefined;
}

/** A number for clients that hold ids in 32 bits; the same for the same advert in every release. */
export function advertId(source: string, reference: string): number {
  return parseInt(hash('sha1', `${source}:${reference}`, 'hex').slice(0, 8), 16) >>> 1;
}

const longest = { title: 255, summary: 500, employer: 255, link: 1024, place: 128, reference: 128 } as const;

/** White space as single spaces, mark-up left out, cut at a word. */
export function tidyText(text: string, most: number): string {
  const plain = text
    .replace(/<[^>]{0,500}>/g, ' ')
    .replace(/&nbsp;|&#160;/g, ' ')
    .replace(/&amp;/g, '&')
    // eslint-disable-next-line no-control-regex -- control characters of careless sources are what is meant
    .replace(/[\u0000-\u001f\u007f\s]+/g, ' ')
    .trim();
  if (plain.length <= most) return plain;
  const cut = plain.slice(0, most - 1);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(' '), most / 2))}…`;
}

/** Texts within the limits of the table, and nothing that is no web address as a link. */
export function tidyAdvert(advert: NormalAdvert): NormalAdvert {
  return {
    ...advert,
    reference: advert.reference.slice(0, longest.reference),
    title: tidyText(advert.title, longest.title),
    summary: tidyText(advert.summary, longest.summary),
    employer: tidyText(advert.employer, longest.employer),
    place: tidyText(advert.place, longest.place),
    link: /^https?:\/\//i.test(advert.link) && advert.link.length <= longest.link ? advert.link : '',
  };
}

/** Words that adverts are found by. */
export function searchWords(text: string): string[] {
  return [
    ...new Set(
      text
        .toLowerCase()
        .split(/[^\p{L}\p{N}+#]+/u)
        .filter((word) => word.length > 1)
        .map((word) => word.slice(0, 60)),
    ),
  ];
}

/** Equal for one advert that several sources carry: title, employer and outward postcode or place. */
export function likenessOf(advert: Pick<NormalAdvert, 'title' | 'employer' | 'place'>): string {
  const part = (text: string): string =>
    text
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .filter((word) => word !== '')
      .sort()
      .join(' ');
  return [part(advert.title), part(advert.employer), outwardIn(advert.place) ?? part(advert.place)].join('|');
}

/** The outward postcode that a place ends with: "High Street, Bromley, BR1 3NN". */
export function outwardIn(place: string): string | undefined {
  const [, postcode] = /(?:^|[\s,])([A-Z]{1,2}\d[A-Z\d]?(?:\s*\d[A-Z]{2})?)\s*$/i.exec(place) ?? [];
  return postcode === undefined ? undefined : outwardOf(postcode);
}

/** Further than this from the place that it names, a position is taken for an error of the source. */
const mostMilesApart = 60;

export interface Located {
  readonly outcode: string | undefined;
  readonly district: string | undefined;
  readonly latitude: number | undefined;
  readonly longitude: number | undefined;
}

/** Where an advert is: its own position when it is one in the British Isles and near its postcode, else the postcode's. */
export function locateAdvert(advert: NormalAdvert, outcodes: Outcodes | undefined): Located {
  const outcode = outwardIn(advert.place);
  const record = outcode === undefined ? undefined : outcodes?.find(outcode);
  const { latitude, longitude } = advert;
  const told =
    latitude !== undefined &&
    longitude !== undefined &&
    latitude > 49 &&
    latitude < 61 &&
    longitude > -9 &&
    longitude < 2
      ? { latitude, longitude }
      : undefined;
  const known = record ?? outcodes?.locate(advert.place);
  const far = told && known ? milesBetween(told, known) > mostMilesApart : false;
  const position = told && !far ? told : known;
  return {
    outcode: record?.outcode,
    district: record?.district ?? undefined,
    latitude: position?.latitude,
    longitude: position?.longitude,
  };
}

export const advertColumns = [
  'id',
  'source',
  'reference',
  'title',
  'summary',
  'employer',
  'link',
  'posted_on',
  'closes_on',
  'place',
  'outcode',
  'district',
  'latitude',
  'longitude',
  'soc',
  'confidence',
  'salary_min',
  'salary_max',
  'salary_unit',
] as const;

export const advertWordColumns = ['word', 'advert'] as const;

export interface AdvertRows {
  readonly adverts: SqlValue[][];
  readonly words: SqlValue[][];
}

/**
 * Rows of the tables `advert` and `advert_word`. The same advert twice (by source and reference, or alike in title,
 * employer and place) is stored once: the first one given.
 */
export function advertRows(
  adverts: Iterable<NormalAdvert>,
  codingOf: (advert: NormalAdvert) => Coding | undefined,
  outcodes: Outcodes | undefined,
  confidenceNeeded: number,
): AdvertRows {
  const rows: AdvertRows = { adverts: [], words: [] };
  const ids = new Set<number>();
  const alike = new Set<string>();
  for (const given of adverts) {
    const advert = tidyAdvert(given);
    const id = advertId(advert.source, advert.reference);
    const likeness = likenessOf(advert);
    if (ids.has(id) || alike.has(likeness)) continue;
    ids.add(id);
    alike.add(likeness);
    const coding = codingOf(given);
    const { outcode, district, latitude, longitude } = locateAdvert(advert, outcodes);
    rows.adverts.push([
      id,
      advert.source,
      advert.reference,
      advert.title,
      advert.summary,
      advert.employer,
      advert.link,
      advert.posted,
      advert.closes,
      advert.place,
      outcode ?? null,
      district ?? null,
      latitude ?? null,
      longitude ?? null,
      coding && coding.confidence >= confidenceNeeded ? (coding.soc ?? null) : null,
      coding?.confidence ?? null,
      advert.salaryMin ?? null,
      advert.salaryMax ?? null,
      advert.salaryUnit ?? null,
    ]);
    for (const word of searchWords(`${advert.title} ${advert.employer}`)) rows.words.push([word, id]);
  }
  return rows;
}
