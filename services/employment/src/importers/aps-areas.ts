/** Joins the area names of APS tables to codes: the tables have names only, and those of user-defined areas are cut. */

/** The 25 sub-major groups of SOC 2010 by title in lower case; the tables print titles instead of codes. */
export const subMajorGroups2010: Readonly<Record<string, string>> = {
  'corporate managers and directors': '11',
  'other managers and proprietors': '12',
  'science, research, engineering and technology professionals': '21',
  'health professionals': '22',
  'teaching and educational professionals': '23',
  'business, media and public service professionals': '24',
  'science, engineering and technology associate professionals': '31',
  'health and social care associate professionals': '32',
  'protective service occupations': '33',
  'culture, media and sports occupations': '34',
  'business and public service associate professionals': '35',
  'administrative occupations': '41',
  'secretarial and related occupations': '42',
  'skilled agricultural and related trades': '51',
  'skilled metal, electrical and electronic trades': '52',
  'skilled construction and building trades': '53',
  'textiles, printing and other skilled trades': '54',
  'caring personal service occupations': '61',
  'leisure, travel and related personal service occupations': '62',
  'sales occupations': '71',
  'customer service occupations': '72',
  'process, plant and machine operatives': '81',
  'transport and mobile machine drivers and operatives': '82',
  'elementary trades and related occupations': '91',
  'elementary administration and service occupations': '92',
};

/** Area types of aps_cell by the prefix that Nomis prints before the name. */
const typeOfPrefix: Readonly<Record<string, string>> = {
  country: 'country',
  ladu: 'district',
  lep: 'lep',
  'User Defined Geography': 'lsip',
};

export interface NamedArea {
  readonly code: string;
  readonly name: string;
}

export interface ResolvedArea {
  readonly type: string;
  readonly code: string;
}

const countries: Readonly<Record<string, string>> = {
  England: 'E92000001',
  Wales: 'W92000004',
  Scotland: 'S92000003',
  'Northern Ireland': 'N92000002',
};

const districtAliases: Readonly<Record<string, string>> = { 'Rhondda Cynon Taff': 'Rhondda Cynon Taf' };

/** Names that differ from the projections' list, or that Nomis cut at 36 characters. */
const aliases: Readonly<Record<string, string>> = {
  'lep:London': 'LN_LEP',
  // The projections keep the older names, but their figures are of the boundaries since 2020.
  'lep:York and North Yorkshire': 'YY_LEP',
  'lep:Hull and East Riding': 'HU_LEP',
  'lsip:Brighton and Hove, East Sussex, Wes': 'BH_LSIP',
  'lsip:Cambridgeshire and Peterborough-LSI': 'CP_LSIP',
  'mca:Cambridgeshire and Peterborough': 'CP_MCA',
  'lsip:Cornwall and the Isles of Scilly-LS': 'CI_LSIP',
  'lsip:Essex, Southend-on-Sea and Thurrock': 'ES_LSIP',
  'lsip:Stoke-on-Trent and Staffordshire-LS': 'ST_LSIP',
  'lsip:West of England and North Somerset-': 'WS_LSIP',
};

/** Districts of Great Britain by code: those of Northern Ireland are not in the tables. */
const districtCode = /^(E0[6-9]|W06|S12)\d{6}$/;
const projectionAreaCode = /^[A-Z0-9]{2}_(LEP|LSIP|MCA)$/;

/** Resolves "prefix:name" as Nomis prints it. Built from the areas that are known; gives a reason when it cannot. */
export class AreaNames {
  readonly #codes = new Map<string, string>();

  constructor(areas: readonly NamedArea[]) {
    // Lower codes first: a district that was given a new code later keeps the one of the tables' years.
    for (const { code, name } of [...areas].sort((a, b) => (a.code < b.code ? -1 : 1))) {
      const type = districtCode.test(code) ? 'district' : projectionAreaCode.exec(code)?.[1]!.toLowerCase();
      const key = `${type}:${name.trim()}`;
      if (type && !this.#codes.has(key)) this.#codes.set(key, code);
    }
  }

  resolve(label: string): ResolvedArea | { readonly reason: string } {
    const [prefix, name] = label.split(/:(.*)/s, 2) as [string, string | undefined];
    const known = typeOfPrefix[prefix];
    if (!known || name === undefined)
      return { reason: `areas of type "${prefix}" are not in the list of areas` };
    if (known === 'country') {
      const code = countries[name];
      return code ? { type: known, code } : { reason: `unknown country "${name}"` };
    }
    const { type, plain } = known === 'lsip' ? userDefined(name) : { type: known, plain: name };
    const key = `${type}:${districtAliases[plain] ?? plain}`;
    const code = aliases[key] ?? this.#codes.get(key);
    return code ? { type, code } : { reason: `no ${type} named "${plain}" in the list of areas` };
  }
}

/** "North East-MCA - from dn81838" is the MCA "North East"; without a readable ending it is an LSIP area. */
function userDefined(name: string): { type: 'lsip' | 'mca'; plain: string } {
  const text = name.replace(/ - from \w+$/, '').trim();
  const type = text.endsWith('-MCA') ? 'mca' : 'lsip';
  return { type, plain: text.replace(/-(LSIP|MCA)$/, '') };
}
