/** What lies in what: parents of areas and the districts of the projections' areas. Pure functions. */
import { layoutError } from '@lmi/importing';
import type { Area, LsipRow } from './area-files';

const unitedKingdom = 'K02000001';
const nations: Readonly<Record<string, string>> = {
  E: 'E92000001',
  W: 'W92000004',
  S: 'S92000003',
  N: 'N92000002',
};

/**
 * Gives each area its parent: nations lie in the United Kingdom, regions in England, districts of England in their
 * region, all else in its nation. A district without an ITL code is a newer code of a district of the same name, or a
 * former one whose successor has a region; one that is neither is shown below its nation.
 */
export function withParents(
  areas: readonly Area[],
  regions: ReadonlyMap<string, string>,
  successors: ReadonlyMap<string, string>,
): Area[] {
  const regionByName = new Map<string, string>();
  for (const { code, name, type } of areas) {
    const region = regions.get(code);
    if (region && type === 'district') regionByName.set(name, region);
  }
  const parentOf = ({ code, name, type }: Area): string | null => {
    if (type === 'country') return null;
    if (type === 'nation') return unitedKingdom;
    const nation = nations[code.charAt(0)]!;
    if (type !== 'district' || !code.startsWith('E')) return nation;
    return regions.get(code) ?? regions.get(successors.get(code) ?? '') ?? regionByName.get(name) ?? nation;
  };
  return areas.map((area) => ({ ...area, parent: parentOf(area) }));
}

export function districtsOf(areas: readonly Area[]): Set<string> {
  return new Set(areas.filter(({ type }) => type === 'district').map(({ code }) => code));
}

/** Names of the lookup that the projections write differently; commas and hyphens aside, all others are equal. */
const namesInProjections: Readonly<Record<string, string>> = {
  'Enterprise M3': 'Enterprise M3 LEP (including all of Surrey)',
  'G First (Gloucestershire)': 'Gloucestershire',
  'New Anglia': 'Norfolk and Suffolk',
};

/**
 * Districts of each local skills improvement area of the projections.
 * @throws LmiError invalid-argument for a name or district that is not known, or an area of the projections that
 * gets no district.
 */
export function lsipMemberships(
  lookup: readonly LsipRow[],
  projections: readonly Area[],
  districts: ReadonlySet<string>,
  file: string,
): { district: string; area: string; type: string }[] {
  const lsips = projections.filter(({ type }) => type === 'lsip');
  const byName = new Map(lsips.map(({ code, name }) => [plain(name), code]));
  const used = new Set<string>();
  const members = lookup.map(({ district, name, place }) => {
    const area = byName.get(plain(namesInProjections[name] ?? name));
    if (!area)
      throw layoutError(
        place,
        `"${name}" is not an area of the projections`,
        lsips.map((lsip) => lsip.name),
      );
    if (!districts.has(district))
      throw layoutError(place, `unknown code: district ${district} is not in the list of areas`);
    used.add(area);
    return { district, area, type: 'lsip' };
  });
  const empty = lsips.filter(({ code }) => !used.has(code)).map(({ code, name }) => `${code} ${name}`);
  if (empty.length > 0) throw layoutError(file, `no districts for ${empty.join(', ')}`);
  return members;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/,/g, '').replace(/-/g, ' ').replace(/\s+/g, ' ').trim();
}
