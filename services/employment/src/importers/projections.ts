/** Dataset `projections`: employment by occupation to 2035 and replacement demand, from the Skills Imperative files. */
import {
  areasKnown,
  codesKnown,
  noDuplicates,
  occupationLevel,
  rowCount,
  rowCountNotFallen,
  valuesWithin,
  type DatasetImporter,
  type ReconciliationCell,
} from '@lmi/importing';
import { LmiError } from '@lmi/kit';
import {
  breakdownCategories,
  lastObservedProjectionYear,
  projectionCellColumns,
  replacementCellColumns,
  wholeCode,
} from '../codes';
import { marksOfProjectionMarker } from '../marks';
import {
  fileNames,
  readEdition,
  readIndustries,
  readOccupations,
  readQualifications,
  readReplacements,
  readSexes,
  type ProjectionRow,
  type ReplacementRow,
} from './projection-files';
import { cellOf, employmentPath, fieldOf, replacementPath, seededSample } from './sampling';

const names: readonly string[] = Object.values(fileNames);

/** Fields of a replacement-demand answer with the figure of the source that each shows. */
const replacementFields: Readonly<Record<string, (row: ReplacementRow) => number | null>> = {
  startEmployment: (row) => row.startEmployment,
  endEmployment: (row) => row.endEmployment,
  netChange: (row) => row.netChange,
  replacementDemand: (row) => row.replacementDemand,
  totalRequirement: (row) => row.totalRequirement,
};

export const projectionsImporter: DatasetImporter = {
  card: {
    id: 'projections',
    title: 'Skills Imperative 2035: employment projections by occupation and area',
    publisher:
      'Warwick Institute for Employment Research and Cambridge Econometrics, for NFER and the Department for Education',
    licence: 'OGL-UK-3.0',
    licenceUrl: 'https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/',
    attribution:
      'Source: Skills Imperative 2035, Warwick Institute for Employment Research and Cambridge Econometrics; ' +
      'Department for Education, licensed under the Open Government Licence v.3.0',
    sourceUrl:
      'https://explore-education-statistics.service.gov.uk/find-statistics/labour-market-and-skills-projections-2020-to-2035',
    cadence: 'irregular',
    description:
      'People in work in England and its local areas for each year from 2010 to 2035, by major and sub-major group of ' +
      'SOC 2020, by sex and by qualification, and the openings left by people who leave: figures of one baseline ' +
      'scenario, in which years after 2020 are projections.',
    caveats: [
      'England is the sum of the 38 local enterprise partnership areas, which are of the revised run of 2024.',
      'England by sex and by industry, and groups whose areas are mostly withheld, are of the first run of 2023.',
      'Areas of different types (LEP, LSIP, MCA) overlap and must never be added.',
      'Figures under 1,000 people are withheld; those from 1,000 to 10,000 rest on small samples.',
      'England by section has information and communication as the sum of media and information technology.',
      'The United Kingdom, Wales, Scotland, Northern Ireland and 4-digit occupations are not in this source.',
    ],
    gaps: [
      { what: 'Scotland, Wales and Northern Ireland', why: 'the projections are of England and its areas' },
      {
        what: 'projections by unit group',
        why: 'they are published for sub-major groups; employment-estimates works unit groups out from them',
      },
    ],
    dependsOn: ['soc', 'areas'],
    derived: false,
  },
  version: 1,
  figures: [
    {
      figure: 'employment',
      table: 'projection_cell',
      value: 'employment',
      level: `${occupationLevel('soc')} || CASE WHEN dimension = 'all' THEN '' ELSE ', ' || dimension END`,
      period: 'year',
      marker: `marker || CASE WHEN year > ${lastObservedProjectionYear} THEN '>' ELSE '' END`,
      marksOf: (marker) => [
        ...marksOfProjectionMarker(marker.replace('>', '')),
        ...(marker.endsWith('>') ? ['projected'] : []),
      ],
    },
    {
      figure: 'replacement demand',
      table: 'replacement_cell',
      value: 'replacement_demand',
      level: occupationLevel('soc'),
      period: `start_year || '/' || end_year`,
      marker: 'marker',
      marksOf: (marker) => [...marksOfProjectionMarker(marker), 'projected'],
    },
  ],
  tables: { projection_cell: projectionCellColumns, replacement_cell: replacementCellColumns },
  withheld: {},
  defaultFolders: ['skills-imperative-2035'],
  accepts: ({ name }) => names.includes(name),

  async open(files, edition) {
    const found = await readEdition(files);
    if (edition !== undefined && edition !== found) {
      throw new LmiError(
        'invalid-argument',
        `wrong edition: the files are of ${found}, asked was ${edition}`,
        {
          field: 'edition',
          validValues: [found],
        },
      );
    }
    const occupations = await readOccupations(files);
    const sexes = await readSexes(files);
    const qualifications = await readQualifications(files);
    const industries = await readIndustries(files);
    const replacements = [...(await readReplacements(files)), ...sexes.replacements];
    const projections = [...occupations, ...sexes.projections, ...qualifications, ...industries];
    return {
      edition: found,
      async load(context) {
        context.rowsRead(projections.length + replacements.length);
        context.count(
          projections.filter(({ employment }) => employment === null).length +
            replacements.filter(({ startEmployment }) => startEmployment === null).length,
          projections.filter(({ marker }) => marker !== '').length +
            replacements.filter(({ marker }) => marker !== '').length,
        );
        await context.sink.insert(
          'projection_cell',
          projectionCellColumns,
          projections.map(projectionValues),
        );
        context.progress(0.9);
        await context.sink.insert(
          'replacement_cell',
          replacementCellColumns,
          replacements.map(replacementValues),
        );
        context.progress(1);
      },
    };
  },

  async check(reader, releaseId) {
    return [
      await rowCount(reader, releaseId, 'projection_cell', { atLeast: 1 }),
      await rowCountNotFallen(reader, releaseId, 'projections', 'projection_cell', 5),
      await rowCount(reader, releaseId, 'replacement_cell', { atLeast: 1 }),
      await noDuplicates(reader, releaseId, 'projection_cell', ['area', 'soc', 'dimension', 'code', 'year']),
      await codesKnown(reader, releaseId, 'projection_cell', 'soc', {
        classification: 'soc2020',
        also: [wholeCode],
      }),
      await codesKnown(reader, releaseId, 'replacement_cell', 'soc', {
        classification: 'soc2020',
        also: [wholeCode],
      }),
      await areasKnown(reader, releaseId, 'projection_cell', 'area'),
      // The rule of the makers holds for what is loaded, whatever the files print.
      await valuesWithin(reader, releaseId, 'projection_cell', 'employment', 0, 50_000_000),
      await rowCount(reader, releaseId, 'projection_cell', {
        exactly: 0,
        where: "employment < 1000 AND dimension <> 'qualification' AND dimension <> 'industry'",
        name: 'projection_cell: no figure under 1,000 people',
      }),
    ];
  },

  async reconcile(files, sample, seed): Promise<ReconciliationCell[]> {
    const { projections } = await readSexes(files);
    const cells: ReconciliationCell[] = [
      ...(await readOccupations(files)),
      ...projections,
      ...(await readQualifications(files)),
      ...(await readIndustries(files)),
    ].map(projectionCell);
    for (const row of await readReplacements(files)) {
      for (const [field, valueOf] of Object.entries(replacementFields)) {
        cells.push({
          place: `${row.place()}, ${field}`,
          path: replacementPath({ occupation: row.soc, area: row.area }),
          pick: fieldOf(field),
          expected: { value: valueOf(row), marks: marksOfProjectionMarker(row.marker) },
        });
      }
    }
    return seededSample(cells, sample, seed);
  },
};

function projectionValues(row: ProjectionRow) {
  return [row.area, row.soc, row.dimension, row.code, row.year, row.employment, row.marker];
}

function replacementValues(row: ReplacementRow) {
  return [
    row.area,
    row.soc,
    row.sex,
    row.startYear,
    row.endYear,
    row.startEmployment,
    row.endEmployment,
    row.netChange,
    row.replacementDemand,
    row.totalRequirement,
    row.annualRate,
    row.marker,
  ];
}

function projectionCell(row: ProjectionRow): ReconciliationCell {
  const breakdown = Object.keys(breakdownCategories).find((name) => name === row.dimension) ?? '';
  const projected = row.year > lastObservedProjectionYear ? ['projected'] : [];
  return {
    place: row.place(),
    path: employmentPath({
      occupation: row.soc,
      classification: 'soc2020',
      area: row.area,
      breakdown,
      minYear: row.year,
      maxYear: row.year,
    }),
    pick: cellOf(row.year, breakdown === '' ? '' : row.code),
    expected: { value: row.employment, marks: [...marksOfProjectionMarker(row.marker), ...projected] },
  };
}
