/** Dataset `vacancy-counts`: online job adverts by occupation, area and month. */
import {
  areasKnown,
  codesKnown,
  noDuplicates,
  rowCount,
  rowCountNotFallen,
  type DatasetImporter,
  type ReconciliationCell,
  type SourceFile,
} from '@lmi/importing';
import { LmiError, type SqlValue } from '@lmi/kit';
import { allOccupations, england } from '../codes';
import { AreaNames } from './area-names';
import {
  districtsName,
  localName,
  occupationsName,
  readJanuaryAverages,
  readLocalCounts,
  readOccupationCounts,
  unknownOccupation,
  type AreaCount,
  type OccupationCount,
} from './count-files';
import { pickFile, seededSample } from './files';

export const vacancyCountColumns = ['area', 'soc', 'period', 'adverts', 'per_100_jobs'] as const;

interface Counts {
  readonly occupations: readonly OccupationCount[];
  readonly areas: readonly AreaCount[];
}

async function readCounts(files: readonly SourceFile[]): Promise<Counts> {
  const occupations = pickFile(files, occupationsName, 'adverts in England by SOC 2020 unit group and month');
  const local = pickFile(files, localName, 'adverts by local area and month');
  const districts = pickFile(files, districtsName, 'adverts by local authority (workbook of the ONS)');
  return {
    occupations: await readOccupationCounts(occupations),
    areas: [...(await readLocalCounts(local)), ...(await readJanuaryAverages(districts))],
  };
}

/** Names of local areas that differ from those of the projections' list. */
const localAreas: Readonly<Record<string, string>> = {
  'lep/London': 'LN_LEP',
  'lep/Buckinghamshire': 'BU_LEP',
  'lsip/Brighton and Hove, East Sussex, West Sussex': 'BH_LSIP',
  'lsip/Essex, Southend-on-Sea and Thurrock': 'ES_LSIP',
  'mca/Cambridgeshire and Peterborough': 'CP_MCA',
};

/** @returns undefined for "Unknown" and for areas whose borders are not those of any area in the list. */
function codeOf({ areaType, area }: AreaCount, names: AreaNames): string | undefined {
  if (areaType === 'region') return names.regionOrNation(area)?.code;
  return localAreas[`${areaType}/${area}`] ?? names.find(areaType, area)?.code;
}

export const vacancyCountsImporter: DatasetImporter = {
  card: {
    id: 'vacancy-counts',
    title: 'Online job adverts by occupation, area and month',
    publisher: 'Office for National Statistics; Department for Education',
    licence: 'OGL-UK-3.0',
    licenceUrl: 'https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/',
    attribution:
      'Source: Office for National Statistics (Textkernel, Adzuna) and Department for Education, licensed under the ' +
      'Open Government Licence v.3.0',
    sourceUrl:
      'https://www.ons.gov.uk/employmentandlabourmarket/peopleinwork/employmentandemployeetypes/datasets/labourdemandvolumesbystandardoccupationclassificationsoc2020uk',
    cadence: 'monthly',
    description:
      'New online job adverts: in England by SOC 2020 unit group and month as an average of three months; in local areas of ' +
      'England by month for all occupations; and in districts and regions of the United Kingdom each January in units of ' +
      'the publisher.',
    caveats: [
      'Adverts are not jobs: one job may be advertised often or not at all, and one advert may stand for many jobs.',
      'Occupations are coded from the text of adverts by machine; adverts that could not be coded count in the total only.',
      'Figures of districts and regions are in units of the publisher: they compare places and years, they count nothing.',
      'Local areas of different types overlap and must never be added.',
      'Some occupations have no figure in some months: the publisher withholds what is too uncertain.',
    ],
    gaps: [
      {
        what: 'Adverts by occupation in regions and nations',
        why: 'They are in the workbook of dataset labour-demand, which is not bundled.',
      },
    ],
    dependsOn: ['soc', 'areas'],
    derived: false,
  },
  version: 1,
  tables: { vacancy_count: vacancyCountColumns },
  withheld: {},
  defaultFolders: ['vacancies'],
  accepts: ({ name }) => [occupationsName, localName, districtsName].some((pattern) => pattern.test(name)),

  async open(files, edition) {
    const { occupations, areas } = await readCounts(files);
    const found = occupations.reduce((latest, { period }) => (period > latest ? period : latest), '');
    if (edition !== undefined && edition !== found) {
      throw new LmiError(
        'invalid-argument',
        `wrong edition: the files are of ${found}, asked was ${edition}`,
        { field: 'edition', validValues: [found] },
      );
    }
    return {
      edition: found,
      async load(context) {
        const names = await AreaNames.read(context.sink.reader);
        context.rowsRead(occupations.length + areas.length);
        const rows: SqlValue[][] = occupations.map(({ soc, period, adverts, per100Jobs }) => [
          england,
          soc,
          period,
          adverts,
          per100Jobs,
        ]);
        rows.push(...totalsOf(occupations));
        const refused = new Map<string, AreaCount>();
        for (const count of areas) {
          const code = codeOf(count, names);
          if (code === undefined) refused.set(`${count.areaType} ${count.area}`, count);
          else rows.push([code, allOccupations, count.period, count.adverts, null]);
        }
        for (const [area, { place }] of refused) {
          const [file, ...rest] = place().split(', ');
          context.reject({
            file: file!,
            place: rest.join(', '),
            reason: `${area}: not in the list of areas`,
          });
        }
        context.count(occupations.filter(({ adverts }) => adverts === null).length, 0);
        await context.sink.insert('vacancy_count', vacancyCountColumns, rows);
        context.progress(1);
      },
    };
  },

  async check(reader, releaseId) {
    return [
      await rowCount(reader, releaseId, 'vacancy_count', {
        atLeast: 1,
        where: `area = '${england}'`,
        name: 'vacancy_count: England',
      }),
      await rowCount(reader, releaseId, 'vacancy_count', {
        atLeast: 1,
        where: "area LIKE 'E0%' AND soc = 'all'",
        name: 'vacancy_count: districts',
      }),
      await rowCountNotFallen(reader, releaseId, 'vacancy-counts', 'vacancy_count', 5),
      await noDuplicates(reader, releaseId, 'vacancy_count', ['area', 'soc', 'period']),
      await codesKnown(reader, releaseId, 'vacancy_count', 'soc', {
        classification: 'soc2020',
        also: [allOccupations, unknownOccupation],
      }),
      await areasKnown(reader, releaseId, 'vacancy_count', 'area'),
    ];
  },

  figures: [
    {
      figure: 'adverts',
      table: 'vacancy_count',
      value: 'adverts',
      level: `CASE WHEN area = '${england}' THEN CASE WHEN soc = 'all' THEN 'England' ELSE 'England, unit group' END
        WHEN area LIKE '___LEP' OR area LIKE '___MCA' OR area LIKE '___LSIP' THEN 'local area' ELSE 'district, region, nation' END`,
      period: 'period',
      marker: "''",
      marksOf: (_, withheld) => (withheld ? ['not-available'] : []),
    },
  ],

  async reconcile(files, sample, seed): Promise<ReconciliationCell[]> {
    const { occupations } = await readCounts(files.filter((file) => vacancyCountsImporter.accepts(file)));
    const served = occupations.filter(({ soc, adverts }) => soc !== unknownOccupation && adverts !== null);
    return seededSample(served, sample, seed).map(({ soc, period, adverts, place }) => ({
      place: place(),
      path: `/api/v2/vacancies/trends?occupation=${soc}&area=${england}&from=${period}&to=${period}&fallBack=false`,
      pick(body) {
        const { observations } = body as {
          observations?: { period: string; adverts: { value: number | null; marks: string[] } }[];
        };
        return observations?.find((row) => row.period === period)?.adverts;
      },
      expected: { value: adverts, marks: [] },
    }));
  },
};

/** All adverts of a month: coded and not. A month with a withheld group is a little too low, which no total tells. */
function totalsOf(occupations: readonly OccupationCount[]): SqlValue[][] {
  const totals = new Map<string, number>();
  for (const { period, adverts } of occupations) {
    if (adverts !== null) totals.set(period, (totals.get(period) ?? 0) + adverts);
  }
  return [...totals].map(([period, adverts]) => [england, allOccupations, period, adverts, null]);
}
