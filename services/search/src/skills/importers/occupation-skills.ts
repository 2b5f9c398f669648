/** Dataset `occupation-skills`: O*NET ratings brought to SOC 2020 unit groups through the links. */
import {
  checkThat,
  codesKnown,
  publishedRelease,
  rowCount,
  valuesWithin,
  type DatasetImporter,
  type ImportContext,
} from '@lmi/importing';
import type { CheckRecord, Reader, SqlValue } from '@lmi/kit';
import { marksOfText, marksText } from '../marks';
import { combineProfiles, type Profile, type Rating } from '../profiles';
import { readAllLinks, readAllProfiles } from '../queries';

const columns = [
  'soc2020',
  'element',
  'importance',
  'importance_marks',
  'level',
  'level_marks',
  'share',
  'period',
] as const;

export const occupationSkillsImporter: DatasetImporter = {
  card: {
    id: 'occupation-skills',
    title: 'Skills, knowledge and interests by SOC 2020 occupation',
    publisher: 'This project, from O*NET ratings of the US Department of Labor',
    licence: 'CC-BY-4.0',
    licenceUrl: 'https://creativecommons.org/licenses/by/4.0/',
    attribution:
      'Worked out by this project from the O*NET Database by the U.S. Department of Labor, Employment and Training ' +
      'Administration (USDOL/ETA), used under the CC BY 4.0 license; USDOL/ETA has not approved, endorsed, or tested ' +
      'these modifications. Contains Office for National Statistics data licensed under the Open Government Licence v.3.0',
    sourceUrl: 'docs/methods/skills.md',
    cadence: 'irregular',
    description:
      'Importance and level of each skill and field of knowledge, and the interests, of each unit group of SOC 2020: ' +
      'the mean of the linked O*NET occupations, weighted by their links.',
    caveats: [
      'All figures are modelled: ratings of work in the United States, brought over by links that this project made.',
      'Ratings that the source recommends to suppress are left out of the means.',
      'Armed forces occupations and a few others have no ratings.',
    ],
    dependsOn: ['soc', 'onet', 'onet-link'],
    derived: true,
  },
  version: 1,
  figures: (['importance', 'level'] as const).map((figure) => ({
    figure,
    table: 'occupation_skill',
    value: `CASE WHEN ${figure}_marks LIKE '%not-applicable%' THEN NULL ELSE ${figure} END`,
    level: "'unit group'",
    period: 'period',
    marker: `${figure}_marks`,
    marksOf: marksOfText,
    // Interests have no level.
    where: figure === 'level' ? "level_marks <> ''" : '1 = 1',
  })),
  tables: { occupation_skill: columns },
  withheld: {},
  defaultFolders: [],
  accepts: () => false,
  open() {
    throw new Error('occupation-skills is computed from published releases and reads no files');
  },

  async derive(context) {
    const { reader } = context.sink;
    const profiles = await readAllProfiles(reader, await pointer(reader, 'onet'));
    context.progress(0.3);
    const links = await readAllLinks(reader, await pointer(reader, 'onet-link'));
    const bySoc = new Map<string, { weight: number; profile: Profile | undefined }[]>();
    for (const { soc2020, onetSoc, weight } of links) {
      if (weight === 0) continue;
      const parts = bySoc.get(soc2020) ?? [];
      parts.push({ weight, profile: profiles.get(onetSoc) });
      bySoc.set(soc2020, parts);
    }
    await context.sink.insert('occupation_skill', columns, rowsOf(bySoc, context));
    context.progress(1);
    return { edition: '' };
  },

  check: async (reader, releaseId) => [
    await rowCount(reader, releaseId, 'occupation_skill', { atLeast: 30_000 }),
    await codesKnown(reader, releaseId, 'occupation_skill', 'soc2020', { classification: 'soc2020' }),
    await valuesWithin(reader, releaseId, 'occupation_skill', 'importance', 1, 7),
    await valuesWithin(reader, releaseId, 'occupation_skill', 'level', 0, 7),
    await valuesWithin(reader, releaseId, 'occupation_skill', 'share', 0, 1.000001),
    await ratedGroups(reader, releaseId),
  ],
};

function* rowsOf(
  bySoc: ReadonlyMap<string, readonly { weight: number; profile: Profile | undefined }[]>,
  context: ImportContext,
): Generator<SqlValue[]> {
  let rows = 0;
  for (const [soc2020, parts] of bySoc) {
    for (const [element, rating] of combineProfiles(parts)) {
      rows += 1;
      yield rowOf(soc2020, element, rating);
    }
  }
  context.rowsRead(rows);
  context.count(0, rows);
}

function rowOf(soc2020: string, element: string, rating: Rating): SqlValue[] {
  const { importance, level, first, last, share } = rating;
  return [
    soc2020,
    element,
    round(importance.value),
    marksText(importance.marks),
    level ? round(level.value) : null,
    level ? marksText(level.marks) : '',
    round(share),
    periodOf(first, last),
  ];
}

/** Years of the oldest and newest rating: "2012/2024". */
function periodOf(first: string, last: string): string {
  const from = first.slice(0, 4);
  const to = last.slice(0, 4);
  return from === to ? from : `${from}/${to}`;
}

/** Four decimals: the source has two. */
function round(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1e4) / 1e4;
}

async function pointer(reader: Reader, dataset: string): Promise<number> {
  return (await publishedRelease(reader, dataset)) ?? -1;
}

/** Few unit groups may be without ratings: the armed forces and what the links lead nowhere for. */
async function ratedGroups(reader: Reader, releaseId: number): Promise<CheckRecord> {
  const row = await reader.get<{ n: number }>(
    'SELECT COUNT(DISTINCT soc2020) AS n FROM occupation_skill WHERE release_id = ?',
    [releaseId],
  );
  const rated = Number(row?.n ?? 0);
  return checkThat('occupation_skill: nearly all unit groups are rated', rated >= 400, `${rated} of 412`);
}
