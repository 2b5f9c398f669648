/** Places: where a postcode, an outward postcode, a town or a district lies, and distances. */
import type { AreaRecord, Database } from '@lmi/kit';
import { readOutcodes, type Box, type OutcodeRecord, type Release } from './queries';

export interface Position {
  readonly latitude: number;
  readonly longitude: number;
}

const EARTH_RADIUS_MILES = 3958.7613;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Great-circle distance in miles (haversine). */
export function milesBetween(a: Position, b: Position): number {
  const latitude = Math.sin(radians(b.latitude - a.latitude) / 2) ** 2;
  const longitude = Math.sin(radians(b.longitude - a.longitude) / 2) ** 2;
  const chord = latitude + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * longitude;
  return 2 * EARTH_RADIUS_MILES * Math.asin(Math.sqrt(chord));
}

/** The smallest box of degrees that holds the circle. */
export function boxAround({ latitude, longitude }: Position, miles: number): Box {
  const angle = miles / EARTH_RADIUS_MILES;
  const degrees = (angle * 180) / Math.PI;
  // The circle is widest a little towards the pole; the sine rule gives the meridians that touch it.
  const wide = (Math.asin(Math.min(1, Math.sin(angle) / Math.cos(radians(latitude)))) * 180) / Math.PI;
  return {
    south: latitude - degrees,
    north: latitude + degrees,
    west: longitude - wide,
    east: longitude + wide,
  };
}

/** The outward part of a postcode ("BR1 3NN", "br13nn", "BR1"); undefined for what is no postcode. */
export function outwardOf(text: string): string | undefined {
  const compact = text.toUpperCase().replace(/\s+/g, '');
  return (
    /^([A-Z]{1,2}\d[A-Z\d]?)\d[A-Z]{2}$/.exec(compact)?.[1] ?? /^[A-Z]{1,2}\d[A-Z\d]?$/.exec(compact)?.[0]
  );
}

const keyOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();

/** What is needed to know districts by name. */
interface AreaNamer {
  area(code: string): Pick<AreaRecord, 'name'> | undefined;
}

interface NamedPlace extends Position {
  readonly outcodes: number;
}

/** A longer name is meant where it has so many times the outward postcodes: "Newcastle" is the one upon Tyne. */
const farLarger = 3;
/** Beginnings of names shorter than this could mean too much. */
const leastBeginning = 5;

/** The outward postcodes of one release, by code and by name. */
export class Outcodes {
  readonly #byCode: ReadonlyMap<string, OutcodeRecord>;
  readonly #byName = new Map<string, NamedPlace>();

  constructor(
    readonly version: string,
    records: readonly OutcodeRecord[],
    reference: AreaNamer,
  ) {
    this.#byCode = new Map(records.map((record) => [record.outcode, record]));
    const groups = new Map<string, OutcodeRecord[]>();
    for (const record of records) {
      const area = record.area ? reference.area(record.area)?.name : undefined;
      // "W1" for all that begin with it.
      const district = record.outcode.replace(/(?<=\d)[A-Z]$/, '');
      const names = [record.town, record.place, area ?? '', district].map(keyOf);
      for (const name of new Set(names)) {
        if (name === '') continue;
        const group = groups.get(name);
        if (group) group.push(record);
        else groups.set(name, [record]);
      }
    }
    for (const [key, group] of groups) this.#byName.set(key, { ...middleOf(group), outcodes: group.length });
  }

  find(outcode: string): OutcodeRecord | undefined {
    return this.#byCode.get(outcode);
  }

  /** @param place postcode, outward postcode, town, district, county or region; letter case and marks do not matter. */
  locate(place: string): Position | undefined {
    const outward = outwardOf(place);
    if (outward !== undefined) {
      const found =
        this.#byCode.get(outward) ?? this.#byName.get(keyOf(outward.replace(/(?<=\d)[A-Z]$/, '')));
      if (found) return { latitude: found.latitude, longitude: found.longitude };
    }
    // "Leeds, West Yorkshire": the first part is the place.
    const found = this.#named(keyOf(place)) ?? this.#named(keyOf(place.split(',')[0]!));
    return found && { latitude: found.latitude, longitude: found.longitude };
  }

  #named(key: string): NamedPlace | undefined {
    let best = this.#byName.get(key);
    if (key.length < leastBeginning) return best;
    let needed = (best?.outcodes ?? 0) * farLarger;
    for (const [name, place] of this.#byName) {
      if (place.outcodes <= needed || !name.startsWith(`${key} `)) continue;
      best = place;
      needed = place.outcodes;
    }
    return best;
  }
}

/** Medians, so that a few far-off postcodes of a wide district do not pull its middle away from its town. */
function middleOf(records: readonly OutcodeRecord[]): Position {
  const median = (values: readonly number[]): number => {
    const sorted = values.toSorted((a, b) => a - b);
    return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
  };
  return {
    latitude: median(records.map(({ latitude }) => latitude)),
    longitude: median(records.map(({ longitude }) => longitude)),
  };
}

/** Keeps the outward postcodes of the release that serves. */
export class OutcodeSource {
  #kept: Promise<Outcodes> | undefined;
  #version = '';

  constructor(private readonly db: Database) {}

  get(release: Release, reference: AreaNamer): Promise<Outcodes> {
    if (this.#kept && this.#version === release.version) return this.#kept;
    this.#version = release.version;
    const loading = this.db
      .read((reader) => readOutcodes(reader, release.id))
      .then((records) => new Outcodes(release.version, records, reference));
    this.#kept = loading;
    loading.catch(() => {
      if (this.#kept === loading) this.#kept = undefined;
    });
    return loading;
  }
}
