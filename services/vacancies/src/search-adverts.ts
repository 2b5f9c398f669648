/** The adverts that are open now, stored and asked, for one request. */
import type { Advert, AdvertSource, SearchAdvertsReply, SearchAdvertsRequest } from '@lmi/contracts';
import { invalidArgument, type CallContext, type Reader, type Reference } from '@lmi/kit';
import { advertId, likenessOf, locateAdvert, searchWords, tidyAdvert, type NormalAdvert } from './advert';
import { confidenceNeeded, type Coder } from './coding';
import type { GuardedAnswer, GuardedSource } from './connectors/guard';
import { readOccupation, soc2010Of, unitWeights } from './occupations';
import { boxAround, milesBetween, type Outcodes, type Position } from './places';
import {
  advertPositions,
  advertsById,
  countAdverts,
  newestAdverts,
  type AdvertFilter,
  type AdvertRow,
  type Release,
} from './queries';
import { sampleDay, sampleSource } from './sample';

export const defaultMiles = 10;
const mostMiles = 100;
const defaultLimit = 50;
const mostLimit = 100;
/** Pages reach no further: who needs all adverts reads the sources themselves. */
const furthest = 1_000_000;
/** Words that every advert meets. */
const anyWord = new Set(['job', 'jobs', 'vacancy', 'vacancies', 'work']);

export interface AdvertQuestion {
  readonly keywords: string;
  readonly words: readonly string[];
  readonly socs: readonly string[] | undefined;
  /** Title of the occupation: what sources that know no codes are asked for. */
  readonly occupationTitle: string;
  readonly location: string;
  readonly position: Position | undefined;
  readonly miles: number;
  readonly offset: number;
  readonly limit: number;
}

/** @throws LmiError invalid-argument naming the field; not-found for an unknown occupation. */
export function readAdvertQuestion(
  request: SearchAdvertsRequest,
  reference: Reference,
  outcodes: Outcodes | undefined,
): AdvertQuestion {
  const location = request.location.trim();
  const position = location === '' ? undefined : outcodes?.locate(location);
  if (location !== '' && !position) {
    throw invalidArgument(
      'location',
      `location: "${location}" is not a known postcode, town or district of the United Kingdom`,
      ['postcode', 'outward postcode', 'town', 'district'],
    );
  }
  const bounded = (field: 'radius' | 'limit' | 'offset', otherwise: number, most: number): number => {
    const value = request[field] === 0 ? otherwise : request[field];
    if (value >= 0 && value <= most) return value;
    throw invalidArgument(field, `${field}: ${value} is not between 0 and ${most}`, [`0 to ${most}`]);
  };
  const { occupation, classification } = request;
  const asked =
    occupation === '' || occupation === 'all'
      ? undefined
      : readOccupation(occupation, classification, reference);
  return {
    keywords: request.keywords.trim(),
    words: searchWords(request.keywords).filter((word) => !anyWord.has(word)),
    socs: asked && [...unitWeights(asked, reference).keys()],
    occupationTitle: asked ? (reference.occupation(asked.classification, asked.code)?.title ?? '') : '',
    location,
    position,
    miles: position ? bounded('radius', defaultMiles, mostMiles) : 0,
    offset: bounded('offset', 0, furthest),
    limit: bounded('limit', defaultLimit, mostLimit),
  };
}

export interface AdvertSources {
  /** Adverts that are stored; undefined when there are none or samples are switched off. */
  readonly stored: (Release & { readonly sample: boolean }) | undefined;
  readonly asked: readonly GuardedSource[];
  readonly attributions: ReadonlyMap<string, string>;
  readonly outcodes: Outcodes | undefined;
  readonly coder: Coder;
  readonly reference: Reference;
  /** Today, "2026-01-31". */
  readonly today: string;
}

interface Found {
  readonly advert: Advert;
  readonly likeness: string;
}

/**
 * Stored adverts and those of the asked sources, nearest first where a place was given, else newest first. A source
 * that fails is told in `sources` and costs nothing but its own adverts.
 */
export async function answerAdverts(
  question: AdvertQuestion,
  sources: AdvertSources,
  kept: StoredAdverts,
  answers: readonly GuardedAnswer[],
  context: CallContext,
): Promise<SearchAdvertsReply> {
  const { stored } = sources;
  const told: AdvertSource[] = [];
  if (stored) {
    for (const source of new Set(stored.sample ? [sampleSource] : storedSources(kept.found))) {
      told.push({
        source,
        state: 'answered',
        adverts: kept.total,
        attribution: sources.attributions.get(source) ?? '',
      });
    }
  }
  const likenesses = new Set(kept.found.map(({ likeness }) => likeness));
  const fresh: Found[] = [];
  for (const [index, { state, adverts }] of answers.entries()) {
    const { source } = sources.asked[index]!;
    const taken = await takeAsked(adverts, question, sources, likenesses, context);
    fresh.push(...taken);
    told.push({ source: source.name, state, adverts: taken.length, attribution: source.attribution });
  }
  const all = [...kept.found, ...fresh];
  // Stored ones come sorted; so many of them were read that the page is right wherever the others fall.
  if (fresh.length > 0) all.sort(question.position ? byDistance : byDate);
  const page = all.slice(question.offset, question.offset + question.limit).map(({ advert }) => advert);
  return {
    adverts: page,
    total: kept.total + fresh.length,
    sources: told,
    sample: stored?.sample ?? false,
    latitude: question.position?.latitude,
    longitude: question.position?.longitude,
    radius: question.miles,
    releases: [stored?.version, question.position && sources.outcodes?.version].filter(
      (version): version is string => version !== undefined,
    ),
  };
}

function storedSources(found: readonly Found[]): string[] {
  return found.map(({ advert }) => advert.source);
}

/** Asks the sources that are not stored, all at once; never rejects. */
export function askSources(
  asked: readonly GuardedSource[],
  { words, keywords, occupationTitle, location, miles }: AdvertQuestion,
): Promise<GuardedAnswer[]> {
  const wanted = words.length > 0 ? keywords : occupationTitle;
  return Promise.all(asked.map((source) => source.ask({ keywords: wanted, location, miles })));
}

export interface StoredAdverts {
  /** All that meet the question. */
  readonly total: number;
  /** The first of them, as far as the page asked for reaches. */
  readonly found: readonly Found[];
}

export async function searchStored(
  reader: Reader,
  question: AdvertQuestion,
  sources: AdvertSources,
): Promise<StoredAdverts> {
  const { position, miles, words, socs, offset, limit } = question;
  const release = sources.stored;
  if (!release || socs?.length === 0) return { total: 0, found: [] };
  const filter: AdvertFilter = {
    words,
    socs,
    box: position && boxAround(position, miles),
    openOn: release.sample ? undefined : sources.today,
  };
  if (!position) {
    const total = await countAdverts(reader, release.id, filter);
    const rows = await newestAdverts(reader, release.id, filter, offset + limit);
    return { total, found: rows.map((row) => storedAdvert(row, release, question, sources)) };
  }
  const near = (await advertPositions(reader, release.id, filter))
    .map((place) => ({ ...place, distance: milesBetween(position, place) }))
    .filter(({ distance }) => distance <= miles)
    .sort((a, b) => a.distance - b.distance || (a.posted_on < b.posted_on ? 1 : -1) || b.id - a.id);
  const ids = near.slice(0, offset + limit).map(({ id }) => id);
  const rows = new Map((await advertsById(reader, release.id, ids)).map((row) => [row.id, row]));
  return {
    total: near.length,
    found: ids.map((id) => storedAdvert(rows.get(id)!, release, question, sources)),
  };
}

function storedAdvert(
  row: AdvertRow,
  release: Release & { sample: boolean },
  { position }: AdvertQuestion,
  { reference, today }: AdvertSources,
): Found {
  const shift = release.sample ? Date.parse(today) - Date.parse(sampleDay) : 0;
  const at = { latitude: row.latitude, longitude: row.longitude };
  const placed = at.latitude !== null && at.longitude !== null ? (at as Position) : undefined;
  return {
    likeness: likenessOf(row),
    advert: {
      id: row.id,
      source: row.source,
      title: row.title,
      summary: row.summary,
      employer: row.employer,
      link: row.link,
      posted: later(row.posted_on, shift),
      closes: later(row.closes_on, shift),
      place: row.place,
      outcode: row.outcode ?? '',
      district: row.district ?? '',
      latitude: placed?.latitude,
      longitude: placed?.longitude,
      distance: position && placed ? milesBetween(position, placed) : undefined,
      soc2020: row.soc ?? '',
      soc2010: row.soc === null ? '' : soc2010Of(row.soc, reference),
      confidence: row.confidence ?? undefined,
      salaryMin: row.salary_min ?? undefined,
      salaryMax: row.salary_max ?? undefined,
      salaryUnit: row.salary_unit ?? '',
      sample: release.sample,
    },
  };
}

function later(time: string, ms: number): string {
  if (ms === 0 || time === '') return time;
  return new Date(Date.parse(time) + ms).toISOString().replace('.000Z', 'Z');
}

/** Adverts of an asked source that meet the question as it stands, not as the source read it. */
async function takeAsked(
  adverts: readonly NormalAdvert[],
  { position, miles, socs, words }: AdvertQuestion,
  { outcodes, coder, reference, today }: AdvertSources,
  seen: Set<string>,
  context: CallContext,
): Promise<Found[]> {
  const tidy = adverts.map(tidyAdvert).filter(({ closes }) => closes === '' || closes >= today);
  const codings = await coder(
    tidy.map(({ title }) => title),
    context,
  );
  const found: Found[] = [];
  for (const advert of tidy) {
    const likeness = likenessOf(advert);
    if (seen.has(likeness)) continue;
    const coding = codings.get(advert.title);
    const soc = coding && coding.confidence >= confidenceNeeded ? (coding.soc ?? '') : '';
    if (socs && !socs.includes(soc)) continue;
    const said = searchWords(`${advert.title} ${advert.summary} ${advert.employer}`);
    if (!words.every((word) => said.some((other) => other.startsWith(word)))) continue;
    const { outcode, district, latitude, longitude } = locateAdvert(advert, outcodes);
    const placed = latitude !== undefined && longitude !== undefined ? { latitude, longitude } : undefined;
    const distance = position && placed ? milesBetween(position, placed) : undefined;
    if (position && (distance === undefined || distance > miles)) continue;
    seen.add(likeness);
    found.push({
      likeness,
      advert: {
        id: advertId(advert.source, advert.reference),
        source: advert.source,
        title: advert.title,
        summary: advert.summary,
        employer: advert.employer,
        link: advert.link,
        posted: advert.posted,
        closes: advert.closes,
        place: advert.place,
        outcode: outcode ?? '',
        district: district ?? '',
        latitude,
        longitude,
        distance,
        soc2020: soc,
        soc2010: soc === '' ? '' : soc2010Of(soc, reference),
        confidence: coding?.confidence,
        salaryMin: advert.salaryMin,
        salaryMax: advert.salaryMax,
        salaryUnit: advert.salaryUnit ?? '',
        sample: false,
      },
    });
  }
  return found;
}

function byDistance(a: Found, b: Found): number {
  return (a.advert.distance ?? 0) - (b.advert.distance ?? 0) || byDate(a, b);
}

function byDate(a: Found, b: Found): number {
  if (a.advert.posted === b.advert.posted) return b.advert.id - a.advert.id;
  return a.advert.posted < b.advert.posted ? 1 : -1;
}
