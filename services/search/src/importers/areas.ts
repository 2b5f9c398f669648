/** Dataset `areas`: ONS areas that figures are given for, the areas of the projections, and what lies in what. */
import { checkThat, countRows, rowCount, type DatasetImporter, type SourceFile } from '@lmi/importing';
import { LmiError, type CheckRecord, type Reader, type SqlValue } from '@lmi/kit';
import {
  readAreaList,
  readCombinedAuthorities,
  readDistrictSuccessors,
  readLsipLookup,
  readProjectionAreas,
  readRegionsOfDistricts,
} from './area-files';
import { districtsOf, lsipMemberships, withParents } from './area-structure';
import { pickFile, refuseOtherEdition, seededSample } from './sources';

const files = {
  list: { pattern: /^ons_areas\.csv$/i, name: 'ons_areas.csv' },
  itl: { pattern: /^nuts\.json$/i, name: 'nuts.json' },
  lsip: { pattern: /^LSIP_lookup_LAD\d\d\.xlsx$/i, name: 'LSIP_lookup_LAD23.xlsx' },
  combined: {
    pattern: /^LAD_to_combined_authority_.*\.csv$/i,
    name: 'LAD_to_combined_authority_May2025.csv',
  },
  successors: { pattern: /^LAD11_to_LAD21_lookup\.xlsx$/i, name: 'LAD11_to_LAD21_lookup.xlsx' },
  projections: { pattern: /^areas\.csv$/i, name: 'areas.csv (of the Skills Imperative 2035 projections)' },
} as const;

const areaColumns = ['code', 'name', 'type', 'parent'] as const;
const membershipColumns = ['district', 'area', 'type'] as const;

/**
 * The edition is the year of the districts in the combined authority lookup ("2025"), the newest of the files.
 * Former districts and authorities that the ONS list still holds are kept: older figures are given for them.
 */
export const areasImporter: DatasetImporter = {
  card: {
    id: 'areas',
    title: 'Areas of the United Kingdom',
    publisher: 'Office for National Statistics',
    licence: 'OGL-UK-3.0',
    licenceUrl: 'https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/',
    attribution:
      'Source: Office for National Statistics licensed under the Open Government Licence v.3.0. ' +
      'Contains OS data © Crown copyright and database right',
    sourceUrl: 'https://geoportal.statistics.gov.uk',
    cadence: 'yearly',
    description:
      'Codes and names of the United Kingdom, its nations, the English regions, counties, districts and combined ' +
      'authorities, and of the areas of England that employment is projected for, with the districts in them.',
    caveats: [
      'Areas of the projections of different types overlap: figures of different types must not be added up.',
      'Local skills improvement areas are given with the districts of 2023, combined authorities with those of 2025.',
      'Districts of local enterprise partnerships are not given.',
      'Counties and combined authorities are shown below England, because some lie in more than one region.',
    ],
    dependsOn: [],
    derived: false,
  },
  version: 1,
  tables: { area: areaColumns, area_membership: membershipColumns },
  withheld: {},
  defaultFolders: ['geography', 'skills-imperative-2035'],

  accepts: ({ name }) => Object.values(files).some(({ pattern }) => pattern.test(name)),

  async open(found, asked) {
    const file = (part: keyof typeof files): SourceFile => {
      const picked = pickFile(found, files[part].pattern, files[part].name);
      if (picked) return picked;
      const names = found.map(({ name }) => name).join(', ') || 'none';
      throw new LmiError(
        'invalid-argument',
        `missing file: ${files[part].name}; files found for areas: ${names}`,
        {
          field: 'from',
        },
      );
    };
    const sources = Object.fromEntries(
      (Object.keys(files) as (keyof typeof files)[]).map((part) => [part, file(part)]),
    ) as Record<keyof typeof files, SourceFile>;
    const combined = await readCombinedAuthorities(sources.combined);
    refuseOtherEdition(sources.combined, combined.edition, asked);
    const list = await readAreaList(sources.list);
    const projections = await readProjectionAreas(sources.projections);
    const lsip = await readLsipLookup(sources.lsip);
    const areas = withParents(
      list.areas,
      await readRegionsOfDistricts(sources.itl),
      await readDistrictSuccessors(sources.successors),
    );
    const districts = districtsOf(areas);
    const memberships = [
      ...lsipMemberships(lsip, projections, districts, sources.lsip.name),
      ...combined.members.map(({ district, area }) => ({ district, area, type: 'combined-authority' })),
    ];
    return {
      edition: combined.edition,
      async load(context) {
        context.rowsRead(list.rowsRead + lsip.length + combined.members.length + projections.length);
        await context.sink.insert(
          'area',
          areaColumns,
          [...areas, ...projections].map(({ code, name, type, parent }): SqlValue[] => [
            code,
            name,
            type,
            parent,
          ]),
        );
        context.progress(0.5);
        await context.sink.insert(
          'area_membership',
          membershipColumns,
          memberships.map(({ district, area, type }): SqlValue[] => [district, area, type]),
        );
        context.progress(1);
      },
    };
  },

  check: checkAreas,

  /** Names by code: 1 stands for the name of the source file. */
  async reconcile(found, sample, seed) {
    const list = pickFile(found, files.list.pattern, files.list.name);
    if (!list) throw new LmiError('invalid-argument', `missing file: ${files.list.name}`, { field: 'from' });
    const { areas } = await readAreaList(list);
    return seededSample(areas, sample, seed).map(({ code, name }) => ({
      place: `area ${code}, name "${name}"`,
      path: '/api/v2/areas',
      pick(body) {
        const served = (body as { areas?: { code: string; name: string }[] }).areas?.find(
          (area) => area.code === code,
        );
        return served && { value: served.name === name ? 1 : 0, marks: [] };
      },
      expected: { value: 1, marks: [] },
    }));
  },
};

async function checkAreas(reader: Reader, releaseId: number): Promise<CheckRecord[]> {
  const ofType = (type: string, bound: { exactly: number } | { atLeast: number }): Promise<CheckRecord> =>
    rowCount(reader, releaseId, 'area', {
      ...bound,
      where: `type = '${type}'`,
      name: `area: number of type ${type}`,
    });
  const none = async (name: string, sql: string): Promise<CheckRecord> => {
    const rows = await reader.all<{ code: string }>(`${sql} LIMIT 10`, [releaseId, releaseId]);
    return checkThat(name, rows.length === 0, rows.map(({ code }) => code).join(', ') || 'none');
  };
  const lsips = await reader.all<{ area: string }>(
    "SELECT DISTINCT area FROM area_membership WHERE release_id = ? AND type = 'lsip'",
    [releaseId],
  );
  const allLsips = await countRows(reader, releaseId, 'area', "type = 'lsip'");
  return [
    await ofType('country', { exactly: 1 }),
    await ofType('nation', { exactly: 4 }),
    await ofType('region', { exactly: 9 }),
    await ofType('district', { atLeast: 361 }),
    await ofType('lep', { exactly: 38 }),
    await ofType('lsip', { exactly: 38 }),
    await ofType('mca', { exactly: 10 }),
    await none(
      'area: no parent that is not an area',
      'SELECT DISTINCT parent AS code FROM area WHERE release_id = ? AND parent IS NOT NULL AND parent NOT IN ' +
        '(SELECT code FROM area WHERE release_id = ?)',
    ),
    await none(
      'area: none but the United Kingdom without a parent',
      "SELECT code FROM area WHERE release_id = ? AND parent IS NULL AND type <> 'country' AND release_id = ?",
    ),
    await none(
      'area_membership: no district that is not an area',
      'SELECT DISTINCT district AS code FROM area_membership WHERE release_id = ? AND district NOT IN ' +
        "(SELECT code FROM area WHERE release_id = ? AND type = 'district')",
    ),
    await none(
      'area_membership: no area that is not an area',
      'SELECT DISTINCT area AS code FROM area_membership WHERE release_id = ? AND area NOT IN ' +
        '(SELECT code FROM area WHERE release_id = ?)',
    ),
    checkThat(
      'area_membership: every local skills improvement area has districts',
      lsips.length === allLsips,
      `${lsips.length} of ${allLsips}`,
    ),
  ];
}
