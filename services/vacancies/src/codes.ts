/** Code lists of vacancies. */
import { england } from '@lmi/contracts';

export { england, unitedKingdom } from '@lmi/contracts';

export const allOccupations = 'all';

/** Datasets that count adverts. */
export type CountDataset = 'vacancy-counts' | 'labour-demand';

/** How an area's adverts are counted. */
export interface Basis {
  readonly frequency: 'month' | 'year';
  readonly unit: string;
  /** Table of the source. */
  readonly table: string;
}

/** Table 3 of the ONS workbook, where it has been imported: regions and nations by month. */
const regionsByMonth: Basis = { frequency: 'month', unit: 'adverts', table: 'Table 3' };

/** England by three-month averages; local areas of England by month; districts, regions, nations each January. */
export function basisOf(area: string, dataset: CountDataset): Basis {
  if (dataset === 'labour-demand') return regionsByMonth;
  if (area === england)
    return { frequency: 'month', unit: 'adverts', table: 'new adverts, average of three months' };
  if (/_(?:LEP|LSIP|MCA)$/.test(area))
    return { frequency: 'month', unit: 'adverts', table: 'adverts of the month' };
  return { frequency: 'year', unit: 'index', table: 'average of January, units of the publisher' };
}
