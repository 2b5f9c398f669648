import type { Reader } from './database';

/**
 * Reference data that every dataset service reads: occupations, the dual-coded crosswalk, areas. Loaded from the
 * published releases of `soc` and `areas` and kept in the process per release.
 */
export interface OccupationRecord {
  readonly code: string;
  readonly level: 'major' | 'sub-major' | 'minor' | 'unit';
  readonly title: string;
}

/** One pair of the dual-coded relationship. Shares are over people of the given sex and add up to 1 per source code. */
export interface CrosswalkPair {
  readonly soc2010: string;
  readonly soc2020: string;
  readonly people: number;
  /** Share of the SOC 2010 group's people who are coded to the SOC 2020 group. */
  readonly shareOf2010: number;
  /** Share of the SOC 2020 group's people who were coded to the SOC 2010 group. */
  readonly shareOf2020: number;
}

export interface AreaRecord {
  readonly code: string;
  readonly name: string;
  /** "country", "nation", "region", "county", "district", "combined-authority", "lep", "lsip", "mca". */
  readonly type: string;
  readonly parent: string | null;
}

export type Classification = 'soc2010' | 'soc2020';

export interface Reference {
  readonly socVersion: string;
  readonly areasVersion: string;
  occupation(classification: Classification, code: string): OccupationRecord | undefined;
  /** Unit groups (4 digits) below a code of 1 to 4 digits; all of them for "all". Sorted. */
  unitGroups(classification: Classification, code: string): readonly string[];
  /** Pairs of both sexes together, from one SOC 2010 unit group. */
  pairsOf2010(unit: string): readonly CrosswalkPair[];
  pairsOf2020(unit: string): readonly CrosswalkPair[];
  area(code: string): AreaRecord | undefined;
  areas(type?: string): readonly AreaRecord[];
  /** Other areas that a district lies in (LEP, LSIP, combined authority): codes. */
  districtsOf(area: string): readonly string[];
}

/** The releases that serve, by dataset. */
export type ReleaseSet = ReadonlyMap<string, { readonly id: number; readonly version: string }>;

/** What serves at one moment, as one connection sees it. */
export interface Serving {
  readonly releases: ReleaseSet;
  readonly reference: Reference;
}

export interface ReferenceSource {
  /**
   * Every release pointer, and the reference data of the `soc` and `areas` releases among them, read on the given
   * connection: the rows they name are there too. One statement, unless one of the two was published since.
   * @param pins versions that take the place of those that serve: see CallContext. One statement more.
   * @throws LmiError unavailable before `soc` and `areas` have a release; invalid-argument or not-available for pins
   * that cannot be read.
   */
  read(reader: Reader, pins?: readonly string[]): Promise<Serving>;
}
