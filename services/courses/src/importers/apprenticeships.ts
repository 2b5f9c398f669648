/** Dataset `apprenticeships`: standards and frameworks, and the occupations that they lead to. */
import {
  checkThat,
  codesKnown,
  noDuplicates,
  publishedRows,
  rowCount,
  rowCountNotFallen,
  valuesWithin,
  type DatasetImporter,
  type ReconciliationCell,
  type SourceFile,
} from '@lmi/importing';
import { LmiError, type Reader, type SqlValue } from '@lmi/kit';
import { OccupationIndexBuilder, type IndexEntry } from '@lmi/occupations';
import { OccupationLinker, type NamedProgramme } from '../occupation-links';
import { apprenticeshipColumns, apprenticeshipOccupationColumns } from '../tables';
import { frameworksName, readFrameworks } from './frameworks';
import { readOccupationalMaps } from './occupational-maps';
import type { ProgrammeRecord } from './programmes';
import { seededSample } from './sampling';
import { readStandardsCsv, standardsName } from './standards-csv';

const mapsName = /^occupation.*\.json$/i;

interface Programmes {
  readonly edition: string;
  readonly programmes: readonly ProgrammeRecord[];
}

/** Every source that is at hand; a standard that is in two has the export's figures and the maps' occupation. */
async function readFiles(files: readonly SourceFile[]): Promise<Programmes> {
  const byId = new Map<string, ProgrammeRecord>();
  let edition = '';
  for (const file of files.filter(({ name }) => frameworksName.test(name))) {
    for (const programme of await readFrameworks(file)) byId.set(programme.id, programme);
    const newest = [...byId.values()].reduce(
      (latest, { starts }) => ((starts ?? '') > latest ? starts! : latest),
      '',
    );
    edition = newest > edition ? newest : edition;
  }
  for (const file of files.filter(({ name }) => standardsName.test(name))) {
    const found = await readStandardsCsv(file);
    if (found.edition > edition) edition = found.edition;
    for (const programme of found.programmes) byId.set(programme.id, programme);
  }
  for (const file of files.filter(({ name }) => mapsName.test(name))) {
    for (const programme of await readOccupationalMaps(file)) {
      const known = byId.get(programme.id);
      const jobTitles = programme.jobTitles.length > 0 ? programme.jobTitles : (known?.jobTitles ?? []);
      byId.set(programme.id, known ? { ...known, soc2020: programme.soc2020, jobTitles } : programme);
    }
  }
  if (byId.size === 0) {
    throw new LmiError(
      'invalid-argument',
      'missing file: apprenticeship_frameworks_….json, the CSV export of apprenticeship standards, or occupations of the ' +
        'Occupational Maps API (occupations….json)',
      { field: 'from' },
    );
  }
  return { edition: edition || 'undated', programmes: [...byId.values()] };
}

/** The words that a programme is looked up by: its pathway, else its name; a standard's job titles too. */
function namesOf({ title, jobTitles, level }: ProgrammeRecord): NamedProgramme {
  const plain = title.replace(/\((integrated )?degree\)/i, '').trim();
  const [framework, pathway] = plain.split(': ', 2) as [string, string | undefined];
  return { names: [pathway ?? framework, ...jobTitles], widerName: pathway && framework, level };
}

async function openLinker(reader: Reader): Promise<OccupationLinker> {
  const groups = await publishedRows<{
    classification: 'soc2020' | 'soc2010';
    code: string;
    level: string;
    title: string;
    related_titles: string | null;
  }>(
    reader,
    'soc',
    'soc_group',
    'classification, code, level, title, related_titles',
    "classification = 'soc2020'",
  );
  const entries = await publishedRows<IndexEntry & object>(
    reader,
    'soc',
    'soc_index_entry',
    `seq, soc2020, soc2010, title, natural_title AS "naturalTitle", add_qualifier AS "addQualifier",
     ind_qualifier AS "indQualifier", default_entry AS "defaultEntry", see_codes AS "seeCodes"`,
  );
  const builder = new OccupationIndexBuilder();
  builder.addGroups(
    groups.map(({ related_titles: related, ...group }) => ({
      ...group,
      relatedTitles: related ? related.split('\n') : [],
    })),
  );
  builder.addEntries(entries);
  const steps = builder.finish();
  for (;;) {
    const step = steps.next();
    if (step.done) {
      return new OccupationLinker(step.value, new Map(groups.map(({ code, title }) => [code, title])));
    }
  }
}

export const apprenticeshipsImporter: DatasetImporter = {
  card: {
    id: 'apprenticeships',
    title: 'Apprenticeships and the occupations they lead to',
    publisher: 'Skills England; Education and Skills Funding Agency',
    licence: 'OGL-UK-3.0',
    licenceUrl: 'https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/',
    attribution:
      'Contains information from Skills England and the Education and Skills Funding Agency licensed under the Open Government Licence v3.0',
    sourceUrl: 'https://skillsengland.education.gov.uk/apprenticeships/',
    cadence: 'irregular',
    description:
      'Apprenticeship standards of England and the frameworks before them: name, level, length, funding limit and dates; and for each ' +
      'the occupations it leads to, by the publisher’s code or, where it gives none, by what the name says.',
    caveats: [
      'The bundled extract has the frameworks, most of which closed by 2020; standards are loaded from the official export and the Occupational Maps API.',
      'Frameworks carry no occupation code: their links are modelled from the names, and those whose names say too little have none.',
      'Apprenticeships of Scotland, Wales and Northern Ireland are other schemes and are not in it.',
    ],
    gaps: [
      {
        what: 'occupations of frameworks as the publisher sees them',
        why: 'frameworks carry no occupation code; links are made from their names where those say enough',
      },
    ],
    dependsOn: ['soc'],
    derived: false,
  },
  version: 1,
  tables: {
    apprenticeship: apprenticeshipColumns,
    apprenticeship_occupation: apprenticeshipOccupationColumns,
  },
  figures: [
    {
      figure: 'weight of an occupation',
      table: 'apprenticeship_occupation',
      value: 'weight',
      level: 'method',
      period: "''",
      marker: 'method',
      marksOf: (marker) => (marker === 'official' ? [] : ['modelled']),
    },
  ],
  withheld: {},
  defaultFolders: ['apprenticeships'],
  accepts: ({ name }) => frameworksName.test(name) || standardsName.test(name) || mapsName.test(name),

  async open(files, edition) {
    const found = await readFiles(files);
    if (edition !== undefined && edition !== found.edition) {
      throw new LmiError(
        'invalid-argument',
        `wrong edition: the files are of ${found.edition}, asked was ${edition}`,
        {
          field: 'edition',
          validValues: [found.edition],
        },
      );
    }
    return {
      edition: found.edition,
      async load(context) {
        const { reader } = context.sink;
        context.rowsRead(found.programmes.length);
        const needed = found.programmes.some(({ soc2020 }) => soc2020 === null);
        const linker = needed ? await openLinker(reader) : undefined;
        const links: SqlValue[][] = [];
        let modelled = 0;
        for (const programme of found.programmes) {
          if (programme.soc2020 !== null) {
            links.push([programme.id, programme.soc2020, 1, 'official']);
            continue;
          }
          for (const { soc, weight } of linker!.link(namesOf(programme))) {
            links.push([programme.id, soc, weight, 'name']);
            modelled += 1;
          }
        }
        context.count(0, modelled);
        await context.sink.insert(
          'apprenticeship',
          apprenticeshipColumns,
          found.programmes.map((programme) => [
            programme.id,
            programme.kind,
            programme.title.slice(0, 255),
            programme.level,
            programme.status,
            programme.route,
            programme.sector,
            programme.starts,
            programme.ends,
            programme.months,
            programme.funding,
            programme.version,
            programme.lars,
            programme.jobTitles.join('\n'),
          ]),
        );
        await context.sink.insert('apprenticeship_occupation', apprenticeshipOccupationColumns, links);
        context.progress(1);
      },
    };
  },

  async check(reader, releaseId) {
    const off = await reader.all<{ id: string }>(
      `SELECT id FROM apprenticeship_occupation WHERE release_id = ? GROUP BY id
       HAVING ABS(SUM(weight) - 1) > 0.000001`,
      [releaseId],
    );
    return [
      await rowCount(reader, releaseId, 'apprenticeship', { atLeast: 1 }),
      await rowCountNotFallen(reader, releaseId, 'apprenticeships', 'apprenticeship', 20),
      await noDuplicates(reader, releaseId, 'apprenticeship', ['id']),
      await valuesWithin(reader, releaseId, 'apprenticeship', 'level', 2, 8),
      await codesKnown(reader, releaseId, 'apprenticeship_occupation', 'soc', { classification: 'soc2020' }),
      checkThat(
        'apprenticeship_occupation: weights add up to 1',
        off.length === 0,
        `${off.length} programmes off`,
      ),
    ];
  },

  async reconcile(files, sample, seed): Promise<ReconciliationCell[]> {
    const { programmes } = await readFiles(files.filter((file) => apprenticeshipsImporter.accepts(file)));
    const figures = programmes.flatMap((programme) =>
      (['level', 'months', 'fundingLimit'] as const).map((figure) => ({ programme, figure })),
    );
    return seededSample(figures, sample, seed).map(({ programme, figure }) => ({
      place: `${programme.place}, ${figure}`,
      path: `/api/v2/apprenticeships?id=${encodeURIComponent(programme.id)}`,
      pick(body) {
        const { apprenticeships } = body as { apprenticeships?: Record<string, number | undefined>[] };
        const found = apprenticeships?.[0];
        return found && { value: found[figure] ?? null, marks: [] };
      },
      expected: { value: figure === 'fundingLimit' ? programme.funding : programme[figure], marks: [] },
    }));
  },
};
