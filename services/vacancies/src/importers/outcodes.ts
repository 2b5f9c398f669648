/** Dataset `outcodes`: where outward postcodes lie. */
import {
  checkThat,
  expectMatch,
  expectNumber,
  expectText,
  layoutError,
  noDuplicates,
  readCsv,
  rowCount,
  rowCountNotFallen,
  UniqueKeys,
  valuesWithin,
  type DatasetImporter,
  type SourceFile,
} from '@lmi/importing';
import type { SqlValue } from '@lmi/kit';
import { AreaNames } from './area-names';
import { pickFile, refuseOtherEdition, seededSample } from './files';

const fileName = 'outcodes.csv';
const header = [
  'postcode',
  'eastings',
  'northings',
  'latitude',
  'longitude',
  'town',
  'region',
  'uk_region',
  'country',
  'country_string',
] as const;

/** The list names no date in itself; its publisher says that the outward postcodes are those of 2017. */
const edition = '2017';

/** The British Isles with the islands around them, in degrees. */
const bounds = { latitude: [49, 61], longitude: [-9, 2] } as const;

export const outcodeColumns = [
  'outcode',
  'latitude',
  'longitude',
  'town',
  'place',
  'area',
  'district',
] as const;

export interface OutcodeRow {
  readonly outcode: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly town: string;
  /** District, county or council as printed. */
  readonly place: string;
  /** Region or nation as printed. */
  readonly region: string;
}

export async function readOutcodes(file: SourceFile): Promise<OutcodeRow[]> {
  const table = await readCsv(file, { columns: header });
  const keys = new UniqueKeys((row) => table.place(row, 'postcode'));
  return table.rows.map(([outcode, , , latitude, longitude, town, place, region], row) => {
    const at = (column: string) => () => table.place(row, column);
    const within = (text: string, column: 'latitude' | 'longitude'): number => {
      const [low, high] = bounds[column];
      const degrees = expectNumber(text, at(column));
      if (degrees >= low && degrees <= high) return degrees;
      throw layoutError(at(column), `found ${degrees}, expected degrees from ${low} to ${high}`);
    };
    const code = expectMatch(
      outcode,
      /^[A-Z]{1,2}\d[A-Z\d]?$/,
      at('postcode'),
      'an outward postcode such as BR1',
    );
    keys.add(code, row);
    return {
      outcode: code,
      latitude: within(latitude!, 'latitude'),
      longitude: within(longitude!, 'longitude'),
      town: town!.trim(),
      place: expectText(place, at('region')),
      region: expectText(region, at('uk_region')),
    };
  });
}

/**
 * The narrowest area that the list's names stand for, and the district where one of them is a district: the list
 * prints counties in England where there are two tiers, and there a town of a district's name tells the district.
 */
export function locate(
  { place, town, region }: OutcodeRow,
  names: AreaNames,
): { area: string | null; district: string | null } {
  const whole = names.regionOrNation(region);
  const own = names.find('district', place);
  if (own) return { area: own.code, district: own.code };
  const byTown = names.find('district', town);
  if (byTown && byTown.parent === whole?.code) return { area: byTown.code, district: byTown.code };
  const county = names.find('county', place);
  return { area: county?.code ?? whole?.code ?? null, district: null };
}

function pick(files: readonly SourceFile[]): SourceFile {
  return pickFile(files, /^outcodes\.csv$/, `${fileName}, the list of outward postcodes`);
}

export const outcodesImporter: DatasetImporter = {
  card: {
    id: 'outcodes',
    title: 'Positions of outward postcodes',
    publisher: 'UK postcode data by Gibbs',
    licence: 'CC0-1.0',
    licenceUrl: 'https://creativecommons.org/publicdomain/zero/1.0/',
    attribution: 'Outward postcodes: gibbs/uk-postcodes (CC0 1.0)',
    sourceUrl: 'https://github.com/gibbs/uk-postcodes',
    cadence: 'irregular',
    description:
      'Latitude and longitude of the middle of each outward postcode (the part before the space), with its town, and the ' +
      'district or wider area that it lies in.',
    caveats: [
      'Outward postcodes of 2017: newer ones are missing.',
      'One point stands for a whole outward postcode, which may be ten miles across in the country.',
      'Where the list names a county only, the district is not known unless the town has the name of one.',
      'The publisher does not say where the positions were taken from.',
    ],
    dependsOn: ['areas'],
    derived: false,
  },
  version: 1,
  tables: { outcode: outcodeColumns },
  withheld: {},
  defaultFolders: ['geography'],
  accepts: ({ name }) => name === fileName,

  async open(files, asked) {
    const file = pick(files);
    refuseOtherEdition(file, edition, asked);
    const rows = await readOutcodes(file);
    return {
      edition,
      async load(context) {
        const names = await AreaNames.read(context.sink.reader);
        context.rowsRead(rows.length);
        await context.sink.insert(
          'outcode',
          outcodeColumns,
          rows.map((row): SqlValue[] => {
            const { area, district } = locate(row, names);
            return [row.outcode, row.latitude, row.longitude, row.town, row.place, area, district];
          }),
        );
        context.progress(1);
      },
    };
  },

  async check(reader, releaseId) {
    const unknown = await reader.all<{ area: string }>(
      `SELECT DISTINCT area FROM outcode WHERE release_id = ? AND area IS NOT NULL AND area NOT IN
       (SELECT a.code FROM area a JOIN release_pointer p ON p.release_id = a.release_id AND p.dataset = 'areas')`,
      [releaseId],
    );
    const name = 'outcode: every area is a known area';
    const all = await rowCount(reader, releaseId, 'outcode', { atLeast: 1 });
    return [
      all,
      await rowCountNotFallen(reader, releaseId, 'outcodes', 'outcode', 5),
      await noDuplicates(reader, releaseId, 'outcode', ['outcode']),
      await valuesWithin(reader, releaseId, 'outcode', 'latitude', ...bounds.latitude),
      await valuesWithin(reader, releaseId, 'outcode', 'longitude', ...bounds.longitude),
      checkThat(name, unknown.length === 0, unknown.map(({ area }) => area).join(', ') || 'all known'),
    ];
  },

  /** Positions through the search for adverts around each outward postcode. */
  async reconcile(files, sample, seed) {
    const rows = await readOutcodes(pick(files));
    return seededSample(rows, sample, seed).map(({ outcode, latitude }) => ({
      place: `${fileName}, ${outcode}, latitude`,
      path: `/api/v2/vacancies/adverts?location=${outcode}&limit=1`,
      pick(body) {
        const { position } = body as { position?: { latitude: number } };
        return position && { value: position.latitude, marks: [] };
      },
      expected: { value: latitude, marks: [] },
    }));
  },
};
