import {
  LmiError,
  type AreaRecord,
  type Classification,
  type CrosswalkPair,
  type OccupationRecord,
  type Reader,
  type Reference,
  type ReferenceSource,
} from '@lmi/kit';
import { pinnedReleases } from './pins';
import type { DataReleaseStore } from './releases';

/** A release whose rows hold reference data. */
interface Pointer {
  readonly id: number;
  readonly version: string;
}

/** Reference data of the `soc` and `areas` releases that serve, kept in the process until one of them has moved. */
export function createReferenceSource(releases: Pick<DataReleaseStore, 'currentSet'>): ReferenceSource {
  let loaded: LoadedReference | undefined;
  /** Of the last question that pinned another release. */
  let pinnedReference: LoadedReference | undefined;
  let loading: { readonly key: string; readonly reference: Promise<LoadedReference> } | undefined;

  const referenceOf = (
    reader: Reader,
    soc: Pointer,
    areas: Pointer,
  ): Promise<LoadedReference> | LoadedReference => {
    if (loaded && isOf(loaded, soc, areas)) return loaded;
    const key = `${soc.id} ${areas.id}`;
    if (loading?.key !== key) {
      const reference = load(reader, soc, areas)
        .then((next) => (loaded = next))
        .finally(() => (loading = undefined));
      loading = { key, reference };
    }
    return loading.reference;
  };

  return {
    async read(reader, pins) {
      const serving = await releases.currentSet(reader);
      const set = pins?.length ? await pinnedReleases(reader, serving, pins) : serving;
      const soc = set.get('soc');
      const areas = set.get('areas');
      if (!soc || !areas) {
        throw new LmiError(
          'unavailable',
          'Occupations and areas are not loaded yet: datasets soc and areas have no release.',
        );
      }
      if (soc.id === serving.get('soc')?.id && areas.id === serving.get('areas')?.id) {
        return { releases: set, reference: await referenceOf(reader, soc, areas) };
      }
      if (!pinnedReference || !isOf(pinnedReference, soc, areas)) {
        pinnedReference = await load(reader, soc, areas);
      }
      return { releases: set, reference: pinnedReference };
    },
  };
}

function isOf({ socId, areasId }: LoadedReference, soc: Pointer, areas: Pointer): boolean {
  return socId === soc.id && areasId === areas.id;
}

async function load(reader: Reader, soc: Pointer, areas: Pointer): Promise<LoadedReference> {
  const groups = await reader.all<OccupationRecord & { classification: Classification }>(
    'SELECT classification, code, level, title FROM soc_group WHERE release_id = ? ORDER BY classification, code',
    [soc.id],
  );
  const pairs = await reader.all<CrosswalkPair>(
    `SELECT soc2010, soc2020, people, share_of_2010 AS "shareOf2010", share_of_2020 AS "shareOf2020"
     FROM soc_crosswalk WHERE release_id = ? AND sex = 'all' ORDER BY soc2010, soc2020`,
    [soc.id],
  );
  const places = await reader.all<AreaRecord>(
    'SELECT code, name, type, parent FROM area WHERE release_id = ? ORDER BY code',
    [areas.id],
  );
  const memberships = await reader.all<{ district: string; area: string }>(
    'SELECT district, area FROM area_membership WHERE release_id = ? ORDER BY area, district',
    [areas.id],
  );
  return new LoadedReference(soc, areas, groups, pairs, places, memberships);
}

class LoadedReference implements Reference {
  readonly socVersion: string;
  readonly areasVersion: string;
  readonly socId: number;
  readonly areasId: number;
  readonly #groups: Record<Classification, Map<string, OccupationRecord>> = {
    soc2010: new Map(),
    soc2020: new Map(),
  };
  readonly #units: Record<Classification, string[]> = { soc2010: [], soc2020: [] };
  readonly #from2010: Map<string, CrosswalkPair[]>;
  readonly #from2020: Map<string, CrosswalkPair[]>;
  readonly #areas: Map<string, AreaRecord>;
  readonly #areasByType: Map<string, AreaRecord[]>;
  readonly #districts: Map<string, string[]>;

  constructor(
    soc: Pointer,
    areas: Pointer,
    groups: readonly (OccupationRecord & { classification: Classification })[],
    pairs: readonly CrosswalkPair[],
    places: readonly AreaRecord[],
    memberships: readonly { district: string; area: string }[],
  ) {
    this.socId = soc.id;
    this.socVersion = soc.version;
    this.areasId = areas.id;
    this.areasVersion = areas.version;
    for (const { classification, code, level, title } of groups) {
      this.#groups[classification].set(code, { code, level, title });
      if (level === 'unit') this.#units[classification].push(code);
    }
    this.#from2010 = groupBy(pairs, (pair) => pair.soc2010);
    this.#from2020 = groupBy(pairs, (pair) => pair.soc2020);
    this.#areas = new Map(places.map((place) => [place.code, place]));
    this.#areasByType = groupBy(places, (place) => place.type);
    this.#districts = this.#districtsByArea(places, memberships);
  }

  occupation(classification: Classification, code: string): OccupationRecord | undefined {
    return this.#groups[classification].get(code);
  }

  unitGroups(classification: Classification, code: string): readonly string[] {
    const units = this.#units[classification];
    return code === 'all' ? units : units.filter((unit) => unit.startsWith(code));
  }

  pairsOf2010(unit: string): readonly CrosswalkPair[] {
    return this.#from2010.get(unit) ?? [];
  }

  pairsOf2020(unit: string): readonly CrosswalkPair[] {
    return this.#from2020.get(unit) ?? [];
  }

  area(code: string): AreaRecord | undefined {
    return this.#areas.get(code);
  }

  areas(type?: string): readonly AreaRecord[] {
    return type === undefined ? [...this.#areas.values()] : (this.#areasByType.get(type) ?? []);
  }

  districtsOf(area: string): readonly string[] {
    return this.#districts.get(area) ?? [];
  }

  /** Districts below each area: those listed as members and those that have it among their parents. Sorted. */
  #districtsByArea(
    places: readonly AreaRecord[],
    memberships: readonly { district: string; area: string }[],
  ): Map<string, string[]> {
    const found = new Map<string, Set<string>>();
    const add = (area: string, district: string) => {
      const districts = found.get(area);
      if (districts) districts.add(district);
      else found.set(area, new Set([district]));
    };
    for (const { area, district } of memberships) add(area, district);
    for (const { code, type, parent } of places) {
      if (type !== 'district') continue;
      const seen = new Set<string>();
      for (
        let above = parent;
        above !== null && !seen.has(above);
        above = this.#areas.get(above)?.parent ?? null
      ) {
        seen.add(above);
        add(above, code);
      }
    }
    return new Map([...found].map(([area, districts]) => [area, [...districts].sort()]));
  }
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}
