/** From a postcode or a position to the district that it lies in. */
import type { FoundPlace } from '@lmi/contracts';
import { invalidArgument, LmiError, notFound, type AreaRecord, type Reader, type Reference } from '@lmi/kit';
import { readOutcode, readOutcodesNear, type LabourMarketReleases, type OutcodeRow } from './queries';

const position = /^(-?\d{1,3}(?:\.\d+)?)\s*,\s*(-?\d{1,3}(?:\.\d+)?)$/;
/** A whole postcode ends with a digit and two letters; what stands before is the outward part. */
const postcode = /^([A-Z]{1,2}\d[A-Z\d]?)(?:\s*\d[A-Z]{2})?$/;

const forms = ['an area code', 'a postcode (SW1A 1AA or SW1A)', 'latitude,longitude'];

/**
 * @throws LmiError invalid-argument for text of no known form; not-found for a postcode or position that no outward
 * postcode is near; not-available when the outward postcodes have no release.
 */
export async function findPlace(
  reader: Reader,
  serving: LabourMarketReleases,
  reference: Reference,
  text: string,
): Promise<FoundPlace> {
  const asked = text.trim();
  const known = reference.area(asked) ?? reference.area(asked.toUpperCase());
  if (known) return { area: known.code, name: known.name, outcode: '', release: '' };
  const found = position.exec(asked);
  const outward = postcode.exec(asked.toUpperCase())?.[1];
  if (!found && !outward) {
    throw invalidArgument('area', `area: "${asked}" is none of these: ${forms.join('; ')}`, forms);
  }
  const { outcodes } = serving;
  if (!outcodes) {
    throw new LmiError('not-available', 'outward postcodes are not loaded: ask by area code', {
      field: 'area',
    });
  }
  const row = found
    ? await nearest(reader, outcodes.id, Number(found[1]), Number(found[2]))
    : await readOutcode(reader, outcodes.id, outward!);
  if (!row) throw notFound(`area: there is no postcode ${asked}, or none near`, 'area');
  const code = row.district ?? row.area;
  const area = code === null ? undefined : reference.area(code);
  if (!area) throw notFound(`area: it is not known which district ${row.outcode} lies in`, 'area');
  return {
    area: area.code,
    name: area.name,
    latitude: row.latitude,
    longitude: row.longitude,
    outcode: row.outcode,
    release: outcodes.version,
  };
}

async function nearest(
  reader: Reader,
  release: number,
  latitude: number,
  longitude: number,
): Promise<OutcodeRow | undefined> {
  const rows = await readOutcodesNear(reader, release, latitude, longitude);
  // Over a few kilometres the earth is flat; a degree of longitude is shorter the further north.
  const narrow = Math.cos((latitude * Math.PI) / 180);
  const distance = (row: OutcodeRow) =>
    Math.hypot(row.latitude - latitude, (row.longitude - longitude) * narrow);
  return rows.reduce<OutcodeRow | undefined>(
    (best, row) => (best && distance(best) <= distance(row) ? best : row),
    undefined,
  );
}

/**
 * Codes that figures of an area may stand under, best first: its own, and those that a district of the same name had
 * before or after a change of boundaries nearby.
 */
export function codesOf(reference: Reference, area: string): string[] {
  const record = reference.area(area);
  if (record?.type !== 'district') return [area];
  const same = reference
    .areas('district')
    .filter(({ code, name, parent }) => name === record.name && parent === record.parent && code !== area);
  return [area, ...same.map(({ code }: AreaRecord) => code)];
}

/**
 * The partnership area of the survey that a whole county of two tiers, or London, lies in: some outward postcodes tell
 * no more than that. Hampshire is divided between two.
 */
export const aroundArea: Readonly<Record<string, { readonly type: 'lep' | 'lsip'; readonly code: string }>> =
  {
    E10000003: { type: 'lep', code: 'CP_LEP' },
    E10000006: { type: 'lep', code: 'CU_LEP' },
    E10000007: { type: 'lep', code: 'DN_LEP' },
    E10000008: { type: 'lep', code: 'HS_LEP' },
    E10000011: { type: 'lep', code: 'SO_LEP' },
    E10000012: { type: 'lep', code: 'SO_LEP' },
    E10000013: { type: 'lep', code: 'GC_LEP' },
    E10000015: { type: 'lep', code: 'HE_LEP' },
    E10000016: { type: 'lep', code: 'SO_LEP' },
    E10000017: { type: 'lep', code: 'LA_LEP' },
    E10000018: { type: 'lep', code: 'LL_LEP' },
    E10000019: { type: 'lep', code: 'LI_LEP' },
    E10000020: { type: 'lep', code: 'NA_LEP' },
    E10000023: { type: 'lep', code: 'YY_LEP' },
    E10000024: { type: 'lep', code: 'DN_LEP' },
    E10000025: { type: 'lep', code: 'OX_LEP' },
    E10000027: { type: 'lep', code: 'HS_LEP' },
    E10000028: { type: 'lep', code: 'ST_LEP' },
    E10000029: { type: 'lep', code: 'NA_LEP' },
    E10000030: { type: 'lsip', code: 'M3_LSIP' },
    E10000031: { type: 'lep', code: 'CW_LEP' },
    E10000032: { type: 'lep', code: 'CC_LEP' },
    E10000034: { type: 'lep', code: 'WO_LEP' },
    E12000007: { type: 'lep', code: 'LN_LEP' },
  };

/** The area and those around it, narrowest first: district, region, England, United Kingdom. */
export function widerAreas(reference: Reference, area: string): string[] {
  const chain: string[] = [];
  for (let code: string | null = area; code !== null && !chain.includes(code);) {
    chain.push(code);
    code = reference.area(code)?.parent ?? null;
  }
  return chain;
}
