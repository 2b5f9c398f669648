/** Dataset `onet`: what occupations of the United States are rated on, and their ratings. */
import { posix } from 'node:path';
import {
  checkThat,
  countRows,
  rowCount,
  rowCountNotFallen,
  valuesWithin,
  type DatasetImporter,
  type ReconciliationCell,
  type SourceFile,
} from '@lmi/importing';
import { LmiError, type CheckRecord, type Reader, type SqlValue } from '@lmi/kit';
import { refuseOtherEdition, seededSample } from '../../importers/sources';
import { scaleLimits, type Domain } from '../codes';
import { marksOfFlags } from '../marks';
import { readEdition, readInterests, readOccupations, readRatings, type OnetScore } from './onet-files';

/** Files by domain; each also as a workbook. */
const files: Readonly<Record<Domain | 'occupations' | 'edition', RegExp>> = {
  occupations: /^Occupation Data\.(?:txt|xlsx)$/i,
  skills: /^Skills\.(?:txt|xlsx)$/i,
  knowledge: /^Knowledge\.(?:txt|xlsx)$/i,
  abilities: /^Abilities\.(?:txt|xlsx)$/i,
  activities: /^Work Activities\.(?:txt|xlsx)$/i,
  interests: /^Interests\.(?:txt|xlsx)$/i,
  edition: /^Read Me\.txt$/i,
};

/** Elements of each domain, as the content model has had them for twenty years. */
const elementCounts: Readonly<Record<Domain, number>> = {
  skills: 35,
  knowledge: 33,
  abilities: 52,
  activities: 41,
  interests: 9,
};

const occupationColumns = ['code', 'title'] as const;
const elementColumns = ['id', 'name', 'domain', 'edition'] as const;
const ratingColumns = [
  'onet_soc',
  'element',
  'importance',
  'importance_error',
  'importance_marker',
  'level',
  'level_error',
  'level_marker',
  'answers',
  'source',
  'period',
] as const;
const interestColumns = ['onet_soc', 'element', 'scale', 'value', 'source', 'period'] as const;

interface Part {
  readonly domain: Domain;
  readonly file: SourceFile;
  readonly edition: string;
  readonly scores: readonly OnetScore[];
}

/**
 * The edition is that of the newest file. Domains may come from different editions: each element keeps its own. Parts
 * whose file is not given are taken over from the published release, so that abilities alone can be added.
 */
export const onetImporter: DatasetImporter = {
  card: {
    id: 'onet',
    title: 'O*NET ratings of skills, knowledge and interests',
    publisher: 'US Department of Labor, Employment and Training Administration',
    licence: 'CC-BY-4.0',
    licenceUrl: 'https://creativecommons.org/licenses/by/4.0/',
    attribution:
      'This product includes information from the O*NET 30.2 Database and the O*NET 29.0 Database by the U.S. ' +
      'Department of Labor, Employment and Training Administration (USDOL/ETA). Used under the CC BY 4.0 license. ' +
      'O*NET is a trademark of USDOL/ETA. This project has modified all or some of this information; USDOL/ETA has ' +
      'not approved, endorsed, or tested these modifications.',
    sourceUrl: 'https://www.onetcenter.org/database.html',
    cadence: 'quarterly',
    description:
      'How important each skill and each field of knowledge is in an occupation, at what level it is needed, and ' +
      'which interests the work meets, as workers and analysts in the United States rated it.',
    caveats: [
      'The ratings are of occupations in the United States; work of the same name in the United Kingdom can differ.',
      'Occupations are rated in turn, a few each year: ratings of one release can be more than ten years apart.',
      'Interests of the newest edition come from a model that experts checked, not from asking workers.',
      'Skills are rated by analysts, knowledge mostly by people in the job.',
    ],
    gaps: [
      {
        what: 'Abilities, work activities and work context',
        why: 'Their files are not in the bundled extract; import abilities and work activities from the official text files.',
      },
      {
        what: 'Skills and knowledge of edition 30.2',
        why: 'The bundled extract has those of edition 29.0; import the newer files where they are at hand.',
      },
    ],
    dependsOn: [],
    derived: false,
  },
  version: 1,
  figures: (['importance', 'level'] as const).map((figure) => ({
    figure,
    table: 'onet_rating',
    value: `CASE WHEN ${figure}_marker LIKE '%R%' THEN NULL ELSE ${figure} END`,
    level: "'O*NET occupation'",
    period: 'period',
    marker: `${figure}_marker`,
    marksOf: (marker, withheld) => (withheld && marker === '' ? ['not-available'] : marksOfFlags(marker)),
  })),
  tables: {
    onet_occupation: occupationColumns,
    onet_element: elementColumns,
    onet_rating: ratingColumns,
    onet_interest: interestColumns,
  },
  withheld: {},
  defaultFolders: ['onet'],

  accepts: ({ name }) => Object.values(files).some((pattern) => pattern.test(name)),

  async open(found, asked) {
    const { parts, occupations, edition } = await readAll(found);
    const newest = (parts[0]?.file ?? occupations?.file)!;
    refuseOtherEdition(newest, edition, asked);
    return {
      edition,
      async load(context) {
        const { sink } = context;
        if (occupations) {
          await sink.insert(
            'onet_occupation',
            occupationColumns,
            occupations.rows.map(({ code, title }): SqlValue[] => [code, title]),
          );
          context.rowsRead(occupations.rows.length);
        } else {
          await sink.carryForward('onet_occupation', ['code']);
        }
        for (const [done, part] of parts.entries()) {
          const names = new Map(part.scores.map(({ element, name }) => [element, name]));
          await sink.insert(
            'onet_element',
            elementColumns,
            [...names].map(([id, name]): SqlValue[] => [id, name, part.domain, part.edition]),
          );
          if (part.domain === 'interests') {
            await sink.insert('onet_interest', interestColumns, part.scores.map(interestRow));
          } else {
            await sink.insert('onet_rating', ratingColumns, ratingRows(part.scores));
          }
          context.rowsRead(part.scores.length);
          context.count(
            part.scores.filter(({ flags }) => flags.includes('R')).length,
            part.scores.filter(({ flags }) => flags !== '').length,
          );
          context.progress((done + 1) / parts.length);
        }
        await sink.carryForward('onet_element', ['id']);
        await sink.carryForward('onet_rating', ['element']);
        await sink.carryForward('onet_interest', ['element']);
        context.progress(1);
      },
    };
  },

  check: checkOnet,

  async reconcile(found, sample, seed) {
    const { parts } = await readAll(found);
    const scores = parts.flatMap(({ file, scores: all }) =>
      all.filter(({ scale }) => scale !== 'IH').map((score) => ({ file, score })),
    );
    return seededSample(scores, sample, seed).map(({ file, score }) => reconciliation(file, score));
  },
};

async function readAll(found: readonly SourceFile[]): Promise<{
  readonly parts: readonly Part[];
  readonly occupations:
    { readonly file: SourceFile; readonly rows: readonly { code: string; title: string }[] } | undefined;
  readonly edition: string;
}> {
  const editions = await editionsOf(found);
  const newest = (
    part: keyof typeof files,
  ): { readonly file: SourceFile; readonly edition: string } | undefined =>
    found
      .filter(({ name }) => files[part].test(name))
      .map((file) => ({ file, edition: editionOf(file, editions) }))
      .sort((a, b) => compareEditions(b.edition, a.edition))[0];
  const occupationFile = newest('occupations');
  const parts: Part[] = [];
  for (const domain of ['skills', 'knowledge', 'abilities', 'activities', 'interests'] as const) {
    const picked = newest(domain);
    if (!picked) continue;
    const scores = await (domain === 'interests' ? readInterests : readRatings)(picked.file);
    parts.push({ domain, ...picked, scores });
  }
  if (parts.length === 0) {
    const names = found.map(({ name }) => name).join(', ') || 'none';
    throw new LmiError(
      'invalid-argument',
      'missing files: one at least of Skills, Knowledge, Abilities, Work Activities and Interests (.txt or .xlsx); ' +
        `files found for onet: ${names}`,
      { field: 'from' },
    );
  }
  parts.sort((a, b) => compareEditions(b.edition, a.edition));
  return {
    parts,
    occupations: occupationFile && {
      file: occupationFile.file,
      rows: await readOccupations(occupationFile.file),
    },
    edition: [...parts, ...(occupationFile ? [occupationFile] : [])]
      .map(({ edition }) => edition)
      .sort(compareEditions)
      .at(-1)!,
  };
}

/** Editions by folder, as the file "Read Me.txt" in it says. */
async function editionsOf(found: readonly SourceFile[]): Promise<Map<string, string>> {
  const editions = new Map<string, string>();
  for (const file of found) {
    if (!files.edition.test(file.name)) continue;
    const edition = await readEdition(file);
    if (edition) editions.set(posix.dirname(file.path), edition);
  }
  return editions;
}

/** The folder's read-me, or the folder's own name (`db_30_2_text`), which the publisher gives it. */
function editionOf(file: SourceFile, editions: ReadonlyMap<string, string>): string {
  const folder = posix.dirname(file.path);
  const named = /db_(\d+)_(\d+)/.exec(folder);
  const edition = editions.get(folder) ?? (named ? `${named[1]!}.${named[2]!}` : undefined);
  if (edition) return edition;
  throw new LmiError(
    'invalid-argument',
    `${file.path}: its edition is not known: "Read Me.txt" of the O*NET database must lie beside it`,
    { field: 'from' },
  );
}

/** "30.10" comes after "30.9". */
export function compareEditions(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA - majorB || minorA - minorB;
}

/** Importance and level of one element in one row. */
function* ratingRows(scores: readonly OnetScore[]): Generator<SqlValue[]> {
  const byKey = new Map<string, { im?: OnetScore; lv?: OnetScore }>();
  for (const score of scores) {
    const key = `${score.occupation} ${score.element}`;
    const pair = byKey.get(key) ?? {};
    if (score.scale === 'IM') pair.im = score;
    else pair.lv = score;
    byKey.set(key, pair);
  }
  for (const { im, lv } of byKey.values()) {
    const one = (im ?? lv)!;
    yield [
      one.occupation,
      one.element,
      im?.value ?? null,
      im?.standardError ?? null,
      im?.flags ?? '',
      lv?.value ?? null,
      lv?.standardError ?? null,
      lv?.flags ?? '',
      one.answers,
      one.source,
      one.period,
    ];
  }
}

function interestRow({ occupation, element, scale, value, source, period }: OnetScore): SqlValue[] {
  return [occupation, element, scale, value, source, period];
}

async function checkOnet(reader: Reader, releaseId: number): Promise<CheckRecord[]> {
  const limits = (column: 'importance' | 'level', scale: 'IM' | 'LV'): Promise<CheckRecord> =>
    valuesWithin(
      reader,
      releaseId,
      'onet_rating',
      column,
      scaleLimits[scale].least,
      scaleLimits[scale].greatest,
    );
  const stranger = async (table: string): Promise<CheckRecord> => {
    const rows = await reader.all<{ code: string }>(
      `SELECT DISTINCT onet_soc AS code FROM ${table} WHERE release_id = ? AND onet_soc NOT IN ` +
        '(SELECT code FROM onet_occupation WHERE release_id = ?) LIMIT 10',
      [releaseId, releaseId],
    );
    const codes = rows.map(({ code }) => code).join(', ');
    return checkThat(`${table}: every occupation is in the list`, rows.length === 0, codes || 'none missing');
  };
  return [
    await rowCount(reader, releaseId, 'onet_occupation', { atLeast: 900 }),
    ...(await elementChecks(reader, releaseId)),
    await rowCount(reader, releaseId, 'onet_rating', { atLeast: 50_000 }),
    await rowCount(reader, releaseId, 'onet_interest', { atLeast: 8_000 }),
    await rowCountNotFallen(reader, releaseId, 'onet', 'onet_rating', 5),
    await rowCountNotFallen(reader, releaseId, 'onet', 'onet_interest', 5),
    await limits('importance', 'IM'),
    await limits('level', 'LV'),
    await valuesWithin(reader, releaseId, 'onet_interest', 'value', 1, 7, "scale = 'OI'"),
    await stranger('onet_rating'),
    await stranger('onet_interest'),
    await wholeProfiles(reader, releaseId),
  ];
}

/** Each domain that is there has all its elements; skills, knowledge and interests must be there. */
async function elementChecks(reader: Reader, releaseId: number): Promise<CheckRecord[]> {
  const checks: CheckRecord[] = [];
  for (const [domain, expected] of Object.entries(elementCounts)) {
    const rows = await countRows(reader, releaseId, 'onet_element', `domain = '${domain}'`);
    const optional = domain === 'abilities' || domain === 'activities';
    checks.push(
      checkThat(
        `onet_element: number of ${domain}`,
        rows === expected || (optional && rows === 0),
        `${rows}, expected ${expected}${optional ? ' or none' : ''}`,
      ),
    );
  }
  return checks;
}

/** An occupation is rated on all elements of a domain or on none. */
async function wholeProfiles(reader: Reader, releaseId: number): Promise<CheckRecord> {
  const rows = await reader.all<{ code: string; domain: string; n: number }>(
    `SELECT r.onet_soc AS code, e.domain AS domain, COUNT(*) AS n
       FROM onet_rating r JOIN onet_element e ON e.release_id = r.release_id AND e.id = r.element
      WHERE r.release_id = ? GROUP BY r.onet_soc, e.domain`,
    [releaseId],
  );
  const broken = rows.filter(({ domain, n }) => n !== elementCounts[domain as Domain]);
  const shown = broken.slice(0, 5).map(({ code, domain, n }) => `${code}: ${n} ${domain}`);
  return checkThat(
    'onet_rating: whole profiles',
    rows.length > 0 && broken.length === 0,
    broken.length === 0 ? `${rows.length} profiles` : shown.join(', '),
  );
}

interface ServedRating {
  readonly element: { readonly id: string };
  readonly importance?: { readonly value: number | null; readonly marks: readonly string[] };
  readonly level?: { readonly value: number | null; readonly marks: readonly string[] };
}

function reconciliation(file: SourceFile, score: OnetScore): ReconciliationCell {
  const marks = marksOfFlags(score.flags);
  return {
    place: `${file.name}: ${score.occupation}, ${score.element}, scale ${score.scale}`,
    path: `/api/v2/onet/${score.occupation}`,
    pick(body) {
      const { ratings } = body as { ratings?: readonly ServedRating[] };
      const found = ratings?.find(({ element }) => element.id === score.element);
      return score.scale === 'LV' ? found?.level : found?.importance;
    },
    expected: { value: marks.includes('not-applicable') ? null : score.value, marks },
  };
}
