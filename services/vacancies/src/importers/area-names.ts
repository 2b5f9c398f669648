/** Areas by the names that publishers print. */
import { publishedRows } from '@lmi/importing';
import type { Reader } from '@lmi/kit';

export interface NamedArea {
  readonly code: string;
  readonly name: string;
  readonly type: string;
  readonly parent: string | null;
}

/** Names as sources print them, by the name of the ONS list. Northern Ireland: districts before 2015. */
const otherNames: Readonly<Record<string, string>> = {
  'The Scottish Borders': 'Scottish Borders',
  'Eilean Siar': 'Na h-Eileanan Siar',
  'City of Bristol': 'Bristol, City of',
  'City of Kingston-upon-Hull': 'Kingston upon Hull, City of',
  Bournemouth: 'Bournemouth, Christchurch and Poole',
  Poole: 'Bournemouth, Christchurch and Poole',
  Herefordshire: 'Herefordshire, County of',
  'Newcastle Upon Tyne': 'Newcastle upon Tyne',
  'St Helens': 'St. Helens',
  'Bedford Borough': 'Bedford',
  'Rhondda Cynon Taff': 'Rhondda Cynon Taf',
  'The Vale of Glamorgan': 'Vale of Glamorgan',
  Dungannon: 'Mid Ulster',
  Magherafelt: 'Mid Ulster',
  Cookstown: 'Mid Ulster',
  Craigavon: 'Armagh City, Banbridge and Craigavon',
  Banbridge: 'Armagh City, Banbridge and Craigavon',
  'County Armagh': 'Armagh City, Banbridge and Craigavon',
  Lisburn: 'Lisburn and Castlereagh',
  Castlereagh: 'Lisburn and Castlereagh',
  Coleraine: 'Causeway Coast and Glens',
  Moyle: 'Causeway Coast and Glens',
  Limavady: 'Causeway Coast and Glens',
  Ballymoney: 'Causeway Coast and Glens',
  'County Fermanagh': 'Fermanagh and Omagh',
  Omagh: 'Fermanagh and Omagh',
  'North Down': 'Ards and North Down',
  Ards: 'Ards and North Down',
  Down: 'Newry, Mourne and Down',
  'Newry and Mourne': 'Newry, Mourne and Down',
  Newtownabbey: 'Antrim and Newtownabbey',
  Antrim: 'Antrim and Newtownabbey',
  Ballymena: 'Mid and East Antrim',
  Carrickfergus: 'Mid and East Antrim',
  Larne: 'Mid and East Antrim',
  Derry: 'Derry City and Strabane',
  Strabane: 'Derry City and Strabane',
  'Greater London': 'London',
  'Yorkshire And The Humber': 'Yorkshire and The Humber',
  'Yorkshire and the Humber': 'Yorkshire and The Humber',
  'South East England': 'South East',
  'South West England': 'South West',
  'North East England': 'North East',
  'North West England': 'North West',
};

/** Looks areas up by type and name; of two districts with one name (boundary changes) the older code is meant. */
export class AreaNames {
  readonly #codes = new Map<string, NamedArea>();

  constructor(areas: readonly NamedArea[]) {
    for (const area of [...areas].sort((a, b) => (a.code < b.code ? -1 : 1))) {
      const key = `${area.type}/${area.name}`;
      if (!this.#codes.has(key)) this.#codes.set(key, area);
    }
  }

  static async read(reader: Reader): Promise<AreaNames> {
    return new AreaNames(await publishedRows<NamedArea>(reader, 'areas', 'area', 'code, name, type, parent'));
  }

  find(type: string, name: string): NamedArea | undefined {
    return this.#codes.get(`${type}/${name}`) ?? this.#codes.get(`${type}/${otherNames[name] ?? ''}`);
  }

  /** A region of England or another nation. */
  regionOrNation(name: string): NamedArea | undefined {
    return this.find('region', name) ?? this.find('nation', name);
  }
}
