/** Reads the Employer Skills Survey's series by SOC 2010 as Explore Education Statistics publishes it: one CSV. */
import { expectNumberOrMarker, layoutError, readCsv, UniqueKeys, type SourceFile } from '@lmi/importing';
import { wholeCode } from '../codes';
import type { ShortageRow } from './skills-shortage-tables';

export const seriesName = /(?:ess|skills.survey).*soc.*\.csv$/i;

export const seriesColumns = [
  'time_period',
  'time_identifier',
  'geographic_level',
  'country_name',
  'country_code',
  'sector',
  'soc_4_labelled',
  'soc_3_labelled',
  'soc_2_labelled',
  'soc_1_labelled',
  'sample_occupations_estab_has_vacancy',
  'vac_sum',
  'htfv_sum',
  'ssv_sum',
  'htfv_den',
  'ssv_den',
] as const;

/** c confidential, u unreliable and not shown, x not available, z not applicable. */
const markers: ReadonlySet<string> = new Set(['c', 'u', 'x', 'z']);

/** The narrowest group that a row names: "1121 - Production managers…" is 1121, all "Total" is every occupation. */
function groupOf(labels: readonly string[], place: () => string): string {
  const label = labels.find((text) => text !== 'Total');
  if (label === undefined) return wholeCode;
  const code = /^(\d{1,4}) - \S/.exec(label)?.[1];
  if (!code || code.length !== 4 - labels.indexOf(label)) {
    throw layoutError(
      place,
      `found "${label}", expected a SOC 2010 code of ${4 - labels.indexOf(label)} digits and its title`,
    );
  }
  return code;
}

/** National rows of all sectors. @throws LmiError naming the line and column. */
export async function readShortageSeries(file: SourceFile): Promise<ShortageRow[]> {
  const table = await readCsv(file, { columns: seriesColumns, allowExtra: true });
  const keys = new UniqueKeys((row) => table.place(row));
  const rows: ShortageRow[] = [];
  table.rows.forEach((cells, row) => {
    const at = (column: (typeof seriesColumns)[number]) => () => table.place(row, column);
    const text = (column: (typeof seriesColumns)[number]) => cells[seriesColumns.indexOf(column)]!.trim();
    const level = text('geographic_level');
    if (level !== 'National')
      throw layoutError(at('geographic_level'), `found "${level}", expected National`, ['National']);
    if (text('sector') !== 'Total') return;
    const year = /^(20\d\d)$/.exec(text('time_period'))?.[1];
    if (!year) throw layoutError(at('time_period'), `found "${text('time_period')}", expected a year`);
    const area = text('country_code');
    if (!/^[KEWSN]\d{8}$/.test(area))
      throw layoutError(at('country_code'), `found "${area}", expected an area code`);
    const soc = groupOf(
      [text('soc_4_labelled'), text('soc_3_labelled'), text('soc_2_labelled'), text('soc_1_labelled')],
      at('soc_4_labelled'),
    );
    keys.add(`${area}/${soc}/${year}`, row);
    const read = (column: (typeof seriesColumns)[number]) =>
      expectNumberOrMarker(text(column), markers, at(column));
    const vacancies = read('vac_sum');
    const hardToFill = read('htfv_sum');
    const skillShortage = read('ssv_sum');
    requireShare(hardToFill.value, vacancies.value, read('htfv_den').value, at('htfv_den'));
    requireShare(skillShortage.value, vacancies.value, read('ssv_den').value, at('ssv_den'));
    rows.push({
      area,
      soc,
      year: Number(year),
      vacancies: vacancies.value,
      hardToFill: hardToFill.value,
      skillShortage: skillShortage.value,
      sample: read('sample_occupations_estab_has_vacancy').value,
      marker: markerOf(vacancies.marker, hardToFill.marker || skillShortage.marker),
      place: at('vac_sum'),
    });
  });
  if (rows.length === 0) throw layoutError(file.name, 'no row of all sectors in it');
  return rows;
}

/** One marker a row: that of the vacancies, else of their parts, which are then withheld alone. */
function markerOf(whole: string, parts: string): string {
  return whole || (parts === '' ? '' : `parts-${parts}`);
}

/** The shares are the file's own: a shifted column would not give them. */
function requireShare(
  part: number | null,
  whole: number | null,
  share: number | null,
  place: () => string,
): void {
  if (part === null || share === null || !whole) return;
  if (Math.abs((100 * part) / whole - share) > 0.51)
    throw layoutError(
      place,
      `found ${share}, but ${part} of ${whole} is ${((100 * part) / whole).toFixed(1)} per cent`,
    );
}
